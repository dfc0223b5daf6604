//! Declarations and files.

use std::rc::Rc;

use gol_diagnostic::{FileId, LineDirective, Pos, Span};

use super::{Block, Expr, FuncType, Ident, Name, NodeId, Param, Stmt, TypeParam};

/// A declaration at the top level or in a function. A group `const ( … )` is one declaration.
#[derive(Clone, Debug)]
pub enum Decl {
    Import(Vec<Rc<ImportSpec>>),
    Const(Vec<Rc<ConstSpec>>),
    Type(Vec<Rc<TypeSpec>>),
    Var(Vec<Rc<VarSpec>>),
    Func(Rc<FuncDecl>),
}

/// `import name "path"`.
#[derive(Clone, Debug)]
pub struct ImportSpec {
    pub id: NodeId,
    pub span: Span,
    /// `.` and `_` are names here.
    pub name: Option<Ident>,
    /// The path, unquoted.
    pub path: Name,
    pub path_span: Span,
}

/// `a, b T = x, y` in a `const` declaration.
#[derive(Clone, Debug)]
pub struct ConstSpec {
    pub id: NodeId,
    pub span: Span,
    pub names: Vec<Ident>,
    pub ty: Option<Expr>,
    pub values: Vec<Expr>,
    /// The value of `iota` here.
    pub iota: u32,
    /// Where `ty` and `values` are both missing: the last spec before that had one, to be
    /// repeated with this spec's `iota`.
    pub inherits: Option<Rc<ConstSpec>>,
}

/// `Name[P C] T`, or with `alias` `Name[P C] = T`.
#[derive(Clone, Debug)]
pub struct TypeSpec {
    pub id: NodeId,
    pub span: Span,
    pub name: Ident,
    pub type_params: Vec<TypeParam>,
    pub alias: bool,
    pub ty: Expr,
}

/// `a, b T = x, y` in a `var` declaration.
#[derive(Clone, Debug)]
pub struct VarSpec {
    pub id: NodeId,
    pub span: Span,
    pub names: Vec<Ident>,
    pub ty: Option<Expr>,
    pub values: Vec<Expr>,
    /// What the `//go:embed` lines before it say.
    pub embed: Option<Embed>,
}

/// The `//go:embed` lines before a variable.
#[derive(Clone, Debug)]
pub struct Embed {
    /// Where the first of them stands, behind its slashes.
    pub at: Pos,
    pub patterns: Vec<EmbedPattern>,
}

/// A pattern for names of files, without its quotes.
#[derive(Clone, Debug)]
pub struct EmbedPattern {
    pub text: Name,
    pub span: Span,
}

/// A function or method; without a `body` it is implemented outside of gol (a native).
#[derive(Clone, Debug)]
pub struct FuncDecl {
    pub id: NodeId,
    pub span: Span,
    pub recv: Option<Param>,
    pub name: Ident,
    pub type_params: Vec<TypeParam>,
    pub ty: FuncType,
    pub body: Option<Block>,
}

/// What stands at the top level of a file or script, in source order.
#[derive(Clone, Debug)]
pub enum Item {
    Decl(Decl),
    /// Scripts only. `x := …` and other executable code; `var` declarations are `Decl`s.
    Stmt(Stmt),
}

/// How a source file is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// A `.go` file: plain Go.
    Go,
    /// A `.gol` file: package clause and imports may be missing, statements may stand at the top.
    Script,
}

/// A comment that is an instruction: `//go:embed …`, `//go:build …`.
#[derive(Clone, Debug)]
pub struct Directive {
    pub span: Span,
    pub text: Name,
    /// It stands before a declaration that it does not belong to.
    pub misplaced: bool,
}

/// The version of the language that a file is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Language {
    /// N of `go1.N`.
    pub minor: u32,
    /// The file's own `//go:build` line says so, and not its module.
    pub by_file: bool,
}

impl Language {
    pub const NEWEST: Language = Language { minor: u32::MAX, by_file: false };
}

#[derive(Clone, Debug)]
pub struct File {
    pub file: FileId,
    pub mode: Mode,
    /// The newest, unless who reads the file knows better.
    pub language: Language,
    /// `None` where a script leaves the clause out.
    pub package: Option<Ident>,
    pub items: Vec<Item>,
    pub directives: Vec<Directive>,
    /// The `//line` directives.
    pub positions: Vec<LineDirective>,
    pub span: Span,
}

impl File {
    /// The specs of all imports, in source order.
    pub fn imports(&self) -> impl Iterator<Item = &Rc<ImportSpec>> {
        self.items.iter().flat_map(|item| match item {
            Item::Decl(Decl::Import(specs)) => specs.as_slice(),
            _ => &[],
        })
    }

    /// Whether statements stand at the top level.
    pub fn is_script(&self) -> bool {
        self.items.iter().any(|item| matches!(item, Item::Stmt(_)))
    }
}
