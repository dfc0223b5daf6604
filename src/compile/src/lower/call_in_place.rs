//! Calls of functions whose body can stand in place of the call.
//!
//! `crate::callee` says which: small declared functions and methods, and literals that a variable
//! holds which is only called, or which were passed to a function that was copied for them
//! (`copied`). The operands are evaluated as for a call; they are the parameters, in registers of
//! the caller where the body leaves them alone. Then the body follows in a context of its own,
//! `return` writes the result and jumps behind it. `inline` does the same for bodies so plain that
//! they count as operations; this here is a call in every respect but the frame, and traces show it.

use std::cell::RefCell;
use std::rc::Rc;

use gol_bytecode::{NO_REG, Reg};
use gol_grammar::ast::{Expr, ExprKind, FuncDecl, FuncLit, NodeId, Stmt, StmtKind};
use gol_types::{Basic, ObjId, ObjKind, Store, Type, TypeId};

use super::call::{Callee, Prepared, Receiver};
use super::closure::Captured;
use super::context::Context;
use super::types::Class;
use super::{Local, Lower, Shared};
use crate::builder::Label;
use crate::callee::{self, Declared};
use crate::escape::Escapes;
use crate::module::FuncKey;

/// So many functions may stand in each other.
const DEEPEST: usize = 5;

/// A function that is known where code is made: a literal, and where what it captures is.
pub(super) struct Known {
    pub literal: Rc<FuncLit>,
    pub id: NodeId,
    /// Its type, with the objects that its body uses.
    pub sig: TypeId,
    pub shared: Rc<Shared>,
    pub captured: Vec<Captured>,
    pub name: String,
}

/// What `return` does in a body that stands in place of a call.
#[derive(Debug)]
pub(super) struct Returns {
    end: Label,
    result: Option<(TypeId, Reg)>,
    /// Whether something jumps to the end.
    used: bool,
}

impl Returns {
    pub(super) fn to(end: Label) -> Returns {
        Returns { end, result: None, used: false }
    }
}

/// A body that is going to stand in place of a call.
struct Body<'s> {
    stmts: &'s [Stmt],
    name: String,
    context: Context,
    params: Vec<(ObjId, TypeId, Local)>,
    func: Option<ObjId>,
}

impl Lower<'_, '_> {
    /// The value of a call whose function's body can stand here.
    pub(super) fn value_in_place(
        &mut self,
        e: &Expr,
        fun: &Expr,
        args: &[Expr],
        want: Option<Reg>,
    ) -> Option<Reg> {
        let callee = self.callee_in_place(fun, args)?;
        let fun_ty = self.ty(fun);
        let results = self.signature(fun_ty).results;
        let ty = self.obj_ty(*results.first()?);
        let own = self.alloc_value(ty);
        let mark = self.b.mark();
        let body = self.body_in_place(e, fun, args, &callee);
        // What the body reads must not be overwritten by a part of the result.
        let number = matches!(self.class(ty), Class::Int { .. } | Class::F32 | Class::F64);
        let direct = want.filter(|want| {
            number
                && body
                    .params
                    .iter()
                    .all(|(_, _, local)| !matches!(local, Local::Regs(at) if at == want))
        });
        let dst = direct.unwrap_or(own);
        self.stand_in(e, body, Some((ty, dst)));
        self.b.release(mark);
        self.at(e);
        if direct.is_some() {
            return direct;
        }
        Some(self.move_to(ty, dst, want))
    }

    /// The same for a call as a statement; whether it was one.
    pub(super) fn stmt_in_place(&mut self, e: &Expr, fun: &Expr, args: &[Expr]) -> bool {
        let Some(callee) = self.callee_in_place(fun, args) else { return false };
        let fun_ty = self.ty(fun);
        let results = self.signature(fun_ty).results;
        let mark = self.b.mark();
        let result = results.first().map(|&result| {
            let ty = self.obj_ty(result);
            (ty, self.alloc_value(ty))
        });
        let body = self.body_in_place(e, fun, args, &callee);
        self.stand_in(e, body, result);
        self.b.release(mark);
        self.at(e);
        true
    }

    /// Goes to a label if a call of a function that only returns a condition gives `when`; whether
    /// it was such a call.
    pub(super) fn jump_in_place(&mut self, e: &Expr, label: Label, when: bool) -> bool {
        let ExprKind::Call { fun, args, .. } = &e.kind else { return false };
        if self.is_type(fun) || self.builtin(fun).is_some() || self.early(e).is_some() {
            return false;
        }
        let Some(callee) = self.callee_in_place(fun, args) else { return false };
        let stmts = match &callee {
            CalleeInPlace::Declared(declared) => declared.stmts(),
            CalleeInPlace::Known(known) => &known.literal.body.stmts,
        };
        let [Stmt { kind: StmtKind::Return(values), .. }] = stmts else { return false };
        let [condition] = values.as_slice() else { return false };
        let mark = self.b.mark();
        let body = self.body_in_place(e, fun, args, &callee);
        self.inside_body(e, body, |this, _| {
            this.b.set_pos(condition.span.lo);
            this.jump_on(condition, label, when);
        });
        self.b.release(mark);
        true
    }

    /// The body that can stand in place of a call.
    fn callee_in_place(&mut self, fun: &Expr, args: &[Expr]) -> Option<CalleeInPlace> {
        let fun = fun.unparen();
        if let Some(known) = self.known_function(fun) {
            return Some(CalleeInPlace::Known(known));
        }
        if self.evaluated.contains_key(&fun.id)
            || matches!(args, [arg] if self.is_multi_call(arg))
            || self.standing.len() > DEEPEST
        {
            return None;
        }
        let obj = self.concrete_callee(fun)?;
        if self.standing.contains(&obj) {
            return None;
        }
        let callee = self.m.callee(obj).filter(|callee| callee.is_small)?;
        Some(CalleeInPlace::Declared(callee))
    }

    /// The known function that a name stands for.
    pub(super) fn known_function(&self, e: &Expr) -> Option<Rc<Known>> {
        let e = e.unparen();
        let ExprKind::Name(_) = &e.kind else { return None };
        self.known.get(&self.object(e.id)?).cloned()
    }

    /// The declared function or method that an expression names for the type arguments at hand.
    pub(super) fn concrete_callee(&mut self, fun: &Expr) -> Option<ObjId> {
        let target = match &fun.kind {
            ExprKind::Index { x, .. } => x.unparen(),
            _ => fun,
        };
        if let ExprKind::Selector { x, sel } = &target.kind
            && let Some(selection) = self.selection(target)
        {
            if selection.kind != gol_types::SelectionKind::Method
                || self.evaluated.contains_key(&x.id)
            {
                return None;
            }
            let recv = self.ty(x);
            let pkg = self.m.checker.store.obj(selection.obj).pkg;
            let method = self.m.find_method(recv, pkg, &sel.name)?;
            return (!method.is_iface).then_some(method.obj);
        }
        let (_, obj) = self.func_name_of(target)?;
        matches!(self.m.checker.store.obj(obj).kind, ObjKind::Func(_)).then_some(obj)
    }

    /// Evaluates the operands of a call.
    fn body_in_place<'c>(
        &mut self,
        e: &Expr,
        fun: &Expr,
        args: &[Expr],
        callee: &'c CalleeInPlace,
    ) -> Body<'c> {
        let fun = fun.unparen();
        let mut key = None;
        let (prepared, order) = self.prepare_by(fun, args, false, |this| match callee {
            CalleeInPlace::Known(_) => Prepared::new(Callee::Closure(NO_REG), Receiver::None, 0),
            CalleeInPlace::Declared(declared) => {
                let (found, prepared) = this.named_in_place(fun, declared.obj);
                key = Some(found);
                prepared
            }
        });
        let ty = self.ty(fun);
        let types = self.signature(ty).params;
        let types = self.obj_types(&types);
        let (objs, escapes) = self.params_in_place(callee);
        let mut objs = objs.into_iter();
        let mut params = Vec::new();
        if let CalleeInPlace::Declared(declared) = callee
            && declared.has_recv
            && let Some(obj) = objs.next()
        {
            let changes = escapes.is_changed(obj);
            params.push((obj, self.receiver_in_place(&prepared.receiver, changes)));
        }
        let mut known = Vec::new();
        for ((arg, &ty), obj) in args.iter().zip(&types).zip(objs) {
            if let Some(function) = self.argument_in_place(arg, obj, &escapes) {
                known.push((obj, function));
                continue;
            }
            let changes = escapes.is_changed(obj);
            params.push((obj, self.operand_in_place(arg, ty, changes)));
        }
        self.end_order(order);
        self.at(e);
        let mut body = self.body_of(callee, key);
        body.context.known.extend(known);
        body.params = params.into_iter().map(|(obj, (ty, local))| (obj, ty, local)).collect();
        body
    }

    /// The parameters of a function, receiver first, and what is known of its variables.
    fn params_in_place(&mut self, callee: &CalleeInPlace) -> (Vec<ObjId>, Rc<Escapes>) {
        match callee {
            CalleeInPlace::Declared(declared) => {
                (declared.params.clone(), Rc::clone(&declared.escapes))
            }
            CalleeInPlace::Known(known) => {
                let params = match self.m.checker.store.ty(known.sig) {
                    Type::Signature(sig) => sig.params.clone(),
                    _ => Vec::new(),
                };
                (params, Rc::clone(&known.shared.esc))
            }
        }
    }

    fn body_of<'c>(&mut self, callee: &'c CalleeInPlace, key: Option<FuncKey>) -> Body<'c> {
        let (stmts, func, name, mut context) = match callee {
            CalleeInPlace::Known(known) => {
                let context = Context::new(Rc::clone(&known.shared), known.name.clone());
                (&known.literal.body.stmts[..], None, known.name.clone(), context)
            }
            CalleeInPlace::Declared(declared) => {
                let key = key.unwrap_or(FuncKey { obj: declared.obj, type_args: Vec::new() });
                let name = self.m.func_name(&key);
                let (decl, escapes) = (&declared.decl, &declared.escapes);
                let context = self.declared_context(&key, decl, escapes, name.clone());
                (declared.stmts(), Some(declared.obj), name, context)
            }
        };
        if let CalleeInPlace::Known(known) = callee {
            context.locals.extend(known.captured.iter().map(|c| (c.obj, c.local)));
        }
        Body { stmts, name, context, params: Vec::new(), func }
    }

    /// A literal as the argument for a parameter that is only called, if its body can stand there.
    fn argument_in_place(
        &mut self,
        arg: &Expr,
        param: ObjId,
        escapes: &Escapes,
    ) -> Option<Rc<Known>> {
        let calls = escapes.only_called(param)?;
        if let Some(known) = self.known_function(arg) {
            return Some(known);
        }
        if !matches!(arg.unparen().kind, ExprKind::Func(_)) {
            return None;
        }
        self.m.passes_on(&calls.passed, false)?;
        self.known_literal(arg)
    }

    /// A literal whose body can stand in place of calls.
    pub(super) fn known_literal(&mut self, e: &Expr) -> Option<Rc<Known>> {
        let e = e.unparen();
        let ExprKind::Func(literal) = &e.kind else { return None };
        if !callee::is_small_literal(self.m.checker, literal) {
            return None;
        }
        let ty = self.ty(e);
        let sig = self.m.checker.info.of(e.id).map_or(ty, |tv| tv.ty);
        self.literals += 1;
        let kind = if self.nested { "" } else { "func" };
        let name = format!("{}.{kind}{}", self.name, self.literals);
        let captured = self.captured(e.id);
        let (literal, shared) = (Rc::clone(literal), Rc::clone(&self.shared));
        Some(Rc::new(Known { literal, id: e.id, sig, shared, captured, name }))
    }

    /// An operand: where it lies, if the body leaves it alone, else a copy.
    fn operand_in_place(&mut self, arg: &Expr, ty: TypeId, changes: bool) -> (TypeId, Local) {
        if self.is_mem(ty) {
            let reg = self.alloc_value(ty);
            return (ty, Local::Mem(self.expr_as_owned(arg, ty, Some(reg))));
        }
        if changes {
            let reg = self.alloc_value(ty);
            return (ty, Local::Regs(self.expr_as_owned(arg, ty, Some(reg))));
        }
        (ty, Local::Regs(self.expr_as(arg, ty, None)))
    }

    fn receiver_in_place(&mut self, receiver: &Receiver, changes: bool) -> (TypeId, Local) {
        let ty = match receiver {
            Receiver::Value(place) | Receiver::Address(place) => place.ty,
            Receiver::None | Receiver::Left => {
                return (Store::basic(Basic::Invalid), Local::Regs(NO_REG));
            }
        };
        match receiver {
            Receiver::Value(place) if self.is_mem(ty) || changes => {
                let reg = self.alloc_value(ty);
                let prepared = Prepared::new(Callee::Closure(NO_REG), receiver.clone(), 0);
                self.fill_receiver(&prepared, reg);
                let local = if self.is_mem(ty) { Local::Mem(reg) } else { Local::Regs(reg) };
                (place.ty, local)
            }
            Receiver::Value(place) => (ty, Local::Regs(self.load(place, None))),
            _ => {
                let Receiver::Address(place) = receiver else { return (ty, Local::Regs(NO_REG)) };
                let pointer = self.made(Type::Pointer(ty));
                let reg = if changes { Some(self.alloc_pointer()) } else { None };
                (pointer, Local::Regs(self.address(place, reg)))
            }
        }
    }

    // -- The body

    /// A body with its result in registers.
    fn stand_in(&mut self, e: &Expr, body: Body<'_>, result: Option<(TypeId, Reg)>) {
        let end = self.b.new_label();
        let used = self.inside_body(e, body, |this, stmts| {
            this.returns_to = Some(Returns { end, result, used: false });
            let Some((last, before)) = stmts.split_last() else { return false };
            let mark = this.b.mark();
            for stmt in before {
                this.stmt(stmt);
            }
            match &last.kind {
                StmtKind::Return(values) => {
                    this.b.set_pos(last.span.lo);
                    this.write_result(values);
                }
                _ => this.stmt(last),
            }
            this.b.release(mark);
            this.returns_to.as_ref().is_some_and(|returns| returns.used)
        });
        if used {
            self.b.bind(end);
        }
    }

    fn inside_body<R>(
        &mut self,
        e: &Expr,
        body: Body<'_>,
        translate: impl FnOnce(&mut Self, &[Stmt]) -> R,
    ) -> R {
        let Body { stmts, name, context, params, func } = body;
        self.at(e);
        let outer = self.b.begin_inlined(name, !params.is_empty());
        self.standing.extend(func);
        let result = self.inside(context, |this| {
            this.box_params(params);
            translate(this, stmts)
        });
        if func.is_some() {
            self.standing.pop();
        }
        self.b.end_inlined(outer);
        result
    }

    /// `return` in a body that stands in place of a call.
    pub(super) fn return_in_place(&mut self, values: &[Expr]) {
        self.write_result(values);
        if let Some(returns) = &mut self.returns_to {
            returns.used = true;
            let end = returns.end;
            self.b.jump(end);
        }
    }

    fn write_result(&mut self, values: &[Expr]) {
        let result = self.returns_to.as_ref().and_then(|returns| returns.result);
        if let (Some((ty, dst)), [value]) = (result, values) {
            let mark = self.b.mark();
            self.expr_as_owned(value, ty, Some(dst));
            self.b.release(mark);
        }
    }

    // -- Declared functions

    /// What is known of the function that an expression names, its receiver evaluated.
    pub(super) fn named_in_place(&mut self, fun: &Expr, obj: ObjId) -> (FuncKey, Prepared) {
        let target = match &fun.kind {
            ExprKind::Index { x, .. } => x.unparen(),
            _ => fun,
        };
        let unlinked = Callee::Closure(Reg(0));
        if let ExprKind::Selector { x, sel } = &target.kind
            && let Some(selection) = self.selection(target)
        {
            let recv = self.ty(x);
            let pkg = self.m.checker.store.obj(selection.obj).pkg;
            if let Some(method) = self.m.find_method(recv, pkg, &sel.name) {
                let own_args = self.instance_args(sel.id);
                let key = self.m.method_key(&method, &own_args);
                let (receiver, words) = self.receiver_of(&method, x, fun);
                return (key, Prepared::new(unlinked, receiver, words));
            }
        }
        let id = match &target.kind {
            ExprKind::Selector { sel, .. } => sel.id,
            _ => target.id,
        };
        let type_args = self.instance_args(id);
        let key = FuncKey { obj, type_args };
        (key, Prepared::new(unlinked, Receiver::None, 0))
    }

    /// The context of a declared function's code.
    pub(super) fn declared_context(
        &mut self,
        key: &FuncKey,
        decl: &FuncDecl,
        escapes: &Rc<Escapes>,
        name: String,
    ) -> Context {
        let shared = self.declared_shared(key, decl, escapes);
        Context::new(shared, name)
    }

    pub(super) fn declared_shared(
        &mut self,
        key: &FuncKey,
        decl: &FuncDecl,
        escapes: &Rc<Escapes>,
    ) -> Rc<Shared> {
        self.m.use_in_place(key.obj);
        let (type_params, type_args) = match &decl.body {
            Some(body) => self.m.body_env(key, body),
            None => (Rc::from([]), Vec::new()),
        };
        Rc::new(Shared {
            esc: Rc::clone(escapes),
            type_params,
            type_args,
            boxed: RefCell::default(),
            trusted: self.m.is_std(key.obj),
        })
    }
}

/// A function whose body can stand in place of a call.
enum CalleeInPlace {
    Declared(Rc<Declared>),
    Known(Rc<Known>),
}
