//! Layout: which registers and which bytes a value of a type takes.

use std::rc::Rc;

use gol_bytecode::{Leaf, LeafKind, MAX_REG_WORDS, Repr};
use gol_types::{ArrayLen, Basic, Type, TypeId};

use super::{Module, TypeRepr};

fn scalar(kind: LeafKind, size: u64, align: u32) -> TypeRepr {
    let pointers = match kind {
        LeafKind::Ptr | LeafKind::Str | LeafKind::Slice => vec![0],
        LeafKind::Iface => vec![8],
        _ => Vec::new(),
    };
    TypeRepr {
        repr: Repr::Regs,
        words: kind.words(),
        size,
        align,
        leaves: vec![Leaf { word: 0, offset: 0, kind }],
        fields: Vec::new(),
        pointers,
    }
}

/// Two floats, one after the other.
fn complex(kind: LeafKind, part: u32) -> TypeRepr {
    let leaves = (0..2).map(|i| Leaf { word: i, offset: u32::from(i) * part, kind }).collect();
    TypeRepr {
        repr: Repr::Regs,
        words: 2,
        size: u64::from(part) * 2,
        align: part,
        leaves,
        fields: Vec::new(),
        pointers: Vec::new(),
    }
}

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

/// A value of no words and no bytes.
fn empty() -> TypeRepr {
    TypeRepr {
        repr: Repr::Regs,
        words: 0,
        size: 0,
        align: 1,
        leaves: Vec::new(),
        fields: Vec::new(),
        pointers: Vec::new(),
    }
}

fn round_up(n: u64, align: u32) -> u64 {
    n.next_multiple_of(u64::from(align.max(1)))
}

/// Puts a part into a whole that is laid out in order.
struct Assembly {
    whole: TypeRepr,
    in_regs: bool,
}

impl Assembly {
    fn new() -> Assembly {
        Assembly { whole: empty(), in_regs: true }
    }

    fn push(&mut self, part: &TypeRepr) {
        let whole = &mut self.whole;
        let offset = round_up(whole.size, part.align);
        whole.fields.push((whole.words, offset));
        whole.align = whole.align.max(part.align);
        whole.size = offset + part.size;
        whole.pointers.extend(part.pointers.iter().map(|p| p + offset as u32));
        self.in_regs &= part.repr == Repr::Regs && whole.words + part.words <= MAX_REG_WORDS;
        if self.in_regs {
            let moved = |l: &Leaf| Leaf {
                word: l.word + whole.words,
                offset: l.offset + offset as u32,
                kind: l.kind,
            };
            let leaves: Vec<Leaf> = part.leaves.iter().map(moved).collect();
            whole.leaves.extend(leaves);
            whole.words += part.words;
        }
    }

    fn finish(mut self) -> TypeRepr {
        self.whole.size = round_up(self.whole.size, self.whole.align);
        if !self.in_regs {
            self.whole.repr = Repr::Mem;
            self.whole.words = 1;
            self.whole.leaves.clear();
            self.whole.fields.iter_mut().for_each(|f| f.0 = 0);
        }
        self.whole
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

fn array(part: &TypeRepr, len: u64) -> TypeRepr {
    if len == 0 || part.size == 0 && part.words == 0 {
        return TypeRepr { align: part.align, ..empty() };
    }
    if part.repr == Repr::Regs && u64::from(part.words).saturating_mul(len) <= MAX_REG_WORDS.into()
    {
        let mut assembly = Assembly::new();
        (0..len).for_each(|_| assembly.push(part));
        let mut whole = assembly.finish();
        whole.fields.clear();
        return whole;
    }
    // Without pointers the length does not matter.
    let listed = if part.pointers.is_empty() { 0 } else { len };
    let at = |i: u64| part.pointers.iter().map(move |p| p + (i * part.size) as u32);
    TypeRepr {
        repr: Repr::Mem,
        words: 1,
        size: part.size.saturating_mul(len),
        align: part.align,
        leaves: Vec::new(),
        fields: Vec::new(),
        pointers: (0..listed).flat_map(at).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(parts: &[TypeRepr]) -> TypeRepr {
        let mut assembly = Assembly::new();
        parts.iter().for_each(|p| assembly.push(p));
        assembly.finish()
    }

    #[test]
    fn a_struct_pads_its_fields_and_aligns_pairs_to_sixteen() {
        let s = of(&[basic(Basic::Bool), basic(Basic::Int32), basic(Basic::String)]);
        assert_eq!((s.words, s.size, s.align), (4, 32, 16));
        assert_eq!(s.fields, [(0, 0), (1, 4), (2, 16)]);
        assert_eq!(s.pointers, [16]);
        let leaves: Vec<_> = s.leaves.iter().map(|l| (l.word, l.offset)).collect();
        assert_eq!(leaves, [(0, 0), (1, 4), (2, 16)]);
    }

    #[test]
    fn more_than_eight_words_live_in_memory_whatever_holds_them() {
        let eight = array(&basic(Basic::Int), 8);
        assert_eq!((eight.repr, eight.words, eight.leaves.len()), (Repr::Regs, 8, 8));
        let nine = array(&basic(Basic::Int), 9);
        assert_eq!((nine.repr, nine.words, nine.size), (Repr::Mem, 1, 72));
        let outer = of(std::slice::from_ref(&nine));
        assert_eq!((outer.repr, outer.words, outer.size), (Repr::Mem, 1, 72));
        let none = array(&nine, 0);
        assert_eq!((none.repr, none.words, none.size), (Repr::Regs, 0, 0));
    }

    #[test]
    fn structs_list_the_pointers_of_all_elements() {
        let array = array(&scalar(LeafKind::Iface, 16, 16), 10);
        let outer = of(&[basic(Basic::Int), array]);
        let expected: Vec<u32> = (0..10).map(|i| 24 + 16 * i).collect();
        assert_eq!(outer.pointers, expected);
    }

    #[test]
    fn complex_numbers_are_two_words() {
        let c = basic(Basic::Complex64);
        assert_eq!((c.words, c.size, c.align), (2, 8, 4));
        let c = basic(Basic::Complex128);
        assert_eq!((c.words, c.size, c.align), (2, 16, 8));
    }

    #[test]
    fn arrays_of_nothing_take_nothing() {
        let empty = of(&[]);
        assert_eq!((empty.words, empty.size, empty.repr), (0, 0, Repr::Regs));
        let many = array(&empty, 1 << 40);
        assert_eq!((many.words, many.size, many.repr), (0, 0, Repr::Regs));
    }
}
