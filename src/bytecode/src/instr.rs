//! Operands, and the encoding of instructions, made from the opcode table.
//!
//! An instruction is one or two 64-bit words of sixteen-bit slots, the lowest first: the opcode,
//! then its operands in order. A register or 16-bit number takes one slot, a 32-bit number two.
//! Up to three slots of operands make a one-word instruction, up to seven a two-word one; which of
//! them an opcode is, never changes. Jump offsets count words from the instruction's own start.

use crate::for_each_op;

/// A register of the current frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Reg(pub u16);

/// "No register", where an operand may be missing.
pub const NO_REG: Reg = Reg(u16::MAX);

macro_rules! indices {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub u32);
    )*};
}

indices! {
    /// A function of the program.
    FuncIdx
    /// A type of the program.
    TypeIdx
    /// A 64-bit constant of the program.
    ConstIdx
    /// A string constant of the program.
    StrIdx
    /// A native function of the program.
    NativeIdx
    /// A method identity of the program.
    MethodIdx
}

/// What an operand is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperandKind {
    /// A register that is written (the first of several for wide values).
    Dst,
    /// A register that is read (the first of several for wide values).
    Reg,
    /// A signed 16-bit number.
    I16,
    /// An unsigned 16-bit number.
    U16,
    /// A signed 32-bit number.
    I32,
    /// A jump offset of 16 bits.
    Off16,
    /// A jump offset of 32 bits.
    Off32,
    Func,
    Type,
    Const,
    Str,
    Native,
    Method,
    /// A byte offset into the package variables.
    Global,
}

impl OperandKind {
    /// Sixteen-bit slots that it takes.
    pub const fn slots(self) -> usize {
        use OperandKind::*;
        match self {
            Dst | Reg | I16 | U16 | Off16 => 1,
            I32 | Off32 | Func | Type | Const | Str | Native | Method | Global => 2,
        }
    }
}

/// A decoded operand, for disassembly and verification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operand {
    pub name: &'static str,
    pub kind: OperandKind,
    pub value: i64,
}

/// The Rust type of each operand kind, for the instruction structs.
pub mod operand {
    pub type Dst = super::Reg;
    pub type Reg = super::Reg;
    pub type I16 = i16;
    pub type U16 = u16;
    pub type I32 = i32;
    pub type Off16 = i16;
    pub type Off32 = i32;
    pub type Func = super::FuncIdx;
    pub type Type = super::TypeIdx;
    pub type Const = super::ConstIdx;
    pub type Str = super::StrIdx;
    pub type Native = super::NativeIdx;
    pub type Method = super::MethodIdx;
    pub type Global = u32;
}

/// How an operand's type goes into slots and comes back.
pub trait Slots: Copy {
    const COUNT: usize;
    fn to_bits(self) -> u32;
    fn from_bits(bits: u32) -> Self;
}

macro_rules! slots {
    ($($ty:ty: $count:literal, $to:expr, $from:expr;)*) => {$(
        impl Slots for $ty {
            const COUNT: usize = $count;
            #[inline(always)]
            fn to_bits(self) -> u32 { let to: fn($ty) -> u32 = $to; to(self) }
            #[inline(always)]
            fn from_bits(bits: u32) -> $ty { let from: fn(u32) -> $ty = $from; from(bits) }
        }
    )*};
}

slots! {
    Reg: 1, |r| u32::from(r.0), |b| Reg(b as u16);
    i16: 1, |v| u32::from(v as u16), |b| b as u16 as i16;
    u16: 1, u32::from, |b| b as u16;
    i32: 2, |v| v as u32, |b| b as i32;
    u32: 2, |v| v, |b| b;
    FuncIdx: 2, |v| v.0, FuncIdx;
    TypeIdx: 2, |v| v.0, TypeIdx;
    ConstIdx: 2, |v| v.0, ConstIdx;
    StrIdx: 2, |v| v.0, StrIdx;
    NativeIdx: 2, |v| v.0, NativeIdx;
    MethodIdx: 2, |v| v.0, MethodIdx;
}

/// An instruction with typed operands.
pub trait Instr: Copy {
    const OP: Op;
    /// Length in words, 1 or 2.
    const LEN: usize;

    /// The instruction's words; the second one counts only if `LEN` is 2.
    fn encode(self) -> [u64; 2];

    /// Reads the operands back from the instruction's slots.
    fn decode(from: impl SlotReader) -> Self;
}

/// Where an instruction's slots are read from: its words, or memory that they lie in.
pub trait SlotReader: Copy {
    /// The slot of this number; the opcode's is 0.
    fn one(self, slot: usize) -> u16;

    /// Two slots, the lower one first.
    fn two(self, slot: usize) -> u32;
}

impl SlotReader for [u64; 2] {
    #[inline(always)]
    fn one(self, slot: usize) -> u16 {
        self.two(slot) as u16
    }

    #[inline(always)]
    fn two(self, slot: usize) -> u32 {
        let all = u128::from(self[0]) | u128::from(self[1]) << 64;
        (all >> (16 * slot)) as u32
    }
}

/// Writes slots one after the other behind the opcode.
struct SlotWriter {
    words: u128,
    slot: usize,
}

impl SlotWriter {
    fn put<T: Slots>(&mut self, value: T) {
        self.words |= u128::from(value.to_bits()) << (16 * self.slot);
        self.slot += T::COUNT;
    }
}

macro_rules! define_ops {
    ($($(#[doc = $doc:literal])* $name:ident { $($field:ident: $kind:ident),* })*) => {
        /// The opcodes, in the order of the table.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u16)]
        pub enum Op { $($(#[doc = $doc])* $name,)* }

        /// Instructions with their operands, one struct for each opcode.
        pub mod op {
            use super::{Instr, Op, SlotReader, SlotWriter, Slots, operand};
            $(
                $(#[doc = $doc])*
                #[derive(Clone, Copy, Debug, PartialEq, Eq)]
                pub struct $name { $(pub $field: operand::$kind,)* }

                impl Instr for $name {
                    const OP: Op = Op::$name;
                    const LEN: usize = if 0 $(+ <operand::$kind as Slots>::COUNT)* <= 3 { 1 } else { 2 };

                    #[allow(unused_mut)]
                    fn encode(self) -> [u64; 2] {
                        let mut w = SlotWriter { words: u128::from(Op::$name as u16), slot: 1 };
                        $(w.put(self.$field);)*
                        [w.words as u64, (w.words >> 64) as u64]
                    }

                    #[inline(always)]
                    #[allow(unused_variables, unused_mut, unused_assignments)]
                    fn decode(from: impl SlotReader) -> $name {
                        let mut slot = 1;
                        $(
                            let $field = super::read_slots::<operand::$kind>(from, slot);
                            slot += <operand::$kind as Slots>::COUNT;
                        )*
                        $name { $($field,)* }
                    }
                }
            )*
        }

        impl Op {
            /// All opcodes, by number.
            pub const ALL: &'static [Op] = &[$(Op::$name,)*];

            pub fn from_u16(number: u16) -> Option<Op> {
                Op::ALL.get(number as usize).copied()
            }

            pub fn name(self) -> &'static str {
                match self { $(Op::$name => stringify!($name),)* }
            }

            /// The line of the table that says what it does.
            pub fn doc(self) -> &'static str {
                match self { $(Op::$name => concat!($($doc, "\n",)*),)* }
            }

            /// Length in words, 1 or 2.
            #[allow(clippy::len_without_is_empty)] // No instruction is empty.
            pub fn len(self) -> usize {
                match self { $(Op::$name => <op::$name as Instr>::LEN,)* }
            }

            /// The operands' names and kinds.
            pub fn operands(self) -> &'static [(&'static str, OperandKind)] {
                match self { $(Op::$name => &[$((stringify!($field), OperandKind::$kind),)*],)* }
            }
        }
    };
}

/// The operand of type `T` that starts at a slot.
#[inline(always)]
fn read_slots<T: Slots>(from: impl SlotReader, slot: usize) -> T {
    T::from_bits(if T::COUNT == 1 { u32::from(from.one(slot)) } else { from.two(slot) })
}

for_each_op!(define_ops);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disasm::decode_at;

    /// Encodes each opcode with telling operands and reads them back twice: typed and untyped.
    macro_rules! round_trips {
        ($($(#[doc = $doc:literal])* $name:ident { $($field:ident: $kind:ident),* })*) => {
            #[test]
            fn every_instruction_comes_back_from_its_words() {
                $({
                    #[allow(unused_mut, unused_variables, unused_assignments)]
                    let mut next = 0x8001_u32;
                    let instr = op::$name { $($field: {
                        next = next.wrapping_mul(40503).wrapping_add(0x9e37);
                        operand::$kind::from_bits(next)
                    },)* };
                    let words = instr.encode();
                    assert_eq!(op::$name::decode(words), instr);
                    let code = &words[..Op::$name.len()];
                    let decoded = decode_at(code, 0).unwrap();
                    assert_eq!(decoded.op, Op::$name);
                    let values: Vec<i64> = decoded.operands.iter().map(|o| o.value).collect();
                    let wide: Vec<usize> = Op::$name.operands().iter().map(|o| o.1.slots()).collect();
                    let bits: Vec<u32> = vec![$(instr.$field.to_bits()),*];
                    for ((value, slots), bits) in values.iter().zip(wide).zip(bits) {
                        let mask = if slots == 1 { 0xffff } else { u32::MAX };
                        assert_eq!(*value as u32 & mask, bits & mask, stringify!($name));
                    }
                    assert!(Op::$name.operands().iter().map(|o| o.1.slots()).sum::<usize>() <= 7);
                })*
            }
        };
    }

    for_each_op!(round_trips);
}
