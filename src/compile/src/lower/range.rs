//! `for … range` over everything but functions.
//!
//! What is ranged over is evaluated once, an array copied if its elements are asked for. The
//! counter is the key's own register where the body cannot change it.

use gol_bytecode::{LeafKind, MAP_ITER_WORDS, NO_REG, Reg, op};
use gol_grammar::ast::{AssignOp, Block, Expr, ExprKind, Range, StmtKind};
use gol_types::{Basic, ObjId, Store, Type, TypeId};

use super::assign::Lhs;
use super::place::Place;
use super::stmt::any_stmt;
use super::types::Class;
use super::{Local, Lower, TargetKind};
use crate::builder::{Cond, Label};

/// Labels of a loop.
#[derive(Clone, Copy)]
struct Labels {
    top: Label,
    cont: Label,
    end: Label,
}

impl Lower<'_, '_> {
    pub(super) fn range_stmt(&mut self, stmt: &Range) {
        let x_ty = self.ty(&stmt.x);
        if let Type::Signature(sig) = self.under(x_ty) {
            return match self.shared.esc.iterator(stmt.body.id) {
                Some(iterator) => self.range_in_place(stmt, &iterator),
                None => self.range_func(stmt, &sig),
            };
        }
        let shared;
        let stmt = match self.with_shared_variables(stmt) {
            Some(assigning) => {
                shared = assigning;
                &shared
            }
            None => stmt,
        };
        let pinned = self.pin_constants(&[], &[&stmt.body.stmts]);
        match self.under(x_ty) {
            Type::Basic(_) if self.class(x_ty) == Class::Str => self.range_string(stmt),
            Type::Basic(_) => self.range_int(stmt, x_ty),
            Type::Slice(elem) => self.range_slice(stmt, elem),
            Type::Array { .. } | Type::Pointer(_) => self.range_array(stmt, x_ty),
            Type::Map { key, elem } => self.range_map(stmt, x_ty, (key, elem)),
            Type::Chan { elem, .. } => self.range_chan(stmt, elem),
            _ => {}
        }
        self.unpin(pinned);
    }

    /// Before Go 1.22 a loop declared its variables once. Where that shows, they are declared here,
    /// and the loop that comes back assigns to them.
    fn with_shared_variables(&mut self, stmt: &Range) -> Option<Range> {
        if !stmt.define || self.m.checker.renews_loop_variables(stmt.range_span.lo) {
            return None;
        }
        let vars: Vec<ObjId> = stmt.lhs.iter().filter_map(|e| self.defined(e)).collect();
        if !vars.iter().any(|&obj| self.is_boxed(obj)) {
            return None;
        }
        for obj in vars {
            self.define_zero(obj);
        }
        Some(Range { define: false, ..stmt.clone() })
    }

    /// Whether the body of a loop is a closure, which a function is called with.
    pub(super) fn has_range_closure(&mut self, stmt: &Range) -> bool {
        let ty = self.ty(&stmt.x);
        matches!(self.under(ty), Type::Signature(_))
            && self.shared.esc.iterator(stmt.body.id).is_none()
    }

    fn labels(&mut self) -> Labels {
        Labels { top: self.b.new_label(), cont: self.b.new_label(), end: self.b.new_label() }
    }

    /// The body, with `break` and `continue` bound.
    fn range_body_block(&mut self, stmt: &Range, labels: Labels) {
        self.push_target(TargetKind::Loop, Some(labels.end), Some(labels.cont));
        self.block(&stmt.body);
        self.targets.pop();
    }

    /// The target at an index of the left side, unless it is missing or blank.
    fn range_lhs<'s>(&self, stmt: &'s Range, index: usize) -> Option<&'s Expr> {
        stmt.lhs.get(index).filter(|e| e.as_name().is_none_or(|n| n != "_"))
    }

    /// Gives a target its value for this iteration.
    fn bind_range(&mut self, stmt: &Range, e: &Expr, value: Reg, from: TypeId, fresh: bool) {
        if stmt.define {
            if let Some(obj) = self.defined(e) {
                self.define_reg(obj, value, from, fresh);
            }
            return;
        }
        let mark = self.b.mark();
        let place = self.target_place(e);
        let value = self.convert_assigned(value, from, place.ty, None);
        self.store(&place, value, fresh);
        self.b.release(mark);
    }

    /// The register variable that a target declares, if the body leaves it alone: the loop may
    /// write it directly.
    pub(super) fn direct_var(&mut self, stmt: &Range, e: Option<&Expr>) -> Option<(ObjId, TypeId)> {
        let obj = self.defined(e?).filter(|_| stmt.define)?;
        let ty = self.obj_ty(obj);
        let plain = !self.is_boxed(obj)
            && !self.is_package_var(obj)
            && !self.is_mem(ty)
            && !self.modifies(&stmt.body, obj);
        plain.then_some((obj, ty))
    }

    /// The counter of a loop from 0 on, and the key to be bound from it, if it is not the counter.
    fn counter<'s>(&mut self, stmt: &'s Range, ty: TypeId) -> (Reg, Option<&'s Expr>) {
        let key = self.range_lhs(stmt, 0);
        let counter = self.alloc_word();
        match self.direct_var(stmt, key) {
            Some((obj, key_ty)) if key_ty == ty => {
                self.locals.insert(obj, Local::Regs(counter));
                (counter, None)
            }
            _ => (counter, key),
        }
    }

    /// A loop over the numbers below r[n]; `each` binds what an iteration needs.
    fn counted(
        &mut self,
        stmt: &Range,
        ty: TypeId,
        n: Result<i16, Reg>,
        each: impl FnOnce(&mut Self, Reg),
    ) {
        let labels = self.labels();
        let unsigned = self.class(ty).is_unsigned();
        let (counter, key) = self.counter(stmt, ty);
        self.b.emit(op::LoadInt { dst: counter, value: 0 });
        let less = |counter| match n {
            Ok(imm) => Cond::LtImm(counter, imm),
            Err(n) if unsigned => Cond::LtU64(counter, n),
            Err(n) => Cond::LtI64(counter, n),
        };
        if !matches!(n, Ok(imm) if imm > 0) {
            self.b.jump_if(less(counter).negate(), labels.end);
        }
        self.b.bind(labels.top);
        let mark = self.b.mark();
        if let Some(key) = key
            && !self.assigns_pair(stmt)
        {
            self.bind_range(stmt, key, counter, ty, true);
        }
        each(self, counter);
        self.range_body_block(stmt, labels);
        self.b.release(mark);
        self.b.bind(labels.cont);
        self.b.set_pos(stmt.range_span.lo);
        self.b.emit(op::AddI64Imm { dst: counter, a: counter, imm: 1 });
        self.b.jump_if(less(counter), labels.top);
        self.b.bind(labels.end);
    }

    fn range_int(&mut self, stmt: &Range, x_ty: TypeId) {
        let ty = match stmt.lhs.first() {
            Some(key)
                if self.const_value(&stmt.x).is_some() && self.range_lhs(stmt, 0).is_some() =>
            {
                self.target_type(key)
            }
            _ => x_ty,
        };
        let n = match self.immediate(&stmt.x, ty) {
            Some(imm) => Ok(imm),
            None => Err(self.stable_operand(stmt, ty)),
        };
        self.counted(stmt, ty, n, |_, _| {});
    }

    fn target_type(&mut self, e: &Expr) -> TypeId {
        match self.defined(e) {
            Some(obj) => self.obj_ty(obj),
            None => self.ty(e),
        }
    }

    /// What is ranged over, where the body cannot change it.
    fn stable_operand(&mut self, stmt: &Range, ty: TypeId) -> Reg {
        let reg = self.expr_as(&stmt.x, ty, None);
        let x = stmt.x.unparen();
        let root = self.root(x);
        let changed = match root {
            Some(obj) => self.modifies(&stmt.body, obj) || !stmt.define,
            None => false,
        };
        if !changed {
            return reg;
        }
        let copy = self.alloc_value(ty);
        self.move_to(ty, reg, Some(copy))
    }

    fn range_slice(&mut self, stmt: &Range, elem: TypeId) {
        let ty = self.ty(&stmt.x);
        let slice = self.stable_operand(stmt, ty);
        let n = self.alloc_word();
        self.b.emit(op::SliceLen { dst: n, slice });
        self.range_elems(stmt, slice, elem, Err(n));
    }

    fn range_elems(&mut self, stmt: &Range, slice: Reg, elem: TypeId, n: Result<i16, Reg>) {
        let value = self.range_lhs(stmt, 1);
        let int = Store::basic(Basic::Int);
        self.counted(stmt, int, n, |lower, counter| {
            let Some(value) = value else { return };
            lower.bind_elem(stmt, value, (counter, elem), |lower| {
                lower.slice_elem_place(slice, elem, counter)
            });
        });
    }

    /// Gives the value's target an element.
    fn bind_elem(
        &mut self,
        stmt: &Range,
        value: &Expr,
        (counter, elem): (Reg, TypeId),
        place: impl FnOnce(&mut Self) -> Place,
    ) {
        let var = self.defined(value).filter(|_| stmt.define);
        if let Some(obj) = var
            && !self.is_boxed(obj)
            && !self.is_package_var(obj)
            && !self.is_mem(elem)
        {
            let reg = self.alloc_value(elem);
            let mark = self.b.mark();
            let place = place(self);
            self.load(&place, Some(reg));
            self.b.release(mark);
            self.locals.insert(obj, Local::Regs(reg));
            return;
        }
        let place = place(self);
        let reg = self.load(&place, None);
        if self.assigns_pair(stmt) {
            let int = Store::basic(Basic::Int);
            self.assign_pair(stmt, (counter, int), (reg, elem));
        } else {
            self.bind_range(stmt, value, reg, elem, false);
        }
    }

    /// Whether an iteration assigns to two places, which is done as a tuple assignment.
    pub(super) fn assigns_pair(&self, stmt: &Range) -> bool {
        !stmt.define && self.range_lhs(stmt, 0).is_some() && self.range_lhs(stmt, 1).is_some()
    }

    pub(super) fn assign_pair(&mut self, stmt: &Range, key: (Reg, TypeId), value: (Reg, TypeId)) {
        let mark = self.b.mark();
        let lhs: Vec<Lhs> = stmt.lhs.iter().map(|e| self.lhs(e)).collect();
        let (places, _) = self.target_places(&lhs, &[]);
        for (place, (reg, ty)) in places.iter().zip([key, value]) {
            let reg = self.convert_assigned(reg, ty, place.ty, None);
            self.store(place, reg, false);
        }
        self.b.release(mark);
    }

    fn range_array(&mut self, stmt: &Range, x_ty: TypeId) {
        let is_pointer = self.pointee(x_ty);
        let Some((elem, len)) = self.array(is_pointer.unwrap_or(x_ty)) else { return };
        let int = Store::basic(Basic::Int);
        if self.range_lhs(stmt, 1).is_none() {
            if self.has_effects(&stmt.x) {
                self.discard(&stmt.x);
            }
            let n = self.length(len);
            self.counted(stmt, int, n, |_, _| {});
            return;
        }
        let whole = if let Some(base) = is_pointer {
            let ptr = self.stable_operand(stmt, x_ty);
            Place::behind(base, ptr)
        } else {
            self.array_operand(stmt, x_ty)
        };
        let n = self.length(len);
        if let super::place::PlaceKind::Value(_) = whole.kind {
            let value = self.range_lhs(stmt, 1);
            self.counted(stmt, int, n, |lower, counter| {
                let Some(value) = value else { return };
                lower.bind_elem(stmt, value, (counter, elem), |lower| {
                    lower.elem_place(whole, elem, len, counter)
                });
            });
            return;
        }
        self.b.set_pos(stmt.range_span.lo);
        let slice = self.array_view(&whole, len);
        self.range_elems(stmt, slice, elem, n);
    }

    /// The array itself, if nothing changes it meanwhile, or a copy.
    fn array_operand(&mut self, stmt: &Range, ty: TypeId) -> Place {
        let private = match self.root(stmt.x.unparen()) {
            Some(obj) => {
                !self.is_package_var(obj)
                    && !self.is_boxed(obj)
                    && !self.modifies(&stmt.body, obj)
                    && stmt.define
                    && matches!(stmt.x.unparen().kind, ExprKind::Name(_))
            }
            None => false,
        };
        if private {
            return self.place(&stmt.x);
        }
        let temp = self.alloc_value(ty);
        self.expr_owned(&stmt.x, Some(temp));
        self.value_place(ty, temp)
    }

    fn length(&mut self, len: u64) -> Result<i16, Reg> {
        match i16::try_from(len) {
            Ok(imm) => Ok(imm),
            Err(_) => Err(self.load_int(len as i64, None)),
        }
    }

    fn range_string(&mut self, stmt: &Range) {
        let ty = self.ty(&stmt.x);
        let a = self.stable_operand(stmt, ty);
        let labels = self.labels();
        let next = self.alloc_word();
        let (key, value) = (self.range_lhs(stmt, 0), self.range_lhs(stmt, 1));
        let index = if key.is_some() { self.alloc_word() } else { NO_REG };
        let rune = if value.is_some() { self.alloc_word() } else { NO_REG };
        self.b.emit(op::LoadInt { dst: next, value: 0 });
        self.b.bind(labels.top);
        self.b.bind(labels.cont);
        let mark = self.b.mark();
        if key.is_some() {
            self.b.emit(op::Move { dst: index, a: next });
        }
        self.b.emit_jump(|off| op::StrRange { next, rune, a, off }, labels.end);
        let (int, int32) = (Store::basic(Basic::Int), Store::basic(Basic::Int32));
        self.bind_both(stmt, (index, int), (rune, int32));
        self.range_body_block(stmt, labels);
        self.b.release(mark);
        self.b.jump(labels.top);
        self.b.bind(labels.end);
    }

    /// Binds a target to a register that is written anew in every iteration: a plain variable just
    /// lives there.
    fn bind_or_alias(&mut self, stmt: &Range, e: &Expr, reg: Reg, ty: TypeId) {
        if let Some(obj) = self.defined(e).filter(|_| stmt.define)
            && !self.is_boxed(obj)
            && !self.is_package_var(obj)
            && !self.is_mem(ty)
        {
            self.locals.insert(obj, Local::Regs(reg));
            return;
        }
        self.bind_range(stmt, e, reg, ty, false);
    }

    fn bind_both(&mut self, stmt: &Range, key: (Reg, TypeId), value: (Reg, TypeId)) {
        if self.assigns_pair(stmt) {
            self.assign_pair(stmt, key, value);
            return;
        }
        for (i, (reg, ty)) in [key, value].into_iter().enumerate() {
            if let Some(e) = self.range_lhs(stmt, i) {
                self.bind_or_alias(stmt, e, reg, ty);
            }
        }
    }

    fn range_map(&mut self, stmt: &Range, map_ty: TypeId, (key_ty, elem): (TypeId, TypeId)) {
        let labels = self.labels();
        let iter = self.b.alloc(MAP_ITER_WORDS, None);
        let (key, value) = (self.range_lhs(stmt, 0), self.range_lhs(stmt, 1));
        let key_reg = if key.is_some() { self.alloc_value(key_ty) } else { NO_REG };
        let val_reg = if value.is_some() { self.alloc_value(elem) } else { NO_REG };
        let ty = self.type_idx(map_ty);
        let mark = self.b.mark();
        let map = self.expr(&stmt.x, None);
        self.b.set_pos(stmt.range_span.lo);
        self.b.emit(op::MapIterInit { iter, map, ty });
        self.b.release(mark);
        self.b.bind(labels.top);
        self.b.bind(labels.cont);
        self.b.set_pos(stmt.range_span.lo);
        self.b.emit_jump(
            |off| op::MapIterNext { iter, key: key_reg, val: val_reg, off, ty },
            labels.end,
        );
        self.bind_both(stmt, (key_reg, key_ty), (val_reg, elem));
        self.range_body_block(stmt, labels);
        self.b.release(mark);
        self.b.jump(labels.top);
        self.b.bind(labels.end);
    }

    fn range_chan(&mut self, stmt: &Range, elem: TypeId) {
        let ty = self.ty(&stmt.x);
        let chan = self.stable_operand(stmt, ty);
        let labels = self.labels();
        let key = self.range_lhs(stmt, 0);
        let dst = if key.is_some() { self.alloc_value(elem) } else { NO_REG };
        let ok = self.alloc_word();
        self.b.bind(labels.top);
        self.b.bind(labels.cont);
        let mark = self.b.mark();
        self.b.set_pos(stmt.range_span.lo);
        let words = if key.is_some() { self.words(elem) } else { 0 };
        self.b.emit(op::RecvOk { dst, ok, chan, words });
        self.b.jump_if(Cond::False(ok), labels.end);
        if let Some(key) = key {
            if self.is_mem(elem) {
                self.bind_range(stmt, key, dst, elem, true);
            } else {
                self.bind_or_alias(stmt, key, dst, elem);
            }
        }
        self.range_body_block(stmt, labels);
        self.b.release(mark);
        self.b.jump(labels.top);
        self.b.bind(labels.end);
    }

    // -- Who changes what

    /// The variable whose memory or registers an expression is a part of: slices, maps and pointers
    /// lead to other memory.
    pub(super) fn root(&self, e: &Expr) -> Option<ObjId> {
        match &e.kind {
            ExprKind::Name(_) => self.object(e.id),
            ExprKind::Paren(x) => self.root(x),
            ExprKind::Selector { x, .. } | ExprKind::Index { x, .. } if !self.leads_away(x) => {
                self.root(x)
            }
            _ => None,
        }
    }

    fn leads_away(&self, x: &Expr) -> bool {
        let store = &self.m.checker.store;
        let Some(tv) = self.m.checker.info.of(x.id) else { return false };
        let ty = match store.ty(tv.ty) {
            Type::Named(named) => named.underlying.map(|u| store.ty(u)),
            other => Some(other),
        };
        matches!(ty, Some(Type::Slice(_) | Type::Map { .. } | Type::Pointer(_)))
    }

    /// Whether statements of a block (and not of a literal) assign to a variable or a part of it.
    pub(super) fn modifies(&self, block: &Block, obj: ObjId) -> bool {
        let hit = |e: &Expr| self.root(e) == Some(obj);
        any_stmt(&block.stmts, &mut |s| match &s.kind {
            StmtKind::Assign { lhs, op, .. } => {
                let defines = *op == AssignOp::Define;
                lhs.iter().any(|e| hit(e) && !(defines && self.defined(e).is_some()))
            }
            StmtKind::IncDec { x, .. } => hit(x),
            StmtKind::Range(range) => !range.define && range.lhs.iter().any(hit),
            StmtKind::Select(select) => select.clauses.iter().any(|c| c.comm.is_some()),
            _ => false,
        })
    }

    /// A register pair for a slice.
    pub(super) fn alloc_slice(&mut self) -> Reg {
        self.alloc_pair(LeafKind::Slice)
    }
}
