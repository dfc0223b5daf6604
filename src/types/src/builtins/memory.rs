//! `new` and the functions of package `unsafe` that look at types.

use gol_grammar::ast::ExprKind;

use crate::call::Call;
use crate::checker::Checker;
use crate::constant::Value;
use crate::info::{Mode, Selection, SelectionKind};
use crate::language::since;
use crate::lookup::Lookup;
use crate::object::{BuiltinId, ObjKind};
use crate::operand::{Operand, basic};
use crate::types::{Basic, Type, TypeId};

impl Checker {
    /// `new(T)`, `new(x)`.
    pub(super) fn builtin_new<'a>(&mut self, x: &mut Operand<'a>, call: Call<'a>) -> bool {
        let arg = &call.args[0];
        self.expr_or_type(x, arg, false);
        match x.mode {
            Mode::Invalid => return false,
            Mode::TypeExpr => {
                x.ty = self.var_type(arg);
                if !self.is_valid(x.ty) {
                    return false;
                }
            }
            Mode::Builtin(_) => {
                self.reject(x, "UncalledBuiltin", "{} must be called");
                return false;
            }
            _ => {
                self.assignment(x, None, "argument to new");
                if !x.is_valid() {
                    return false;
                }
                if !self.allows(since::NEW_OF_VALUES, arg.span.lo) {
                    let text = format!("new({})", self.expr_string(arg));
                    self.require(since::NEW_OF_VALUES, call.e.span, &text);
                }
            }
        }
        let pointer = self.new_pointer(x.ty);
        self.result(x, pointer)
    }

    pub(super) fn builtin_size(&mut self, x: &mut Operand, id: BuiltinId) -> bool {
        let sizeof = id == BuiltinId::UnsafeSizeof;
        let context =
            if sizeof { "argument to unsafe.Sizeof" } else { "argument to unsafe.Alignof" };
        self.assignment(x, None, context);
        if !x.is_valid() {
            return false;
        }
        if !self.has_known_size(x.ty) || self.has_var_size(x.ty) {
            return self.result(x, basic(Basic::Uintptr));
        }
        let size = if sizeof { self.sizeof(x.ty) } else { self.alignof(x.ty) };
        if i64::try_from(size).is_err() {
            self.reject(x, "TypeTooLarge", "{} is too large");
            return false;
        }
        x.set_const(basic(Basic::Uintptr), Value::from_u64(size));
        true
    }

    /// Whether t's size depends on a type parameter.
    fn has_var_size(&mut self, t: TypeId) -> bool {
        self.var_size(t, &mut Vec::new())
    }

    /// `open`: the named types that t is part of; meeting one again is an error reported elsewhere.
    fn var_size(&mut self, t: TypeId, open: &mut Vec<TypeId>) -> bool {
        if self.is_type_param(t) {
            return true;
        }
        if open.contains(&t) || open.len() > 100 {
            return true;
        }
        open.push(t);
        let found = match self.under_type(t) {
            Type::Array { elem, .. } => self.var_size(elem, open),
            Type::Struct(s) => s.fields.iter().any(|&f| {
                let ty = self.store.obj(f).ty;
                self.var_size(ty, open)
            }),
            _ => false,
        };
        open.pop();
        found
    }

    pub(super) fn builtin_offset<'a>(&mut self, x: &mut Operand<'a>, call: Call<'a>) -> bool {
        let arg = call.args[0].unparen();
        let ExprKind::Selector { x: operand, sel } = &arg.kind else {
            let text = self.expr_string(arg);
            let message = format!("invalid argument: {text} is not a selector expression");
            self.err("BadOffsetofSyntax", arg.span, message);
            self.use_expr(arg);
            return false;
        };
        self.expr(None, x, operand);
        if !x.is_valid() {
            return false;
        }
        let u = self.under(x.ty);
        let base = if let Type::Pointer(base) = *self.store.ty(u) { base } else { x.ty };
        let pkg = self.env.pkg;
        let found = self.lookup_field_or_method(base, false, pkg, &sel.name, false);
        let Lookup::Found { obj, index, indirect } = found else {
            let name = self.type_string(base);
            let message = format!("invalid argument: {name} has no single field {}", sel.name);
            self.err("MissingFieldOrMethod", x.span, message);
            return false;
        };
        if matches!(self.store.obj(obj).kind, ObjKind::Func(_)) {
            let text = self.expr_string(arg);
            let message = format!("invalid argument: {text} is a method value");
            self.err("InvalidOffsetof", arg.span, message);
            return false;
        }
        if indirect {
            let name = self.type_string(base);
            let message =
                format!("invalid argument: field {} is embedded via a pointer in {name}", sel.name);
            self.err("InvalidOffsetof", x.span, message);
            return false;
        }
        let ty = self.store.obj(obj).ty;
        self.info.uses.insert(sel.id, obj);
        let kind = SelectionKind::Field;
        let selection = Selection { kind, recv: base, obj, index: index.clone(), indirect, ty };
        self.info.selections.insert(arg.id, selection);
        self.record_node(arg.id, Mode::Variable, ty, None);
        if self.has_var_size(base) {
            return self.result(x, basic(Basic::Uintptr));
        }
        if i64::try_from(self.sizeof(base)).is_err() {
            self.reject(x, "TypeTooLarge", "{} is too large");
            return false;
        }
        let offset = self.offset_of(base, &index);
        x.set_const(basic(Basic::Uintptr), Value::from_u64(offset));
        true
    }

    fn offset_of(&mut self, base: TypeId, index: &[usize]) -> u64 {
        let mut ty = base;
        let mut total = 0;
        for &i in index {
            total += self.field_offsets(ty).get(i).copied().unwrap_or(0);
            let Type::Struct(s) = self.under_type(ty) else { break };
            let Some(&field) = s.fields.get(i) else { break };
            ty = self.store.obj(field).ty;
        }
        total
    }

    pub(super) fn builtin_unsafe_slice<'a>(
        &mut self,
        x: &mut Operand<'a>,
        args: &mut [Operand<'a>],
    ) -> bool {
        let pointer = self.shared_under(x.ty).ok().map(|u| self.store.ty(u).clone());
        let Some(Type::Pointer(elem)) = pointer else {
            self.reject(x, "InvalidUnsafeSlice", "invalid argument: {} is not a pointer");
            return false;
        };
        if !self.valid_index(&mut args[1], "InvalidUnsafeSlice", "length", false) {
            return false;
        }
        let slice = self.new_slice(elem);
        self.result(x, slice)
    }

    pub(super) fn builtin_slice_data(&mut self, x: &mut Operand) -> bool {
        let slice = self.shared_under(x.ty).ok().map(|u| self.store.ty(u).clone());
        let Some(Type::Slice(elem)) = slice else {
            self.reject(x, "InvalidUnsafeSliceData", "invalid argument: {} is not a slice");
            return false;
        };
        let pointer = self.new_pointer(elem);
        self.result(x, pointer)
    }
}
