//! Statements and the bodies of functions.
//!
//! Function literals are put off while a statement is checked and done when it ends, before its
//! scope closes; so a scope's unused variables are known when it closes.

use rustc_hash::FxHashSet as HashSet;
use std::cell::RefCell;
use std::rc::Rc;

use gol_diagnostic::{Diagnostic, Span};
use gol_grammar::ast::{AssignOp, BinaryOp, Block, Expr, ExprKind, Stmt, StmtKind, UnaryOp};

use crate::checker::{Checker, Environment};
use crate::constant::Value;
use crate::expr::Usage;
use crate::info::Mode;
use crate::object::{ObjId, ObjKind};
use crate::operand::{Operand, basic};
use crate::operators::Direction;
use crate::store::ScopeId;
use crate::types::{Basic, Type, TypeId};

/// What the statements around one allow in it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Context {
    pub break_ok: bool,
    pub continue_ok: bool,
    pub fallthrough_ok: bool,
    pub final_switch_case: bool,
    pub in_type_switch: bool,
}

impl Context {
    /// For statements inside of one: `fallthrough` is not passed on.
    fn inner(self) -> Context {
        Context { fallthrough_ok: false, final_switch_case: false, in_type_switch: false, ..self }
    }

    pub(crate) fn with_break(self) -> Context {
        Context { break_ok: true, ..self }
    }

    fn in_loop(self) -> Context {
        Context { break_ok: true, continue_ok: true, ..self }
    }
}

impl Checker {
    /// A function's body: statements, unused variables, labels, missing return. `scope` is the
    /// signature's; `decl` the object that the body belongs to; `iota` for literals in constants.
    pub(crate) fn check_body(
        &mut self,
        decl: Option<ObjId>,
        name: &str,
        sig: TypeId,
        scope: ScopeId,
        body: &Block,
        iota: Option<Value>,
    ) {
        let _ = name;
        let env = Environment {
            pkg: self.env.pkg,
            decl,
            scope: Some(scope),
            iota,
            err_pos: None,
            in_type_params: false,
            sig: Some(sig),
            panic_calls: Rc::new(RefCell::new(HashSet::default())),
            target_name: None,
            undeclared_target: None,
            has_label: false,
            has_call_or_recv: false,
            lenient: self.env.lenient,
        };
        let outer = std::mem::replace(&mut self.env, env);
        self.stmt_list(Context::default(), &body.stmts);
        if self.env.has_label {
            let stmts: Vec<&Stmt> = body.stmts.iter().collect();
            self.labels(&stmts);
        }
        let has_results = matches!(self.store.ty(sig), Type::Signature(s) if !s.results.is_empty());
        if has_results && !self.is_terminating_list(&body.stmts) {
            let code = gol_diagnostic::Code("MissingReturn");
            let d = Diagnostic::error(code, body.rbrace, "missing return");
            let d = d.here("the function can come to its end without a result");
            self.report(d.note("end it with return, panic, or a loop that does not end"));
        }
        self.report_unused(scope);
        self.env = outer;
    }

    /// The statements of a script, the body of `main`; the current scope is the script's own.
    pub(crate) fn script_statement(&mut self, stmt: &Stmt) {
        self.stmt(Context::default(), stmt);
    }

    /// Labels and unused variables of a script, after its last statement.
    pub(crate) fn finish_script(&mut self, scope: ScopeId, stmts: &[&Stmt]) {
        if self.env.has_label {
            self.labels(stmts);
        }
        self.report_unused(scope);
    }

    /// Closes the current scope after looking for unused variables in it.
    pub(crate) fn leave_scope(&mut self) {
        if let Some(scope) = self.env.scope {
            self.report_unused(scope);
        }
        self.close_scope();
    }

    fn report_unused(&mut self, scope: ScopeId) {
        for obj in self.store.scope(scope).order.clone() {
            let object = self.store.obj(obj);
            let ObjKind::Var(info) = &object.kind else { continue };
            if info.used || info.is_param || info.is_field || info.is_package_level {
                continue;
            }
            let name = object.name.clone();
            if name == "_" {
                continue;
            }
            let span = Span::new(object.pos, object.pos.after(name.len()));
            let message = format!("declared and not used: {name}");
            let d = Diagnostic::error(gol_diagnostic::Code("UnusedVar"), span, message);
            let d = d.here("never used").note(format!("to keep it, write _ = {name}"));
            let d = self.explain_hidden(d, &name);
            self.report_soft(d);
        }
    }

    pub(crate) fn stmt_list(&mut self, ctx: Context, list: &[Stmt]) {
        let used =
            list.iter().rposition(|s| !matches!(s.kind, StmtKind::Empty)).map_or(0, |i| i + 1);
        for (i, s) in list.iter().enumerate() {
            // Only a list's last statement may fall through.
            let last = i + 1 >= used;
            let fallthrough_ok = ctx.fallthrough_ok && last;
            let final_switch_case = ctx.final_switch_case && last;
            self.stmt(Context { fallthrough_ok, final_switch_case, ..ctx }, s);
        }
    }

    pub(crate) fn simple_stmt(&mut self, s: Option<&Stmt>) {
        if let Some(s) = s {
            self.stmt(Context::default(), s);
        }
    }

    pub(crate) fn stmt(&mut self, ctx: Context, s: &Stmt) {
        let top = self.delayed.len();
        self.stmt_of_kind(ctx, s);
        self.process_since(top);
    }

    fn stmt_of_kind(&mut self, ctx: Context, s: &Stmt) {
        let inner = ctx.inner();
        match &s.kind {
            StmtKind::Bad | StmtKind::Empty => {}
            StmtKind::Decl(decl) => self.decl_stmt(decl),
            StmtKind::Labeled { stmt, .. } => {
                self.env.has_label = true;
                self.stmt(ctx, stmt);
            }
            StmtKind::Expr(e) => self.expr_stmt(e),
            StmtKind::Send { chan, value, .. } => self.send_stmt(chan, value),
            StmtKind::IncDec { x, inc, .. } => self.inc_dec(x, *inc),
            StmtKind::Assign { lhs, op, op_span, rhs } => self.assign_stmt(lhs, *op, *op_span, rhs),
            StmtKind::Go(call) => self.suspended_call("go", call),
            StmtKind::Defer(call) => self.suspended_call("defer", call),
            StmtKind::Return(results) => self.return_stmt(s.span, results),
            StmtKind::Break(label) => {
                if label.is_some() {
                    self.env.has_label = true;
                } else if !ctx.break_ok {
                    let message = "break is not in a loop, switch, or select";
                    self.err("MisplacedBreak", s.span, message);
                }
            }
            StmtKind::Continue(label) => {
                if label.is_some() {
                    self.env.has_label = true;
                } else if !ctx.continue_ok {
                    self.err("MisplacedContinue", s.span, "continue is not in a loop");
                }
            }
            StmtKind::Goto(_) => self.env.has_label = true,
            StmtKind::Fallthrough => self.fallthrough(ctx, s.span),
            StmtKind::Block(block) => self.block(inner, block),
            StmtKind::If(stmt) => {
                self.open_scope(s.span);
                self.simple_stmt(stmt.init.as_ref());
                self.condition(&stmt.cond, "if");
                self.block(inner, &stmt.then);
                if let Some(els) = &stmt.els {
                    self.stmt(inner, els);
                }
                self.leave_scope();
            }
            StmtKind::Switch(stmt) => {
                self.open_scope(s.span);
                self.simple_stmt(stmt.init.as_ref());
                self.switch_stmt(inner.with_break(), stmt);
                self.leave_scope();
            }
            StmtKind::TypeSwitch(stmt) => {
                self.open_scope(s.span);
                self.simple_stmt(stmt.init.as_ref());
                let ctx = Context { in_type_switch: true, ..inner.with_break() };
                self.type_switch_stmt(ctx, stmt);
                self.leave_scope();
            }
            StmtKind::Select(stmt) => self.select_stmt(inner.with_break(), stmt),
            StmtKind::For(stmt) => {
                self.open_scope(s.span);
                self.simple_stmt(stmt.init.as_ref());
                if let Some(cond) = &stmt.cond {
                    self.condition(cond, "for");
                }
                self.simple_stmt(stmt.post.as_ref());
                self.block(inner.in_loop(), &stmt.body);
                self.leave_scope();
            }
            StmtKind::Range(stmt) => self.range_stmt(inner.in_loop(), s.span, stmt),
        }
    }

    pub(crate) fn block(&mut self, ctx: Context, block: &Block) {
        self.open_scope(block.span);
        self.stmt_list(ctx, &block.stmts);
        self.leave_scope();
    }

    fn condition(&mut self, cond: &Expr, what: &str) {
        let mut x = Operand::invalid();
        self.expr(None, &mut x, cond);
        if x.is_valid() && !self.all_boolean(x.ty) {
            let message = format!("non-boolean condition in {what} statement");
            let d = Diagnostic::error(gol_diagnostic::Code("InvalidCond"), cond.span, message);
            let d = self.explain_condition(d, &x);
            self.report(d);
        }
    }

    fn fallthrough(&mut self, ctx: Context, span: Span) {
        if ctx.fallthrough_ok {
            return;
        }
        let message = if ctx.final_switch_case {
            "cannot fallthrough final case in switch"
        } else if ctx.in_type_switch {
            "cannot fallthrough in type switch"
        } else {
            "fallthrough statement out of place"
        };
        self.err("MisplacedFallthrough", span, message);
    }

    fn expr_stmt(&mut self, e: &Expr) {
        let mut x = Operand::invalid();
        let usage = self.raw_expr_kind(None, &mut x, e, None, false);
        let (code, message) = match x.mode {
            Mode::Builtin(_) => ("UncalledBuiltin", "{} must be called"),
            Mode::TypeExpr => ("NotAnExpr", "{} is not an expression"),
            _ if usage == Usage::Statement || !x.is_valid() => return,
            // A receive is a statement, too.
            _ if is_receive(e) => return,
            _ => ("UnusedExpr", "{} is not used"),
        };
        self.reject(&mut x, code, message);
    }

    fn send_stmt(&mut self, chan: &Expr, value: &Expr) {
        let (mut ch, mut x) = (Operand::invalid(), Operand::invalid());
        self.expr(None, &mut ch, chan);
        self.generic_expr(&mut x, value, None);
        if !ch.is_valid() || !x.is_valid() {
            return;
        }
        if let Some(elem) = self.chan_elem(&mut ch, Direction::Send) {
            self.assignment(&mut x, Some(elem), "send");
        }
    }

    fn inc_dec(&mut self, lhs: &Expr, inc: bool) {
        let mut x = Operand::invalid();
        self.expr(None, &mut x, lhs);
        if !x.is_valid() {
            return;
        }
        if !self.all_numeric(x.ty) {
            let (text, t) = (self.expr_string(lhs), self.type_string(x.ty));
            let op = if inc { "++" } else { "--" };
            let message = format!("invalid operation: {text}{op} (non-numeric type {t})");
            self.err("NonNumericIncDec", lhs.span, message);
            return;
        }
        x.mode = Mode::Value;
        self.assign_operand(lhs, &mut x, "assignment");
    }

    fn assign_stmt(&mut self, lhs: &[Expr], op: AssignOp, op_span: Span, rhs: &[Expr]) {
        match op {
            AssignOp::Assign => {
                if let [target] = lhs
                    && target
                        .as_name()
                        .is_some_and(|name| name != "_" && self.lookup(name).is_none())
                {
                    self.env.undeclared_target = Some(op_span);
                }
                self.assign_vars(lhs, rhs);
                self.env.undeclared_target = None;
            }
            AssignOp::Define => self.short_var_decl(op_span, lhs, rhs),
            AssignOp::Op(op) => {
                let ([lhs], [rhs]) = (lhs, rhs) else {
                    let message = format!(
                        "assignment operation {}= requires single-valued expressions",
                        op.text()
                    );
                    self.err("MultiValAssignOp", op_span, message);
                    return;
                };
                self.assign_op(lhs, op, rhs);
            }
        }
    }

    fn assign_op(&mut self, lhs: &Expr, op: BinaryOp, rhs: &Expr) {
        let mut x = Operand::invalid();
        self.expr(None, &mut x, lhs);
        self.binary(&mut x, None, Some(lhs), rhs, op);
        if x.is_valid() {
            self.assign_operand(lhs, &mut x, "assignment operation");
        }
    }

    fn suspended_call(&mut self, keyword: &str, call: &Expr) {
        if !matches!(call.unparen().kind, ExprKind::Call { .. }) {
            self.use_expr(call);
            let message = format!("expression in {keyword} must be function call");
            let d = Diagnostic::error(gol_diagnostic::Code("InvalidCall"), call.span, message);
            let end = Span::at(call.span.hi);
            self.report(d.fix(end, "()", format!("{keyword} starts a call: add ()")));
            return;
        }
        let mut x = Operand::invalid();
        let usage = self.raw_expr_kind(None, &mut x, call, None, false);
        if !x.is_valid() {
            return;
        }
        let message = match usage {
            Usage::Statement => return,
            Usage::Conversion => {
                let text = self.operand_string(&x);
                format!("{keyword} requires function call, not conversion {text}")
            }
            Usage::Expression => {
                format!("{keyword} discards result of {}", self.operand_string(&x))
            }
        };
        self.err("UnusedResults", x.span, message);
    }

    fn return_stmt(&mut self, span: Span, results: &[Expr]) {
        let declared = match self.env.sig.map(|sig| self.store.ty(sig)) {
            Some(Type::Signature(sig)) => sig.results.clone(),
            _ => Vec::new(),
        };
        if declared.is_empty() {
            if !results.is_empty() {
                let values = self.expr_list(results);
                if values.iter().all(Operand::is_valid) {
                    self.return_error(span, &[], &values);
                }
            }
            return;
        }
        let named = !self.store.obj(declared[0]).name.is_empty();
        if !results.is_empty() {
            self.init_vars(&declared, results, Some(span));
        } else if named {
            self.report_shadowed_results(span, &declared);
        } else {
            self.return_error(span, &declared, &[]);
        }
    }

    /// A bare `return` must see the results that it returns.
    fn report_shadowed_results(&mut self, span: Span, declared: &[ObjId]) {
        for &obj in declared {
            let name = self.store.obj(obj).name.clone();
            if name == "_" {
                continue;
            }
            let Some(alt) = self.lookup(&name).filter(|&alt| alt != obj) else { continue };
            let pos = self.store.obj(alt).pos;
            let message = format!("result parameter {name} not in scope at return");
            let code = gol_diagnostic::Code("OutOfScopeResult");
            let inner = Span::new(pos, pos.after(name.len()));
            let text = format!("inner declaration of {name}");
            self.report(Diagnostic::error(code, span, message).label(inner, text));
        }
    }

    /// An operand for the `true` that a switch without tag switches on.
    pub(crate) fn true_operand<'a>(span: Span) -> Operand<'a> {
        let mut x = Operand::synthetic(Mode::Constant, basic(Basic::Bool), span, "true");
        x.value = Some(Value::Bool(true));
        x
    }
}

fn is_receive(e: &Expr) -> bool {
    matches!(e.unparen().kind, ExprKind::Unary { op: UnaryOp::Recv, .. })
}
