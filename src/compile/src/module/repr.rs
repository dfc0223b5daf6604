//! Layout: which registers and which bytes a value of a type takes.

use std::rc::Rc;

use gol_bytecode::LeafKind;
use gol_bytecode::layout::{Assembly, TypeRepr, array, complex, empty, scalar};
use gol_types::{ArrayLen, Basic, Type, TypeId};

use super::Module;

fn basic(kind: Basic) -> TypeRepr {
    match kind {
        Basic::Bool | Basic::UntypedBool | Basic::Uint8 => scalar(LeafKind::U8, 1, 1),
        Basic::Int8 => scalar(LeafKind::I8, 1, 1),
        Basic::Int16 => scalar(LeafKind::I16, 2, 2),
        Basic::Uint16 => scalar(LeafKind::U16, 2, 2),
        Basic::Int32 | Basic::UntypedRune => scalar(LeafKind::I32, 4, 4),
        Basic::Uint32 => scalar(LeafKind::U32, 4, 4),
        Basic::Float32 => scalar(LeafKind::F32, 4, 4),
        Basic::Complex64 => complex(LeafKind::F32, 4),
        Basic::Complex128 | Basic::UntypedComplex => complex(LeafKind::W64, 8),
        Basic::String | Basic::UntypedString => scalar(LeafKind::Str, 16, 16),
        Basic::UnsafePointer | Basic::UntypedNil => scalar(LeafKind::Ptr, 8, 8),
        _ => scalar(LeafKind::W64, 8, 8),
    }
}

impl Module<'_> {
    /// Representation of a concrete type.
    pub(crate) fn repr(&mut self, t: TypeId) -> Rc<TypeRepr> {
        if let Some(repr) = self.reprs.get(&t) {
            return Rc::clone(repr);
        }
        let u = self.checker.underlying(t);
        let repr = Rc::new(self.make_repr(u));
        self.reprs.insert(t, Rc::clone(&repr));
        repr
    }

    fn make_repr(&mut self, u: TypeId) -> TypeRepr {
        match self.checker.store.ty(u).clone() {
            Type::Basic(kind) => basic(kind),
            Type::Slice(_) => scalar(LeafKind::Slice, 16, 16),
            Type::Interface(_) => scalar(LeafKind::Iface, 16, 16),
            Type::Struct(s) => {
                let mut assembly = Assembly::new();
                for field in s.fields {
                    let ty = self.checker.store.obj(field).ty;
                    let part = self.repr(ty);
                    assembly.push(&part);
                }
                assembly.finish()
            }
            Type::Array { elem, len } => {
                let ArrayLen::Known(len) = len else { return empty() };
                let part = self.repr(elem);
                array(&part, len)
            }
            Type::Tuple(_) => empty(),
            _ => scalar(LeafKind::Ptr, 8, 8),
        }
    }

    /// Registers that values of these types take, one after the other.
    pub(crate) fn words_of(&mut self, types: &[TypeId]) -> u16 {
        types.iter().map(|&t| self.repr(t).words).sum()
    }
}
