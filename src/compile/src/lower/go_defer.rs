//! `go` and `defer`: the callee and its arguments are evaluated now, the call is made later.
//!
//! A literal that is called here is a function to which the variables that it captures are passed.
//! A predeclared function gets a thunk, a function whose parameters are the arguments. In the body
//! of a loop over a function the call becomes a closure that the function around runs.

use std::rc::Rc;

use gol_bytecode::{FuncIdx, Reg, op};
use gol_grammar::ast::{Expr, ExprKind};
use gol_types::BuiltinId;

use super::Lower;
use super::call::{Callee, Prepared, Receiver};
use super::closure::{Captured, Passed};
use super::order::Order;
use crate::builder::Cond;

#[derive(Clone, Copy, PartialEq, Eq)]
enum When {
    Go,
    Defer,
}

impl Lower<'_, '_> {
    pub(super) fn go_stmt(&mut self, call: &Expr) {
        self.launch(call, When::Go);
    }

    pub(super) fn defer_stmt(&mut self, call: &Expr) {
        self.launch(call, When::Defer);
    }

    fn launch(&mut self, call: &Expr, when: When) {
        let pos = self.b.pos();
        let call = call.unparen();
        let ExprKind::Call { fun, args, ellipsis, .. } = &call.kind else { return };
        if self.is_type(fun) || self.builtin(fun).is_some() {
            self.launch_builtin(call, args, when);
            return;
        }
        let in_closure = self.is_run_by_outer(when);
        let (prepared, order, captured) =
            self.prepare_launch(fun, args, ellipsis.is_some(), in_closure);
        let spread = self.spread_args(args);
        let own = self.arg_words(&prepared);
        let n = own + self.captured_words(&captured);
        let base = self.b.alloc(n, None);
        self.fill_window(&prepared, base, args, ellipsis.is_some(), spread);
        self.fill_captured(&captured, Reg(base.0 + own));
        self.end_order(order);
        self.b.set_pos(pos);
        self.emit_launch(&prepared, base, n, when);
    }

    /// The call, and what a literal wants behind its arguments.
    fn prepare_launch(
        &mut self,
        fun: &Expr,
        args: &[Expr],
        ellipsis: bool,
        in_closure: bool,
    ) -> (Prepared, Order, Vec<Captured>) {
        let literal = fun.unparen();
        let mut captured = Vec::new();
        let (prepared, order) = self.prepare_by(fun, args, ellipsis, |this| {
            let ExprKind::Func(lit) = &literal.kind else { return this.prepare(fun) };
            if in_closure {
                return this.prepare(fun);
            }
            captured = this.captured(literal.id);
            let func = this.literal_func(literal, lit, &captured, Passed::AsParams);
            this.prepare_literal(literal, func)
        });
        (prepared, order, captured)
    }

    /// Whether the call becomes a closure that the function around a loop's body runs.
    fn is_run_by_outer(&self, when: When) -> bool {
        when == When::Defer && self.range_body.is_some()
    }

    fn emit_launch(&mut self, prepared: &Prepared, base: Reg, n: u16, when: When) {
        if self.is_run_by_outer(when) {
            let closure = self.deferred_closure(prepared, base, n);
            self.keep_deferred(closure);
            return;
        }
        let func = match prepared.callee {
            Callee::Func(func) => func,
            Callee::Native(_, obj) => self.m.native_func(obj),
            Callee::Closure(closure) if when == When::Go => {
                self.go_closure(prepared, closure, base, n);
                return;
            }
            Callee::Closure(closure) => {
                self.b.emit(op::DeferClosure { base, n, closure });
                return;
            }
            // These count the arguments without the receiver.
            Callee::Iface { a, method } if when == When::Go => {
                self.b.emit(op::GoIface { base, n: n - 1, a, method });
                return;
            }
            Callee::Iface { a, method } => {
                self.b.emit(op::DeferIface { base, n: n - 1, a, method });
                return;
            }
        };
        match when {
            When::Go => self.b.emit(op::GoFunc { base, n, func }),
            When::Defer => self.b.emit(op::DeferFunc { base, n, func }),
        }
    }

    // -- Predeclared functions

    fn launch_builtin(&mut self, call: &Expr, args: &[Expr], when: When) {
        let recovers = matches!(&call.kind, ExprKind::Call { fun, .. }
            if self.builtin(fun) == Some(BuiltinId::Recover));
        if recovers {
            self.launch_recover(call, when);
            return;
        }
        let passed: Vec<&Expr> = args
            .iter()
            .filter(|a| self.const_value(a).is_none() && !self.is_type(a))
            .filter(|a| !matches!(self.mode(a), gol_types::Mode::NilValue))
            .collect();
        let types: Vec<_> = passed.iter().map(|a| self.ty(a)).collect();
        let n = self.total_words(&types);
        let base = self.b.alloc(n, None);
        let mut at = base;
        for (arg, &ty) in passed.iter().zip(&types) {
            let mark = self.b.mark();
            self.expr_owned(arg, Some(at));
            self.b.release(mark);
            at.0 += self.words(ty);
        }
        let func = self.builtin_thunk(call, &passed);
        let prepared = Prepared {
            callee: Callee::Func(func),
            receiver: Receiver::None,
            receiver_words: 0,
            params: types,
            results: Vec::new(),
            variadic: false,
        };
        self.emit_launch(&prepared, base, n, when);
    }

    /// Starts a goroutine with a function value. As in Go, a nil one ends the program if it takes and
    /// gives nothing; otherwise the goroutine calls it, and panics.
    fn go_closure(&mut self, prepared: &Prepared, closure: Reg, base: Reg, n: u16) {
        if prepared.params.is_empty() && prepared.results.is_empty() {
            self.b.emit(op::GoClosure { base, n, closure });
            return;
        }
        let (some, end) = (self.b.new_label(), self.b.new_label());
        self.b.jump_if(Cond::NeImm(closure, 0), some);
        let func = self.nil_call(n);
        self.b.emit(op::GoFunc { base, n, func });
        self.b.jump(end);
        self.b.bind(some);
        self.b.emit(op::GoClosure { base, n, closure });
        self.b.bind(end);
    }

    /// A function with so many words of parameters that calls a nil function.
    fn nil_call(&mut self, params: u16) -> FuncIdx {
        let name = self.wrapper_name("gowrap");
        let pos = self.b.pos();
        let function = {
            let mut thunk = Lower::new(&mut *self.m, Rc::clone(&self.shared), name);
            thunk.b.func.pos = pos;
            thunk.b.set_pos(pos);
            thunk.b.func.param_words = params;
            thunk.b.alloc(params, None);
            let ptr = thunk.alloc_word();
            thunk.load_word(ptr, 0);
            thunk.b.emit(op::NilCheck { ptr });
            thunk.b.emit(op::Return0 {});
            thunk.finish()
        };
        self.m.add_func(function)
    }

    /// `defer recover()` recovers for whom called the function that defers, not for that function's
    /// own panic; `go recover()` does nothing.
    fn launch_recover(&mut self, call: &Expr, when: When) {
        if when == When::Go {
            return;
        }
        let name = self.wrapper_name("gowrap");
        let func = {
            let mut thunk = Lower::new(&mut *self.m, Rc::clone(&self.shared), name);
            thunk.b.func.flags.wrapper = true;
            thunk.b.func.pos = call.span.lo;
            thunk.b.set_pos(call.span.lo);
            thunk.recover_frame = Some(thunk.alloc_word());
            thunk.b.func.param_words = 1;
            thunk.call_value(call, None);
            thunk.b.emit(op::Return0 {});
            thunk.finish()
        };
        let func = self.m.add_func(func);
        let base = self.alloc_word();
        let frame = self.this_frame();
        self.move_words(base, frame, 1);
        let prepared = Prepared {
            callee: Callee::Func(func),
            receiver: Receiver::None,
            receiver_words: 0,
            params: Vec::new(),
            results: Vec::new(),
            variadic: false,
        };
        self.emit_launch(&prepared, base, 1, when);
    }

    /// A function that calls a predeclared one with its parameters as arguments.
    fn builtin_thunk(&mut self, call: &Expr, passed: &[&Expr]) -> FuncIdx {
        let name = self.wrapper_name("gowrap");
        let function = {
            let mut thunk = Lower::new(&mut *self.m, Rc::clone(&self.shared), name);
            thunk.b.func.flags.wrapper = true;
            thunk.b.func.pos = call.span.lo;
            thunk.b.set_pos(call.span.lo);
            for arg in passed {
                let ty = thunk.ty(arg);
                let reg = thunk.alloc_value(ty);
                thunk.b.func.param_words += thunk.words(ty);
                thunk.evaluated.insert(arg.id, (reg, ty));
                thunk.evaluated.insert(arg.unparen().id, (reg, ty));
            }
            thunk.call_value(call, None);
            if thunk.b.reachable() {
                thunk.b.emit(op::Return0 {});
            }
            thunk.finish()
        };
        self.m.add_func(function)
    }

    /// The name of a function that the compiler makes inside of this one.
    pub(super) fn wrapper_name(&mut self, kind: &str) -> String {
        self.wrappers += 1;
        format!("{}.{kind}{}", self.name, self.wrappers)
    }

    // -- Deferred calls of loop bodies

    /// A closure without parameters that makes a call whose window has been filled.
    fn deferred_closure(&mut self, prepared: &Prepared, base: Reg, n: u16) -> Reg {
        let callee = match prepared.callee {
            Callee::Closure(closure) if n == 0 => return closure,
            Callee::Closure(closure) => Some((closure, 1)),
            Callee::Iface { a, .. } => Some((a, 2)),
            Callee::Func(_) | Callee::Native(..) => None,
        };
        let extra = callee.map_or(0, |(_, words)| words);
        let all = self.b.alloc(n + extra, None);
        self.move_words(all, base, n);
        if let Some((reg, words)) = callee {
            self.move_words(Reg(all.0 + n), reg, words);
        }
        let func = self.call_thunk(prepared, n, extra);
        let dst = self.alloc_pointer();
        if n + extra == 0 {
            self.b.emit(op::LoadFunc { dst, func });
        } else {
            self.b.emit(op::NewClosure { dst, a: all, n: n + extra, func });
        }
        dst
    }

    /// A function that calls what it captured: arguments, then the callee's words.
    fn call_thunk(&mut self, prepared: &Prepared, n: u16, extra: u16) -> FuncIdx {
        let name = self.wrapper_name("deferwrap");
        let pos = self.b.pos();
        let mut prepared = prepared.clone();
        let function = {
            let mut thunk = Lower::new(&mut *self.m, Rc::clone(&self.shared), name);
            thunk.b.func.flags.wrapper = true;
            thunk.b.func.pos = pos;
            thunk.b.set_pos(pos);
            let words = thunk.load_captures(&[], n + extra);
            let first = words.first().copied().unwrap_or_default();
            let callee = Reg(first.0 + n);
            match &mut prepared.callee {
                Callee::Closure(closure) => *closure = callee,
                Callee::Iface { a, .. } => *a = callee,
                Callee::Func(_) | Callee::Native(..) => {}
            }
            let results = thunk.total_words(&prepared.results);
            let base = thunk.alloc_window(&prepared, n.max(results));
            thunk.move_words(base, first, n);
            thunk.emit_call(&prepared, base);
            thunk.b.emit(op::Return0 {});
            thunk.finish()
        };
        self.m.add_func(function)
    }
}
