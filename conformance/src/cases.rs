//! Judges one case: what gol does with it, against what its kind asks for.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::lists::{Case, Kind};
use crate::process::{self, Tools};
use crate::{markers, tree};

/// The time that one program gets: the slowest take ten seconds on an idle machine, and one builds
/// hundreds of programs with Go's tools.
const LIMIT: Duration = Duration::from_mins(5);

/// Where cases are found and worked on.
pub(crate) struct Places {
    /// `test` of Go's source.
    pub tests: PathBuf,
    /// `internal/types/testdata` of a newer one.
    pub types: Option<PathBuf>,
    pub scratch: PathBuf,
}

/// Why a case fails; `Ok`: it passes.
pub(crate) type Verdict = Result<(), String>;

pub(crate) fn judge(tools: &Tools, places: &Places, case: &Case) -> Verdict {
    let tree = match (case.kind, &places.types) {
        (Kind::Typecheck, Some(types)) => types,
        _ => &places.tests,
    };
    let path = tree.join(&case.path);
    if !path.exists() {
        return Err("the tree has no such case".to_owned());
    }
    let outcome = match case.kind {
        Kind::Run => run_file(tools, places, &path, case),
        Kind::Rundir | Kind::Compiledir => folder(tools, places, &path, case),
        Kind::Compile => check(tools, &path).map(|found| no_errors(&found)),
        Kind::Errorcheck => errors(tools, &path, &markers::marked_lines),
        Kind::Typecheck => errors(tools, &path, &markers::marked_culprits),
    };
    outcome.unwrap_or_else(|error| Err(error.to_string()))
}

/// Runs a file as Go's own harness does: from the test directory, under its path there.
fn run_file(tools: &Tools, places: &Places, path: &Path, case: &Case) -> anyhow::Result<Verdict> {
    let args = tree::action(path).map(|action| action.args).unwrap_or_default();
    let args = args.iter().filter(|arg| !arg.starts_with("-gc"));
    let mut command = tools.gol(&["run", &case.path]);
    command.args(args.clone()).current_dir(&places.tests);
    let ended = process::run(tools.beside_go(&mut command), LIMIT)?;
    let wanted = if case.as_go {
        let mut command = tools.go(&["run", &case.path]);
        command.args(args).current_dir(&places.tests);
        process::run(&mut command, LIMIT)?.output
    } else {
        fs::read(path.with_extension("out")).unwrap_or_default()
    };
    Ok(same_output(&ended, &wanted))
}

fn folder(tools: &Tools, places: &Places, path: &Path, case: &Case) -> anyhow::Result<Verdict> {
    let name = case.path.replace(['/', '.'], "_");
    let scratch = places.scratch.join(format!("{}-{name}", case.kind.name()));
    fs::create_dir_all(&scratch)?;
    let action = tree::action(path);
    let each_file = action.is_some_and(|action| action.args.iter().any(|arg| arg == "-s"));
    let packages = tree::lay_out(&path.with_extension("dir"), each_file, &scratch)?;
    let verdict = if case.kind == Kind::Rundir {
        let program = packages.last().map_or(&*scratch, PathBuf::as_path);
        let mut command = tools.gol(&["run"]);
        let ended = process::run(command.arg(program).current_dir(&scratch), LIMIT)?;
        let wanted = if case.as_go {
            let mut command = tools.go(&["run", "."]);
            process::run(command.current_dir(program), LIMIT)?.output
        } else {
            fs::read(path.with_extension("out")).unwrap_or_default()
        };
        same_output(&ended, &wanted)
    } else {
        let mut verdict = Ok(());
        for package in &packages {
            verdict = verdict.and(no_errors(&check(tools, package)?));
        }
        verdict
    };
    fs::remove_dir_all(&scratch)?;
    Ok(verdict)
}

fn same_output(ended: &process::Ended, wanted: &[u8]) -> Verdict {
    let text = String::from_utf8_lossy(&ended.output);
    match ended.status {
        Some(0) if ended.output == wanted => Ok(()),
        Some(0) => Err(format!("other output:\n{text}")),
        Some(status) => Err(format!("exit status {status}:\n{text}")),
        None => Err(format!("no end:\n{text}")),
    }
}

fn check(tools: &Tools, path: &Path) -> anyhow::Result<Vec<markers::Reported>> {
    let mut command = tools.gol(&["check", "--error-format=json"]);
    let ended = process::run(command.arg(path), LIMIT)?;
    let output = String::from_utf8_lossy(&ended.output);
    if !matches!(ended.status, Some(0 | 1)) {
        anyhow::bail!("gol failed:\n{output}");
    }
    Ok(markers::reported(&output))
}

fn no_errors(found: &[markers::Reported]) -> Verdict {
    match found.first() {
        None => Ok(()),
        Some(first) => Err(first.message.clone()),
    }
}

fn errors(
    tools: &Tools,
    path: &Path,
    marked: &dyn Fn(&str) -> BTreeSet<usize>,
) -> anyhow::Result<Verdict> {
    let wanted = marked(&String::from_utf8_lossy(&fs::read(path)?));
    let found = check(tools, path)?;
    if let Some(extra) = found.iter().find(|error| !wanted.contains(&error.line)) {
        return Ok(Err(format!("not marked: {}", extra.message)));
    }
    let have: BTreeSet<usize> = found.iter().map(|error| error.line).collect();
    Ok(match wanted.difference(&have).next() {
        None => Ok(()),
        Some(line) => Err(format!("no error on line {line}")),
    })
}
