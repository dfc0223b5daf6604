//! What Go itself does with the cases of its tests: which of them it passes is what gol's figures
//! are counted against.
//!
//! Single files go straight to Go's compiler and linker, as Go's own harness gives them; what asks
//! for flags of the go command, and folders of packages that run, go through `go run`. The library's
//! packages are compiled once, by the go command, into its cache.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, bail};

use crate::cases::{self, Places, Verdict};
use crate::lists::{Case, Kind};
use crate::markers;
use crate::process::{self, Ended, Tools};
use crate::tree::{self, Action};

/// The time that Go's tools and the program get.
const LIMIT: Duration = Duration::from_mins(5);
/// The time that the library's compilation gets.
const LIBRARY_LIMIT: Duration = Duration::from_mins(30);
/// What the go command prints for each package of the library: where its compiled form is.
const COMPILED: &str = "{{if .Export}}packagefile {{.ImportPath}}={{.Export}}{{end}}";

/// Go's tools, and the library as they take it.
pub(crate) struct Reference {
    compiler: PathBuf,
    linker: PathBuf,
    /// A line a package, for `-importcfg`.
    library: String,
}

/// What Go says of a case.
pub(crate) struct Answer {
    /// The case passes; errors are on exactly the marked lines.
    pub passes: bool,
    /// The marked words are in the errors. Without marks: as `passes`.
    pub words: bool,
}

impl Reference {
    /// Compiles the library, if that was not done before; takes a minute then.
    pub(crate) fn new(tools: &Tools, scratch: &Path) -> anyhow::Result<Reference> {
        let mut list = tools.go(&["list", "-export", "-f", COMPILED, "std"]);
        let listed = process::run_apart(list.current_dir(scratch), LIBRARY_LIMIT)?;
        if listed.status != Some(0) {
            bail!("go list: {}", String::from_utf8_lossy(&listed.errors));
        }
        let tool = |name: &str| -> anyhow::Result<PathBuf> {
            let output = tools.go(&["tool", "-n", name]).current_dir(scratch).output()?;
            Ok(PathBuf::from(String::from_utf8(output.stdout)?.trim()))
        };
        Ok(Reference {
            compiler: tool("compile")?,
            linker: tool("link")?,
            library: String::from_utf8(listed.output)?,
        })
    }

    pub(crate) fn answer(&self, tools: &Tools, places: &Places, case: &Case) -> Answer {
        let name = case.path.replace(['/', '.'], "_");
        let scratch = places.scratch.join(format!("go-{}-{name}", case.kind.name()));
        let answer = fs::create_dir_all(&scratch)
            .map_err(anyhow::Error::from)
            .and_then(|()| self.answer_in(tools, places, case, &scratch));
        let _ = fs::remove_dir_all(&scratch);
        answer.unwrap_or(Answer { passes: false, words: false })
    }

    fn answer_in(
        &self,
        tools: &Tools,
        places: &Places,
        case: &Case,
        scratch: &Path,
    ) -> anyhow::Result<Answer> {
        let path = places.path(case);
        let verdict = match case.kind {
            Kind::Run => self.run_file(tools, places, case, &path, scratch)?,
            Kind::Rundir => run_folder(tools, &path, scratch)?,
            Kind::Compile => {
                let flags = flags(case.kind, &path);
                ended_well(&self.compile(scratch, &[path], "p", &self.library, &flags)?)
            }
            Kind::Compiledir => self.compile_folder(&path, scratch)?,
            Kind::Errorcheck | Kind::Typecheck => return self.errors(case, &path, scratch),
        };
        Ok(Answer { passes: verdict.is_ok(), words: verdict.is_ok() })
    }

    /// Go's harness compiles a file without flags itself, and leaves others to the go command.
    fn run_file(
        &self,
        tools: &Tools,
        places: &Places,
        case: &Case,
        path: &Path,
        scratch: &Path,
    ) -> anyhow::Result<Verdict> {
        let args = tree::action(path).map(Action::quoted).unwrap_or_default();
        let mut command = if args.is_empty() {
            let file = [PathBuf::from(&case.path)];
            let built =
                self.compile_in(&places.tests, scratch, &file, "main", &self.library, &[])?;
            if let Err(why) = ended_well(&built) {
                return Ok(Err(why));
            }
            let program = scratch.join("program");
            let mut link = Command::new(&self.linker);
            link.args(["-w", "-importcfg"]).arg(scratch.join("importcfg")).arg("-o").arg(&program);
            let linked = process::run(link.arg(scratch.join("main.a")), LIMIT)?;
            if let Err(why) = ended_well(&linked) {
                return Ok(Err(why));
            }
            Command::new(program)
        } else {
            let (flags, rest) = go_flags(&args);
            let mut command = tools.go(&["run"]);
            if let Some(experiment) = args.iter().position(|arg| arg == "-goexperiment") {
                command.env("GOEXPERIMENT", args.get(experiment + 1).context("no experiment")?);
            }
            command.args(flags).arg(&case.path).args(rest);
            command
        };
        command.current_dir(&places.tests);
        let ended = process::run(tools.beside_go(&mut command), LIMIT)?;
        Ok(cases::same_output(&ended, &fs::read(path.with_extension("out")).unwrap_or_default()))
    }

    fn compile_folder(&self, path: &Path, scratch: &Path) -> anyhow::Result<Verdict> {
        let packages = tree::lay_out(&path.with_extension("dir"), is_each_file(path), scratch)?;
        let mut known = self.library.clone();
        for package in packages {
            let name = package.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let entries = fs::read_dir(&package)?.flatten().map(|entry| entry.path());
            let mut files: Vec<PathBuf> =
                entries.filter(|path| path.extension().is_some_and(|e| e == "go")).collect();
            files.sort();
            let import = format!("test/{name}");
            let ended = self.compile(scratch, &files, &import, &known, &[])?;
            if let Err(why) = ended_well(&ended) {
                return Ok(Err(why));
            }
            let object = scratch.join(format!("{}.a", import.replace('/', "_")));
            known.push_str(&format!("packagefile {import}={}\n", object.display()));
        }
        Ok(Ok(()))
    }

    fn errors(&self, case: &Case, path: &Path, scratch: &Path) -> anyhow::Result<Answer> {
        let flags = flags(case.kind, path);
        let ended = self.compile(scratch, &[path.to_path_buf()], "p", &self.library, &flags)?;
        let found = markers::reported_by_go(&String::from_utf8_lossy(&ended.output));
        let marks = markers::marks(case.kind, &String::from_utf8_lossy(&fs::read(path)?));
        let passes = markers::same_lines(&marks, &found).is_ok();
        Ok(Answer { passes, words: passes && markers::same_words(&marks, &found).is_ok() })
    }

    fn compile(
        &self,
        scratch: &Path,
        files: &[PathBuf],
        package: &str,
        library: &str,
        flags: &[String],
    ) -> anyhow::Result<Ended> {
        self.compile_in(scratch, scratch, files, package, library, flags)
    }

    /// Compiles files to `PACKAGE.a` in `scratch`, as seen from `folder`.
    fn compile_in(
        &self,
        folder: &Path,
        scratch: &Path,
        files: &[PathBuf],
        package: &str,
        library: &str,
        flags: &[String],
    ) -> anyhow::Result<Ended> {
        let config = scratch.join("importcfg");
        fs::write(&config, library)?;
        let object = scratch.join(format!("{}.a", package.replace('/', "_")));
        let mut command = Command::new(&self.compiler);
        command.args(["-e", "-p", package, "-importcfg"]).arg(config).arg("-o").arg(object);
        process::run(command.args(flags).args(files).current_dir(folder), LIMIT)
    }
}

fn run_folder(tools: &Tools, path: &Path, scratch: &Path) -> anyhow::Result<Verdict> {
    let packages = tree::lay_out(&path.with_extension("dir"), is_each_file(path), scratch)?;
    let program = packages.last().context("a folder without packages")?;
    let ended = process::run(tools.go(&["run", "."]).current_dir(program), LIMIT)?;
    Ok(cases::same_output(&ended, &fs::read(path.with_extension("out")).unwrap_or_default()))
}

/// Whether each file of a folder is a package.
pub(crate) fn is_each_file(path: &Path) -> bool {
    tree::action(path).is_some_and(|action| action.args.iter().any(|arg| arg == "-s"))
}

fn ended_well(ended: &Ended) -> Verdict {
    match ended.status {
        Some(0) => Ok(()),
        _ => Err(String::from_utf8_lossy(&ended.output).into_owned()),
    }
}

/// The compiler's flags that a file asks for in its first line: of `compile` and `errorcheck` all,
/// of the checker's test data the language's version.
pub(crate) fn flags(kind: Kind, path: &Path) -> Vec<String> {
    let args = match kind {
        Kind::Typecheck => tree::first_line(path).split_whitespace().map(str::to_owned).collect(),
        _ => tree::action(path).map(Action::quoted).unwrap_or_default(),
    };
    let is_flag = |arg: &String| match kind {
        Kind::Typecheck => arg.starts_with("-lang="),
        _ => arg.starts_with('-') && !arg.starts_with("-p=") && arg != "-goexperiment",
    };
    args.into_iter().filter(is_flag).collect()
}

/// Flags of the go command in front, and the program's arguments.
fn go_flags(args: &[String]) -> (Vec<String>, &[String]) {
    let mut flags = Vec::new();
    let mut rest = args;
    while let Some((first, behind)) = rest.split_first() {
        match (first.as_str(), behind.split_first()) {
            ("-goexperiment", Some((_, behind))) => rest = behind,
            ("-gcflags", Some((value, behind))) => {
                flags.extend([first.clone(), value.clone()]);
                rest = behind;
            }
            (flag, _) if flag.starts_with('-') => {
                flags.push(first.clone());
                rest = behind;
            }
            _ => break,
        }
    }
    (flags, rest)
}
