//! Questions about types, objects and constants, answered for the type arguments at hand.

use std::rc::Rc;

use gol_bytecode::{Leaf, LeafKind, Repr, TypeIdx};
use gol_grammar::ast::{Expr, ExprKind, Ident, NodeId};
use gol_types::constant::Value;
use gol_types::{
    ArrayLen, Basic, BuiltinId, Mode, ObjId, ObjKind, Selection, Signature, Store, Type, TypeId,
};

use super::Lower;
use crate::module::TypeRepr;

/// What the operations on a type depend on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Bool,
    Int {
        bits: u8,
        signed: bool,
    },
    F32,
    F64,
    C64,
    C128,
    Str,
    /// Pointers, maps, channels, functions, `unsafe.Pointer`.
    Ref,
    Slice,
    Iface,
    Struct,
    Array,
    /// The untyped nil, or nothing.
    Nil,
}

impl Class {
    pub(super) fn is_float(self) -> bool {
        matches!(self, Class::F32 | Class::F64)
    }

    pub(super) fn is_complex(self) -> bool {
        matches!(self, Class::C64 | Class::C128)
    }

    pub(super) fn is_unsigned(self) -> bool {
        matches!(self, Class::Int { signed: false, .. })
    }
}

impl Lower<'_, '_> {
    /// Canonical form of a type with the type arguments put in.
    pub(super) fn concrete(&mut self, t: TypeId) -> TypeId {
        if let Some(&c) = self.concrete.get(&t) {
            return c;
        }
        let typed = self.default_type(t);
        let shared = Rc::clone(&self.shared);
        let c = self.m.concrete(typed, &shared.type_params, &shared.type_args);
        self.concrete.insert(t, c);
        c
    }

    /// The type that an untyped constant or comparison takes by itself.
    fn default_type(&self, t: TypeId) -> TypeId {
        let Type::Basic(basic) = self.m.checker.store.ty(t) else { return t };
        match basic {
            Basic::UntypedBool => Store::basic(Basic::Bool),
            Basic::UntypedInt => Store::basic(Basic::Int),
            Basic::UntypedRune => Store::basic(Basic::Int32),
            Basic::UntypedFloat => Store::basic(Basic::Float64),
            Basic::UntypedComplex => Store::basic(Basic::Complex128),
            Basic::UntypedString => Store::basic(Basic::String),
            _ => t,
        }
    }

    /// The concrete type of an expression; of a comma-ok form, that of its value.
    pub(super) fn ty(&mut self, e: &Expr) -> TypeId {
        if let Some(&(_, ty)) = self.evaluated.get(&e.id) {
            return ty;
        }
        let Some(tv) = self.m.checker.info.of(e.id) else {
            return match &e.kind {
                ExprKind::Paren(inner) => self.ty(inner),
                ExprKind::Name(_) => match self.object(e.id) {
                    Some(obj) => self.obj_ty(obj),
                    None => Store::basic(Basic::Invalid),
                },
                _ => Store::basic(Basic::Invalid),
            };
        };
        let mut t = tv.ty;
        if let Type::Tuple(vars) = self.m.checker.store.ty(t)
            && let Some(&first) = vars.first()
        {
            t = self.m.checker.store.obj(first).ty;
        }
        self.concrete(t)
    }

    pub(super) fn obj_ty(&mut self, obj: ObjId) -> TypeId {
        let t = self.m.checker.store.obj(obj).ty;
        self.concrete(t)
    }

    /// The underlying type of a concrete type, cloned.
    pub(super) fn under(&mut self, t: TypeId) -> Type {
        let u = self.m.under(t);
        self.m.checker.store.ty(u).clone()
    }

    pub(super) fn class(&mut self, t: TypeId) -> Class {
        let u = self.m.under(t);
        match *self.m.checker.store.ty(u) {
            Type::Basic(basic) => basic_class(basic),
            Type::Slice(_) => Class::Slice,
            Type::Interface(_) => Class::Iface,
            Type::Struct(_) => Class::Struct,
            Type::Array { .. } => Class::Array,
            Type::Pointer(_) | Type::Map { .. } | Type::Chan { .. } | Type::Signature(_) => {
                Class::Ref
            }
            _ => Class::Nil,
        }
    }

    pub(super) fn repr(&mut self, t: TypeId) -> Rc<TypeRepr> {
        self.m.repr(t)
    }

    pub(super) fn words(&mut self, t: TypeId) -> u16 {
        self.m.repr(t).words
    }

    pub(super) fn is_mem(&mut self, t: TypeId) -> bool {
        self.m.repr(t).repr == Repr::Mem
    }

    pub(super) fn is_iface(&mut self, t: TypeId) -> bool {
        self.class(t) == Class::Iface
    }

    pub(super) fn type_idx(&mut self, t: TypeId) -> TypeIdx {
        self.m.type_idx(t)
    }

    /// The single leaf of a scalar, string, slice or interface.
    pub(super) fn single_leaf(&mut self, t: TypeId) -> Option<Leaf> {
        let repr = self.m.repr(t);
        match (repr.repr, repr.leaves.as_slice()) {
            (Repr::Regs, [leaf]) if leaf.kind.words() == repr.words => Some(*leaf),
            _ => None,
        }
    }

    pub(super) fn is_unsafe_pointer(&mut self, t: TypeId) -> bool {
        matches!(self.under(t), Type::Basic(Basic::UnsafePointer))
    }

    /// What a pointer points to.
    pub(super) fn pointee(&mut self, t: TypeId) -> Option<TypeId> {
        if let Type::Pointer(elem) = self.under(t) { Some(elem) } else { None }
    }

    /// Element type of a slice, array, pointer to array, string, channel or map.
    pub(super) fn elem(&mut self, t: TypeId) -> TypeId {
        match self.under(t) {
            Type::Slice(elem)
            | Type::Array { elem, .. }
            | Type::Chan { elem, .. }
            | Type::Map { elem, .. } => elem,
            Type::Pointer(base) => match self.under(base) {
                Type::Array { elem, .. } => elem,
                _ => base,
            },
            _ => Store::basic(Basic::Uint8),
        }
    }

    /// Element type and length of an array.
    pub(super) fn array(&mut self, t: TypeId) -> Option<(TypeId, u64)> {
        match self.under(t) {
            Type::Array { elem, len: ArrayLen::Known(n) } => Some((elem, n)),
            _ => None,
        }
    }

    pub(super) fn signature(&mut self, t: TypeId) -> Signature {
        match self.under(t) {
            Type::Signature(sig) => sig,
            _ => Signature {
                recv: None,
                type_params: Vec::new(),
                recv_type_params: Vec::new(),
                params: Vec::new(),
                results: Vec::new(),
                variadic: false,
            },
        }
    }

    /// Concrete types of variables: parameters, results, fields.
    pub(super) fn obj_types(&mut self, objs: &[ObjId]) -> Vec<TypeId> {
        objs.iter().map(|&o| self.obj_ty(o)).collect()
    }

    /// The canonical form of a type made here.
    pub(super) fn made(&mut self, ty: Type) -> TypeId {
        let t = self.m.checker.store.add_type(ty);
        self.concrete(t)
    }

    pub(super) fn slice_of(&mut self, t: TypeId) -> TypeId {
        self.made(Type::Slice(t))
    }

    pub(super) fn array_of(&mut self, elem: TypeId, len: u64) -> TypeId {
        self.made(Type::Array { elem, len: ArrayLen::Known(len) })
    }

    /// The constant value of an expression.
    pub(super) fn const_value(&self, e: &Expr) -> Option<Value> {
        if self.evaluated.contains_key(&e.id) {
            return None;
        }
        self.m.checker.info.of(e.id)?.value.clone()
    }

    /// A constant integer that fits.
    pub(super) fn const_int(&self, e: &Expr) -> Option<i64> {
        self.const_value(e)?.to_int()?.as_i64()
    }

    pub(super) fn mode(&self, e: &Expr) -> Mode {
        self.m.checker.info.of(e.id).map_or(Mode::Value, |tv| tv.mode)
    }

    pub(super) fn is_nil(&mut self, e: &Expr) -> bool {
        let e = e.unparen();
        if self.mode(e) == Mode::NilValue {
            return true;
        }
        match &e.kind {
            ExprKind::Name(name) if name == "nil" => self
                .object(e.id)
                .is_some_and(|o| matches!(self.m.checker.store.obj(o).kind, ObjKind::Nil)),
            _ => false,
        }
    }

    pub(super) fn is_type(&self, e: &Expr) -> bool {
        self.mode(e) == Mode::TypeExpr
    }

    pub(super) fn builtin(&self, e: &Expr) -> Option<BuiltinId> {
        if let Mode::Builtin(id) = self.mode(e.unparen()) {
            return Some(id);
        }
        let obj = match &e.unparen().kind {
            ExprKind::Name(_) => self.object(e.unparen().id)?,
            ExprKind::Selector { sel, .. } => self.object(sel.id)?,
            _ => return None,
        };
        match self.m.checker.store.obj(obj).kind {
            ObjKind::Builtin(id) => Some(id),
            _ => None,
        }
    }

    /// The object that a name uses or defines.
    pub(super) fn object(&self, id: NodeId) -> Option<ObjId> {
        let info = &self.m.checker.info;
        info.uses.get(&id).copied().or_else(|| info.defs.get(&id).copied().flatten())
    }

    /// The variable that an identifier defines here (and does not only use).
    pub(super) fn defined(&self, ident: &Expr) -> Option<ObjId> {
        self.m.checker.info.defs.get(&ident.id).copied().flatten()
    }

    pub(super) fn defined_ident(&self, ident: &Ident) -> Option<ObjId> {
        self.m.checker.info.defs.get(&ident.id).copied().flatten()
    }

    pub(super) fn selection(&self, e: &Expr) -> Option<Selection> {
        self.m.checker.info.selections.get(&e.id).cloned()
    }

    pub(super) fn is_package_var(&self, obj: ObjId) -> bool {
        matches!(&self.m.checker.store.obj(obj).kind, ObjKind::Var(v) if v.is_package_level)
    }

    pub(super) fn is_boxed(&self, obj: ObjId) -> bool {
        self.shared.esc.is_boxed(obj) || self.shared.boxed.borrow().contains(&obj)
    }

    /// Whether evaluating an expression may call a function or wait.
    pub(super) fn has_effects(&self, e: &Expr) -> bool {
        if self.const_value(e).is_some() || self.is_type(e) {
            return false;
        }
        match &e.kind {
            ExprKind::Name(_) | ExprKind::Literal { .. } | ExprKind::Func(_) => false,
            ExprKind::Paren(x) | ExprKind::Star(x) | ExprKind::Selector { x, .. } => {
                self.has_effects(x)
            }
            ExprKind::Index { x, indices, .. } => {
                self.has_effects(x) || indices.iter().any(|i| self.has_effects(i))
            }
            ExprKind::Binary { x, y, .. } => self.has_effects(x) || self.has_effects(y),
            ExprKind::Unary { op, x, .. } => {
                *op == gol_grammar::ast::UnaryOp::Recv || self.has_effects(x)
            }
            ExprKind::Call { fun, args, .. } => {
                !self.is_type(fun) || args.iter().any(|a| self.has_effects(a))
            }
            _ => true,
        }
    }
}

fn basic_class(basic: Basic) -> Class {
    let int = |bits, signed| Class::Int { bits, signed };
    match basic {
        Basic::Bool | Basic::UntypedBool => Class::Bool,
        Basic::Int | Basic::Int64 | Basic::UntypedInt => int(64, true),
        Basic::Int8 => int(8, true),
        Basic::Int16 => int(16, true),
        Basic::Int32 | Basic::UntypedRune => int(32, true),
        Basic::Uint | Basic::Uint64 | Basic::Uintptr => int(64, false),
        Basic::Uint8 => int(8, false),
        Basic::Uint16 => int(16, false),
        Basic::Uint32 => int(32, false),
        Basic::Float32 => Class::F32,
        Basic::Float64 | Basic::UntypedFloat => Class::F64,
        Basic::Complex64 => Class::C64,
        Basic::Complex128 | Basic::UntypedComplex => Class::C128,
        Basic::String | Basic::UntypedString => Class::Str,
        Basic::UnsafePointer => Class::Ref,
        Basic::Invalid | Basic::UntypedNil => Class::Nil,
    }
}

/// Whether a leaf holds a pointer in its only word.
pub(super) fn is_pointer(kind: LeafKind) -> bool {
    kind == LeafKind::Ptr
}
