//! Where a session's output goes: the terminal around the line being typed, or plain streams.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Stdin, Write};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use crate::cli::highlight;

/// Prints beside a prompt without destroying it.
pub(super) type Printer = Box<dyn FnMut(String) -> io::Result<()> + Send>;

/// Standard input, shared by the session's inputs and the program that reads it.
pub(super) type SharedInput = Arc<Mutex<BufReader<Stdin>>>;

#[derive(Clone)]
pub(super) struct Console {
    kind: Kind,
    pub(super) color: bool,
    /// Whether the last character printed ended a line.
    line_start: Arc<AtomicBool>,
    /// Whether the prompt waits for somebody.
    prompting: Arc<AtomicBool>,
    /// Counts the times at which the program's reads were given up.
    reads: Arc<AtomicUsize>,
}

#[derive(Clone)]
enum Kind {
    /// Inputs come from a pipe or file. In a transcript, errors are printed where results are.
    Streams {
        input: SharedInput,
        transcript: bool,
    },
    Terminal(Arc<Mutex<Printer>>),
}

fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Console {
    pub(super) fn streams(transcript: bool) -> Console {
        let input = Arc::new(Mutex::new(BufReader::new(io::stdin())));
        Console::new(Kind::Streams { input, transcript }, false)
    }

    pub(super) fn terminal(printer: Printer, color: bool) -> Console {
        Console::new(Kind::Terminal(Arc::new(Mutex::new(printer))), color)
    }

    fn new(kind: Kind, color: bool) -> Console {
        let line_start = Arc::new(AtomicBool::new(true));
        Console { kind, color, line_start, prompting: Arc::default(), reads: Arc::default() }
    }

    pub(super) fn is_terminal(&self) -> bool {
        matches!(self.kind, Kind::Terminal(_))
    }

    /// Whether the prompt waits for somebody.
    pub(super) fn is_prompting(&self) -> bool {
        self.prompting.load(Ordering::SeqCst)
    }

    pub(super) fn set_prompting(&self, waits: bool) {
        self.prompting.store(waits, Ordering::SeqCst);
    }

    /// The program's reads of the terminal under way find the end of input: what is typed next is
    /// meant for the prompt.
    pub(super) fn stop_reading(&self) {
        self.reads.fetch_add(1, Ordering::SeqCst);
    }

    /// Whether errors may point into the line above, which has a prompt before it.
    pub(super) fn shows_inputs(&self) -> bool {
        match self.kind {
            Kind::Streams { transcript, .. } => transcript,
            Kind::Terminal(_) => true,
        }
    }

    /// Values, as Go would write them.
    pub(super) fn values(&self, text: &str) {
        let text = if self.color { highlight::colored(text) } else { text.to_owned() };
        self.out(&format!("{text}\n"));
    }

    /// Prints to standard output; nobody can be told that it is closed.
    pub(super) fn out(&self, text: &str) {
        let _ = self.print(text, false);
    }

    /// Prints an error.
    pub(super) fn error(&self, text: &str) {
        let end = if text.ends_with('\n') { "" } else { "\n" };
        let text = match (self.color, text.split_once('\n')) {
            (true, Some((first, rest))) if !first.contains('\x1b') => {
                format!("\x1b[31m{first}\x1b[0m\n{rest}{end}")
            }
            _ => format!("{text}{end}"),
        };
        let _ = self.print(&text, true);
    }

    /// A new line, if the last one printed has not ended.
    pub(super) fn start_line(&self) {
        if !self.line_start.load(Ordering::SeqCst) {
            self.out("\n");
        }
    }

    fn print(&self, text: &str, error: bool) -> io::Result<()> {
        self.print_bytes(text.as_bytes(), error)
    }

    /// Prints what a program has written, which need not be text.
    fn print_bytes(&self, bytes: &[u8], error: bool) -> io::Result<()> {
        if let Some(last) = bytes.last() {
            self.line_start.store(*last == b'\n', Ordering::SeqCst);
        }
        match &self.kind {
            Kind::Terminal(printer) => lock(printer)(String::from_utf8_lossy(bytes).into_owned()),
            Kind::Streams { transcript, .. } if error && !transcript => {
                io::stderr().write_all(bytes)
            }
            Kind::Streams { .. } => {
                let mut out = io::stdout().lock();
                out.write_all(bytes)?;
                out.flush()
            }
        }
    }

    /// The next line of standard input, without its end; `None` at the end of input.
    pub(super) fn read_line(&self) -> io::Result<Option<String>> {
        let Kind::Streams { input, .. } = &self.kind else { return Ok(None) };
        let mut line = Vec::new();
        if lock(input).read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        let line = String::from_utf8_lossy(&line);
        Ok(Some(line.trim_end_matches(['\n', '\r']).to_owned()))
    }

    /// Standard output of the program.
    pub(super) fn sink(&self) -> Box<dyn Write + Send> {
        Box::new(Sink { console: self.clone(), error: false })
    }

    /// Standard error of the program.
    pub(super) fn error_sink(&self) -> Box<dyn Write + Send> {
        Box::new(Sink { console: self.clone(), error: true })
    }

    /// Standard input of the program.
    pub(super) fn source(&self) -> Box<dyn Read + Send> {
        match &self.kind {
            Kind::Streams { input, .. } => Box::new(Source(Arc::clone(input))),
            Kind::Terminal(_) => Box::new(Keyboard { reads: Arc::clone(&self.reads), file: None }),
        }
    }
}

struct Sink {
    console: Console,
    error: bool,
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.console.print_bytes(bytes, self.error)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct Source(SharedInput);

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        lock(&self.0).read(buffer)
    }
}

/// The terminal as the program's standard input. A read waits in short steps, so that Ctrl-C can end
/// it.
struct Keyboard {
    reads: Arc<AtomicUsize>,
    file: Option<File>,
}

impl Read for Keyboard {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        const STEP: Timespec = Timespec { tv_sec: 0, tv_nsec: 50_000_000 };
        let started = self.reads.load(Ordering::SeqCst);
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(File::open("/dev/tty")?),
        };
        loop {
            if self.reads.load(Ordering::SeqCst) != started {
                return Ok(0);
            }
            let mut ready = [PollFd::new(&*file, PollFlags::IN)];
            match poll(&mut ready, Some(&STEP)) {
                Ok(0) | Err(Errno::INTR) => {}
                Ok(_) => return file.read(buffer),
                Err(error) => return Err(error.into()),
            }
        }
    }
}
