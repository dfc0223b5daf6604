//! Calls of small functions, in place.
//!
//! What is inlined cannot call, and can panic only because a pointer parameter is nil: assignments
//! to fields behind pointer parameters, guards `if c { … }`, and a `return`, whose expressions are
//! arithmetic, comparisons, conversions between numbers, `len`, fields and composite values of
//! parameters. Where nobody wants the results, so that nothing depends on when it happens, more is
//! inlined: `append` to such a field, and other calls in a guard. For traces, the function's table
//! says which code belongs to which call.

use std::rc::Rc;

use gol_bytecode::{Reg, Repr};
use gol_grammar::ast::{AssignOp, BinaryOp, Expr, ExprKind, FuncDecl, Stmt, StmtKind, UnaryOp};
use gol_types::{BuiltinId, ObjId, ObjKind, SelectionKind, Type, TypeId};

use super::types::Class;
use super::{Local, Lower};
use crate::module::FuncKey;

/// The largest body that is inlined, in expression nodes.
const LARGEST: usize = 40;

/// Where a call stands that is to be replaced.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    /// Its result is an operand.
    Value,
    /// Nobody wants its results.
    Statement,
}

/// A function that may be small enough, as a call names it.
struct Callee<'e> {
    obj: ObjId,
    receiver: Option<&'e Expr>,
    /// The receiver is a variable whose address is passed.
    by_address: bool,
}

/// A call that is replaced by the function's body.
struct InPlace<'e> {
    obj: ObjId,
    decl: Rc<FuncDecl>,
    params: Vec<ObjId>,
    operands: Vec<&'e Expr>,
    /// The first operand is a variable whose address is passed.
    by_address: bool,
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
        let call = self.inlinable(fun, args, Use::Value)?;
        let ty = self.obj_ty(call.result?);
        // A number is written when all that it is made of has been read.
        let direct = matches!(self.class(ty), Class::Int { .. } | Class::F32 | Class::F64);
        let dst = self.dst(ty, want.filter(|_| direct));
        self.replace_call(e, &call, Some((ty, dst)));
        Some(self.move_to(ty, dst, want))
    }

    /// A call of a small function as a statement; whether it was one.
    pub(super) fn inlined_stmt(&mut self, e: &Expr, fun: &Expr, args: &[Expr]) -> bool {
        let Some(call) = self.inlinable(fun, args, Use::Statement) else { return false };
        self.replace_call(e, &call, None);
        true
    }

    fn inlinable<'e>(
        &mut self,
        fun: &'e Expr,
        args: &'e [Expr],
        wanted: Use,
    ) -> Option<InPlace<'e>> {
        let callee = self.named_callee(fun.unparen())?;
        if self.in_place.contains(&callee.obj) {
            return None;
        }
        let decl = self.small(callee.obj, wanted)?;
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
        let by_address = callee.by_address;
        Some(InPlace { obj: callee.obj, decl, params, operands, by_address, result })
    }

    fn replace_call(&mut self, e: &Expr, call: &InPlace<'_>, result: Option<(TypeId, Reg)>) {
        let mark = self.b.mark();
        let mut values = Vec::new();
        let order = self.begin_order(&call.operands);
        for (&param, operand) in call.params.iter().zip(&call.operands) {
            if call.by_address && values.is_empty() {
                let place = self.place(operand);
                self.at(e);
                values.push(self.address(&place, None));
                continue;
            }
            let ty = self.obj_ty(param);
            values.push(self.expr_as(operand, ty, None));
        }
        self.end_order(order);
        let mut follows = false;
        // In the function itself, in a call of its own, its parameters stand for something already.
        let mut hidden = Vec::new();
        for (&param, value) in call.params.iter().zip(values) {
            let ty = self.obj_ty(param);
            follows |= self.pointee(ty).is_some();
            hidden.push(self.locals.insert(param, Local::Regs(value)));
        }
        self.in_place.push(call.obj);
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
        self.in_place.pop();
        for (&param, local) in call.params.iter().zip(hidden) {
            match local {
                Some(local) => self.locals.insert(param, local),
                None => self.locals.remove(&param),
            };
        }
        self.b.release(mark);
        self.at(e);
    }

    /// The declaration of what a call of `fun` is replaced by, if it is small enough.
    pub(super) fn inlined_body(&mut self, fun: &Expr) -> Option<Rc<FuncDecl>> {
        let callee = self.named_callee(fun)?;
        self.small(callee.obj, Use::Value)
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
            // The receiver is passed as it is, a value to a value, a pointer to a pointer, or it is
            // a variable whose address is passed.
            let by_address = method.ptr_recv && self.pointee(recv).is_none();
            if by_address && self.has_call(x) {
                return None;
            }
            let passed = match self.pointee(recv) {
                Some(pointee) if method.ptr_recv => pointee,
                _ => recv,
            };
            let passed = self.m.checker.canonical(passed);
            let plain = !method.is_iface && method.path.is_empty();
            let same = method.owner == passed && !self.is_generic(passed);
            let receiver = Some(x.unparen());
            return (plain && same).then_some(Callee { obj: method.obj, receiver, by_address });
        }
        let (_, obj) = self.func_name_of(fun)?;
        let is_func = matches!(self.m.checker.store.obj(obj).kind, ObjKind::Func(_));
        is_func.then_some(Callee { obj, receiver: None, by_address: false })
    }

    fn is_generic(&self, t: TypeId) -> bool {
        matches!(self.m.checker.store.ty(t), Type::Named(n) if !n.type_args.is_empty())
    }

    /// The declaration of a function that can be inlined; found out once for each.
    fn small(&mut self, obj: ObjId, wanted: Use) -> Option<Rc<FuncDecl>> {
        let known = match wanted {
            Use::Value => self.m.small.get(&obj),
            Use::Statement => self.m.small_statements.get(&obj),
        };
        if let Some(known) = known {
            return known.clone();
        }
        let found = self.m.checker.func_body(obj).filter(|decl| self.is_small(obj, decl, wanted));
        match wanted {
            Use::Value => self.m.small.insert(obj, found.clone()),
            Use::Statement => self.m.small_statements.insert(obj, found.clone()),
        };
        found
    }

    fn is_small(&mut self, obj: ObjId, decl: &FuncDecl, wanted: Use) -> bool {
        let sig = self.m.checker.store.obj(obj).ty;
        let Type::Signature(sig) = self.m.checker.store.ty(sig).clone() else { return false };
        let generic = !sig.type_params.is_empty() || !sig.recv_type_params.is_empty();
        let Some(body) = &decl.body else { return false };
        let named = |obj: &ObjId| !self.m.checker.store.obj(*obj).name.is_empty();
        if generic || sig.variadic {
            return false;
        }
        if wanted == Use::Value && (sig.results.len() > 1 || sig.results.iter().any(named)) {
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
            && self.is_plain_body(&body.stmts, &params, &mut size, wanted)
            && size <= LARGEST
    }

    /// Guards and assignments, perhaps a `return` at the end.
    fn is_plain_body(
        &mut self,
        stmts: &[Stmt],
        params: &[ObjId],
        size: &mut usize,
        wanted: Use,
    ) -> bool {
        stmts.iter().enumerate().all(|(i, stmt)| match &stmt.kind {
            StmtKind::If(guard) => {
                guard.init.is_none()
                    && guard.els.is_none()
                    && self.is_plain(&guard.cond, params, size)
                    && (self.is_plain_body(&guard.then.stmts, params, size, wanted)
                        || wanted == Use::Statement
                            && self.is_plain_call(&guard.then.stmts, params, size))
            }
            StmtKind::Return(values) if wanted == Use::Statement => {
                i + 1 == stmts.len() && values.iter().all(|value| self.has_no_effect(value))
            }
            StmtKind::Return(values) => {
                i + 1 == stmts.len()
                    && values.iter().all(|value| self.is_plain(value, params, size))
            }
            StmtKind::Assign { lhs, op: AssignOp::Assign, rhs, .. }
                if wanted == Use::Statement && self.appends(lhs, rhs, params, size) =>
            {
                true
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

    /// `p.f = append(p.f, x)` or `append(p.f, x...)`.
    fn appends(&mut self, lhs: &[Expr], rhs: &[Expr], params: &[ObjId], size: &mut usize) -> bool {
        let ([field], [call]) = (lhs, rhs) else { return false };
        let ExprKind::Call { fun, args, .. } = &call.kind else { return false };
        let [slice, x] = args.as_slice() else { return false };
        let (ty, x_ty) = (self.ty(field), self.ty(x));
        // What becomes an interface is made where the arguments are.
        self.builtin(fun) == Some(BuiltinId::Append)
            && self.class(ty) == Class::Slice
            && (self.is_number(x_ty)
                || matches!(self.class(x_ty), Class::Str | Class::Slice | Class::Ref))
            && self.same_elem(ty, x_ty)
            && [field, slice].iter().all(|e| {
                self.selection(e).is_some_and(|s| s.indirect) && self.is_plain(e, params, size)
            })
            && self.is_plain(x, params, size)
    }

    /// Whether a value is appended as it is: neither it nor the elements are interfaces.
    fn same_elem(&mut self, slice: TypeId, x: TypeId) -> bool {
        let elem = self.elem(slice);
        self.class(elem) != Class::Iface && self.class(x) != Class::Iface
    }

    /// A guard's body that is one call, of a declared function or method and of plain arguments.
    fn is_plain_call(&mut self, stmts: &[Stmt], params: &[ObjId], size: &mut usize) -> bool {
        let [Stmt { kind: StmtKind::Expr(e), .. }] = stmts else { return false };
        let ExprKind::Call { fun, args, ellipsis, .. } = &e.kind else { return false };
        if ellipsis.is_some() || self.builtin(fun).is_some() || self.is_type(fun) {
            return false;
        }
        let Some(callee) = self.named_callee(fun.unparen()) else { return false };
        !callee.by_address
            && callee.receiver.is_none_or(|receiver| self.is_plain(receiver, params, size))
            && args.iter().all(|arg| self.is_plain_number(arg, params, size))
    }

    /// Whether a value need not be computed if nobody wants it.
    fn has_no_effect(&mut self, e: &Expr) -> bool {
        match &e.kind {
            _ if self.const_value(e).is_some() || self.is_nil(e) => true,
            ExprKind::Name(_) => true,
            ExprKind::Call { fun, args, .. } => {
                self.builtin(fun) == Some(BuiltinId::Len)
                    && args.iter().all(|arg| matches!(arg.kind, ExprKind::Name(_)))
            }
            _ => false,
        }
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
                let pointers = matches!(op, BinaryOp::Eq | BinaryOp::Ne)
                    && self.pointee(x_ty).is_some()
                    && self.pointee(y_ty).is_some();
                let numbers = self.is_number(x_ty)
                    && self.is_number(y_ty)
                    && self.is_safe(*op, x_ty, y, y_ty);
                let simple = numbers || pointers;
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
