//! Calls of predeclared functions, and those of package `unsafe`.
//!
//! The parts: slices, maps and channels (`collections`), numbers (`numeric`), memory and
//! `unsafe` (`memory`). Here: which functions there are, how many arguments they take, and the
//! ones that fit nowhere else.

mod collections;
mod memory;
mod numeric;

use crate::call::Call;
use crate::checker::Checker;
use crate::expr::Usage;
use crate::info::Mode;
use crate::language::since;
use crate::object::BuiltinId::{self, *};
use crate::operand::{Operand, basic, builtin_name};
use crate::types::{Basic, TypeId};

/// Least number of arguments, and whether more are taken.
fn arity(id: BuiltinId) -> (usize, bool) {
    match id {
        Append | Max | Min | Make => (1, true),
        Print | Println => (0, true),
        Recover => (0, false),
        Complex | Copy | Delete | UnsafeAdd | UnsafeSlice | UnsafeString => (2, false),
        _ => (1, false),
    }
}

/// How a builtin's call may stand as a statement.
pub(crate) fn builtin_usage(id: BuiltinId) -> Usage {
    match id {
        Clear | Close | Copy | Delete | Panic | Print | Println | Recover => Usage::Statement,
        _ => Usage::Expression,
    }
}

impl Checker {
    /// Checks a builtin's call; the result is left in x. False after an error.
    pub(crate) fn builtin<'a>(
        &mut self,
        x: &mut Operand<'a>,
        call: Call<'a>,
        id: BuiltinId,
    ) -> bool {
        let name = builtin_name(id);
        if let (Some(_), true) = (call.ellipsis, id != Append) {
            let message = format!("invalid operation: invalid use of ... with built-in {name}");
            self.err("InvalidDotDotDot", call.e.span, message);
            self.use_exprs(call.args);
            return false;
        }
        let outer = self.env.has_call_or_recv;
        if matches!(id, Len | Cap) {
            self.env.has_call_or_recv = false;
        }
        let ok = self.builtin_arguments(x, call, id);
        if matches!(id, Len | Cap) {
            self.env.has_call_or_recv = outer;
        }
        ok
    }

    fn builtin_arguments<'a>(
        &mut self,
        x: &mut Operand<'a>,
        call: Call<'a>,
        id: BuiltinId,
    ) -> bool {
        let special = matches!(id, Make | New | UnsafeOffsetof);
        let mut args = if special { Vec::new() } else { self.expr_list(call.args) };
        let given = if special { call.args.len() } else { args.len() };
        if args.iter().any(|a| !a.is_valid()) {
            return false;
        }
        let (least, variadic) = arity(id);
        let qualifier = if given < least {
            "not enough"
        } else if !variadic && given > least {
            "too many"
        } else {
            return self.builtin_call(x, call, id, &mut args);
        };
        let text = self.expr_string(call.e);
        let message = format!(
            "invalid operation: {qualifier} arguments for {text} (expected {least}, found {given})"
        );
        self.err("WrongArgCount", call.e.span, message);
        false
    }

    fn builtin_call<'a>(
        &mut self,
        x: &mut Operand<'a>,
        call: Call<'a>,
        id: BuiltinId,
        args: &mut Vec<Operand<'a>>,
    ) -> bool {
        if let Some(first) = args.first() {
            *x = first.clone();
        }
        if !self.builtin_allowed(call, id) {
            return false;
        }
        match id {
            Append => self.builtin_append(x, call, args),
            Cap | Len => self.builtin_len(x, id),
            Clear => self.builtin_clear(x),
            Close => self.builtin_close(x),
            Complex => self.builtin_complex(x, call, args),
            Copy => self.builtin_copy(x, args),
            Delete => self.builtin_delete(x, args),
            Imag | Real => self.builtin_part(x, id),
            Make => self.builtin_make(x, call),
            Max | Min => self.builtin_extreme(x, id, args),
            New => self.builtin_new(x, call),
            Panic => self.builtin_panic(x, call),
            Print | Println => self.builtin_print(x, id, args),
            Recover => {
                x.mode = Mode::Value;
                x.ty = self.any_type();
                true
            }
            _ => self.builtin_unsafe(x, call, id, args),
        }
    }

    /// Whether the file's version of the language has the function.
    fn builtin_allowed(&mut self, call: Call, id: BuiltinId) -> bool {
        let since = match id {
            Clear | Max | Min => since::MIN_MAX_CLEAR,
            UnsafeAdd | UnsafeSlice => since::UNSAFE_SLICES,
            UnsafeSliceData | UnsafeString | UnsafeStringData => since::UNSAFE_STRINGS,
            _ => return true,
        };
        if self.allows(since, call.fun.span.lo) {
            return true;
        }
        let name = builtin_name(id);
        let is_predeclared = since == since::MIN_MAX_CLEAR;
        let what = if is_predeclared { name.to_owned() } else { format!("unsafe.{name}") };
        self.require(since, call.fun.span, &what)
    }

    fn builtin_panic(&mut self, x: &mut Operand, call: Call) -> bool {
        if self.env.sig.is_some() {
            self.env.panic_calls.borrow_mut().insert(call.e.id);
        }
        let any = self.any_type();
        self.assignment(x, Some(any), "argument to panic");
        let ok = x.is_valid();
        x.mode = Mode::NoValue;
        ok
    }

    fn builtin_print<'a>(
        &mut self,
        x: &mut Operand<'a>,
        id: BuiltinId,
        args: &mut [Operand<'a>],
    ) -> bool {
        let context = format!("argument to built-in {}", builtin_name(id));
        for arg in args {
            self.assignment(arg, None, &context);
            if !arg.is_valid() {
                return false;
            }
        }
        *x = Operand::invalid();
        x.mode = Mode::NoValue;
        true
    }

    /// `unsafe`'s functions.
    fn builtin_unsafe<'a>(
        &mut self,
        x: &mut Operand<'a>,
        call: Call<'a>,
        id: BuiltinId,
        args: &mut [Operand<'a>],
    ) -> bool {
        match id {
            UnsafeAlignof | UnsafeSizeof => self.builtin_size(x, id),
            UnsafeOffsetof => self.builtin_offset(x, call),
            UnsafeAdd => {
                self.assignment(x, Some(basic(Basic::UnsafePointer)), "argument to unsafe.Add");
                let ok = x.is_valid()
                    && self.valid_index(&mut args[1], "InvalidUnsafeAdd", "length", true);
                self.result(x, basic(Basic::UnsafePointer)) && ok
            }
            UnsafeSlice => self.builtin_unsafe_slice(x, args),
            UnsafeSliceData => self.builtin_slice_data(x),
            UnsafeString => {
                let byte = self.byte_type();
                let bytes = self.new_pointer(byte);
                self.assignment(x, Some(bytes), "argument to unsafe.String");
                let ok = x.is_valid()
                    && self.valid_index(&mut args[1], "InvalidUnsafeString", "length", false);
                self.result(x, basic(Basic::String)) && ok
            }
            _ => {
                self.assignment(x, Some(basic(Basic::String)), "argument to unsafe.StringData");
                let ok = x.is_valid();
                let byte = self.byte_type();
                let bytes = self.new_pointer(byte);
                self.result(x, bytes) && ok
            }
        }
    }

    /// Makes x a value of type t; true, as the last step of a builtin that went well.
    fn result(&mut self, x: &mut Operand, t: TypeId) -> bool {
        x.mode = Mode::Value;
        x.ty = t;
        x.value = None;
        true
    }

    /// Makes x nothing, as `result`.
    fn no_result(&mut self, x: &mut Operand) -> bool {
        x.mode = Mode::NoValue;
        x.value = None;
        true
    }

    /// The first type of x's set that `accepts` refuses is reported with `message`, in which `{}`
    /// stands for x.
    fn require_unders(
        &mut self,
        x: &mut Operand,
        code: &'static str,
        message: &str,
        accepts: impl Fn(&Checker, TypeId) -> bool,
    ) -> bool {
        let unders = self.type_set_unders(x.ty);
        if !unders.is_empty() && unders.iter().all(|u| u.is_some_and(|u| accepts(self, u))) {
            return true;
        }
        self.reject(x, code, message);
        false
    }
}
