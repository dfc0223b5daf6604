//! Which variables of a function live in boxes on the heap, and what its literals capture.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use gol_grammar::ast::{Block, Expr, NodeId};
use gol_types::{Checker, ObjId};

/// What a body, with all literals in it, does with its variables.
#[derive(Debug, Default)]
pub(crate) struct Escapes {
    boxed: HashSet<ObjId>,
    captures: HashMap<NodeId, Rc<[ObjId]>>,
}

impl Escapes {
    /// Whether the variable lives in a box: its register then holds the box's address (closures
    /// capture that). Variables of `Repr::Mem` live in memory anyway: for them it says whether
    /// someone else may see that memory (address taken or captured and changed).
    pub(crate) fn is_boxed(&self, var: ObjId) -> bool {
        self.boxed.contains(&var)
    }

    /// The local variables of enclosing functions that a literal (by its expression's id) needs,
    /// for itself or literals inside of it, in the order in which it captures them. Boxed ones are
    /// captured as the address of their box, the others by value.
    pub(crate) fn captures(&self, literal: NodeId) -> Rc<[ObjId]> {
        self.captures.get(&literal).cloned().unwrap_or_default()
    }
}

/// Analyses the body of a declared function (or of a script).
#[allow(unused_variables)]
pub(crate) fn analyze_body(checker: &Checker, body: &Block) -> Escapes {
    Escapes::default()
}

/// Analyses an initialiser at package level.
#[allow(unused_variables)]
pub(crate) fn analyze_expr(checker: &Checker, e: &Expr) -> Escapes {
    Escapes::default()
}
