//! What a user sees if gol itself fails: one message that says so, never a Rust backtrace.

use std::io::Write as _;

/// Replaces Rust's panic message, unless the program that runs reports it with its place in the
/// script. The process ends with status 70 (an internal software error).
#[allow(clippy::exit, reason = "nothing of gol is in a state to go on")]
pub(crate) fn report_instead_of_panicking() {
    gol::report_memory_faults();
    std::panic::set_hook(Box::new(|info| {
        if gol::is_reported() {
            return;
        }
        let what = info.payload();
        let text = what
            .downcast_ref::<&str>()
            .copied()
            .or_else(|| what.downcast_ref::<String>().map(String::as_str));
        let place =
            info.location().map(|l| format!(" ({}:{})", l.file(), l.line())).unwrap_or_default();
        let _ = writeln!(
            std::io::stderr(),
            "gol: internal error: {}{place}\nThis is a fault of gol, not of your program. Please report it with the program that caused it.",
            text.unwrap_or("unknown")
        );
        std::process::exit(70);
    }));
}
