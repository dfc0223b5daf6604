//! The command: arguments ([`args`]), one module for each thing it does, and how diagnostics look
//! ([`render`]).
//!
//! Exit statuses: 0 success; 1 errors in the program's source, or a file that cannot be read; 2 a
//! program that panicked or met a fatal error, or a wrong command line; else what the program
//! itself chose by `os.Exit`.

mod args;
mod check;
pub(crate) mod disasm;
pub(crate) mod doc;
mod excerpt;
mod explore;
mod fmt;
pub(crate) mod highlight;
pub(crate) mod internal_errors;
mod render;
mod repl;
pub(crate) mod run;
mod shell;
mod test;
mod watch;

use std::io::{IsTerminal, Write as _};
use std::process::ExitCode;

use args::{Command, Invocation};

/// Reads the command line and does what it says.
pub(crate) fn main() -> ExitCode {
    let invocation = match args::parse(std::env::args_os()) {
        Ok(invocation) => invocation,
        Err(exit) => return exit,
    };
    let result = match invocation.command {
        Command::Run(options) => run::run(&options),
        Command::Check(options) => check::check(&options),
        Command::Disasm(options) => disasm::disasm(&options),
        Command::Fmt(options) => fmt::fmt(&options),
        Command::Doc(options) => doc::doc(&options),
        Command::Repl(options) => repl::repl(&options),
        Command::Completions(options) => shell::completions(&options),
        Command::Man => shell::manual(),
        Command::Test(options) => test::test(&options.words),
        Command::TestBinary(options) => test::test_binary(&options),
        Command::Version => version(),
    };
    result.unwrap_or_else(|error| {
        if is_closed_pipe(&error) {
            // Who read the output has enough; other programs are ended by the signal.
            let _ = signal_hook::low_level::emulate_default_handler(signal_hook::consts::SIGPIPE);
        }
        let _ = writeln!(std::io::stderr(), "gol: {error:#}");
        ExitCode::from(1)
    })
}

/// Whether an error is that nobody reads the output any more.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let kind = error.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
    kind == Some(std::io::ErrorKind::BrokenPipe)
}

/// Whether output to a stream has colours: on a terminal, unless `NO_COLOR`, `CLICOLOR=0` or
/// `TERM=dumb` says no; elsewhere, if `CLICOLOR_FORCE` says so.
pub(crate) fn color(stream: &impl IsTerminal) -> bool {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    if variable("NO_COLOR").is_some() {
        return false;
    }
    if variable("CLICOLOR_FORCE").is_some_and(|value| value != "0") {
        return true;
    }
    let plain = variable("CLICOLOR").is_some_and(|value| value == "0")
        || variable("TERM").is_some_and(|value| value == "dumb");
    stream.is_terminal() && !plain
}

fn version() -> anyhow::Result<ExitCode> {
    let (system, machine) = (std::env::consts::OS, std::env::consts::ARCH);
    writeln!(std::io::stdout(), "gol {} (Go 1.27) {system}/{machine}", env!("CARGO_PKG_VERSION"))?;
    Ok(ExitCode::SUCCESS)
}

impl Invocation {
    fn new(command: Command) -> Invocation {
        Invocation { command }
    }
}
