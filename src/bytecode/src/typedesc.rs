//! Types at run time, and how values of each type lie in registers and in memory.
//!
//! **Registers** are 64-bit words without tags. A value of type T takes [`TypeDesc::words`]
//! consecutive registers:
//! - booleans (0 or 1), integers (sign- or zero-extended to 64 bits: every operation leaves that
//!   form), `float64` (its bits), `float32` (its bits in the low half, high half zero), pointers,
//!   maps, channels, functions, `unsafe.Pointer`: one word; 0 is nil;
//! - `complex128`, `complex64`: two words, real and imaginary part as `float64`/`float32`;
//! - strings: two words, address of the bytes and length;
//! - slices: two words, address of the first element and `length | capacity << 32`;
//! - interfaces: two words, type word (0: nil interface, else the VM's address of the dynamic
//!   type's descriptor) and data word. All interfaces look so, with methods or without;
//! - structs and arrays: their fields' or elements' words one after the other, if that is at most
//!   [`MAX_REG_WORDS`](crate::MAX_REG_WORDS) words ([`Repr::Regs`]). The word count may be 0.
//! - wider structs and arrays ([`Repr::Mem`]): one word, the address of the value in memory. An
//!   expression's result may be borrowed (the address of a variable): whoever keeps it (variable,
//!   parameter, result, channel, interface, closure) owns a copy. A callee owns its parameters, so
//!   the caller passes a fresh copy of anything that is not a temporary.
//!
//! **Data word of an interface**: a type of [`Repr::Regs`] with exactly one word stands in it as
//! in a register; one of zero words as 0; every other type as the address of an immutable copy in
//! memory ([`TypeDesc::is_direct`] is false).
//!
//! **Memory** is as in Go but for alignment of the two-word values: integers and floats have their
//! own size and alignment, pointers 8, complex128 16 bytes aligned to 8; strings, slices and
//! interfaces 16 bytes aligned to 16, so that they can be moved in one piece. A struct is aligned
//! as its most aligned field, its size is rounded up to that; arrays are elements at `size`
//! distance. Objects of size 0 have some address that is not nil.
//!
//! **Maps, channels, closures** are the VM's objects. A function value is the address of a closure
//! object. A channel's buffer holds elements in their register form.

use crate::instr::{FuncIdx, MethodIdx, TypeIdx};
use crate::layout::TypeRepr;

/// As `reflect.Kind` numbers them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Kind {
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
    Array,
    Chan,
    Func,
    Interface,
    Map,
    Pointer,
    Slice,
    String,
    Struct,
    UnsafePointer,
}

/// Whether a type's values live in registers or in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repr {
    Regs,
    Mem,
}

/// One scalar or two-word piece of a value: where it lies in registers and in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// Register, counted from the value's first.
    pub word: u16,
    /// Byte offset in memory.
    pub offset: u32,
    pub kind: LeafKind,
}

/// How a leaf is loaded and stored. `Complex64` is two `F32`, `Complex128` two `W64`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeafKind {
    I8,
    U8,
    I16,
    U16,
    I32,
    U32,
    /// `float32`.
    F32,
    /// A 64-bit scalar without pointers.
    W64,
    /// A pointer, map, channel or function.
    Ptr,
    /// String: the first word is a pointer.
    Str,
    /// Slice: the first word is a pointer.
    Slice,
    /// Interface: the second word may be a pointer.
    Iface,
}

impl LeafKind {
    /// Registers it takes.
    pub fn words(self) -> u16 {
        if matches!(self, LeafKind::Str | LeafKind::Slice | LeafKind::Iface) { 2 } else { 1 }
    }
}

/// Everything that is known of a type at run time. Identical types have one descriptor.
#[derive(Clone, Debug)]
pub struct TypeDesc {
    /// As reflect's `Type.String` prints it: `main.Point`, `[]int`.
    pub string: String,
    /// Of a defined or predeclared type, else empty. Type arguments included: `Pair[int,string]`.
    pub name: String,
    /// Import path of a defined type's package.
    pub pkg_path: String,
    pub kind: Kind,
    pub repr: Repr,
    /// Registers that a value takes; 1 for `Repr::Mem`.
    pub words: u16,
    /// Bytes and alignment in memory.
    pub size: u64,
    pub align: u32,
    /// The size that Go (amd64) gives it, for `reflect` and `unsafe`.
    pub go_size: u64,
    /// Pieces in order of their registers; empty for `Repr::Mem`.
    pub leaves: Vec<Leaf>,
    /// Byte offsets of the words in memory that may be pointers, sorted; for an array only those
    /// of its first element if it has more than 8 elements (repeated every `elem` size).
    pub pointers: Vec<u32>,
    /// Whether `==` is allowed; it may still panic for interfaces inside.
    pub comparable: bool,
    /// Whether equal values have equal bytes in memory and there is no padding (integers,
    /// booleans, pointers, channels and structs and arrays of them).
    pub plain_equal: bool,
    /// Element of pointer, slice, array, channel, map.
    pub elem: Option<TypeIdx>,
    /// Key of a map.
    pub key: Option<TypeIdx>,
    /// Length of an array.
    pub len: u64,
    /// Direction of a channel as in reflect: 1 receive, 2 send, 3 both.
    pub chan_dir: u8,
    pub fields: Vec<FieldDesc>,
    pub params: Vec<TypeIdx>,
    pub results: Vec<TypeIdx>,
    pub variadic: bool,
    /// The type's method set, sorted by name (exported ones are found by reflect).
    pub methods: Vec<MethodDesc>,
    /// Methods that an interface asks for, sorted by name.
    pub iface_methods: Vec<MethodIdx>,
    /// The type `*T`, where the program has it.
    pub pointer_to: Option<TypeIdx>,
}

impl TypeDesc {
    /// A type that is laid out like this, comparable and without parts, names or methods.
    pub fn new(kind: Kind, repr: &TypeRepr) -> TypeDesc {
        TypeDesc {
            string: String::new(),
            name: String::new(),
            pkg_path: String::new(),
            kind,
            repr: repr.repr,
            words: repr.words,
            size: repr.size,
            align: repr.align,
            go_size: repr.size,
            leaves: repr.leaves.clone(),
            pointers: repr.pointers.clone(),
            comparable: true,
            plain_equal: false,
            elem: None,
            key: None,
            len: 0,
            chan_dir: 0,
            fields: Vec::new(),
            params: Vec::new(),
            results: Vec::new(),
            variadic: false,
            methods: Vec::new(),
            iface_methods: Vec::new(),
            pointer_to: None,
        }
    }
}

#[derive(Clone, Debug)]
pub struct FieldDesc {
    pub name: String,
    /// Import path where the name is not exported, else empty.
    pub pkg_path: String,
    pub ty: TypeIdx,
    /// In memory, in bytes.
    pub offset: u64,
    /// First register within the struct (`Repr::Regs`).
    pub word: u16,
    pub embedded: bool,
    /// The tag's value, unquoted.
    pub tag: String,
}

/// A method of a concrete type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MethodDesc {
    pub method: MethodIdx,
    /// The function to call with the data word as its receiver (for types whose data word is an
    /// address of a copy, a wrapper that unpacks it). `None` where no call through an interface
    /// or reflection can reach it.
    pub func: Option<FuncIdx>,
    /// Its type without receiver.
    pub ty: TypeIdx,
}

impl TypeDesc {
    /// Whether an interface holds the value itself in its data word.
    pub fn is_direct(&self) -> bool {
        self.repr == Repr::Regs && self.words <= 1
    }
}
