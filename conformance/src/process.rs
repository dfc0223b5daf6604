//! Runs a command with a time limit, collecting what it prints; runs many of them at once.
//!
//! Each command is a process group of its own. At the end of its time the whole group is killed:
//! what the command has started (`gol test` starts the tests) holds the ends of the pipes, too, and
//! would keep the runner waiting. What has left the group is not waited for.

use std::io::Read;
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};

/// How long output is waited for that a process may still write which has left the group.
const LINGER: Duration = Duration::from_secs(2);

/// What is compared, and how many programs may run at once.
pub(crate) struct Tools {
    pub gol: PathBuf,
    pub go: PathBuf,
    pub jobs: usize,
    /// The folder of Go's source tree, if the go command is there.
    pub goroot: Option<PathBuf>,
}

impl Tools {
    pub(crate) fn new(gol: PathBuf, go: PathBuf, jobs: usize) -> Tools {
        let tools = Tools { gol, go, jobs, goroot: None };
        let goroot = tools.find_goroot();
        Tools { goroot, ..tools }
    }

    pub(crate) fn gol(&self, args: &[&str]) -> Command {
        let mut command = Command::new(&self.gol);
        command.args(args);
        command
    }

    /// The go command outside of any module.
    pub(crate) fn go(&self, args: &[&str]) -> Command {
        let mut command = Command::new(&self.go);
        command.args(args).env("GO111MODULE", "on").env("GOFLAGS", "");
        command
    }

    /// Gives a command what the go command gives the programs that it runs: itself.
    pub(crate) fn beside_go<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        let Some(root) = &self.goroot else { return command };
        let rest = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::iter::once(root.join("bin")).chain(std::env::split_paths(&rest));
        if let Ok(path) = std::env::join_paths(folders) {
            command.env("PATH", path);
        }
        command.env("GOROOT", root).env("GO111MODULE", "on").env("GOFLAGS", "")
    }

    fn find_goroot(&self) -> Option<PathBuf> {
        let output = self.go(&["env", "GOROOT"]).output().ok()?;
        let path = String::from_utf8(output.stdout).ok()?;
        let path = Path::new(path.trim()).to_path_buf();
        path.is_dir().then_some(path)
    }
}

/// How a process ended.
pub(crate) struct Ended {
    /// `None`: it was killed because its time was over. A signal counts 128 and its number.
    pub status: Option<i32>,
    /// Standard output; with standard error in the order in which they were written, unless that
    /// was kept apart.
    pub output: Vec<u8>,
    /// Standard error, if it was kept apart.
    pub errors: Vec<u8>,
}

/// Runs a command for at most `limit`, its two outputs in one.
pub(crate) fn run(command: &mut Command, limit: Duration) -> anyhow::Result<Ended> {
    let (reader, writer) = std::io::pipe()?;
    command.stdout(writer.try_clone()?).stderr(writer);
    let child = command.stdin(Stdio::null()).process_group(0).spawn()?;
    // The command holds the pipe's other ends until it is given new ones.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let output = collect(reader);
    let status = wait(child, limit)?;
    Ok(Ended { status, output: output.finish(), errors: Vec::new() })
}

/// The same, with standard error apart.
pub(crate) fn run_apart(command: &mut Command, limit: Duration) -> anyhow::Result<Ended> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.process_group(0).spawn()?;
    let output = child.stdout.take().map(collect);
    let errors = child.stderr.take().map(collect);
    let status = wait(child, limit)?;
    let text = |collector: Option<Collector>| collector.map_or_else(Vec::new, Collector::finish);
    Ok(Ended { status, output: text(output), errors: text(errors) })
}

/// A command that may take 8 GB of addresses at most, so that no program harms the machine.
pub(crate) fn within_memory(program: &Path) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -v 8000000; exec \"$@\"", "sh"]).arg(program);
    command
}

/// What is read on a thread of its own.
struct Collector {
    read: Arc<Mutex<Vec<u8>>>,
    end: Receiver<()>,
}

impl Collector {
    /// What came; to the end, unless somebody keeps the other end open.
    fn finish(self) -> Vec<u8> {
        let _ = self.end.recv_timeout(LINGER);
        std::mem::take(&mut *self.read.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn collect(mut from: impl Read + Send + 'static) -> Collector {
    let read = Arc::new(Mutex::new(Vec::new()));
    let (at_end, end) = mpsc::channel();
    let target = Arc::clone(&read);
    thread::spawn(move || {
        let mut piece = vec![0; 1 << 16];
        while let Ok(n @ 1..) = from.read(&mut piece) {
            target.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(&piece[..n]);
        }
        let _ = at_end.send(());
    });
    Collector { read, end }
}

/// The child's exit status; it is killed at the end of its time, with all that it started.
fn wait(mut child: Child, limit: Duration) -> anyhow::Result<Option<i32>> {
    let end = Instant::now() + limit;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status.code().or_else(|| status.signal().map(|signal| 128 + signal)));
        }
        if Instant::now() >= end {
            if let Some(group) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
                let _ = kill_process_group(group, Signal::KILL);
            }
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        thread::sleep(Duration::from_millis(2));
    }
}

/// Applies `work` to all items on `jobs` threads; the results in the order of the items.
pub(crate) fn in_parallel<T: Sync, R: Send>(
    jobs: usize,
    items: &[T],
    work: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let results = Mutex::new(Vec::with_capacity(items.len()));
    thread::scope(|scope| {
        for _ in 0..jobs {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(at) else { break };
                    let result = work(item);
                    results.lock().expect("no worker panics with it").push((at, result));
                }
            });
        }
    });
    let mut results = results.into_inner().expect("all workers have ended");
    results.sort_by_key(|(at, _)| *at);
    results.into_iter().map(|(_, result)| result).collect()
}
