//! The syntax tree: Go's, with spans, and one number for each node.
//!
//! The tree is never changed after parsing. What the checker learns of a node stands in tables
//! indexed by [`NodeId`]; ids are unique over the whole program (a parse starts at the id it is
//! given), so those tables are dense vectors. Bodies and specs that the checker keeps for later
//! are in `Rc`s.

mod decl;
mod dump;
mod expr;
mod stmt;

pub use decl::*;
pub use dump::dump;
pub use expr::*;
pub use stmt::*;

use gol_diagnostic::Span;

/// A name: at most 23 bytes stand inline, longer ones are shared.
pub type Name = smol_str::SmolStr;

/// The number of a node, unique in the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub u32);

/// A name where it stands, as it is defined or used.
#[derive(Clone, Debug)]
pub struct Ident {
    pub id: NodeId,
    pub span: Span,
    pub name: Name,
}

impl Ident {
    pub fn is_blank(&self) -> bool {
        self.name == "_"
    }
}
