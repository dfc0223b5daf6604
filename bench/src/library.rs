//! The table of single functions: `library/` run by gol and by Go, line beside line.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, bail};

/// How many times slower than Go a native function may be.
const BAR: f64 = 3.0;

/// Prints a line for each case whose name has the text in it, or for all.
pub(crate) fn run(gol: &Path, scratch: &Path, only: Option<&String>) -> anyhow::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("library");
    let binary = scratch.join("library");
    let built = Command::new("go")
        .args(["build", "-o"])
        .arg(&binary)
        .arg(".")
        .current_dir(&folder)
        .env("GO111MODULE", "off")
        .status()
        .context("the library is compared with Go, which is not installed")?;
    if !built.success() {
        bail!("Go cannot build bench/library");
    }
    let ours = cases(Command::new(gol).arg("run").arg(&folder).args(only))?;
    let theirs = cases(Command::new(&binary).args(only))?;
    println!("{:<28} {:>14} {:>14} {:>8}", "nanoseconds a call", "gol", "go", "ratio");
    let mut above = 0;
    for ((name, gol), (_, go)) in ours.iter().zip(&theirs) {
        let ratio = gol / go;
        let mark = if ratio > BAR { " above the bar" } else { "" };
        above += usize::from(ratio > BAR);
        println!("{name:<28} {gol:>14.1} {go:>14.1} {ratio:>8.2}{mark}");
    }
    println!("{} functions, {above} above {BAR} times Go", ours.len());
    Ok(())
}

/// Names and figures that a command prints.
fn cases(command: &mut Command) -> anyhow::Result<Vec<(String, f64)>> {
    let output = command.output()?;
    if !output.status.success() {
        bail!("{}", String::from_utf8_lossy(&output.stderr));
    }
    let text = String::from_utf8(output.stdout)?;
    let case = |line: &str| {
        let (name, figure) = line.split_once('\t').context("a line without a figure")?;
        Ok((name.to_owned(), figure.parse()?))
    };
    text.lines().map(case).collect()
}
