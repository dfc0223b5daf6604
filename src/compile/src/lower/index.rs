//! `x[i]` and `x[lo:hi:max]`.

use gol_bytecode::{LeafKind, NO_REG, Reg, op};
use gol_grammar::ast::{Expr, ExprKind};
use gol_types::{Basic, ObjKind, Type, TypeId};

use super::Lower;
use super::place::{Place, PlaceKind};
use super::types::Class;

impl Lower<'_, '_> {
    /// `x[i]`, or an instance of a generic function.
    pub(super) fn index(&mut self, e: &Expr, x: &Expr, want: Option<Reg>) -> Reg {
        let ExprKind::Index { indices, .. } = &e.kind else { return self.expr(x, want) };
        if let Some((id, obj)) = self.func_name_of(x)
            && matches!(self.m.checker.store.obj(obj).kind, ObjKind::Func(_))
        {
            return self.func_value(e, id, obj, want);
        }
        if let ExprKind::Selector { sel, .. } = &x.unparen().kind
            && let Some(selection) = self.selection(x.unparen())
            && selection.kind != gol_types::SelectionKind::Field
        {
            return self.method_value(e, sel, &selection, want);
        }
        let Some(i) = indices.first() else { return self.expr(x, want) };
        let x_ty = self.ty(x);
        match (self.class(x_ty), self.is_map(x_ty)) {
            (Class::Str, _) => self.index_string(e, (x, x_ty), i, want),
            (_, true) => self.index_map(e, (x, x_ty), i, want),
            _ => {
                let ty = self.ty(e);
                let keep = if self.is_mem(ty) { None } else { Some(self.dst(ty, want)) };
                let mark = self.b.mark();
                let Some(place) = self.index_place(e, x, indices, false) else {
                    let text = self.m.checker.type_string_qualified(x_ty);
                    let message = format!("internal error: index of a value of type {text}");
                    self.m.error(e.span.lo, message);
                    return self.zero_value(ty, want);
                };
                let Some(dst) = keep else { return self.load_at(e, &place, want) };
                self.load_at(e, &place, Some(dst));
                self.b.release(mark);
                dst
            }
        }
    }

    fn index_string(
        &mut self,
        e: &Expr,
        (x, x_ty): (&Expr, TypeId),
        i: &Expr,
        want: Option<Reg>,
    ) -> Reg {
        let dst = want.unwrap_or_else(|| self.alloc_word());
        let mark = self.b.mark();
        let order = self.begin_order(&[x, i]);
        let a = self.expr_as(x, x_ty, None);
        let idx = self.index_operand(i);
        self.end_order(order);
        self.at(e);
        self.note_unsigned([Some(i), None, None]);
        self.b.emit(op::StrIndex { dst, a, idx });
        self.b.release(mark);
        dst
    }

    fn index_map(
        &mut self,
        e: &Expr,
        (x, map_ty): (&Expr, TypeId),
        i: &Expr,
        want: Option<Reg>,
    ) -> Reg {
        let Type::Map { key, elem } = self.under(map_ty) else { return self.expr(x, want) };
        let dst = self.dst(elem, want);
        let mark = self.b.mark();
        let order = self.begin_order(&[x, i]);
        let map = self.expr(x, None);
        let key = self.expr_as(i, key, None);
        self.end_order(order);
        self.at(e);
        let ty = self.type_idx(map_ty);
        self.b.emit(op::MapGet { dst, map, key, ty });
        self.b.release(mark);
        dst
    }

    /// An index in a register; a constant that is out of range for `int` stays out of range.
    pub(super) fn index_operand(&mut self, i: &Expr) -> Reg {
        if let Some(n) = self.const_int(i) {
            let int = gol_types::Store::basic(gol_types::Basic::Int);
            return self.load_const(&gol_types::constant::Value::Int(n), int, None);
        }
        self.expr(i, None)
    }

    /// The element of an array, slice or pointer to an array; `None` for what is no place.
    /// `late`: an index out of range panics when the place is used.
    pub(super) fn index_place(
        &mut self,
        e: &Expr,
        x: &Expr,
        indices: &[Expr],
        late: bool,
    ) -> Option<Place> {
        let i = indices.first()?;
        let order = self.begin_order(&[x, i]);
        let place = self.index_place_parts(e, x, i, late);
        self.end_order(order);
        place
    }

    fn index_place_parts(&mut self, e: &Expr, x: &Expr, i: &Expr, late: bool) -> Option<Place> {
        let x_ty = self.ty(x);
        match self.under(x_ty) {
            Type::Slice(elem) => {
                let slice = self.expr(x, None);
                let idx = self.index_operand(i);
                self.at(e);
                self.note_unsigned([Some(i), None, None]);
                if late && self.single_leaf(elem).is_none() {
                    let kind = PlaceKind::Element { slice, idx, elem, off: 0 };
                    return Some(Place { ty: elem, kind });
                }
                Some(self.slice_elem_place(slice, elem, idx))
            }
            Type::Array { .. } => {
                let (elem, len) = self.array(x_ty)?;
                let whole = self.place(x);
                Some(self.array_elem(e, whole, (elem, len), i))
            }
            Type::Pointer(base) => {
                let (elem, len) = self.array(base)?;
                let header = if self.const_int(i).is_some() { self.header_place(x) } else { None };
                let whole = match header {
                    Some(header) => header,
                    None => {
                        let ptr = self.expr(x, None);
                        Place::behind(base, ptr)
                    }
                };
                Some(self.array_elem(e, whole, (elem, len), i))
            }
            _ => None,
        }
    }

    fn array_elem(
        &mut self,
        e: &Expr,
        whole: Place,
        (elem, len): (TypeId, u64),
        i: &Expr,
    ) -> Place {
        if let Some(n) = self.const_int(i)
            && (0..len as i64).contains(&n)
        {
            return self.const_elem_place(whole, elem, n as u64);
        }
        let idx = self.index_operand(i);
        self.at(e);
        self.note_unsigned([Some(i), None, None]);
        self.elem_place(whole, elem, len, idx)
    }

    /// The same for a target that is read and written at the current position.
    pub(super) fn note_unsigned_target(&mut self, target: &Expr) {
        match &target.unparen().kind {
            ExprKind::Selector { x, .. } => self.note_unsigned_target(x),
            ExprKind::Index { indices, .. } => {
                self.note_unsigned([indices.first(), None, None]);
            }
            _ => {}
        }
    }

    /// Notes which operands of the instruction at the current position are unsigned: panics show
    /// them so.
    fn note_unsigned(&mut self, operands: [Option<&Expr>; 3]) {
        let mut mask = 0;
        for (bit, operand) in operands.into_iter().enumerate() {
            let Some(operand) = operand else { continue };
            let ty = self.ty(operand);
            let wide = [Basic::Uint, Basic::Uint64, Basic::Uintptr];
            if matches!(self.under(ty), Type::Basic(basic) if wide.contains(&basic)) {
                mask |= 1 << bit;
            }
        }
        let entry = (self.b.pos(), mask);
        if mask != 0 && !self.b.func.unsigned.contains(&entry) {
            self.b.func.unsigned.push(entry);
        }
    }

    /// `x[lo:hi:max]` of a string, slice, array or pointer to array.
    pub(super) fn slice_expr(
        &mut self,
        e: &Expr,
        x: &Expr,
        bounds: [Option<&Expr>; 3],
        want: Option<Reg>,
    ) -> Reg {
        let ty = self.ty(e);
        let dst = self.dst(ty, want);
        let mark = self.b.mark();
        let x_ty = self.ty(x);
        let class = self.class(x_ty);
        let parts: Vec<&Expr> = std::iter::once(x).chain(bounds.into_iter().flatten()).collect();
        let outer = std::mem::replace(&mut self.ordered, false);
        let order = self.begin_order(&parts);
        let a = match class {
            Class::Str | Class::Slice => self.expr_as(x, x_ty, None),
            _ => self.array_to_slice(e, x, x_ty),
        };
        let [lo, hi, max] =
            bounds.map(|bound| bound.map_or(NO_REG, |bound| self.index_operand(bound)));
        self.end_order(order);
        self.ordered = outer;
        self.at(e);
        self.note_unsigned(bounds);
        if class == Class::Str {
            self.b.emit(op::SliceStr { dst, a, lo, hi });
        } else {
            let elem = self.elem(x_ty);
            let size = self.repr(elem).size as i32;
            let size = if class == Class::Slice { size } else { !size };
            self.b.emit(op::SliceSlice { dst, a, lo, hi, max, size });
        }
        self.b.release(mark);
        dst
    }

    fn array_to_slice(&mut self, e: &Expr, x: &Expr, x_ty: TypeId) -> Reg {
        if let Some(base) = self.pointee(x_ty) {
            let len = self.array(base).map_or(0, |(_, len)| len);
            let ptr = self.expr(x, None);
            let dst = self.alloc_pair(LeafKind::Slice);
            self.at(e);
            if len == 0 {
                self.b.emit(op::NilCheck { ptr });
            }
            self.b.emit(op::ArrayView { dst, ptr, len: len as i32 });
            return dst;
        }
        let len = self.array(x_ty).map_or(0, |(_, len)| len);
        let place = self.place(x);
        self.at(e);
        let ptr = self.address(&place, None);
        let place =
            Place { ty: x_ty, kind: PlaceKind::Mem { ptr, off: 0, nonnil: true, view: None } };
        self.array_view(&place, len)
    }
}
