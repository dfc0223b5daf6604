//! Index and slice expressions, and their constant indices.

use gol_diagnostic::Span;
use gol_grammar::ast::{Expr, ExprKind};

use crate::checker::Checker;
use crate::constant::Value;
use crate::info::Mode;
use crate::operand::{INVALID, Operand, basic};
use crate::types::{ArrayLen, Basic, Type, TypeId};

/// What indexing a type gives.
struct Indexed {
    /// Key type of a map.
    key: Option<TypeId>,
    elem: TypeId,
    /// The result's mode; arrays pass on whether they are addressable.
    mode: Mode,
    length: Option<u64>,
}

impl Checker {
    /// `x[i]`, `T[A]`. True if x is a generic function, which is left for the caller to
    /// instantiate.
    pub(crate) fn index_expr<'a>(
        &mut self,
        x: &mut Operand<'a>,
        e: &'a Expr,
        operand: &'a Expr,
        indices: &'a [Expr],
    ) -> bool {
        self.expr_or_type(x, operand, true);
        match x.mode {
            Mode::Invalid => {
                self.use_exprs(indices);
                return false;
            }
            Mode::TypeExpr => {
                x.ty = self.var_type(e);
                if !self.is_valid(x.ty) {
                    x.invalidate();
                }
                return false;
            }
            Mode::Value => {
                if let Type::Signature(sig) = self.store.ty(x.ty)
                    && !sig.type_params.is_empty()
                {
                    return true;
                }
            }
            _ => {}
        }
        self.non_generic(None, x);
        if x.is_valid() {
            let lbrack =
                if let ExprKind::Index { lbrack, .. } = e.kind { lbrack } else { x.span.hi };
            self.index_value(x, Span::new(lbrack, e.span.hi), indices);
        }
        false
    }

    /// `place` is the brackets'.
    fn index_value<'a>(&mut self, x: &mut Operand<'a>, place: Span, indices: &'a [Expr]) {
        self.require_complete_base(x);
        if !x.is_valid() {
            self.use_exprs(indices);
            return;
        }
        let Some(found) = self.indexed(x) else {
            let text = self.operand_string(x);
            let message = format!("cannot index {text}");
            self.err("NonSliceableOperand", place, message);
            self.use_exprs(indices);
            x.invalidate();
            return;
        };
        if let Some(extra) = indices.get(1) {
            self.err("InvalidIndex", extra.span, "more than one index");
            self.use_exprs(indices);
            x.invalidate();
            return;
        }
        x.mode = found.mode;
        x.ty = found.elem;
        x.value = None;
        self.require_complete(x);
        let index = &indices[0];
        if let Some(key) = found.key {
            let mut k = Operand::invalid();
            self.generic_expr(&mut k, index, None);
            self.assignment(&mut k, Some(key), "map index");
            return;
        }
        // An error in the index does not make the element's type unknown.
        let _ = self.constant_index(index, found.length);
    }

    fn indexed(&mut self, x: &Operand) -> Option<Indexed> {
        if self.is_type_param(x.ty) {
            return self.indexed_param(x);
        }
        let u = self.under(x.ty);
        self.indexed_type(x, u)
    }

    fn indexed_type(&mut self, x: &Operand, u: TypeId) -> Option<Indexed> {
        let length = |len| if let ArrayLen::Known(n) = len { Some(n) } else { None };
        let addressable = if x.mode == Mode::Variable { Mode::Variable } else { Mode::Value };
        Some(match *self.store.ty(u) {
            Type::Basic(Basic::String | Basic::UntypedString) => Indexed {
                key: None,
                elem: self.byte_type(),
                mode: Mode::Value,
                length: x.value.as_ref().and_then(Value::as_bytes).map(|s| s.len() as u64),
            },
            Type::Array { elem, len } => {
                Indexed { key: None, elem, mode: addressable, length: length(len) }
            }
            Type::Slice(elem) => Indexed { key: None, elem, mode: Mode::Variable, length: None },
            Type::Map { key, elem } => {
                Indexed { key: Some(key), elem, mode: Mode::MapIndex, length: None }
            }
            Type::Pointer(base) => {
                let base = self.under(base);
                let Type::Array { elem, len } = *self.store.ty(base) else { return None };
                Indexed { key: None, elem, mode: Mode::Variable, length: length(len) }
            }
            _ => return None,
        })
    }

    /// Indexing a type parameter: all types of its set must allow it and agree on key and
    /// element; the shortest array bounds constant indices.
    fn indexed_param(&mut self, x: &Operand) -> Option<Indexed> {
        let mut result: Option<Indexed> = None;
        for u in self.type_set_unders(x.ty) {
            let next = self.indexed_type(x, u?)?;
            let Some(all) = &mut result else {
                result = Some(next);
                continue;
            };
            if !self.identical(all.elem, next.elem) {
                return None;
            }
            match (all.key, next.key) {
                (None, None) => {}
                (Some(a), Some(b)) if self.identical(a, b) => {}
                _ => return None,
            }
            if next.mode == Mode::Value {
                all.mode = Mode::Value;
            }
            all.length = match (all.length, next.length) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
        }
        result
    }

    /// `x[lo:hi:max]`.
    pub(crate) fn slice_expr<'a>(
        &mut self,
        x: &mut Operand<'a>,
        operand: &'a Expr,
        bounds: [Option<&'a Expr>; 3],
    ) {
        self.expr(None, x, operand);
        if x.is_valid() {
            self.require_complete_base(x);
        }
        let length = if x.is_valid() { self.sliced(x, bounds[2]) } else { None };
        let Some(length) = length else {
            for e in bounds.into_iter().flatten() {
                self.use_expr(e);
            }
            x.invalidate();
            return;
        };
        x.mode = Mode::Value;
        x.value = None;
        self.slice_bounds(length, bounds);
    }

    /// Gives x the type of its slices; returns the length that bounds the indices, if known.
    /// `None` after an error.
    fn sliced(&mut self, x: &mut Operand, max: Option<&Expr>) -> Option<Option<u64>> {
        let under =
            if self.is_type_param(x.ty) { self.core_string(x.ty) } else { Some(self.under(x.ty)) };
        let Some(under) = under else {
            let cause = self.shared_under(x.ty).err().unwrap_or_default();
            let message = format!("cannot slice {{}}: {cause}");
            self.reject(x, "NonSliceableOperand", &message);
            return None;
        };
        match *self.store.ty(under) {
            Type::Basic(Basic::String | Basic::UntypedString) => {
                if let Some(max) = max {
                    let message = "invalid operation: 3-index slice of string";
                    self.err("InvalidSliceExpr", max.span, message);
                    return None;
                }
                let length = x.value.as_ref().and_then(Value::as_bytes).map(|s| s.len() as u64);
                if self.is_untyped(x.ty) {
                    x.ty = basic(Basic::String);
                }
                Some(length)
            }
            Type::Array { elem, len } => {
                if x.mode != Mode::Variable {
                    let message = "cannot slice unaddressable value {}";
                    self.reject(x, "NonSliceableOperand", message);
                    return None;
                }
                x.ty = self.new_slice(elem);
                Some(known(len))
            }
            Type::Pointer(base) => {
                let base = self.under(base);
                let Type::Array { elem, len } = *self.store.ty(base) else {
                    self.reject(x, "NonSliceableOperand", "cannot slice {}");
                    return None;
                };
                x.ty = self.new_slice(elem);
                Some(known(len))
            }
            Type::Slice(_) => Some(None),
            _ => {
                self.reject(x, "NonSliceableOperand", "cannot slice {}");
                None
            }
        }
    }

    /// Indices must lie within the operand, and constant ones must not decrease.
    fn slice_bounds(&mut self, length: Option<u64>, bounds: [Option<&Expr>; 3]) {
        let limit = length.map(|n| n + 1);
        let mut known: Vec<(u64, Option<&Expr>)> = Vec::new();
        for (i, bound) in bounds.into_iter().enumerate() {
            let value = match bound {
                Some(e) => self.constant_index(e, limit).ok().flatten(),
                None if i == 0 => Some(0),
                None => length,
            };
            if let Some(n) = value {
                known.push((n, bound));
            }
        }
        for (i, &(low, _)) in known.iter().enumerate() {
            let later = known[i + 1..].iter().find(|&&(high, e)| high < low && e.is_some());
            if let Some(&(high, Some(at))) = later {
                let message = format!("invalid slice indices: {high} < {low}");
                self.err("SwappedSliceIndices", at.span, message);
                return;
            }
        }
    }

    /// Checks an index; its value if it is constant. `limit`: the first index that is too large.
    /// `Err` after an error.
    pub(crate) fn constant_index(
        &mut self,
        e: &Expr,
        limit: Option<u64>,
    ) -> Result<Option<u64>, ()> {
        let mut x = Operand::invalid();
        self.expr(None, &mut x, e);
        if !self.valid_index(&mut x, "InvalidIndex", "index", false) {
            return Err(());
        }
        if x.mode != Mode::Constant {
            return Ok(None);
        }
        let n = x.value.as_ref().and_then(Value::as_u64).ok_or(())?;
        if let Some(limit) = limit.filter(|&limit| n >= limit) {
            let message = format!("invalid argument: index {n} out of bounds [0:{limit}]");
            self.err("InvalidIndex", x.span, message);
            return Err(());
        }
        Ok(Some(n))
    }

    /// Whether x can be an index, a length or a capacity (`what`, in messages).
    pub(crate) fn valid_index(
        &mut self,
        x: &mut Operand,
        code: &'static str,
        what: &str,
        allow_negative: bool,
    ) -> bool {
        if !x.is_valid() {
            return false;
        }
        self.convert_untyped(x, basic(Basic::Int));
        if !x.is_valid() {
            return false;
        }
        if !self.all_integer(x.ty) {
            let message = format!("invalid argument: {what} {{}} must be integer");
            self.reject(x, code, &message);
            return false;
        }
        if x.mode != Mode::Constant {
            return true;
        }
        let value = x.value.clone().unwrap_or(Value::Unknown);
        if !allow_negative && value.sign() < 0 {
            let message = format!("invalid argument: {what} {{}} must not be negative");
            self.reject(x, code, &message);
            return false;
        }
        match self.representable(&value, basic(Basic::Int)) {
            Some(v) => x.value = Some(v),
            None => {
                let message = format!("invalid argument: {what} {{}} overflows int");
                self.reject(x, code, &message);
                return false;
            }
        }
        true
    }

    /// Type arguments; `None` if one of them is invalid.
    pub(crate) fn type_list(&mut self, list: &[Expr]) -> Option<Vec<TypeId>> {
        let types: Vec<_> = list.iter().map(|e| self.var_type(e)).collect();
        if types.contains(&INVALID) { None } else { Some(types) }
    }
}

fn known(len: ArrayLen) -> Option<u64> {
    if let ArrayLen::Known(n) = len { Some(n) } else { None }
}
