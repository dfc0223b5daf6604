//! Natives of os/signal. A signal writes its number into a queue of the runtime; a goroutine waits
//! on a thread of its own for what is there.
//!
//! Handlers stay for the life of the process, as a signal may be on its way when they would go;
//! what a signal does by itself, where nobody wants it any more, is done afterwards.

use std::io;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};

use gol_vm::native::{NativeCx, NativeFn, NativeResult, WaitReason};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;

pub(crate) const NATIVES: &[(&str, NativeFn)] =
    &[("watch", watch), ("receive", receive), ("act", act)];

/// The signals that a runtime takes in, and those that have come and were not passed on yet.
#[derive(Default)]
struct Inbox(Mutex<Option<Arc<Taken>>>);

struct Taken {
    handle: signal_hook::iterator::Handle,
    signals: Mutex<Signals>,
    come: Mutex<Vec<i32>>,
}

fn taken(inbox: &Inbox) -> io::Result<Arc<Taken>> {
    let mut slot = inbox.0.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(taken) = &*slot {
        return Ok(Arc::clone(taken));
    }
    let signals = Signals::new::<[i32; 0], i32>([])?;
    let (handle, come) = (signals.handle(), Mutex::new(Vec::new()));
    let made = Arc::new(Taken { handle, signals: Mutex::new(signals), come });
    *slot = Some(Arc::clone(&made));
    Ok(made)
}

fn watch(cx: &mut NativeCx<'_>) -> NativeResult {
    let signal = cx.int() as i32;
    // Those that signal a fault of the program itself cannot be had; nobody can send them usefully.
    if !signal_hook::consts::FORBIDDEN.contains(&signal)
        && let Ok(taken) = taken(&cx.state::<Inbox>())
    {
        let bit = 1_u64.checked_shl(signal.unsigned_abs()).unwrap_or(0);
        cx.shared().handled_signals.fetch_or(bit, Ordering::Relaxed);
        let _ = taken.handle.add_signal(signal);
    }
    Ok(())
}

fn receive(cx: &mut NativeCx<'_>) -> NativeResult {
    let inbox = taken(&cx.state::<Inbox>());
    cx.offload(WaitReason::IoWait, move || {
        let signal = inbox.map_or(0, |taken| next(&taken));
        move |cx: &mut NativeCx<'_>| {
            cx.ret_int(signal.into());
            Ok(())
        }
    });
    Ok(())
}

fn next(taken: &Taken) -> i32 {
    let mut come = taken.come.lock().unwrap_or_else(PoisonError::into_inner);
    while come.is_empty() {
        let mut signals = taken.signals.lock().unwrap_or_else(PoisonError::into_inner);
        come.extend(signals.wait());
    }
    come.remove(0)
}

fn act(cx: &mut NativeCx<'_>) -> NativeResult {
    let signal = cx.int() as i32;
    let _ = cx.shared().flush_stdout();
    let _ = emulate_default_handler(signal);
    Ok(())
}
