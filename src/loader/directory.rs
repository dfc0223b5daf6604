//! Files and directories: which files make a package, and how their bytes become text.

use std::path::{Component, Path, PathBuf};

use gol_diagnostic::{Code, Diagnostic, Pos, Span};

use super::LoadError;
use super::assembly::Assembly;
use super::constraint::{self, Target};

/// What a path on the command line means: itself, or itself with `.gol` or `.go` behind it. A
/// directory `name` is also found as `name/`; with none of them the error names the path as given.
pub(super) fn resolve_name(path: &Path) -> Result<PathBuf, LoadError> {
    if path.exists() {
        return Ok(path.to_path_buf());
    }
    let with = |ending: &str| PathBuf::from(format!("{}.{ending}", path.display()));
    let candidates = [with("gol"), with("go")];
    if let Some(found) = candidates.into_iter().find(|c| c.is_file()) {
        return Ok(found);
    }
    let reason = "no such file or directory".to_owned();
    Err(LoadError::Read { path: path.display().to_string(), reason })
}

/// The directory that all of some files are in.
pub(super) fn of_all(files: &[PathBuf]) -> Result<PathBuf, LoadError> {
    let mut dirs = files.iter().map(|file| super::parent_of(file));
    let first = dirs.next().unwrap_or_else(|| PathBuf::from("."));
    match dirs.find(|dir| normalise(dir) != normalise(&first)) {
        None => Ok(first),
        Some(other) => {
            let shown = |dir: &Path| format!("{}/", dir.display());
            Err(LoadError::ManyDirectories(shown(&first), shown(&other)))
        }
    }
}

/// The files of a directory's package, tests left out, that are for this system.
pub fn package_files(dir: &Path) -> Vec<PathBuf> {
    source_files(dir, &[]).unwrap_or_default()
}

/// The source files of a directory's package, sorted by name: `.gol` and `.go`, without tests and
/// without those whose build constraints exclude them.
pub(super) fn source_files(dir: &Path, tags: &[String]) -> Result<Vec<PathBuf>, LoadError> {
    source_files_for(dir, target(dir, tags)?)
}

pub(super) fn source_files_for(dir: &Path, target: Target<'_>) -> Result<Vec<PathBuf>, LoadError> {
    let is_code = |name: &str| is_source(name) && !is_test(name);
    let files = files(dir, target, is_code)?;
    if !files.is_empty() {
        return Ok(files);
    }
    let names = || {
        let entries = std::fs::read_dir(dir).into_iter().flatten().flatten();
        entries.filter_map(|entry| entry.file_name().into_string().ok())
    };
    let shown = normalise(dir);
    let shown = shown.display();
    Err(LoadError::NoFiles(if names().any(|name| is_code(&name)) {
        format!("build constraints exclude all Go files in {shown}")
    } else if names().any(|name| is_source(&name)) {
        format!("no non-test Go files in {shown}")
    } else {
        format!("no Go files in {shown}")
    }))
}

/// The test files of a directory (`…_test.gol`, `…_test.go`), as `source_files`; there may be none.
pub(super) fn test_files(dir: &Path, tags: &[String]) -> Result<Vec<PathBuf>, LoadError> {
    files(dir, target(dir, tags)?, |name| is_source(name) && is_test(name))
}

/// What a directory's files are chosen for: the host, but for pure Go where there is assembly for it
/// that is not just the way to the host's system.
pub(super) fn target<'a>(dir: &Path, tags: &'a [String]) -> Result<Target<'a>, LoadError> {
    let native = Target::Native(tags);
    Ok(match Assembly::of(dir, native)? {
        None => Target::Host(tags),
        Some(assembly) if assembly.reaches_system() => native,
        Some(_) => Target::PureGo(tags),
    })
}

/// The files of assembly that belong to a build for a target.
pub(super) fn assembly_files(dir: &Path, target: Target<'_>) -> Result<Vec<PathBuf>, LoadError> {
    files(dir, target, |name| name.ends_with(".s") && !name.starts_with(['.', '_']))
}

fn files(
    dir: &Path,
    target: Target<'_>,
    wanted: impl Fn(&str) -> bool,
) -> Result<Vec<PathBuf>, LoadError> {
    let fail =
        |e: std::io::Error| LoadError::Read { path: dir.display().to_string(), reason: reason(&e) };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(dir).map_err(fail)? {
        let path = entry.map_err(fail)?.path();
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        if !wanted(&name) || !path.is_file() {
            continue;
        }
        let matches = constraint::file_matches(&path, target).map_err(|error| {
            let path = shown(&path).display().to_string();
            LoadError::Read { path, reason: format!("parsing //go:build line: {error}") }
        })?;
        if matches {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// Whether a file of this name holds gol or Go source.
pub fn is_source(name: &str) -> bool {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending);
    matches!(ending, Some("gol" | "go")) && !name.starts_with(['.', '_'])
}

/// Whether a source file of this name holds tests.
pub(super) fn is_test(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(stem, _)| stem.ends_with("_test"))
}

/// The text of a file's bytes, and where the first byte stands that is not UTF-8.
pub(super) fn decode(bytes: &[u8]) -> (String, Option<usize>) {
    let invalid = std::str::from_utf8(bytes).err().map(|e| e.valid_up_to());
    (String::from_utf8_lossy(bytes).into_owned(), invalid)
}

pub(super) fn invalid_utf8(pos: Pos) -> Diagnostic {
    Diagnostic::error(Code("SyntaxInvalidUTF8"), Span::at(pos), "invalid UTF-8 encoding")
}

/// The system's words for an error, as Go prints them.
pub(super) fn reason(e: &std::io::Error) -> String {
    match e.kind() {
        std::io::ErrorKind::NotFound => "no such file or directory".to_owned(),
        std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => e.to_string().split(" (os error").next().unwrap_or_default().to_lowercase(),
    }
}

/// A path as messages show it: from the current directory on, where it lies below.
pub(super) fn shown(path: &Path) -> PathBuf {
    let current = std::env::current_dir().ok();
    let below = current.as_deref().and_then(|dir| path.strip_prefix(dir).ok());
    below.unwrap_or(path).to_path_buf()
}

/// An absolute path without `.` and `..`.
pub(super) fn normalise(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let mut out = PathBuf::new();
    for part in absolute.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
}
