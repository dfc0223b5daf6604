//! What watches a program while it runs: signals and the limit of its time.
//!
//! SIGINT ends at once, as the system does it by default, but what the program has printed is
//! written out first. SIGQUIT ends with the traces of all goroutines, and so does the time limit.

use std::io::Write as _;
use std::thread;
use std::time::Duration;

use gol::Handle;
use signal_hook::consts::{SIGINT, SIGQUIT};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;

/// Begins to watch a program. Without threads for it the program runs unwatched, as far as signals
/// go; a time limit that cannot be kept is an error.
pub(crate) fn watch(program: &Handle, timeout: Option<Duration>) -> std::io::Result<()> {
    if let Ok(signals) = Signals::new([SIGINT, SIGQUIT]) {
        let program = program.clone();
        let watcher = thread::Builder::new().name("gol-signals".to_owned());
        let _ = watcher.spawn(move || serve_signals(signals, &program));
    }
    if let Some(limit) = timeout {
        let program = program.clone();
        thread::Builder::new().name("gol-timeout".to_owned()).spawn(move || {
            thread::sleep(limit);
            end(&program, &format!("fatal error: time limit of {limit:?} (--timeout) reached\n\n"));
        })?;
    }
    Ok(())
}

fn serve_signals(mut signals: Signals, program: &Handle) {
    for signal in signals.forever() {
        if program.handles_signal(signal) {
            continue;
        }
        if signal == SIGQUIT {
            end(program, "SIGQUIT: quit\n\n");
        } else {
            program.flush();
            // If the system refuses, the program goes on.
            let _ = emulate_default_handler(signal);
        }
    }
}

/// Ends the program, or the process if the program does not stop.
#[allow(clippy::exit, reason = "the program is stuck in a call that does not end")]
fn end(program: &Handle, heading: &str) {
    if !program.end(heading) {
        let _ = std::io::stderr().write_all(heading.as_bytes());
        std::process::exit(2);
    }
}
