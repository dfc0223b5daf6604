//! The process of one package's tests, from both sides: starting it and reading what it prints,
//! and being it.
//!
//! Tests that look at how a program ends start themselves once more (`os.Args[0]`,
//! `os.Executable`). Go's are programs in a file; here there is a file that starts gol with the same
//! words (`Launcher`).

use std::ffi::{OsStr, OsString};
use std::fs::{DirBuilder, OpenOptions};
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use gol::{CompileOptions, CoverMode, Coverage, CoveredPackages, Input, TestInput};

use super::super::args::{ErrorFormat, TestBinaryArgs};
use super::super::check::{MAX_ERRORS, goroot};
use super::super::{render, run};
use super::STARTED;
use super::flags::TestFlags;

/// How much longer than its own timeout a process may take to end.
const GRACE: Duration = Duration::from_secs(10);

/// What became of a process.
pub(super) struct Finished {
    /// The program could be compiled.
    pub started: bool,
    pub status: ExitStatus,
    pub elapsed: Duration,
    pub killed: bool,
}

/// Runs a package's tests; a coverage profile goes to `profile`. `line` gets what they print, line by
/// line, and whether it comes from the tests rather than from the compiler.
pub(super) fn run_package(
    input: &TestInput,
    flags: &TestFlags,
    profile: Option<&Path>,
    mut line: impl FnMut(&[u8], bool) -> anyhow::Result<()>,
) -> anyhow::Result<Finished> {
    let start = Instant::now();
    let (reader, writer) = std::io::pipe()?;
    let gol = std::env::current_exe().context("the path of gol itself")?;
    let mut words: Vec<OsString> = ["--path".into(), (&input.path).into()].into();
    for file in input.files.iter().flatten() {
        words.extend(["--file".into(), file.file_name().unwrap_or_default().into()]);
    }
    if let Some(dir) = &flags.goroot {
        words.extend(["--goroot".into(), std::path::absolute(dir)?.into()]);
    }
    if !flags.tags.is_empty() {
        words.extend(["--tags".into(), flags.tags.join(",").into()]);
    }
    if let Some(coverage) = &input.cover {
        words.extend(["--cover".into(), coverage.mode.name().into()]);
        if let Some(covered) = &coverage.packages {
            words.extend(["--cover-words".into(), (&covered.words).into()]);
            for (path, dir) in &covered.packages {
                words.push(format!("--covered={path}={}", dir.display()).into());
            }
        }
    }
    let launcher = Launcher::new(&gol, &words, input)?;
    let mut command = Command::new(gol);
    command.arg("test-binary").args(&words).arg("--name").arg(&launcher.file);
    command.arg("--");
    if let Some(dir) = cache().filter(|_| flags.fuzz) {
        let dir = dir.join("fuzz").join(input.path.trim_start_matches('_').trim_start_matches('/'));
        command.arg(format!("-test.fuzzcachedir={}", dir.display()));
    }
    command.args(&flags.passed);
    if let Some(profile) = profile {
        command.arg(format!("-test.coverprofile={}", profile.display()));
    }
    command.current_dir(&input.dir);
    command.stdin(Stdio::null()).stdout(writer.try_clone()?).stderr(writer);
    let mut child = command.spawn().context("starting the tests")?;
    // The command holds the writing end of the pipe, too.
    drop(command);
    let timeout = flags.timeout;
    let (done, watch) = mpsc::channel::<()>();
    let mut started = false;
    let (status, killed) = std::thread::scope(|scope| {
        let child = &mut child;
        let waiting = scope.spawn(move || wait(child, timeout, &watch));
        let read = read_lines(reader, &mut started, &mut line);
        drop(done);
        let waited = waiting.join().unwrap_or_else(|p| std::panic::resume_unwind(p));
        read.and(waited)
    })?;
    Ok(Finished { started, status, elapsed: start.elapsed(), killed })
}

/// A file that starts the tests of a package from anywhere, in a folder of its own; it goes when
/// the tests are over.
struct Launcher {
    folder: PathBuf,
    file: PathBuf,
}

impl Launcher {
    fn new(gol: &Path, words: &[OsString], input: &TestInput) -> anyhow::Result<Launcher> {
        let name = format!("{}.test", input.path.rsplit('/').next().unwrap_or_default());
        let folder = unused_folder().context("a folder for the tests")?;
        let launcher = Launcher { file: folder.join(name), folder };
        let dir = std::path::absolute(&input.dir)?;
        let mut script = b"#!/bin/sh\nexec".to_vec();
        let first = [gol.as_os_str(), OsStr::new("test-binary"), OsStr::new("--dir")];
        let words = words.iter().map(OsString::as_os_str);
        for word in first.into_iter().chain([dir.as_os_str()]).chain(words) {
            script.push(b' ');
            quote(word.as_bytes(), &mut script);
        }
        script.extend(b" --name \"$0\" -- \"$@\"\n");
        let mut options = OpenOptions::new();
        options.write(true).create_new(true).mode(0o700);
        options.open(&launcher.file)?.write_all(&script)?;
        Ok(launcher)
    }
}

impl Drop for Launcher {
    fn drop(&mut self) {
        // What the tests have put beside the file is theirs.
        let _ = std::fs::remove_file(&self.file);
        let _ = std::fs::remove_dir(&self.folder);
    }
}

/// Makes a folder that nobody else can have.
fn unused_folder() -> std::io::Result<PathBuf> {
    let base = std::env::temp_dir().join(format!("gol-test-{}", std::process::id()));
    let mut made = DirBuilder::new().mode(0o700).create(&base).map(|()| base.clone());
    for n in 1..1000 {
        match made {
            Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => {}
            result => return result,
        }
        let next = base.with_extension(n.to_string());
        made = DirBuilder::new().mode(0o700).create(&next).map(|()| next);
    }
    made
}

/// Puts a word into the quotes of the shell.
fn quote(word: &[u8], script: &mut Vec<u8>) {
    script.push(b'\'');
    for &byte in word {
        match byte {
            b'\'' => script.extend(br"'\''"),
            _ => script.push(byte),
        }
    }
    script.push(b'\'');
}

/// The user's folder for what gol keeps and could do without.
fn cache() -> Option<PathBuf> {
    let set = std::env::var_os("XDG_CACHE_HOME").filter(|dir| Path::new(dir).is_absolute());
    let set = set.map(PathBuf::from);
    let base = set.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache")));
    base.map(|dir| dir.join("gol"))
}

fn read_lines(
    reader: impl std::io::Read,
    started: &mut bool,
    line: &mut impl FnMut(&[u8], bool) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut reader = BufReader::new(reader);
    let mut text = Vec::new();
    while reader.read_until(b'\n', &mut text)? > 0 {
        if text == STARTED.as_bytes() {
            *started = true;
        } else {
            line(&text, *started)?;
        }
        text.clear();
    }
    Ok(())
}

/// Waits for the end of the process, and ends it when its time is over.
fn wait(
    child: &mut Child,
    timeout: Option<Duration>,
    watch: &mpsc::Receiver<()>,
) -> anyhow::Result<(ExitStatus, bool)> {
    let limit = timeout.map_or(Duration::MAX, |t| t.saturating_add(GRACE));
    // Nobody sends: the channel closes when the output has come to its end.
    let late = matches!(watch.recv_timeout(limit), Err(mpsc::RecvTimeoutError::Timeout));
    if late {
        child.kill()?;
    }
    Ok((child.wait()?, late))
}

/// Packages as the command line of a test process gives them.
fn covered(words: String, packages: &[String]) -> CoveredPackages {
    let pair =
        |text: &String| text.split_once('=').map(|(path, dir)| (path.to_owned(), dir.into()));
    CoveredPackages { words, packages: packages.iter().filter_map(pair).collect() }
}

/// The flag that tells the program of the words which start it again as a fuzzing worker. No word
/// has a NUL in it.
fn worker_command() -> anyhow::Result<OsString> {
    let mut command = OsString::from("-test.fuzzcommand=");
    command.push(std::env::current_exe().context("the path of gol itself")?);
    let mut begun = false;
    for word in std::env::args_os().skip(1) {
        command.push("\0");
        command.push(&word);
        // The program's own words stand behind the first dashes.
        if word == "--" && !std::mem::replace(&mut begun, true) {
            command.push("\0-test.fuzzworker");
        }
    }
    Ok(command)
}

/// `gol test-binary`: compiles and runs the tests of the current directory.
pub(crate) fn test_binary(args: &TestBinaryArgs) -> anyhow::Result<ExitCode> {
    // Go's traces have whole paths.
    let here = std::env::current_dir().context("the current directory")?;
    let dir = args.dir.clone().unwrap_or(here);
    let files = (!args.files.is_empty()).then(|| args.files.iter().map(|f| dir.join(f)).collect());
    let cover = args.cover.as_deref().map(|mode| Coverage {
        mode: CoverMode::named(mode).unwrap_or(CoverMode::Set),
        packages: args.cover_words.clone().map(|words| covered(words, &args.covered)),
    });
    let input = TestInput { dir, files, path: args.path.clone(), cover };
    let tags = args.tags.clone();
    let options =
        CompileOptions { goroot: goroot(args.goroot.as_ref()), tags, ..CompileOptions::default() };
    let compiled = gol::compile(&Input::Tests(input), options)?;
    if compiled.has_errors() {
        render::print(&compiled, ErrorFormat::Short, MAX_ERRORS)?;
    }
    let Some(program) = compiled.program else { return Ok(ExitCode::from(1)) };
    if args.dir.is_none() {
        let mut stdout = std::io::stdout();
        stdout.write_all(STARTED.as_bytes())?;
        stdout.flush()?;
    }
    let mut program_args = vec![args.name.clone()];
    if args.args.iter().any(|arg| arg.to_string_lossy().starts_with("-test.fuzz=")) {
        program_args.push(worker_command()?);
    }
    program_args.extend(args.args.iter().cloned());
    run::run_to_end(&program, program_args, &args.limits)
}
