//! The commands `schedules` and `stress`: gol's own concurrent programs, each many times. Whatever
//! the schedule, they print what stands beside them.
//!
//! Programs are those of `tests/chan` and `tests/sched`, others below `tests` that start goroutines,
//! and the examples; only those with `// run` alone. `schedules` runs each
//! under many seeds (`gol run --explore`), `stress` in many processes with several workers on each
//! core, a collection at every few allocations, freed objects poisoned, and workers that pause at
//! random at frequent safepoints.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use crate::process::{self, Ended, Tools};
use crate::root;

/// What a process gets: it may stand behind others.
const LIMIT: Duration = Duration::from_mins(20);

/// Seeds that one process tries, and the time after which a program gets no further ones.
const AT_ONCE: u64 = 25;
const ENOUGH: Duration = Duration::from_mins(20);

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Seeds for each program
    #[arg(long, default_value_t = 1000)]
    seeds: u64,
    /// Only programs whose path has one of these in it
    names: Vec<String>,
}

#[derive(clap::Args)]
pub(crate) struct StressOptions {
    /// How often each program is run
    #[arg(long, default_value_t = 500)]
    rounds: u64,
    /// Workers for each core
    #[arg(long, default_value_t = 4)]
    workers: usize,
    /// A collection at every so many allocations
    #[arg(long, default_value_t = 64)]
    allocations: u32,
    /// A safepoint after so many loops and calls
    #[arg(long, default_value_t = 50)]
    budget: u32,
    /// Only programs whose path has one of these in it
    names: Vec<String>,
}

/// A program, and what it prints.
struct Program {
    /// From the root.
    path: PathBuf,
    wanted: Vec<u8>,
}

/// Whether all programs print the same under all seeds.
pub(crate) fn explore(tools: &Tools, options: &Options) -> anyhow::Result<bool> {
    let programs = programs(&options.names)?;
    let start = Instant::now();
    let faults = process::in_parallel(tools.jobs, &programs, |program| {
        explore_one(tools, program, options.seeds)
    });
    let faults = faults.into_iter().collect::<anyhow::Result<Vec<_>>>()?;
    let failed = report(&programs, &faults);
    let seconds = start.elapsed().as_secs();
    let (count, seeds) = (programs.len(), options.seeds);
    println!("{count} programs under {seeds} seeds, {failed} failed, {seconds} s");
    Ok(failed == 0)
}

/// Runs a program under so many seeds, some of them in each process; what is wrong. Programs with
/// a million goroutines take their time, and get as many seeds as fit into it.
fn explore_one(tools: &Tools, program: &Program, seeds: u64) -> anyhow::Result<Option<String>> {
    let start = Instant::now();
    for first in (1..=seeds).step_by(AT_ONCE as usize) {
        if start.elapsed() > ENOUGH {
            println!("{}: {} of {seeds} seeds", program.path.display(), first - 1);
            break;
        }
        let count = AT_ONCE.min(seeds + 1 - first);
        let (seed, explore) = (first.to_string(), count.to_string());
        let mut command = tools.gol(&["run", "--seed", &seed, "--explore", &explore]);
        let line = format!("gol: the same under {count} seeds\n");
        let wanted = [&program.wanted[..], line.as_bytes()].concat();
        if let Some(fault) = fault(&mut command, program, &wanted)? {
            return Ok(Some(fault));
        }
    }
    Ok(None)
}

/// Whether all programs print the right thing each time.
pub(crate) fn stress(tools: &Tools, options: &StressOptions) -> anyhow::Result<bool> {
    let programs = programs(&options.names)?;
    let start = Instant::now();
    let cores = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let workers = (cores * options.workers).to_string();
    let allocations = options.allocations.to_string();
    let budget = options.budget.to_string();
    let flags = ["run", "--gc-stress", &allocations, "--safepoint-stress", &budget];
    let mut faults: Vec<Option<String>> = vec![None; programs.len()];
    for round in 1..=options.rounds {
        let left: Vec<usize> = (0..programs.len()).filter(|&at| faults[at].is_none()).collect();
        let found = process::in_parallel(tools.jobs, &left, |&at| {
            let mut command = tools.gol(&flags);
            command.env("GOMAXPROCS", &workers);
            fault(&mut command, &programs[at], &programs[at].wanted)
        });
        for (at, fault) in left.into_iter().zip(found) {
            faults[at] = fault?;
        }
        if round % 50 == 0 {
            println!("{round} rounds, {} s", start.elapsed().as_secs());
        }
    }
    let failed = report(&programs, &faults);
    println!(
        "{} programs {} times with {workers} workers, {failed} failed, {} s",
        programs.len(),
        options.rounds,
        start.elapsed().as_secs()
    );
    Ok(failed == 0)
}

/// Runs a program once: what is wrong with what it prints and how it ends.
fn fault(
    command: &mut Command,
    program: &Program,
    wanted: &[u8],
) -> anyhow::Result<Option<String>> {
    command.arg(&program.path).current_dir(root());
    let Ended { status, output, .. } = process::run(command, LIMIT)?;
    if status == Some(0) && output == wanted {
        return Ok(None);
    }
    let output = String::from_utf8_lossy(&output).into_owned();
    let fault = format!("{}: status {status:?}\n{output}", program.path.display());
    println!("{fault}");
    Ok(Some(fault))
}

/// Repeats at the end which programs failed; how many.
fn report(programs: &[Program], faults: &[Option<String>]) -> usize {
    let failed = programs.iter().zip(faults).filter(|(_, fault)| fault.is_some());
    failed.inspect(|(program, _)| println!("FAILED {}", program.path.display())).count()
}

fn programs(names: &[String]) -> anyhow::Result<Vec<Program>> {
    let mut paths = Vec::new();
    for folder in ["tests", "examples"] {
        collect(&root().join(folder), &mut paths)?;
    }
    paths.sort();
    let mut programs = Vec::new();
    for path in paths {
        let path = path.strip_prefix(root())?;
        let text = path.to_string_lossy();
        if !names.is_empty() && !names.iter().any(|name| text.contains(name)) {
            continue;
        }
        let found = if path.starts_with("examples") { example(path) } else { test(path) };
        programs.extend(found);
    }
    // An example may have several files.
    programs.dedup_by(|a, b| a.path == b.path);
    Ok(programs)
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, found)?;
        } else if path.extension().is_some_and(|ending| ending == "gol" || ending == "go") {
            found.push(path);
        }
    }
    Ok(())
}

/// A test that is run, needs nothing, and has to do with goroutines.
fn test(path: &Path) -> Option<Program> {
    let text = std::fs::read_to_string(root().join(path)).ok()?;
    let flags = text.lines().next()?.strip_prefix("// run")?;
    let is_concurrent = path.starts_with("tests/chan")
        || path.starts_with("tests/sched")
        || text.lines().any(|line| line.trim_start().starts_with("go "));
    let is_plain = flags.is_empty()
        && !text.lines().any(|line| line.starts_with("// args: "))
        && !root().join(path.with_extension("in")).exists()
        && !root().join(path.with_extension("err")).exists();
    if !is_concurrent || !is_plain {
        return None;
    }
    let wanted = std::fs::read(root().join(path.with_extension("out"))).unwrap_or_default();
    Some(Program { path: path.to_path_buf(), wanted })
}

/// An example whose output is the same each time.
fn example(path: &Path) -> Option<Program> {
    let folder = path.parent()?;
    let wanted = std::fs::read(root().join(folder).join("output")).ok()?;
    let is_open = wanted.contains(&b'*') || root().join(folder).join("output.or").exists();
    (!is_open).then(|| Program { path: folder.to_path_buf(), wanted })
}
