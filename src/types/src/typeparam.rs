//! Type parameters and their constraints.

use crate::checker::Checker;
use crate::types::{Basic, Interface, Type, TypeId, TypeParam};

impl Checker {
    pub(crate) fn new_type_param(
        &mut self,
        obj: crate::ObjId,
        index: u32,
        bound: TypeId,
    ) -> TypeId {
        let t = self.store.add_type(Type::TypeParam(TypeParam { obj, index, bound }));
        self.store.obj_mut(obj).ty = t;
        t
    }

    pub(crate) fn set_bound(&mut self, tp: TypeId, new: TypeId) {
        if let Type::TypeParam(p) = self.store.ty_mut(tp) {
            p.bound = new;
        }
    }

    pub(crate) fn bound(&self, tp: TypeId) -> TypeId {
        if let Type::TypeParam(p) = self.store.ty(tp) { p.bound } else { tp }
    }

    /// The constraint of a type parameter as an interface; a constraint that is none is wrapped.
    pub(crate) fn type_param_interface(&mut self, tp: TypeId) -> TypeId {
        let bound = self.bound(tp);
        if self.is_type_param(bound) {
            return self.empty_interface();
        }
        let u = self.under(bound);
        match self.store.ty(u) {
            Type::Basic(Basic::Invalid) => self.empty_interface(),
            Type::Interface(_) => u,
            _ => {
                let wrapped = self.new_interface(Vec::new(), vec![bound], true);
                self.set_bound(tp, wrapped);
                wrapped
            }
        }
    }

    pub(crate) fn new_interface(
        &mut self,
        methods: Vec<crate::ObjId>,
        embeddeds: Vec<TypeId>,
        implicit: bool,
    ) -> TypeId {
        let interface = Interface { methods, embeddeds, implicit, type_set: None };
        self.store.add_type(Type::Interface(interface))
    }
}
