//! The arenas: types, objects, scopes and packages, and the ids that name them.

use rustc_hash::FxHashMap as HashMap;

use gol_diagnostic::Span;
use gol_grammar::ast::Name;

use crate::object::{ObjId, Object};
use crate::package::{Package, PkgId};
use crate::types::{Basic, Type, TypeId};

/// A scope of the [`Store`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ScopeId(pub u32);

/// Names declared in one block. `names` keeps the order of declaration for messages.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    pub parent: Option<ScopeId>,
    pub names: HashMap<Name, ObjId>,
    pub order: Vec<ObjId>,
    /// The block's text, for position-dependent look-ups; [`Span::NONE`] for packages.
    pub span: Span,
    /// A function's outermost scope.
    pub is_func: bool,
}

/// Everything that has an id. `Basic` types have the ids of their order in [`Basic`].
#[derive(Debug, Default)]
pub struct Store {
    pub types: Vec<Type>,
    pub objects: Vec<Object>,
    pub scopes: Vec<Scope>,
    pub packages: Vec<Package>,
}

impl Store {
    pub fn ty(&self, id: TypeId) -> &Type {
        &self.types[id.0 as usize]
    }

    pub fn ty_mut(&mut self, id: TypeId) -> &mut Type {
        &mut self.types[id.0 as usize]
    }

    pub fn add_type(&mut self, ty: Type) -> TypeId {
        self.types.push(ty);
        TypeId(self.types.len() as u32 - 1)
    }

    pub fn obj(&self, id: ObjId) -> &Object {
        &self.objects[id.0 as usize]
    }

    pub fn obj_mut(&mut self, id: ObjId) -> &mut Object {
        &mut self.objects[id.0 as usize]
    }

    pub fn add_obj(&mut self, obj: Object) -> ObjId {
        self.objects.push(obj);
        ObjId(self.objects.len() as u32 - 1)
    }

    pub fn scope(&self, id: ScopeId) -> &Scope {
        &self.scopes[id.0 as usize]
    }

    pub fn scope_mut(&mut self, id: ScopeId) -> &mut Scope {
        &mut self.scopes[id.0 as usize]
    }

    pub fn add_scope(&mut self, scope: Scope) -> ScopeId {
        self.scopes.push(scope);
        ScopeId(self.scopes.len() as u32 - 1)
    }

    pub fn pkg(&self, id: PkgId) -> &Package {
        &self.packages[id.0 as usize]
    }

    /// The id of a basic type.
    pub fn basic(kind: Basic) -> TypeId {
        TypeId(kind as u32)
    }
}
