//! The natives of package reflect, by file: what types are (`types`) and how new ones are made at
//! run time (`made`), values in memory (`memory`), slices, maps and channels (`collection`), calls
//! in both directions (`call`), comparison (`compare`).
//!
//! The package's gol code checks what it is asked, so that its panics have Go's words; a native
//! does with memory what it is told. What both agree on (`stdlib/reflect/value.gol`):
//!
//! - a `*rtype` is the address of an [`RType`];
//! - a `reflect.Value` is three words: type, content, flags. With [`INDIR`] the content is the
//!   address of the value in memory, which is a variable with [`ADDR`] and else a copy that nobody
//!   changes. Without [`INDIR`] it is the value itself, as an interface's data word; so it is with
//!   types that [`TypeDesc::is_direct`](gol_bytecode::TypeDesc::is_direct) says so of only.

#![allow(clippy::unnecessary_wraps)] // The tables want all natives to have one type.

mod call;
mod collection;
mod compare;
mod made;
mod memory;
mod types;

use gol_bytecode::{Kind, MAX_REG_WORDS};

use crate::fault::Fault;
use crate::iface;
use crate::mem;
use crate::native::{NativeCx, NativeFn};
use crate::rtype::RType;
use crate::value::Value;

pub(crate) use call::{pack_args, unpack_results};
pub(crate) use compare::zero_at;
pub(crate) use made::pointer_to;
pub(crate) use types::implements;

/// The content is an address.
const INDIR: u64 = 1 << 7;
/// The value is a variable.
const ADDR: u64 = 1 << 8;
/// Not exported, directly or through an embedded field.
const READ_ONLY: u64 = 1 << 5 | 1 << 6;
/// Found through a field that is not exported.
const STICKY: u64 = 1 << 5;
/// Found through an embedded field that is not exported.
const EMBED: u64 = 1 << 6;
/// A method of the value; its index lies from bit [`METHOD_SHIFT`] on.
const METHOD: u64 = 1 << 9;
const METHOD_SHIFT: u32 = 10;

const MAX_WORDS: usize = MAX_REG_WORDS as usize;

/// The register form of a value.
type Words = [u64; MAX_WORDS];

/// A package's natives by name.
type Table = &'static [(&'static str, NativeFn)];

const TABLES: [Table; 6] = [
    call::NATIVES,
    collection::NATIVES,
    compare::NATIVES,
    made::NATIVES,
    memory::NATIVES,
    types::NATIVES,
];

/// A native of package reflect by its full name.
pub(crate) fn find(name: &str) -> Option<NativeFn> {
    let name = name.strip_prefix("reflect.")?;
    TABLES.iter().find_map(|table| table.iter().find(|(n, _)| *n == name)).map(|(_, f)| *f)
}

/// A `reflect.Value`.
#[derive(Clone, Copy)]
struct Reflected<'a> {
    ty: &'a RType,
    content: u64,
    flag: u64,
}

/// Room for a value that has no place in memory.
#[repr(C, align(16))]
#[derive(Default)]
struct Cell([u64; 2]);

impl<'a> Reflected<'a> {
    /// A value of a type that is in memory: a copy that nobody else has.
    fn boxed(ty: &'a RType, at: *const u8) -> Reflected<'a> {
        Reflected { ty, content: at as u64, flag: ty.desc.kind as u64 | INDIR }
    }

    /// A value given in register form; copied into memory, if it is not direct.
    ///
    /// # Safety
    /// `regs` leads to the register form of a value of the type.
    unsafe fn from_regs(
        cx: &mut NativeCx<'a>,
        ty: &'a RType,
        regs: *const u64,
    ) -> Result<Reflected<'a>, Fault> {
        // SAFETY: the caller's promise.
        let [_, content] = unsafe { iface::make(&mut cx.worker.local.alloc, ty, regs) }?;
        Ok(Reflected { ty, content, flag: flags(ty) })
    }

    fn is_indirect(self) -> bool {
        self.flag & INDIR != 0
    }

    /// Where the value lies; one that lies nowhere is put into `cell`.
    fn place(self, cell: &mut Cell) -> *const u8 {
        if self.is_indirect() {
            return self.content as *const u8;
        }
        let at = (&raw mut cell.0).cast::<u8>();
        // SAFETY: a direct value has at most 8 bytes, the cell has more.
        unsafe { mem::store_regs(self.ty, at, &raw const self.content) };
        at
    }

    /// The register form; of a type of `Repr::Mem` the address, borrowed.
    fn words(self) -> Words {
        let mut words = [0; MAX_WORDS];
        if self.is_indirect() {
            // SAFETY: an indirect value lies at its content; no register form is longer.
            unsafe { mem::load_regs(self.ty, self.content as *const u8, words.as_mut_ptr()) };
        } else {
            words[0] = self.content;
        }
        words
    }

    /// The register form of a value of its own: what is in memory is copied.
    fn own_words(self, cx: &mut NativeCx<'a>) -> Words {
        let mut words = self.words();
        if self.ty.desc.repr == gol_bytecode::Repr::Mem {
            words[0] = copy_of(cx, self.ty, words[0] as *const u8) as u64;
        }
        words
    }

    /// The first word of the register form.
    fn word(self) -> u64 {
        self.words()[0]
    }

    /// The two words of a string, slice or interface.
    fn pair(self) -> [u64; 2] {
        let words = self.words();
        [words[0], words[1]]
    }

    fn elem(self) -> Result<&'a RType, Fault> {
        elem_of(self.ty)
    }

    fn kind(self) -> Kind {
        self.ty.desc.kind
    }
}

/// What is found in a value that is not exported stays so.
fn sticky(flag: u64) -> u64 {
    if flag & READ_ONLY == 0 { 0 } else { STICKY }
}

/// The flags of a value of the type that is no variable.
fn flags(ty: &RType) -> u64 {
    ty.desc.kind as u64 | if ty.desc.is_direct() { 0 } else { INDIR }
}

fn elem_of(ty: &RType) -> Result<&RType, Fault> {
    // SAFETY: null or a type that outlives everything.
    unsafe { ty.elem.as_ref() }.ok_or_else(|| misuse("an element"))
}

/// What the package's gol code must not ask for.
fn misuse(what: &str) -> Fault {
    Fault::Internal(format!("reflect: no value with {what}"))
}

/// A copy of a value in a new object; null if there is no memory, which the native's end reports.
fn copy_of(cx: &mut NativeCx<'_>, ty: &RType, from: *const u8) -> *mut u8 {
    let copy = cx.alloc(ty.desc.size as usize, ty.layout);
    if !copy.is_null() {
        // SAFETY: the new object has the type's size; a value lies at `from`.
        unsafe { mem::copy(ty, copy, from) };
    }
    copy
}

/// What a value shows of another one, if it is a `reflect.Value`.
#[derive(Clone, Copy)]
pub enum Shown<'a> {
    /// It is none.
    Itself,
    /// The zero `reflect.Value`.
    Nothing,
    /// The value in it, of an interface what that holds.
    Value(Value<'a>),
    /// The same of one that was found through a field that is not exported.
    ReadOnly(Value<'a>),
}

impl<'a> Value<'a> {
    /// What a `reflect.Value` stands for: so `fmt` prints it.
    pub fn shown(self, cx: &mut NativeCx<'a>) -> Shown<'a> {
        let is_value = |ty: &&RType| {
            ty.desc.kind == Kind::Struct && ty.desc.name == "Value" && ty.desc.pkg_path == "reflect"
        };
        if !self.rtype().as_ref().is_some_and(is_value) {
            return Shown::Itself;
        }
        let at = self.words()[1] as *const u64;
        // SAFETY: a `reflect.Value` in an interface lies in memory as three words.
        let (ty, content, flag) = unsafe { (*at as *const RType, *at.add(1), *at.add(2)) };
        // SAFETY: its first word is null or the address of a type.
        let Some(ty) = (unsafe { ty.as_ref() }) else { return Shown::Nothing };
        if flag & METHOD != 0 {
            // A function, of which nobody sees more than that it has an address.
            let method = call::method_value(cx, Reflected { ty, content, flag });
            return method.map_or(Shown::Itself, Shown::ReadOnly);
        }
        let words = memory::to_iface(cx, Reflected { ty, content, flag });
        // SAFETY: the words of an interface.
        let value = unsafe { Value::from_words(words) };
        if flag & READ_ONLY == 0 { Shown::Value(value) } else { Shown::ReadOnly(value) }
    }
}

impl<'a> NativeCx<'a> {
    /// A `*rtype` argument.
    fn rtype(&mut self) -> Result<&'a RType, Fault> {
        let address = self.word() as *const RType;
        // SAFETY: pointers to the package's `rtype` lead to types, which outlive everything.
        unsafe { address.as_ref() }.ok_or_else(Fault::nil_dereference)
    }

    /// A `Value` argument.
    fn reflected(&mut self) -> Result<Reflected<'a>, Fault> {
        let ty = self.rtype()?;
        Ok(Reflected { ty, content: self.word(), flag: self.word() })
    }

    fn ret_rtype(&mut self, ty: Option<&RType>) {
        self.ret_word(ty.map_or(0, iface::type_word));
    }

    fn ret_reflected(&mut self, value: Reflected<'_>) {
        self.ret_rtype(Some(value.ty));
        self.ret_word(value.content);
        self.ret_word(value.flag);
    }

    /// The zero `Value`, which is no value.
    fn ret_no_value(&mut self) {
        (0..3).for_each(|_| self.ret_word(0));
    }

    /// A string that lives as long as the runtime.
    fn ret_static(&mut self, text: &str) {
        self.ret_pair([text.as_ptr() as u64, text.len() as u64]);
    }
}
