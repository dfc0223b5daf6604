//! What the kinds of tests share: finding files, running the command, comparing with expectations.

pub(crate) mod example;
pub(crate) mod mutation;
pub(crate) mod process;
pub(crate) mod program;
pub(crate) mod script;
pub(crate) mod terminal;
pub(crate) mod tokens;
pub(crate) mod transcript;

use std::fs;
use std::path::{Path, PathBuf};

use libtest_mimic::Failed;

/// The project's root: tests run there, so that messages have relative paths.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All files below `tests/<folder>` with one of the endings, sorted, as paths from the root.
pub(crate) fn files(folder: &str, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    collect(&root().join(folder), endings, &mut found);
    found.sort();
    found.iter().filter_map(|p| p.strip_prefix(root()).ok().map(Path::to_path_buf)).collect()
}

fn collect(folder: &Path, endings: &[&str], found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, endings, found);
        } else if path.extension().is_some_and(|e| endings.iter().any(|x| e == *x)) {
            found.push(path);
        }
    }
}

/// Compares `actual` with the file beside the test; writes the file instead if `GOL_BLESS` is set.
/// A missing file stands for no output.
pub(crate) fn expect(expected: &Path, actual: &str, what: &str) -> Result<(), Failed> {
    let wanted = fs::read_to_string(expected).unwrap_or_default();
    if wanted == actual {
        return Ok(());
    }
    if std::env::var_os("GOL_BLESS").is_some() {
        return fs::write(expected, actual)
            .map_err(|e| format!("{}: {e}", expected.display()).into());
    }
    Err(format!("{what} differs from {}:\n{}", expected.display(), difference(&wanted, actual))
        .into())
}

/// The first lines in which two texts differ, with what stands around them.
fn difference(wanted: &str, actual: &str) -> String {
    let (w, a): (Vec<_>, Vec<_>) = (wanted.lines().collect(), actual.lines().collect());
    let same = w.iter().zip(&a).take_while(|(x, y)| x == y).count();
    let mut out = String::new();
    for line in &w[same.saturating_sub(2)..same] {
        out.push_str(&format!("  {line}\n"));
    }
    for line in w.iter().skip(same).take(8) {
        out.push_str(&format!("- {line}\n"));
    }
    for line in a.iter().skip(same).take(8) {
        out.push_str(&format!("+ {line}\n"));
    }
    if out.is_empty() { "they differ in line ends only".to_owned() } else { out }
}
