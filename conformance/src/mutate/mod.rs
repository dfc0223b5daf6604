//! The command `mutate`: damaged programs, by the hundred thousand, through the front end.
//!
//! The corpus are Go's own tests, gol's tests and examples and the library's sources, as far as they
//! are there. Each mutant ([`mutant`]) is parsed, checked and compiled in a child process, which
//! tells the mutant's number before it begins with it. When a child dies, or makes no progress, the
//! mutant is kept and another child goes on behind it. A number and a seed make the same mutant
//! from the same corpus.

mod child;
mod mutant;
mod structure;

pub(crate) use mutant::split;

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;

use mutant::Corpus;

/// The processor time that a mutant gets.
const LIMIT: Duration = Duration::from_secs(10);
/// How often a child is looked after.
const TICK: Duration = Duration::from_secs(1);
/// After so many mutants it is said that they are done.
const REPORTED: u64 = 20_000;
/// So many mutants that fail in the same way are kept.
const KEPT: usize = 3;

#[derive(clap::Args, Clone)]
pub(crate) struct Options {
    /// How many mutants
    #[arg(long, default_value_t = 100_000)]
    inputs: u64,
    /// The first mutant's number
    #[arg(long, default_value_t = 0)]
    first: u64,
    /// What the mutants are made from, beside their numbers
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Folders with programs
    #[arg(long)]
    from: Vec<PathBuf>,
    /// Larger programs are left out; in bytes
    #[arg(long, default_value_t = 20_000)]
    largest: u64,
    /// Where mutants that break gol are kept
    #[arg(long, default_value = "broken")]
    keep: PathBuf,
    /// Print the first mutant instead
    #[arg(long)]
    print: bool,
    /// Run what compiles, as well: for two seconds, with 200 MB
    #[arg(long)]
    run: bool,
    /// Be the process that compiles
    #[arg(long, hide = true)]
    child: bool,
}

impl Options {
    /// Whether a gol is needed that runs what compiles.
    pub(crate) fn runs(&self) -> bool {
        self.run && !self.print
    }

    fn corpus(&self) -> anyhow::Result<Corpus> {
        let root = crate::root();
        let own = ["tests", "examples", "stdlib"].map(|folder| root.join(folder));
        let folders = if self.from.is_empty() { &own[..] } else { &self.from };
        let corpus = Corpus::read(folders, self.largest, self.seed);
        anyhow::ensure!(corpus.len() > 0, "there are no programs in the folders");
        Ok(corpus)
    }
}

/// Whether all mutants came to an end. What compiles is run with `gol`, if it is given.
pub(crate) fn run(options: &Options, gol: Option<PathBuf>) -> anyhow::Result<bool> {
    let corpus = options.corpus()?;
    if options.print {
        println!("{}", String::from_utf8_lossy(&corpus.mutant(options.first)));
        return Ok(true);
    }
    if options.child {
        child::run(&corpus, options.first, options.inputs, gol.as_deref());
        return Ok(true);
    }
    let mut report = Report { options, gol, corpus, kinds: HashMap::new(), compiled: 0, broken: 0 };
    let start = Instant::now();
    let end = options.first + options.inputs;
    let mut next = options.first;
    while next < end {
        next = report.watch(next, end)?;
    }
    let took = start.elapsed().as_secs();
    println!(
        "{} mutants, {} of them compiled, {} broke gol, {took} s",
        options.inputs, report.compiled, report.broken
    );
    Ok(report.broken == 0)
}

/// What a child tells.
enum Event {
    Begins(u64),
    Compiles,
    Breaks(String),
}

struct Report<'a> {
    options: &'a Options,
    gol: Option<PathBuf>,
    corpus: Corpus,
    /// How often gol broke in a way.
    kinds: HashMap<String, usize>,
    compiled: u64,
    broken: usize,
}

impl Report<'_> {
    /// Runs a child on the mutants from `first` to `end`; the number to go on with.
    fn watch(&mut self, first: u64, end: u64) -> anyhow::Result<u64> {
        let mut child = self.start(first, end - first)?;
        let events = events(&mut child)?;
        let complaint = complaint(&mut child);
        // The number of the last mutant, and which one it was at the last tick, with the processor
        // time that the child had used then.
        let (mut current, mut seen) = (first, (u64::MAX, Duration::ZERO));
        let mut tick = Instant::now();
        loop {
            match events.recv_timeout(TICK) {
                Ok(Event::Begins(number)) => {
                    if number.is_multiple_of(REPORTED) && number > first {
                        println!("{number} begins, {} broke gol so far", self.broken);
                    }
                    current = number;
                }
                Ok(Event::Compiles) => self.compiled += 1,
                Ok(Event::Breaks(what)) => self.broke(current, &what)?,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            if tick.elapsed() < TICK {
                continue;
            }
            tick = Instant::now();
            let used = processor_time(child.id());
            if seen.0 != current {
                seen = (current, used);
            } else if used.saturating_sub(seen.1) > LIMIT {
                child.kill()?;
                child.wait()?;
                self.broke(current, "does not come to an end")?;
                return Ok(current + 1);
            }
        }
        let status = child.wait()?;
        if status.success() {
            return Ok(end);
        }
        let words = complaint.join().unwrap_or_default();
        let words = words.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
        self.broke(current, &format!("{status}: {}", without_numbers(words)))?;
        Ok(current + 1)
    }

    fn start(&self, first: u64, count: u64) -> anyhow::Result<Child> {
        let Options { seed, largest, .. } = self.options;
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["mutate", "--child", "--first", &first.to_string()]);
        command.args(["--inputs", &count.to_string(), "--seed", &seed.to_string()]);
        command.args(["--largest", &largest.to_string()]);
        if let Some(gol) = &self.gol {
            command.arg("--run").arg("--gol").arg(gol);
        }
        for folder in &self.options.from {
            command.arg("--from").arg(folder);
        }
        Ok(command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?)
    }

    fn broke(&mut self, number: u64, how: &str) -> anyhow::Result<()> {
        self.broken += 1;
        let times = self.kinds.entry(how.to_owned()).or_default();
        *times += 1;
        if *times <= KEPT {
            let path = self.options.keep.join(format!("{}-{number}.go", self.options.seed));
            std::fs::create_dir_all(&self.options.keep)?;
            std::fs::write(&path, self.corpus.mutant(number))
                .with_context(|| path.display().to_string())?;
            println!("{}: {how}", path.display());
        }
        Ok(())
    }
}

/// The child's lines as they come.
fn events(child: &mut Child) -> anyhow::Result<Receiver<Event>> {
    let output = child.stdout.take().context("the child's output is a pipe")?;
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            let event = match line.parse() {
                Ok(number) => Event::Begins(number),
                Err(_) if line == child::COMPILED => Event::Compiles,
                Err(_) => Event::Breaks(line),
            };
            if sender.send(event).is_err() {
                return;
            }
        }
    });
    Ok(receiver)
}

/// What the child prints when it dies.
fn complaint(child: &mut Child) -> thread::JoinHandle<String> {
    let errors = child.stderr.take();
    thread::spawn(move || {
        let mut text = String::new();
        if let Some(mut errors) = errors {
            // Bytes that are no text would end it early, which does not matter.
            let _ = errors.read_to_string(&mut text);
        }
        text
    })
}

/// A message that is the same for all processes and sizes.
fn without_numbers(text: &str) -> String {
    text.chars().filter(|c| !c.is_ascii_digit()).collect()
}

/// The processor time of a process; where the system does not tell, none.
fn processor_time(process: u32) -> Duration {
    let path = Path::new("/proc").join(process.to_string()).join("stat");
    let text = std::fs::read_to_string(path).unwrap_or_default();
    // Behind the name, which may hold anything, user and system time are the 12th and 13th field,
    // in hundredths of a second.
    let fields = text.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks: u64 = fields.skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10)
}
