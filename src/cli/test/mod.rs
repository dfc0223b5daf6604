//! `gol test`: finds packages with tests, runs each in a process of its own, and prints what
//! `go test` prints.
//!
//! Such a process (`gol test-binary`, hidden) compiles the package with its tests and runs them in
//! the package's directory. Before the program starts it writes [`STARTED`]: what comes without
//! that line are the compiler's messages.

mod child;
mod flags;
mod json;
mod packages;
mod parallel;
mod paths;
mod report;

pub(crate) use child::test_binary;
pub(crate) use flags::{arguments, help};

use std::ffi::OsString;
use std::process::ExitCode;
use std::sync::Arc;

use flags::TestFlags;
use report::Reporter;

/// What a test process writes first when its program has been compiled.
const STARTED: &str = "\u{16}gol: compiled\n";

/// Runs the tests that the words of the command line name.
pub(crate) fn test(words: &[OsString]) -> anyhow::Result<ExitCode> {
    let flags = match TestFlags::parse(words) {
        Ok(flags) => flags,
        Err(message) => {
            use std::io::Write as _;
            writeln!(std::io::stderr(), "gol: {message}\nrun 'gol test --help' for the flags")?;
            return Ok(ExitCode::from(2));
        }
    };
    if flags.race {
        use std::io::Write as _;
        let note = "gol: -race: gol has no race detector; the tests run without one\n";
        std::io::stderr().write_all(note.as_bytes())?;
    }
    let packages = packages::expand(&flags.packages, &flags.tags)?;
    if flags.fuzz {
        anyhow::ensure!(packages.len() == 1, "cannot use -fuzz flag with multiple packages");
        // Ctrl-C reaches the tests, too, and ends the fuzzing; what they then say is still read.
        signal_hook::flag::register(signal_hook::consts::SIGINT, Arc::default())?;
    }
    let coverage = packages::coverage(&flags, &packages)?;
    let mut reporter = Reporter::new(&Arc::new(flags), coverage, &packages)?;
    for package in &packages {
        reporter.run(package)?;
    }
    Ok(ExitCode::from(reporter.finish()?))
}
