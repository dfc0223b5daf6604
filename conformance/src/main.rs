//! Compares gol with Go: on the cases of Go's own test directories (`outside`), on the examples and
//! tests of Go's library (`examples`, `library`), and on random programs (`differential`). Runs
//! gol's own programs with goroutines under many schedules (`schedules`, `stress`). See
//! `conformance/README.md`.

#![forbid(unsafe_code)]
#![allow(clippy::print_stdout, reason = "the report is this program's output")]

mod cases;
mod census;
mod differential;
mod examples;
mod generate;
mod imports;
mod library;
mod lists;
mod markers;
mod mutate;
mod names;
mod outside;
mod packages;
mod process;
mod reference;
mod schedules;
mod tree;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::bail;
use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(about = "Compare gol with Go, on Go's own tests and on random programs")]
struct Options {
    /// The gol to test; built in release mode if not given
    #[arg(long, global = true)]
    gol: Option<PathBuf>,
    /// The go command
    #[arg(long, global = true, default_value = "go")]
    go: PathBuf,
    /// How many programs run at once
    #[arg(long, global = true, default_value_t = 2)]
    jobs: usize,
    #[command(subcommand)]
    command: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Run the cases of tests/outside that gol is known to pass
    Outside(outside::Options),
    /// Run the examples of Go's library, each as a program
    Examples(examples::Options),
    /// Run the tests of Go's library that need nothing unexported
    Library(library::Options),
    /// Import every public package of Go's tree
    Imports,
    /// Run random programs under Go and under gol
    Differential(differential::Options),
    /// Run gol's own concurrent programs under many schedules: all must print the same
    Schedules(schedules::Options),
    /// Run them again and again with more workers than cores, collections and pauses
    Stress(schedules::StressOptions),
    /// Compile damaged programs: none may break the front end
    Mutate(mutate::Options),
}

fn main() -> anyhow::Result<ExitCode> {
    let options = Options::parse();
    let (gol, go, jobs) = (options.gol, options.go, options.jobs.max(1));
    let tools = move || -> anyhow::Result<process::Tools> {
        let gol = gol.map_or_else(build_gol, |path| Ok(std::path::absolute(path)?))?;
        Ok(process::Tools::new(gol, go, jobs))
    };
    let passed = match options.command {
        Task::Outside(options) => outside::run(&tools()?, &options)?,
        Task::Examples(options) => examples::run(&tools()?, &options)?,
        Task::Library(options) => library::run(&tools()?, &options)?,
        Task::Imports => imports::run(&tools()?)?,
        Task::Differential(options) => differential::run(&tools()?, &options)?,
        Task::Schedules(options) => schedules::explore(&tools()?, &options)?,
        Task::Stress(options) => schedules::stress(&tools()?, &options)?,
        // The front end is part of this program.
        Task::Mutate(options) => {
            let gol = if options.runs() { Some(tools()?.gol) } else { None };
            mutate::run(&options, gol)?
        }
    };
    Ok(if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The project's root folder.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn build_gol() -> anyhow::Result<PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status =
        Command::new(cargo).args(["build", "--release", "--quiet"]).current_dir(root()).status()?;
    if !status.success() {
        bail!("gol could not be built");
    }
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    Ok(std::path::absolute(target.join("release/gol"))?)
}
