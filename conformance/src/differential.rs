//! The command `differential`: random programs under Go and under gol, side by side.
//!
//! Programs go into files of many, because the Go compiler takes its time for each file. If the
//! outputs of a file differ, the first program that differs is run again in a file of its own.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::bail;

use crate::generate;
use crate::process::{self, Ended, Tools};

/// The time that a file gets.
const LIMIT: Duration = Duration::from_mins(2);

#[derive(clap::Args)]
pub(crate) struct Options {
    /// How many programs
    #[arg(long, default_value_t = 1000)]
    programs: u64,
    /// The first program's seed; the next ones follow
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Programs in a file
    #[arg(long, default_value_t = 100)]
    per_file: u64,
    /// Print the program of the seed instead
    #[arg(long)]
    print: bool,
    /// Where files that differ are kept
    #[arg(long, default_value = "differences")]
    keep: PathBuf,
}

/// Whether no program differs.
pub(crate) fn run(tools: &Tools, options: &Options) -> anyhow::Result<bool> {
    if options.print {
        println!("{}", generate::file(&[options.seed]));
        return Ok(true);
    }
    let end = options.seed + options.programs;
    let starts: Vec<u64> = (options.seed..end).step_by(options.per_file.max(1) as usize).collect();
    let scratch = std::env::temp_dir().join(format!("gol-differential-{}", std::process::id()));
    std::fs::create_dir_all(&scratch)?;
    let start = Instant::now();
    let found = process::in_parallel(tools.jobs, &starts, |&first| {
        let seeds: Vec<u64> = (first..end.min(first + options.per_file)).collect();
        let different = first_difference(tools, &scratch, &seeds);
        if let Ok(Some(seed)) = different {
            println!("seed {seed} differs: {}", options.keep.join(format!("{seed}.go")).display());
        }
        different
    });
    let mut differences = 0;
    for different in found {
        let Some(seed) = different? else { continue };
        differences += 1;
        std::fs::create_dir_all(&options.keep)?;
        std::fs::write(options.keep.join(format!("{seed}.go")), generate::file(&[seed]))?;
    }
    std::fs::remove_dir_all(&scratch)?;
    println!(
        "{} programs, {differences} files with differences, {} s",
        options.programs,
        start.elapsed().as_secs()
    );
    Ok(differences == 0)
}

/// The seed of the first program of a file whose outputs differ.
fn first_difference(tools: &Tools, scratch: &Path, seeds: &[u64]) -> anyhow::Result<Option<u64>> {
    let Some(&first) = seeds.first() else { return Ok(None) };
    let source = scratch.join(format!("p{first}.go"));
    std::fs::write(&source, generate::file(seeds))?;
    let program = scratch.join(format!("p{first}"));
    let mut build = tools.go(&["build", "-o"]);
    let built = process::run(build.arg(&program).arg(&source), LIMIT)?;
    if built.status != Some(0) {
        bail!("{}: Go refuses it:\n{}", source.display(), String::from_utf8_lossy(&built.output));
    }
    let wanted = process::run(&mut std::process::Command::new(&program), LIMIT)?;
    let found = process::run(tools.gol(&["run"]).arg(&source), LIMIT)?;
    std::fs::remove_file(&program)?;
    Ok(compare(&wanted, &found).map(|seed| seed.unwrap_or(first)))
}

/// The program in which two runs begin to differ, if they do.
fn compare(wanted: &Ended, found: &Ended) -> Option<Option<u64>> {
    if wanted.status == found.status && wanted.output == found.output {
        return None;
    }
    let (a, b) = (String::from_utf8_lossy(&wanted.output), String::from_utf8_lossy(&found.output));
    let mut seed = None;
    let (mut left, mut right) = (a.lines(), b.lines());
    loop {
        match (left.next(), right.next()) {
            (Some(x), Some(y)) if x == y => {
                seed = x.strip_prefix("== seed ").and_then(|s| s.parse().ok()).or(seed);
            }
            _ => return Some(seed),
        }
    }
}
