//! `for … range f`: the body becomes a closure that f calls.
//!
//! Two words in boxes tie the body to the loop. `state` guards the body against being called when
//! it must not be; `next` says how to go on when f has returned: 0 behind the loop, else the code
//! of an [`Exit`]. Results that the body returns are stored in the result variables, which are
//! boxed for that. What the body defers is kept in a list, which one deferred call of the function
//! around runs.

use std::rc::Rc;

use gol_bytecode::{FuncIdx, Reg, op};
use gol_grammar::ast::{Expr, Range, StmtKind};
use gol_types::{Basic, Signature, Store, TypeId};

use super::branch::labels_in;
use super::closure::Captured;
use super::place::Place;
use super::stmt::any_stmt;
use super::{Exit, Local, Lower, RangeBody, TargetKind};
use crate::builder::Cond;

/// Values of the state word; natives know them as `runtime.panicrange` takes them.
const READY: i32 = 0;
const DONE: i32 = 1;
const RUNNING: i32 = 2;
const EXHAUSTED: i32 = 3;
/// The iterator swallowed a panic of the body.
const SWALLOWED: i32 = 4;

impl Lower<'_, '_> {
    pub(super) fn range_func(&mut self, stmt: &Range, yield_of: &Signature) {
        let iterator = self.expr(&stmt.x, None);
        let int = Store::basic(Basic::Int);
        let state = self.new_int_box(int);
        let (next, exits) = match &self.range_body {
            Some(range) => (range.next, Rc::clone(&range.exits)),
            None => (self.new_int_box(int), Rc::default()),
        };
        self.prepare_deferred(stmt);
        let params = yield_of.params.first().map(|&f| self.obj_ty(f));
        let params = params.map(|f| self.signature(f).params).unwrap_or_default();
        let params = self.obj_types(&params);
        let captured = self.captured(stmt.body.id);
        let results = self.result_locals();
        let mut extra = vec![state, next];
        extra.extend(self.deferred);
        let frame = self.frame_for_recover();
        extra.extend(frame);
        extra.extend(results.iter().map(|&(_, local)| address_of(local)));
        let func = self.range_closure(stmt, &params, &captured, &results, &exits);
        let base = self.b.alloc_closure_call(1);
        self.new_closure(func, &captured, &extra, Some(base));
        self.b.set_pos(stmt.range_span.lo);
        self.b.emit(op::CallClosure { base, closure: iterator });
        let used = exits.borrow().clone();
        self.after_range(state, next, &used);
    }

    /// The frame for which `recover` in the loop's body answers, if it is called there at all.
    fn frame_for_recover(&mut self) -> Option<Reg> {
        if !self.shared.esc.recovers {
            return None;
        }
        Some(self.this_frame())
    }

    /// The frame of the function around, which is this one if it is no loop body itself.
    pub(super) fn this_frame(&mut self) -> Reg {
        if let Some(frame) = self.recover_frame {
            return frame;
        }
        let dst = self.alloc_word();
        self.b.func.flags.keeps_frame = true;
        self.b.emit(op::ThisFrame { dst });
        dst
    }

    fn new_int_box(&mut self, int: TypeId) -> Reg {
        let dst = self.alloc_pointer();
        let ty = self.type_idx(int);
        self.b.emit(op::New { dst, ty });
        dst
    }

    /// Compiles the body.
    fn range_closure(
        &mut self,
        stmt: &Range,
        params: &[TypeId],
        captured: &[Captured],
        results: &[(TypeId, Local)],
        exits: &Rc<std::cell::RefCell<Vec<Exit>>>,
    ) -> FuncIdx {
        self.range_bodies += 1;
        let name = format!("{}-range{}", self.name, self.range_bodies);
        let mut outer = self.range_body.as_ref().map(|r| r.outer.clone()).unwrap_or_default();
        outer.extend(self.targets.iter().cloned());
        let label = self.next_name.take();
        let (has_deferred, recovers) = (self.deferred.is_some(), self.shared.esc.recovers);
        let next_target = Rc::clone(&self.next_target);
        let function = {
            let mut inner = Lower::new(&mut *self.m, Rc::clone(&self.shared), name);
            inner.next_target = next_target;
            inner.next_name = label;
            inner.nested = true;
            inner.b.func.pos = stmt.range_span.lo;
            inner.b.set_pos(stmt.range_span.lo);
            let plan = Plan { params, captured, results, outer, exits, has_deferred, recovers };
            inner.range_body_function(stmt, plan);
            inner.finish()
        };
        self.m.add_func(function)
    }

    /// What follows the call of the iterator.
    fn after_range(&mut self, state: Reg, next: Reg, exits: &[Exit]) {
        let mark = self.b.mark();
        let (fine, end) = (self.b.new_label(), self.b.new_label());
        let value = self.load_box(state);
        self.b.jump_if(Cond::NeImm(value, RUNNING as i16), fine);
        self.panic_range(SWALLOWED);
        self.b.bind(fine);
        self.store_box(state, EXHAUSTED);
        if exits.is_empty() {
            self.b.release(mark);
            return;
        }
        let code = self.load_box(next);
        self.b.jump_if(Cond::EqImm(code, 0), end);
        for (i, exit) in exits.iter().enumerate() {
            let other = self.b.new_label();
            self.b.jump_if(Cond::NeImm(code, i as i16 + 1), other);
            if self.ends_here(exit) {
                self.store_box(next, 0);
            }
            self.take_exit(exit);
            self.b.bind(other);
        }
        self.b.bind(end);
        self.b.release(mark);
    }

    /// Whether an exit leads to a place in this function.
    fn ends_here(&self, exit: &Exit) -> bool {
        let Some(range) = &self.range_body else { return true };
        match exit {
            Exit::Return => false,
            Exit::Break(id) | Exit::Continue(id) => self.targets.iter().any(|t| t.id == *id),
            Exit::Goto(name) => range.labels.contains(name),
        }
    }

    fn load_box(&mut self, ptr: Reg) -> Reg {
        let dst = self.alloc_word();
        self.b.emit(op::Load64 { dst, ptr, off: 0 });
        dst
    }

    fn store_box(&mut self, ptr: Reg, value: i32) {
        let mark = self.b.mark();
        let a = self.load_int(i64::from(value), None);
        self.b.emit(op::Store64 { ptr, off: 0, a });
        self.b.release(mark);
    }

    /// Panics as Go does when body or iterator misbehave; the native takes the state.
    fn panic_range(&mut self, state: i32) {
        let mark = self.b.mark();
        let base = self.b.alloc_call(1);
        self.b.emit(op::LoadInt { dst: base, value: state });
        self.call_panic_range(base);
        self.b.release(mark);
    }

    fn call_panic_range(&mut self, base: Reg) {
        let native = self.m.native("runtime.panicrange");
        self.b.emit(op::CallNative { base, native });
    }

    // -- In the body

    fn range_body_function(&mut self, stmt: &Range, plan: Plan) {
        let mut regs = Vec::new();
        for &ty in plan.params {
            regs.push(self.alloc_value(ty));
            self.b.func.param_words += self.words(ty);
        }
        self.b.func.result_words = 1;
        let fixed = 2 + usize::from(plan.has_deferred) + usize::from(plan.recovers);
        let extra = self.load_captures(plan.captured, (fixed + plan.results.len()) as u16);
        let (state, next) = (extra[0], extra[1]);
        self.deferred = plan.has_deferred.then(|| extra[2]);
        self.recover_frame = plan.recovers.then(|| extra[fixed - 1]);
        let boxes = extra[fixed..].iter();
        let results = plan.results.iter().zip(boxes).map(|(&(ty, local), &reg)| match local {
            Local::Mem(_) => (ty, Local::Mem(reg)),
            _ => (ty, Local::Boxed(reg)),
        });
        self.range_body = Some(RangeBody {
            state,
            next,
            results: results.collect(),
            outer: plan.outer,
            exits: Rc::clone(plan.exits),
            labels: labels_in(&stmt.body),
        });
        self.b.set_pos(stmt.range_span.lo);
        self.enter_range_body();
        if let ([key, value], [key_ty, value_ty], true) =
            (&regs[..], plan.params, self.assigns_pair(stmt))
        {
            self.assign_pair(stmt, (*key, *key_ty), (*value, *value_ty));
            regs.clear();
        }
        for (i, (&reg, &ty)) in regs.iter().zip(plan.params).enumerate() {
            if let Some(e) = stmt.lhs.get(i) {
                self.bind_yielded(stmt, e, reg, ty);
            }
        }
        self.push_target(TargetKind::RangeBody, None, None);
        self.block(&stmt.body);
        self.b.set_pos(stmt.body.rbrace.lo);
        self.end_range_body(true);
    }

    pub(super) fn bind_yielded(&mut self, stmt: &Range, e: &Expr, reg: Reg, ty: TypeId) {
        if e.as_name().is_some_and(|n| n == "_") {
            return;
        }
        if stmt.define {
            if let Some(obj) = self.defined(e) {
                self.define_reg(obj, reg, ty, true);
            }
            return;
        }
        let mark = self.b.mark();
        let place = self.target_place(e);
        let value = self.convert_assigned(reg, ty, place.ty, None);
        self.store(&place, value, true);
        self.b.release(mark);
    }

    /// The body may only be called when the loop waits for it.
    fn enter_range_body(&mut self) {
        let Some(range) = &self.range_body else { return };
        let state = range.state;
        let mark = self.b.mark();
        let ready = self.b.new_label();
        let base = self.b.alloc_call(1);
        self.b.emit(op::Load64 { dst: base, ptr: state, off: 0 });
        self.b.jump_if(Cond::EqImm(base, READY as i16), ready);
        self.call_panic_range(base);
        self.b.bind(ready);
        self.store_box(state, RUNNING);
        self.b.release(mark);
    }

    /// Ends the body's call: on with the iteration or not.
    pub(super) fn end_range_body(&mut self, go_on: bool) {
        let Some(range) = &self.range_body else { return };
        let state = range.state;
        let mark = self.b.mark();
        self.store_box(state, if go_on { READY } else { DONE });
        let a = self.load_int(i64::from(go_on), None);
        self.b.emit(op::Return1 { a });
        self.b.release(mark);
    }

    /// Leaves the loop for somewhere outside of it.
    pub(super) fn leave_range_body(&mut self, exit: Exit) {
        let Some(range) = &self.range_body else { return };
        let next = range.next;
        let mut exits = range.exits.borrow_mut();
        let code = match exits.iter().position(|e| *e == exit) {
            Some(at) => at + 1,
            None => {
                exits.push(exit);
                exits.len()
            }
        };
        drop(exits);
        self.store_box(next, code as i32);
        self.end_range_body(false);
    }

    pub(super) fn return_from_range_body(&mut self, values: &[Expr]) {
        let vars = self.result_locals();
        self.store_results(&vars, values);
        self.leave_range_body(Exit::Return);
    }

    // -- Defer in bodies

    /// In a function whose loop body defers: makes the list, and the deferred call that runs it.
    fn prepare_deferred(&mut self, stmt: &Range) {
        let defers = any_stmt(&stmt.body.stmts, &mut |s| matches!(s.kind, StmtKind::Defer(_)));
        if !defers || self.range_body.is_some() {
            return;
        }
        let list_ty = self.deferred_list_type();
        let list = self.alloc_pointer();
        let ty = self.type_idx(list_ty);
        self.b.emit(op::New { dst: list, ty });
        self.deferred = Some(list);
        let runner = self.deferred_runner(list_ty);
        let mark = self.b.mark();
        let closure = self.alloc_pointer();
        self.b.emit(op::NewClosure { dst: closure, a: list, n: 1, func: runner });
        self.b.emit(op::DeferClosure { base: closure, n: 0, closure });
        self.b.release(mark);
    }

    /// `[]func()`.
    fn deferred_list_type(&mut self) -> TypeId {
        let func = self.made(gol_types::Type::Signature(Signature {
            recv: None,
            type_params: Vec::new(),
            recv_type_params: Vec::new(),
            params: Vec::new(),
            results: Vec::new(),
            variadic: false,
        }));
        self.slice_of(func)
    }

    /// Defers everything in the list, so that its own end runs it, the last one first.
    fn deferred_runner(&mut self, list_ty: TypeId) -> FuncIdx {
        let name = self.wrapper_name("deferwrap");
        let function = {
            let mut run = Lower::new(&mut *self.m, Rc::clone(&self.shared), name);
            run.b.func.flags.wrapper = true;
            run.b.func.flags.defers = true;
            let list = run.load_captures(&[], 1)[0];
            let slice = run.load(&Place::memory(list_ty, list, 0), None);
            let (i, n) = (run.alloc_word(), run.alloc_word());
            let closure = run.alloc_pointer();
            let (top, end) = (run.b.new_label(), run.b.new_label());
            run.b.emit(op::SliceLen { dst: n, slice });
            run.b.emit(op::LoadInt { dst: i, value: 0 });
            run.b.jump_if(Cond::LeI64(n, i), end);
            run.b.bind(top);
            run.b.emit(op::LoadIndex64 { dst: closure, slice, idx: i });
            run.b.emit(op::DeferClosure { base: closure, n: 0, closure });
            run.b.emit(op::AddI64Imm { dst: i, a: i, imm: 1 });
            run.b.jump_if(Cond::LtI64(i, n), top);
            run.b.bind(end);
            run.b.set_recover(end);
            run.b.emit(op::RunDefers {});
            run.b.emit(op::Return0 {});
            run.finish()
        };
        self.m.add_func(function)
    }

    /// In a body: keeps a closure for the function around to run.
    pub(super) fn keep_deferred(&mut self, closure: Reg) {
        let Some(list) = self.deferred else { return };
        let list_ty = self.deferred_list_type();
        let elem = self.elem(list_ty);
        let mark = self.b.mark();
        let place = Place::memory(list_ty, list, 0);
        let slice = self.alloc_slice();
        self.load(&place, Some(slice));
        let ty = self.type_idx(elem);
        self.b.emit(op::Append64 { dst: slice, slice, a: closure, ty });
        self.store(&place, slice, true);
        self.b.release(mark);
    }
}

/// What the body's function is made from.
struct Plan<'p> {
    params: &'p [TypeId],
    captured: &'p [Captured],
    results: &'p [(TypeId, Local)],
    outer: Vec<super::Target>,
    exits: &'p Rc<std::cell::RefCell<Vec<Exit>>>,
    has_deferred: bool,
    /// Whether the body is given the frame that `recover` answers for.
    recovers: bool,
}

fn address_of(local: Local) -> Reg {
    let (Local::Regs(reg) | Local::Boxed(reg) | Local::Mem(reg)) = local;
    reg
}
