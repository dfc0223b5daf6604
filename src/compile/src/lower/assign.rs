//! Assignments, in Go's order: operands of the left side, then the right side, then the stores
//! from left to right.
//!
//! A left side without calls is looked at after the right side has been evaluated, as Go's
//! compiler does; so most assignments need no temporaries.

use gol_bytecode::{NO_REG, Reg, op};
use gol_diagnostic::Pos;
use gol_grammar::ast::{BinaryOp, Expr, ExprKind};
use gol_types::{Basic, BuiltinId, ObjId, Store, TypeId};

use super::place::{Part, Place, PlaceKind};
use super::{Local, Lower};

/// A target of an assignment.
#[derive(Clone, Debug)]
pub(super) enum Lhs {
    Blank,
    /// A variable that is declared here.
    New(ObjId),
    Place(Expr),
}

/// Registers that an assignment writes.
type Ranges = Vec<(Reg, u16)>;

impl Lower<'_, '_> {
    /// What an expression on the left of `=` or `:=` is.
    pub(super) fn lhs(&self, e: &Expr) -> Lhs {
        if e.as_name().is_some_and(|n| n == "_") {
            return Lhs::Blank;
        }
        match self.defined(e) {
            Some(obj) => Lhs::New(obj),
            None => Lhs::Place(e.clone()),
        }
    }

    pub(super) fn assign(&mut self, lhs: &[Expr], rhs: &[Expr]) {
        match (lhs, rhs) {
            ([x], [y]) => self.assign_one(x, y),
            (_, [y]) => {
                let targets: Vec<Lhs> = lhs.iter().map(|e| self.lhs(e)).collect();
                self.assign_results(&targets, y);
            }
            _ => {
                let targets: Vec<Lhs> = lhs.iter().map(|e| self.lhs(e)).collect();
                self.assign_tuple(&targets, rhs);
            }
        }
    }

    fn assign_one(&mut self, x: &Expr, y: &Expr) {
        if x.as_name().is_some_and(|n| n == "_") {
            self.discard(y);
            return;
        }
        if self.has_effects(x) {
            let order = self.begin_order(&[x, y]);
            let place = self.late_target_place(x);
            self.assign_to(&place, y);
            self.end_order(order);
            return;
        }
        if matches!(x.unparen().kind, ExprKind::Name(_)) {
            let place = self.target_place(x);
            self.assign_to(&place, y);
            return;
        }
        let ty = self.ty(x);
        let value = self.expr_as(y, ty, None);
        let fresh = self.is_fresh(y);
        self.at(x);
        let place = self.target_place(x);
        self.store(&place, value, fresh);
    }

    /// Evaluates an expression and stores it in a place that has been evaluated.
    pub(super) fn assign_to(&mut self, place: &Place, y: &Expr) {
        let mark = self.b.mark();
        match place.kind {
            PlaceKind::Value(reg) if !self.writes_early(y) => {
                self.expr_as(y, place.ty, Some(reg));
            }
            _ => {
                let pos = self.b.pos();
                let temp =
                    matches!(place.kind, PlaceKind::Value(_)).then(|| self.alloc_value(place.ty));
                let value = self.expr_as(y, place.ty, temp);
                let fresh = self.is_fresh(y);
                self.b.set_pos(pos);
                self.store(place, value, fresh);
            }
        }
        self.b.release(mark);
    }

    /// Whether an expression writes some of its result before it has read all of its operands.
    fn writes_early(&mut self, e: &Expr) -> bool {
        let e = e.unparen();
        match &e.kind {
            ExprKind::Composite { .. } => true,
            ExprKind::Call { fun, args, .. } if self.is_type(fun) => {
                args.first().is_some_and(|a| self.writes_early(a))
            }
            ExprKind::Call { fun, args, .. } => match self.builtin(fun) {
                Some(BuiltinId::Min | BuiltinId::Max | BuiltinId::Complex) => true,
                Some(BuiltinId::Append) => args.len() > 2,
                _ => false,
            },
            ExprKind::Binary { .. } | ExprKind::Unary { .. } => {
                let ty = self.ty(e);
                self.class(ty).is_complex()
            }
            _ => false,
        }
    }

    // -- Several at a time

    /// `a, b = x, y`, where some may be declared.
    pub(super) fn assign_tuple(&mut self, lhs: &[Lhs], rhs: &[Expr]) {
        let new_locals = self.declare_targets(lhs);
        let mark = self.b.mark();
        let parts: Vec<&Expr> = left_parts(lhs).chain(rhs).collect();
        let order = self.begin_order(&parts);
        let (places, ranges) = self.target_places(lhs, rhs);
        let mut values = Vec::new();
        for (i, (place, value)) in places.iter().zip(rhs).enumerate() {
            // What is stored at once must not be overwritten by an earlier one's store.
            let later =
                if self.written_before(&places[..i], place) { None } else { Some(&rhs[i + 1..]) };
            values.push(self.tuple_value(place, value, later, &ranges));
        }
        for (place, value) in places.iter().zip(values) {
            if let Some(value) = value {
                self.store(place, value, true);
            }
        }
        self.end_order(order);
        self.b.release(mark);
        self.finish_targets(new_locals);
    }

    /// Whether some of these places is the variable of another one, or a part of it.
    fn written_before(&mut self, places: &[Place], place: &Place) -> bool {
        let Some((reg, ty)) = written(place) else { return false };
        let words = self.words(ty);
        let before: Vec<_> = places.iter().filter_map(written).collect();
        let ranges: Ranges = before.into_iter().map(|(r, ty)| (r, self.words(ty))).collect();
        overlaps(&ranges, reg, words)
    }

    /// Evaluates one value of a tuple assignment to where no store of the statement reaches it;
    /// `None` if it could be stored at once.
    fn tuple_value(
        &mut self,
        place: &Place,
        value: &Expr,
        later: Option<&[Expr]>,
        ranges: &Ranges,
    ) -> Option<Reg> {
        if let (PlaceKind::Blank, true) = (&place.kind, self.is_nil(value)) {
            return None;
        }
        if let (PlaceKind::Value(reg), Some(later)) = (&place.kind, later)
            && !self.writes_early(value)
            && let written = (*reg, self.words(place.ty))
            && later.iter().all(|e| self.ignores(e, written))
        {
            self.expr_as(value, place.ty, Some(*reg));
            return None;
        }
        let reg = self.expr_as_owned(value, place.ty, None);
        let words = self.words(place.ty);
        if !overlaps(ranges, reg, words) {
            return Some(reg);
        }
        let temp = self.alloc_value(place.ty);
        self.move_words(temp, reg, words);
        Some(temp)
    }

    /// Whether an expression neither reads these registers nor can panic or call: a variable may
    /// then be written before it is evaluated.
    fn ignores(&mut self, e: &Expr, written: (Reg, u16)) -> bool {
        use BinaryOp::*;
        if self.const_value(e).is_some() {
            return true;
        }
        match &e.kind {
            ExprKind::Paren(x) => self.ignores(x, written),
            ExprKind::Name(_) => match self.object(e.id).and_then(|obj| self.locals.get(&obj)) {
                Some(&Local::Regs(reg)) => {
                    let ty = self.ty(e);
                    let words = self.words(ty);
                    !overlaps(&vec![written], reg, words)
                }
                _ => false,
            },
            ExprKind::Binary { op: Add | Sub | Mul | And | Or | Xor | AndNot, x, y, .. } => {
                self.ignores(x, written) && self.ignores(y, written)
            }
            _ => false,
        }
    }

    /// `a, b = f()` and the comma-ok forms.
    pub(super) fn assign_results(&mut self, lhs: &[Lhs], rhs: &Expr) {
        let new_locals = self.declare_targets(lhs);
        let mark = self.b.mark();
        let parts: Vec<&Expr> = left_parts(lhs).collect();
        let late = self.reads_late(&parts);
        if late && !self.is_multi_call(rhs) {
            self.assign_comma_ok_late(lhs, &parts, rhs);
            self.b.release(mark);
            self.finish_targets(new_locals);
            return;
        }
        // Operands that calls may change are read when the call on the right has been made.
        let order = if late { self.make_early(&parts) } else { self.begin_order(&[]) };
        let called = (late && self.is_multi_call(rhs)).then(|| self.call(rhs.unparen()));
        let (places, _) = self.target_places(lhs, std::slice::from_ref(rhs));
        if self.is_multi_call(rhs) {
            let (mut from, types) = called.unwrap_or_else(|| self.call(rhs.unparen()));
            for (place, ty) in places.iter().zip(types) {
                if !matches!(place.kind, PlaceKind::Blank) {
                    let value = self.convert_assigned(from, ty, place.ty, None);
                    self.store(place, value, true);
                }
                from.0 += self.words(ty);
            }
        } else if let [v, ok] = &places[..] {
            self.assign_comma_ok(v, ok, rhs);
        }
        self.end_order(order);
        self.b.release(mark);
        self.finish_targets(new_locals);
    }

    /// `v, ok = …` where the left side is looked at after the right one.
    fn assign_comma_ok_late(&mut self, lhs: &[Lhs], parts: &[&Expr], rhs: &Expr) {
        let order = self.make_early(parts);
        let ty = self.ty(rhs);
        let (value, flag) = (self.alloc_value(ty), self.alloc_word());
        self.comma_ok(rhs, value, flag);
        let (places, _) = self.target_places(lhs, std::slice::from_ref(rhs));
        if let [v, ok] = &places[..] {
            if !matches!(v.kind, PlaceKind::Blank) {
                let value = self.convert_assigned(value, ty, v.ty, None);
                let fresh = self.is_fresh(rhs);
                self.store(v, value, fresh);
            }
            if !matches!(ok.kind, PlaceKind::Blank) {
                let flag = self.bool_as(flag, ok.ty);
                self.store(ok, flag, true);
            }
        }
        self.end_order(order);
    }

    fn assign_comma_ok(&mut self, v: &Place, ok: &Place, rhs: &Expr) {
        let ty = self.ty(rhs);
        let same = v.ty == ty && !self.is_mem(ty);
        let dst = match v.kind {
            PlaceKind::Blank => NO_REG,
            PlaceKind::Value(reg) if same => reg,
            _ => self.alloc_value(ty),
        };
        let bool_ty = Store::basic(Basic::Bool);
        let flag = match ok.kind {
            PlaceKind::Value(reg) if !self.is_iface(ok.ty) => reg,
            _ => self.alloc_word(),
        };
        self.comma_ok(rhs, dst, flag);
        if dst != NO_REG {
            let value = self.convert_assigned(dst, ty, v.ty, None);
            let fresh = self.is_fresh(rhs);
            self.store(v, value, fresh);
        }
        if !matches!(ok.kind, PlaceKind::Blank) {
            let value = self.convert_assigned(flag, bool_ty, ok.ty, None);
            self.store(ok, value, true);
        }
    }

    /// Allocates the variables that an assignment declares; boxes are made when it has been
    /// evaluated, so that a closure on the right side does not see them.
    fn declare_targets(&mut self, lhs: &[Lhs]) -> Vec<(ObjId, TypeId, Local)> {
        let mut locals = Vec::new();
        for target in lhs {
            let Lhs::New(obj) = target else { continue };
            if self.is_package_var(*obj) {
                continue;
            }
            let ty = self.obj_ty(*obj);
            let local = if self.is_mem(ty) {
                Local::Mem(self.zero_value(ty, None))
            } else if self.is_boxed(*obj) {
                let dst = self.alloc_pointer();
                let ty = self.type_idx(ty);
                self.b.emit(op::New { dst, ty });
                Local::Boxed(dst)
            } else {
                Local::Regs(self.alloc_value(ty))
            };
            self.locals.insert(*obj, local);
            self.views.remove(obj);
            locals.push((*obj, ty, local));
        }
        locals
    }

    fn finish_targets(&mut self, locals: Vec<(ObjId, TypeId, Local)>) {
        for (obj, ty, local) in locals {
            self.insert_local(obj, ty, local);
        }
    }

    /// Places of all targets, whose operands no store of the statement changes, and the registers
    /// that it writes.
    pub(super) fn target_places(&mut self, lhs: &[Lhs], rhs: &[Expr]) -> (Vec<Place>, Ranges) {
        let mut places = Vec::new();
        for (i, target) in lhs.iter().enumerate() {
            places.push(match target {
                Lhs::Blank => {
                    let ty = match rhs.get(i) {
                        Some(e) if lhs.len() == rhs.len() => self.ty(e),
                        _ => Store::basic(Basic::Bool),
                    };
                    Place { ty, kind: PlaceKind::Blank }
                }
                Lhs::New(obj) => self.var_place(*obj),
                Lhs::Place(e) => self.late_target_place(e),
            });
        }
        let mut ranges = Vec::new();
        for place in &places {
            if let Some((reg, ty)) = written(place) {
                ranges.push((reg, self.words(ty)));
            }
        }
        for place in &mut places {
            self.stabilize(&mut place.kind, &ranges);
        }
        (places, ranges)
    }

    /// Copies operands of a place that the statement writes.
    fn stabilize(&mut self, kind: &mut PlaceKind, ranges: &Ranges) {
        match kind {
            PlaceKind::Mem { ptr, .. } => self.stable(ptr, 1, ranges),
            PlaceKind::Elem { slice, idx } | PlaceKind::Element { slice, idx, .. } => {
                self.stable(slice, 2, ranges);
                self.stable(idx, 1, ranges);
            }
            PlaceKind::Part { outer, part } => {
                self.stabilize(&mut outer.kind, ranges);
                if let Part::Index { idx, .. } = part {
                    self.stable(idx, 1, ranges);
                }
            }
            PlaceKind::Header { of, .. } => self.stabilize(&mut of.kind, ranges),
            PlaceKind::MapElem { map, key, map_ty } => {
                self.stable(map, 1, ranges);
                let gol_types::Type::Map { key: key_ty, .. } = self.under(*map_ty) else { return };
                let words = self.words(key_ty);
                self.stable(key, words, ranges);
            }
            PlaceKind::Blank
            | PlaceKind::Value(_)
            | PlaceKind::MemVar { .. }
            | PlaceKind::Global(_) => {}
        }
    }

    fn stable(&mut self, reg: &mut Reg, words: u16, ranges: &Ranges) {
        if overlaps(ranges, *reg, words) {
            let temp = self.b.alloc(words, None);
            self.move_words(temp, *reg, words);
            *reg = temp;
        }
    }

    // -- x op= y

    pub(super) fn op_assign(&mut self, op: BinaryOp, pos: Pos, x: &Expr, y: &Expr) {
        let order = self.begin_order(&[x, y]);
        self.op_assign_parts(op, pos, x, y);
        self.end_order(order);
    }

    fn op_assign_parts(&mut self, op: BinaryOp, pos: Pos, x: &Expr, y: &Expr) {
        let place = self.target_place(x);
        let ty = place.ty;
        let in_place = match place.kind {
            PlaceKind::Value(reg) if !self.class(ty).is_complex() => Some(reg),
            _ => None,
        };
        let imm = if op.is_shift() { None } else { self.immediate(y, ty) };
        // Where both sides may fail, the left one does so first.
        let alike = matches!(place.kind, PlaceKind::Mem { .. }) && self.fails_for_nil_only(y);
        let read_first = in_place.is_none() && !alike && self.reads_late(&[y]);
        self.b.set_pos(pos);
        self.note_unsigned_target(x);
        let read = if read_first { Some(self.load(&place, None)) } else { None };
        let operand = match (op.is_shift(), imm) {
            (false, None) => Some(self.expr_as(y, ty, None)),
            _ => None,
        };
        self.b.set_pos(pos);
        let a = read.unwrap_or_else(|| self.load(&place, None));
        let dst = in_place.unwrap_or_else(|| self.alloc_value(ty));
        if let Some(b) = operand {
            self.arith(op, ty, dst, a, b);
        } else if op.is_shift() {
            self.shift_by(op, pos, ty, dst, a, y);
        } else if !imm.is_some_and(|imm| self.arith_imm(op, ty, dst, a, imm)) {
            let b = self.expr_as(y, ty, None);
            self.arith(op, ty, dst, a, b);
        }
        if in_place.is_none() {
            self.store(&place, dst, true);
        }
    }

    pub(super) fn inc_dec(&mut self, x: &Expr, inc: bool, pos: Pos) {
        let place = self.target_place(x);
        let op = if inc { BinaryOp::Add } else { BinaryOp::Sub };
        self.b.set_pos(pos);
        self.note_unsigned_target(x);
        let a = self.load(&place, None);
        let in_place = if let PlaceKind::Value(reg) = place.kind { Some(reg) } else { None };
        let dst = in_place.unwrap_or_else(|| self.alloc_value(place.ty));
        if !self.arith_imm(op, place.ty, dst, a, 1) {
            let one = gol_types::constant::Value::Int(1);
            let b = self.load_const(&one, place.ty, None);
            self.arith(op, place.ty, dst, a, b);
        }
        if in_place.is_none() {
            self.store(&place, dst, true);
        }
    }
}

/// The expressions among targets.
fn left_parts(lhs: &[Lhs]) -> impl Iterator<Item = &Expr> {
    lhs.iter().filter_map(|target| match target {
        Lhs::Place(e) => Some(e),
        Lhs::Blank | Lhs::New(_) => None,
    })
}

/// The register variable that a store to a place changes, and its type.
fn written(place: &Place) -> Option<(Reg, TypeId)> {
    match &place.kind {
        PlaceKind::Value(reg) => Some((*reg, place.ty)),
        PlaceKind::Part { outer, .. } => written(outer),
        _ => None,
    }
}

fn overlaps(ranges: &Ranges, reg: Reg, words: u16) -> bool {
    ranges.iter().any(|&(r, n)| reg.0 < r.0 + n && r.0 < reg.0 + words)
}
