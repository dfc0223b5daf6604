//! A compiled program, and running it.

use std::ffi::OsString;
use std::io::{ErrorKind, IsTerminal as _};
use std::sync::Arc;

use gol_diagnostic::SourceMap;
use gol_vm::{Config, Runtime};

pub use gol_vm::Outcome;

/// A program that can be run, any number of times.
pub struct Program {
    code: gol_bytecode::Program,
    sources: Arc<SourceMap>,
}

/// How a program is run.
#[derive(Clone, Debug, Default)]
pub struct RunOptions {
    /// Worker threads; 0: one for each core.
    pub workers: usize,
    /// Deterministic mode: one worker, every choice from this seed.
    pub seed: Option<u64>,
    /// The most memory the program's objects and goroutines may take, in bytes.
    pub memory_limit: Option<u64>,
    /// Request a collection at every so many allocations.
    pub gc_stress: Option<u32>,
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
        let mut config = Config {
            workers: options.workers,
            seed: options.seed,
            args: options.args.iter().map(|a| a.to_string_lossy().into_owned()).collect(),
            sources: Arc::clone(&self.sources),
            line_buffered: std::io::stdout().is_terminal(),
            ..Config::default()
        };
        if let Some(limit) = options.memory_limit {
            config.heap.memory_limit = limit;
        }
        config.heap.stress = options.gc_stress.unwrap_or(0);
        config.heap.poison = options.gc_stress.is_some();
        config.heap.verify = options.gc_stress.is_some();
        let natives = gol_stdlib::natives();
        let runtime = Runtime::new(config, &self.code, &natives);
        let mut runtime = runtime.map_err(|e| StartError(e.to_string()))?;
        let outcome = runtime.run();
        match (runtime.shared().flush_stdout(), &outcome) {
            (Err(e), Outcome::Exit(0)) if e.kind() != ErrorKind::BrokenPipe => {
                Err(StartError(format!("standard output: {e}")))
            }
            _ => Ok(outcome),
        }
    }
}
