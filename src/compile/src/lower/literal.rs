//! Composite literals, built where they are wanted: in registers, in new memory, behind `&`.

use gol_bytecode::{Reg, op};
use gol_grammar::ast::{Expr, ExprKind};
use gol_types::{ObjId, Type, TypeId};

use super::Lower;
use super::order::Order;
use super::place::{Place, PlaceKind};

impl Lower<'_, '_> {
    /// `T{…}`; with its type left out it may stand for `&T{…}`.
    pub(super) fn composite(&mut self, e: &Expr, want: Option<Reg>) -> Reg {
        let order = self.begin_elements(e);
        let reg = self.composite_parts(e, want);
        self.end_order(order);
        reg
    }

    /// The elements are parts of one expression; those of a map are entered one by one.
    fn begin_elements(&mut self, e: &Expr) -> Order {
        let ExprKind::Composite { elems, .. } = &e.kind else { return self.begin_order(&[]) };
        let values: Vec<&Expr> = elems
            .iter()
            .map(|elem| match &elem.kind {
                ExprKind::KeyValue { value, .. } => &**value,
                _ => elem,
            })
            .collect();
        let ty = self.ty(e);
        if self.is_map(ty) { self.begin_order(&[]) } else { self.begin_order(&values) }
    }

    fn composite_parts(&mut self, e: &Expr, want: Option<Reg>) -> Reg {
        let ty = self.ty(e);
        match self.under(ty) {
            Type::Pointer(base) => self.new_composite(e, base, want),
            Type::Map { key, elem } => self.map_literal(e, ty, (key, elem), want),
            Type::Slice(elem) => self.slice_literal(e, ty, elem, want),
            _ if self.is_mem(ty) => self.new_composite(e, ty, want),
            _ => self.register_literal(e, ty, want),
        }
    }

    /// `&T{…}`.
    pub(super) fn composite_address(&mut self, e: &Expr, want: Option<Reg>) -> Reg {
        let ty = self.ty(e);
        match self.under(ty) {
            Type::Struct(_) | Type::Array { .. } => {
                let order = self.begin_elements(e);
                let reg = self.new_composite(e, ty, want);
                self.end_order(order);
                reg
            }
            _ => {
                let dst = want.unwrap_or_else(|| self.alloc_pointer());
                let mark = self.b.mark();
                let value = self.composite(e, None);
                let boxed = self.new_box(ty, value);
                self.move_words(dst, boxed, 1);
                self.b.release(mark);
                dst
            }
        }
    }

    /// The address of a new struct or array, filled.
    fn new_composite(&mut self, e: &Expr, ty: TypeId, want: Option<Reg>) -> Reg {
        if !matches!(self.under(ty), Type::Struct(_) | Type::Array { .. }) {
            return self.boxed_literal(e, ty, want);
        }
        // The register asked for may be a variable that the literal reads.
        let dst = want.unwrap_or_else(|| self.alloc_pointer());
        let mark = self.b.mark();
        let ptr = if want.is_some() { self.alloc_pointer() } else { dst };
        let idx = self.type_idx(ty);
        self.b.emit(op::New { dst: ptr, ty: idx });
        self.fill(e, &Place::memory(ty, ptr, 0));
        self.move_words(dst, ptr, 1);
        self.b.release(mark);
        dst
    }

    /// An elided `&T{…}` where T is a map or slice.
    fn boxed_literal(&mut self, e: &Expr, ty: TypeId, want: Option<Reg>) -> Reg {
        let dst = want.unwrap_or_else(|| self.alloc_pointer());
        let mark = self.b.mark();
        let value = match self.under(ty) {
            Type::Map { key, elem } => self.map_literal(e, ty, (key, elem), None),
            Type::Slice(elem) => self.slice_literal(e, ty, elem, None),
            _ => self.zero_value(ty, None),
        };
        let boxed = self.new_box(ty, value);
        self.move_words(dst, boxed, 1);
        self.b.release(mark);
        dst
    }

    /// A struct or array in registers.
    fn register_literal(&mut self, e: &Expr, ty: TypeId, want: Option<Reg>) -> Reg {
        let dst = self.dst(ty, want);
        if !self.fills_all(e, ty) {
            let words = self.words(ty);
            self.zero_words(dst, words);
        }
        self.fill(e, &Place::value(ty, dst));
        dst
    }

    /// Whether a literal gives every part a value.
    fn fills_all(&mut self, e: &Expr, ty: TypeId) -> bool {
        let ExprKind::Composite { elems, .. } = &e.kind else { return false };
        let keyed = elems.iter().any(|e| matches!(e.kind, ExprKind::KeyValue { .. }));
        let parts = match self.under(ty) {
            Type::Struct(s) => s.fields.len() as u64,
            _ => self.array(ty).map_or(0, |(_, len)| len),
        };
        let promoted =
            elems.iter().any(|e| self.key_path(e, ty).is_some_and(|path| path.len() > 1));
        (!keyed || matches!(self.under(ty), Type::Struct(_)))
            && !promoted
            && !self.struct_fields(ty).iter().any(|&field| self.is_blank_field(field))
            && elems.len() as u64 == parts
    }

    /// Stores the parts of a struct or array literal into a place that is zero where the literal
    /// says nothing.
    fn fill(&mut self, e: &Expr, place: &Place) {
        let ExprKind::Composite { elems, .. } = &e.kind else { return };
        if matches!(self.under(place.ty), Type::Struct(_)) {
            self.fill_struct(elems, place);
        } else if let Some((elem, _)) = self.array(place.ty) {
            self.fill_array(elems, place, elem);
        }
    }

    fn fill_struct(&mut self, elems: &[Expr], place: &Place) {
        let fields = self.struct_fields(place.ty);
        for (i, elem) in elems.iter().enumerate() {
            let mark = self.b.mark();
            if let ExprKind::KeyValue { value, .. } = &elem.kind {
                let path = self.key_path(elem, place.ty);
                let part = self.follow(place.clone(), &path.unwrap_or_default());
                self.fill_part(&part, value);
            } else {
                let part = self.field_place(place.clone(), i);
                if fields.get(i).is_some_and(|&field| self.is_blank_field(field)) {
                    // What a blank field is given is computed and forgotten: it stays zero.
                    self.expr_as(elem, part.ty, None);
                } else {
                    self.fill_part(&part, elem);
                }
            }
            self.b.release(mark);
        }
    }

    fn is_blank_field(&self, field: ObjId) -> bool {
        self.m.checker.store.obj(field).name == *"_"
    }

    /// The way from a struct to the field that a key names, which may be promoted.
    fn key_path(&mut self, elem: &Expr, ty: TypeId) -> Option<Vec<usize>> {
        let ExprKind::KeyValue { key, .. } = &elem.kind else { return None };
        let name = key.as_name()?;
        let fields = self.struct_fields(ty);
        let store = &self.m.checker.store;
        if let Some(at) = fields.iter().position(|&f| store.obj(f).name == *name) {
            return Some(vec![at]);
        }
        let pkg = self.m.checker.info.uses.get(&key.id).and_then(|&f| store.obj(f).pkg);
        let (_, path, _) = self.m.checker.lookup_member(ty, pkg, name)?;
        Some(path)
    }

    fn fill_array(&mut self, elems: &[Expr], place: &Place, elem: TypeId) {
        let mut next = 0;
        for e in elems {
            let mut value = e;
            if let ExprKind::KeyValue { key, value: v } = &e.kind {
                next = self.const_int(key).unwrap_or(0) as u64;
                value = v;
            }
            let mark = self.b.mark();
            let part = self.const_elem_place(place.clone(), elem, next);
            self.fill_part(&part, value);
            self.b.release(mark);
            next += 1;
        }
    }

    /// One part: literals inside are built in place.
    fn fill_part(&mut self, part: &Place, value: &Expr) {
        let inner = value.unparen();
        let in_place = matches!(inner.kind, ExprKind::Composite { .. })
            && matches!(part.kind, PlaceKind::Mem { .. })
            && matches!(self.under(part.ty), Type::Struct(_) | Type::Array { .. })
            && self.ty(inner) == part.ty;
        if in_place {
            self.fill(inner, part);
            return;
        }
        self.b.set_pos(value.span.lo);
        if let PlaceKind::Value(reg) = part.kind {
            self.expr_as_owned(value, part.ty, Some(reg));
            return;
        }
        let reg = self.expr_as(value, part.ty, None);
        self.store(part, reg, false);
    }

    fn slice_literal(&mut self, e: &Expr, ty: TypeId, elem: TypeId, want: Option<Reg>) -> Reg {
        let ExprKind::Composite { elems, .. } = &e.kind else { return self.zero_value(ty, want) };
        let len = self.literal_len(elems);
        let dst = self.dst(ty, want);
        let mark = self.b.mark();
        let array_ty = self.array_of(elem, len);
        let array = self.new_array(elem, len);
        self.fill_array(elems, &Place::memory(array_ty, array, 0), elem);
        self.b.emit(op::ArrayView { dst, ptr: array, len: len as i32 });
        self.b.release(mark);
        dst
    }

    fn literal_len(&self, elems: &[Expr]) -> u64 {
        let (mut next, mut len) = (0, 0);
        for e in elems {
            if let ExprKind::KeyValue { key, .. } = &e.kind {
                next = self.const_int(key).unwrap_or(0) as u64;
            }
            next += 1;
            len = len.max(next);
        }
        len
    }

    fn map_literal(
        &mut self,
        e: &Expr,
        ty: TypeId,
        (key_ty, elem_ty): (TypeId, TypeId),
        want: Option<Reg>,
    ) -> Reg {
        let ExprKind::Composite { elems, .. } = &e.kind else { return self.zero_value(ty, want) };
        let dst = want.unwrap_or_else(|| self.alloc_pointer());
        let mark = self.b.mark();
        // The register asked for may be a variable that the literal reads.
        let map = self.alloc_pointer();
        let idx = self.type_idx(ty);
        let hint = self.load_int(elems.len() as i64, None);
        self.b.emit(op::MakeMap { dst: map, hint, ty: idx });
        for elem in elems {
            let ExprKind::KeyValue { key, value } = &elem.kind else { continue };
            let mark = self.b.mark();
            let outer = std::mem::replace(&mut self.ordered, false);
            let order = self.begin_order(&[key, value]);
            let key = self.expr_as(key, key_ty, None);
            let a = self.expr_as(value, elem_ty, None);
            self.end_order(order);
            self.ordered = outer;
            self.b.set_pos(elem.span.lo);
            self.b.emit(op::MapSet { map, key, a, ty: idx });
            self.b.release(mark);
        }
        self.move_words(dst, map, 1);
        self.b.release(mark);
        dst
    }
}
