//! Assignability: may a value be stored in a variable of some type?

use gol_grammar::ast::ChanDir;

use crate::checker::Checker;
use crate::operand::Operand;
use crate::types::{Type, TypeId};

impl Checker {
    /// Whether x may be assigned to a T; `Err` holds the cause where there is more to say.
    pub(crate) fn assignable_to(&mut self, x: &Operand, t: TypeId) -> Result<(), String> {
        if !x.is_valid() || !self.is_valid(x.ty) || !self.is_valid(t) {
            return Ok(());
        }
        let v = self.unalias(x.ty);
        let t = self.unalias(t);
        if self.identical(v, t) {
            return Ok(());
        }
        if self.is_untyped(v) {
            return self.untyped_assignable(x, t);
        }
        let (v_param, t_param) = (self.is_type_param(v), self.is_type_param(t));
        let (vu, tu) = (self.under(v), self.under(t));
        let unnamed = !self.has_name(v) || !self.has_name(t);
        if unnamed && !v_param && !t_param && self.identical(vu, tu) {
            return Ok(());
        }
        if self.is_non_type_param_interface(t) || self.is_interface_pointer(tu) {
            match self.implements(v, t, false) {
                Ok(()) => return Ok(()),
                Err(cause) if !v_param => return Err(cause),
                Err(_) => {}
            }
        }
        if self.is_non_type_param_interface(v) && self.implements(t, v, false).is_ok() {
            return Err("need type assertion".into());
        }
        if let (Type::Chan { dir: ChanDir::Both, elem: a }, Type::Chan { elem: b, .. }) =
            (self.store.ty(vu), self.store.ty(tu))
        {
            let (a, b) = (*a, *b);
            if self.identical(a, b) && !v_param && !t_param {
                return if unnamed { Ok(()) } else { Err(String::new()) };
            }
        }
        if v_param || t_param { self.param_assignable(x, v, t) } else { Err(String::new()) }
    }

    fn untyped_assignable(&mut self, x: &Operand, t: TypeId) -> Result<(), String> {
        if !self.is_type_param(t) {
            return self.implicit_type(x, t).map(|_| ()).map_err(|_| String::new());
        }
        let terms = self.type_terms(t).ok_or_else(String::new)?;
        for term in terms {
            self.implicit_type(x, term.ty).map_err(|_| String::new())?;
        }
        Ok(())
    }

    fn is_interface_pointer(&mut self, u: TypeId) -> bool {
        let Type::Pointer(base) = *self.store.ty(u) else { return false };
        self.is_interface(base)
    }

    /// With a type parameter on one side, the other must have no name, and every type of the set
    /// must be assignable.
    fn param_assignable(&mut self, x: &Operand, v: TypeId, t: TypeId) -> Result<(), String> {
        let (v_param, t_param) = (self.is_type_param(v), self.is_type_param(t));
        if t_param && !v_param && !self.has_name(v) {
            let Some(terms) = self.type_terms(t) else { return Err(String::new()) };
            for term in terms {
                if let Err(cause) = self.assignable_to(x, term.ty) {
                    let text = self.type_string(v);
                    let (d, p) = (self.type_string(term.ty), self.type_string(t));
                    return Err(join(format!("cannot assign {text} to {d} (in {p})"), &cause));
                }
            }
            return Ok(());
        }
        if v_param && !t_param && !self.has_name(t) {
            let Some(terms) = self.type_terms(v) else { return Err(String::new()) };
            for term in terms {
                let member = Operand { ty: term.ty, ..x.clone() };
                if let Err(cause) = self.assignable_to(&member, t) {
                    let (s, p) = (self.type_string(term.ty), self.type_string(v));
                    let d = self.type_string(t);
                    return Err(join(format!("cannot assign {s} (in {p}) to {d}"), &cause));
                }
            }
            return Ok(());
        }
        Err(String::new())
    }
}

fn join(message: String, cause: &str) -> String {
    if cause.is_empty() { message } else { format!("{message}\n\t{cause}") }
}
