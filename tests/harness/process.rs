//! Runs the command with a bound on its time.

use std::fs::OpenOptions;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use libtest_mimic::Failed;

use super::root;

/// A test that has not ended by then is killed: it hangs.
const LIMIT: Duration = Duration::from_mins(2);

/// What a finished process left.
#[derive(Debug, Default)]
pub(crate) struct Finished {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Where standard output leads.
#[derive(Debug, Default)]
pub(crate) enum Output {
    /// Into `Finished::stdout`.
    #[default]
    Read,
    /// To a pipe that nobody reads.
    Closed,
    /// To a file that exists.
    File(PathBuf),
}

impl Output {
    fn open(&self) -> std::io::Result<Stdio> {
        match self {
            Output::Read => Ok(Stdio::piped()),
            Output::Closed => std::io::pipe().map(|(_, writer)| writer.into()),
            Output::File(path) => OpenOptions::new().write(true).open(path).map(Stdio::from),
        }
    }
}

/// Runs `gol` with arguments in `dir`, standard input from `input`.
pub(crate) fn gol(
    args: &[String],
    dir: &Path,
    input: &[u8],
    env: &[(String, String)],
) -> Result<Finished, Failed> {
    gol_to(args, dir, input, env, &Output::Read)
}

/// The same with standard output somewhere else.
pub(crate) fn gol_to(
    args: &[String],
    dir: &Path,
    input: &[u8],
    env: &[(String, String)],
    output: &Output,
) -> Result<Finished, Failed> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gol"));
    command.args(args).current_dir(dir).envs(env.iter().cloned()).env_remove("GOMAXPROCS");
    let stdout = output.open().map_err(|e| format!("standard output: {e}"))?;
    command.stdin(Stdio::piped()).stdout(stdout).stderr(Stdio::piped());
    let spawned = command.spawn();
    // Holds the other ends of what the child was given.
    drop(command);
    let mut child = spawned.map_err(|e| format!("cannot start gol: {e}"))?;
    let mut stdin = child.stdin.take();
    let input = input.to_vec();
    let writer = thread::spawn(move || {
        // The program may end without reading its input.
        let _ = stdin.take().map(|mut s| s.write_all(&input));
    });
    let stdout = drain(child.stdout.take());
    let stderr = drain(child.stderr.take());
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().map_err(|e| e.to_string())? {
            break status;
        }
        if start.elapsed() > LIMIT {
            let _ = child.kill();
            let _ = child.wait();
            return Err(format!("gol {args:?} did not end within {LIMIT:?}").into());
        }
        thread::sleep(Duration::from_millis(2));
    };
    let _ = writer.join();
    let text = |t: thread::JoinHandle<Vec<u8>>| {
        String::from_utf8_lossy(&t.join().unwrap_or_default()).into_owned()
    };
    Ok(Finished {
        status: status.code().unwrap_or(-1),
        stdout: text(stdout),
        stderr: normalise(&text(stderr), dir),
    })
}

fn drain(stream: Option<impl Read + Send + 'static>) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut stream) = stream {
            let _ = stream.read_to_end(&mut bytes);
        }
        bytes
    })
}

/// Takes out of traces what differs from machine to machine: the paths of the project and of the
/// directory, code offsets and addresses.
fn normalise(stderr: &str, dir: &Path) -> String {
    let mut text = stderr.to_owned();
    for folder in [dir, root()] {
        text = text.replace(&format!("{}/", folder.display()), "");
    }
    without_offsets(&text)
}

/// Takes the offsets of the code out of traces.
pub(crate) fn without_offsets(text: &str) -> String {
    let lines = text.split_inclusive('\n').map(|line| match line.rfind(" +0x") {
        Some(at) if line.starts_with('\t') => format!("{} +0x?\n", &line[..at]),
        _ => line.to_owned(),
    });
    lines.collect()
}
