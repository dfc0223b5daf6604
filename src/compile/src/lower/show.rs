//! Expression statements of a session's inputs, whose values are shown.
//!
//! The checker has said what is shown of which statement, and has made variables for the values.
//! Showing is a call of package internal/show for each of them.

use gol_bytecode::{Reg, op};
use gol_grammar::ast::{Stmt, StmtKind};
use gol_types::{ObjId, Shown, ShownValue};

use super::Lower;

impl Lower<'_, '_> {
    /// Shows the values of a statement, if that is wanted.
    pub(super) fn show(&mut self, s: &Stmt) -> bool {
        let StmtKind::Expr(e) = &s.kind else { return false };
        let Some(shown) = self.m.checker.info.shown.get(&e.id).cloned() else { return false };
        self.b.set_pos(s.span.lo);
        let mark = self.b.mark();
        match shown {
            Shown::Text(text) => self.show_text(&text),
            Shown::Values(shown) => {
                let vars: Vec<ObjId> = shown.iter().map(|value| value.var).collect();
                self.assign_package_vars(&vars, e);
                self.b.release(mark);
                for (i, &value) in shown.iter().enumerate() {
                    self.show_value(value, i + 1 == vars.len());
                }
            }
        }
        self.b.release(mark);
        true
    }

    fn show_text(&mut self, text: &str) {
        let Some(func) = self.m.show_function("Text") else { return };
        let base = self.b.alloc_call(2);
        let string = self.m.str_idx(text.as_bytes());
        self.b.emit(op::LoadStr { dst: base, string });
        self.b.emit(op::Call { base, func });
    }

    /// `show.Value(var, last, runes)`.
    fn show_value(&mut self, ShownValue { var, runes }: ShownValue, last: bool) {
        let Some(func) = self.m.show_function("Value") else { return };
        let mark = self.b.mark();
        let base = self.b.alloc_call(4);
        let place = self.var_place(var);
        let inner = self.b.mark();
        if self.is_iface(place.ty) {
            self.load(&place, Some(base));
        } else {
            let value = self.load(&place, None);
            self.make_iface(base, value, place.ty);
        }
        self.b.release(inner);
        self.load_word(Reg(base.0 + 2), u64::from(last));
        self.load_word(Reg(base.0 + 3), u64::from(runes));
        self.b.emit(op::Call { base, func });
        self.b.release(mark);
    }
}
