//! `gol run --explore N`: runs a program under N seeds, to find a schedule under which it goes wrong.
//!
//! The first run says what the program prints and how it ends. The first seed under which it panics,
//! deadlocks, or prints something else is reported, with the command to run it again.

use std::io::Write as _;
use std::process::ExitCode;

use gol::{Captured, Program, RunOptions};

/// Runs under the seeds `first..first + count`. Status 0 if all runs agree and end well, else 1.
pub(crate) fn explore(
    program: &Program,
    options: &RunOptions,
    count: u64,
) -> anyhow::Result<ExitCode> {
    let first = options.seed.unwrap_or(1);
    let mut wanted: Option<Captured> = None;
    for seed in first..first.saturating_add(count) {
        let options = RunOptions { seed: Some(seed), ..options.clone() };
        let found = program.run_captured(&options)?;
        let what = match &wanted {
            _ if found.status != 0 => format!("ends with status {}", found.status),
            Some(wanted) if found != *wanted => format!("prints something else than seed {first}"),
            _ => {
                wanted.get_or_insert(found);
                continue;
            }
        };
        report(seed, &what, &found)?;
        return Ok(ExitCode::from(1));
    }
    if let Some(found) = wanted {
        std::io::stdout().write_all(&found.stdout)?;
        let mut stderr = std::io::stderr();
        stderr.write_all(&found.stderr)?;
        writeln!(stderr, "gol: the same under {count} seeds")?;
    }
    Ok(ExitCode::SUCCESS)
}

fn report(seed: u64, what: &str, found: &Captured) -> std::io::Result<()> {
    std::io::stdout().write_all(&found.stdout)?;
    let mut stderr = std::io::stderr();
    stderr.write_all(&found.stderr)?;
    writeln!(stderr, "gol: the program {what} under seed {seed}; run it again with --seed {seed}")
}
