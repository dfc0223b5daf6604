//! Broken programs: whatever the text, the front end answers with a program or with diagnostics.
//!
//! The corpus are the programs of `tests/` and `examples/`. Each is damaged in a few places (text
//! cut out, doubled, exchanged with another program's, tokens put in) and compiled. A Rust panic
//! fails the test; an abort or a hang leaves the text in a file that is named when it happens.
//!
//! Every run tries the same mutants. `GOL_MUTATIONS=100000` tries so many, from a seed of its own
//! if `GOL_SEED` says so, and `GOL_CORPUS=DIR` takes the programs
//! below a folder, relative to the project.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use std::{env, fs, process, thread};

use gol::{CompileOptions, Input};
use libtest_mimic::{Failed, Trial};

use super::tokens::TOKENS;
use super::{files, root};

/// Mutants in a run of the suite.
const MUTANTS: u64 = 400;
/// No text takes longer, however busy the machine is.
const LONGEST: Duration = Duration::from_mins(1);
/// Programs that are larger are left out: they would take up all the time.
const LARGEST: u64 = 40_000;

pub(crate) fn trials() -> Vec<Trial> {
    vec![Trial::test("mutations", run)]
}

/// Pseudo-random numbers (xorshift), so that failures repeat.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }
}

fn corpus() -> Vec<String> {
    let read = |path: &PathBuf| {
        let size = fs::metadata(path).ok()?.len();
        (size < LARGEST).then(|| fs::read(path).ok()).flatten()
    };
    let given = env::var("GOL_CORPUS").ok();
    let folders = given.as_deref().map_or(vec!["tests", "examples"], |folder| vec![folder]);
    let paths: Vec<PathBuf> = folders
        .iter()
        .flat_map(|folder| files(folder, &["go", "gol"]))
        .map(|path| root().join(path))
        .collect();
    paths.iter().filter_map(read).map(|t| String::from_utf8_lossy(&t).into_owned()).collect()
}

fn number(name: &str) -> Option<u64> {
    env::var(name).ok()?.parse().ok()
}

fn run() -> Result<(), Failed> {
    let programs = corpus();
    let count = number("GOL_MUTATIONS").unwrap_or(MUTANTS);
    let mut random = Random(number("GOL_SEED").unwrap_or(0x9E37_79B9_7F4A_7C15) | 1);
    let watch = Watch::start();
    let mut failures = Vec::new();
    for _ in 0..count {
        let at = random.below(programs.len());
        let other = random.below(programs.len());
        let text = mutant(&programs[at], &programs[other], &mut random);
        watch.begin(&text);
        if catch_unwind(AssertUnwindSafe(|| compile(&text))).is_err() {
            let kept = keep(&text, failures.len());
            failures.push(kept.display().to_string());
            if failures.len() >= 20 {
                break;
            }
        }
    }
    watch.end();
    if failures.is_empty() {
        return Ok(());
    }
    Err(format!("gol panics on {} texts:\n{}", failures.len(), failures.join("\n")).into())
}

fn compile(text: &str) {
    let input = Input::Text { name: "mutant.gol".to_owned(), text: text.as_bytes().to_vec() };
    let compiled = gol::compile(&input, CompileOptions::default());
    let says_nothing = |c: &gol::Compiled| c.program.is_none() && !c.has_errors();
    assert!(!compiled.as_ref().is_ok_and(says_nothing), "neither a program nor an error");
}

/// A program with a few places of damage.
fn mutant(text: &str, other: &str, random: &mut Random) -> String {
    let mut text = text.to_owned();
    for _ in 0..=random.below(5) {
        let from = boundary(&text, random.below(text.len() + 1));
        let reach = [4, 12, 60, 400][random.below(4)];
        let to = boundary(&text, from + random.below(reach)).max(from);
        let piece = match random.below(8) {
            0 => String::new(),
            1 => text[from..to].repeat(2),
            2 => {
                let start = boundary(other, random.below(other.len() + 1));
                let end = boundary(other, start + random.below(reach)).max(start);
                other[start..end].to_owned()
            }
            3 => {
                let start = boundary(&text, random.below(text.len() + 1));
                let end = boundary(&text, start + random.below(reach)).max(start);
                text[start..end].to_owned()
            }
            _ => format!(" {} ", TOKENS[random.below(TOKENS.len())]),
        };
        let end = if random.below(2) == 0 { from } else { to };
        text.replace_range(from..end, &piece);
    }
    text
}

fn boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

fn keep(text: &str, number: usize) -> PathBuf {
    let name = format!("gol-mutant-{}-{number}.gol", process::id());
    let path = env::temp_dir().join(name);
    // Losing the text would only make the failure harder to repeat.
    let _ = fs::write(&path, text);
    path
}

/// Looks after texts that take too long, and after the process that they end.
struct Watch {
    current: Arc<Mutex<String>>,
    started: Arc<AtomicU64>,
    path: PathBuf,
}

impl Watch {
    fn start() -> Watch {
        let current = Arc::new(Mutex::new(String::new()));
        let started = Arc::new(AtomicU64::new(0));
        let path = env::temp_dir().join(format!("gol-mutant-{}-now.gol", process::id()));
        let (text, count, place) = (current.clone(), started.clone(), path.clone());
        thread::spawn(move || {
            let mut seen = 0;
            loop {
                thread::sleep(LONGEST);
                let now = count.load(Ordering::Relaxed);
                if now == u64::MAX {
                    return;
                }
                if now == seen && now != 0 {
                    report_hang(&place, &text.lock().map(|t| t.clone()).unwrap_or_default());
                }
                seen = now;
            }
        });
        Watch { current, started, path }
    }

    fn begin(&self, text: &str) {
        self.started.fetch_add(1, Ordering::Relaxed);
        if let Ok(mut current) = self.current.lock() {
            text.clone_into(&mut current);
        }
        // If the process is killed by what follows, the text is here.
        let _ = fs::write(&self.path, text);
    }

    fn end(&self) {
        self.started.store(u64::MAX, Ordering::Relaxed);
        let _ = fs::remove_file(&self.path);
    }
}

fn report_hang(place: &Path, text: &str) {
    let _ = fs::write(place, text);
    #[expect(clippy::print_stderr, reason = "the process ends here, and with it the test report")]
    {
        eprintln!("gol does not come to an end with {}", place.display());
    }
    process::abort();
}
