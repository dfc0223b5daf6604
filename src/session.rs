//! A session: inputs that are checked, compiled and run one after the other in one program that
//! lives on.
//!
//! Each input is a script of its own that sees what the inputs before it have declared. Variables
//! keep their values, goroutines run on while nothing is entered. An input with errors changes
//! nothing; one that panics has done what it did before.
//!
//! Checking and compiling walk trees recursively: use a session on a thread with a large stack
//! ([`with_large_stack`](crate::with_large_stack)).

use std::cell::RefCell;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc::Sender;

use gol_diagnostic::{Diagnostic, FileId, Pos, SourceMap};
use gol_grammar::ast::{Expr, ExprKind, File, Item, Mode, NodeId, Stmt, StmtKind, UnaryOp};
use gol_grammar::{Source, lexemes, parse_repl};
use gol_types::{Checker, ObjId, ObjKind, Options, Show};
pub use gol_vm::session::{Event, Goroutine};

use crate::loader::{LoadError, Loader};
use crate::program::StartError;

/// Streams and limits of a session.
pub use gol_vm::Config;

/// What is done with the values of an input's expression statements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Values {
    /// They are kept to be shown, the last one in `it`.
    Shown,
    /// They are kept to be shown, but `it` stays what it was.
    Peeked,
    /// As in a file: a value that nothing uses is an error.
    Unused,
}

/// Why an input was not started.
#[derive(Debug)]
pub enum Rejected {
    /// There is nothing in it to run or declare.
    Empty,
    Errors(Vec<Diagnostic>),
    Start(StartError),
}

/// Something that has a name.
#[derive(Clone, Debug)]
pub struct Named {
    pub name: String,
    /// As it could be declared: `func f(x int) string`.
    pub declaration: String,
    pub kind: NamedKind,
    /// The file that declares it.
    pub file: Option<FileId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamedKind {
    Package,
    Const,
    Var,
    Type,
    Func,
    Other,
}

pub struct Session {
    sources: Rc<RefCell<SourceMap>>,
    checker: Checker,
    types: gol_types::Session,
    code: gol_compile::Session,
    runtime: Option<gol_vm::Session>,
    config: Option<Config>,
    events: Sender<Event>,
    inputs: usize,
}

impl Session {
    /// A session in a directory, from which imports are looked for. What becomes of its inputs is
    /// told to `events`.
    pub fn new(dir: &Path, config: Config, events: Sender<Event>) -> Result<Session, LoadError> {
        let loader = Loader::in_directory(dir)?;
        let sources = loader.sources.clone();
        let mut checker = Checker::new(Box::new(loader), Options::default(), NodeId(0));
        let types = gol_types::Session::new(&mut checker);
        Ok(Session {
            sources,
            checker,
            types,
            code: gol_compile::Session::default(),
            runtime: None,
            config: Some(config),
            events,
            inputs: 0,
        })
    }

    /// The sources of all inputs and of what they use.
    pub fn sources(&self) -> std::cell::Ref<'_, SourceMap> {
        self.sources.borrow()
    }

    /// Checks, compiles and starts an input; its end is an [`Event`]. Not while one runs.
    pub fn start(&mut self, name: &str, text: &str, values: Values) -> Result<(), Rejected> {
        let file = self.parse(name, text)?;
        if file.items.is_empty() {
            return Err(Rejected::Empty);
        }
        let show = match values {
            Values::Shown => Show::Values,
            Values::Peeked => Show::Peek,
            Values::Unused => Show::Nothing,
        };
        let checked = self.types.check(&mut self.checker, &file, show);
        let Some(names) = checked else {
            return Err(Rejected::Errors(self.checker.take_diagnostics()));
        };
        let compiled = self.code.compile(&mut self.checker, self.types.pkg, &names.extended);
        let program = compiled.map_err(Rejected::Errors)?;
        let sources = Arc::new(self.sources.borrow().clone());
        if let Some(runtime) = &self.runtime {
            runtime.next(program, sources);
        } else {
            let config = Config { sources, ..self.config.take().unwrap_or_default() };
            let natives = gol_stdlib::natives();
            let runtime = gol_vm::Session::start(config, &program, natives, self.events.clone());
            let runtime = runtime.map_err(|e| Rejected::Start(StartError::new(e.to_string())))?;
            self.runtime = Some(runtime);
        }
        Ok(())
    }

    /// A name for the next input, by its number.
    pub fn next_name(&mut self) -> String {
        self.inputs += 1;
        format!("input {}", self.inputs)
    }

    fn parse(&mut self, name: &str, text: &str) -> Result<Rc<File>, Rejected> {
        let file = self.sources.borrow_mut().add(name, text.to_owned());
        let base = self.sources.borrow().file(file).base;
        let source = Source { file, base, text, mode: Mode::Script };
        let parsed = parse_repl(source, self.checker.next_id).parsed;
        self.checker.next_id = parsed.next_id;
        if parsed.diagnostics.iter().any(Diagnostic::is_error) {
            return Err(Rejected::Errors(parsed.diagnostics));
        }
        Ok(Rc::new(parsed.tree))
    }

    /// Ends the running input, as `runtime.Goexit` would.
    pub fn interrupt(&self) {
        if let Some(runtime) = &self.runtime {
            runtime.interrupt();
        }
    }

    /// The texts of the values that the last inputs have shown, by statement.
    pub fn take_shown(&self) -> Vec<Vec<String>> {
        self.shown().map(|shown| shown.take()).unwrap_or_default()
    }

    /// How wide the lines of shown values may be.
    pub fn set_width(&self, width: usize) {
        if let Some(shown) = self.shown() {
            shown.set_width(width);
        }
    }

    fn shown(&self) -> Option<Arc<gol_stdlib::Shown>> {
        self.runtime.as_ref().map(|r| r.shared().state::<gol_stdlib::Shown>())
    }

    pub fn goroutines(&self) -> Vec<Goroutine> {
        self.runtime.as_ref().map(gol_vm::Session::goroutines).unwrap_or_default()
    }

    /// The code of what has been compiled so far.
    pub fn program(&self) -> Arc<gol_bytecode::Program> {
        self.code.program()
    }

    // -- questions about names and types

    /// The type of an expression, or what a type stands for.
    pub fn type_of(&mut self, text: &str) -> Result<String, Rejected> {
        let file = self.parse("type", text)?;
        let Some(tv) = self.types.examine(&mut self.checker, &file) else {
            return Err(Rejected::Errors(self.checker.take_diagnostics()));
        };
        Ok(self.types.describe_type(&mut self.checker, &tv))
    }

    /// What the session has declared and imported, oldest first.
    pub fn names(&mut self) -> Vec<Named> {
        let objects = self.types.objects(&self.checker);
        objects.into_iter().map(|obj| self.named(obj)).collect()
    }

    /// What a name or qualified name (`strings.Cut`, `x.Field`) stands for.
    pub fn find(&mut self, path: &str) -> Option<Named> {
        let (owner, name) = match path.rsplit_once('.') {
            Some((owner, name)) => (Some(owner), name),
            None => (None, path),
        };
        match owner {
            None => {
                let obj = self.types.lookup(&self.checker, name)?;
                Some(self.named(obj))
            }
            Some(owner) => self.members(owner).into_iter().find(|m| m.name == name),
        }
    }

    /// The members of what an expression or package name stands for.
    pub fn members(&mut self, owner: &str) -> Vec<Named> {
        if let Some(pkg) = self.types.package_named(&mut self.checker, owner) {
            let objects = self.checker.exported_objects(pkg);
            return objects.into_iter().map(|obj| self.named(obj)).collect();
        }
        let Ok(file) = self.parse("completion", owner) else { return Vec::new() };
        let examined = self.types.examine(&mut self.checker, &file);
        self.checker.take_diagnostics();
        let Some(tv) = examined else { return Vec::new() };
        let objects = self.types.members(&mut self.checker, tv.ty);
        objects.into_iter().map(|obj| self.named(obj)).collect()
    }

    /// The exported names of a standard package.
    pub fn package_names(&self, path: &str) -> Vec<&'static str> {
        let package = gol_stdlib::package(path);
        package.map(|p| p.find_exported().collect()).unwrap_or_default()
    }

    fn named(&mut self, obj: ObjId) -> Named {
        self.checker.resolve(obj);
        self.checker.take_diagnostics();
        let declaration = self.types.describe(&mut self.checker, obj);
        let object = self.checker.store.obj(obj);
        let kind = match object.kind {
            ObjKind::PkgName { .. } => NamedKind::Package,
            ObjKind::Const { .. } => NamedKind::Const,
            ObjKind::TypeName => NamedKind::Type,
            ObjKind::Var(_) => NamedKind::Var,
            ObjKind::Func(_) | ObjKind::Builtin(_) => NamedKind::Func,
            ObjKind::Label { .. } | ObjKind::Nil => NamedKind::Other,
        };
        let file = self.sources.borrow().file_of(object.pos);
        Named { name: object.name.to_string(), declaration, kind, file }
    }
}

/// Expressions with commas between them as statements: several values are shown. The text keeps its
/// places.
pub fn value_list(text: &str) -> Option<String> {
    let mut depth = 0_usize;
    let mut out = text.to_owned();
    for lexeme in lexemes(text, Mode::Script) {
        match &text[lexeme.lo..lexeme.hi] {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            "," if depth == 0 => out.replace_range(lexeme.lo..lexeme.hi, ";"),
            _ => {}
        }
    }
    if out == text {
        return None;
    }
    let source = Source { file: FileId(0), base: Pos(1), text: &out, mode: Mode::Script };
    let parsed = parse_repl(source, NodeId(0)).parsed;
    let is_expr = |item: &Item| matches!(item, Item::Stmt(Stmt { kind: StmtKind::Expr(_), .. }));
    let good = parsed.diagnostics.is_empty() && parsed.tree.items.iter().all(is_expr);
    good.then_some(out)
}

/// Whether all that a text does is to give values, which a script may not ignore. `is_type` knows the
/// names of types.
pub fn is_mere_value(text: &str, is_type: impl Fn(&str) -> bool) -> bool {
    if value_list(text).is_some() {
        return true;
    }
    let source = Source { file: FileId(0), base: Pos(1), text, mode: Mode::Script };
    let items = parse_repl(source, NodeId(0)).parsed.tree.items;
    let is_value = |item: &Item| match item {
        Item::Stmt(Stmt { kind: StmtKind::Expr(x), .. }) => {
            let acts = match &x.unparen().kind {
                ExprKind::Call { fun, .. } => !gives_value(fun, &is_type),
                kind => matches!(kind, ExprKind::Unary { op: UnaryOp::Recv, .. }),
            };
            !acts
        }
        _ => false,
    };
    !items.is_empty() && items.iter().all(is_value)
}

/// Whether a call is a conversion, or one of those builtins that do nothing but give a value.
fn gives_value(fun: &Expr, is_type: impl Fn(&str) -> bool) -> bool {
    const BUILTINS: &[&str] =
        &["append", "cap", "complex", "imag", "len", "make", "max", "min", "new", "real"];
    match &fun.unparen().kind {
        ExprKind::Name(name) => BUILTINS.contains(&&**name) || is_type(name),
        ExprKind::Star(_)
        | ExprKind::SliceType(_)
        | ExprKind::ArrayType { .. }
        | ExprKind::MapType { .. }
        | ExprKind::ChanType { .. }
        | ExprKind::FuncType(_)
        | ExprKind::InterfaceType(_) => true,
        _ => false,
    }
}

/// Whether a text is the beginning of an input that goes on in the next line. A comment belongs to
/// what stands below it.
pub fn is_incomplete(text: &str) -> bool {
    let source = Source { file: FileId(0), base: Pos(1), text, mode: Mode::Script };
    let parsed = parse_repl(source, NodeId(0));
    let is_comment = |line: &str| line.trim_start().starts_with("//");
    if text.lines().last().is_some_and(is_comment) && text.lines().all(is_comment) {
        return true;
    }
    parsed.incomplete && parsed.parsed.diagnostics.iter().any(Diagnostic::is_error)
}
