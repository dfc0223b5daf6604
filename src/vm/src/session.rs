//! A runtime whose program grows while it runs: what a REPL executes its inputs in.
//!
//! The scheduler runs on a thread of its own from the first input to the end of the session, so
//! goroutines go on while nobody types. An input is loaded and started while the world stands
//! still ([`gol_sched::Scheduler::while_stopped`]), as the main goroutine of the time being. When
//! that goroutine ends, however it does, the session goes on; so it does when another one dies of a
//! panic. Only `os.Exit` ends it.
//!
//! Deadlock is what it is elsewhere: the input waits and nobody can wake it. Between inputs the
//! session holds the scheduler ([`gol_sched::Scheduler::hold`]), for the next input can.
//!
//! [`Session::interrupt`] ends the running input as `runtime.Goexit` would, deferred calls
//! included. A goroutine in a native that has been handed to another thread ends when that returns;
//! the session does not wait for it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use gol_bytecode::Program;
use gol_diagnostic::SourceMap;
use gol_sched::{Scheduler, Status, WaitReason};

use crate::chan;
use crate::context::Pending;
use crate::fault::Fault;
use crate::local::{VmG, VmWorker};
use crate::machine;
use crate::native::Natives;
use crate::runtime::{Config, Outcome, Runtime, RuntimeError, Shared, Vm, lock};
use crate::traceback;

/// What a session tells.
#[derive(Debug)]
pub enum Event {
    /// The input has ended; `Exit(0)`, or why its goroutine died.
    Ended(Outcome),
    /// Another goroutine has died; what Go prints.
    Died(String),
    /// The program is over.
    Over(i32),
}

/// A goroutine, for a list of them.
#[derive(Clone, Debug)]
pub struct Goroutine {
    pub id: u64,
    /// `running`, or what it waits for.
    pub state: &'static str,
    /// The innermost function, and `file:line` in it.
    pub function: String,
    pub place: String,
}

/// The part that workers see.
pub(crate) struct SessionState {
    events: Mutex<Sender<Event>>,
    /// Whether an input runs.
    running: AtomicBool,
    /// How the running input ends, where that is decided before its deferred calls have run.
    verdict: Mutex<Option<Outcome>>,
    /// Goroutines that end when the native returns that they wait for.
    killed: Mutex<Vec<u64>>,
}

/// A runtime that takes one input after the other.
pub struct Session {
    shared: Arc<Shared>,
    scheduler: Scheduler<Vm>,
    natives: Arc<Natives>,
    thread: Option<JoinHandle<()>>,
}

impl Session {
    /// Starts the first input. What happens is told to `events`.
    pub fn start(
        config: Config,
        program: &Program,
        natives: Natives,
        events: Sender<Event>,
    ) -> Result<Session, RuntimeError> {
        let state = SessionState {
            events: Mutex::new(events.clone()),
            running: AtomicBool::new(true),
            verdict: Mutex::new(None),
            killed: Mutex::new(Vec::new()),
        };
        let mut runtime = Runtime::with_session(config, program, &natives, Some(state))?;
        let (shared, scheduler) = (Arc::clone(runtime.shared()), runtime.scheduler.clone());
        let builder = std::thread::Builder::new().name("gol-session".to_owned());
        let thread = builder
            .spawn(move || {
                let status = runtime.run().status();
                let _ = events.send(Event::Over(status));
            })
            .map_err(RuntimeError::Memory)?;
        Ok(Session { shared, scheduler, natives: Arc::new(natives), thread: Some(thread) })
    }

    /// Starts the next input: what `program` has more than the one before, from its entry on. Not
    /// while an input runs. Whether the program can be loaded shows when it has ended.
    pub fn next(&self, program: Arc<Program>, sources: Arc<SourceMap>) {
        let (shared, natives) = (Arc::clone(&self.shared), Arc::clone(&self.natives));
        shared.set_sources(sources);
        self.scheduler.while_stopped(move |worker| {
            let Some(session) = &shared.session else { return };
            if let Err(error) = shared.extend(&program, &natives) {
                session.send(Event::Ended(Outcome::Fatal { text: format!("{error}\n") }));
                return;
            }
            *lock(&worker.sched().machine().entry) = program.entry;
            match machine::start_main(worker) {
                Some(g) => {
                    session.running.store(true, Ordering::SeqCst);
                    worker.spawn(g);
                    worker.sched().release();
                }
                None => {
                    let text = "fatal error: out of memory\n".to_owned();
                    session.send(Event::Ended(Outcome::Fatal { text }));
                }
            }
        });
    }

    /// Ends the running input.
    pub fn interrupt(&self) {
        let shared = Arc::clone(&self.shared);
        self.scheduler.while_stopped(move |worker| {
            let Some(session) = &shared.session else { return };
            if session.running.load(Ordering::SeqCst)
                && let Some(g) = main_goroutine(&shared)
                && !kill(worker, g)
            {
                end_input(worker, Outcome::Exit(0));
            }
        });
    }

    /// All goroutines, the oldest first.
    pub fn goroutines(&self) -> Vec<Goroutine> {
        let shared = Arc::clone(&self.shared);
        let (sender, list) = channel();
        self.scheduler.while_stopped(move |_| {
            let _ = sender.send(traceback::list(&shared));
        });
        list.recv_timeout(Duration::from_secs(5)).unwrap_or_default()
    }

    pub fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }
}

impl Drop for Session {
    /// Ends all goroutines where they are.
    fn drop(&mut self) {
        self.scheduler.shutdown();
        if let Some(thread) = self.thread.take() {
            // A thread that died of an internal error has reported it.
            let _ = thread.join();
        }
    }
}

impl SessionState {
    fn send(&self, event: Event) {
        // Nobody listens when the session is being dropped.
        let _ = lock(&self.events).send(event);
    }

    /// All goroutines wait: ends the input, which is one of them.
    pub(crate) fn deadlock(&self, worker: &mut VmWorker, outcome: Outcome) {
        let shared = Arc::clone(&worker.local.shared);
        lock(&self.verdict).get_or_insert(outcome);
        match main_goroutine(&shared) {
            Some(g) if kill(worker, g) => {}
            _ => {
                end_input(worker, Outcome::Exit(0));
            }
        }
    }
}

/// The main goroutine of a session has ended; false if there is no session.
pub(crate) fn end_input(worker: &VmWorker, outcome: Outcome) -> bool {
    let shared = &worker.local.shared;
    let Some(session) = &shared.session else { return false };
    shared.set_main(0);
    session.running.store(false, Ordering::SeqCst);
    let verdict = lock(&session.verdict).take();
    // Before anybody can find that all goroutines wait.
    worker.sched().hold();
    // Nobody can be told that the output is gone.
    let _ = shared.flush_stdout();
    session.send(Event::Ended(verdict.unwrap_or(outcome)));
    true
}

/// The running goroutine has died; false if there is no session.
pub(crate) fn die(worker: &VmWorker, outcome: &Outcome) -> bool {
    let shared = &worker.local.shared;
    let Some(session) = &shared.session else { return false };
    if shared.is_main(worker.current().id()) {
        return end_input(worker, outcome.clone());
    }
    let _ = shared.flush_stdout();
    if let Some(text) = outcome.report() {
        session.send(Event::Died(text.to_owned()));
    }
    true
}

/// Whether the running goroutine was to end while it waited for a native.
pub(crate) fn is_killed(worker: &VmWorker) -> bool {
    let Some(session) = &worker.local.shared.session else { return false };
    let mut killed = lock(&session.killed);
    let found = killed.iter().position(|&id| id == worker.current().id());
    found.map(|at| killed.swap_remove(at)).is_some()
}

fn main_goroutine(shared: &Shared) -> Option<VmG> {
    let sched = shared.scheduler();
    let mut found = None;
    for part in 0..sched.g_parts() {
        sched.each_g(part, &mut |g| {
            if shared.is_main(g.id()) {
                found = Some(g);
            }
        });
    }
    found
}

/// Makes a goroutine end when it runs next, and wakes it; false if that must wait for something
/// outside of the scheduler. The world stands still.
fn kill(worker: &mut VmWorker, g: VmG) -> bool {
    let status = g.status();
    if matches!(status, Status::Waiting(WaitReason::IoWait | WaitReason::Syscall)) {
        // The job of an offloaded native has its context.
        if let Some(session) = &worker.local.shared.session {
            lock(&session.killed).push(g.id());
        }
        return false;
    }
    // SAFETY: the world stands still, so the goroutine is saved and nobody touches its context.
    unsafe {
        let context = g.context();
        let done = Box::new(|_: &mut crate::native::NativeCx<'_>| Err(Fault::Goexit));
        (*context).rest.set_pending(Pending::new((*context).fp, done));
    }
    if let Status::Waiting(reason) = status {
        chan::cancel(g, reason);
        worker.cancel_wait(g);
        worker.ready(g);
    }
    true
}
