//! `switch`, type switch and `select`.

use rustc_hash::FxHashMap as HashMap;

use gol_diagnostic::{Code, Diagnostic, Span};
use gol_grammar::ast::{
    AssignOp, CaseClause, CommClause, Expr, ExprKind, Select, Stmt, StmtKind, Switch, TypeSwitch,
    UnaryOp,
};

use crate::checker::Checker;
use crate::constant::{Key, Value};
use crate::info::Mode;
use crate::object::{ObjId, ObjKind};
use crate::operand::{INVALID, Misfit, Operand};
use crate::stmt::Context;
use crate::types::TypeId;

/// Constants of a switch's cases, with their types and places.
type Seen = HashMap<Key, Vec<(TypeId, Span)>>;

impl Checker {
    pub(crate) fn switch_stmt(&mut self, ctx: Context, s: &Switch) {
        let mut x = Operand::invalid();
        if let Some(tag) = &s.tag {
            self.expr(None, &mut x, tag);
            self.assignment(&mut x, None, "switch expression");
            if x.is_valid() && self.comparable(x.ty, true).is_err() && !self.has_nil(x.ty) {
                let t = self.type_string(x.ty);
                let message = format!("cannot switch on {{}} ({t} is not comparable)");
                self.reject(&mut x, "InvalidExprSwitch", &message);
            }
        } else {
            let span = s.clauses.first().map_or(s.rbrace, |c| c.span);
            x = Checker::true_operand(span);
        }
        self.multiple_defaults(s.clauses.iter().map(|c| (c.is_default, c.span)));
        let mut seen = Seen::default();
        for (i, clause) in s.clauses.iter().enumerate() {
            let last = i + 1 == s.clauses.len();
            let ctx = Context { fallthrough_ok: !last, final_switch_case: last, ..ctx };
            self.case_values(&mut x, &clause.values, &mut seen);
            self.open_scope(clause.span);
            self.stmt_list(ctx, &clause.body);
            self.leave_scope();
        }
    }

    fn multiple_defaults(&mut self, clauses: impl Iterator<Item = (bool, Span)>) {
        let mut first = None;
        for (_, span) in clauses.filter(|&(default, _)| default) {
            let Some(first) = first else {
                first = Some(span);
                continue;
            };
            let diagnostic = Diagnostic::error(
                Code("DuplicateDefault"),
                span,
                format!("multiple defaults (first at {})", self.position(first.lo)),
            )
            .context(first, "first default");
            self.report(diagnostic);
        }
    }

    fn case_values(&mut self, x: &mut Operand, values: &[Expr], seen: &mut Seen) {
        for e in values {
            let mut v = Operand::invalid();
            self.expr(None, &mut v, e);
            if !x.is_valid() || !v.is_valid() {
                continue;
            }
            let tag = x.ty;
            let refused =
                self.is_untyped(v.ty) && self.is_typed(tag) && self.implicit_type(&v, tag).is_err();
            if refused {
                self.convert_untyped(&mut v, tag);
            } else if !self.match_operands(&mut v, x) {
                let tag = self.under(tag);
                self.invalid_conversion(Misfit::Kind, &mut v, tag);
            }
            if !x.is_valid() || !v.is_valid() {
                continue;
            }
            let mut result = v.clone();
            let mut tag = x.clone();
            self.comparison(&mut result, &mut tag, gol_grammar::ast::BinaryOp::Eq, true);
            if result.is_valid() && v.mode == Mode::Constant {
                self.report_duplicate_case(&v, seen);
            }
        }
    }

    /// Boolean cases may repeat: `switch { case a: … case b: … }` with constants is good style.
    fn report_duplicate_case(&mut self, v: &Operand, seen: &mut Seen) {
        if matches!(v.value, Some(Value::Bool(_))) {
            return;
        }
        // As in Go, booleans may be repeated.
        let key = v.value.as_ref().and_then(Value::key).filter(|k| !matches!(k, Key::Bool(_)));
        let Some(key) = key else { return };
        let earlier = seen.entry(key).or_default();
        for &(ty, span) in earlier.iter() {
            if self.identical(ty, v.ty) {
                let text = self.operand_string(v);
                let message = format!("duplicate case {text} in expression switch");
                let diagnostic = Diagnostic::error(Code("DuplicateCase"), v.span, message)
                    .label(span, "previous case");
                self.report(diagnostic);
                return;
            }
        }
        earlier.push((v.ty, v.expr.map_or(v.span, point)));
    }

    pub(crate) fn type_switch_stmt(&mut self, ctx: Context, s: &TypeSwitch) {
        let mut bind = s.bind.as_ref();
        if let Some(ident) = bind {
            if ident.is_blank() {
                self.err("NoNewVar", ident.span, "no new variable on left side of :=");
                bind = None;
            } else {
                self.info.defs.insert(ident.id, None);
            }
        }
        let mut x = Operand::invalid();
        self.expr(None, &mut x, &s.x);
        if x.is_valid() && self.is_type_param(x.ty) {
            let message = "cannot use type switch on type parameter value {}";
            self.reject(&mut x, "InvalidTypeSwitch", message);
        } else if x.is_valid() && !self.is_interface(x.ty) {
            self.reject(&mut x, "InvalidTypeSwitch", "{} is not an interface");
        }
        self.multiple_defaults(s.clauses.iter().map(|c| (c.is_default, c.span)));
        let mut vars = Vec::new();
        let mut seen = Vec::new();
        for clause in &s.clauses {
            let ty = self.case_types(&x, clause, &mut seen);
            let scope = self.open_scope(clause.span);
            if let Some(ident) = bind {
                let obj = self.new_var(ident, ty);
                self.declare(scope, None, obj);
                self.info.implicits.insert(clause.id, obj);
                vars.push(obj);
            }
            self.stmt_list(ctx, &clause.body);
            self.leave_clause(&vars);
        }
        if let Some(ident) = bind {
            let used =
                |&obj: &ObjId| matches!(&self.store.obj(obj).kind, ObjKind::Var(info) if info.used);
            if !vars.iter().any(used) {
                let message = format!("{} declared and not used", ident.name);
                self.soft_error(Code("UnusedVar"), ident.span, message);
            }
        }
    }

    /// Closes a clause's scope. The guard's variables count as one: whether it is used is seen
    /// when all clauses are done.
    fn leave_clause(&mut self, vars: &[ObjId]) {
        let Some(&obj) = vars.last() else {
            self.leave_scope();
            return;
        };
        let used = matches!(&self.store.obj(obj).kind, ObjKind::Var(info) if info.used);
        self.set_used(obj, true);
        self.leave_scope();
        self.set_used(obj, used);
    }

    /// Checks a clause's types; the type of the variable in it.
    fn case_types(
        &mut self,
        x: &Operand,
        clause: &CaseClause,
        seen: &mut Vec<(Option<TypeId>, Span)>,
    ) -> TypeId {
        let mut only = None;
        for e in &clause.values {
            let found = self.type_or_nil(e);
            only = Some(found);
            let Ok(ty) = found else { continue };
            let same = |c: &mut Checker, other: Option<TypeId>| match (other, ty) {
                (None, None) => true,
                (Some(a), Some(b)) => c.identical(a, b),
                _ => false,
            };
            if let Some(&(_, span)) = seen.iter().find(|(other, _)| same(self, *other)) {
                let text = ty.map_or_else(|| "nil".to_owned(), |t| self.type_string(t));
                let message = format!("duplicate case {text} in type switch");
                let diagnostic = Diagnostic::error(Code("DuplicateCase"), e.span, message)
                    .label(span, "previous case");
                self.report(diagnostic);
                continue;
            }
            seen.push((ty, point(e)));
            if let (Some(ty), true) = (ty, x.is_valid()) {
                self.possible_case(x, e, ty);
            }
        }
        match (only, clause.values.len()) {
            (Some(Ok(Some(ty))), 1) => ty,
            (Some(Err(())), 1) => INVALID,
            _ if x.is_valid() => x.ty,
            _ => INVALID,
        }
    }

    fn possible_case(&mut self, x: &Operand, e: &Expr, ty: TypeId) {
        let Err(cause) = self.can_assert(x.ty, ty) else { return };
        let (case, text) = (self.expr_string(e), self.operand_string(x));
        let t = self.type_string(ty);
        let message = format!(
            "impossible type switch case: {case}\n\t{text} cannot have dynamic type {t} {cause}"
        );
        self.err("ImpossibleAssert", e.span, message);
    }

    /// A type, or `None` for `nil`.
    fn type_or_nil(&mut self, e: &Expr) -> Result<Option<TypeId>, ()> {
        let mut x = Operand::invalid();
        self.raw_expr(None, &mut x, e, true);
        match x.mode {
            Mode::Invalid => Err(()),
            Mode::TypeExpr if self.is_generic(x.ty) => {
                let name = self.type_string(x.ty);
                let message = format!("cannot use generic type {name} without instantiation");
                self.err("WrongTypeArgCount", e.span, message);
                Err(())
            }
            Mode::NilValue => Ok(None),
            Mode::TypeExpr if self.is_valid(x.ty) => {
                let (span, ty) = (e.span, x.ty);
                self.later(Box::new(move |c| c.valid_var_type(span, ty)));
                Ok(Some(ty))
            }
            Mode::TypeExpr => Err(()),
            Mode::NoValue => {
                self.reject(&mut x, "NotAType", "{} used as type");
                Err(())
            }
            _ => {
                let named = e.as_name().and_then(|name| self.lookup(name));
                let kind =
                    named.map_or_else(String::new, |o| format!(" ({})", self.object_kind(o)));
                let text = self.operand_text(&x);
                self.err("NotAType", x.span, format!("{text}{kind} is not a type"));
                Err(())
            }
        }
    }

    pub(crate) fn select_stmt(&mut self, ctx: Context, s: &Select) {
        self.multiple_defaults(s.clauses.iter().map(|c| (c.comm.is_none(), c.span)));
        for clause in &s.clauses {
            self.comm_clause(ctx, clause);
        }
    }

    fn comm_clause(&mut self, ctx: Context, clause: &CommClause) {
        if let Some(comm) = &clause.comm
            && !is_communication(comm)
        {
            let message = "select case must be send or receive (possibly with assignment)";
            let span = if let StmtKind::Expr(e) = &comm.kind { point(e) } else { comm.span };
            self.err("InvalidSelectCase", span, message);
            return;
        }
        self.open_scope(clause.span);
        if let Some(comm) = &clause.comm {
            self.stmt(Context::default(), comm);
        }
        self.stmt_list(ctx, &clause.body);
        self.leave_scope();
    }
}

/// A send, a receive, or the assignment of one.
fn is_communication(s: &Stmt) -> bool {
    let received = match &s.kind {
        StmtKind::Send { .. } | StmtKind::Bad => return true,
        StmtKind::Expr(e) => e,
        StmtKind::Assign { op: AssignOp::Assign | AssignOp::Define, rhs, .. } => match &rhs[..] {
            [e] => e,
            _ => return false,
        },
        _ => return false,
    };
    matches!(received.unparen().kind, ExprKind::Unary { op: UnaryOp::Recv, .. })
}

/// The place that stands for an expression in second lines: a call's is its parenthesis.
fn point(e: &Expr) -> Span {
    match &e.kind {
        ExprKind::Call { lparen, .. } => Span::new(*lparen, e.span.hi),
        _ => e.span,
    }
}
