//! Calls: what is called, the arguments straight into the callee's window, the results in place.
//!
//! A call is prepared first (callee and receiver are evaluated, as Go does, before the arguments),
//! then the window is taken from the top of the register stack and filled. `go` and `defer` use
//! the same steps.

use gol_bytecode::{FuncIdx, MethodIdx, NativeIdx, Reg, op};
use gol_grammar::ast::{Expr, ExprKind, Ident, NodeId};
use gol_types::{ObjId, ObjKind, Selection, SelectionKind, Signature, Type, TypeId};

use super::Lower;
use super::order::Order;
use super::place::Place;
use crate::module::{FuncKey, MethodSel};

#[derive(Clone, Copy, Debug)]
pub(super) enum Callee {
    Func(FuncIdx),
    /// With the function that it is declared as.
    Native(NativeIdx, ObjId),
    Closure(Reg),
    Iface {
        a: Reg,
        method: MethodIdx,
    },
}

/// How the receiver gets into the first words of the window.
#[derive(Clone, Debug)]
pub(super) enum Receiver {
    None,
    Value(Place),
    Address(Place),
    /// `CallIface` puts it there.
    Left,
}

#[derive(Clone, Debug)]
pub(super) struct Prepared {
    pub callee: Callee,
    pub receiver: Receiver,
    pub receiver_words: u16,
    pub params: Vec<TypeId>,
    pub results: Vec<TypeId>,
    pub variadic: bool,
}

impl Prepared {
    pub(super) fn new(callee: Callee, receiver: Receiver, receiver_words: u16) -> Prepared {
        let (params, results) = (Vec::new(), Vec::new());
        Prepared { callee, receiver, receiver_words, params, results, variadic: false }
    }
}

impl Lower<'_, '_> {
    /// A call, conversion or use of a predeclared function as a value.
    pub(super) fn call_value(&mut self, e: &Expr, want: Option<Reg>) -> Reg {
        let ExprKind::Call { fun, args, ellipsis, .. } = &e.kind else {
            return self.expr(e, want);
        };
        if self.is_type(fun)
            && let Some(x) = args.first()
        {
            return self.conversion(e, x, want);
        }
        if let Some(id) = self.builtin(fun) {
            return self.builtin_call(e, id, args, want);
        }
        let in_place = self.intrinsic(e, fun, args, want);
        if let Some(reg) = in_place.or_else(|| self.inlined(e, fun, args, want)) {
            return reg;
        }
        if ellipsis.is_none()
            && let Some(reg) = self.value_in_place(e, fun, args, want)
        {
            return reg;
        }
        let mark = self.b.mark();
        let (base, results) = self.call(e);
        let (Some(dst), Some(&ty)) = (want, results.first()) else { return base };
        self.move_to(ty, base, Some(dst));
        self.b.release(mark);
        dst
    }

    /// Functions of package math that are instructions.
    fn intrinsic(&mut self, e: &Expr, fun: &Expr, args: &[Expr], want: Option<Reg>) -> Option<Reg> {
        let ExprKind::Selector { sel, .. } = &fun.unparen().kind else { return None };
        let obj = self.m.checker.info.uses.get(&sel.id).copied()?;
        let object = self.m.checker.store.obj(obj);
        let (pkg, [x]) = (object.pkg?, args) else { return None };
        if &*self.m.checker.store.pkg(pkg).path != "math"
            || !matches!(object.kind, ObjKind::Func(_))
            || !matches!(object.name.as_str(), "Sqrt" | "Abs" | "Floor" | "Ceil" | "Trunc")
            || self.selection(fun.unparen()).is_some()
        {
            return None;
        }
        let name = object.name.clone();
        let ty = self.ty(e);
        let dst = self.dst(ty, want);
        let mark = self.b.mark();
        let a = self.expr_as(x, ty, None);
        match name.as_str() {
            "Sqrt" => self.b.emit(op::SqrtF64 { dst, a }),
            "Abs" => self.b.emit(op::AbsF64 { dst, a }),
            "Floor" => self.b.emit(op::FloorF64 { dst, a }),
            "Ceil" => self.b.emit(op::CeilF64 { dst, a }),
            _ => self.b.emit(op::TruncF64 { dst, a }),
        }
        self.b.release(mark);
        Some(dst)
    }

    /// A call of a function; the results lie in registers from the one that comes back on.
    pub(super) fn call(&mut self, e: &Expr) -> (Reg, Vec<TypeId>) {
        let ExprKind::Call { fun, args, ellipsis, .. } = &e.kind else {
            return (Reg(0), Vec::new());
        };
        if let Some(called) = self.call_of_copy(e) {
            return called;
        }
        let (prepared, order) = self.prepare_in_order(fun, args, ellipsis.is_some());
        let spread = self.spread_args(args);
        let words = self.window_words(&prepared);
        let base = self.alloc_window(&prepared, words);
        self.fill_window(&prepared, base, args, ellipsis.is_some(), spread);
        self.end_order(order);
        self.at(e);
        self.emit_call(&prepared, base);
        (base, prepared.results)
    }

    /// As `prepare`, when the calls among the arguments have been made that come before reads. An
    /// interface is read before its method's arguments, other receivers and functions after them.
    pub(super) fn prepare_in_order(
        &mut self,
        fun: &Expr,
        args: &[Expr],
        ellipsis: bool,
    ) -> (Prepared, Order) {
        self.prepare_by(fun, args, ellipsis, |this| this.prepare(fun))
    }

    /// The same where `prepare` finds out what is called.
    pub(super) fn prepare_by(
        &mut self,
        fun: &Expr,
        args: &[Expr],
        ellipsis: bool,
        prepare: impl FnOnce(&mut Self) -> Prepared,
    ) -> (Prepared, Order) {
        let fun = fun.unparen();
        let sig_ty = self.ty(fun);
        let sig = self.signature(sig_ty);
        let params = self.obj_types(&sig.params);
        let elem = match params.last() {
            Some(&last) if sig.variadic && !ellipsis => Some(self.elem(last)),
            _ => None,
        };
        let fixed = params.len() - usize::from(elem.is_some());
        let typed = args.iter().enumerate().filter_map(|(i, arg)| {
            let param = if i < fixed { params.get(i).copied() } else { elem };
            Some((arg, param?))
        });
        let typed: Vec<_> = if args.len() == 1 && self.is_multi_call(&args[0]) {
            Vec::new()
        } else {
            typed.collect()
        };
        if self.reads_interface(fun) {
            let prepared = self.apart(prepare);
            return (prepared, self.begin_arguments(None, &typed));
        }
        let order = self.begin_arguments(Some(fun), &typed);
        (prepare(self), order)
    }

    /// Whether what is called is an interface's method.
    fn reads_interface(&mut self, fun: &Expr) -> bool {
        let ExprKind::Selector { x, .. } = &fun.kind else { return false };
        let is_method = self.selection(fun).is_some_and(|s| s.kind == SelectionKind::Method);
        let ty = if is_method { Some(self.ty(x)) } else { None };
        ty.is_some_and(|ty| self.is_iface(ty))
    }

    pub(super) fn emit_call(&mut self, prepared: &Prepared, base: Reg) {
        match prepared.callee {
            Callee::Func(func) => self.b.emit(op::Call { base, func }),
            Callee::Native(native, _) => match self.m.name_of_native(native) {
                "sync.Mutex.Lock" => self.b.emit(op::MutexLock { base, native }),
                "sync.Mutex.Unlock" => self.b.emit(op::MutexUnlock { base, native }),
                _ => self.b.emit(op::CallNative { base, native }),
            },
            Callee::Closure(closure) => self.b.emit(op::CallClosure { base, closure }),
            Callee::Iface { a, method } => self.b.emit(op::CallIface { base, a, method }),
        }
    }

    /// The base register of a call, with so many registers from there on.
    pub(super) fn alloc_window(&mut self, prepared: &Prepared, words: u16) -> Reg {
        match prepared.callee {
            Callee::Closure(_) => self.b.alloc_closure_call(words),
            _ => self.b.alloc_call(words),
        }
    }

    /// Registers that arguments and results take.
    fn window_words(&mut self, prepared: &Prepared) -> u16 {
        let params = self.total_words(&prepared.params);
        let results = self.total_words(&prepared.results);
        (prepared.receiver_words + params).max(results)
    }

    pub(super) fn arg_words(&mut self, prepared: &Prepared) -> u16 {
        prepared.receiver_words + self.total_words(&prepared.params)
    }

    pub(super) fn total_words(&mut self, types: &[TypeId]) -> u16 {
        types.iter().map(|&t| self.words(t)).sum()
    }

    /// If the arguments are the results of one call: evaluates it.
    pub(super) fn spread_args(&mut self, args: &[Expr]) -> Option<(Reg, Vec<TypeId>)> {
        let [arg] = args else { return None };
        self.is_multi_call(arg).then(|| self.call(arg.unparen()))
    }

    /// Whether an expression is a call with several results.
    pub(super) fn is_multi_call(&self, e: &Expr) -> bool {
        let e = e.unparen();
        let Some(tv) = self.m.checker.info.of(e.id) else { return false };
        matches!(e.kind, ExprKind::Call { .. })
            && matches!(self.m.checker.store.ty(tv.ty), Type::Tuple(vars) if vars.len() > 1)
    }

    /// Puts receiver and arguments into the window.
    pub(super) fn fill_window(
        &mut self,
        prepared: &Prepared,
        base: Reg,
        args: &[Expr],
        ellipsis: bool,
        spread: Option<(Reg, Vec<TypeId>)>,
    ) {
        self.fill_receiver(prepared, base);
        let first = Reg(base.0 + prepared.receiver_words);
        if let Some((from, types)) = spread {
            self.fill_spread(prepared, first, from, &types);
            return;
        }
        let packed = prepared.variadic && !ellipsis;
        let fixed = prepared.params.len() - usize::from(packed);
        let mut at = first;
        for (arg, &param) in args.iter().zip(&prepared.params).take(fixed) {
            let mark = self.b.mark();
            self.expr_as_owned(arg, param, Some(at));
            self.b.release(mark);
            at.0 += self.words(param);
        }
        if packed && let Some(&param) = prepared.params.last() {
            self.pack_variadic(param, args.get(fixed..).unwrap_or_default(), at);
        }
    }

    pub(super) fn fill_receiver(&mut self, prepared: &Prepared, base: Reg) {
        let mark = self.b.mark();
        match &prepared.receiver {
            Receiver::None | Receiver::Left => {}
            Receiver::Address(place) => {
                self.address(place, Some(base));
            }
            Receiver::Value(place) if self.is_mem(place.ty) => {
                let src = self.load(place, None);
                let ty = self.type_idx(place.ty);
                self.b.emit(op::NewCopy { dst: base, src, ty });
            }
            Receiver::Value(place) => {
                self.load(place, Some(base));
            }
        }
        self.b.release(mark);
    }

    fn fill_spread(&mut self, prepared: &Prepared, first: Reg, from: Reg, types: &[TypeId]) {
        let fixed = prepared.params.len() - usize::from(prepared.variadic);
        let (mut at, mut src) = (first, from);
        for (&ty, &param) in types.iter().zip(&prepared.params).take(fixed) {
            self.convert_assigned(src, ty, param, Some(at));
            at.0 += self.words(param);
            src.0 += self.words(ty);
        }
        let rest = types.get(fixed..).unwrap_or_default();
        let (true, Some(&param)) = (prepared.variadic, prepared.params.last()) else { return };
        let elem = self.elem(param);
        if rest.is_empty() {
            self.zero_words(at, 2);
            return;
        }
        let mark = self.b.mark();
        let array = self.new_array(elem, rest.len() as u64);
        let size = self.repr(elem).size;
        for (i, &ty) in rest.iter().enumerate() {
            let value = self.convert_assigned(src, ty, elem, None);
            self.store_mem(elem, array, i as u64 * size, value);
            src.0 += self.words(ty);
        }
        self.b.emit(op::ArrayView { dst: at, ptr: array, len: rest.len() as i32 });
        self.b.release(mark);
    }

    /// r[dst..+2] = the slice of the arguments for `...T`; nil if there are none.
    fn pack_variadic(&mut self, param: TypeId, args: &[Expr], dst: Reg) {
        if args.is_empty() {
            self.zero_words(dst, 2);
            return;
        }
        let elem = self.elem(param);
        let mark = self.b.mark();
        let array = self.new_array(elem, args.len() as u64);
        let size = self.repr(elem).size;
        for (i, arg) in args.iter().enumerate() {
            let mark = self.b.mark();
            let value = self.expr_as(arg, elem, None);
            self.store_mem(elem, array, i as u64 * size, value);
            self.b.release(mark);
        }
        self.b.emit(op::ArrayView { dst, ptr: array, len: args.len() as i32 });
        self.b.release(mark);
    }

    /// The address of a new array.
    pub(super) fn new_array(&mut self, elem: TypeId, len: u64) -> Reg {
        let array = self.array_of(elem, len);
        let ty = self.type_idx(array);
        let dst = self.alloc_pointer();
        self.b.emit(op::New { dst, ty });
        dst
    }

    // -- What is called

    /// Finds out what is called, and evaluates function value or receiver.
    pub(super) fn prepare(&mut self, fun: &Expr) -> Prepared {
        let fun = fun.unparen();
        let sig_ty = self.ty(fun);
        let sig = self.signature(sig_ty);
        let mut prepared = self.prepare_callee(fun);
        if prepared.params.is_empty() && prepared.results.is_empty() {
            self.set_signature(&mut prepared, &sig);
        }
        prepared
    }

    /// A literal whose code there is.
    pub(super) fn prepare_literal(&mut self, literal: &Expr, func: FuncIdx) -> Prepared {
        let ty = self.ty(literal);
        let sig = self.signature(ty);
        let mut prepared = Prepared::new(Callee::Func(func), Receiver::None, 0);
        self.set_signature(&mut prepared, &sig);
        prepared
    }

    pub(super) fn set_signature(&mut self, prepared: &mut Prepared, sig: &Signature) {
        prepared.params = self.obj_types(&sig.params);
        prepared.results = self.obj_types(&sig.results);
        prepared.variadic = sig.variadic;
    }

    fn prepare_callee(&mut self, fun: &Expr) -> Prepared {
        let evaluated = self.evaluated.contains_key(&fun.id);
        let target = match &fun.kind {
            ExprKind::Index { x, .. } => x.unparen(),
            _ => fun,
        };
        if !evaluated && let ExprKind::Selector { x, sel } = &target.kind {
            match self.selection(target) {
                Some(s) if s.kind == SelectionKind::Method => {
                    return self.prepare_method(fun, x, sel, &s);
                }
                Some(s) if s.kind == SelectionKind::MethodExpr => {
                    let func = self.method_expr_func(x, sel, &s);
                    return Prepared::new(Callee::Func(func), Receiver::None, 0);
                }
                _ => {}
            }
        }
        if !evaluated
            && let Some((id, obj)) = self.func_name_of(target)
            && matches!(self.m.checker.store.obj(obj).kind, ObjKind::Func(_))
        {
            let callee = self.static_callee(id, obj);
            return Prepared::new(callee, Receiver::None, 0);
        }
        let closure = self.expr(fun, None);
        Prepared::new(Callee::Closure(closure), Receiver::None, 0)
    }

    /// The name that an expression is, if it is one, qualified or not.
    pub(super) fn func_name_of(&self, e: &Expr) -> Option<(NodeId, ObjId)> {
        let e = e.unparen();
        match &e.kind {
            ExprKind::Name(_) => Some((e.id, self.object(e.id)?)),
            ExprKind::Selector { sel, .. } if self.selection(e).is_none() => {
                Some((sel.id, self.object(sel.id)?))
            }
            _ => None,
        }
    }

    /// Type arguments of the generic function that a name denotes.
    pub(super) fn instance_args(&mut self, id: NodeId) -> Vec<TypeId> {
        let args = self.m.checker.info.instances.get(&id).map(|i| i.type_args.clone());
        args.unwrap_or_default().into_iter().map(|t| self.concrete(t)).collect()
    }

    pub(super) fn static_callee(&mut self, id: NodeId, obj: ObjId) -> Callee {
        if let Some(native) = self.m.native_of(obj) {
            return Callee::Native(native, obj);
        }
        let type_args = self.instance_args(id);
        Callee::Func(self.m.func_idx(FuncKey { obj, type_args }))
    }

    fn prepare_method(
        &mut self,
        fun: &Expr,
        x: &Expr,
        sel: &Ident,
        selection: &Selection,
    ) -> Prepared {
        let recv = self.ty(x);
        let pkg = self.m.checker.store.obj(selection.obj).pkg;
        let Some(method) = self.m.find_method(recv, pkg, &sel.name) else {
            self.m.error(fun.span.lo, format!("internal error: no method {}", sel.name));
            return Prepared::new(Callee::Closure(Reg(0)), Receiver::None, 0);
        };
        if method.is_iface {
            let place = self.place(x);
            self.at(fun);
            let place = self.follow(place, &method.path);
            let a = self.load(&place, None);
            let method = self.m.method_idx(method.obj, method.sig);
            return Prepared::new(Callee::Iface { a, method }, Receiver::Left, 1);
        }
        let (receiver, words) = self.receiver_of(&method, x, fun);
        let callee = if let Some(native) = self.m.native_of(method.obj) {
            Callee::Native(native, method.obj)
        } else {
            let own_args = self.instance_args(sel.id);
            let key = self.m.method_key(&method, &own_args);
            Callee::Func(self.m.func_idx(key))
        };
        Prepared::new(callee, receiver, words)
    }

    /// The receiver of a declared method, and its words.
    pub(super) fn receiver_of(
        &mut self,
        method: &MethodSel,
        x: &Expr,
        fun: &Expr,
    ) -> (Receiver, u16) {
        let place = self.place(x);
        self.at(fun);
        let place = self.follow(place, &method.path);
        let is_pointer = self.pointee(place.ty).is_some() && place.ty != method.owner;
        let receiver = match (method.ptr_recv, is_pointer) {
            (true, true) | (false, false) => Receiver::Value(place),
            (true, false) => Receiver::Address(place),
            (false, true) => Receiver::Value(self.deref_place(&place)),
        };
        let words = match &receiver {
            Receiver::Value(place) => self.words(place.ty),
            _ => 1,
        };
        (receiver, words)
    }
}
