//! Packages under test beside one another: threads that run them, up to the number that `-p` gives,
//! and what each prints, kept until it is that package's turn to be reported on.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context as _;
use gol::TestInput;

use super::child::{self, Finished};
use super::flags::TestFlags;

/// What comes from the process of one package.
enum Message {
    /// A line, and whether it comes from the tests rather than from the compiler.
    Line(Vec<u8>, bool),
    Ended(anyhow::Result<Finished>),
}

/// A package that is to be run, and where its coverage profile goes.
pub(super) struct Run {
    pub input: TestInput,
    pub profile: Option<PathBuf>,
}

/// A run that has been begun or will be.
pub(super) struct Running {
    messages: Receiver<Message>,
    pub profile: Option<PathBuf>,
}

impl Running {
    /// Passes its lines on as they come, until its end.
    pub(super) fn finish(
        self,
        mut line: impl FnMut(&[u8], bool) -> anyhow::Result<()>,
    ) -> anyhow::Result<Finished> {
        for message in self.messages {
            match message {
                Message::Line(text, started) => line(&text, started)?,
                Message::Ended(finished) => return finished,
            }
        }
        anyhow::bail!("the tests were not run to their end")
    }
}

/// Starts all runs, in their order, as many at a time as the flags allow.
pub(super) fn start(runs: Vec<Run>, flags: &Arc<TestFlags>) -> anyhow::Result<Vec<Running>> {
    let (mut waiting, mut running) = (Vec::new(), Vec::new());
    for run in runs {
        let (sender, messages) = channel();
        running.push(Running { messages, profile: run.profile.clone() });
        waiting.push((run, Mutex::new(Some(sender))));
    }
    let count = flags.packages_at_once().min(waiting.len());
    let shared = Arc::new((waiting, AtomicUsize::new(0)));
    for _ in 0..count {
        let (shared, flags) = (Arc::clone(&shared), Arc::clone(flags));
        let thread = std::thread::Builder::new().name("gol-tests".to_owned());
        let work = move || {
            let (waiting, next) = &*shared;
            while let Some((run, sender)) = waiting.get(next.fetch_add(1, Ordering::Relaxed)) {
                let sender = sender.lock().unwrap_or_else(PoisonError::into_inner).take();
                if let Some(sender) = sender {
                    one(&run.input, &flags, run.profile.as_deref(), &sender);
                }
            }
        };
        thread.spawn(work).context("starting a thread")?;
    }
    Ok(running)
}

/// Runs one package. Who does not listen any more has ended.
fn one(input: &TestInput, flags: &TestFlags, profile: Option<&Path>, sender: &Sender<Message>) {
    let finished = child::run_package(input, flags, profile, |line, started| {
        sender.send(Message::Line(line.to_vec(), started)).context("nobody reads the output")
    });
    let _ = sender.send(Message::Ended(finished));
}
