//! Layout: which registers and which bytes a value takes, computed from its parts. The compiler lays
//! out the types of a program with it, the VM those that reflection makes at run time.

use crate::MAX_REG_WORDS;
use crate::typedesc::{Leaf, LeafKind, Repr};

/// How values of one type lie in registers and memory (see `crate::typedesc`).
#[derive(Clone, Debug)]
pub struct TypeRepr {
    pub repr: Repr,
    /// 1 for `Repr::Mem`.
    pub words: u16,
    pub size: u64,
    pub align: u32,
    /// In order of registers; empty for `Repr::Mem`.
    pub leaves: Vec<Leaf>,
    /// Structs: first register (Regs) and byte offset of each field.
    pub fields: Vec<(u16, u64)>,
    /// Byte offsets of words in memory that may be pointers.
    pub pointers: Vec<u32>,
}

/// A value of one piece.
pub fn scalar(kind: LeafKind, size: u64, align: u32) -> TypeRepr {
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
pub fn complex(kind: LeafKind, part: u32) -> TypeRepr {
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

/// A value of no words and no bytes.
pub fn empty() -> TypeRepr {
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
#[derive(Debug)]
pub struct Assembly {
    whole: TypeRepr,
    in_regs: bool,
}

impl Default for Assembly {
    fn default() -> Assembly {
        Assembly::new()
    }
}

impl Assembly {
    pub fn new() -> Assembly {
        Assembly { whole: empty(), in_regs: true }
    }

    /// The next field or element.
    pub fn push(&mut self, part: &TypeRepr) {
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

    /// The whole, its size rounded up.
    pub fn finish(mut self) -> TypeRepr {
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

/// An array of `len` parts.
pub fn array(part: &TypeRepr, len: u64) -> TypeRepr {
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
    let size = part.size.saturating_mul(len);
    // Without pointers the length does not matter. No offset leads behind 4 GiB; of an array so
    // long, only the first element's are asked for.
    let listed = match part.pointers.len() {
        0 => 0,
        _ if size > u32::MAX.into() => 1,
        _ => len,
    };
    let at = |i: u64| part.pointers.iter().map(move |p| p + (i * part.size) as u32);
    TypeRepr {
        repr: Repr::Mem,
        words: 1,
        size,
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
        let s = of(&[
            scalar(LeafKind::U8, 1, 1),
            scalar(LeafKind::I32, 4, 4),
            scalar(LeafKind::Str, 16, 16),
        ]);
        assert_eq!((s.words, s.size, s.align), (4, 32, 16));
        assert_eq!(s.fields, [(0, 0), (1, 4), (2, 16)]);
        assert_eq!(s.pointers, [16]);
        let leaves: Vec<_> = s.leaves.iter().map(|l| (l.word, l.offset)).collect();
        assert_eq!(leaves, [(0, 0), (1, 4), (2, 16)]);
    }

    #[test]
    fn more_than_eight_words_live_in_memory_whatever_holds_them() {
        let eight = array(&scalar(LeafKind::W64, 8, 8), 8);
        assert_eq!((eight.repr, eight.words, eight.leaves.len()), (Repr::Regs, 8, 8));
        let nine = array(&scalar(LeafKind::W64, 8, 8), 9);
        assert_eq!((nine.repr, nine.words, nine.size), (Repr::Mem, 1, 72));
        let outer = of(std::slice::from_ref(&nine));
        assert_eq!((outer.repr, outer.words, outer.size), (Repr::Mem, 1, 72));
        let none = array(&nine, 0);
        assert_eq!((none.repr, none.words, none.size), (Repr::Regs, 0, 0));
    }

    #[test]
    fn structs_list_the_pointers_of_all_elements() {
        let array = array(&scalar(LeafKind::Iface, 16, 16), 10);
        let outer = of(&[scalar(LeafKind::W64, 8, 8), array]);
        let expected: Vec<u32> = (0..10).map(|i| 24 + 16 * i).collect();
        assert_eq!(outer.pointers, expected);
    }

    #[test]
    fn complex_numbers_are_two_words() {
        let c = complex(LeafKind::F32, 4);
        assert_eq!((c.words, c.size, c.align), (2, 8, 4));
        let c = complex(LeafKind::W64, 8);
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
