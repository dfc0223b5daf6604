//! Where a session's output goes: the terminal around the line being typed, or plain streams.

use std::io::{self, BufRead, BufReader, Read, Stdin, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

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
        Console { kind, color, line_start: Arc::new(AtomicBool::new(true)) }
    }

    pub(super) fn is_terminal(&self) -> bool {
        matches!(self.kind, Kind::Terminal(_))
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
        if let Some(last) = text.as_bytes().last() {
            self.line_start.store(*last == b'\n', Ordering::SeqCst);
        }
        match &self.kind {
            Kind::Terminal(printer) => lock(printer)(text.to_owned()),
            Kind::Streams { transcript, .. } if error && !transcript => {
                io::stderr().write_all(text.as_bytes())
            }
            Kind::Streams { .. } => {
                let mut out = io::stdout().lock();
                out.write_all(text.as_bytes())?;
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
            Kind::Terminal(_) => Box::new(io::stdin()),
        }
    }
}

struct Sink {
    console: Console,
    error: bool,
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.console.print(&String::from_utf8_lossy(bytes), self.error)?;
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
