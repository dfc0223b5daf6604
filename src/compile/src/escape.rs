//! Which variables of a function live in boxes on the heap, and what its literals capture.
//!
//! A variable lives in registers unless its address can outlive the expression: it is taken
//! (`&x`, `x.f()` with a pointer receiver, `x[:]` of an array), or a literal captures the variable
//! and somebody assigns to it after its declaration. A captured variable that is never assigned to
//! again is captured by value. The body of a loop over a function is a literal here (by the id of
//! its block). The analysis knows no flow: one assignment anywhere counts.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use gol_grammar::ast::{
    AssignOp, Block, CaseClause, Decl, Expr, ExprKind, FuncLit, Ident, Item, NodeId, Range, Stmt,
    StmtKind, UnaryOp,
};
use gol_types::{Checker, ObjId, ObjKind, SelectionKind, Type, TypeId};

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

/// Analyses the body of a declared function with these result variables.
pub(crate) fn analyze_body(checker: &Checker, body: &Block, results: &[ObjId]) -> Escapes {
    let mut a = Analysis::new(checker);
    a.assigned.extend(results);
    a.block(body);
    a.finish()
}

/// Analyses the statements of a script.
pub(crate) fn analyze_items(checker: &Checker, items: &[Item]) -> Escapes {
    let mut a = Analysis::new(checker);
    for item in items {
        match item {
            Item::Stmt(s) => a.stmt(s),
            Item::Decl(d) => a.decl(d),
        }
    }
    a.finish()
}

/// Analyses an initialiser at package level.
pub(crate) fn analyze_expr(checker: &Checker, e: &Expr) -> Escapes {
    let mut a = Analysis::new(checker);
    a.expr(e);
    a.finish()
}

/// A literal around the place that is being looked at.
struct Context {
    id: NodeId,
    captures: Vec<ObjId>,
}

struct Analysis<'a> {
    checker: &'a Checker,
    contexts: Vec<Context>,
    /// In which context (their number from outside) variables are declared; 0 is the function.
    depth: HashMap<ObjId, usize>,
    addressed: HashSet<ObjId>,
    assigned: HashSet<ObjId>,
    captured: HashSet<ObjId>,
    out: HashMap<NodeId, Rc<[ObjId]>>,
}

impl<'a> Analysis<'a> {
    fn new(checker: &'a Checker) -> Analysis<'a> {
        Analysis {
            checker,
            contexts: Vec::new(),
            depth: HashMap::new(),
            addressed: HashSet::new(),
            assigned: HashSet::new(),
            captured: HashSet::new(),
            out: HashMap::new(),
        }
    }

    fn finish(self) -> Escapes {
        let changed = self.captured.intersection(&self.assigned).copied();
        let boxed = self.addressed.iter().copied().chain(changed).collect();
        Escapes { boxed, captures: self.out }
    }

    // -- Variables.

    fn declare(&mut self, obj: ObjId) {
        self.depth.insert(obj, self.contexts.len());
    }

    fn declare_ident(&mut self, ident: &Ident) {
        if let Some(Some(obj)) = self.checker.info.defs.get(&ident.id) {
            self.declare(*obj);
        }
    }

    /// A local variable that a name uses.
    fn local(&self, id: NodeId) -> Option<ObjId> {
        let &obj = self.checker.info.uses.get(&id)?;
        match &self.checker.store.obj(obj).kind {
            ObjKind::Var(v) if !v.is_field && !v.is_package_level => Some(obj),
            _ => None,
        }
    }

    fn use_name(&mut self, id: NodeId) {
        let Some(obj) = self.local(id) else { return };
        let declared = self.depth.get(&obj).copied().unwrap_or(0);
        for context in self.contexts.iter_mut().skip(declared) {
            if !context.captures.contains(&obj) {
                context.captures.push(obj);
            }
        }
        if declared < self.contexts.len() {
            self.captured.insert(obj);
        }
    }

    fn under(&self, t: TypeId) -> TypeId {
        match self.checker.store.ty(t) {
            Type::Named(n) => n.underlying.map_or(t, |u| self.under(u)),
            Type::Alias(a) => a.actual.map_or(t, |u| self.under(u)),
            _ => t,
        }
    }

    fn ty(&self, e: &Expr) -> Option<&Type> {
        let t = self.checker.info.of(e.id)?.ty;
        Some(self.checker.store.ty(self.under(t)))
    }

    /// The variable whose memory an addressable expression is a part of.
    fn root(&self, e: &Expr) -> Option<ObjId> {
        match &e.unparen().kind {
            ExprKind::Name(_) => self.local(e.unparen().id),
            ExprKind::Selector { x, .. } => {
                let e = e.unparen();
                let selection = self.checker.info.selections.get(&e.id)?;
                let through_pointer =
                    selection.indirect || matches!(self.ty(x), Some(Type::Pointer(_)));
                if through_pointer { None } else { self.root(x) }
            }
            // A type parameter's core may be an array: only slices, strings, maps, pointers are not.
            ExprKind::Index { x, .. } => match self.ty(x)? {
                Type::Array { .. } | Type::TypeParam(_) => self.root(x),
                _ => None,
            },
            _ => None,
        }
    }

    fn address(&mut self, e: &Expr) {
        self.addressed.extend(self.root(e));
    }

    fn assign(&mut self, e: &Expr) {
        self.assigned.extend(self.root(e));
        self.expr(e);
    }

    // -- Expressions.

    fn exprs<'e>(&mut self, list: impl IntoIterator<Item = &'e Expr>) {
        list.into_iter().for_each(|e| self.expr(e));
    }

    fn expr(&mut self, e: &Expr) {
        match &e.kind {
            ExprKind::Name(_) => self.use_name(e.id),
            ExprKind::Func(lit) => self.literal(e, lit),
            ExprKind::Composite { ty, elems, .. } => self.composite(e, ty.as_deref(), elems),
            ExprKind::KeyValue { key, value } => self.exprs([&**key, &**value]),
            ExprKind::Paren(x) | ExprKind::Star(x) => self.expr(x),
            ExprKind::Selector { x, .. } => self.selector(e, x),
            ExprKind::Index { x, indices } => {
                self.expr(x);
                self.exprs(indices);
            }
            ExprKind::Slice { x, lo, hi, max } => {
                if !matches!(self.ty(x), Some(Type::Slice(_) | Type::Basic(_) | Type::Pointer(_))) {
                    self.address(x);
                }
                self.expr(x);
                self.exprs([lo, hi, max].into_iter().flatten().map(|b| &**b));
            }
            ExprKind::TypeAssert { x, .. } => self.expr(x),
            ExprKind::Call { fun, args, .. } => {
                self.expr(fun);
                self.exprs(args);
            }
            ExprKind::Unary { op, x, .. } => {
                if *op == UnaryOp::Addr {
                    self.address(x);
                }
                self.expr(x);
            }
            ExprKind::Binary { x, y, .. } => self.exprs([&**x, &**y]),
            _ => {}
        }
    }

    /// Keys of struct literals are field names, not uses of variables.
    fn composite(&mut self, e: &Expr, _ty: Option<&Expr>, elems: &[Expr]) {
        let of_struct = matches!(self.ty(e), Some(Type::Struct(_)))
            || matches!(self.ty(e), Some(Type::Pointer(p)) if matches!(self.checker.store.ty(self.under(*p)), Type::Struct(_)));
        for elem in elems {
            match &elem.kind {
                ExprKind::KeyValue { value, .. } if of_struct => self.expr(value),
                _ => self.expr(elem),
            }
        }
    }

    /// A method with a pointer receiver takes the address of what it is called on.
    fn selector(&mut self, e: &Expr, x: &Expr) {
        if let Some(selection) = self.checker.info.selections.get(&e.id)
            && selection.kind == SelectionKind::Method
            && !selection.indirect
        {
            let by_pointer = match &self.checker.store.obj(selection.obj).kind {
                ObjKind::Func(f) => f.ptr_recv,
                _ => false,
            };
            let on_param = matches!(self.ty(x), Some(Type::TypeParam(_)));
            if (by_pointer || on_param) && !matches!(self.ty(x), Some(Type::Pointer(_))) {
                self.address(x);
            }
        }
        self.expr(x);
    }

    fn literal(&mut self, e: &Expr, lit: &Rc<FuncLit>) {
        self.contexts.push(Context { id: e.id, captures: Vec::new() });
        if let Some(Type::Signature(sig)) = self.ty(e).cloned() {
            for &obj in sig.params.iter().chain(&sig.results) {
                self.declare(obj);
            }
            self.assigned.extend(sig.results);
        }
        for param in lit.ty.params.iter().chain(&lit.ty.results) {
            if let Some(name) = &param.name {
                self.declare_ident(name);
            }
        }
        self.block(&lit.body);
        self.leave();
    }

    fn leave(&mut self) {
        if let Some(context) = self.contexts.pop() {
            self.out.insert(context.id, context.captures.into());
        }
    }

    // -- Statements.

    fn block(&mut self, block: &Block) {
        block.stmts.iter().for_each(|s| self.stmt(s));
    }

    fn opt_stmt(&mut self, stmt: Option<&Stmt>) {
        if let Some(s) = stmt {
            self.stmt(s);
        }
    }

    fn stmt(&mut self, s: &Stmt) {
        match &s.kind {
            StmtKind::Expr(e) | StmtKind::Go(e) | StmtKind::Defer(e) => self.expr(e),
            StmtKind::Send { chan, value, .. } => self.exprs([chan, value]),
            StmtKind::IncDec { x, .. } => self.assign(x),
            StmtKind::Assign { lhs, op, rhs, .. } => {
                self.exprs(rhs);
                lhs.iter().for_each(|e| self.target(e, *op == AssignOp::Define));
            }
            StmtKind::Return(values) => self.exprs(values),
            StmtKind::Block(b) => self.block(b),
            StmtKind::If(i) => {
                self.opt_stmt(i.init.as_ref());
                self.expr(&i.cond);
                self.block(&i.then);
                self.opt_stmt(i.els.as_ref());
            }
            StmtKind::Switch(w) => {
                self.opt_stmt(w.init.as_ref());
                self.exprs(&w.tag);
                w.clauses.iter().for_each(|c| self.clause(c, true));
            }
            StmtKind::TypeSwitch(w) => {
                self.opt_stmt(w.init.as_ref());
                self.expr(&w.x);
                w.clauses.iter().for_each(|c| self.clause(c, false));
            }
            StmtKind::Select(w) => {
                for clause in &w.clauses {
                    self.opt_stmt(clause.comm.as_ref());
                    clause.body.iter().for_each(|s| self.stmt(s));
                }
            }
            StmtKind::For(f) => {
                self.opt_stmt(f.init.as_ref());
                self.exprs(&f.cond);
                self.opt_stmt(f.post.as_ref());
                self.block(&f.body);
            }
            StmtKind::Range(r) => self.range(r),
            StmtKind::Labeled { stmt, .. } => self.stmt(stmt),
            StmtKind::Decl(d) => self.decl(d),
            _ => {}
        }
    }

    fn clause(&mut self, clause: &CaseClause, has_values: bool) {
        if let Some(&obj) = self.checker.info.implicits.get(&clause.id) {
            self.declare(obj);
        }
        if has_values {
            self.exprs(&clause.values);
        }
        clause.body.iter().for_each(|s| self.stmt(s));
    }

    /// The left side of an assignment; with `define` a name may be declared by it.
    fn target(&mut self, e: &Expr, define: bool) {
        if define && let Some(Some(obj)) = self.checker.info.defs.get(&e.id) {
            self.declare(*obj);
        } else {
            self.assign(e);
        }
    }

    fn range(&mut self, r: &Range) {
        self.expr(&r.x);
        let over_func = matches!(self.ty(&r.x), Some(Type::Signature(_)))
            || matches!(self.ty(&r.x), Some(Type::TypeParam(_)));
        // The variables of `:=` belong to the body: they are its parameters.
        if over_func {
            if !r.define {
                r.lhs.iter().for_each(|e| self.target(e, false));
            }
            self.contexts.push(Context { id: r.body.id, captures: Vec::new() });
        }
        if !over_func || r.define {
            r.lhs.iter().for_each(|e| self.target(e, r.define));
        } else {
            // Assigned to by the body's entry.
            r.lhs.iter().for_each(|e| self.expr(e));
        }
        self.block(&r.body);
        if over_func {
            self.leave();
        }
    }

    fn decl(&mut self, d: &Decl) {
        if let Decl::Var(specs) = d {
            for spec in specs {
                self.exprs(&spec.values);
                spec.names.iter().for_each(|n| self.declare_ident(n));
            }
        }
    }
}
