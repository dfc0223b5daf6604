//! The front end as a whole: from an input to a compiled program.
//!
//! Parser, checker and compiler walk trees recursively, so they run on a thread of their own with
//! a stack that the grammar's limit on nesting fits into.

use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc::{self, SyncSender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use gol_diagnostic::{Diagnostic, SourceMap, Span};
use gol_grammar::ast::NodeId;
use gol_types::{Checker, Options};

use crate::loader::{Input, LoadError, Loader, MainPackage};
use crate::program::Program;

/// Stack of the front end's thread, in bytes; only what is used is ever touched.
const STACK_SIZE: usize = 1 << 30;

/// How long what the trees and tables take is kept once the program is there. Most programs are over
/// by then, and freeing takes time that they need themselves on a busy machine.
const FREE_AFTER: Duration = Duration::from_millis(20);

/// How a program is compiled.
#[derive(Clone, Debug, Default)]
pub struct CompileOptions {
    /// Unused imports and variables are errors in scripts, too, as they always are in Go files.
    pub strict: bool,
    /// Stop after checking: `program` stays empty.
    pub check_only: bool,
    /// The root of a Go source tree, from which packages are read that gol does not have.
    pub goroot: Option<PathBuf>,
    /// Build tags that hold in addition to gol's own.
    pub tags: Vec<String>,
}

/// What became of an input. Without errors among the diagnostics there is a program.
pub struct Compiled {
    pub sources: Arc<SourceMap>,
    /// Sorted by position.
    pub diagnostics: Vec<Diagnostic>,
    pub program: Option<Program>,
}

impl Compiled {
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// Reads, parses, checks and compiles a program.
pub fn compile(input: &Input, options: CompileOptions) -> CompileResult {
    let input = input.clone();
    let (result, front_end) = mpsc::sync_channel(1);
    let thread = front_end_thread(move || compile_here(&input, &options, &result))
        .map_err(|e| LoadError::Read { path: "front end".to_owned(), reason: e.to_string() })?;
    front_end.recv().unwrap_or_else(|_| match thread.join() {
        // A panic in there is an error of gol: it goes on to the command's handler.
        Err(payload) => std::panic::resume_unwind(payload),
        Ok(()) => unreachable!("the front end sends a result or panics"),
    })
}

/// Runs something on a thread whose stack is large enough for the front end.
pub fn with_large_stack<R: Send + 'static>(
    run: impl FnOnce() -> R + Send + 'static,
) -> std::io::Result<R> {
    let thread = front_end_thread(run)?;
    // A panic in there is an error of gol: it goes on to the command's handler.
    Ok(thread.join().unwrap_or_else(|payload| std::panic::resume_unwind(payload)))
}

fn front_end_thread<R: Send + 'static>(
    run: impl FnOnce() -> R + Send + 'static,
) -> std::io::Result<JoinHandle<R>> {
    thread::Builder::new().name("front end".to_owned()).stack_size(STACK_SIZE).spawn(run)
}

type CompileResult = Result<Compiled, LoadError>;

/// Sends the result as soon as it is there: what the trees and tables take is freed while the
/// program runs already, if it still does.
fn compile_here(input: &Input, options: &CompileOptions, result: &SyncSender<CompileResult>) {
    let mut loader = Loader::new(options.goroot.as_deref(), &options.tags);
    let sources = loader.sources.clone();
    // The receiver waits for this very message.
    let send = |compiled| drop(result.send(compiled));
    let MainPackage { files, mut diagnostics, next_id } = match loader.load_main(input, NodeId(0)) {
        Ok(package) => package,
        Err(e) => return send(Err(e)),
    };
    let mut checker = Checker::new(Box::new(loader), Options { strict: options.strict }, next_id);
    if diagnostics.iter().any(gol_grammar::breaks_tree) {
        checker.check_labels(&files, &diagnostics);
        diagnostics.extend(checker.take_diagnostics());
        return send(Ok(finish(&sources, diagnostics, None)));
    }
    let package = checker.check_main("main", files);
    let sound = !diagnostics.iter().any(Diagnostic::is_error);
    diagnostics
        .extend(checker.take_diagnostics().into_iter().filter(|d| sound || d.span != Span::NONE));
    if options.check_only || diagnostics.iter().any(Diagnostic::is_error) {
        return send(Ok(finish(&sources, diagnostics, None)));
    }
    let compiled = gol_compile::compile(&mut checker, package);
    diagnostics.extend(checker.take_diagnostics());
    match compiled {
        Ok(program) => {
            send(Ok(finish(&sources, diagnostics, Some(program))));
            thread::sleep(FREE_AFTER);
        }
        Err(errors) => {
            diagnostics.extend(errors);
            send(Ok(finish(&sources, diagnostics, None)));
        }
    }
}

/// Removes errors that say of a line what the one before says already, as Go's compiler does.
fn said_once_a_line(sources: &SourceMap, diagnostics: &mut Vec<Diagnostic>) {
    let line =
        |d: &Diagnostic| Some((sources.file_of(d.span.lo)?, sources.location(d.span.lo)?.line));
    diagnostics.dedup_by(|next, d| {
        d.is_error() && d.message == next.message && line(d).is_some() && line(d) == line(next)
    });
}

fn finish(
    sources: &Rc<RefCell<SourceMap>>,
    mut diagnostics: Vec<Diagnostic>,
    program: Option<gol_bytecode::Program>,
) -> Compiled {
    diagnostics.sort_by_key(|d| d.span.lo);
    let sources = Arc::new(sources.take());
    said_once_a_line(&sources, &mut diagnostics);
    let has_errors = diagnostics.iter().any(Diagnostic::is_error);
    let program = program.filter(|_| !has_errors).map(|code| Program::new(code, sources.clone()));
    Compiled { sources, diagnostics, program }
}
