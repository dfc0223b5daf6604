//! `append`, `cap`, `clear`, `close`, `copy`, `delete`, `len`, `make`.

use gol_grammar::ast::ChanDir;

use crate::call::{Argument, Call};
use crate::checker::Checker;
use crate::constant::Value;
use crate::info::Mode;
use crate::object::BuiltinId;
use crate::operand::{INVALID, Operand, basic, builtin_name};
use crate::types::{ArrayLen, Basic, Signature, Type, TypeId};

impl Checker {
    /// The element type of slices x; `Err` says why x is none.
    fn slice_elem(&mut self, x: &Operand) -> Result<TypeId, String> {
        if x.is_nil() {
            return Err(format!("argument must be a slice; have untyped {}", "nil"));
        }
        if self.is_type_param(x.ty) && self.type_terms(x.ty).is_none() {
            let text = self.operand_string(x);
            return Err(format!("argument must be a slice; have {text}"));
        }
        let mut found: Option<TypeId> = None;
        for u in self.type_set_unders(x.ty).into_iter().flatten() {
            let Type::Slice(elem) = *self.store.ty(u) else {
                let text = self.operand_string(x);
                return Err(format!("argument must be a slice; have {text}"));
            };
            if let Some(first) = found
                && !self.identical(first, elem)
            {
                let text = self.operand_string(x);
                return Err(format!(
                    "mismatched slice element types {} and {} in {text}",
                    self.type_string(first),
                    self.type_string(elem)
                ));
            }
            found = Some(elem);
        }
        found.ok_or_else(|| "argument must be a slice".into())
    }

    /// Whether y's types are all strings or byte slices; and whether a string is among them.
    fn string_or_bytes(&mut self, y: &Operand) -> (bool, bool) {
        let byte = self.byte_type();
        let mut any_string = false;
        for u in self.type_set_unders(y.ty) {
            match u.map(|u| self.store.ty(u).clone()) {
                Some(Type::Slice(elem)) if self.identical(elem, byte) => {}
                Some(Type::Basic(Basic::String | Basic::UntypedString)) => any_string = true,
                _ => return (false, false),
            }
        }
        (true, any_string)
    }

    fn takes_bytes(&mut self, x: &Operand) -> bool {
        let byte = self.byte_type();
        let bytes = self.new_slice(byte);
        self.assignable_to(x, bytes).is_ok()
    }

    /// `append(s, v…)`: what follows the slice is passed to a parameter `...E`; bytes may also come
    /// from a string, as `append(s, text...)`.
    pub(super) fn builtin_append<'a>(
        &mut self,
        x: &mut Operand<'a>,
        call: Call<'a>,
        args: &mut Vec<Operand<'a>>,
    ) -> bool {
        let elem = match self.slice_elem(x) {
            Ok(elem) => elem,
            Err(cause) => {
                self.err("InvalidAppend", x.span, format!("invalid append: {cause}"));
                return false;
            }
        };
        let slice = x.ty;
        if let ([_, text], Some(_)) = (&mut args[..], call.ellipsis)
            && self.takes_bytes(x)
            && self.string_or_bytes(text) == (true, true)
        {
            if self.is_untyped(text.ty) {
                self.convert_untyped(text, basic(Basic::String));
            }
            return self.result(x, slice);
        }
        let signature = self.append_signature(slice, elem);
        let args = args.drain(..).map(|x| Argument { x, targs: Vec::new() }).collect();
        self.arguments(call, signature, Vec::new(), args);
        self.result(x, slice)
    }

    /// `func(s S, v ...E)`, of which a call of append makes use.
    fn append_signature(&mut self, slice: TypeId, elem: TypeId) -> TypeId {
        let rest = self.new_slice(elem);
        let params = [slice, rest].map(|ty| self.new_param("", ty)).to_vec();
        self.store.add_type(Type::Signature(Signature {
            recv: None,
            type_params: Vec::new(),
            recv_type_params: Vec::new(),
            params,
            results: Vec::new(),
            variadic: true,
        }))
    }

    pub(super) fn builtin_len(&mut self, x: &mut Operand, id: BuiltinId) -> bool {
        let is_len = id == BuiltinId::Len;
        let u = self.under(x.ty);
        if self.is_type_param(x.ty) {
            let unders = self.type_set_unders(x.ty);
            let fits = |c: &mut Checker, u: TypeId| c.length_of(u, is_len).is_some();
            if unders.iter().all(|u| u.is_some_and(|u| fits(self, u))) {
                return self.result(x, basic(Basic::Int));
            }
        } else if let Some(length) = self.length_of(u, is_len) {
            let constant = match (&x.value, length) {
                (Some(Value::String(s)), _) if x.mode == Mode::Constant => {
                    Some(Value::Int(s.len() as i64))
                }
                (_, Some(ArrayLen::Known(n))) if !self.env.has_call_or_recv => {
                    Some(Value::from_u64(n))
                }
                (_, Some(ArrayLen::Unknown)) if !self.env.has_call_or_recv => Some(Value::Unknown),
                _ => None,
            };
            self.result(x, basic(Basic::Int));
            if let Some(value) = constant {
                x.set_const(basic(Basic::Int), value);
            }
            return true;
        }
        if self.is_valid(u) {
            let code = if is_len { "InvalidLen" } else { "InvalidCap" };
            let message = format!("invalid argument: {{}} for built-in {}", builtin_name(id));
            self.reject(x, code, &message);
        }
        false
    }

    /// Whether `len` (or else `cap`) is defined for u; the length, if u is an array.
    fn length_of(&mut self, u: TypeId, is_len: bool) -> Option<Option<ArrayLen>> {
        match *self.store.ty(u) {
            Type::Basic(Basic::String | Basic::UntypedString) | Type::Map { .. } => {
                is_len.then_some(None)
            }
            Type::Slice(_) | Type::Chan { .. } => Some(None),
            Type::Array { len, .. } => Some(Some(len)),
            Type::Pointer(base) => {
                let base = self.under(base);
                if let Type::Array { len, .. } = *self.store.ty(base) {
                    Some(Some(len))
                } else {
                    None
                }
            }
            _ => None,
        }
    }

    pub(super) fn builtin_clear(&mut self, x: &mut Operand) -> bool {
        let message =
            "invalid argument: cannot clear {}: argument must be (or constrained by) map or slice";
        let accepts = |c: &Checker, u| matches!(c.store.ty(u), Type::Map { .. } | Type::Slice(_));
        self.require_unders(x, "InvalidClear", message, accepts) && self.no_result(x)
    }

    pub(super) fn builtin_close(&mut self, x: &mut Operand) -> bool {
        let is_chan = |c: &Checker, u| matches!(c.store.ty(u), Type::Chan { .. });
        let sendable = |c: &Checker, u| matches!(c.store.ty(u), Type::Chan { dir, .. } if *dir != ChanDir::Recv);
        let not_chan = "invalid operation: cannot close non-channel {}";
        let receive_only = "invalid operation: cannot close receive-only channel {}";
        self.require_unders(x, "InvalidClose", not_chan, is_chan)
            && self.require_unders(x, "InvalidClose", receive_only, sendable)
            && self.no_result(x)
    }

    pub(super) fn builtin_copy<'a>(
        &mut self,
        x: &mut Operand<'a>,
        args: &mut [Operand<'a>],
    ) -> bool {
        let dst = match self.slice_elem(x) {
            Ok(elem) => elem,
            Err(cause) => {
                self.err("InvalidCopy", x.span, format!("invalid copy: {cause}"));
                return false;
            }
        };
        let y = &mut args[1];
        let special = self.takes_bytes(x) && self.string_or_bytes(y).0;
        if !special {
            let src = match self.slice_elem(y) {
                Ok(elem) => elem,
                Err(_) if self.all_string(y.ty) => self.byte_type(),
                Err(cause) => {
                    self.err("InvalidCopy", y.span, format!("invalid copy: {cause}"));
                    return false;
                }
            };
            if !self.identical(dst, src) {
                let (a, b) = (self.operand_string(x), self.operand_string(y));
                let (d, s) = (self.type_string(dst), self.type_string(src));
                let message = format!(
                    "invalid copy: arguments {a} and {b} have different element types {d} and {s}"
                );
                self.err("InvalidCopy", x.span, message);
                return false;
            }
        }
        if self.is_untyped(y.ty) {
            self.convert_untyped(y, basic(Basic::String));
        }
        self.result(x, basic(Basic::Int))
    }

    pub(super) fn builtin_delete<'a>(
        &mut self,
        x: &mut Operand<'a>,
        args: &mut [Operand<'a>],
    ) -> bool {
        let is_map = |c: &Checker, u| matches!(c.store.ty(u), Type::Map { .. });
        let message = "invalid argument: {} is not a map";
        if !self.require_unders(x, "InvalidDelete", message, is_map) {
            return false;
        }
        let mut key_type = None;
        for u in self.type_set_unders(x.ty).into_iter().flatten() {
            let Type::Map { key, .. } = *self.store.ty(u) else { continue };
            if key_type.is_some_and(|k| !self.identical(k, key)) {
                let message = "invalid argument: maps of {} must have identical key types";
                self.reject(x, "InvalidDelete", message);
                return false;
            }
            key_type = Some(key);
        }
        let key = &mut args[1];
        self.assignment(key, Some(key_type.unwrap_or(INVALID)), "argument to delete");
        key.is_valid() && self.no_result(x)
    }

    pub(super) fn builtin_make<'a>(&mut self, x: &mut Operand<'a>, call: Call<'a>) -> bool {
        let ty = self.var_type(&call.args[0]);
        if !self.is_valid(ty) {
            self.use_exprs(&call.args[1..]);
            return false;
        }
        let text = self.expr_string(&call.args[0]);
        let least = match self.shared_under(ty).map(|u| self.store.ty(u).clone()) {
            Ok(Type::Slice(_)) => 2,
            Ok(Type::Map { .. } | Type::Chan { .. }) => 1,
            other => {
                let cause = match other {
                    Err(cause) if self.all_makeable(ty) => cause,
                    _ => "type must be slice, map, or channel".into(),
                };
                let message = format!("invalid argument: cannot make {text}: {cause}");
                self.err("InvalidMake", call.args[0].span, message);
                self.use_exprs(&call.args[1..]);
                return false;
            }
        };
        let given = call.args.len();
        if given < least || given > least + 1 {
            let whole = self.expr_string(call.e);
            let message = format!(
                "invalid operation: {whole} expects {least} or {} arguments; found {given}",
                least + 1
            );
            self.err("WrongArgCount", call.e.span, message);
            return false;
        }
        self.make_sizes(call);
        self.result(x, ty)
    }

    /// Whether all types of t's set are slices, maps or channels, or it has none.
    fn all_makeable(&mut self, t: TypeId) -> bool {
        self.type_set_unders(t).into_iter().flatten().all(|u| {
            matches!(self.store.ty(u), Type::Slice(_) | Type::Map { .. } | Type::Chan { .. })
        })
    }

    /// Length and capacity: integers, not negative, in order.
    fn make_sizes(&mut self, call: Call) {
        let mut known = Vec::new();
        for e in &call.args[1..] {
            if let Ok(Some(n)) = self.constant_index(e, None) {
                known.push(n);
            }
        }
        if let [length, capacity] = known[..]
            && length > capacity
        {
            let message = "invalid argument: length and capacity swapped";
            self.err("SwappedMakeArgs", call.args[1].span, message);
        }
    }
}
