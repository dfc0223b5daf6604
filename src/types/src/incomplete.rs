//! Values of types whose declaration is still being checked.
//!
//! `type T [unsafe.Sizeof(T{})]int` needs T's size before T is known. An expression in the
//! declaration of a type must not be a value of that type, whichever way it comes by one: every
//! expression that makes a value out of something else asks here. Bodies of functions are checked
//! later, when all declarations are complete.

use crate::checker::Checker;
use crate::object::ObjId;
use crate::operand::Operand;
use crate::state::Color;
use crate::types::{Type, TypeId};

/// A chain of types, each declared by the next, is no longer than this.
const MAX_CHAIN: usize = 1000;

impl Checker {
    /// Whether t, of which there is to be a value, is complete; reports the cycle if it is not.
    pub(crate) fn is_complete(&mut self, t: TypeId) -> bool {
        let Some(open) = self.open_declaration(t) else { return true };
        self.report_open_declaration(open, &[]);
        false
    }

    /// Invalidates x if it is a value of a type that is not complete.
    pub(crate) fn require_complete(&mut self, x: &mut Operand) {
        if x.is_valid() && !self.is_complete(x.ty) {
            x.invalidate();
        }
    }

    /// The same of what x points to, where a selector or index looks through the pointer.
    pub(crate) fn require_complete_base(&mut self, x: &mut Operand) {
        let (base, _) = self.deref(x.ty);
        if x.is_valid() && !self.is_complete(base) {
            x.invalidate();
        }
    }

    /// Whether the size of t can be computed; reports the cycle if a part of t is not complete.
    pub(crate) fn has_known_size(&mut self, t: TypeId) -> bool {
        let mut way = Vec::new();
        let Some(open) = self.open_part(t, &mut way) else { return true };
        self.report_open_declaration(open, &way);
        false
    }

    /// The declaration under way that t stands for, directly or by its right-hand side.
    fn open_declaration(&mut self, t: TypeId) -> Option<ObjId> {
        let mut t = t;
        for _ in 0..MAX_CHAIN {
            let obj = match self.store.ty(t) {
                Type::Alias(alias) => match alias.actual {
                    Some(actual) => {
                        t = actual;
                        continue;
                    }
                    None => alias.obj,
                },
                Type::Named(n) if n.underlying.is_some() => return None,
                Type::Named(n) => {
                    let obj = n.obj;
                    let origin = n.origin.unwrap_or(t);
                    if let Some(&rhs) = self.core.from_rhs.get(&origin) {
                        t = rhs;
                        continue;
                    }
                    obj
                }
                _ => return None,
            };
            return matches!(self.extra(obj).color, Color::Grey(_)).then_some(obj);
        }
        None
    }

    /// A declaration under way among what t holds by value; `way`: the types that lead to it.
    fn open_part(&mut self, t: TypeId, way: &mut Vec<ObjId>) -> Option<ObjId> {
        if let Some(open) = self.open_declaration(t) {
            return Some(open);
        }
        let t = self.unalias(t);
        let named = self.named(t).map(|n| n.obj);
        if let Some(obj) = named {
            if way.contains(&obj) {
                return None;
            }
            way.push(obj);
        }
        let u = self.under(t);
        let parts = match self.store.ty(u) {
            Type::Array { elem, .. } => vec![*elem],
            Type::Struct(s) => self.types_of(&s.fields),
            _ => Vec::new(),
        };
        let found = parts.into_iter().find_map(|part| self.open_part(part, way));
        if named.is_some() && found.is_none() {
            way.pop();
        }
        found
    }

    /// A function that is called, or used otherwise, in the declaration of one of its own types.
    pub(crate) fn report_open_signature(&mut self, func: ObjId) {
        let at = self.core.obj_path.iter().position(|&o| o == func).map_or(0, |at| at + 1);
        let cycle = self.core.obj_path[at..].to_vec();
        if !cycle.is_empty() {
            self.cycle_error(&cycle, 0);
        }
    }

    fn report_open_declaration(&mut self, open: ObjId, way: &[ObjId]) {
        let Color::Grey(start) = self.extra(open).color else { return };
        let mut cycle = self.core.obj_path[start..].to_vec();
        cycle.extend(way.iter().copied().filter(|obj| !cycle.contains(obj)).collect::<Vec<_>>());
        let first = (0..cycle.len()).min_by_key(|&i| self.store.obj(cycle[i]).pos).unwrap_or(0);
        self.cycle_error(&cycle, first);
    }
}
