//! One runtime: a loaded program with its heap, scheduler, streams and settings. There is no state
//! outside of it, so a process can hold several.

use rustc_hash::FxHashMap as HashMap;
use std::any::{Any, TypeId};
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};

use gol_bytecode::{FuncIdx, Program};
use gol_diagnostic::{Pos, SourceMap};
use gol_heap::{Heap, HeapConfig, LayoutId};
use gol_sched::{Config as SchedConfig, Scheduler, WeakScheduler};

use crate::dispatch::BUDGET;
use crate::load::{Image, LoadError, Tables};
use crate::native::Natives;
use crate::session::SessionState;

/// Where a program's output goes.
pub type Sink = Box<dyn Write + Send>;

/// Where a program reads from.
pub type Source = Box<dyn io::Read + Send>;

/// Settings of a runtime.
pub struct Config {
    /// Worker threads; 0: one for each core.
    pub workers: usize,
    /// Deterministic mode: one worker, all choices from this seed.
    pub seed: Option<u64>,
    /// Stress: a safepoint after so many back edges and calls, with random pauses; 0: ordinary.
    pub safepoint_stress: u32,
    pub heap: HeapConfig,
    /// The most goroutines at a time; 0: no limit.
    pub max_goroutines: usize,
    /// Report on standard error, when `main` returns, which goroutines wait for ever.
    pub leaks: bool,
    /// Standard input; `None`: the process's, which natives read by its descriptor.
    pub stdin: Option<Source>,
    pub stdout: Sink,
    pub stderr: Sink,
    /// Write every line through at once (a terminal), instead of collecting output.
    pub line_buffered: bool,
    /// `os.Args`.
    pub args: Vec<String>,
    /// The environment.
    pub env: Vec<(String, String)>,
    /// Positions of the program's source, for traces.
    pub sources: Arc<SourceMap>,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            workers: 0,
            seed: None,
            safepoint_stress: 0,
            heap: HeapConfig::default(),
            max_goroutines: 0,
            leaks: false,
            stdin: None,
            stdout: Box::new(io::stdout()),
            stderr: Box::new(io::stderr()),
            line_buffered: false,
            args: Vec::new(),
            env: std::env::vars().collect(),
            sources: Arc::default(),
        }
    }
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// `main` returned (0) or `os.Exit` was called.
    Exit(i32),
    /// A panic that nobody recovered; the text is what Go prints, traces included. Status 2.
    Panic { text: String },
    /// A fatal error, in the same form. Status 2.
    Fatal { text: String },
    /// An error of gol itself, in the same form. Status 70.
    Internal { text: String },
}

impl Outcome {
    /// The process's exit status.
    pub fn status(&self) -> i32 {
        match self {
            Outcome::Exit(code) => *code,
            Outcome::Panic { .. } | Outcome::Fatal { .. } => 2,
            Outcome::Internal { .. } => 70,
        }
    }

    /// The text of a panic or error.
    pub fn report(&self) -> Option<&str> {
        match self {
            Outcome::Exit(_) => None,
            Outcome::Panic { text } | Outcome::Fatal { text } | Outcome::Internal { text } => {
                Some(text)
            }
        }
    }
}

/// What could not be set up.
#[derive(Debug)]
pub enum RuntimeError {
    Load(LoadError),
    /// The system refused memory.
    Memory(io::Error),
}

impl std::fmt::Display for RuntimeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            RuntimeError::Load(error) => error.fmt(f),
            RuntimeError::Memory(error) => write!(f, "cannot reserve memory: {error}"),
        }
    }
}

impl std::error::Error for RuntimeError {}

/// Locks a mutex, whoever died while holding it.
pub(crate) fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Collected output goes to the sink when it is larger than this.
const STDOUT_BUFFER: usize = 64 << 10;

struct Stdout {
    sink: Sink,
    buffer: Vec<u8>,
    /// What the sink said when it refused output; nothing is written from then on.
    broken: Option<(io::ErrorKind, String)>,
}

/// What all workers of a runtime share.
pub struct Shared {
    pub(crate) heap: Arc<Heap>,
    image: RwLock<Image>,
    /// Weak, because the scheduler keeps its machine, which keeps this.
    scheduler: OnceLock<WeakScheduler<Vm>>,
    stdout: Mutex<Stdout>,
    stderr: Mutex<Sink>,
    stdin: Option<Mutex<Source>>,
    line_buffered: bool,
    pub(crate) bubbles: crate::bubble::Bubbles,
    states: Mutex<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>,
    outcome: Mutex<Option<Outcome>>,
    /// `os.Args`.
    pub args: Vec<String>,
    /// The environment at the start, and as the program changes it.
    pub env: Mutex<Vec<(String, String)>>,
    sources: RwLock<Arc<SourceMap>>,
    /// Where the program was started; empty if the system does not say.
    pub start_dir: PathBuf,
    seed: Option<u64>,
    /// Back edges and calls from one safepoint to the next.
    pub(crate) budget: i64,
    pub(crate) asserts: crate::iface::AssertCache,
    /// The variables whose addresses the program has as numbers.
    pub(crate) exposed: crate::mem::exposed::Exposed,
    /// Of what natives keep (`kept`), once they do.
    pub(crate) kept_layout: OnceLock<LayoutId>,
    /// The main goroutine's number.
    main_id: AtomicU64,
    /// What is to be done when the world stops.
    pub(crate) wanted: crate::control::Wanted,
    /// Signals that the program takes care of, a bit for each number: who watches the program
    /// leaves them alone.
    pub handled_signals: AtomicU64,
    /// Report goroutines that wait for ever when `main` returns.
    pub(crate) leaks: bool,
    pub(crate) max_goroutines: usize,
    /// Parts of the package variables that the collection under way scans; set when it begins.
    pub(crate) scanned_globals: AtomicUsize,
    /// What there is more in a session.
    pub(crate) session: Option<SessionState>,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Shared")
    }
}

impl Shared {
    pub fn heap(&self) -> &Arc<Heap> {
        &self.heap
    }

    /// The scheduler, for whoever knows that the runtime lives: its workers, and what waits for them.
    pub fn scheduler(&self) -> Scheduler<Vm> {
        self.try_scheduler().expect("a runtime that works has its scheduler")
    }

    pub(crate) fn try_scheduler(&self) -> Option<Scheduler<Vm>> {
        self.scheduler.get()?.upgrade()
    }

    pub(crate) fn tables(&self) -> Tables {
        self.image().tables()
    }

    /// Takes up what a grown program has more than is loaded. While the world stands still.
    pub(crate) fn extend(&self, program: &Program, natives: &Natives) -> Result<(), LoadError> {
        let mut image = self.image.write().unwrap_or_else(PoisonError::into_inner);
        image.extend(&self.heap, program, natives)?;
        self.asserts.forget();
        Ok(())
    }

    pub(crate) fn set_sources(&self, sources: Arc<SourceMap>) {
        *self.sources.write().unwrap_or_else(PoisonError::into_inner) = sources;
    }

    pub(crate) fn image(&self) -> std::sync::RwLockReadGuard<'_, Image> {
        self.image.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The start of a worker's generator: from the seed, or from the system's randomness.
    pub(crate) fn seed(&self, worker: usize) -> u64 {
        use std::hash::{BuildHasher, RandomState};
        let base = self.seed.unwrap_or_else(|| RandomState::new().hash_one(worker));
        let mixed = base.wrapping_add(worker as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        (mixed ^ mixed >> 29) | 1
    }

    /// Whether the run is deterministic.
    pub fn is_deterministic(&self) -> bool {
        self.seed.is_some()
    }

    /// Native code's own state, one for each type, made on first use.
    pub fn state<T: Any + Default + Send + Sync>(&self) -> Arc<T> {
        let mut states = lock(&self.states);
        let state = states.entry(TypeId::of::<T>()).or_insert_with(|| Arc::new(T::default()));
        Arc::clone(state).downcast().expect("states are stored under their own type")
    }

    /// Writes to the program's standard output, which is collected until somebody could notice.
    pub fn write_stdout(&self, bytes: &[u8]) -> io::Result<()> {
        let mut stdout = lock(&self.stdout);
        stdout.refused()?;
        stdout.buffer.extend_from_slice(bytes);
        let full = stdout.buffer.len() >= STDOUT_BUFFER;
        if full || self.line_buffered && bytes.contains(&b'\n') {
            return stdout.flush();
        }
        Ok(())
    }

    /// Writes out what is collected; an error if the output was refused, now or before.
    pub fn flush_stdout(&self) -> io::Result<()> {
        lock(&self.stdout).flush()
    }

    /// Writes to the program's standard error, what was written to its output before first.
    pub fn write_stderr(&self, bytes: &[u8]) -> io::Result<()> {
        // What cannot be written to the output is no reason to keep the error quiet.
        let _ = self.flush_stdout();
        let mut stderr = lock(&self.stderr);
        stderr.write_all(bytes)?;
        stderr.flush()
    }

    /// Whether the program's standard input is that of the process.
    pub fn has_process_stdin(&self) -> bool {
        self.stdin.is_none()
    }

    /// Reads from a standard input that is not the process's; may block, so natives call it
    /// offloaded.
    pub fn read_stdin(&self, buffer: &mut [u8]) -> io::Result<usize> {
        self.flush_stdout()?;
        self.stdin.as_ref().map_or(Ok(0), |stdin| lock(stdin).read(buffer))
    }

    /// File, line and column of a position, as `//line` directives tell them.
    pub fn location(&self, pos: Pos) -> Option<gol_diagnostic::Location> {
        self.sources.read().unwrap_or_else(PoisonError::into_inner).origin(pos)
    }

    /// The name of a place's file as a program is told it, and as traces have it: absolute, where
    /// it is a file of the user's.
    pub(crate) fn file_name(&self, at: &gol_diagnostic::Location) -> String {
        let name: &str = &at.name;
        let sources = self.sources.read().unwrap_or_else(PoisonError::into_inner);
        let is_embedded = sources.file(at.file).is_embedded();
        let names_file = name.contains(['.', '/']);
        if is_embedded || !names_file {
            return name.to_owned();
        }
        let whole: PathBuf = self.start_dir.join(name).components().collect();
        whole.display().to_string()
    }

    pub(crate) fn set_main(&self, id: u64) {
        self.main_id.store(id, Ordering::Relaxed);
    }

    /// Whether this is the number of the goroutine whose end is the program's.
    pub(crate) fn is_main(&self, id: u64) -> bool {
        self.main_id.load(Ordering::Relaxed) == id
    }

    /// Says how the run ends; the first one to say so counts.
    pub(crate) fn finish(&self, outcome: Outcome) {
        lock(&self.outcome).get_or_insert(outcome);
    }
}

impl Stdout {
    fn flush(&mut self) -> io::Result<()> {
        self.refused()?;
        if self.buffer.is_empty() {
            return Ok(());
        }
        let result = self.sink.write_all(&self.buffer).and_then(|()| self.sink.flush());
        self.buffer.clear();
        self.broken = result.as_ref().err().map(|e| (e.kind(), e.to_string()));
        result
    }

    fn refused(&self) -> io::Result<()> {
        match &self.broken {
            Some((kind, text)) => Err(io::Error::new(*kind, text.clone())),
            None => Ok(()),
        }
    }
}

/// The machine that the scheduler runs.
pub struct Vm {
    pub(crate) shared: Arc<Shared>,
    pub(crate) entry: Mutex<FuncIdx>,
}

/// A runtime with a loaded program.
pub struct Runtime {
    pub(crate) shared: Arc<Shared>,
    pub(crate) scheduler: Scheduler<Vm>,
}

/// Bytes reserved for package variables beyond those of the first load.
const GLOBALS: usize = 1 << 20;
/// The same in a session, where each variable of an input is one: address space, not memory.
const SESSION_GLOBALS: usize = 1 << 30;

impl Runtime {
    pub fn new(
        config: Config,
        program: &Program,
        natives: &Natives,
    ) -> Result<Runtime, RuntimeError> {
        Runtime::with_session(config, program, natives, None)
    }

    pub(crate) fn with_session(
        config: Config,
        program: &Program,
        natives: &Natives,
        session: Option<SessionState>,
    ) -> Result<Runtime, RuntimeError> {
        let reserve = if session.is_some() { SESSION_GLOBALS } else { GLOBALS };
        let heap = Heap::new(config.heap).map_err(RuntimeError::Memory)?;
        let image = Image::load(&heap, program, natives, reserve).map_err(RuntimeError::Load)?;
        let shared = Arc::new(Shared {
            heap,
            image: RwLock::new(image),
            scheduler: OnceLock::new(),
            stdout: Mutex::new(Stdout { sink: config.stdout, buffer: Vec::new(), broken: None }),
            stderr: Mutex::new(config.stderr),
            stdin: config.stdin.map(Mutex::new),
            line_buffered: config.line_buffered,
            bubbles: crate::bubble::Bubbles::default(),
            states: Mutex::new(HashMap::default()),
            outcome: Mutex::new(None),
            args: config.args,
            env: Mutex::new(config.env),
            sources: RwLock::new(config.sources),
            start_dir: std::env::current_dir().unwrap_or_default(),
            seed: config.seed,
            budget: match config.safepoint_stress {
                0 => BUDGET,
                stress => i64::from(stress),
            },
            asserts: crate::iface::AssertCache::default(),
            exposed: crate::mem::exposed::Exposed::default(),
            kept_layout: OnceLock::new(),
            main_id: AtomicU64::new(0),
            wanted: crate::control::Wanted::default(),
            handled_signals: AtomicU64::new(0),
            leaks: config.leaks,
            max_goroutines: config.max_goroutines,
            scanned_globals: AtomicUsize::new(0),
            session,
        });
        let vm = Arc::new(Vm { shared: Arc::clone(&shared), entry: Mutex::new(program.entry) });
        let settings = SchedConfig {
            workers: config.workers,
            seed: config.seed,
            max_goroutines: config.max_goroutines,
            pauses: config.safepoint_stress > 0,
            ..SchedConfig::default()
        };
        let scheduler = Scheduler::new(vm, settings);
        // A fresh cell: setting it cannot fail.
        let _ = shared.scheduler.set(scheduler.downgrade());
        Ok(Runtime { shared, scheduler })
    }

    pub fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// Runs the program's entry function to the end of the program. The calling thread is one of
    /// the workers. The text of a panic is not printed but returned; output is flushed.
    pub fn run(&mut self) -> Outcome {
        *lock(&self.shared.outcome) = None;
        let start = |worker: &mut crate::local::VmWorker| {
            let g = crate::machine::start_main(worker);
            g.expect("a new heap has memory for one goroutine and one frame")
        };
        self.scheduler.run(start);
        // A sink that refuses the last bytes cannot be told to anybody either.
        let _ = self.shared.flush_stdout();
        lock(&self.shared.outcome).take().unwrap_or(Outcome::Exit(0))
    }
}
