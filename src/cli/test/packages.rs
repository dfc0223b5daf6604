//! Which packages the words of the command line name: directories, `DIR/...` for all below one,
//! or files.

use std::path::{Path, PathBuf};

use anyhow::bail;
use gol::TestInput;

/// A package to be tested.
#[derive(Debug)]
pub(super) struct Package {
    pub input: TestInput,
    /// No package was named: the output is for the one in this directory.
    pub local: bool,
    pub has_tests: bool,
}

pub(super) fn expand(words: &[String]) -> anyhow::Result<Vec<Package>> {
    if words.is_empty() {
        return Ok(vec![package(Path::new("."), true)?]);
    }
    let is_file = |word: &&String| gol::loader::is_source(word) && Path::new(word).is_file();
    if words.iter().all(|w| is_file(&w)) {
        return Ok(vec![files(words)]);
    }
    let mut packages = Vec::new();
    for word in words {
        if let Some(top) = word.strip_suffix("...") {
            let top = top.strip_suffix('/').unwrap_or(top);
            let mut dirs = Vec::new();
            below(Path::new(if top.is_empty() { "." } else { top }), &mut dirs);
            for dir in dirs {
                packages.push(package(&dir, false)?);
            }
        } else {
            packages.push(package(Path::new(word), false)?);
        }
    }
    if packages.is_empty() {
        bail!("no packages to test: {words:?} matched none");
    }
    Ok(packages)
}

fn package(dir: &Path, local: bool) -> anyhow::Result<Package> {
    if !dir.is_dir() {
        bail!("{}: no such directory", dir.display());
    }
    let found = gol::loader::find_package(dir)?;
    let input = TestInput { dir: dir.to_path_buf(), files: None, path: found.path };
    Ok(Package { input, local, has_tests: found.has_tests })
}

fn files(words: &[String]) -> Package {
    let files: Vec<PathBuf> = words.iter().map(PathBuf::from).collect();
    let dir = files[0].parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let input = TestInput {
        dir: dir.to_path_buf(),
        files: Some(files.clone()),
        path: "command-line-arguments".to_owned(),
    };
    Package { input, local: false, has_tests: true }
}

/// All directories from `top` down that hold a package, sorted; hidden ones, `testdata` and
/// `vendor` are left out, and so are other modules.
fn below(top: &Path, found: &mut Vec<PathBuf>) {
    if gol::loader::find_package(top).is_ok_and(|p| p.has_sources || p.has_tests) {
        found.push(top.to_path_buf());
    }
    let Ok(entries) = std::fs::read_dir(top) else { return };
    let mut dirs: Vec<PathBuf> = entries.filter_map(|e| Some(e.ok()?.path())).collect();
    dirs.retain(|dir| {
        let name = dir.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let skipped = name.starts_with(['.', '_']) || name == "testdata" || name == "vendor";
        dir.is_dir() && !skipped && !dir.join("go.mod").is_file()
    });
    dirs.sort();
    dirs.iter().for_each(|dir| below(dir, found));
}
