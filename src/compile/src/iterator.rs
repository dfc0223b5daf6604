//! Loops over functions whose iterator is known, and can be compiled in place.
//!
//! `for x := range f(…)` calls a function that calls the loop's body. Where it is plain which
//! function that is, and it calls `yield` in no other way than one that ends it as soon as the
//! answer is false, the iterator's code can stand where the loop is, and the body's code where
//! `yield` is called: a loop like any other. Nothing can call such a body at a wrong time, so it
//! needs none of the guards of `lower/range_func`.
//!
//! What is known: a declared function or method that is ranged over itself, or that ends in `return
//! func(yield …) { … }` and is called here; and a literal. The forms of `yield`: `if !yield(…) {
//! return }`, and a call at the very end.

use std::rc::Rc;

use gol_grammar::ast::*;
use gol_types::{Checker, ObjId};

use crate::callee::{self, has_several_values};
use crate::escape::{self, Escapes};

/// The largest iterator, in statements.
const LARGEST: usize = 60;
/// A body stands at each `yield`: one of more statements at only one.
const REPEATED: usize = 4;
/// So many calls of `yield` may have the body in their places.
const MOST_CALLS: usize = 4;
/// Iterators may loop over iterators; so many stand in each other.
const DEEPEST: usize = 4;

/// An iterator that is known.
#[derive(Debug)]
pub(crate) struct Iterator {
    /// The declared function that is called or ranged over; `None`: a literal is ranged over.
    pub declared: Option<Declared>,
    /// The literal that calls `yield`; `None`: the declared function does.
    pub literal: Option<Rc<FuncLit>>,
    /// The variable `yield`.
    pub param: ObjId,
}

/// A declared function.
#[derive(Debug)]
pub(crate) struct Declared {
    pub obj: ObjId,
    pub decl: Rc<FuncDecl>,
    pub escapes: Rc<Escapes>,
}

/// The call in `if !yield(…) { return }`, whatever it calls.
pub(crate) fn yield_guard(guard: &If) -> Option<&Expr> {
    let [Stmt { kind: StmtKind::Return(values), .. }] = guard.then.stmts.as_slice() else {
        return None;
    };
    let ExprKind::Unary { op: UnaryOp::Not, x, .. } = &guard.cond.unparen().kind else {
        return None;
    };
    let plain = values.is_empty() && guard.init.is_none() && guard.els.is_none();
    (plain && matches!(x.unparen().kind, ExprKind::Call { .. })).then(|| x.unparen())
}

/// What a loop over a function ranges over, if that is known and the loop can be compiled in place.
pub(crate) fn find(checker: &mut Checker, stmt: &Range, inside: &[ObjId]) -> Option<Iterator> {
    let x = stmt.x.unparen();
    let (iterator, calls) = match &x.kind {
        ExprKind::Func(literal) => {
            let escapes = escape::analyze_literal(checker, x, inside);
            of_literal(checker, literal, &escapes)?
        }
        ExprKind::Call { fun, args, .. } => {
            let declared = declared(checker, fun, inside)?;
            let multi = matches!(args.as_slice(), [arg] if has_several_values(checker, arg));
            if multi {
                return None;
            }
            let literal = returned(&declared.decl)?;
            let escapes = Rc::clone(&declared.escapes);
            let (iterator, calls) = of_literal(checker, &literal, &escapes)?;
            (Iterator { declared: Some(declared), ..iterator }, calls)
        }
        _ => {
            let declared = declared(checker, x, inside)?;
            let body = declared.decl.body.as_ref()?;
            let param = yield_param(checker, &declared.decl.ty)?;
            let calls = calls_of(checker, &body.stmts, param, &declared.escapes)?;
            (Iterator { declared: Some(declared), literal: None, param }, calls)
        }
    };
    (calls == 1 || calls <= MOST_CALLS && is_small(checker, &stmt.body)).then_some(iterator)
}

/// The declared function or method that an expression names.
fn declared(checker: &mut Checker, fun: &Expr, inside: &[ObjId]) -> Option<Declared> {
    let obj = callee::named(checker, fun)?;
    if inside.len() >= DEEPEST || inside.contains(&obj) {
        return None;
    }
    let decl = checker.func_body(obj)?;
    let body = decl.body.as_ref()?;
    let mut size = 0;
    let fits = !any(&body.stmts, &mut |s| {
        size += 1;
        matches!(s.kind, StmtKind::Defer(_))
    });
    if !fits || size > LARGEST {
        return None;
    }
    let inside: Vec<ObjId> = inside.iter().copied().chain([obj]).collect();
    let escapes = Rc::new(escape::analyze_body(checker, body, &[], &inside));
    (!escapes.recovers).then_some(Declared { obj, decl, escapes })
}

/// The literal that a function returns at its end, and nowhere else anything.
fn returned(decl: &FuncDecl) -> Option<Rc<FuncLit>> {
    let (last, before) = decl.body.as_ref()?.stmts.split_last()?;
    let StmtKind::Return(values) = &last.kind else { return None };
    let [value] = values.as_slice() else { return None };
    let ExprKind::Func(literal) = &value.unparen().kind else { return None };
    let unnamed = decl.ty.results.iter().all(|result| result.name.is_none());
    let leaves = any(before, &mut |s| matches!(s.kind, StmtKind::Return(_)));
    (unnamed && !leaves).then(|| Rc::clone(literal))
}

fn of_literal(
    checker: &mut Checker,
    literal: &Rc<FuncLit>,
    escapes: &Escapes,
) -> Option<(Iterator, usize)> {
    let param = yield_param(checker, &literal.ty)?;
    let defers = any(&literal.body.stmts, &mut |s| matches!(s.kind, StmtKind::Defer(_)));
    if defers || escapes.recovers {
        return None;
    }
    let calls = calls_of(checker, &literal.body.stmts, param, escapes)?;
    Some((Iterator { declared: None, literal: Some(Rc::clone(literal)), param }, calls))
}

fn yield_param(checker: &Checker, ty: &FuncType) -> Option<ObjId> {
    let [param] = ty.params.as_slice() else { return None };
    checker.info.defs.get(&param.name.as_ref()?.id).copied().flatten()
}

/// How many calls of `yield` there are, all of them in one of the known forms.
fn calls_of(checker: &Checker, body: &[Stmt], param: ObjId, esc: &Escapes) -> Option<usize> {
    let find = Calls { checker, param, esc };
    let calls = find.in_list(body, true);
    (calls > 0 && calls == esc.uses(param) as usize).then_some(calls)
}

/// Counts calls in known forms.
struct Calls<'c> {
    checker: &'c Checker,
    param: ObjId,
    esc: &'c Escapes,
}

impl Calls<'_> {
    fn is_call(&self, e: &Expr) -> bool {
        let ExprKind::Call { fun, args, .. } = &e.unparen().kind else { return false };
        let fun = fun.unparen();
        let named = matches!(fun.kind, ExprKind::Name(_))
            && self.checker.info.uses.get(&fun.id) == Some(&self.param);
        named && !matches!(args.as_slice(), [arg] if has_several_values(self.checker, arg))
    }

    /// `last`: nothing follows the statements.
    fn in_list(&self, list: &[Stmt], last: bool) -> usize {
        let each = list.iter().enumerate();
        each.map(|(i, s)| self.in_stmt(s, last && i + 1 == list.len())).sum()
    }

    fn in_opt(&self, s: Option<&Stmt>, last: bool) -> usize {
        s.map_or(0, |s| self.in_stmt(s, last))
    }

    fn in_stmt(&self, s: &Stmt, last: bool) -> usize {
        match &s.kind {
            StmtKind::Expr(e) => usize::from(last && self.is_call(e)),
            StmtKind::Block(block) => self.in_list(&block.stmts, last),
            StmtKind::Labeled { stmt, .. } => self.in_stmt(stmt, last),
            StmtKind::If(s) => {
                if yield_guard(s).is_some_and(|call| self.is_call(call)) {
                    return 1;
                }
                self.in_opt(s.init.as_ref(), false)
                    + self.in_list(&s.then.stmts, last)
                    + self.in_opt(s.els.as_ref(), last)
            }
            StmtKind::For(s) => self.in_list(&s.body.stmts, false),
            // The body of a loop over a function may be a function of its own.
            StmtKind::Range(s) if self.is_plain(s) => self.in_list(&s.body.stmts, false),
            StmtKind::Switch(s) => s.clauses.iter().map(|c| self.in_list(&c.body, false)).sum(),
            StmtKind::TypeSwitch(s) => s.clauses.iter().map(|c| self.in_list(&c.body, false)).sum(),
            StmtKind::Select(s) => s.clauses.iter().map(|c| self.in_list(&c.body, false)).sum(),
            _ => 0,
        }
    }

    fn is_plain(&self, s: &Range) -> bool {
        !self.esc.is_range_closure(s.body.id)
    }
}

/// Whether a body may be compiled several times: it is short, and nothing in it has a name of its
/// own.
fn is_small(checker: &mut Checker, body: &Block) -> bool {
    let mut size = 0;
    let nested = any(&body.stmts, &mut |s| {
        size += 1;
        matches!(
            s.kind,
            StmtKind::Labeled { .. }
                | StmtKind::For(_)
                | StmtKind::Range(_)
                | StmtKind::Switch(_)
                | StmtKind::TypeSwitch(_)
                | StmtKind::Select(_)
                | StmtKind::Decl(_)
                | StmtKind::Go(_)
                | StmtKind::Defer(_)
        )
    });
    !nested && size <= REPEATED && !escape::has_functions(checker, body)
}

/// Whether a statement, or one inside of it but not of a literal, is of a kind.
pub(crate) fn any<'s>(stmts: &'s [Stmt], found: &mut impl FnMut(&'s Stmt) -> bool) -> bool {
    crate::lower::any_stmt(stmts, found)
}
