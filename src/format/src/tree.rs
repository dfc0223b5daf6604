//! The tree that is printed: every token of the text stands in it, by its index.
#![allow(clippy::struct_field_names)] // A function type has a `func` token, a field list fields.

/// An expression or a type.
#[derive(Debug)]
pub(crate) enum Expr {
    /// A name or a literal.
    Atom(usize),
    /// `-x`, `*x`, `&x`, `<-x`, `~x`, `...T`.
    Unary {
        op: usize,
        x: Box<Expr>,
    },
    Binary {
        x: Box<Expr>,
        op: usize,
        y: Box<Expr>,
    },
    Paren {
        open: usize,
        x: Box<Expr>,
        close: usize,
    },
    Selector {
        x: Box<Expr>,
        dot: usize,
        name: usize,
    },
    Index {
        x: Box<Expr>,
        open: usize,
        list: List,
        close: usize,
    },
    Slice {
        x: Box<Expr>,
        open: usize,
        parts: Vec<Option<Expr>>,
        colons: Vec<usize>,
        close: usize,
    },
    /// `x.(T)`; `x.(type)` has an atom.
    Assert {
        x: Box<Expr>,
        dot: usize,
        open: usize,
        ty: Box<Expr>,
        close: usize,
    },
    Call {
        fun: Box<Expr>,
        open: usize,
        list: List,
        dots: Option<usize>,
        close: usize,
    },
    Composite {
        ty: Option<Box<Expr>>,
        open: usize,
        list: List,
        close: usize,
    },
    KeyValue {
        key: Box<Expr>,
        colon: usize,
        value: Box<Expr>,
    },
    FuncLit {
        func: usize,
        sig: Signature,
        body: Block,
    },
    FuncType {
        func: usize,
        sig: Signature,
    },
    /// `[]T`, `[n]T`, `[...]T`.
    Array {
        open: usize,
        len: Option<Box<Expr>>,
        close: usize,
        elem: Box<Expr>,
    },
    Map {
        map: usize,
        open: usize,
        key: Box<Expr>,
        close: usize,
        value: Box<Expr>,
    },
    /// `chan T` and its directed forms, with one or two tokens.
    Chan {
        words: Vec<usize>,
        elem: Box<Expr>,
    },
    Struct {
        word: usize,
        fields: Fields,
    },
    Interface {
        word: usize,
        fields: Fields,
    },
}

/// Expressions with commas between them.
#[derive(Debug, Default)]
pub(crate) struct List {
    pub items: Vec<Expr>,
    /// The commas, one behind each item but, in most cases, the last.
    pub commas: Vec<usize>,
}

#[derive(Debug)]
pub(crate) struct Signature {
    pub params: Params,
    pub results: Results,
}

#[derive(Debug)]
pub(crate) enum Results {
    None,
    One(Box<Expr>),
    List(Params),
}

/// Parameters, or type parameters in brackets: groups of names with their type.
#[derive(Debug)]
pub(crate) struct Params {
    pub open: usize,
    pub groups: Vec<Group>,
    pub close: usize,
}

/// `a, b T`; without a type for a method's or a result's mere type, which is then the only name.
#[derive(Debug)]
pub(crate) struct Group {
    pub names: Vec<usize>,
    pub ty: Option<Expr>,
}

/// What stands between the braces of a struct or an interface.
#[derive(Debug)]
pub(crate) struct Fields {
    pub open: usize,
    pub fields: Vec<Field>,
    pub close: usize,
}

#[derive(Debug)]
pub(crate) struct Field {
    /// None for embedded fields and for elements of interfaces that are no methods.
    pub names: Vec<usize>,
    pub ty: FieldType,
    pub tag: Option<usize>,
}

#[derive(Debug)]
pub(crate) enum FieldType {
    Expr(Expr),
    Method(Signature),
}

#[derive(Debug)]
pub(crate) struct Block {
    pub open: usize,
    pub stmts: Vec<Stmt>,
    pub close: usize,
}

#[derive(Debug)]
pub(crate) enum Stmt {
    /// Only a semicolon.
    Empty(usize),
    Expr(Expr),
    /// `a, b = x`, `a := x`, `a += x`, `ch <- x`.
    Assign {
        lhs: List,
        op: usize,
        rhs: List,
    },
    IncDec {
        x: Expr,
        op: usize,
    },
    /// `go f()`, `defer f()`, `return a, b`, `goto L`, `break`….
    Word {
        word: usize,
        list: List,
    },
    Block(Block),
    If {
        word: usize,
        header: Header,
        then: Block,
        els: Option<(usize, Box<Stmt>)>,
    },
    For {
        word: usize,
        header: Header,
        body: Block,
    },
    Switch {
        word: usize,
        header: Header,
        open: usize,
        clauses: Vec<Clause>,
        close: usize,
    },
    Labeled {
        label: usize,
        colon: usize,
        stmt: Box<Stmt>,
    },
    Decl(Decl),
}

/// What stands between `if`, `for` or `switch` and the brace.
#[derive(Debug, Default)]
pub(crate) struct Header {
    pub init: Option<Box<Stmt>>,
    pub cond: Option<Box<Stmt>>,
    pub post: Option<Box<Stmt>>,
    /// How many semicolons separate them.
    pub semicolons: usize,
    /// `for … range x`: the word, what is ranged over; `init` is what stands before.
    pub range: Option<(usize, Expr)>,
    /// `=` or `:=` before `range`, with the variables.
    pub lhs: Option<(List, usize)>,
}

#[derive(Debug)]
pub(crate) struct Clause {
    pub word: usize,
    /// `case`: expressions, or, in a select, a statement.
    pub stmt: Option<Box<Stmt>>,
    pub list: List,
    pub colon: usize,
    pub body: Vec<Stmt>,
}

#[derive(Debug)]
pub(crate) enum Decl {
    /// `package p`.
    Package {
        word: usize,
        name: usize,
    },
    Group {
        word: usize,
        open: Option<usize>,
        specs: Vec<Spec>,
        close: Option<usize>,
    },
    Func(Box<Func>),
}

#[derive(Debug)]
pub(crate) struct Func {
    pub func: usize,
    pub recv: Option<Params>,
    pub name: usize,
    pub type_params: Option<Params>,
    pub sig: Signature,
    pub body: Option<Block>,
}

#[derive(Debug)]
pub(crate) enum Spec {
    Import {
        name: Option<usize>,
        path: usize,
    },
    Type {
        name: usize,
        params: Option<Params>,
        assign: Option<usize>,
        ty: Expr,
    },
    /// Of `var` and `const`.
    Value {
        names: List,
        ty: Option<Expr>,
        assign: Option<usize>,
        values: List,
    },
}

impl Expr {
    /// The index of the first token.
    pub(crate) fn first(&self) -> usize {
        match self {
            Expr::Atom(at) => *at,
            Expr::Unary { op, .. } => *op,
            Expr::Binary { x, .. }
            | Expr::Selector { x, .. }
            | Expr::Index { x, .. }
            | Expr::Slice { x, .. }
            | Expr::Assert { x, .. } => x.first(),
            Expr::Call { fun, .. } => fun.first(),
            Expr::KeyValue { key, .. } => key.first(),
            Expr::Composite { ty, open, .. } => ty.as_ref().map_or(*open, |t| t.first()),
            Expr::Paren { open, .. } | Expr::Array { open, .. } => *open,
            Expr::FuncLit { func, .. } | Expr::FuncType { func, .. } => *func,
            Expr::Map { map, .. } => *map,
            Expr::Chan { words, .. } => words[0],
            Expr::Struct { word, .. } | Expr::Interface { word, .. } => *word,
        }
    }

    /// The index of the last token.
    pub(crate) fn last(&self) -> usize {
        match self {
            Expr::Atom(at) => *at,
            Expr::Unary { x, .. } => x.last(),
            Expr::Binary { y, .. } => y.last(),
            Expr::Selector { name, .. } => *name,
            Expr::Paren { close, .. }
            | Expr::Index { close, .. }
            | Expr::Slice { close, .. }
            | Expr::Assert { close, .. }
            | Expr::Call { close, .. }
            | Expr::Composite { close, .. } => *close,
            Expr::KeyValue { value, .. } | Expr::Map { value, .. } => value.last(),
            Expr::FuncLit { body, .. } => body.close,
            Expr::FuncType { sig, .. } => sig.last(),
            Expr::Array { elem, .. } | Expr::Chan { elem, .. } => elem.last(),
            Expr::Struct { fields, .. } | Expr::Interface { fields, .. } => fields.close,
        }
    }
}

impl Signature {
    pub(crate) fn last(&self) -> usize {
        match &self.results {
            Results::None => self.params.close,
            Results::One(ty) => ty.last(),
            Results::List(params) => params.close,
        }
    }
}

impl Group {
    pub(crate) fn first(&self) -> usize {
        self.names.first().copied().or_else(|| self.ty.as_ref().map(Expr::first)).unwrap_or(0)
    }

    pub(crate) fn last(&self) -> usize {
        self.ty.as_ref().map(Expr::last).or_else(|| self.names.last().copied()).unwrap_or(0)
    }
}
