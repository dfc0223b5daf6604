//! Judges one case: what gol does with it, against what its kind asks for.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::lists::{Case, Kind};
use crate::process::{self, Tools};
use crate::{markers, reference, tree};

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

impl Places {
    /// The tree with the cases of a kind; the newer one may not be there.
    pub(crate) fn tree(&self, kind: Kind) -> Option<&Path> {
        match kind {
            Kind::Typecheck => self.types.as_deref(),
            _ => Some(&self.tests),
        }
    }

    pub(crate) fn path(&self, case: &Case) -> PathBuf {
        self.tree(case.kind).unwrap_or(&self.tests).join(&case.path)
    }
}

/// Why a case fails; `Ok`: it passes.
pub(crate) type Verdict = Result<(), String>;

pub(crate) fn judge(tools: &Tools, places: &Places, case: &Case) -> Verdict {
    judge_words(tools, places, case).0
}

/// The same, and whether the errors have the marked words.
pub(crate) fn judge_words(tools: &Tools, places: &Places, case: &Case) -> (Verdict, bool) {
    let path = places.path(case);
    if !path.exists() {
        return (Err("the tree has no such case".to_owned()), false);
    }
    let outcome = match case.kind {
        Kind::Run => run_file(tools, places, &path, case),
        Kind::Rundir | Kind::Compiledir => folder(tools, places, &path, case),
        Kind::Compile => {
            check(tools, &path).map(|found| no_errors(&markers::of_the_compiler(found, false)))
        }
        Kind::Errorcheck | Kind::Typecheck => {
            return errors(tools, places, case, &path)
                .unwrap_or_else(|error| (Err(error.to_string()), false));
        }
    };
    let verdict = outcome.unwrap_or_else(|error| Err(error.to_string()));
    let passes = verdict.is_ok();
    (verdict, passes)
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
    let each_file = reference::is_each_file(path);
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
            let found = markers::of_the_compiler(check(tools, package)?, false);
            verdict = verdict.and(no_errors(&found));
        }
        verdict
    };
    fs::remove_dir_all(&scratch)?;
    Ok(verdict)
}

/// Whether a program ended well and printed this.
pub(crate) fn same_output(ended: &process::Ended, wanted: &[u8]) -> Verdict {
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
    places: &Places,
    case: &Case,
    path: &Path,
) -> anyhow::Result<(Verdict, bool)> {
    let text = fs::read(path)?;
    let marks = markers::marks(case.kind, &String::from_utf8_lossy(&text));
    let flags = reference::flags(case.kind, path);
    let found = match flags.iter().find_map(|flag| flag.strip_prefix("-lang=go")) {
        None => check(tools, path)?,
        // A version of the language is what a module asks for.
        Some(version) => {
            let name = case.path.replace('/', "_");
            let module = places.scratch.join(format!("{}-{name}", case.kind.name()));
            fs::create_dir_all(&module)?;
            fs::write(module.join("go.mod"), format!("module test\n\ngo {version}\n"))?;
            fs::write(module.join(&name), &text)?;
            let found = check(tools, &module.join(&name));
            fs::remove_dir_all(&module)?;
            found?
        }
    };
    let is_complete = flags.iter().any(|flag| flag == "-complete");
    let found = markers::of_the_compiler(found, is_complete);
    let verdict = markers::same_lines(&marks, &found);
    let has_words = verdict.is_ok() && markers::same_words(&marks, &found).is_ok();
    Ok((verdict, has_words))
}
