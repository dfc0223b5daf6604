//! Order of evaluation: in what is made of several expressions, calls come before reads.
//!
//! The language fixes the order of calls, receives and `&&`/`||` among each other, and leaves open
//! when, beside them, variables and elements are read. Programs have come to rely on what Go's
//! compiler does: it does all of these first, from left to right, and reads variables, elements and
//! fields (and fails for a bad index, a nil pointer, a zero divisor) afterwards. So in `x + f()`
//! the variable is read after the call, whatever `f` does to it. What else it does *early*, found
//! by running programs: `len`, `cap`, `complex`, type assertions, slice expressions, `append`, `make`, map
//! literals, and one-byte values on their way into an interface.
//!
//! [`Lower::begin_order`] looks at the parts of an expression; where something is read that a later
//! call could change it evaluates the early parts to registers, where `evaluated` finds them.

use gol_bytecode::Reg;
use gol_grammar::ast::{BinaryOp, Expr, ExprKind, NodeId, UnaryOp};
use gol_types::{BuiltinId, ObjId, ObjKind, SelectionKind, Type, TypeId};

use super::types::Class;
use super::{Local, Lower};

/// What has to be undone when the parts have been evaluated.
pub(super) struct Order {
    early: Vec<NodeId>,
    outer: bool,
}

/// What a walk over the parts finds, in the order of evaluation.
#[derive(Default)]
struct Found<'e> {
    /// Each with whether it can change what others read.
    early: Vec<(&'e Expr, bool)>,
    /// Something has been seen that is to be read late.
    late: bool,
    /// How many of `early` must be evaluated ahead.
    needed: usize,
}

impl<'e> Found<'e> {
    fn early(&mut self, e: &'e Expr, has_effect: bool) {
        self.early.push((e, has_effect));
        if has_effect && self.late {
            self.needed = self.early.len();
        }
    }
}

impl Lower<'_, '_> {
    /// Evaluates the early ones among these parts of one expression, if that makes a difference.
    pub(super) fn begin_order(&mut self, parts: &[&Expr]) -> Order {
        let outer = self.ordered;
        if outer {
            return Order { early: Vec::new(), outer };
        }
        let mut found = Found::default();
        for part in parts {
            self.walk(part, &mut found);
        }
        self.evaluate_early(found)
    }

    /// As `begin_order` for arguments, which get these types.
    pub(super) fn begin_arguments(
        &mut self,
        callee: Option<&Expr>,
        args: &[(&Expr, TypeId)],
    ) -> Order {
        let outer = self.ordered;
        self.ordered = false;
        let mut found = Found::default();
        if let Some(callee) = callee {
            self.walk(callee, &mut found);
        }
        for &(arg, param) in args {
            let from = self.ty(arg);
            let byte = self.is_iface(param) && !self.is_iface(from) && self.repr(from).size == 1;
            if byte && self.const_value(arg).is_none() && !self.evaluated.contains_key(&arg.id) {
                found.early(arg, false);
            } else {
                self.walk(arg, &mut found);
            }
        }
        Order { outer, ..self.evaluate_early(found) }
    }

    /// Evaluates all early ones among these parts.
    pub(super) fn make_early(&mut self, parts: &[&Expr]) -> Order {
        let outer = self.ordered;
        let mut found = Found::default();
        for part in parts {
            self.walk(part, &mut found);
        }
        found.needed = found.early.len();
        Order { outer, ..self.evaluate_early(found) }
    }

    fn evaluate_early(&mut self, found: Found<'_>) -> Order {
        let mut early = Vec::new();
        for (e, _) in found.early.into_iter().take(found.needed) {
            let ty = self.ty(e);
            let reg = self.apart(|this| this.expr_owned(e, None));
            self.evaluated.insert(e.id, (reg, ty));
            early.push(e.id);
        }
        self.ordered = true;
        Order { early, outer: false }
    }

    pub(super) fn end_order(&mut self, order: Order) {
        self.ordered = order.outer;
        for id in order.early {
            self.evaluated.remove(&id);
        }
    }

    /// Evaluates something whose parts have an order of their own.
    pub(super) fn apart<R>(&mut self, evaluate: impl FnOnce(&mut Self) -> R) -> R {
        let outer = std::mem::replace(&mut self.ordered, false);
        let result = evaluate(self);
        self.ordered = outer;
        result
    }

    /// Whether these expressions read something that a call may change, or may fail.
    pub(super) fn reads_late(&mut self, parts: &[&Expr]) -> bool {
        let mut found = Found::default();
        for part in parts {
            self.walk(part, &mut found);
        }
        found.late
    }

    /// Whether nothing but a nil pointer can make the evaluation of an expression fail.
    pub(super) fn fails_for_nil_only(&mut self, e: &Expr) -> bool {
        if self.const_value(e).is_some() {
            return true;
        }
        match &e.kind {
            ExprKind::Name(_) => true,
            ExprKind::Paren(x) | ExprKind::Star(x) | ExprKind::Selector { x, .. } => {
                self.fails_for_nil_only(x)
            }
            ExprKind::Binary {
                op: BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul, x, y, ..
            } => self.fails_for_nil_only(x) && self.fails_for_nil_only(y),
            _ => false,
        }
    }

    fn walk<'e>(&mut self, e: &'e Expr, found: &mut Found<'e>) {
        if self.evaluated.contains_key(&e.id) || self.const_value(e).is_some() {
            return;
        }
        match &e.kind {
            ExprKind::Paren(x) => self.walk(x, found),
            ExprKind::Name(_) => {
                if let Some(obj) = self.object(e.id) {
                    found.late |= self.is_shared(obj);
                }
            }
            ExprKind::Selector { x, sel } => self.walk_selector(e, x, sel.id, found),
            ExprKind::Index { x, indices, .. } if self.is_value(x) => {
                self.walk(x, found);
                indices.iter().for_each(|i| self.walk(i, found));
                found.late |= self.index_can_fail(x, indices);
            }
            ExprKind::Star(x) => {
                self.walk(x, found);
                found.late = true;
            }
            ExprKind::Slice { .. } | ExprKind::TypeAssert { .. } => {
                let has_effect = self.has_call(e);
                found.early(e, has_effect);
            }
            ExprKind::Unary { op: UnaryOp::Recv, .. } => found.early(e, true),
            ExprKind::Unary { x, .. } => self.walk(x, found),
            ExprKind::Binary { op: BinaryOp::LogicalAnd | BinaryOp::LogicalOr, .. } => {
                let has_effect = self.has_call(e);
                found.early(e, has_effect);
            }
            ExprKind::Binary { op, x, y, .. } => {
                self.walk(x, found);
                self.walk(y, found);
                found.late |= matches!(op, BinaryOp::Div | BinaryOp::Rem) || op.is_shift();
            }
            ExprKind::Call { fun, args, .. } => self.walk_call(e, fun, args, found),
            ExprKind::Composite { elems, .. } => self.walk_composite(e, elems, found),
            _ => {}
        }
    }

    fn walk_selector<'e>(&mut self, e: &Expr, x: &'e Expr, sel: NodeId, found: &mut Found<'e>) {
        let Some(selection) = self.selection(e) else {
            if let Some(obj) = self.object(sel) {
                found.late |= self.is_shared(obj);
            }
            return;
        };
        if selection.kind == SelectionKind::MethodExpr {
            return;
        }
        self.walk(x, found);
        let x_ty = self.ty(x);
        found.late |= selection.indirect || self.pointee(x_ty).is_some();
    }

    fn walk_call<'e>(
        &mut self,
        e: &'e Expr,
        fun: &'e Expr,
        args: &'e [Expr],
        found: &mut Found<'e>,
    ) {
        if self.is_type(fun) {
            let Some(x) = args.first() else { return };
            let (from, to) = (self.ty(x), self.ty(e));
            match (self.class(from), self.class(to)) {
                (Class::Str, Class::Slice) => {
                    let has_effect = self.has_call(x);
                    found.early(e, has_effect);
                }
                (Class::Slice, class) => {
                    self.walk(x, found);
                    found.late |= class != Class::Slice;
                }
                _ => self.walk(x, found),
            }
            return;
        }
        match self.builtin(fun) {
            Some(BuiltinId::Min | BuiltinId::Max) => {
                args.iter().for_each(|arg| self.walk(arg, found));
            }
            Some(
                BuiltinId::Len
                | BuiltinId::Cap
                | BuiltinId::Complex
                | BuiltinId::Real
                | BuiltinId::Imag
                | BuiltinId::New
                | BuiltinId::Make,
            ) => {
                let has_effect = args.iter().any(|arg| self.has_call(arg));
                found.early(e, has_effect);
            }
            _ if self.is_multi_call(e) => {}
            _ => {
                let has_value =
                    self.m.checker.info.of(e.id).is_some_and(|tv| {
                        !matches!(self.m.checker.store.ty(tv.ty), Type::Tuple(_))
                    });
                if has_value {
                    found.early(e, true);
                }
            }
        }
    }

    fn walk_composite<'e>(&mut self, e: &'e Expr, elems: &'e [Expr], found: &mut Found<'e>) {
        let ty = self.ty(e);
        if self.is_map(ty) {
            let has_effect = elems.iter().any(|elem| self.has_call(elem));
            found.early(e, has_effect);
            return;
        }
        for elem in elems {
            match &elem.kind {
                ExprKind::KeyValue { value, .. } => self.walk(value, found),
                _ => self.walk(elem, found),
            }
        }
    }

    /// Whether a variable can be changed by others than the statements of this function.
    fn is_shared(&self, obj: ObjId) -> bool {
        if !matches!(self.m.checker.store.obj(obj).kind, ObjKind::Var(_)) {
            return false;
        }
        match self.locals.get(&obj) {
            Some(Local::Regs(_)) => false,
            Some(Local::Mem(_)) => self.is_boxed(obj),
            Some(Local::Boxed(_)) | None => true,
        }
    }

    /// Whether an indexed expression is a value, no generic function.
    fn is_value(&self, x: &Expr) -> bool {
        let function = self
            .func_name_of(x)
            .is_some_and(|(_, obj)| matches!(self.m.checker.store.obj(obj).kind, ObjKind::Func(_)));
        !function && !self.is_type(x)
    }

    /// An array with a constant index cannot, and is as good as its variable.
    fn index_can_fail(&mut self, x: &Expr, indices: &[Expr]) -> bool {
        let x_ty = self.ty(x);
        let constant = indices.first().is_some_and(|i| self.const_value(i).is_some());
        self.array(x_ty).is_none() || !constant
    }

    /// Whether something is called or received.
    pub(super) fn has_call(&self, e: &Expr) -> bool {
        if self.evaluated.contains_key(&e.id) || self.const_value(e).is_some() {
            return false;
        }
        let any = |list: &[Expr]| list.iter().any(|e| self.has_call(e));
        match &e.kind {
            ExprKind::Paren(x) | ExprKind::Star(x) => self.has_call(x),
            ExprKind::Selector { x, .. } | ExprKind::TypeAssert { x, .. } => self.has_call(x),
            ExprKind::Index { x, indices, .. } => self.has_call(x) || any(indices),
            ExprKind::Slice { x, lo, hi, max } => {
                let bounds = [lo, hi, max];
                self.has_call(x)
                    || bounds.iter().any(|b| b.as_ref().is_some_and(|b| self.has_call(b)))
            }
            ExprKind::Unary { op: UnaryOp::Recv, .. } => true,
            ExprKind::Unary { x, .. } => self.has_call(x),
            ExprKind::Binary { x, y, .. } => self.has_call(x) || self.has_call(y),
            ExprKind::KeyValue { key, value } => self.has_call(key) || self.has_call(value),
            ExprKind::Composite { elems, .. } => any(elems),
            ExprKind::Call { fun, args, .. } => {
                (!self.is_type(fun) && self.builtin(fun).is_none()) || any(args)
            }
            _ => false,
        }
    }

    /// The register that an early part has been evaluated to.
    pub(super) fn early(&self, e: &Expr) -> Option<Reg> {
        self.evaluated.get(&e.unparen().id).map(|&(reg, _)| reg)
    }
}
