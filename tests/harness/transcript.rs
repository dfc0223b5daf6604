//! Tests of the REPL: transcripts of sessions, as a terminal would show them.
//!
//! Lines that begin with `>>>` or `...` are what was typed, all others what was printed. The typed
//! lines are fed to `gol repl --transcript`, whose output must be the file again. Lines with `#` at
//! the top say what the test is about.

use std::fs;
use std::path::Path;

use libtest_mimic::{Failed, Trial};

use super::process::{gol, without_offsets};
use super::{expect, files, root};

pub(crate) fn trials() -> Vec<Trial> {
    let all = files("tests/repl", &["repl"]).into_iter();
    all.map(|path| Trial::test(path.display().to_string(), move || run(&path))).collect()
}

fn run(path: &Path) -> Result<(), Failed> {
    let file = root().join(path);
    let text = fs::read_to_string(&file).map_err(|e| e.to_string())?;
    let header = text.split_inclusive('\n').take_while(|l| l.starts_with('#'));
    let header: String = header.collect();
    let typed: String = text[header.len()..].lines().filter_map(typed).collect();
    let args = ["repl", "--transcript"].map(str::to_owned);
    let folder = path.parent().map_or_else(|| root().to_path_buf(), |f| root().join(f));
    let finished = gol(&args, &folder, typed.as_bytes(), &[])?;
    if !finished.stderr.is_empty() {
        return Err(format!("on standard error:\n{}", finished.stderr).into());
    }
    expect(&file, &(header + &normalise(&finished.stdout)), "the session")
}

/// The line that was typed, if one was.
fn typed(line: &str) -> Option<String> {
    let rest = line.strip_prefix(">>>").or_else(|| line.strip_prefix("..."))?;
    Some(format!("{}\n", rest.strip_prefix(' ').unwrap_or(rest)))
}

/// Takes out what differs from run to run: numbers of goroutines, times.
fn normalise(output: &str) -> String {
    let text = without_offsets(output);
    let lines = text.split_inclusive('\n').map(|line| {
        let line = match line.strip_prefix("goroutine ").and_then(|l| l.split_once(' ')) {
            Some((_, rest)) => format!("goroutine N {rest}"),
            None => line.to_owned(),
        };
        match line.rsplit_once(" in goroutine ") {
            Some((before, _)) if line.starts_with("created by") => {
                format!("{before} in goroutine N\n")
            }
            _ if line.starts_with("took ") => "took a time\n".to_owned(),
            _ => line,
        }
    });
    lines.collect()
}
