//! The representation of types.
//!
//! A [`TypeId`] names a type of the [`Store`](crate::Store). As in `go/types`, two ids may name
//! identical types; only `Named`, `TypeParam` and `Basic` types are unique.

use gol_grammar::ast::{ChanDir, Name};

use crate::object::ObjId;

/// A type of the [`Store`](crate::Store).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TypeId(pub u32);

#[derive(Clone, Debug)]
pub enum Type {
    Basic(Basic),
    /// A defined type, generic, instantiated or neither.
    Named(Named),
    /// An alias declaration's type; `unalias` leads to what it stands for.
    Alias(Alias),
    Pointer(TypeId),
    Slice(TypeId),
    Array {
        elem: TypeId,
        len: ArrayLen,
    },
    Map {
        key: TypeId,
        elem: TypeId,
    },
    Chan {
        dir: ChanDir,
        elem: TypeId,
    },
    Struct(Struct),
    /// The results of a call, or the parameters of a signature.
    Tuple(Vec<ObjId>),
    Signature(Signature),
    Interface(Interface),
    Union(Vec<Term>),
    TypeParam(TypeParam),
}

/// The length of an array; unknown only after an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ArrayLen {
    Known(u64),
    Unknown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Basic {
    Invalid,
    Bool,
    Int,
    Int8,
    Int16,
    Int32,
    Int64,
    Uint,
    Uint8,
    Uint16,
    Uint32,
    Uint64,
    Uintptr,
    Float32,
    Float64,
    Complex64,
    Complex128,
    String,
    UnsafePointer,
    UntypedBool,
    UntypedInt,
    UntypedRune,
    UntypedFloat,
    UntypedComplex,
    UntypedString,
    UntypedNil,
}

/// A defined type. What is not known yet is filled in while its declaration is resolved; an
/// instance is expanded when someone asks for its underlying type or a method.
#[derive(Clone, Debug)]
pub struct Named {
    /// Its `TypeName`.
    pub obj: ObjId,
    /// `None` while unresolved; never itself `Named` or `Alias` once resolved.
    pub underlying: Option<TypeId>,
    /// Type parameters of a generic type (`TypeParam` types).
    pub type_params: Vec<TypeId>,
    /// Type arguments of an instance.
    pub type_args: Vec<TypeId>,
    /// The generic type that an instance comes from.
    pub origin: Option<TypeId>,
    /// Declared methods in source order (`Func` objects); of an instance, those expanded so far.
    pub methods: Vec<ObjId>,
}

#[derive(Clone, Debug)]
pub struct Alias {
    pub obj: ObjId,
    /// `None` while unresolved.
    pub actual: Option<TypeId>,
    pub type_params: Vec<TypeId>,
    pub type_args: Vec<TypeId>,
    pub origin: Option<TypeId>,
}

/// Fields are `Var` objects; `tags` is empty or as long as `fields`.
#[derive(Clone, Debug)]
pub struct Struct {
    pub fields: Vec<ObjId>,
    pub tags: Vec<Name>,
}

#[derive(Clone, Debug)]
pub struct Signature {
    pub recv: Option<ObjId>,
    /// Type parameters of a generic function or method.
    pub type_params: Vec<TypeId>,
    /// Type parameters that the receiver's type brings.
    pub recv_type_params: Vec<TypeId>,
    pub params: Vec<ObjId>,
    pub results: Vec<ObjId>,
    /// The last parameter's type is then a slice (or string, for `append([]byte, string...)`).
    pub variadic: bool,
}

#[derive(Clone, Debug)]
pub struct Interface {
    /// Methods declared in it, `Func` objects.
    pub methods: Vec<ObjId>,
    pub embeddeds: Vec<TypeId>,
    /// Written without `interface{…}` around it, as a constraint.
    pub implicit: bool,
    /// Methods of the type set sorted by name, and its terms; computed on demand.
    pub type_set: Option<TypeSet>,
}

#[derive(Clone, Debug)]
pub struct TypeSet {
    /// All methods, sorted by unique name.
    pub methods: Vec<ObjId>,
    /// `None` for all types.
    pub terms: Option<Vec<Term>>,
    pub comparable: bool,
}

/// `T` or `~T`.
#[derive(Clone, Copy, Debug)]
pub struct Term {
    pub tilde: bool,
    pub ty: TypeId,
}

#[derive(Clone, Debug)]
pub struct TypeParam {
    pub obj: ObjId,
    /// Index in its list.
    pub index: u32,
    pub bound: TypeId,
}
