//! Runs the benchmark programs under gol and whatever it is compared with, interleaved, and prints
//! ratios. See `bench/README.md` for how to use it.

#![forbid(unsafe_code)]
#![allow(clippy::print_stdout, reason = "the table is this program's output")]

mod library;
mod measure;
mod table;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};
use clap::Parser;
use measure::{Contestant, Sample};

#[derive(Parser)]
#[command(about = "Time gol beside Go and others on the same programs")]
struct Options {
    /// Programs to run, by name; all if none is named
    names: Vec<String>,
    /// Counted runs of each
    #[arg(long, default_value_t = 3)]
    runs: usize,
    /// GOMAXPROCS for all of them
    #[arg(long)]
    workers: Option<usize>,
    /// Time single functions of the library instead, those whose name has the first argument in it
    #[arg(long)]
    library: bool,
    /// The gol to measure; built in release mode if not given
    #[arg(long)]
    gol: Option<PathBuf>,
}

fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("programs");
    let gol = match &options.gol {
        Some(path) => path.clone(),
        None => build_gol()?,
    };
    let scratch = std::env::temp_dir().join(format!("gol-bench-{}", std::process::id()));
    std::fs::create_dir_all(&scratch)?;
    if options.library {
        library::run(&gol, &scratch, options.names.first())?;
        std::fs::remove_dir_all(&scratch)?;
        return Ok(());
    }
    let mut rows = Vec::new();
    for name in program_names(&folder, &options.names)? {
        let contestants = contestants(&folder, &name, &gol, &scratch)?;
        let samples = measure::interleaved(&contestants, options.runs, options.workers)?;
        let row = table::Row::new(&name, &contestants, &samples);
        println!("{}", row.line());
        rows.push(row);
    }
    std::fs::remove_dir_all(&scratch)?;
    println!("{}", table::summary(&rows));
    Ok(())
}

fn program_names(folder: &Path, wanted: &[String]) -> anyhow::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|e| e == "go")
            && let Some(stem) = path.file_stem()
        {
            names.push(stem.to_string_lossy().into_owned());
        }
    }
    names.sort();
    if let Some(unknown) = wanted.iter().find(|w| !names.contains(w)) {
        bail!("there is no program {unknown}");
    }
    names.retain(|n| wanted.is_empty() || wanted.contains(n));
    Ok(names)
}

fn build_gol() -> anyhow::Result<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status =
        Command::new(cargo).args(["build", "--release", "--quiet"]).current_dir(&root).status()?;
    if !status.success() {
        bail!("gol could not be built");
    }
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    Ok(target.join("release").join("gol"))
}

/// Who takes part: gol always, the others where they are installed and can build the program.
fn contestants(
    folder: &Path,
    name: &str,
    gol: &Path,
    scratch: &Path,
) -> anyhow::Result<Vec<Contestant>> {
    let source = folder.join(format!("{name}.go"));
    let mut all = vec![Contestant::new("gol", gol, &[source.as_os_str()])];
    let binary = scratch.join(name);
    let go = Command::new("go")
        .args(["build", "-o"])
        .arg(&binary)
        .arg(&source)
        .env("GO111MODULE", "off")
        .output();
    if go.is_ok_and(|o| o.status.success()) {
        all.push(Contestant::new("go", &binary, &[]));
    }
    let lua = folder.join(format!("{name}.lua"));
    if lua.exists() && installed("lua5.4", "-v") {
        all.push(Contestant::new("lua", Path::new("lua5.4"), &[lua.as_os_str()]));
    }
    if installed("yaegi", "version") {
        all.push(Contestant::new(
            "yaegi",
            Path::new("yaegi"),
            &["run".as_ref(), source.as_os_str()],
        ));
    }
    let version = Command::new(gol).arg("version").output().context("gol does not start")?;
    if !version.status.success() {
        bail!("gol does not start");
    }
    Ok(all)
}

fn installed(program: &str, argument: &str) -> bool {
    Command::new(program).arg(argument).output().is_ok_and(|o| o.status.success())
}

/// The median of a figure over a contestant's samples.
fn median(samples: &[Sample], figure: impl Fn(&Sample) -> f64) -> f64 {
    let mut values: Vec<f64> = samples.iter().map(figure).collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
