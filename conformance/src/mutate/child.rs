//! The process that compiles mutants: tells each one's number, and where gol panics.

use std::io::{Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use gol::{CompileOptions, Input};

use super::mutant::Corpus;

/// The status with which gol ends when it fails itself.
const INTERNAL_ERROR: i32 = 70;
/// Said of a mutant that became a program.
pub(super) const COMPILED: &str = "compiled";
/// What a program may touch outside of itself; mutants with these words are not run.
const OUTSIDE: [&str; 12] = [
    "os.", "\"os", "exec", "net", "http", "syscall", "ioutil", "filepath", "signal", "Kill",
    "embed", "plugin",
];

/// Compiles `count` mutants from `first` on; what compiles is run with `gol`, if it is given.
pub(super) fn run(corpus: &Corpus, first: u64, count: u64, gol: Option<&Path>) {
    panic::set_hook(Box::new(|info| {
        let place = info.location().map(|l| format!("{}:{}", l.file(), l.line()));
        let what = info.payload_as_str().unwrap_or_default().lines().next().unwrap_or_default();
        tell(&format!("panic at {}: {what}", place.unwrap_or_default()));
    }));
    let scratch = std::env::temp_dir().join(format!("gol-mutant-{}", std::process::id()));
    // Without the folder nothing can be read, which the first answer shows.
    let _ = std::fs::create_dir_all(&scratch);
    let file = scratch.join("mutant.go");
    for number in first..first + count {
        tell(&number.to_string());
        let text = corpus.mutant(number);
        let runs = gol.is_some() && may_run(&text);
        // Some are files of Go, most are scripts, where more may stand.
        let is_file = number.is_multiple_of(4);
        if is_file || runs {
            // What cannot be written cannot be read either, and that is an answer, too.
            let _ = std::fs::write(&file, &text);
        }
        let input = if is_file {
            Input::Path(file.clone())
        } else {
            Input::Text { name: "mutant.gol".to_owned(), text }
        };
        // The hook has told of it.
        let compiled = panic::catch_unwind(AssertUnwindSafe(|| compile(&input))).unwrap_or(false);
        if compiled {
            tell(COMPILED);
        }
        if let (true, true, Some(gol)) = (compiled, runs, gol) {
            let script = scratch.join("mutant.gol");
            let path = if is_file { &file } else { &script };
            let _ = is_file || std::fs::rename(&file, path).is_ok();
            if let Some(how) = breaks(gol, &scratch, path) {
                tell(&how);
            }
        }
    }
    let _ = std::fs::remove_dir_all(scratch);
}

/// Whether there is a program, which then is in order.
fn compile(input: &Input) -> bool {
    let Ok(compiled) = gol::compile(input, CompileOptions::default()) else { return false };
    assert!(compiled.program.is_some() || compiled.has_errors(), "neither program nor error");
    if let Some(program) = &compiled.program {
        let faults = gol::bytecode::verify::program(program.code());
        assert!(faults.is_empty(), "the bytecode is not in order");
    }
    compiled.program.is_some()
}

fn may_run(text: &[u8]) -> bool {
    let text = String::from_utf8_lossy(text);
    !OUTSIDE.iter().any(|word| text.contains(word))
}

/// How a program that was compiled breaks gol when it runs, if it does.
fn breaks(gol: &Path, folder: &Path, program: &PathBuf) -> Option<String> {
    let mut command = Command::new(gol);
    command.args([
        "run",
        "--timeout",
        "2s",
        "--memory-limit",
        "200MB",
        "--max-goroutines",
        "10000",
    ]);
    command.arg(program).current_dir(folder).env("GOMAXPROCS", "2");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().ok()?;
    let mut errors = Vec::new();
    if let Some(pipe) = child.stderr.take() {
        // The rest of what a talkative program says is dropped with the pipe.
        let _ = pipe.take(1 << 20).read_to_end(&mut errors);
    }
    let status = child.wait().ok()?;
    let errors = String::from_utf8_lossy(&errors);
    let panicked = errors.lines().find(|line| {
        line.contains("internal error") || line.starts_with("thread '") && line.contains("panicked")
    });
    match (status.code(), panicked) {
        (Some(INTERNAL_ERROR), _) | (_, Some(_)) => {
            Some(format!("running: {}", panicked.unwrap_or("internal error")))
        }
        // A closed pipe is the one signal that is no fault.
        (None, None) if status.signal() != Some(13) => Some(format!("running: {status}")),
        _ => None,
    }
}

fn tell(line: &str) {
    let mut out = std::io::stdout().lock();
    // Without a parent there is nobody to tell.
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}
