//! Expressions: one value each, into a given register or wherever it is.

use gol_bytecode::{NO_REG, Reg, op};
use gol_grammar::ast::{BinaryOp, Expr, ExprKind, UnaryOp};
use gol_types::{ObjKind, SelectionKind, Type, TypeId};

use super::Lower;
use super::place::{Place, PlaceKind};
use super::types::Class;

impl Lower<'_, '_> {
    /// Evaluates an expression to a value of its own type. With `want` the result is there, else
    /// in the register that comes back, which may be a variable's.
    pub(super) fn expr(&mut self, e: &Expr, want: Option<Reg>) -> Reg {
        if let Some(&(reg, ty)) = self.evaluated.get(&e.id) {
            return self.move_to(ty, reg, want);
        }
        if let Some(value) = self.const_value(e) {
            let ty = self.ty(e);
            return self.load_const(&value, ty, want);
        }
        match &e.kind {
            ExprKind::Paren(inner) => self.expr(inner, want),
            ExprKind::Name(_) => self.name(e, want),
            ExprKind::Selector { sel, .. } => self.selector(e, sel, want),
            ExprKind::Index { x, .. } => self.index(e, x, want),
            ExprKind::Slice { x, lo, hi, max } => {
                self.slice_expr(e, x, [lo.as_deref(), hi.as_deref(), max.as_deref()], want)
            }
            ExprKind::Star(x) => self.behind(e, x, want),
            ExprKind::Unary { op, op_span, x } => self.unary(e, *op, op_span.lo, x, want),
            ExprKind::Binary { op, op_span, x, y } => self.binary(e, *op, op_span.lo, (x, y), want),
            ExprKind::Call { .. } => self.call_value(e, want),
            ExprKind::Composite { .. } => self.composite(e, want),
            ExprKind::Func(lit) => self.func_literal(e, lit, want),
            ExprKind::TypeAssert { x, .. } => self.type_assert(e, x, want),
            _ => {
                let ty = self.ty(e);
                self.zero_value(ty, want)
            }
        }
    }

    /// `*x`.
    fn behind(&mut self, e: &Expr, x: &Expr, want: Option<Reg>) -> Reg {
        if let Some(text) = self.text_seen_through_unsafe(x) {
            return self.convert_text(e, text, want);
        }
        if let Some(header) = self.made_of_header(x) {
            return self.join_words(e, header, want);
        }
        let place = match self.numbers_seen_through_unsafe(x) {
            Some(origin) => {
                let ty = self.ty(e);
                let ptr = self.expr(origin, None);
                self.at(e);
                Place::behind(ty, ptr)
            }
            None => self.place(e),
        };
        self.load_at(e, &place, want)
    }

    /// As `expr`; memory of the result is nobody else's.
    pub(super) fn expr_owned(&mut self, e: &Expr, want: Option<Reg>) -> Reg {
        let ty = self.ty(e);
        if !self.is_mem(ty) || self.is_fresh(e) {
            return self.expr(e, want);
        }
        let dst = self.dst(ty, want);
        let mark = self.b.mark();
        let src = self.expr(e, None);
        let ty = self.type_idx(ty);
        self.b.emit(op::NewCopy { dst, src, ty });
        self.b.release(mark);
        dst
    }

    /// Evaluates an expression to a value of the type that it is assigned to.
    pub(super) fn expr_as(&mut self, e: &Expr, target: TypeId, want: Option<Reg>) -> Reg {
        if self.evaluated.contains_key(&e.id) {
            let from = self.ty(e);
            let reg = self.expr(e, None);
            return self.convert_assigned(reg, from, target, want);
        }
        if self.is_nil(e) {
            return self.zero_value(target, want);
        }
        let to_iface = self.is_iface(target);
        if let Some(value) = self.const_value(e)
            && !to_iface
        {
            return self.load_const(&value, target, want);
        }
        let from = self.ty(e);
        if to_iface && !self.is_iface(from) {
            return self.expr_to_iface(e, from, target, want);
        }
        self.expr(e, want)
    }

    /// As `expr_as`; memory of the result is nobody else's.
    pub(super) fn expr_as_owned(&mut self, e: &Expr, target: TypeId, want: Option<Reg>) -> Reg {
        if self.is_mem(target) && !self.is_nil(e) {
            return self.expr_owned(e, want);
        }
        self.expr_as(e, target, want)
    }

    fn expr_to_iface(&mut self, e: &Expr, from: TypeId, target: TypeId, want: Option<Reg>) -> Reg {
        let dst = self.dst(target, want);
        let mark = self.b.mark();
        let a = self.expr(e, None);
        self.make_iface(dst, a, from);
        self.b.release(mark);
        dst
    }

    /// A value that has been computed, as one of the type that it is assigned to.
    pub(super) fn convert_assigned(
        &mut self,
        reg: Reg,
        from: TypeId,
        target: TypeId,
        want: Option<Reg>,
    ) -> Reg {
        if self.is_iface(target) && !self.is_iface(from) {
            let dst = self.dst(target, want);
            if self.class(from) == Class::Nil {
                self.zero_words(dst, 2);
            } else {
                self.make_iface(dst, reg, from);
            }
            return dst;
        }
        self.move_to(target, reg, want)
    }

    /// Whether an expression of `Repr::Mem` gives memory that nobody else has.
    pub(super) fn is_fresh(&mut self, e: &Expr) -> bool {
        let e = e.unparen();
        match &e.kind {
            ExprKind::Composite { .. } => true,
            ExprKind::Unary { op, .. } => *op == UnaryOp::Recv,
            ExprKind::Call { fun, args, .. } => {
                if self.is_type(fun) {
                    return args.first().is_some_and(|a| self.is_fresh(a));
                }
                !self.evaluated.contains_key(&e.id)
            }
            _ => false,
        }
    }

    fn name(&mut self, e: &Expr, want: Option<Reg>) -> Reg {
        let Some(obj) = self.object(e.id) else {
            let ty = self.ty(e);
            return self.zero_value(ty, want);
        };
        match self.m.checker.store.obj(obj).kind {
            ObjKind::Func(_) => self.func_value(e, e.id, obj, want),
            ObjKind::Var(_) => {
                let place = self.var_place(obj);
                self.load(&place, want)
            }
            _ => {
                let ty = self.ty(e);
                self.zero_value(ty, want)
            }
        }
    }

    fn selector(&mut self, e: &Expr, sel: &gol_grammar::ast::Ident, want: Option<Reg>) -> Reg {
        let Some(selection) = self.selection(e) else {
            // A qualified name.
            let Some(obj) = self.object(sel.id) else {
                let ty = self.ty(e);
                return self.zero_value(ty, want);
            };
            if matches!(self.m.checker.store.obj(obj).kind, ObjKind::Func(_)) {
                return self.func_value(e, sel.id, obj, want);
            }
            let place = self.var_place(obj);
            return self.load(&place, want);
        };
        match selection.kind {
            SelectionKind::Field => {
                let place = self.place(e);
                self.load_at(e, &place, want)
            }
            SelectionKind::Method => self.method_value(e, sel, &selection, want),
            SelectionKind::MethodExpr => self.method_expression(e, sel, want),
        }
    }

    /// What follows fails at an expression's operator: `.`, `[`, `(`, `+`.
    pub(super) fn at(&mut self, e: &Expr) {
        let pos = match &e.unparen().kind {
            ExprKind::Index { lbrack, .. } => *lbrack,
            ExprKind::Selector { x, .. }
            | ExprKind::TypeAssert { x, .. }
            | ExprKind::Call { fun: x, .. } => x.span.hi,
            ExprKind::Binary { op_span, .. } | ExprKind::Unary { op_span, .. } => op_span.lo,
            _ => e.span.lo,
        };
        self.b.set_pos(pos);
    }

    /// Reads a place; what goes wrong does so at the expression's line.
    pub(super) fn load_at(&mut self, e: &Expr, place: &Place, want: Option<Reg>) -> Reg {
        self.at(e);
        self.load(place, want)
    }

    /// The place that an expression denotes, for reading and, if the expression is one that can
    /// be assigned to, for storing. Other expressions are evaluated.
    pub(super) fn place(&mut self, e: &Expr) -> Place {
        let e = e.unparen();
        let late = std::mem::take(&mut self.late_index);
        let known = self.evaluated.contains_key(&e.id) || self.const_value(e).is_some();
        match &e.kind {
            _ if known => {}
            ExprKind::Name(_) => {
                if let Some(obj) = self.object(e.id)
                    && matches!(self.m.checker.store.obj(obj).kind, ObjKind::Var(_))
                {
                    return self.var_place(obj);
                }
            }
            ExprKind::Star(x)
                if self.text_seen_through_unsafe(x).is_none()
                    && self.made_of_header(x).is_none() =>
            {
                if let Some(header) = self.header_place(x) {
                    self.at(e);
                    return header;
                }
                let ty = self.ty(e);
                let ptr = self.expr(x, None);
                self.at(e);
                return Place::behind(ty, ptr);
            }
            ExprKind::Selector { x, sel } => {
                self.late_index = late;
                let place = self.selector_place(e, x, sel.id);
                self.late_index = false;
                if let Some(place) = place {
                    return place;
                }
            }
            ExprKind::Index { x, indices, .. } => {
                if let Some(place) = self.index_place(e, x, indices, late) {
                    return place;
                }
            }
            _ => {}
        }
        let ty = self.ty(e);
        let reg = self.expr(e, None);
        self.value_place(ty, reg)
    }

    /// The place of a target whose right side is evaluated next: an index that is out of range
    /// panics when the value is stored.
    pub(super) fn late_target_place(&mut self, e: &Expr) -> Place {
        self.late_index = true;
        let place = self.target_place(e);
        self.late_index = false;
        place
    }

    /// The place that an assignment stores to.
    pub(super) fn target_place(&mut self, e: &Expr) -> Place {
        let e = e.unparen();
        if e.as_name().is_some_and(|n| n == "_") {
            let ty = self.ty(e);
            return Place { ty, kind: PlaceKind::Blank };
        }
        if let ExprKind::Name(_) = &e.kind
            && let Some(obj) = self.object(e.id)
        {
            return self.var_place(obj);
        }
        if let ExprKind::Index { x, indices, .. } = &e.kind {
            let map_ty = self.ty(x);
            if let Type::Map { key, elem } = self.under(map_ty)
                && let Some(index) = indices.first()
            {
                self.late_index = false;
                let map = self.expr(x, None);
                let key = self.expr_as(index, key, None);
                self.at(e);
                return Place { ty: elem, kind: PlaceKind::MapElem { map, key, map_ty } };
            }
        }
        self.place(e)
    }

    fn unary(
        &mut self,
        e: &Expr,
        op: UnaryOp,
        pos: gol_diagnostic::Pos,
        x: &Expr,
        want: Option<Reg>,
    ) -> Reg {
        match op {
            UnaryOp::Plus | UnaryOp::Tilde => self.expr(x, want),
            UnaryOp::Neg | UnaryOp::Complement | UnaryOp::Not => self.negate(e, op, x, want),
            UnaryOp::Addr => {
                let operand = x.unparen();
                if matches!(operand.kind, ExprKind::Composite { .. }) {
                    return self.composite_address(operand, want);
                }
                let mark_dst = want.unwrap_or_else(|| self.alloc_pointer());
                let mark = self.b.mark();
                let place = self.place(operand);
                self.b.set_pos(pos);
                self.address(&place, Some(mark_dst));
                self.b.release(mark);
                mark_dst
            }
            UnaryOp::Recv => {
                let ty = self.ty(e);
                let dst = self.dst(ty, want);
                let mark = self.b.mark();
                let chan = self.expr(x, None);
                self.b.set_pos(pos);
                let words = self.words(ty);
                self.b.emit(op::Recv { dst, chan, words });
                self.b.release(mark);
                dst
            }
        }
    }

    fn binary(
        &mut self,
        e: &Expr,
        op: BinaryOp,
        pos: gol_diagnostic::Pos,
        (x, y): (&Expr, &Expr),
        want: Option<Reg>,
    ) -> Reg {
        let ty = self.ty(e);
        if matches!(op, BinaryOp::LogicalAnd | BinaryOp::LogicalOr) {
            return self.logical_value(e, want);
        }
        if op.is_comparison() {
            return self.compare_value(op, pos, x, y, want);
        }
        let dst = self.dst(ty, want);
        let mark = self.b.mark();
        let order = self.begin_order(&[x, y]);
        if op.is_shift() {
            self.shift(op, pos, ty, (x, y), Some(dst));
        } else if self.class(ty) == Class::Str {
            self.concat(e, Some(dst));
        } else {
            self.arithmetic((op, pos), ty, (x, y), dst);
        }
        self.end_order(order);
        self.b.release(mark);
        dst
    }

    fn arithmetic(
        &mut self,
        (op, pos): (BinaryOp, gol_diagnostic::Pos),
        ty: TypeId,
        (x, y): (&Expr, &Expr),
        dst: Reg,
    ) {
        // A constant operand has the type of the result, whatever was recorded for it.
        let a = self.expr_as(x, ty, None);
        if let Some(imm) = self.immediate(y, ty) {
            self.b.set_pos(pos);
            if self.arith_imm(op, ty, dst, a, imm) {
                return;
            }
        }
        let b = self.expr_as(y, ty, None);
        self.b.set_pos(pos);
        self.arith(op, ty, dst, a, b);
    }

    /// `&&` and `||` as a value: the result is written when all has been evaluated.
    fn logical_value(&mut self, e: &Expr, want: Option<Reg>) -> Reg {
        let dst = want.unwrap_or_else(|| self.alloc_word());
        let (no, end) = (self.b.new_label(), self.b.new_label());
        self.apart(|this| this.jump_unless(e, no));
        self.b.emit(op::LoadInt { dst, value: 1 });
        self.b.jump(end);
        self.b.bind(no);
        self.b.emit(op::LoadInt { dst, value: 0 });
        self.b.bind(end);
        dst
    }

    /// `a + b + …` of strings, in one instruction.
    fn concat(&mut self, e: &Expr, want: Option<Reg>) -> Reg {
        let ty = self.ty(e);
        let mut parts = Vec::new();
        self.concat_parts(e, &mut parts);
        let dst = self.dst(ty, want);
        let mark = self.b.mark();
        if let [x, y] = parts[..] {
            let a = self.expr_as(x, ty, None);
            let b = self.expr_as(y, ty, None);
            self.at(e);
            self.b.emit(op::Concat { dst, a, b });
        } else {
            let n = parts.len() as u16;
            let a = self.b.alloc(2 * n, None);
            for (i, part) in parts.iter().enumerate() {
                self.expr_as(part, ty, Some(Reg(a.0 + 2 * i as u16)));
            }
            self.at(e);
            self.b.emit(op::ConcatN { dst, a, n });
        }
        self.b.release(mark);
        dst
    }

    fn concat_parts<'e>(&self, e: &'e Expr, parts: &mut Vec<&'e Expr>) {
        let inner = e.unparen();
        match &inner.kind {
            ExprKind::Binary { op: BinaryOp::Add, x, y, .. }
                if self.const_value(inner).is_none() && !self.evaluated.contains_key(&inner.id) =>
            {
                self.concat_parts(x, parts);
                self.concat_parts(y, parts);
            }
            _ => parts.push(inner),
        }
    }

    /// A value and whether there was one: `v, ok` forms. `dst` may be `NO_REG`.
    pub(super) fn comma_ok(&mut self, e: &Expr, dst: Reg, ok: Reg) {
        let e = e.unparen();
        let mark = self.b.mark();
        match &e.kind {
            ExprKind::Index { x, indices, .. } => {
                let map_ty = self.ty(x);
                let Type::Map { key, .. } = self.under(map_ty) else { return };
                let map = self.expr(x, None);
                let key = indices.first().map_or(NO_REG, |i| self.expr_as(i, key, None));
                let ty = self.type_idx(map_ty);
                self.at(e);
                self.b.emit(op::MapGetOk { dst, ok, map, key, ty });
            }
            ExprKind::Unary { x, op_span, .. } => {
                let chan_ty = self.ty(x);
                let elem = self.elem(chan_ty);
                let chan = self.expr(x, None);
                self.b.set_pos(op_span.lo);
                let words = self.words(elem);
                self.b.emit(op::RecvOk { dst, ok, chan, words });
            }
            ExprKind::TypeAssert { x, .. } => self.assert_ok(e, x, dst, ok),
            _ => {}
        }
        self.b.release(mark);
    }
}
