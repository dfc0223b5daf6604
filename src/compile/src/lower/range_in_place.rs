//! `for … range f` where f is known: iterator and body are compiled in place.
//!
//! `crate::iterator` says when. The iterator's parameters become variables here, its statements
//! follow in a context of their own, and where it calls `yield` stands the loop's body, back in the
//! context of the function around. `break` leads behind the whole, as the iterator's `return` does;
//! `continue` behind the call of `yield`; all other ways out are those of any loop. Traces name the
//! functions nevertheless, from the table of inlined calls.

use std::rc::Rc;

use gol_bytecode::Reg;
use gol_grammar::ast::{Expr, ExprKind, Name, Range};
use gol_types::{ObjId, Type, TypeId};

use super::call_in_place::Returns;
use super::context::Context;
use super::{Local, Lower, TargetKind};
use crate::builder::Label;
use crate::iterator::{Declared, Iterator};

/// A loop whose body stands where an iterator calls `yield`.
#[derive(Debug)]
pub(super) struct Loop {
    stmt: Range,
    /// The iterator's variable `yield`.
    param: ObjId,
    /// Label of the statement.
    label: Option<Name>,
    /// Behind the loop.
    end: Label,
    /// What traces call the body.
    name: String,
}

impl Lower<'_, '_> {
    pub(super) fn range_in_place(&mut self, stmt: &Range, iterator: &Iterator) {
        let label = self.next_name.take();
        let pinned = self.pin_constants(&[], &[&stmt.body.stmts]);
        let mark = self.b.mark();
        let end = self.b.new_label();
        self.range_bodies += 1;
        let name = format!("{}-range{}", self.name, self.range_bodies);
        let body = Loop { stmt: stmt.clone(), param: iterator.param, label, end, name };
        match &iterator.declared {
            Some(declared) => self.iterate_declared(stmt, declared, iterator, body),
            None => self.iterate_literal(stmt, iterator, body),
        }
        self.b.bind(end);
        self.b.release(mark);
        self.unpin(pinned);
    }

    /// A literal is ranged over: its variables are those around and its own.
    fn iterate_literal(&mut self, stmt: &Range, iterator: &Iterator, body: Loop) {
        self.literals += 1;
        let kind = if self.nested { "" } else { "func" };
        let name = format!("{}.{kind}{}", self.name, self.literals);
        let mut context = Context::new(Rc::clone(&self.shared), name.clone());
        context.locals.clone_from(&self.locals);
        context.views.clone_from(&self.views);
        self.b.set_pos(stmt.range_span.lo);
        let outer = self.b.begin_inlined(name, true);
        self.inside(context, |this| this.iterate(iterator, body));
        self.b.end_inlined(outer);
    }

    fn iterate_declared(
        &mut self,
        stmt: &Range,
        declared: &Declared,
        iterator: &Iterator,
        body: Loop,
    ) {
        let (fun, args, ellipsis) = match &stmt.x.unparen().kind {
            ExprKind::Call { fun, args, ellipsis, .. } if iterator.literal.is_some() => {
                (fun.unparen(), args.as_slice(), ellipsis.is_some())
            }
            _ => (stmt.x.unparen(), &[][..], false),
        };
        let mut found = None;
        let (prepared, order) = self.prepare_by(fun, args, ellipsis, |this| {
            let (key, mut prepared) = this.named_in_place(fun, declared.obj);
            // What is ranged over itself is called with `yield`, which is no value here.
            if iterator.literal.is_some() {
                let ty = this.ty(fun);
                let sig = this.signature(ty);
                this.set_signature(&mut prepared, &sig);
            }
            found = Some(key);
            prepared
        });
        let words = self.arg_words(&prepared);
        let base = self.b.alloc(words, None);
        self.fill_window(&prepared, base, args, ellipsis, None);
        self.end_order(order);
        let Some(key) = found else { return };
        let name = self.m.func_name(&key);
        let context = self.declared_context(&key, &declared.decl, &declared.escapes, name.clone());
        let inner =
            iterator.literal.as_ref().map_or_else(|| name.clone(), |_| format!("{name}.func1"));
        self.b.set_pos(stmt.range_span.lo);
        let outer = self.b.begin_inlined(inner, true);
        self.inside(context, |this| {
            this.bind_arguments(declared.obj, iterator.param, base);
            this.iterate_body(declared, iterator, body);
        });
        self.b.end_inlined(outer);
    }

    fn iterate_body(&mut self, declared: &Declared, iterator: &Iterator, body: Loop) {
        let stmts = declared.decl.body.as_ref().map_or(&[][..], |block| &block.stmts);
        if iterator.literal.is_none() {
            self.begin_yielding(body);
            self.stmts(stmts);
            return;
        }
        let before = stmts.split_last().map_or(&[][..], |(_, before)| before);
        for stmt in before {
            self.stmt(stmt);
        }
        self.iterate(iterator, body);
    }

    /// The body of a literal that calls `yield`.
    fn iterate(&mut self, iterator: &Iterator, body: Loop) {
        self.begin_yielding(body);
        if let Some(literal) = &iterator.literal {
            self.block(&literal.body);
        }
    }

    fn begin_yielding(&mut self, body: Loop) {
        self.returns_to = Some(Returns::to(body.end));
        self.yields = Some(Rc::new(body));
    }

    /// Makes the registers from `base` on the variables of a function's parameters, without `yield`.
    fn bind_arguments(&mut self, func: ObjId, param: ObjId, base: Reg) {
        let sig = self.m.checker.store.obj(func).ty;
        let Type::Signature(sig) = self.m.checker.store.ty(sig).clone() else { return };
        let mut at = base;
        let mut params = Vec::new();
        for &obj in sig.recv.iter().chain(&sig.params) {
            if obj == param {
                continue;
            }
            let ty = self.obj_ty(obj);
            let local = if self.is_mem(ty) { Local::Mem(at) } else { Local::Regs(at) };
            params.push((obj, ty, local));
            at.0 += self.words(ty);
        }
        self.box_params(params);
    }

    // -- Where the iterator calls `yield`

    /// The loop's body in place of a call, if that is one of `yield`; whether it was.
    pub(super) fn yield_in_place(&mut self, call: &Expr) -> bool {
        let Some(body) = self.yields.clone() else { return false };
        let ExprKind::Call { fun, args, .. } = &call.kind else { return false };
        let fun = fun.unparen();
        if self.object(fun.id) != Some(body.param) {
            return false;
        }
        let ty = self.ty(fun);
        let sig = self.signature(ty);
        let types = self.obj_types(&sig.params);
        let mark = self.b.mark();
        let parts: Vec<&Expr> = args.iter().collect();
        let order = self.begin_order(&parts);
        let mut values = Vec::new();
        for (i, (arg, &ty)) in args.iter().zip(&types).enumerate() {
            values.push(self.yielded(&body, i, arg, ty));
        }
        self.end_order(order);
        self.at(call);
        self.outside(|this| this.loop_body(&body, &values, &types));
        self.b.release(mark);
        true
    }

    /// A value for the body. It may stay in a variable of the iterator, which only the iterator can
    /// change, if the body does not change its own.
    fn yielded(&mut self, body: &Loop, index: usize, arg: &Expr, ty: TypeId) -> Reg {
        let borrows = self.outside(|this| {
            let var = this.direct_var(&body.stmt, body.stmt.lhs.get(index));
            var.is_some_and(|(_, var_ty)| var_ty == ty)
        });
        if borrows {
            return self.expr_as(arg, ty, None);
        }
        if body.stmt.lhs.get(index).is_none_or(|e| e.as_name().is_some_and(|n| n == "_")) {
            return self.expr_as(arg, ty, None);
        }
        let reg = self.alloc_value(ty);
        self.expr_as_owned(arg, ty, Some(reg))
    }

    fn loop_body(&mut self, body: &Loop, values: &[Reg], types: &[TypeId]) {
        let call = self.b.begin_inlined(body.name.clone(), true);
        let names = (self.literals, self.wrappers, self.range_bodies, self.nested);
        (self.literals, self.wrappers, self.range_bodies, self.nested) = (0, 0, 0, true);
        let name = std::mem::replace(&mut self.name, body.name.clone());
        let cont = self.b.new_label();
        let stmt = &body.stmt;
        self.b.set_pos(stmt.range_span.lo);
        self.bind_yielded_all(stmt, values, types);
        self.next_name.clone_from(&body.label);
        self.push_target(TargetKind::Loop, Some(body.end), Some(cont));
        self.block(&stmt.body);
        self.targets.pop();
        self.b.bind(cont);
        self.name = name;
        (self.literals, self.wrappers, self.range_bodies, self.nested) = names;
        self.b.end_inlined(call);
    }

    /// Gives the loop's variables what is yielded.
    fn bind_yielded_all(&mut self, stmt: &Range, values: &[Reg], types: &[TypeId]) {
        if let ([key, value], [key_ty, value_ty], true) = (values, types, self.assigns_pair(stmt)) {
            self.assign_pair(stmt, (*key, *key_ty), (*value, *value_ty));
            return;
        }
        for (e, (&reg, &ty)) in stmt.lhs.iter().zip(values.iter().zip(types)) {
            // The value has a register of its own, or may be borrowed: `yielded` has seen to it.
            if stmt.define
                && let Some(obj) = self.defined(e)
                && !self.is_boxed(obj)
                && !self.is_package_var(obj)
                && self.obj_ty(obj) == ty
            {
                let local = if self.is_mem(ty) { Local::Mem(reg) } else { Local::Regs(reg) };
                self.insert_local(obj, ty, local);
                continue;
            }
            self.bind_yielded(stmt, e, reg, ty);
        }
    }
}
