//! Which packages the words of the command line name: directories, `DIR/...` for all below one,
//! or files.

use std::path::{Path, PathBuf};

use anyhow::bail;
use gol::{CoverMode, Coverage, CoveredPackages, TestInput};

use super::flags::TestFlags;

/// A package to be tested.
#[derive(Debug)]
pub(super) struct Package {
    pub input: TestInput,
    /// No package was named: the output is for the one in this directory.
    pub local: bool,
    pub has_tests: bool,
    /// Why it cannot be tested at all.
    pub problem: Option<String>,
}

/// Whose statements are counted, if any are: of packages that patterns name, those that the tested
/// ones are or depend on. A pattern that names none of them is told of.
pub(super) fn coverage(flags: &TestFlags, tested: &[Package]) -> anyhow::Result<Option<Coverage>> {
    let Some(mode) = flags.cover else {
        return Ok(flags.fuzz.then(|| guidance(tested, &flags.tags)));
    };
    if flags.cover_packages.is_empty() {
        return Ok(Some(Coverage { mode, packages: None }));
    }
    let tested: Vec<PathBuf> = tested.iter().map(|p| p.input.dir.clone()).collect();
    let known = gol::loader::dependencies(&tested, &flags.tags);
    let mut packages: Vec<(String, PathBuf)> = Vec::new();
    for pattern in &flags.cover_packages {
        let mut found = Vec::new();
        for dir in directories(pattern, &flags.tags) {
            let package = gol::loader::find_package(&dir, &flags.tags);
            let package = package.ok().filter(|p| p.has_sources && known.contains(&p.dir));
            found.extend(package.map(|p| (p.path, p.dir)));
        }
        if found.is_empty() {
            use std::io::Write as _;
            let what = "warning: no packages being tested depend on matches for pattern";
            writeln!(std::io::stderr(), "{what} {pattern}")?;
        }
        for (path, dir) in found {
            if packages.iter().all(|(other, _)| *other != path) {
                packages.push((path, dir));
            }
        }
    }
    let words = flags.cover_packages.join(", ");
    Ok(Some(Coverage { mode, packages: Some(CoveredPackages { words, packages }) }))
}

/// What guides fuzzing: the statements of the packages and of what they depend on.
fn guidance(tested: &[Package], tags: &[String]) -> Coverage {
    let dirs: Vec<PathBuf> = tested.iter().map(|p| p.input.dir.clone()).collect();
    let known = gol::loader::dependencies(&dirs, tags);
    let found = known.iter().filter_map(|dir| gol::loader::find_package(dir, tags).ok());
    let packages = found.filter(|p| p.has_sources).map(|p| (p.path, p.dir)).collect();
    let words = String::new();
    Coverage { mode: CoverMode::Guide, packages: Some(CoveredPackages { words, packages }) }
}

pub(super) fn expand(words: &[String], tags: &[String]) -> anyhow::Result<Vec<Package>> {
    if words.is_empty() {
        return Ok(vec![package(Path::new("."), true, tags)?]);
    }
    let is_file = |word: &&String| {
        let name = Path::new(word).file_name().unwrap_or_default().to_string_lossy();
        gol::loader::is_source(&name) && Path::new(word).is_file()
    };
    if words.iter().all(|w| is_file(&w)) {
        return Ok(vec![files(words)]);
    }
    let mut packages = Vec::new();
    for word in words {
        for dir in directories(word, tags) {
            packages.push(package(&dir, false, tags)?);
        }
    }
    if packages.is_empty() {
        bail!("no packages to test: {words:?} matched none");
    }
    Ok(packages)
}

/// The directories that a word names, with all below one for `DIR/...`.
fn directories(word: &str, tags: &[String]) -> Vec<PathBuf> {
    let Some(top) = word.strip_suffix("...") else { return vec![directory(word)] };
    let top = top.strip_suffix('/').unwrap_or(top);
    let mut dirs = Vec::new();
    below(&directory(if top.is_empty() { "." } else { top }), tags, &mut dirs);
    dirs
}

/// The directory that a word means: itself, or that of an import path of the module.
fn directory(word: &str) -> PathBuf {
    let is_path = word.starts_with(['.', '/']) || Path::new(word).is_dir();
    let imported = if is_path { None } else { gol::loader::package_dir(word) };
    imported.unwrap_or_else(|| PathBuf::from(word))
}

fn package(dir: &Path, local: bool, tags: &[String]) -> anyhow::Result<Package> {
    let (mut problem, mut path, mut has_tests) = (None, dir.to_string_lossy().into_owned(), false);
    if dir.is_dir() {
        let found = gol::loader::find_package(dir, tags)?;
        if !found.has_sources && !found.has_tests {
            problem =
                Some(format!("no gol or Go files in {}", std::path::absolute(dir)?.display()));
        }
        (path, has_tests) = (found.path, found.has_tests);
    } else {
        problem =
            Some(format!("stat {}: directory not found", std::path::absolute(dir)?.display()));
    }
    let input = TestInput { dir: dir.to_path_buf(), files: None, path, cover: None };
    Ok(Package { input, local, has_tests, problem })
}

fn files(words: &[String]) -> Package {
    let files: Vec<PathBuf> = words.iter().map(PathBuf::from).collect();
    let dir = files[0].parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let input = TestInput {
        dir: dir.to_path_buf(),
        files: Some(files.clone()),
        path: "command-line-arguments".to_owned(),
        cover: None,
    };
    Package { input, local: false, has_tests: true, problem: None }
}

/// All directories from `top` down that hold a package, sorted; hidden ones, `testdata` and
/// `vendor` are left out, and so are other modules.
fn below(top: &Path, tags: &[String], found: &mut Vec<PathBuf>) {
    if gol::loader::find_package(top, tags).is_ok_and(|p| p.has_sources || p.has_tests) {
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
    dirs.iter().for_each(|dir| below(dir, tags, found));
}
