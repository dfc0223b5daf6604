//! `x.f`, promoted fields and pointers on the way included, and qualified names.

use gol_grammar::ast::{Expr, NodeId};
use gol_types::{ObjKind, SelectionKind};

use super::Lower;
use super::place::Place;

impl Lower<'_, '_> {
    /// The place of a field or package variable; `None` for methods.
    pub(super) fn selector_place(&mut self, e: &Expr, x: &Expr, sel: NodeId) -> Option<Place> {
        let Some(selection) = self.selection(e) else {
            let obj = self.object(sel)?;
            return matches!(self.m.checker.store.obj(obj).kind, ObjKind::Var(_))
                .then(|| self.var_place(obj));
        };
        if selection.kind != SelectionKind::Field {
            return None;
        }
        let place = match self.header_place(x) {
            Some(header) => header,
            None => self.place(x),
        };
        self.at(e);
        Some(self.follow(place, &selection.index))
    }

    /// The place that field indices lead to; pointers on the way are followed.
    pub(super) fn follow(&mut self, mut place: Place, path: &[usize]) -> Place {
        for &index in path {
            if self.pointee(place.ty).is_some() {
                place = self.deref_place(&place);
            }
            place = self.field_place(place, index);
        }
        place
    }
}
