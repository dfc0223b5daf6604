//! The lists of `tests/outside`: which cases of Go's tests gol passes.
//!
//! One file a kind, `KIND.txt`; a case a line, its path in the tree; `#` starts a comment. A word
//! behind the path says how the case is judged: `go` (`run`, `rundir`): by what Go itself prints,
//! because the tree's `.out` file is of an older release.

use std::collections::HashMap;
use std::path::Path;

use anyhow::Context as _;

/// What is done with a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Kind {
    /// Runs a file; compares what it prints.
    Run,
    /// Runs a folder of packages.
    Rundir,
    /// Checks a file, which has no errors.
    Compile,
    /// Checks a folder of packages.
    Compiledir,
    /// Checks a file with `// ERROR` marks: errors must be reported on exactly these lines.
    Errorcheck,
    /// The same for files of `internal/types/testdata`, whose marks stand behind the culprits.
    Typecheck,
}

pub(crate) const KINDS: [Kind; 6] =
    [Kind::Run, Kind::Rundir, Kind::Compile, Kind::Compiledir, Kind::Errorcheck, Kind::Typecheck];

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::Run => "run",
            Kind::Rundir => "rundir",
            Kind::Compile => "compile",
            Kind::Compiledir => "compiledir",
            Kind::Errorcheck => "errorcheck",
            Kind::Typecheck => "typecheck",
        }
    }
}

/// A line of a list.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub kind: Kind,
    /// In its tree.
    pub path: String,
    /// What Go prints counts, not the `.out` file.
    pub as_go: bool,
}

/// The cases of a kind; none if there is no list.
pub(crate) fn read(folder: &Path, kind: Kind) -> anyhow::Result<Vec<Case>> {
    let file = folder.join(format!("{}.txt", kind.name()));
    if !file.exists() {
        return Ok(Vec::new());
    }
    let text = std::fs::read_to_string(&file).with_context(|| file.display().to_string())?;
    let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default());
    let mut cases = Vec::new();
    for line in lines {
        let mut words = line.split_whitespace();
        let Some(path) = words.next() else { continue };
        let as_go = match words.next() {
            None => false,
            Some("go") => true,
            Some(word) => anyhow::bail!("{}: unknown word {word}", file.display()),
        };
        cases.push(Case { kind, path: path.to_owned(), as_go });
    }
    Ok(cases)
}

/// Why cases are left out, by their paths.
pub(crate) fn reasons(folder: &Path) -> anyhow::Result<HashMap<String, String>> {
    let file = folder.join("left_out.txt");
    let text = std::fs::read_to_string(&file).with_context(|| file.display().to_string())?;
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let split = lines.filter_map(|line| line.split_once(char::is_whitespace));
    Ok(split.map(|(path, reason)| (path.to_owned(), reason.trim().to_owned())).collect())
}
