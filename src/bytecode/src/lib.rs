//! What the compiler and the VM agree on: opcodes, encoding, functions, programs, types at run time.
//!
//! The opcode table is in [`ops`](crate::for_each_op); all that depends on an opcode's operands
//! (encoding, disassembly, the VM's handlers, `docs/bytecode.md`) is made from it. How values lie
//! in registers and in memory is said in [`typedesc`].

#![forbid(unsafe_code)]

pub mod disasm;
pub mod effects;
mod function;
mod instr;
pub mod layout;
mod ops;
mod program;
pub mod typedesc;
pub mod verify;

pub use function::{
    FuncFlags, Function, InlineTable, InlinedCall, JumpTable, LineTable, PtrMap, SelectCase,
    SelectDir, SelectTable,
};
pub use instr::operand;
pub use instr::{
    ConstIdx, FuncIdx, Instr, MethodIdx, NO_REG, NativeIdx, Op, Operand, OperandKind, Reg,
    SlotReader, Slots, StrIdx, TypeIdx, op,
};
pub use program::{Method, Program};
pub use typedesc::{FieldDesc, Kind, Leaf, LeafKind, MethodDesc, Repr, TypeDesc};

/// Words below a callee's first register that the caller leaves free for the frame's header: function
/// and return address.
pub const FRAME_HEADER_WORDS: u16 = 2;
/// The same where a function value is called: its closure, too.
pub const CLOSURE_HEADER_WORDS: u16 = 3;

/// Words of the iterator that `MapIterInit` fills in the frame.
pub const MAP_ITER_WORDS: u16 = 8;

/// The widest type, in words, that lives in registers; wider ones live in memory (see
/// [`typedesc`]).
pub const MAX_REG_WORDS: u16 = 8;
