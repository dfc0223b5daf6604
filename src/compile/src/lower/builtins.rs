//! The predeclared functions.
//!
//! `print` and `println` call one native for each value: `runtime.printbool`, `printint`,
//! `printuint`, `printfloat`, `printfloat32`, `printcomplex`, `printcomplex64`, `printstring`,
//! `printpointer`, `printiface`, `printslice`, and `printsp` and `printnl` without one.

use gol_bytecode::{LeafKind, NO_REG, Reg, op};
use gol_grammar::ast::{BinaryOp, Expr, ExprKind, NodeId};
use gol_types::{Basic, BuiltinId, Store, Type, TypeId};

use super::Lower;
use super::types::Class;
use crate::builder::Cond;

impl Lower<'_, '_> {
    /// A predeclared function called for what it does.
    pub(super) fn builtin_stmt(&mut self, e: &Expr, id: BuiltinId, args: &[Expr]) {
        self.builtin_call(e, id, args, None);
    }

    pub(super) fn builtin_call(
        &mut self,
        e: &Expr,
        id: BuiltinId,
        args: &[Expr],
        want: Option<Reg>,
    ) -> Reg {
        if let Some((from, types)) = self.spread_args(args) {
            let args = self.spread_exprs(e, from, &types);
            return self.builtin_call(e, id, &args, want);
        }
        let transparent = matches!(id, BuiltinId::Min | BuiltinId::Max);
        let outer = self.ordered;
        self.ordered &= transparent;
        let parts: Vec<&Expr> = args.iter().collect();
        let order = self.begin_order(&parts);
        let reg = self.builtin_parts(e, id, args, want);
        self.end_order(order);
        self.ordered = outer;
        reg
    }

    fn builtin_parts(&mut self, e: &Expr, id: BuiltinId, args: &[Expr], want: Option<Reg>) -> Reg {
        self.at(e);
        let nothing = want.unwrap_or(Reg(0));
        match (id, args) {
            (BuiltinId::Recover, _) => {
                let dst = want.unwrap_or_else(|| self.alloc_pair(LeafKind::Iface));
                match self.recover_frame {
                    Some(a) => self.b.emit(op::RecoverFor { dst, a }),
                    None => self.b.emit(op::Recover { dst }),
                }
                dst
            }
            (BuiltinId::Print | BuiltinId::Println, _) => {
                self.print(args, id == BuiltinId::Println);
                nothing
            }
            (BuiltinId::Min | BuiltinId::Max, _) => self.min_max(e, id, args, want),
            (_, []) => nothing,
            (BuiltinId::Append, [slice, rest @ ..]) => self.append(e, slice, rest, want),
            (BuiltinId::Make, [ty, sizes @ ..]) => self.make(e, ty, sizes, want),
            (BuiltinId::New, [x, ..]) => self.new_call(x, want),
            (BuiltinId::Len, [x, ..]) => self.len(x, want),
            (BuiltinId::Cap, [x, ..]) => self.cap(x, want),
            (BuiltinId::Real, [x, ..]) => self.complex_part(e, x, 0, want),
            (BuiltinId::Imag, [x, ..]) => self.complex_part(e, x, 1, want),
            (BuiltinId::Complex, [re, im, ..]) => self.complex(e, re, im, want),
            (BuiltinId::Copy, [a, b, ..]) => self.copy(e, a, b, want),
            (BuiltinId::Clear, [x, ..]) => {
                self.clear(e, x);
                nothing
            }
            (BuiltinId::Close, [x, ..]) => {
                let chan = self.expr(x, None);
                self.at(e);
                self.b.emit(op::Close { chan });
                nothing
            }
            (BuiltinId::Delete, [map, key, ..]) => {
                self.delete(e, map, key);
                nothing
            }
            (BuiltinId::Panic, [x, ..]) => {
                let a = self.alloc_pair(LeafKind::Iface);
                self.load_any(x, a);
                self.at(e);
                self.b.emit(op::Panic { a });
                nothing
            }
            _ => self.unsafe_call(e, id, args, want),
        }
    }

    /// The results of a call as expressions that have been evaluated.
    fn spread_exprs(&mut self, e: &Expr, mut from: Reg, types: &[TypeId]) -> Vec<Expr> {
        let mut exprs = Vec::new();
        for &ty in types {
            // Ids from the top are no node's.
            let id = NodeId(u32::MAX - self.evaluated.len() as u32);
            self.evaluated.insert(id, (from, ty));
            exprs.push(Expr { id, span: e.span, kind: ExprKind::Bad });
            from.0 += self.words(ty);
        }
        exprs
    }

    /// r[dst..+2] = an expression as an `any`.
    fn load_any(&mut self, e: &Expr, dst: Reg) {
        if self.is_nil(e) {
            self.zero_words(dst, 2);
            return;
        }
        let ty = self.ty(e);
        if self.is_iface(ty) {
            self.expr(e, Some(dst));
            return;
        }
        let mark = self.b.mark();
        let a = self.expr(e, None);
        self.make_iface(dst, a, ty);
        self.b.release(mark);
    }

    fn len(&mut self, x: &Expr, want: Option<Reg>) -> Reg {
        let ty = self.ty(x);
        if self.class(ty) == Class::Str {
            let pair = self.expr(x, None);
            return self.move_word(Reg(pair.0 + 1), want);
        }
        self.length_of(x, ty, want, false)
    }

    fn cap(&mut self, x: &Expr, want: Option<Reg>) -> Reg {
        let ty = self.ty(x);
        self.length_of(x, ty, want, true)
    }

    fn length_of(&mut self, x: &Expr, ty: TypeId, want: Option<Reg>, cap: bool) -> Reg {
        let dst = want.unwrap_or_else(|| self.alloc_word());
        let array = match self.pointee(ty) {
            Some(base) => self.array(base),
            None => self.array(ty),
        };
        if let Some((_, len)) = array {
            if self.has_effects(x) {
                self.discard(x);
            }
            self.load_word(dst, len);
            return dst;
        }
        let mark = self.b.mark();
        let a = self.expr(x, None);
        match (self.under(ty), cap) {
            (Type::Map { .. }, _) => self.b.emit(op::MapLen { dst, map: a }),
            (Type::Chan { .. }, false) => self.b.emit(op::ChanLen { dst, chan: a }),
            (Type::Chan { .. }, true) => self.b.emit(op::ChanCap { dst, chan: a }),
            (_, false) => self.b.emit(op::SliceLen { dst, slice: a }),
            (_, true) => self.b.emit(op::SliceCap { dst, slice: a }),
        }
        self.b.release(mark);
        dst
    }

    fn append(&mut self, e: &Expr, slice: &Expr, rest: &[Expr], want: Option<Reg>) -> Reg {
        let ty = self.ty(e);
        let elem = self.elem(ty);
        if rest.is_empty() {
            return self.expr_as(slice, ty, want);
        }
        let ExprKind::Call { ellipsis, .. } = &e.kind else { return self.expr_as(slice, ty, want) };
        let dst = self.dst(ty, want);
        let mark = self.b.mark();
        let a = self.expr_as(slice, ty, None);
        if ellipsis.is_some() {
            self.append_all(e, dst, a, elem, &rest[0]);
        } else {
            let values: Vec<Reg> = rest.iter().map(|x| self.expr_as(x, elem, None)).collect();
            self.at(e);
            match values[..] {
                [value] => self.append_one(elem, dst, a, value),
                _ => self.append_several(elem, dst, a, &values),
            }
        }
        self.b.release(mark);
        dst
    }

    fn append_all(&mut self, e: &Expr, dst: Reg, a: Reg, elem: TypeId, x: &Expr) {
        let x_ty = self.ty(x);
        let ty = self.type_idx(elem);
        if self.is_nil(x) {
            self.move_words(dst, a, 2);
            return;
        }
        if let Some(len) = self.made_slice(x) {
            let len = self.index_operand(len);
            self.at(e);
            self.b.emit(op::AppendMade { dst, slice: a, a: len, ty });
            return;
        }
        let b = self.expr(x, None);
        self.at(e);
        if self.class(x_ty) == Class::Str {
            self.b.emit(op::AppendStr { dst, a, b, ty });
        } else {
            self.b.emit(op::AppendSlice { dst, a, b, ty });
        }
    }

    /// The length in `make(T, length)`.
    fn made_slice<'e>(&self, x: &'e Expr) -> Option<&'e Expr> {
        let x = x.unparen();
        let ExprKind::Call { fun, args, .. } = &x.kind else { return None };
        if self.evaluated.contains_key(&x.id) {
            return None;
        }
        match args.as_slice() {
            [_, len] if self.builtin(fun) == Some(BuiltinId::Make) => Some(len),
            _ => None,
        }
    }

    /// All or none of the elements go into the old array.
    fn append_several(&mut self, elem: TypeId, dst: Reg, slice: Reg, values: &[Reg]) {
        let idx = self.alloc_word();
        self.b.emit(op::SliceLen { dst: idx, slice });
        let ty = self.type_idx(elem);
        self.b.emit(op::AppendZero { dst, slice, n: values.len() as i32, ty });
        for (i, &value) in values.iter().enumerate() {
            if i > 0 {
                self.b.emit(op::AddI64Imm { dst: idx, a: idx, imm: 1 });
            }
            let mark = self.b.mark();
            let place = self.slice_elem_place(dst, elem, idx);
            self.store(&place, value, false);
            self.b.release(mark);
        }
    }

    fn append_one(&mut self, elem: TypeId, dst: Reg, slice: Reg, a: Reg) {
        let ty = self.type_idx(elem);
        match self.single_leaf(elem).map(|l| l.kind) {
            Some(LeafKind::I8 | LeafKind::U8) => self.b.emit(op::Append8 { dst, slice, a, ty }),
            Some(LeafKind::I32 | LeafKind::U32 | LeafKind::F32) => {
                self.b.emit(op::Append32 { dst, slice, a, ty });
            }
            Some(LeafKind::W64 | LeafKind::Ptr) => self.b.emit(op::Append64 { dst, slice, a, ty }),
            Some(LeafKind::Str | LeafKind::Slice | LeafKind::Iface) => {
                self.b.emit(op::AppendPair { dst, slice, a, ty });
            }
            _ => self.b.emit(op::AppendValue { dst, slice, a, ty }),
        }
    }

    fn copy(&mut self, e: &Expr, to: &Expr, from: &Expr, want: Option<Reg>) -> Reg {
        let dst = want.unwrap_or_else(|| self.alloc_word());
        let mark = self.b.mark();
        let (to_ty, from_ty) = (self.ty(to), self.ty(from));
        let a = self.expr(to, None);
        let b = self.expr(from, None);
        self.at(e);
        if self.class(from_ty) == Class::Str {
            self.b.emit(op::CopyStr { dst, a, b });
        } else {
            let elem = self.elem(to_ty);
            let ty = self.type_idx(elem);
            self.b.emit(op::CopySlice { dst, a, b, ty });
        }
        self.b.release(mark);
        dst
    }

    fn clear(&mut self, e: &Expr, x: &Expr) {
        let x_ty = self.ty(x);
        let a = self.expr(x, None);
        self.at(e);
        if self.is_map(x_ty) {
            let ty = self.type_idx(x_ty);
            self.b.emit(op::MapClear { map: a, ty });
        } else {
            let elem = self.elem(x_ty);
            let ty = self.type_idx(elem);
            self.b.emit(op::ClearSlice { a, ty });
        }
    }

    fn delete(&mut self, e: &Expr, map: &Expr, key: &Expr) {
        let map_ty = self.ty(map);
        let Type::Map { key: key_ty, .. } = self.under(map_ty) else { return };
        let map = self.expr(map, None);
        let key = self.expr_as(key, key_ty, None);
        let ty = self.type_idx(map_ty);
        self.at(e);
        self.b.emit(op::MapDelete { map, key, ty });
    }

    fn make(&mut self, e: &Expr, ty: &Expr, sizes: &[Expr], want: Option<Reg>) -> Reg {
        let ty = self.ty(ty);
        let dst = self.dst(ty, want);
        let mark = self.b.mark();
        let first = sizes.first().map_or(NO_REG, |x| self.index_operand(x));
        let second = sizes.get(1).map_or(first, |x| self.index_operand(x));
        self.at(e);
        match self.under(ty) {
            Type::Slice(elem) => {
                let ty = self.type_idx(elem);
                self.b.emit(op::MakeSlice { dst, len: first, cap: second, ty });
            }
            Type::Map { .. } => {
                let ty = self.type_idx(ty);
                self.b.emit(op::MakeMap { dst, hint: first, ty });
            }
            _ => {
                let ty = self.type_idx(ty);
                self.b.emit(op::MakeChan { dst, cap: first, ty });
            }
        }
        self.b.release(mark);
        dst
    }

    /// `new(T)` or `new(value)`.
    fn new_call(&mut self, x: &Expr, want: Option<Reg>) -> Reg {
        let ty = self.ty(x);
        let dst = want.unwrap_or_else(|| self.alloc_pointer());
        let mark = self.b.mark();
        if self.is_type(x) {
            let ty = self.type_idx(ty);
            self.b.emit(op::New { dst, ty });
        } else {
            let value = self.expr(x, None);
            let boxed = self.new_box(ty, value);
            self.move_words(dst, boxed, 1);
        }
        self.b.release(mark);
        dst
    }

    fn complex_part(&mut self, e: &Expr, x: &Expr, part: u16, want: Option<Reg>) -> Reg {
        let x_ty = self.ty(x);
        if !self.class(x_ty).is_complex() {
            let ty = self.ty(e);
            return self.zero_value(ty, want);
        }
        let pair = self.expr(x, None);
        self.move_word(Reg(pair.0 + part), want)
    }

    fn complex(&mut self, e: &Expr, re: &Expr, im: &Expr, want: Option<Reg>) -> Reg {
        let ty = self.ty(e);
        let part = Store::basic(match self.class(ty) {
            Class::C64 => Basic::Float32,
            _ => Basic::Float64,
        });
        let dst = self.dst(ty, want);
        self.expr_as(re, part, Some(dst));
        self.expr_as(im, part, Some(Reg(dst.0 + 1)));
        dst
    }

    // -- min, max

    fn min_max(&mut self, e: &Expr, id: BuiltinId, args: &[Expr], want: Option<Reg>) -> Reg {
        let ty = self.ty(e);
        let class = self.class(ty);
        let dst = self.dst(ty, want);
        let Some((first, rest)) = args.split_first() else { return dst };
        self.expr_as(first, ty, Some(dst));
        for arg in rest {
            let mark = self.b.mark();
            let b = self.expr_as(arg, ty, None);
            let (low, high) = if id == BuiltinId::Min { (dst, b) } else { (b, dst) };
            let keep = self.b.new_label();
            if class.is_float() {
                self.float_min_max(class, id, dst, b);
            } else {
                let flag = self.alloc_word();
                self.compare_regs(BinaryOp::Le, ty, class, flag, (low, high));
                self.b.jump_if(Cond::True(flag), keep);
                self.move_to(ty, b, Some(dst));
            }
            self.b.bind(keep);
            self.b.release(mark);
        }
        dst
    }

    /// Not-a-number wins; of the two zeros -0 is the smaller one.
    fn float_min_max(&mut self, class: Class, id: BuiltinId, dst: Reg, b: Reg) {
        let is_min = id == BuiltinId::Min;
        let ty = Store::basic(if class == Class::F32 { Basic::Float32 } else { Basic::Float64 });
        let (low, high) = if is_min { (dst, b) } else { (b, dst) };
        let (take, equal, end) = (self.b.new_label(), self.b.new_label(), self.b.new_label());
        let flag = self.alloc_word();
        for (op, operands, label) in [
            (BinaryOp::Lt, (low, high), end),
            (BinaryOp::Lt, (high, low), take),
            (BinaryOp::Eq, (low, high), equal),
        ] {
            self.compare_regs(op, ty, class, flag, operands);
            self.b.jump_if(Cond::True(flag), label);
        }
        self.arith(BinaryOp::Add, ty, dst, dst, b);
        self.b.jump(end);
        self.b.bind(equal);
        if is_min {
            self.b.emit(op::OrI64 { dst, a: dst, b });
        } else {
            self.b.emit(op::AndI64 { dst, a: dst, b });
        }
        self.b.jump(end);
        self.b.bind(take);
        self.b.emit(op::Move { dst, a: b });
        self.b.bind(end);
    }

    // -- print, println

    /// All values are evaluated before the first one is printed.
    fn print(&mut self, args: &[Expr], line: bool) {
        let values: Vec<(Class, Reg)> = args.iter().map(|arg| self.printed(arg)).collect();
        for (i, (class, value)) in values.into_iter().enumerate() {
            if line && i > 0 {
                self.print_call("runtime.printsp", Class::Nil, None);
            }
            self.print_call(printer(class), class, Some(value));
        }
        if line {
            self.print_call("runtime.printnl", Class::Nil, None);
        }
    }

    /// A value to be printed, where nothing that is evaluated later changes it.
    fn printed(&mut self, e: &Expr) -> (Class, Reg) {
        if self.is_nil(e) {
            return (Class::Ref, self.load_int(0, None));
        }
        let ty = self.ty(e);
        (self.class(ty), self.expr(e, None))
    }

    fn print_call(&mut self, native: &str, class: Class, value: Option<Reg>) {
        let words = match class {
            Class::C64 | Class::C128 | Class::Str | Class::Slice | Class::Iface => 2,
            _ => 1,
        };
        let mark = self.b.mark();
        let base = self.b.alloc_call(words);
        if let Some(a) = value {
            self.move_words(base, a, words);
        }
        let native = self.m.native(native);
        self.b.emit(op::CallNative { base, native });
        self.b.release(mark);
    }
}

/// The native that prints values of a class.
fn printer(class: Class) -> &'static str {
    match class {
        Class::Bool => "runtime.printbool",
        Class::Int { signed: true, .. } => "runtime.printint",
        Class::Int { signed: false, .. } => "runtime.printuint",
        Class::F32 => "runtime.printfloat32",
        Class::F64 => "runtime.printfloat",
        Class::C64 => "runtime.printcomplex64",
        Class::C128 => "runtime.printcomplex",
        Class::Str => "runtime.printstring",
        Class::Slice => "runtime.printslice",
        Class::Iface => "runtime.printiface",
        _ => "runtime.printpointer",
    }
}
