//! Inputs from a file or pipe: results without prompts, or with `--transcript` what a terminal
//! would show.

use std::process::ExitCode;

use gol::session::is_incomplete;

use super::console::Console;
use super::{Flow, Repl, ReplArgs};

/// What stands before an input and before its further lines.
pub(super) const PROMPT: &str = ">>> ";
pub(super) const CONTINUATION: &str = "... ";

/// Runs all inputs. The status is 1 if one of them failed.
pub(super) fn run(args: &ReplArgs) -> anyhow::Result<ExitCode> {
    let console = Console::streams(args.transcript);
    let mut repl = Repl::new(args, console.clone())?;
    let mut failed = false;
    while let Some(input) = next_input(&console, args.transcript)? {
        match repl.enter(&input) {
            Flow::On => {}
            Flow::Failed => failed = true,
            Flow::Leave(status) => return Ok(super::super::run::status(status)),
        }
        console.start_line_if_shown();
    }
    Ok(ExitCode::from(u8::from(failed)))
}

/// The lines up to where an input is complete; what is left at the end of all input is one, too.
fn next_input(console: &Console, transcript: bool) -> anyhow::Result<Option<String>> {
    let mut input = String::new();
    let mut lines = 0;
    while let Some(line) = console.read_line()? {
        if transcript {
            let prompt = if lines == 0 { PROMPT } else { CONTINUATION };
            console.out(&format!("{}\n", format!("{prompt}{line}").trim_end()));
        }
        if lines > 0 {
            input.push('\n');
        }
        input.push_str(&line);
        lines += 1;
        if input.trim_start().starts_with(':') || !is_incomplete(&input) {
            return Ok(Some(input));
        }
    }
    Ok((lines > 0).then_some(input))
}

impl Console {
    /// In a transcript every prompt stands at the start of a line.
    fn start_line_if_shown(&self) {
        if self.shows_inputs() {
            self.start_line();
        }
    }
}
