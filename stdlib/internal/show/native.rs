//! Natives of internal/show: where the texts of values go, for whoever runs the session.

use std::sync::{Mutex, PoisonError};

use gol_vm::native::{NativeCx, NativeFn, NativeResult};

pub(crate) const NATIVES: &[(&str, NativeFn)] = &[("emit", emit), ("width", width)];

/// Values that have been shown and not fetched yet.
#[derive(Debug, Default)]
pub struct Shown(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// The values of each statement.
    statements: Vec<Vec<String>>,
    /// The last statement's values are not all there.
    open: bool,
    width: usize,
}

impl Shown {
    /// The values of all statements since the last call.
    pub fn take(&self) -> Vec<Vec<String>> {
        let mut state = self.lock();
        state.open = false;
        std::mem::take(&mut state.statements)
    }

    /// How wide lines may be, in characters.
    pub fn set_width(&self, width: usize) {
        self.lock().width = width;
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn emit(cx: &mut NativeCx<'_>) -> NativeResult {
    let text = cx.str().to_text().into_owned();
    let last = cx.bool();
    let shown = cx.shared().state::<Shown>();
    let mut state = shown.lock();
    if !state.open {
        state.statements.push(Vec::new());
    }
    state.open = !last;
    if let Some(values) = state.statements.last_mut() {
        values.push(text);
    }
    Ok(())
}

fn width(cx: &mut NativeCx<'_>) -> NativeResult {
    let width = cx.shared().state::<Shown>().lock().width;
    cx.ret_int(if width == 0 { 80 } else { width as i64 });
    Ok(())
}
