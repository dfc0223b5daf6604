//! Calls of small functions, in place.
//!
//! What is inlined can neither panic nor call: a chain of `if c { return x }` that ends in
//! `return y`, whose expressions are arithmetic, comparisons, conversions between numbers, fields
//! and composite values of parameters. So no trace can ever miss the frame that is not there.

use std::rc::Rc;

use gol_bytecode::{Reg, Repr};
use gol_grammar::ast::{BinaryOp, Expr, ExprKind, FuncDecl, Stmt, StmtKind, UnaryOp};
use gol_types::{ObjId, ObjKind, SelectionKind, Type, TypeId};

use super::types::Class;
use super::{Local, Lower};

/// The largest body that is inlined, in expression nodes.
const LARGEST: usize = 40;

/// A function that may be small enough, as a call names it.
struct Callee<'e> {
    obj: ObjId,
    receiver: Option<&'e Expr>,
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
        let callee = self.named_callee(fun.unparen())?;
        let decl = self.small(callee.obj)?;
        let sig = self.m.checker.store.obj(callee.obj).ty;
        let Type::Signature(sig) = self.m.checker.store.ty(sig).clone() else { return None };
        let params: Vec<ObjId> = sig.recv.iter().chain(&sig.params).copied().collect();
        let operands: Vec<&Expr> = callee.receiver.into_iter().chain(args).collect();
        if params.len() != operands.len() || operands.iter().any(|e| self.is_multi_call(e)) {
            return None;
        }
        // Calls among several operands are made in an order that the call proper knows.
        if operands.len() > 1 && operands.iter().any(|e| self.has_call(e)) {
            return None;
        }
        let ty = self.obj_ty(*sig.results.first()?);
        // A number is written when all that it is made of has been read.
        let direct = matches!(self.class(ty), Class::Int { .. } | Class::F32 | Class::F64);
        let dst = self.dst(ty, want.filter(|_| direct));
        let mark = self.b.mark();
        let mut values = Vec::new();
        for (&param, operand) in params.iter().zip(operands) {
            let ty = self.obj_ty(param);
            values.push(self.expr_as(operand, ty, None));
        }
        for (&param, value) in params.iter().zip(values) {
            self.locals.insert(param, Local::Regs(value));
        }
        self.in_place(&decl.body.as_ref()?.stmts, ty, dst);
        for param in &params {
            self.locals.remove(param);
        }
        self.b.release(mark);
        self.at(e);
        Some(self.move_to(ty, dst, want))
    }

    /// The declaration of what a call of `fun` is replaced by, if it is small enough.
    pub(super) fn inlined_body(&mut self, fun: &Expr) -> Option<Rc<FuncDecl>> {
        let callee = self.named_callee(fun)?;
        self.small(callee.obj)
    }

    /// The body, with the result in a register.
    fn in_place(&mut self, stmts: &[Stmt], ty: TypeId, dst: Reg) {
        let end = self.b.new_label();
        for stmt in stmts {
            match &stmt.kind {
                StmtKind::If(guard) => {
                    let next = self.b.new_label();
                    self.jump_unless(&guard.cond, next);
                    self.in_place(&guard.then.stmts, ty, dst);
                    self.b.jump(end);
                    self.b.bind(next);
                }
                StmtKind::Return(values) => {
                    let mark = self.b.mark();
                    for value in values {
                        self.expr_as(value, ty, Some(dst));
                    }
                    self.b.release(mark);
                }
                _ => {}
            }
        }
        if stmts.len() > 1 {
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
            let plain = !method.is_iface && !method.ptr_recv && method.path.is_empty();
            let same = method.owner == recv && !self.is_generic(recv);
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
        let (Some(body), [result]) = (&decl.body, &sig.results[..]) else { return false };
        let named = !self.m.checker.store.obj(*result).name.is_empty();
        if generic || sig.variadic || named {
            return false;
        }
        let params: Vec<ObjId> = sig.recv.iter().chain(&sig.params).copied().collect();
        let in_registers = params.iter().chain([result]).all(|&obj| {
            let ty = self.obj_ty(obj);
            self.m.repr(ty).repr == Repr::Regs && self.words(ty) > 0
        });
        let mut size = 0;
        in_registers && self.is_plain_body(&body.stmts, &params, &mut size) && size <= LARGEST
    }

    /// Guards, then a `return`.
    fn is_plain_body(&mut self, stmts: &[Stmt], params: &[ObjId], size: &mut usize) -> bool {
        let Some((last, guards)) = stmts.split_last() else { return false };
        let StmtKind::Return(values) = &last.kind else { return false };
        let [value] = values.as_slice() else { return false };
        guards.iter().all(|stmt| match &stmt.kind {
            StmtKind::If(guard) => {
                guard.init.is_none()
                    && guard.els.is_none()
                    && self.is_plain(&guard.cond, params, size)
                    && self.is_plain_body(&guard.then.stmts, params, size)
            }
            _ => false,
        }) && self.is_plain(value, params, size)
    }

    /// Whether an expression can neither panic nor call, and reads nothing but parameters.
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
                let field = self
                    .selection(e)
                    .is_some_and(|s| s.kind == SelectionKind::Field && !s.indirect);
                let ty = self.ty(x);
                field && self.class(ty) == Class::Struct && self.is_plain(x, params, size)
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
