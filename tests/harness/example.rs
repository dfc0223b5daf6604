//! Every folder of `examples/` is run, and its output compared with the file `output` in it.
//!
//! In a line of `output` a `*` stands for any text (times, addresses). A folder may have an
//! `output.or` as well: a second output that is right, for programs that Go leaves free.

use std::fs;
use std::path::Path;

use libtest_mimic::{Failed, Trial};

use super::process::gol;
use super::root;

pub(crate) fn trials() -> Vec<Trial> {
    let mut names: Vec<String> = fs::read_dir(root().join("examples"))
        .into_iter()
        .flatten()
        .flatten()
        .filter(|e| e.path().is_dir())
        .map(|e| e.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
        .into_iter()
        .map(|name| Trial::test(format!("examples/{name}"), move || run(&name)))
        .collect()
}

fn run(name: &str) -> Result<(), Failed> {
    let folder = format!("examples/{name}");
    let finished = gol(&["run".to_owned(), folder.clone()], root(), &[], &[])?;
    if finished.status != 0 {
        return Err(format!("status {}\n{}", finished.status, finished.stderr).into());
    }
    let output = root().join(&folder).join("output");
    let wanted = fs::read_to_string(&output).unwrap_or_default();
    let other = fs::read_to_string(output.with_extension("or")).ok();
    if matches(&wanted, &finished.stdout) || other.is_some_and(|o| matches(&o, &finished.stdout)) {
        return Ok(());
    }
    super::expect(Path::new(&output), &finished.stdout, "output")
}

/// Whether every line matches its pattern.
fn matches(pattern: &str, text: &str) -> bool {
    pattern.lines().count() == text.lines().count()
        && pattern.lines().zip(text.lines()).all(|(p, t)| line_matches(p, t))
}

fn line_matches(pattern: &str, line: &str) -> bool {
    let Some((before, after)) = pattern.split_once('*') else { return pattern == line };
    let Some(rest) = line.strip_prefix(before) else { return false };
    (0..=rest.len()).filter(|&i| rest.is_char_boundary(i)).any(|i| line_matches(after, &rest[i..]))
}
