//! The checker's state, and the calls that the compiler and the command make.

use rustc_hash::FxHashMap as HashMap;
use std::rc::Rc;

use gol_diagnostic::{Diagnostic, Pos, Span};
use gol_grammar::ast::NodeId;

use crate::constant::Value;
use crate::info::Info;
use crate::object::ObjId;
use crate::package::{Importer, PkgId};
use crate::store::{ScopeId, Store};
use crate::types::TypeId;

/// What differs between a `.go` file and a script.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Unused imports, variables and labels are errors in scripts, too.
    pub strict: bool,
}

/// Where in the program the checker stands: saved and restored around every declaration and body.
#[derive(Clone, Debug, Default)]
pub(crate) struct Environment {
    pub pkg: Option<PkgId>,
    /// The package-level object whose declaration is checked, for initialisation order.
    pub decl: Option<ObjId>,
    pub scope: Option<ScopeId>,
    /// In a constant declaration.
    pub iota: Option<Value>,
    /// Where errors of an inherited constant initialiser are reported.
    pub err_pos: Option<Pos>,
    pub in_type_params: bool,
    /// Signature of the function whose body is checked.
    pub sig: Option<TypeId>,
    /// Calls of the predeclared `panic`, for the analysis of terminating statements.
    pub panic_calls: Rc<std::cell::RefCell<rustc_hash::FxHashSet<NodeId>>>,
    /// What the next expression is assigned to, in messages about its type arguments; whoever
    /// gives `expr` a target sets it, and it is taken at once.
    pub target_name: Option<String>,
    /// The `=` of an assignment to a name that is not declared.
    pub undeclared_target: Option<Span>,
    pub has_label: bool,
    pub has_call_or_recv: bool,
    /// In a script or other `.gol` file: what is unused is only warned about.
    pub lenient: bool,
}

pub(crate) type Action = Box<dyn FnOnce(&mut Checker)>;

/// An action put off, and the package and file mode that it belongs to.
pub(crate) struct Delayed {
    pub pkg: Option<PkgId>,
    pub lenient: bool,
    pub action: Action,
}

/// The type checker. One value checks a program and all packages that it imports.
pub struct Checker {
    pub store: Store,
    pub info: Info,
    pub diagnostics: Vec<Diagnostic>,
    pub(crate) options: Options,
    pub(crate) importer: Box<dyn Importer>,
    /// The next free node id: where the ids of a file start that is parsed from now on.
    pub next_id: NodeId,
    pub(crate) env: Environment,
    /// Work put off until the current declaration is complete, in order.
    pub(crate) delayed: std::collections::VecDeque<Delayed>,
    pub(crate) universe: ScopeId,
    /// Untyped expressions whose final type is not known yet.
    pub(crate) untyped: HashMap<NodeId, crate::untyped::UntypedExpr>,
    /// State of declarations, packages, caches: see the files that own them.
    pub(crate) core: crate::state::CoreState,
}
