//! A compiled program, and running it.

use std::ffi::OsString;
use std::io::{ErrorKind, IsTerminal as _};
use std::sync::{Arc, Mutex, PoisonError};

use gol_diagnostic::SourceMap;
use gol_vm::{Config, Runtime};

pub use gol_vm::{Handle, Outcome};

/// A program that can be run, any number of times.
pub struct Program {
    code: gol_bytecode::Program,
    sources: Arc<SourceMap>,
}

/// The status of a program that the signal SIGPIPE has ended.
const BROKEN_PIPE_STATUS: i32 = 128 + 13;

/// How a program is run.
#[derive(Clone, Debug, Default)]
pub struct RunOptions {
    /// Worker threads; 0: one for each core.
    pub workers: usize,
    /// Deterministic mode: one worker, every choice from this seed.
    pub seed: Option<u64>,
    /// The most memory the program's objects and goroutines may take, in bytes.
    pub memory_limit: Option<u64>,
    /// The most goroutines at a time; 0: no limit.
    pub max_goroutines: usize,
    /// Report on standard error, when `main` returns, which goroutines wait for ever.
    pub leaks: bool,
    /// Request a collection at every so many allocations.
    pub gc_stress: Option<u32>,
    /// A safepoint after so many back edges and calls, with random pauses of the workers; 0: as
    /// usual.
    pub safepoint_stress: u32,
    /// `os.Args`, the program's name first.
    pub args: Vec<OsString>,
}

/// Why a program could not be started, or its output not written.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct StartError(String);

impl StartError {
    pub(crate) fn new(text: String) -> StartError {
        StartError(text)
    }
}

impl Program {
    pub(crate) fn new(code: gol_bytecode::Program, sources: Arc<SourceMap>) -> Program {
        Program { code, sources }
    }

    /// The bytecode.
    pub fn code(&self) -> &gol_bytecode::Program {
        &self.code
    }

    /// Runs the program to its end, on the process's own standard streams. The text of a panic or
    /// fatal error is in the outcome, not printed.
    pub fn run(&self, options: &RunOptions) -> Result<Outcome, StartError> {
        self.run_watched(options, |_| ()).map(|ended| ended.outcome)
    }

    /// As [`Program::run`]; `watch` gets a hold on the program before it runs.
    pub fn run_watched(
        &self,
        options: &RunOptions,
        watch: impl FnOnce(Handle),
    ) -> Result<Ended, StartError> {
        let mut config = self.config(options);
        config.line_buffered = std::io::stdout().is_terminal();
        let mut runtime = self.runtime(config)?;
        watch(runtime.handle());
        let outcome = on_large_stack(|| runtime.run())?;
        let outcome = match (runtime.shared().flush_stdout(), outcome) {
            // Nobody reads any more: Go's programs are ended by a signal where they write.
            (Err(e), Outcome::Exit(0)) if e.kind() == ErrorKind::BrokenPipe => {
                Outcome::Exit(BROKEN_PIPE_STATUS)
            }
            (Err(e), Outcome::Exit(0)) => {
                return Err(StartError(format!("standard output: {e}")));
            }
            (_, outcome) => outcome,
        };
        Ok(Ended { outcome, _runtime: runtime })
    }

    /// Runs the program without input; what it has printed is handed back, output and errors (with
    /// the text of a panic or fatal error) each for themselves.
    pub fn run_captured(&self, options: &RunOptions) -> Result<Captured, StartError> {
        let (stdout, stderr) = (Buffer::default(), Buffer::default());
        let mut config = self.config(options);
        config.stdin = Some(Box::new(std::io::empty()));
        config.stdout = Box::new(stdout.clone());
        config.stderr = Box::new(stderr.clone());
        let mut runtime = self.runtime(config)?;
        let outcome = on_large_stack(|| runtime.run())?;
        let mut errors = stderr.take();
        if let Some(text) = outcome.report() {
            errors.extend_from_slice(text.as_bytes());
        }
        Ok(Captured { status: outcome.status(), stdout: stdout.take(), stderr: errors })
    }

    fn runtime(&self, config: Config) -> Result<Runtime, StartError> {
        let runtime = Runtime::new(config, &self.code, &gol_stdlib::natives());
        runtime.map_err(|e| StartError(e.to_string()))
    }

    fn config(&self, options: &RunOptions) -> Config {
        let mut config = Config {
            workers: options.workers,
            seed: options.seed,
            safepoint_stress: options.safepoint_stress,
            max_goroutines: options.max_goroutines,
            leaks: options.leaks,
            args: options.args.iter().map(|a| a.to_string_lossy().into_owned()).collect(),
            sources: Arc::clone(&self.sources),
            ..Config::default()
        };
        if let Some(limit) = options.memory_limit {
            config.heap.memory_limit = limit;
        }
        config.heap.stress = options.gc_stress.unwrap_or(0);
        config.heap.poison = options.gc_stress.is_some();
        config.heap.verify = options.gc_stress.is_some();
        config
    }
}

/// A program that is over, with its memory: who ends the process next need not free it.
pub struct Ended {
    pub outcome: Outcome,
    _runtime: Runtime,
}

/// What a program has printed, and its status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Captured {
    pub status: i32,
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
}

/// Output that is kept.
#[derive(Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Buffer {
    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl std::io::Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Runs the first worker with as much stack as the others have.
fn on_large_stack<R: Send>(run: impl FnOnce() -> R + Send) -> Result<R, StartError> {
    const STACK: usize = 64 << 20;
    std::thread::scope(|scope| {
        let builder = std::thread::Builder::new().name("gol-main".to_owned()).stack_size(STACK);
        let thread = builder.spawn_scoped(scope, run).map_err(|e| StartError(e.to_string()))?;
        Ok(thread.join().unwrap_or_else(|payload| std::panic::resume_unwind(payload)))
    })
}
