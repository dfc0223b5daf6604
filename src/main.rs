//! The command `gol`: see `cli` for what it can do.

#![forbid(unsafe_code)]

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::internal_errors::report_instead_of_panicking();
    cli::main()
}
