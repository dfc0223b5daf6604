//! Package unsafe: its functions, and the conversions of `unsafe.Pointer`.
//!
//! A script cannot corrupt the interpreter: what a pointer made from an `unsafe.Pointer` leads to is
//! looked at when it is made. It must be a variable as large as the pointer's type says, with
//! pointers in the same places. Strings, slices and interfaces are not laid out as Go's compiler
//! does it (a string is no prefix of a byte slice), so they are seen as nothing but themselves;
//! the usual ways to make a string of bytes without a copy, and bytes of a string, are conversions
//! here. Fields and elements are found at the offsets that Go's compiler gives them, as long as they
//! are added to an address in the conversion to `unsafe.Pointer` or by `unsafe.Add`.

use gol_bytecode::{LeafKind, Reg, op};
use gol_grammar::ast::{BinaryOp, Expr, ExprKind};
use gol_types::{Basic, BuiltinId, Store, TypeId};

use super::Lower;
use super::types::Class;

impl Lower<'_, '_> {
    /// `(*T)(p)` of an `unsafe.Pointer`.
    pub(super) fn pointer_from_unsafe(
        &mut self,
        e: &Expr,
        x: &Expr,
        to: TypeId,
        want: Option<Reg>,
    ) -> Reg {
        let Some(seen_as) = self.pointee(to) else { return self.expr(x, want) };
        let is = match self.origin(x) {
            Some(origin) => {
                let ty = self.ty(origin);
                self.pointee(ty)
            }
            None => None,
        };
        if let Some(is) = is
            && !self.may_be_seen_as(is, seen_as)
        {
            if self.shared.esc.is_looked_through(e.id) && self.shows_header(is, seen_as) {
                return self.expr(x, want);
            }
            self.refuse_view(e, is, seen_as);
        }
        let ptr = self.expr(x, want);
        self.at(e);
        let mark = self.b.mark();
        let one = self.alloc_word();
        self.load_word(one, 1);
        self.view(ptr, one, seen_as);
        self.b.release(mark);
        ptr
    }

    /// The pointer `p` of `unsafe.Pointer(p)`.
    fn origin<'e>(&mut self, x: &'e Expr) -> Option<&'e Expr> {
        let ExprKind::Call { fun, args, .. } = &x.unparen().kind else { return None };
        let [p] = args.as_slice() else { return None };
        let ty = self.ty(p);
        (self.is_type(fun) && self.pointee(ty).is_some()).then_some(p)
    }

    /// Of `(*T)(unsafe.Pointer(p))`: `p`, what it points to, and `T`.
    pub(super) fn seen_through_unsafe<'e>(
        &mut self,
        x: &'e Expr,
    ) -> Option<(&'e Expr, TypeId, TypeId)> {
        let ExprKind::Call { fun, args, .. } = &x.unparen().kind else { return None };
        let [inner] = args.as_slice() else { return None };
        if !self.is_type(fun) {
            return None;
        }
        let origin = self.origin(inner)?;
        let (is, seen_as) = (self.ty(origin), self.ty(x));
        Some((origin, self.pointee(is)?, self.pointee(seen_as)?))
    }

    /// `*(*T)(unsafe.Pointer(p))` with a number or an array or struct of numbers for `T`, which may
    /// be read of any memory: `p`, with `x` what stands behind the first star.
    pub(super) fn numbers_seen_through_unsafe<'e>(&mut self, x: &'e Expr) -> Option<&'e Expr> {
        let (origin, is, seen_as) = self.seen_through_unsafe(x)?;
        let (is, seen_as) = (self.repr(is), self.repr(seen_as));
        // The second word of a slice is not what it is in Go.
        let first_word = seen_as.size <= 8;
        let slices = is.leaves.iter().any(|leaf| leaf.kind == LeafKind::Slice);
        let numbers = !seen_as.leaves.is_empty()
            && seen_as
                .leaves
                .iter()
                .all(|leaf| leaf.kind.words() == 1 && leaf.kind != LeafKind::Ptr);
        let fits = seen_as.size <= is.size && seen_as.align <= is.align;
        (numbers && fits && !is.leaves.is_empty() && (first_word || !slices)).then_some(origin)
    }

    /// `*(*string)(unsafe.Pointer(&bytes))` and `*(*[]byte)(unsafe.Pointer(&text))`, with `x` what
    /// stands behind the first star: the pointer to the bytes or the text.
    pub(super) fn text_seen_through_unsafe<'e>(&mut self, x: &'e Expr) -> Option<&'e Expr> {
        let (origin, from, to) = self.seen_through_unsafe(x)?;
        let is_text = match (self.class(from), self.class(to)) {
            (Class::Str, Class::Slice) => self.has_bytes(to),
            (Class::Slice, Class::Str) => self.has_bytes(from),
            _ => false,
        };
        is_text.then_some(origin)
    }

    fn has_bytes(&mut self, slice: TypeId) -> bool {
        let elem = self.elem(slice);
        matches!(self.class(elem), Class::Int { bits: 8, .. })
    }

    /// Whether what is known of both types lets one be seen as the other: strings, slices,
    /// interfaces, maps, channels and functions are where the other has the same.
    pub(super) fn may_be_seen_as(&mut self, is: TypeId, seen_as: TypeId) -> bool {
        let (is, seen_as) = (self.repr(is), self.repr(seen_as));
        if is.leaves.is_empty() || seen_as.leaves.is_empty() {
            return true;
        }
        let wide = |kind| matches!(kind, LeafKind::Str | LeafKind::Slice | LeafKind::Iface);
        let end = seen_as.size.min(is.size) as u32;
        let agrees = |a: &[gol_bytecode::Leaf], b: &[gol_bytecode::Leaf]| {
            a.iter().filter(|leaf| wide(leaf.kind) && leaf.offset < end).all(|leaf| {
                b.iter().any(|other| other.offset == leaf.offset && other.kind == leaf.kind)
            })
        };
        agrees(&is.leaves, &seen_as.leaves) && agrees(&seen_as.leaves, &is.leaves)
    }

    /// Panics: a type cannot be seen as another.
    fn refuse_view(&mut self, e: &Expr, is: TypeId, seen_as: TypeId) {
        let is = self.m.checker.type_string_qualified(is);
        let seen_as = self.m.checker.type_string_qualified(seen_as);
        let text = format!(
            "unsafe.Pointer: the memory of {is} is not that of {seen_as} in gol (unsafe.String, \
             unsafe.StringData, unsafe.Slice and unsafe.SliceData work)"
        );
        self.at(e);
        self.refuse(&text);
    }

    /// Panics with a text.
    pub(super) fn refuse(&mut self, text: &str) {
        let mark = self.b.mark();
        let base = self.b.alloc_call(2);
        let string = self.m.str_idx(text.as_bytes());
        self.b.emit(op::LoadStr { dst: base, string });
        let native = self.m.native("runtime.panicwrap");
        self.b.emit(op::CallNative { base, native });
        self.b.release(mark);
    }

    /// Panics unless so many values of a type lie where a pointer leads.
    pub(super) fn view(&mut self, ptr: Reg, len: Reg, ty: TypeId) {
        let ty = self.type_idx(ty);
        self.b.emit(op::UnsafeView { ptr, len, ty });
    }

    pub(super) fn unsafe_call(
        &mut self,
        e: &Expr,
        id: BuiltinId,
        args: &[Expr],
        want: Option<Reg>,
    ) -> Reg {
        let ty = self.ty(e);
        let Some(x) = args.first() else { return self.zero_value(ty, want) };
        let dst = self.dst(ty, want);
        let mark = self.b.mark();
        match (id, args.get(1)) {
            (BuiltinId::UnsafeSizeof, _) => {
                let x_ty = self.ty(x);
                let size = self.m.checker.sizeof(x_ty);
                self.load_word(dst, size);
            }
            (BuiltinId::UnsafeAlignof, _) => {
                let x_ty = self.ty(x);
                let align = self.m.checker.alignof(x_ty);
                self.load_word(dst, align);
            }
            (BuiltinId::UnsafeOffsetof, _) => {
                let offset = self.field_offset(x);
                self.load_word(dst, offset);
            }
            (BuiltinId::UnsafeString, Some(len)) => {
                let ptr = self.expr(x, None);
                let len = self.index_operand(len);
                self.check_unsafe(e, ptr, len, None);
                self.move_words(dst, ptr, 1);
                self.move_words(Reg(dst.0 + 1), len, 1);
            }
            (BuiltinId::UnsafeSlice, Some(len)) => {
                let ptr = self.expr(x, None);
                let len = self.index_operand(len);
                let elem = self.elem(ty);
                self.check_unsafe(e, ptr, len, Some(elem));
                let cap = self.alloc_word();
                self.b.emit(op::ShlI64Imm { dst: cap, a: len, imm: 32 });
                self.b.emit(op::OrI64 { dst: cap, a: cap, b: len });
                self.move_words(dst, ptr, 1);
                self.move_words(Reg(dst.0 + 1), cap, 1);
            }
            (BuiltinId::UnsafeAdd, Some(n)) => {
                let ptr = self.expr(x, None);
                let n = self.index_operand(n);
                self.add_offset(e, dst, ptr, n);
            }
            _ => {
                // The data of a string or slice: its first word.
                let pair = self.expr(x, None);
                self.move_words(dst, pair, 1);
            }
        }
        self.b.release(mark);
        dst
    }

    /// `unsafe.Pointer(x)` of a pointer or number. Offsets are counted as Go does it: the run time is
    /// told what structs lie where, and asked what an address and an offset make (see `exposed` in
    /// the VM).
    pub(super) fn unsafe_pointer(&mut self, e: &Expr, x: &Expr, want: Option<Reg>) -> Reg {
        let from = self.ty(x);
        if let Some(pointee) = self.pointee(from) {
            let ptr = self.expr(x, want);
            let repr = self.repr(pointee);
            if matches!(self.class(pointee), Class::Struct | Class::Array)
                && !repr.pointers.is_empty()
            {
                let mark = self.b.mark();
                let ty = self.type_idx(pointee);
                let word = self.alloc_word();
                self.b.emit(op::LoadType { dst: word, ty });
                self.call_runtime(e, "runtime.expose", &[ptr, word], None);
                self.b.release(mark);
            }
            return ptr;
        }
        let mut terms = Vec::new();
        flatten_sum(x, &mut terms);
        let base = terms.iter().position(|term| self.is_address(term));
        let (Some(base), true) = (base, terms.len() > 1) else { return self.expr(x, want) };
        let ty = self.ty(e);
        let dst = self.dst(ty, want);
        let mark = self.b.mark();
        let offset = self.alloc_word();
        self.load_word(offset, 0);
        let ptr = self.alloc_word();
        for (index, term) in terms.into_iter().enumerate() {
            let value = self.expr_as(term, from, None);
            if index == base {
                self.move_words(ptr, value, 1);
            } else {
                self.b.emit(op::AddI64 { dst: offset, a: offset, b: value });
            }
        }
        self.add_offset(e, dst, ptr, offset);
        self.b.release(mark);
        dst
    }

    /// Whether a term of a sum is an address: `uintptr(p)`, or what reflect says of a value.
    fn is_address(&mut self, term: &Expr) -> bool {
        let ExprKind::Call { fun, args, .. } = &term.unparen().kind else { return false };
        match args.as_slice() {
            [p] if self.is_type(fun) => {
                let ty = self.ty(p);
                self.is_unsafe_pointer(ty)
            }
            [] => matches!(&fun.unparen().kind, ExprKind::Selector { sel, .. }
                if matches!(sel.name.as_str(), "UnsafeAddr" | "Pointer")),
            _ => false,
        }
    }

    /// `dst = ptr + offset`, with the offset counted as Go does.
    fn add_offset(&mut self, e: &Expr, dst: Reg, ptr: Reg, offset: Reg) {
        if self.shared.trusted {
            self.b.emit(op::AddI64 { dst, a: ptr, b: offset });
        } else {
            self.call_runtime(e, "runtime.unsafeadd", &[ptr, offset], Some(dst));
        }
    }

    /// Calls a native of words that gives one word or none.
    fn call_runtime(&mut self, e: &Expr, name: &str, args: &[Reg], dst: Option<Reg>) {
        self.at(e);
        self.call_runtime_here(name, args, dst);
    }

    fn call_runtime_here(&mut self, name: &str, args: &[Reg], dst: Option<Reg>) {
        let mark = self.b.mark();
        let base = self.b.alloc_call(args.len() as u16);
        for (index, &arg) in args.iter().enumerate() {
            self.move_words(Reg(base.0 + index as u16), arg, 1);
        }
        let native = self.m.native(name);
        self.b.emit(op::CallNative { base, native });
        if let Some(dst) = dst {
            self.move_words(dst, base, 1);
        }
        self.b.release(mark);
    }

    /// Panics unless a slice of these elements, or a string, can lie at an address.
    fn check_unsafe(&mut self, e: &Expr, ptr: Reg, len: Reg, elem: Option<TypeId>) {
        self.at(e);
        self.check_unsafe_here(ptr, len, elem);
    }

    pub(super) fn check_unsafe_here(&mut self, ptr: Reg, len: Reg, elem: Option<TypeId>) {
        let mark = self.b.mark();
        let bytes = elem.map_or(1, |elem| self.repr(elem).size);
        let (size, is_slice) = (self.alloc_word(), self.alloc_word());
        self.load_word(size, bytes);
        self.load_word(is_slice, u64::from(elem.is_some()));
        self.call_runtime_here("runtime.checkunsafe", &[ptr, len, size, is_slice], None);
        self.view(ptr, len, elem.unwrap_or(Store::basic(Basic::Uint8)));
        self.b.release(mark);
    }

    /// `unsafe.Offsetof(x.f)` where the checker could not say it: in generic code.
    fn field_offset(&mut self, x: &Expr) -> u64 {
        let ExprKind::Selector { x: of, .. } = &x.unparen().kind else { return 0 };
        let Some(selection) = self.selection(x.unparen()) else { return 0 };
        let mut ty = self.ty(of);
        let mut offset = 0;
        for &index in &selection.index {
            ty = self.pointee(ty).unwrap_or(ty);
            let offsets = self.m.checker.field_offsets(ty);
            offset += offsets.get(index).copied().unwrap_or(0);
            match self.struct_fields(ty).get(index) {
                Some(&field) => ty = self.obj_ty(field),
                None => return offset,
            }
        }
        offset
    }
}

/// The terms of a sum `a + b + c`.
fn flatten_sum<'e>(e: &'e Expr, terms: &mut Vec<&'e Expr>) {
    match &e.unparen().kind {
        ExprKind::Binary { op: BinaryOp::Add, x, y, .. } => {
            flatten_sum(x, terms);
            flatten_sum(y, terms);
        }
        _ => terms.push(e),
    }
}
