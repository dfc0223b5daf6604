//! The command `differential`: random programs under Go and under gol, side by side.
//!
//! Programs go into files of many, because the Go compiler takes its time for each file. The
//! outputs are compared program by program. A file whose run ends in the middle is made again
//! without what was compared already. Go compiles without optimisations: that takes half of the
//! time, and where Go leaves an order open, optimisations may change it.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::bail;

use crate::generate;
use crate::process::{self, Ended, Tools};

/// The time that a file gets. The machine may be busy, and all programs end by themselves.
const LIMIT: Duration = Duration::from_mins(10);
/// What every program's output begins with.
const HEAD: &str = "== seed ";

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
    /// Let Go optimise
    #[arg(long)]
    optimise: bool,
    /// Print the program of the seed instead
    #[arg(long)]
    print: bool,
    /// Where programs that differ are kept
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
        let different = differences(tools, options, &scratch, &seeds);
        if let Ok(seeds) = &different {
            for &seed in seeds {
                keep(options, seed)?;
            }
        }
        different
    });
    let mut different = 0;
    for seeds in found {
        different += seeds?.len();
    }
    std::fs::remove_dir_all(&scratch)?;
    println!("{} programs, {different} differ, {} s", options.programs, start.elapsed().as_secs());
    Ok(different == 0)
}

fn keep(options: &Options, seed: u64) -> anyhow::Result<()> {
    std::fs::create_dir_all(&options.keep)?;
    let path = options.keep.join(format!("{seed}.go"));
    std::fs::write(&path, generate::file(&[seed]))?;
    println!("seed {seed} differs: {}", path.display());
    Ok(())
}

/// The seeds of the programs that differ.
fn differences(
    tools: &Tools,
    options: &Options,
    scratch: &Path,
    seeds: &[u64],
) -> anyhow::Result<Vec<u64>> {
    let mut different = Vec::new();
    let mut rest = seeds;
    while !rest.is_empty() {
        let (wanted, found) = both(tools, options, scratch, rest)?;
        let (mut left, mut right) = (sections(&wanted.output), sections(&found.output));
        let mut compared = 0;
        while let (Some((a, a_last)), Some((b, b_last)), Some(&seed)) =
            (left.next(), right.next(), rest.get(compared))
        {
            compared += 1;
            let ends_alike = a_last != b_last || !a_last || wanted.status == found.status;
            if a != b || !ends_alike {
                different.push(seed);
            }
        }
        if compared == 0 {
            different.extend(rest.first());
        }
        rest = &rest[compared.max(1)..];
    }
    Ok(different)
}

/// What the programs print, one after the other, and whether it is the last one.
fn sections(output: &[u8]) -> impl Iterator<Item = (String, bool)> {
    let text = String::from_utf8_lossy(output);
    let parts: Vec<String> = text.split(HEAD).skip(1).map(ToOwned::to_owned).collect();
    let count = parts.len();
    parts.into_iter().enumerate().map(move |(at, part)| (part, at + 1 == count))
}

/// Runs a file with the programs under Go and under gol.
fn both(
    tools: &Tools,
    options: &Options,
    scratch: &Path,
    seeds: &[u64],
) -> anyhow::Result<(Ended, Ended)> {
    let first = seeds.first().copied().unwrap_or_default();
    let source = scratch.join(format!("p{first}.go"));
    std::fs::write(&source, generate::file(seeds))?;
    let program = scratch.join(format!("p{first}"));
    let flags = if options.optimise { "-dwarf=false" } else { "-N -l -dwarf=false" };
    let mut build = tools.go(&["build", "-ldflags=-s -w", "-gcflags", flags, "-o"]);
    let built = process::run(build.arg(&program).arg(&source), LIMIT)?;
    if built.status != Some(0) {
        bail!("{}: Go refuses it:\n{}", source.display(), String::from_utf8_lossy(&built.output));
    }
    let wanted = process::run(&mut process::within_memory(&program), LIMIT)?;
    let mut gol = process::within_memory(&tools.gol);
    let found = process::run(gol.arg("run").arg(&source), LIMIT)?;
    std::fs::remove_file(&program)?;
    std::fs::remove_file(&source)?;
    Ok((wanted, found))
}
