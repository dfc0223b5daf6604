//! Functions that the compiler makes: bound methods, method expressions, entries of method tables,
//! natives as functions.
//!
//! All of them take words, find the receiver that the method wants, and call it. They are marked as
//! wrappers: traces leave them out, and `recover` looks through them.

use gol_bytecode::{FuncFlags, FuncIdx, Reg, Repr, op};
use gol_types::{ObjId, PkgId, Type, TypeId};

use super::{FuncKey, MethodSel, Module};
use crate::builder::{Cond, FuncBuilder, pointer_word};

/// What a wrapper is for; each is made once.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum WrapperKey {
    Bound(FuncKey),
    BoundIface(gol_bytecode::MethodIdx),
    /// Receiver's type, package, name, the type arguments of a generic method.
    Expr(TypeId, Option<PkgId>, String, Vec<TypeId>),
    Entry(TypeId, Option<PkgId>, String),
    Native(ObjId),
}

/// Where a receiver is on the way through embedded fields.
#[derive(Clone, Copy, Debug)]
enum At {
    /// In registers, a value of this type.
    Value(Reg, TypeId),
    /// In memory, `offset` behind the address in a register.
    Memory(Reg, u64, TypeId),
}

impl Module<'_> {
    /// The function of a bound method value `x.m`: captures the receiver's words (of the type that
    /// the method takes), takes the method's parameters.
    pub(crate) fn bound_method(&mut self, method: FuncKey) -> FuncIdx {
        let key = WrapperKey::Bound(method.clone());
        if let Some(&func) = self.wrappers.get(&key) {
            return func;
        }
        let name = format!("{}-fm", self.func_name(&method));
        let (recv_type, params, results) = self.method_types(&method);
        let repr = self.repr(recv_type);
        let recv = repr.words;
        let target = self.func_or_native(method);
        let mut b = wrapper(name, params, results);
        b.func.captures = recv;
        match repr.repr {
            Repr::Mem => b.func.capture_map.set(0),
            Repr::Regs => {
                let pointers = repr.leaves.iter().filter_map(pointer_word);
                pointers.for_each(|word| b.func.capture_map.set(usize::from(word)));
            }
        }
        let from = b.alloc(params, None);
        let base = b.alloc_call((recv + params).max(results));
        b.emit(op::LoadCaptureN { dst: base, idx: 0, n: recv });
        if repr.repr == Repr::Mem {
            // The method may change its receiver, which the next call must not see.
            let ty = self.type_idx(recv_type);
            b.emit(op::NewCopy { dst: base, src: base, ty });
        }
        move_words(&mut b, Reg(base.0 + recv), from, params);
        b.emit(op::Call { base, func: target });
        self.end_wrapper(key, b, base, results)
    }

    /// The same for an interface's method: captures the two words of the interface.
    pub(crate) fn bound_iface_method(&mut self, method: ObjId, sig: TypeId) -> FuncIdx {
        let id = self.method_idx(method, sig);
        let key = WrapperKey::BoundIface(id);
        if let Some(&func) = self.wrappers.get(&key) {
            return func;
        }
        let described = self.program.methods[id.0 as usize].clone();
        let (params, results) = (described.param_words, described.result_words);
        let mut b = wrapper(format!("{}-fm", described.name), params, results);
        b.func.captures = 2;
        b.func.capture_map.set(1);
        let from = b.alloc(params, None);
        let iface = b.alloc(2, None);
        b.emit(op::LoadCaptureN { dst: iface, idx: 0, n: 2 });
        let base = b.alloc_call((1 + params).max(results));
        move_words(&mut b, Reg(base.0 + 1), from, params);
        b.emit(op::CallIface { base, a: iface, method: id });
        self.end_wrapper(key, b, base, results)
    }

    /// The method `name` of `recv` as a function with the receiver (of exactly type `recv`) as first
    /// parameter: follows embedding, takes addresses, dereferences. For method expressions `T.m`,
    /// `(*T).m`, `I.m`, and for method sets; `own` are the type arguments of a generic method.
    pub(crate) fn method_expr(
        &mut self,
        recv: TypeId,
        pkg: Option<PkgId>,
        name: &str,
        own: Vec<TypeId>,
    ) -> FuncIdx {
        let key = WrapperKey::Expr(recv, pkg, name.to_owned(), own.clone());
        if let Some(&func) = self.wrappers.get(&key) {
            return func;
        }
        let Some(sel) = self.find_method(recv, pkg, name) else {
            return self.missing(recv, name);
        };
        if let Some(direct) = self.direct_method(recv, &sel, &own) {
            self.wrappers.insert(key, direct);
            return direct;
        }
        let words = self.repr(recv).words;
        let (params, results) = if own.is_empty() {
            self.sig_words(sel.sig)
        } else {
            let (_, params, results) = {
                let method = self.method_key(&sel, &own);
                self.method_types(&method)
            };
            (params, results)
        };
        let mut b = wrapper(self.wrapper_name(recv, name), words + params, results);
        let receiver = b.alloc(words, None);
        let from = b.alloc(params, None);
        self.refuse_nil(&mut b, receiver, recv, &sel);
        let start = self.start(receiver, recv);
        let base = self.call_method(&mut b, start, (&sel, &own), from, (params, results));
        self.end_wrapper(key, b, base, results)
    }

    /// The function to call with the data word of an interface that holds a `t`; `None` if the type
    /// has no such method.
    pub(super) fn iface_entry(
        &mut self,
        t: TypeId,
        pkg: Option<PkgId>,
        name: &str,
    ) -> Option<FuncIdx> {
        let key = WrapperKey::Entry(t, pkg, name.to_owned());
        if let Some(&func) = self.wrappers.get(&key) {
            return Some(func);
        }
        let sel = self.find_method(t, pkg, name)?;
        let repr = self.repr(t);
        let one_word = repr.repr == Repr::Regs && repr.words == 1;
        if one_word && let Some(direct) = self.direct_method(t, &sel, &[]) {
            self.wrappers.insert(key, direct);
            return Some(direct);
        }
        let (params, results) = self.sig_words(sel.sig);
        let mut b = wrapper(self.wrapper_name(t, name), 1 + params, results);
        let data = b.alloc(1, None);
        let from = b.alloc(params, None);
        self.refuse_nil(&mut b, data, t, &sel);
        let start = match (repr.repr, repr.words) {
            (Repr::Regs, 0 | 1) => self.start(data, t),
            _ => At::Memory(data, 0, t),
        };
        let base = self.call_method(&mut b, start, (&sel, &[]), from, (params, results));
        Some(self.end_wrapper(key, b, base, results))
    }

    /// A native as a function with a frame, for function values, `go` and `defer`.
    pub(crate) fn native_func(&mut self, obj: ObjId) -> FuncIdx {
        let key = WrapperKey::Native(obj);
        if let Some(&func) = self.wrappers.get(&key) {
            return func;
        }
        let name = self.func_name(&FuncKey { obj, type_args: Vec::new() });
        let sig = self.checker.store.obj(obj).ty;
        let (mut params, results) = self.sig_words(sig);
        if let Type::Signature(s) = self.checker.store.ty(sig).clone()
            && let Some(recv) = s.recv
        {
            let ty = self.checker.store.obj(recv).ty;
            params += self.repr(ty).words;
        }
        let mut b = wrapper(name, params, results);
        let from = b.alloc(params, None);
        let base = b.alloc_call(params.max(results));
        move_words(&mut b, base, from, params);
        if let Some(native) = self.native_of(obj) {
            b.emit(op::CallNative { base, native });
        }
        self.end_wrapper(key, b, base, results)
    }

    /// The method itself, where no wrapper is needed: the receiver is what the method takes.
    fn direct_method(&mut self, recv: TypeId, sel: &MethodSel, own: &[TypeId]) -> Option<FuncIdx> {
        if sel.is_iface || !sel.path.is_empty() {
            return None;
        }
        let is_pointer = matches!(self.checker.store.ty(recv), Type::Pointer(_));
        if is_pointer != sel.ptr_recv {
            return None;
        }
        let key = self.method_key(sel, own);
        Some(self.func_or_native(key))
    }

    /// The receiver's type, words of the other parameters and of the results.
    fn method_types(&mut self, key: &FuncKey) -> (TypeId, u16, u16) {
        let tparams = self.type_params(key.obj);
        let sig = self.checker.store.obj(key.obj).ty;
        let recv = match self.checker.store.ty(sig) {
            Type::Signature(s) => s.recv.map(|r| self.checker.store.obj(r).ty),
            _ => None,
        };
        let recv = self.concrete(recv.unwrap_or(sig), &tparams, &key.type_args);
        let sig = self.concrete(sig, &tparams, &key.type_args);
        let (params, results) = self.sig_words(sig);
        (recv, params, results)
    }

    /// The function of a key, whether it has a body or is native.
    fn func_or_native(&mut self, key: FuncKey) -> FuncIdx {
        if self.native_of(key.obj).is_some() {
            self.native_func(key.obj)
        } else {
            self.func_idx(key)
        }
    }

    fn sig_words(&mut self, sig: TypeId) -> (u16, u16) {
        let (params, results) = self.checker.signature_types(sig);
        (self.words_of(&params), self.words_of(&results))
    }

    fn wrapper_name(&mut self, recv: TypeId, name: &str) -> String {
        let recv = self.checker.type_string_qualified(recv);
        // A pointer's method is `path.(*T).name`.
        let qualified = recv.strip_prefix('*').and_then(|base| {
            let arguments = base.find('[').unwrap_or(base.len());
            let path_end = base[..arguments].rfind('/').map_or(0, |slash| slash + 1);
            let dot = path_end + base[path_end..arguments].find('.')?;
            Some(format!("{}.(*{}).{name}", &base[..dot], &base[dot + 1..]))
        });
        qualified.unwrap_or_else(|| format!("{recv}.{name}"))
    }

    /// A receiver in registers.
    fn start(&mut self, reg: Reg, t: TypeId) -> At {
        let resolved = self.checker.resolve_alias(t);
        if let Type::Pointer(elem) = *self.checker.store.ty(resolved) {
            return At::Memory(reg, 0, elem);
        }
        if self.repr(t).repr == Repr::Mem { At::Memory(reg, 0, t) } else { At::Value(reg, t) }
    }

    /// The embedded field `i` of where the receiver is; pointers are followed.
    fn step(&mut self, b: &mut FuncBuilder, at: At, i: usize) -> At {
        let (At::Value(_, t) | At::Memory(_, _, t)) = at;
        let u = self.checker.underlying(t);
        let Type::Struct(s) = self.checker.store.ty(u).clone() else { return at };
        let field = self.checker.store.obj(s.fields[i]).ty;
        let (word, offset) = self.repr(t).fields[i];
        let resolved = self.checker.resolve_alias(field);
        let pointed = match *self.checker.store.ty(resolved) {
            Type::Pointer(elem) => Some(elem),
            _ => None,
        };
        match (at, pointed) {
            (At::Value(r, _), Some(elem)) => At::Memory(Reg(r.0 + word), 0, elem),
            (At::Value(r, _), None) => At::Value(Reg(r.0 + word), field),
            (At::Memory(r, o, _), None) => At::Memory(r, o + offset, field),
            (At::Memory(r, o, _), Some(elem)) => {
                let ptr = self.address(b, r, o + offset);
                let dst = b.alloc(1, None);
                b.emit(op::Load64 { dst, ptr, off: 0 });
                At::Memory(dst, 0, elem)
            }
        }
    }

    /// The address in a register, `offset` further on.
    fn address(&mut self, b: &mut FuncBuilder, ptr: Reg, offset: u64) -> Reg {
        if offset == 0 {
            return ptr;
        }
        let dst = b.alloc(1, None);
        b.emit(op::AddPtr { dst, ptr, off: offset as i32 });
        dst
    }

    /// Loads a value into registers from where it is.
    fn load(&mut self, b: &mut FuncBuilder, at: At, dst: Reg) {
        match at {
            At::Value(r, t) => {
                let words = self.repr(t).words;
                move_words(b, dst, r, words);
            }
            At::Memory(r, offset, t) => {
                let ptr = self.address(b, r, offset);
                let ty = self.type_idx(t);
                match self.repr(t).repr {
                    Repr::Mem => b.emit(op::NewCopy { dst, src: ptr, ty }),
                    Repr::Regs if self.repr(t).words == 0 => b.emit(op::NilCheck { ptr }),
                    Repr::Regs => b.emit(op::LoadMem { dst, ptr, ty }),
                }
            }
        }
    }

    /// Calls the method with the receiver that it wants and `params` words from `from` on; returns
    /// the base of the call, where the results are.
    fn call_method(
        &mut self,
        b: &mut FuncBuilder,
        start: At,
        (sel, own): (&MethodSel, &[TypeId]),
        from: Reg,
        (params, results): (u16, u16),
    ) -> Reg {
        let (mut at, mut holder) = (start, start);
        for &i in &sel.path {
            holder = at;
            at = self.step(b, at, i);
        }
        // Whether the receiver is a part of the struct that the same address leads to.
        let is_part = matches!((holder, at), (At::Memory(outer, ..), At::Memory(inner, ..)) if outer == inner);
        if sel.is_iface {
            let iface = b.alloc(2, None);
            self.load(b, at, iface);
            let base = b.alloc_call((1 + params).max(results));
            move_words(b, Reg(base.0 + 1), from, params);
            let method = self.method_idx(sel.obj, sel.sig);
            b.emit(op::CallIface { base, a: iface, method });
            return base;
        }
        let recv = if sel.ptr_recv { 1 } else { self.repr(sel.owner).words };
        // The receiver is made below the window, whose registers must be its last.
        let receiver = b.alloc(recv, None);
        match at {
            At::Memory(ptr, offset, _) if sel.ptr_recv => {
                // A part of a nil struct has no address.
                if offset == 0 && is_part && !sel.path.is_empty() {
                    b.emit(op::NilCheck { ptr });
                }
                let address = self.address(b, ptr, offset);
                b.emit(op::Move { dst: receiver, a: address });
            }
            // A pointer receiver on a value in registers is in no method set.
            _ => self.load(b, at, receiver),
        }
        let base = b.alloc_call((recv + params).max(results));
        move_words(b, base, receiver, recv);
        move_words(b, Reg(base.0 + recv), from, params);
        let key = self.method_key(sel, own);
        match self.native_of(key.obj) {
            Some(native) => b.emit(op::CallNative { base, native }),
            None => {
                let func = self.func_idx(key);
                b.emit(op::Call { base, func });
            }
        }
        base
    }

    /// Returns the results of the call and keeps the wrapper.
    fn end_wrapper(
        &mut self,
        key: WrapperKey,
        mut b: FuncBuilder,
        base: Reg,
        results: u16,
    ) -> FuncIdx {
        match results {
            0 => b.emit(op::Return0 {}),
            1 => b.emit(op::Return1 { a: base }),
            2 => b.emit(op::Return2 { a: base }),
            n => b.emit(op::ReturnN { a: base, n }),
        }
        let function = b.finish().unwrap_or_else(|message| {
            self.error(gol_diagnostic::Pos::NONE, message);
            gol_bytecode::Function::default()
        });
        let func = self.add_func(function);
        self.wrappers.insert(key, func);
        func
    }

    /// A value's method called through a nil pointer panics with a text of its own.
    fn refuse_nil(&mut self, b: &mut FuncBuilder, receiver: Reg, recv: TypeId, sel: &MethodSel) {
        let recv = self.checker.resolve_alias(recv);
        let Type::Pointer(elem) = *self.checker.store.ty(recv) else { return };
        if sel.is_iface || sel.ptr_recv || !sel.path.is_empty() {
            return;
        }
        let whole = self.checker.type_string_qualified(elem);
        let method = self.checker.store.obj(sel.obj).name.clone();
        let own = whole.rsplit_once('.').map_or(whole.as_str(), |(_, own)| own);
        let text = format!("value method {whole}.{method} called using nil *{own} pointer");
        let fine = b.new_label();
        b.jump_if(Cond::NeImm(receiver, 0), fine);
        let mark = b.mark();
        let base = b.alloc_call(2);
        let string = self.str_idx(text.as_bytes());
        b.emit(op::LoadStr { dst: base, string });
        let native = self.native("runtime.panicwrap");
        b.emit(op::CallNative { base, native });
        b.release(mark);
        b.bind(fine);
    }

    fn missing(&mut self, recv: TypeId, name: &str) -> FuncIdx {
        let text = self.checker.type_string_qualified(recv);
        let message = format!("internal error: {text} has no method {name}");
        self.error(gol_diagnostic::Pos::NONE, message);
        self.add_func(gol_bytecode::Function::default())
    }
}

fn wrapper(name: String, params: u16, results: u16) -> FuncBuilder {
    let mut b = FuncBuilder::default();
    b.func.name = name;
    b.func.param_words = params;
    b.func.result_words = results;
    b.func.flags = FuncFlags { wrapper: true, ..FuncFlags::default() };
    b
}

fn move_words(b: &mut FuncBuilder, dst: Reg, a: Reg, n: u16) {
    match n {
        0 => {}
        1 => b.emit(op::Move { dst, a }),
        2 => b.emit(op::Move2 { dst, a }),
        n => b.emit(op::MoveN { dst, a, n }),
    }
}
