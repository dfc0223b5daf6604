//! Functions that are copied for a literal which is passed to them.
//!
//! `sort.Slice(x, func(i, j int) bool { … })` compares with a function that is known here. So it
//! calls a copy of `sort.Slice` in which the parameter is that literal: it has no value, its body
//! stands where it is called, and what it captures are further parameters of the copy. `crate::callee`
//! says for which functions that works. Where they pass the parameter on, to themselves or others,
//! these are copied as well.

use std::rc::Rc;

use gol_bytecode::{FuncIdx, Function, Reg, op};
use gol_grammar::ast::{Expr, ExprKind};
use gol_types::{ObjId, Signature, Type, TypeId};

use rustc_hash::FxHashMap as HashMap;

use super::call_in_place::Known;
use super::closure::Captured;
use super::{Local, Lower};
use crate::callee::Declared;
use crate::module::FuncKey;

/// A literal as an argument: which one it is.
type Literals = Vec<(usize, Rc<Known>)>;

/// Copies by function and literals: each literal's node, and the types around it.
#[derive(Default)]
pub(super) struct Copies {
    found: HashMap<CopyKey, FuncIdx>,
    /// Keeps alive what keys are made of.
    literals: Vec<Rc<Known>>,
}

#[derive(PartialEq, Eq, Hash)]
struct CopyKey {
    func: FuncKey,
    literals: Vec<(usize, u32, usize)>,
}

impl Lower<'_, '_> {
    /// A call to which known functions are passed; as `call`.
    pub(super) fn call_of_copy(&mut self, e: &Expr) -> Option<(Reg, Vec<TypeId>)> {
        let ExprKind::Call { fun, args, ellipsis: None, .. } = &e.kind else { return None };
        let fun = fun.unparen();
        let (declared, literals) = self.passed_literals(fun, args)?;
        let is_value = |i: usize| literals.iter().all(|&(at, _)| at != i);
        let mut found = None;
        let (mut prepared, order) = self.prepare_by(fun, args, false, |this| {
            let (key, prepared) = this.named_in_place(fun, declared.obj);
            found = Some(key);
            prepared
        });
        let key = found?;
        let ty = self.ty(fun);
        let sig = self.signature(ty);
        self.set_signature(&mut prepared, &sig);
        let params: Vec<(usize, TypeId)> =
            prepared.params.iter().copied().enumerate().filter(|&(i, _)| is_value(i)).collect();
        let mut words = prepared.receiver_words;
        for &(_, ty) in &params {
            words += self.words(ty);
        }
        for (_, known) in &literals {
            words += self.captured_words(&known.captured);
        }
        let results = self.total_words(&prepared.results);
        let base = self.b.alloc_call(words.max(results));
        self.fill_receiver(&prepared, base);
        let mut at = Reg(base.0 + prepared.receiver_words);
        for (i, ty) in params {
            let mark = self.b.mark();
            self.expr_as_owned(&args[i], ty, Some(at));
            self.b.release(mark);
            at.0 += self.words(ty);
        }
        for (_, known) in &literals {
            at = self.fill_captured(&known.captured, at);
        }
        self.end_order(order);
        let func = self.copy_for(&key, &declared, &literals);
        self.at(e);
        self.b.emit(op::Call { base, func });
        Some((base, prepared.results))
    }

    /// The literals among the arguments for which the called function is to be copied.
    fn passed_literals(&mut self, fun: &Expr, args: &[Expr]) -> Option<(Rc<Declared>, Literals)> {
        let is_literal = |e: &Expr| matches!(e.unparen().kind, ExprKind::Func(_));
        let any = args.iter().any(|arg| is_literal(arg) || self.known_function(arg).is_some());
        if !any || self.evaluated.contains_key(&fun.id) {
            return None;
        }
        let obj = self.concrete_callee(fun)?;
        let declared = self.m.callee(obj)?;
        let mut literals = Vec::new();
        for (i, arg) in args.iter().enumerate() {
            if self.early(arg).is_some() {
                continue;
            }
            if let Some(known) = self.known_function(arg) {
                literals.push((i, known));
            } else if is_literal(arg)
                && self.m.calls_argument(obj, i) == Some(true)
                && let Some(known) = self.known_literal(arg)
            {
                literals.push((i, known));
            }
        }
        (!literals.is_empty()).then_some((declared, literals))
    }

    /// The copy of a function in which some parameters are known.
    fn copy_for(&mut self, key: &FuncKey, declared: &Declared, literals: &Literals) -> FuncIdx {
        let named = literals
            .iter()
            .map(|(i, known)| (*i, known.id.0, Rc::as_ptr(&known.shared).cast::<u8>().addr()));
        let copy = CopyKey { func: key.clone(), literals: named.collect() };
        if let Some(&idx) = self.copies.borrow().found.get(&copy) {
            return idx;
        }
        let idx = self.m.add_func(Function::default());
        {
            let mut copies = self.copies.borrow_mut();
            copies.found.insert(copy, idx);
            copies.literals.extend(literals.iter().map(|(_, known)| Rc::clone(known)));
        }
        let name = self.m.func_name(key);
        let shared = self.declared_shared(key, &declared.decl, &declared.escapes);
        let copies = Rc::clone(&self.copies);
        let mut inner = Lower::new(&mut *self.m, shared, name);
        inner.copies = copies;
        inner.standing.push(key.obj);
        inner.b.func.pos = declared.decl.span.lo;
        inner.b.set_pos(declared.decl.span.lo);
        inner.copied(declared, literals);
        let mut function = inner.finish();
        function.flags.is_std = self.m.is_std(key.obj);
        self.m.program.functions[idx.0 as usize] = function;
        idx
    }

    fn copied(&mut self, declared: &Declared, literals: &Literals) {
        let sig = self.m.checker.store.obj(declared.obj).ty;
        let Type::Signature(sig) = self.m.checker.store.ty(sig).clone() else { return };
        let known: HashMap<ObjId, &Rc<Known>> =
            literals.iter().filter_map(|(i, known)| Some((declared.param(*i)?, known))).collect();
        let values: Vec<ObjId> =
            declared.params.iter().copied().filter(|param| !known.contains_key(param)).collect();
        let boxes = self.alloc_params(&values);
        for (i, function) in literals {
            let captured = self.captures_as_params(&function.captured);
            if let Some(param) = declared.param(*i) {
                self.known.insert(param, Rc::new(function.with(captured)));
            }
        }
        self.box_params(boxes);
        self.copied_body(&sig, declared);
    }

    fn copied_body(&mut self, sig: &Signature, declared: &Declared) {
        if let Some(body) = &declared.decl.body {
            self.body(sig, body);
        }
    }

    /// Makes what a literal captures the next parameters.
    fn captures_as_params(&mut self, captured: &[Captured]) -> Vec<Captured> {
        let mut own = Vec::new();
        for c in captured {
            let local = match c.local {
                Local::Regs(_) => Local::Regs(self.alloc_value(c.ty)),
                Local::Boxed(_) => Local::Boxed(self.alloc_pointer()),
                Local::Mem(_) => Local::Mem(self.alloc_pointer()),
            };
            own.push(Captured { local, ..*c });
        }
        let words = self.captured_words(&own);
        self.b.func.captured_params += words;
        self.b.func.param_words += words;
        own
    }
}

impl Known {
    /// The same where what it captures lies elsewhere.
    fn with(&self, captured: Vec<Captured>) -> Known {
        Known {
            literal: Rc::clone(&self.literal),
            id: self.id,
            sig: self.sig,
            shared: Rc::clone(&self.shared),
            captured,
            name: self.name.clone(),
        }
    }
}
