//! Calls of small functions, in place.
//!
//! What is inlined cannot call, and can panic only because a pointer parameter is nil: assignments
//! to fields behind pointer parameters, guards `if c { … }`, and a `return`, whose expressions are
//! arithmetic, comparisons, conversions between numbers, `len`, fields and composite values of
//! parameters. For traces, the function's table says which code belongs to which call.

use std::rc::Rc;

use gol_bytecode::{Reg, Repr};
use gol_grammar::ast::{AssignOp, BinaryOp, Expr, ExprKind, FuncDecl, Stmt, StmtKind, UnaryOp};
use gol_types::{BuiltinId, ObjId, ObjKind, SelectionKind, Type, TypeId};

use super::types::Class;
use super::{Local, Lower};
use crate::module::FuncKey;

/// The largest body that is inlined, in expression nodes.
const LARGEST: usize = 40;

/// A function that may be small enough, as a call names it.
struct Callee<'e> {
    obj: ObjId,
    receiver: Option<&'e Expr>,
}

/// A call that is replaced by the function's body.
struct InPlace<'e> {
    obj: ObjId,
    decl: Rc<FuncDecl>,
    params: Vec<ObjId>,
    operands: Vec<&'e Expr>,
    result: Option<ObjId>,
}

/// Whether a body ends in a `return`.
fn returns(stmts: &[Stmt]) -> bool {
    stmts.last().is_some_and(|last| matches!(last.kind, StmtKind::Return(_)))
}

impl Lower<'_, '_> {
    /// The value of a call of a small function; `None` if it is none.
    pub(super) fn inlined(
        &mut self,
        e: &Expr,
        fun: &Expr,
        args: &[Expr],
        want: Option<Reg>,
    ) -> Option<Reg> {
        let call = self.inlinable(fun, args)?;
        let ty = self.obj_ty(call.result?);
        // A number is written when all that it is made of has been read.
        let direct = matches!(self.class(ty), Class::Int { .. } | Class::F32 | Class::F64);
        let dst = self.dst(ty, want.filter(|_| direct));
        self.replace_call(e, &call, Some((ty, dst)));
        Some(self.move_to(ty, dst, want))
    }

    /// A call of a small function as a statement; whether it was one.
    pub(super) fn inlined_stmt(&mut self, e: &Expr, fun: &Expr, args: &[Expr]) -> bool {
        let Some(call) = self.inlinable(fun, args) else { return false };
        if call.result.is_some() {
            return false;
        }
        self.replace_call(e, &call, None);
        true
    }

    fn inlinable<'e>(&mut self, fun: &'e Expr, args: &'e [Expr]) -> Option<InPlace<'e>> {
        let callee = self.named_callee(fun.unparen())?;
        let decl = self.small(callee.obj)?;
        let sig = self.m.checker.store.obj(callee.obj).ty;
        let Type::Signature(sig) = self.m.checker.store.ty(sig).clone() else { return None };
        let params: Vec<ObjId> = sig.recv.iter().chain(&sig.params).copied().collect();
        let operands: Vec<&Expr> = callee.receiver.into_iter().chain(args).collect();
        if params.len() != operands.len() || operands.iter().any(|e| self.is_multi_call(e)) {
            return None;
        }
        // What becomes an interface on its way has an order of its own.
        if operands.len() > 1 && operands.iter().any(|e| self.has_call(e)) {
            let mut types = params.iter().map(|&param| self.obj_ty(param)).collect::<Vec<_>>();
            types.retain(|&ty| self.is_iface(ty));
            if !types.is_empty() {
                return None;
            }
        }
        let result = sig.results.first().copied();
        Some(InPlace { obj: callee.obj, decl, params, operands, result })
    }

    fn replace_call(&mut self, e: &Expr, call: &InPlace<'_>, result: Option<(TypeId, Reg)>) {
        let mark = self.b.mark();
        let mut values = Vec::new();
        let order = self.begin_order(&call.operands);
        for (&param, operand) in call.params.iter().zip(&call.operands) {
            let ty = self.obj_ty(param);
            values.push(self.expr_as(operand, ty, None));
        }
        self.end_order(order);
        let mut follows = false;
        for (&param, value) in call.params.iter().zip(values) {
            let ty = self.obj_ty(param);
            follows |= self.pointee(ty).is_some();
            self.locals.insert(param, Local::Regs(value));
        }
        self.at(e);
        let body = call.decl.body.as_ref().map_or(&[][..], |body| &body.stmts);
        if follows {
            let key = FuncKey { obj: call.obj, type_args: Vec::new() };
            let name = self.m.func_name(&key);
            let outer = self.b.begin_inlined(name, !call.params.is_empty());
            self.apart(|this| this.in_place(body, result));
            self.b.end_inlined(outer);
        } else {
            self.in_place(body, result);
        }
        for param in &call.params {
            self.locals.remove(param);
        }
        self.b.release(mark);
        self.at(e);
    }

    /// The declaration of what a call of `fun` is replaced by, if it is small enough.
    pub(super) fn inlined_body(&mut self, fun: &Expr) -> Option<Rc<FuncDecl>> {
        let callee = self.named_callee(fun)?;
        self.small(callee.obj)
    }

    /// The body, with the result in a register.
    fn in_place(&mut self, stmts: &[Stmt], result: Option<(TypeId, Reg)>) {
        let end = self.b.new_label();
        let mut leaves = false;
        for stmt in stmts {
            match &stmt.kind {
                StmtKind::If(guard) => {
                    let next = self.b.new_label();
                    self.jump_unless(&guard.cond, next);
                    self.in_place(&guard.then.stmts, result);
                    if returns(&guard.then.stmts) {
                        self.b.jump(end);
                        leaves = true;
                    }
                    self.b.bind(next);
                }
                StmtKind::Return(values) => {
                    let mark = self.b.mark();
                    if let (Some((ty, dst)), [value]) = (result, values.as_slice()) {
                        self.expr_as(value, ty, Some(dst));
                    }
                    self.b.release(mark);
                }
                _ => self.stmt(stmt),
            }
        }
        if leaves {
            self.b.bind(end);
        }
    }

    /// The declared function, or the method with a value as its receiver, that a call names.
    fn named_callee<'e>(&mut self, fun: &'e Expr) -> Option<Callee<'e>> {
        if self.evaluated.contains_key(&fun.id) {
            return None;
        }
        if let ExprKind::Selector { x, sel } = &fun.kind
            && let Some(selection) = self.selection(fun)
        {
            if selection.kind != SelectionKind::Method || self.evaluated.contains_key(&x.id) {
                return None;
            }
            let recv = self.ty(x);
            let pkg = self.m.checker.store.obj(selection.obj).pkg;
            let method = self.m.find_method(recv, pkg, &sel.name)?;
            // The receiver is passed as it is: a value to a value, a pointer to a pointer.
            let passed = if method.ptr_recv { self.pointee(recv)? } else { recv };
            let passed = self.m.checker.canonical(passed);
            let plain = !method.is_iface && method.path.is_empty();
            let same = method.owner == passed && !self.is_generic(passed);
            return (plain && same).then(|| Callee { obj: method.obj, receiver: Some(x) });
        }
        let (_, obj) = self.func_name_of(fun)?;
        let is_func = matches!(self.m.checker.store.obj(obj).kind, ObjKind::Func(_));
        is_func.then_some(Callee { obj, receiver: None })
    }

    fn is_generic(&self, t: TypeId) -> bool {
        matches!(self.m.checker.store.ty(t), Type::Named(n) if !n.type_args.is_empty())
    }

    /// The declaration of a function that can be inlined; found out once for each.
    fn small(&mut self, obj: ObjId) -> Option<Rc<FuncDecl>> {
        if let Some(known) = self.m.small.get(&obj) {
            return known.clone();
        }
        let found = self.m.checker.func_body(obj).filter(|decl| self.is_small(obj, decl));
        self.m.small.insert(obj, found.clone());
        found
    }

    fn is_small(&mut self, obj: ObjId, decl: &FuncDecl) -> bool {
        let sig = self.m.checker.store.obj(obj).ty;
        let Type::Signature(sig) = self.m.checker.store.ty(sig).clone() else { return false };
        let generic = !sig.type_params.is_empty() || !sig.recv_type_params.is_empty();
        let Some(body) = &decl.body else { return false };
        let named = |obj: &ObjId| !self.m.checker.store.obj(*obj).name.is_empty();
        if generic || sig.variadic || sig.results.len() > 1 || sig.results.iter().any(named) {
            return false;
        }
        let params: Vec<ObjId> = sig.recv.iter().chain(&sig.params).copied().collect();
        let in_registers = params.iter().chain(&sig.results).all(|&obj| {
            let ty = self.obj_ty(obj);
            self.m.repr(ty).repr == Repr::Regs && self.words(ty) > 0
        });
        let mut size = 0;
        let ends = sig.results.is_empty() || returns(&body.stmts);
        in_registers
            && ends
            && self.is_plain_body(&body.stmts, &params, &mut size)
            && size <= LARGEST
    }

    /// Guards and assignments, perhaps a `return` at the end.
    fn is_plain_body(&mut self, stmts: &[Stmt], params: &[ObjId], size: &mut usize) -> bool {
        stmts.iter().enumerate().all(|(i, stmt)| match &stmt.kind {
            StmtKind::If(guard) => {
                guard.init.is_none()
                    && guard.els.is_none()
                    && self.is_plain(&guard.cond, params, size)
                    && self.is_plain_body(&guard.then.stmts, params, size)
            }
            StmtKind::Return(values) => {
                i + 1 == stmts.len()
                    && values.iter().all(|value| self.is_plain(value, params, size))
            }
            StmtKind::IncDec { x, .. } => self.is_number_field(x, params, size),
            StmtKind::Assign { lhs, op, rhs, .. } => {
                let ([x], [y]) = (lhs.as_slice(), rhs.as_slice()) else { return false };
                let (x_ty, y_ty) = (self.ty(x), self.ty(y));
                let safe = match *op {
                    AssignOp::Define => false,
                    AssignOp::Op(op) => self.is_safe(op, x_ty, y, y_ty),
                    AssignOp::Assign => true,
                };
                safe && self.is_number_field(x, params, size) && self.is_plain(y, params, size)
            }
            _ => false,
        })
    }

    /// A number in a field behind a pointer parameter, to be assigned to.
    fn is_number_field(&mut self, x: &Expr, params: &[ObjId], size: &mut usize) -> bool {
        let ty = self.ty(x);
        let behind = self.selection(x).is_some_and(|s| s.indirect);
        behind && self.is_number(ty) && self.is_plain(x, params, size)
    }

    /// Whether an expression is a pointer parameter.
    fn is_pointer_param(&mut self, e: &Expr, params: &[ObjId]) -> bool {
        let ty = self.ty(e);
        let is_param = matches!(&e.kind, ExprKind::Name(_))
            && self.object(e.id).is_some_and(|obj| params.contains(&obj));
        is_param && self.pointee(ty).is_some()
    }

    /// Whether an expression can neither call nor panic, but for a parameter that is nil, and reads
    /// nothing but parameters and what they lead to.
    fn is_plain(&mut self, e: &Expr, params: &[ObjId], size: &mut usize) -> bool {
        *size += 1;
        if *size > LARGEST {
            return false;
        }
        if self.const_value(e).is_some() {
            let ty = self.ty(e);
            return self.class(ty) != Class::Iface;
        }
        match &e.kind {
            ExprKind::Name(_) => self.object(e.id).is_some_and(|obj| params.contains(&obj)),
            ExprKind::Paren(x) => self.is_plain(x, params, size),
            ExprKind::Unary {
                op: UnaryOp::Neg | UnaryOp::Not | UnaryOp::Complement, x, ..
            } => self.is_plain(x, params, size),
            ExprKind::Binary { op, x, y, .. } => {
                let (x_ty, y_ty) = (self.ty(x), self.ty(y));
                let simple = self.is_number(x_ty)
                    && self.is_number(y_ty)
                    && self.is_safe(*op, x_ty, y, y_ty);
                simple && self.is_plain(x, params, size) && self.is_plain(y, params, size)
            }
            ExprKind::Selector { x, .. } => {
                let Some(s) = self.selection(e) else { return false };
                if s.kind != SelectionKind::Field {
                    return false;
                }
                if s.indirect {
                    return s.index.len() == 1 && self.is_pointer_param(x.unparen(), params);
                }
                let ty = self.ty(x);
                self.class(ty) == Class::Struct && self.is_plain(x, params, size)
            }
            ExprKind::Call { fun, args, .. } if self.builtin(fun) == Some(BuiltinId::Len) => {
                let [x] = args.as_slice() else { return false };
                let ty = self.ty(x);
                matches!(self.class(ty), Class::Str | Class::Slice)
                    && self.is_plain(x, params, size)
            }
            ExprKind::Composite { elems, .. } => {
                let ty = self.ty(e);
                self.class(ty) == Class::Struct
                    && elems.iter().all(|elem| match &elem.kind {
                        ExprKind::KeyValue { value, .. } => {
                            self.is_plain_number(value, params, size)
                        }
                        _ => self.is_plain_number(elem, params, size),
                    })
            }
            ExprKind::Call { fun, args, .. } if self.is_type(fun) => {
                let ty = self.ty(e);
                let [x] = args.as_slice() else { return false };
                let from = self.ty(x);
                self.is_number(ty) && self.is_number(from) && self.is_plain(x, params, size)
            }
            _ => false,
        }
    }

    fn is_plain_number(&mut self, e: &Expr, params: &[ObjId], size: &mut usize) -> bool {
        let ty = self.ty(e);
        self.is_number(ty) && self.is_plain(e, params, size)
    }

    fn is_number(&mut self, ty: TypeId) -> bool {
        matches!(self.class(ty), Class::Bool | Class::Int { .. } | Class::F32 | Class::F64)
    }

    /// Whether an operation cannot panic: integers are divided by constants, shift counts are
    /// constant or unsigned.
    fn is_safe(&mut self, op: BinaryOp, ty: TypeId, y: &Expr, y_ty: TypeId) -> bool {
        let constant = self.const_value(y).is_some();
        match op {
            BinaryOp::Div | BinaryOp::Rem => constant || self.class(ty).is_float(),
            BinaryOp::Shl | BinaryOp::Shr => {
                constant || matches!(self.class(y_ty), Class::Int { signed: false, .. })
            }
            _ => true,
        }
    }
}
