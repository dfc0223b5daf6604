//! The universe: predeclared types, constants, functions and `nil`; and package `unsafe`.

use gol_diagnostic::{Pos, Span};

use crate::checker::Checker;
use crate::constant::Value;
use crate::object::{BuiltinId, ObjId, ObjKind, Object};
use crate::package::{Package, PkgId};
use crate::state::PkgState;
use crate::store::{Scope, ScopeId, Store};
use crate::types::{Alias, Basic, Named, Signature, Type, TypeId, TypeSet};
use crate::under::INVALID;

/// In the order of their ids.
const BASICS: [Basic; 26] = [
    Basic::Invalid,
    Basic::Bool,
    Basic::Int,
    Basic::Int8,
    Basic::Int16,
    Basic::Int32,
    Basic::Int64,
    Basic::Uint,
    Basic::Uint8,
    Basic::Uint16,
    Basic::Uint32,
    Basic::Uint64,
    Basic::Uintptr,
    Basic::Float32,
    Basic::Float64,
    Basic::Complex64,
    Basic::Complex128,
    Basic::String,
    Basic::UnsafePointer,
    Basic::UntypedBool,
    Basic::UntypedInt,
    Basic::UntypedRune,
    Basic::UntypedFloat,
    Basic::UntypedComplex,
    Basic::UntypedString,
    Basic::UntypedNil,
];

const BUILTINS: [(&str, BuiltinId); 18] = [
    ("append", BuiltinId::Append),
    ("cap", BuiltinId::Cap),
    ("clear", BuiltinId::Clear),
    ("close", BuiltinId::Close),
    ("complex", BuiltinId::Complex),
    ("copy", BuiltinId::Copy),
    ("delete", BuiltinId::Delete),
    ("imag", BuiltinId::Imag),
    ("len", BuiltinId::Len),
    ("make", BuiltinId::Make),
    ("max", BuiltinId::Max),
    ("min", BuiltinId::Min),
    ("new", BuiltinId::New),
    ("panic", BuiltinId::Panic),
    ("print", BuiltinId::Print),
    ("println", BuiltinId::Println),
    ("real", BuiltinId::Real),
    ("recover", BuiltinId::Recover),
];

const UNSAFE_BUILTINS: [(&str, BuiltinId); 8] = [
    ("Add", BuiltinId::UnsafeAdd),
    ("Alignof", BuiltinId::UnsafeAlignof),
    ("Offsetof", BuiltinId::UnsafeOffsetof),
    ("Sizeof", BuiltinId::UnsafeSizeof),
    ("Slice", BuiltinId::UnsafeSlice),
    ("SliceData", BuiltinId::UnsafeSliceData),
    ("String", BuiltinId::UnsafeString),
    ("StringData", BuiltinId::UnsafeStringData),
];

impl Checker {
    /// Fills the universe's scope; the store must be empty.
    pub(crate) fn define_universe(&mut self) {
        for kind in BASICS {
            self.store.add_type(Type::Basic(kind));
        }
        self.universe = self.store.add_scope(Scope::default());
        let types = Basic::Bool as usize..=Basic::String as usize;
        for kind in &BASICS[types] {
            self.predeclare(kind.name(), Store::basic(*kind), ObjKind::TypeName);
        }
        let byte = self.store.add_type(Type::Basic(Basic::Uint8));
        let rune = self.store.add_type(Type::Basic(Basic::Int32));
        self.core.byte = Some(byte);
        self.core.rune = Some(rune);
        self.predeclare("byte", byte, ObjKind::TypeName);
        self.predeclare("rune", rune, ObjKind::TypeName);
        self.define_interfaces();
        let untyped_bool = Store::basic(Basic::UntypedBool);
        for (name, value) in [("true", true), ("false", false)] {
            self.predeclare(name, untyped_bool, ObjKind::Const { value: Value::Bool(value) });
        }
        let iota = ObjKind::Const { value: Value::Int(0) };
        self.predeclare("iota", Store::basic(Basic::UntypedInt), iota);
        self.predeclare("nil", Store::basic(Basic::UntypedNil), ObjKind::Nil);
        for (name, id) in BUILTINS {
            self.predeclare(name, INVALID, ObjKind::Builtin(id));
        }
    }

    fn predeclare(&mut self, name: &str, ty: TypeId, kind: ObjKind) -> ObjId {
        let obj = self.universe_object(name, ty, kind);
        self.insert(self.universe, name.into(), obj);
        obj
    }

    fn universe_object(&mut self, name: &str, ty: TypeId, kind: ObjKind) -> ObjId {
        self.store.add_obj(Object { name: name.into(), pkg: None, pos: Pos::NONE, ty, kind })
    }

    /// `any`, `error` and `comparable`.
    fn define_interfaces(&mut self) {
        let empty = self.new_interface(Vec::new(), Vec::new(), false);
        self.core.empty_interface = Some(empty);
        let any = self.predeclare("any", INVALID, ObjKind::TypeName);
        let alias = Alias {
            obj: any,
            actual: Some(empty),
            type_params: Vec::new(),
            type_args: Vec::new(),
            origin: None,
        };
        let alias = self.store.add_type(Type::Alias(alias));
        self.store.obj_mut(any).ty = alias;
        self.core.any = Some(alias);

        let error = self.predeclare("error", INVALID, ObjKind::TypeName);
        let named = self.universe_named(error);
        self.core.error = Some(named);
        let result = self.new_param("", Store::basic(Basic::String));
        let recv = self.new_param("", named);
        let sig = self.store.add_type(Type::Signature(Signature {
            recv: Some(recv),
            type_params: Vec::new(),
            recv_type_params: Vec::new(),
            params: Vec::new(),
            results: vec![result],
            variadic: false,
        }));
        let method = self.universe_object("Error", sig, ObjKind::Func(Default::default()));
        let interface = self.new_interface(vec![method], Vec::new(), false);
        self.finish_universe_named(named, interface);

        let comparable = self.predeclare("comparable", INVALID, ObjKind::TypeName);
        let named = self.universe_named(comparable);
        self.core.comparable = Some(named);
        let interface = self.new_interface(Vec::new(), Vec::new(), false);
        let set = TypeSet { methods: Vec::new(), terms: None, comparable: true };
        if let Type::Interface(it) = self.store.ty_mut(interface) {
            it.type_set = Some(set);
        }
        self.finish_universe_named(named, interface);
    }

    fn universe_named(&mut self, obj: ObjId) -> TypeId {
        let named = self.store.add_type(Type::Named(Named {
            obj,
            underlying: None,
            type_params: Vec::new(),
            type_args: Vec::new(),
            origin: None,
            methods: Vec::new(),
        }));
        self.store.obj_mut(obj).ty = named;
        named
    }

    fn finish_universe_named(&mut self, named: TypeId, underlying: TypeId) {
        if let Type::Named(n) = self.store.ty_mut(named) {
            n.underlying = Some(underlying);
        }
    }

    /// Package `unsafe`, made when it is first imported.
    pub(crate) fn unsafe_package(&mut self) -> PkgId {
        if let Some(pkg) = self.core.unsafe_pkg {
            return pkg;
        }
        let name: gol_grammar::ast::Name = "unsafe".into();
        let pkg = self.add_package(name.clone(), name, true);
        self.core.unsafe_pkg = Some(pkg);
        let scope = self.core.pkgs[pkg.0 as usize].scope;
        let declare = |c: &mut Checker, name: &str, ty, kind| {
            let pkg = Some(pkg);
            let object = Object { name: name.into(), pkg, pos: Pos::NONE, ty, kind };
            let obj = c.store.add_obj(object);
            c.insert(scope, name.into(), obj);
        };
        declare(self, "Pointer", Store::basic(Basic::UnsafePointer), ObjKind::TypeName);
        for (name, id) in UNSAFE_BUILTINS {
            declare(self, name, INVALID, ObjKind::Builtin(id));
        }
        pkg
    }

    /// A package without declarations yet.
    pub(crate) fn add_package(
        &mut self,
        path: gol_grammar::ast::Name,
        name: gol_grammar::ast::Name,
        is_std: bool,
    ) -> PkgId {
        let id = PkgId(self.store.packages.len() as u32);
        self.store.packages.push(Package { path: path.clone(), name, imports: Vec::new(), is_std });
        let scope = self.new_scope(Some(self.universe));
        self.core.pkgs.push(PkgState {
            scope,
            files: Vec::new(),
            file_scopes: Vec::new(),
            source: None,
            missing: Default::default(),
            methods_asked: Default::default(),
            objects: Vec::new(),
            piece_scopes: Default::default(),
            inits: Vec::new(),
            inits_loaded: false,
            methods: Default::default(),
            script: None,
            in_progress: false,
            fake: false,
        });
        self.core.pkg_of_scope.insert(scope, id);
        self.core.pkg_by_path.insert(path, id);
        id
    }

    pub(crate) fn new_scope(&mut self, parent: Option<ScopeId>) -> ScopeId {
        self.store.add_scope(Scope { parent, span: Span::NONE, ..Scope::default() })
    }
}
