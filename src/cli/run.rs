//! `gol run`: compiles and runs a program.

use std::ffi::OsString;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use gol::{Program, RunOptions};

use super::args::{LimitArgs, RunArgs, SourceArgs, command_like};
use super::{check, explore, watch};

pub(crate) fn run(args: &RunArgs) -> anyhow::Result<ExitCode> {
    let (other_files, rest) = split(args);
    let source = SourceArgs { other_files, ..args.source.clone() };
    let compiled = check::compile(&source, false).map_err(|error| suggest(error, args))?;
    let Some(program) = compiled.program else { return Ok(ExitCode::from(1)) };
    let name = match (&args.source.eval, &args.source.file) {
        (Some(_), _) => "-e".into(),
        (None, Some(file)) => file.clone().into_os_string(),
        (None, None) => "-".into(),
    };
    let mut program_args = vec![name];
    // What stands in the place of the file belongs to the program if statements were given.
    program_args.extend(
        args.source.eval.is_some().then(|| args.source.file.clone()).flatten().map(Into::into),
    );
    program_args.extend(rest.iter().cloned());
    run_to_end(&program, program_args, &args.limits)
}

/// What stands behind the file: as the go command reads it, `.go` files behind a `.go` file are of
/// its package; the rest are the program's arguments.
fn split(args: &RunArgs) -> (Vec<PathBuf>, &[OsString]) {
    let is_go = |file: &Path| file.extension().is_some_and(|ending| ending == "go");
    let names_go = args.source.eval.is_none() && args.source.file.as_deref().is_some_and(is_go);
    let files = args.args.iter().take_while(|arg| names_go && is_go(Path::new(arg))).count();
    let (files, rest) = args.args.split_at(files);
    (files.iter().map(PathBuf::from).collect(), rest)
}

/// A word that names no file may have been meant for a command.
fn suggest(error: anyhow::Error, args: &RunArgs) -> anyhow::Error {
    let word = args.source.file.as_ref().map(|file| file.to_string_lossy().into_owned());
    let word = word.filter(|word| word.chars().all(|c| c.is_ascii_alphabetic() || c == '-'));
    match word.as_deref().and_then(command_like) {
        Some(name) => anyhow::anyhow!("{error:#}; did you mean gol {name}?"),
        None => error,
    }
}

/// Runs a program and leaves the process as it says.
pub(crate) fn run_to_end(
    program: &Program,
    args: Vec<OsString>,
    limits: &LimitArgs,
) -> anyhow::Result<ExitCode> {
    let options = RunOptions {
        workers: workers(),
        seed: limits.seed,
        memory_limit: limits.memory_limit,
        max_goroutines: limits.max_goroutines.unwrap_or(0),
        leaks: limits.leaks,
        gc_stress: limits.gc_stress,
        safepoint_stress: limits.safepoint_stress,
        args,
    };
    if let Some(count) = limits.explore {
        return explore::explore(program, &options, count);
    }
    let mut watching = Ok(());
    let ended = program.run_watched(&options, |handle| {
        watching = watch::watch(&handle, limits.timeout);
    })?;
    watching?;
    if let Some(text) = ended.outcome.report() {
        // Nobody can be told that standard error is closed.
        let _ = std::io::stderr().write_all(text.as_bytes());
    }
    // The program is over: its memory need not be taken apart piece by piece.
    exit(ended.outcome.status())
}

/// `GOMAXPROCS`, as Go reads it; 0 where it is not set to a number.
pub(crate) fn workers() -> usize {
    std::env::var("GOMAXPROCS").ok().and_then(|n| n.parse().ok()).unwrap_or(0)
}

#[allow(clippy::exit, reason = "statuses beyond 255 and negative ones are the system's to cut")]
fn exit(status: i32) -> ! {
    std::process::exit(status)
}

/// The status with which a session ends.
pub(crate) fn status(status: i32) -> ExitCode {
    ExitCode::from(status as u8)
}
