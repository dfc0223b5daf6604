//! Which functions calls name, and which of them can stand in place of their calls.
//!
//! A body can stand in place of a call if it is small and needs no frame of its own: no loop, no
//! `defer`, no `recover`, no literal, nothing that has a name for jumps. What is left are statements
//! one after the other, `if` and `switch`; calls are calls, and may stand in place in turn.
//!
//! A declared function to which a literal is passed can be copied with the literal known, if it
//! does nothing with that parameter but call it, or pass it on to such functions; that pays where
//! it calls it in a loop.

use std::rc::Rc;

use gol_grammar::ast::*;
use gol_types::{Checker, ObjId, ObjKind, SelectionKind, Type};

use crate::escape::{self, Escapes};
use crate::iterator::any;
use crate::module::Module;

/// The largest body that stands in place of a call, in nodes of the tree.
pub(crate) const LARGEST: usize = 40;
/// The largest function that is copied for a literal, in statements.
const LARGEST_COPY: usize = 80;

/// A declared function.
#[derive(Debug)]
pub(crate) struct Declared {
    pub obj: ObjId,
    pub decl: Rc<FuncDecl>,
    pub escapes: Rc<Escapes>,
    /// Receiver and parameters.
    pub params: Vec<ObjId>,
    pub has_recv: bool,
    /// Whether its body can stand in place of calls.
    pub is_small: bool,
}

impl Declared {
    pub(crate) fn stmts(&self) -> &[Stmt] {
        self.decl.body.as_ref().map_or(&[], |body| &body.stmts)
    }

    /// The parameter that an argument becomes.
    pub(crate) fn param(&self, arg: usize) -> Option<ObjId> {
        self.params.get(arg + usize::from(self.has_recv)).copied()
    }
}

/// The declared function or method that an expression names, an instance as the generic one.
pub(crate) fn named(checker: &Checker, fun: &Expr) -> Option<ObjId> {
    let fun = match &fun.unparen().kind {
        ExprKind::Index { x, .. } => x.unparen(),
        _ => fun.unparen(),
    };
    let named = match &fun.kind {
        ExprKind::Name(_) => checker.info.uses.get(&fun.id).copied()?,
        ExprKind::Selector { sel, .. } => match checker.info.selections.get(&fun.id) {
            Some(selection) if selection.kind == SelectionKind::Method => selection.obj,
            Some(_) => return None,
            None => checker.info.uses.get(&sel.id).copied()?,
        },
        _ => return None,
    };
    let ObjKind::Func(info) = &checker.store.obj(named).kind else { return None };
    Some(info.origin.unwrap_or(named))
}

/// What is to be known of a declared function; `None` if it has no body that could be of use.
pub(crate) fn declared(checker: &mut Checker, obj: ObjId) -> Option<Declared> {
    let decl = checker.func_body(obj)?;
    let body = decl.body.as_ref()?;
    let sig = checker.store.obj(obj).ty;
    let Type::Signature(sig) = checker.store.ty(sig).clone() else { return None };
    let mut size = 0;
    any(&body.stmts, &mut |_| {
        size += 1;
        size > LARGEST_COPY
    });
    if sig.variadic || size > LARGEST_COPY {
        return None;
    }
    let is_small = has_plain_results(&decl.ty)
        && weigh(checker, Some(obj), &body.stmts).is_some_and(|w| w <= LARGEST);
    let takes_funcs = sig.params.iter().any(|&param| is_func(checker, param));
    if !is_small && !takes_funcs {
        return None;
    }
    let escapes = Rc::new(escape::analyze_body(checker, body, &sig.results, &[]));
    if escapes.recovers {
        return None;
    }
    let params = sig.recv.iter().chain(&sig.params).copied().collect();
    Some(Declared { obj, decl, escapes, params, has_recv: sig.recv.is_some(), is_small })
}

/// Whether a variable holds a function.
pub(crate) fn is_func(checker: &mut Checker, var: ObjId) -> bool {
    let ty = checker.store.obj(var).ty;
    let under = checker.underlying(ty);
    matches!(checker.store.ty(under), Type::Signature(_))
}

/// Whether an expression is a call with several results.
pub(crate) fn has_several_values(checker: &Checker, e: &Expr) -> bool {
    let ty = checker.info.of(e.id).map(|tv| tv.ty);
    matches!(e.unparen().kind, ExprKind::Call { .. })
        && ty.is_some_and(|ty| matches!(checker.store.ty(ty), Type::Tuple(_)))
}

/// At most one result, without a name.
pub(crate) fn has_plain_results(ty: &FuncType) -> bool {
    ty.results.len() <= 1 && ty.results.iter().all(|result| result.name.is_none())
}

/// Whether a literal's body can stand in place of calls.
pub(crate) fn is_small_literal(checker: &Checker, literal: &FuncLit) -> bool {
    has_plain_results(&literal.ty)
        && literal.ty.params.iter().all(|param| param.variadic.is_none())
        && weigh(checker, None, &literal.body.stmts).is_some_and(|weight| weight <= 2 * LARGEST)
}

/// How many nodes the body of a function, or of a literal, has; `None` if it cannot stand in place
/// of a call: what calls itself does not, either.
fn weigh(checker: &Checker, own: Option<ObjId>, stmts: &[Stmt]) -> Option<usize> {
    let mut scale = Scale { checker, own, weight: 0 };
    scale.stmts(stmts).then_some(scale.weight)
}

struct Scale<'c> {
    checker: &'c Checker,
    own: Option<ObjId>,
    weight: usize,
}

impl Scale<'_> {
    fn stmts(&mut self, stmts: &[Stmt]) -> bool {
        stmts.iter().all(|s| self.stmt(s))
    }

    fn opt_stmt(&mut self, s: Option<&Stmt>) -> bool {
        s.is_none_or(|s| self.stmt(s))
    }

    fn stmt(&mut self, s: &Stmt) -> bool {
        self.weight += 1;
        if self.weight > 2 * LARGEST {
            return false;
        }
        match &s.kind {
            StmtKind::Expr(e) | StmtKind::IncDec { x: e, .. } => self.expr(e),
            StmtKind::Send { chan, value, .. } => self.expr(chan) && self.expr(value),
            StmtKind::Assign { lhs, rhs, .. } => self.exprs(lhs) && self.exprs(rhs),
            StmtKind::Return(values) => self.exprs(values),
            StmtKind::Block(block) => self.stmts(&block.stmts),
            StmtKind::If(s) => {
                self.opt_stmt(s.init.as_ref())
                    && self.expr(&s.cond)
                    && self.stmts(&s.then.stmts)
                    && self.opt_stmt(s.els.as_ref())
            }
            StmtKind::Switch(s) => {
                self.opt_stmt(s.init.as_ref())
                    && s.tag.as_ref().is_none_or(|e| self.expr(e))
                    && s.clauses.iter().all(|c| self.exprs(&c.values) && self.stmts(&c.body))
            }
            StmtKind::Decl(Decl::Var(specs)) => specs.iter().all(|spec| self.exprs(&spec.values)),
            StmtKind::Empty | StmtKind::Break(None) => true,
            _ => false,
        }
    }

    fn exprs(&mut self, list: &[Expr]) -> bool {
        list.iter().all(|e| self.expr(e))
    }

    fn expr(&mut self, e: &Expr) -> bool {
        self.weight += 1;
        match &e.kind {
            ExprKind::Bad | ExprKind::Func(_) => false,
            ExprKind::Name(name) => &**name != "recover",
            ExprKind::Paren(x) | ExprKind::Star(x) | ExprKind::Selector { x, .. } => self.expr(x),
            ExprKind::Unary { x, .. } | ExprKind::TypeAssert { x, .. } => self.expr(x),
            ExprKind::Binary { x, y, .. } => self.expr(x) && self.expr(y),
            ExprKind::KeyValue { key, value } => self.expr(key) && self.expr(value),
            ExprKind::Composite { elems, .. } => self.exprs(elems),
            ExprKind::Index { x, indices, .. } => self.expr(x) && self.exprs(indices),
            ExprKind::Slice { x, lo, hi, max } => {
                let bounds = [lo, hi, max];
                self.expr(x) && bounds.iter().all(|b| b.as_ref().is_none_or(|b| self.expr(b)))
            }
            ExprKind::Call { fun, args, .. } => {
                // A call takes as much code as several operations.
                self.weight += 3;
                let itself = self.own.is_some() && named(self.checker, fun) == self.own;
                !itself && self.expr(fun) && self.exprs(args)
            }
            // Constants and types.
            _ => true,
        }
    }
}

impl Module<'_> {
    /// What is known of a declared function; found out once for each.
    pub(crate) fn callee(&mut self, obj: ObjId) -> Option<Rc<Declared>> {
        if let Some(known) = self.callees.get(&obj) {
            return known.clone();
        }
        self.callees.insert(obj, None);
        let found = declared(self.checker, obj).map(Rc::new);
        self.callees.insert(obj, found.clone());
        found
    }

    /// Whether a declared function does nothing with an argument, a function, but call it and pass it
    /// on to others of the kind; and then, whether it does so in a loop.
    pub(crate) fn calls_argument(&mut self, obj: ObjId, arg: usize) -> Option<bool> {
        if let Some(&known) = self.called_arguments.get(&(obj, arg)) {
            return known;
        }
        // One that passes it on to itself calls it again and again.
        self.called_arguments.insert((obj, arg), Some(true));
        let before = self.supposed.len();
        self.supposed.push((obj, arg));
        let found = self.find_calls(obj, arg);
        if found.is_none() {
            // What was found about others may rest on what was supposed here.
            for other in self.supposed.drain(before..) {
                self.called_arguments.remove(&other);
            }
        } else if before == 0 {
            self.supposed.clear();
        }
        self.called_arguments.insert((obj, arg), found);
        found
    }

    fn find_calls(&mut self, obj: ObjId, arg: usize) -> Option<bool> {
        let callee = self.callee(obj)?;
        let calls = callee.escapes.only_called(callee.param(arg)?)?;
        self.passes_on(&calls.passed, calls.in_loop)
    }

    /// The same for functions to which a function is passed.
    pub(crate) fn passes_on(&mut self, to: &[(ObjId, usize)], in_loop: bool) -> Option<bool> {
        let mut in_loop = in_loop;
        for &(obj, arg) in to {
            in_loop |= self.calls_argument(obj, arg)?;
        }
        Some(in_loop)
    }
}
