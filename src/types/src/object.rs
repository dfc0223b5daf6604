//! Objects: what a name can stand for.

use std::rc::Rc;

use gol_diagnostic::Pos;
use gol_grammar::ast::{FuncDecl, Name};

use crate::constant::Value;
use crate::package::PkgId;
use crate::types::TypeId;

/// An object of the [`crate::Store`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjId(pub u32);

/// A named thing. Fields and methods are objects too.
#[derive(Clone, Debug)]
pub struct Object {
    pub name: Name,
    /// `None` for what the universe declares.
    pub pkg: Option<PkgId>,
    /// Where its name is declared; [`Pos::NONE`] in the universe.
    pub pos: Pos,
    /// The invalid type until it has been resolved.
    pub ty: TypeId,
    pub kind: ObjKind,
}

#[derive(Clone, Debug)]
pub enum ObjKind {
    /// An imported package's local name.
    PkgName {
        imported: PkgId,
        used: bool,
    },
    Const {
        value: Value,
    },
    /// A type's name; `ty` of the object is the [`crate::Type::Named`], alias or parameter.
    TypeName,
    Var(VarInfo),
    /// A function or (concrete or interface) method; `ty` is its signature.
    Func(FuncInfo),
    Label {
        used: bool,
    },
    Builtin(BuiltinId),
    Nil,
}

#[derive(Clone, Debug, Default)]
pub struct VarInfo {
    pub is_field: bool,
    pub embedded: bool,
    /// A parameter, result or receiver.
    pub is_param: bool,
    /// Declared at package level, or a script's top-level variable that some function names.
    pub is_package_level: bool,
    pub used: bool,
}

#[derive(Clone, Debug, Default)]
pub struct FuncInfo {
    /// The declaration; `None` for methods of interfaces and of instantiated types (see `origin`).
    pub decl: Option<Rc<FuncDecl>>,
    /// For a method of an instantiated type: the method of the generic type that it comes from.
    pub origin: Option<ObjId>,
    /// Whether its receiver is a pointer (concrete methods).
    pub ptr_recv: bool,
}

/// The predeclared functions, those of package `unsafe` among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BuiltinId {
    Append,
    Cap,
    Clear,
    Close,
    Complex,
    Copy,
    Delete,
    Imag,
    Len,
    Make,
    Max,
    Min,
    New,
    Panic,
    Print,
    Println,
    Real,
    Recover,
    UnsafeAdd,
    UnsafeAlignof,
    UnsafeOffsetof,
    UnsafeSizeof,
    UnsafeSlice,
    UnsafeSliceData,
    UnsafeString,
    UnsafeStringData,
}

impl Object {
    /// Starts with an upper-case letter.
    pub fn is_exported(&self) -> bool {
        self.name.chars().next().is_some_and(char::is_uppercase)
    }
}
