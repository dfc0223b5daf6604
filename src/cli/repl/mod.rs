//! `gol repl`: inputs are read, run and their values shown, until there are no more.
//!
//! On a terminal a line editor reads them ([`terminal`], [`helper`]); otherwise they are the lines
//! of standard input, and what is printed is results without prompts. Where an input ends, the
//! parser decides. Lines that begin with a colon are commands ([`commands`]).
//!
//! All of this runs on the front end's thread; the session's goroutines run on others, also while
//! the prompt waits.

mod commands;
mod complete;
mod console;
mod errors;
mod helper;
mod saved;
mod script;
mod terminal;

use std::cell::RefCell;
use std::io::IsTerminal as _;
use std::path::Path;
use std::process::ExitCode;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use gol::Outcome;
use gol::session::{Config, Event, Rejected, Session, Values};

use super::args::ReplArgs;
use console::Console;

/// How often a running input is looked after: whether Ctrl-C was pressed.
const LOOK: Duration = Duration::from_millis(20);

pub(crate) fn repl(args: &ReplArgs) -> anyhow::Result<ExitCode> {
    let args = args.clone();
    gol::with_large_stack(move || {
        if std::io::stdin().is_terminal() && std::io::stdout().is_terminal() {
            terminal::run(&args)
        } else {
            script::run(&args)
        }
    })?
}

/// What is to be done after an input or command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flow {
    On,
    /// It had an error.
    Failed,
    Leave(i32),
}

/// A session with what belongs to it on this side.
struct Repl {
    session: Rc<RefCell<Session>>,
    console: Console,
    args: ReplArgs,
    events: Receiver<Event>,
    interrupted: Arc<AtomicBool>,
    /// The inputs that were run.
    accepted: Vec<String>,
    width: usize,
    /// Values that a command has asked for.
    peeked: Vec<Vec<String>>,
}

impl Repl {
    fn new(args: &ReplArgs, console: Console) -> anyhow::Result<Repl> {
        let (session, events) = start_session(args, &console)?;
        Ok(Repl {
            session: Rc::new(RefCell::new(session)),
            console,
            args: args.clone(),
            events,
            interrupted: Arc::default(),
            accepted: Vec::new(),
            width: 80,
            peeked: Vec::new(),
        })
    }

    /// Forgets everything.
    fn reset(&mut self) -> anyhow::Result<()> {
        let (session, events) = start_session(&self.args, &self.console)?;
        *self.session.borrow_mut() = session;
        self.events = events;
        self.accepted.clear();
        Ok(())
    }

    /// Runs one input or command.
    fn enter(&mut self, text: &str) -> Flow {
        match text.trim_start().strip_prefix(':') {
            Some(command) => self.command(command),
            None => {
                let name = self.session.borrow_mut().next_name();
                self.input(&name, text, Values::Shown)
            }
        }
    }

    /// Runs an input to its end and shows its values.
    fn input(&mut self, name: &str, text: &str, values: Values) -> Flow {
        self.interrupted.store(false, Ordering::SeqCst);
        let list = gol::session::value_list(text);
        let statements = list.as_deref().unwrap_or(text);
        let started = self.session.borrow_mut().start(name, statements, values);
        match started {
            Ok(()) => {}
            Err(Rejected::Empty) => return Flow::On,
            Err(Rejected::Errors(errors)) => {
                let session = self.session.borrow();
                let report =
                    errors::report(&self.console, &session.sources(), &errors, text, self.width);
                self.console.error(&report);
                return Flow::Failed;
            }
            Err(Rejected::Start(error)) => {
                self.console.error(&format!("{error}\n"));
                return Flow::Failed;
            }
        }
        self.session.borrow().set_width(self.width);
        if values == Values::Shown {
            self.accepted.push(text.trim_end().to_owned());
        }
        let flow = self.wait();
        let shown = self.session.borrow().take_shown();
        if values == Values::Peeked {
            self.peeked = shown;
            return flow;
        }
        let shown = if list.is_some() { vec![shown.concat()] } else { shown };
        for values in shown {
            self.console.values(&values.join(", "));
        }
        flow
    }

    /// Waits until the running input has ended.
    fn wait(&mut self) -> Flow {
        let mut interrupts = 0;
        let mut asked = Instant::now();
        loop {
            match self.events.recv_timeout(LOOK) {
                Ok(Event::Ended(outcome)) => return self.ended(&outcome, interrupts > 0),
                Ok(Event::Died(text)) => self.console.error(&text),
                Ok(Event::Over(status)) => return Flow::Leave(status),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Flow::Leave(2),
            }
            let again = interrupts > 0 && asked.elapsed() < Duration::from_millis(200);
            if !again && self.interrupted.swap(false, Ordering::SeqCst) {
                interrupts += 1;
                asked = Instant::now();
                self.console.stop_reading();
                self.session.borrow().interrupt();
            }
        }
    }

    fn ended(&self, outcome: &Outcome, interrupted: bool) -> Flow {
        match outcome {
            Outcome::Panic { text } | Outcome::Fatal { text } | Outcome::Internal { text } => {
                self.console.error(text);
                Flow::Failed
            }
            Outcome::Exit(_) if interrupted => {
                self.console.error("interrupted\n");
                Flow::Failed
            }
            Outcome::Exit(_) => Flow::On,
        }
    }

    /// What goroutines have told since the last input; whether one of them has ended the program.
    fn between_inputs(&self) -> Flow {
        while let Ok(event) = self.events.try_recv() {
            match event {
                Event::Over(status) => return Flow::Leave(status),
                Event::Died(text) => self.console.error(&text),
                Event::Ended(_) => {}
            }
        }
        Flow::On
    }
}

/// A session whose panics of background goroutines are printed at once, whatever is being typed.
fn start_session(args: &ReplArgs, console: &Console) -> anyhow::Result<(Session, Receiver<Event>)> {
    let (sender, from_session) = channel();
    let (forward, events) = channel();
    let console_of_thread = console.clone();
    std::thread::Builder::new().name("gol-events".to_owned()).spawn(move || {
        while let Ok(event) = from_session.recv() {
            match event {
                Event::Died(text) => console_of_thread.error(&text),
                event => {
                    if let (Event::Over(status), true) = (&event, console_of_thread.is_prompting())
                    {
                        let text = format!("the program has ended with status {status}\n");
                        console_of_thread.error(&text);
                    }
                    if forward.send(event).is_err() {
                        return;
                    }
                }
            }
        }
    })?;
    let mut config = Config {
        workers: super::run::workers(),
        seed: args.limits.seed,
        safepoint_stress: args.limits.safepoint_stress,
        args: vec!["gol".to_owned()],
        stdin: Some(console.source()),
        stdout: console.sink(),
        stderr: console.error_sink(),
        line_buffered: console.is_terminal(),
        ..Config::default()
    };
    if let Some(limit) = args.limits.memory_limit {
        config.heap.memory_limit = limit;
    }
    config.heap.stress = args.limits.gc_stress.unwrap_or(0);
    config.heap.poison = args.limits.gc_stress.is_some();
    Ok((Session::new(Path::new("."), config, sender)?, events))
}
