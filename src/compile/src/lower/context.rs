//! Whose text code is being made from.
//!
//! The code of one function may come from several: an iterator and what it loops over can stand in
//! place of a loop over a function, and in the midst of it the loop's body, which is the first
//! function's again. A context is what the translation knows of one of them: types and escapes of
//! its declaration, variables by name, what `break` and `return` mean. The code, its registers and
//! the constants in them are common to all.

use std::rc::Rc;

use rustc_hash::FxHashMap as HashMap;

use gol_bytecode::Reg;
use gol_grammar::ast::{Name, NodeId};
use gol_types::{ObjId, TypeId};

use super::{Local, Lower, RangeBody, Shared, Target, call_in_place, range_in_place, returns};
use crate::builder::Label;

/// What belongs to one function's text: see the fields of the same names in [`Lower`].
pub(super) struct Context {
    pub shared: Rc<Shared>,
    pub locals: HashMap<ObjId, Local>,
    pub views: HashMap<ObjId, Reg>,
    pub name: String,
    concrete: HashMap<TypeId, TypeId>,
    evaluated: HashMap<NodeId, (Reg, TypeId)>,
    in_place: Vec<ObjId>,
    ordered: bool,
    late_index: bool,
    targets: Vec<Target>,
    next_name: Option<Name>,
    labels: HashMap<Name, Label>,
    fallthrough: Option<Label>,
    results: returns::Results,
    range_body: Option<RangeBody>,
    deferred: Option<Reg>,
    recover_frame: Option<Reg>,
    literals: u32,
    nested: bool,
    wrappers: u32,
    range_bodies: u32,
    yields: Option<Rc<range_in_place::Loop>>,
    pub returns_to: Option<call_in_place::Returns>,
    pub known: HashMap<ObjId, Rc<call_in_place::Known>>,
}

impl Context {
    /// That of a function of this name whose first instruction is still to come.
    pub(super) fn new(shared: Rc<Shared>, name: String) -> Context {
        Context {
            shared,
            locals: HashMap::default(),
            views: HashMap::default(),
            name,
            concrete: HashMap::default(),
            evaluated: HashMap::default(),
            in_place: Vec::new(),
            ordered: false,
            late_index: false,
            targets: Vec::new(),
            next_name: None,
            labels: HashMap::default(),
            fallthrough: None,
            results: returns::Results::default(),
            range_body: None,
            deferred: None,
            recover_frame: None,
            literals: 0,
            nested: false,
            wrappers: 0,
            range_bodies: 0,
            yields: None,
            returns_to: None,
            known: HashMap::default(),
        }
    }
}

macro_rules! exchange {
    ($a:ident, $b:ident: $($field:ident)*) => {
        $(std::mem::swap(&mut $a.$field, &mut $b.$field);)*
    };
}

impl Lower<'_, '_> {
    fn exchange(&mut self, other: &mut Context) {
        exchange!(self, other: shared locals views name concrete evaluated in_place ordered
            late_index targets next_name labels fallthrough results range_body deferred
            recover_frame literals nested wrappers range_bodies yields returns_to known);
    }

    /// Translates a part of another function, which stands in place of a call in this one.
    pub(super) fn inside<R>(
        &mut self,
        mut context: Context,
        translate: impl FnOnce(&mut Self) -> R,
    ) -> R {
        self.exchange(&mut context);
        self.around.push(context);
        let result = translate(self);
        if let Some(mut context) = self.around.pop() {
            self.exchange(&mut context);
        }
        result
    }

    /// In such a part: translates something of the function around it.
    pub(super) fn outside<R>(&mut self, translate: impl FnOnce(&mut Self) -> R) -> R {
        let mut context = self.around.pop();
        if let Some(context) = &mut context {
            self.exchange(context);
        }
        let result = translate(self);
        if let Some(context) = &mut context {
            self.exchange(context);
        }
        self.around.extend(context);
        result
    }
}
