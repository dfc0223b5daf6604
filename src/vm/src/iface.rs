//! Interfaces: making, unpacking, comparing and asserting them.
//!
//! A type word is the address of an [`RType`], a data word the value itself (types that
//! [`TypeDesc::is_direct`](gol_bytecode::TypeDesc::is_direct) says so of) or the address of a copy
//! that nobody changes. All interfaces look the same, so a conversion from one interface type to
//! another changes no word: it only asks whether the type has the methods. [`AssertCache`]
//! remembers the answers.

use gol_bytecode::{Kind, Method, MethodIdx};
use gol_heap::{AllocCache, load_pair, store_pair};

use crate::mem;
use crate::mem::fold;
use crate::rtype::RType;
use crate::{Fault, mem::load_regs};

/// The dynamic type of an interface; `None` for nil.
#[inline(always)]
pub fn dynamic_type<'a>(value: [u64; 2]) -> Option<&'a RType> {
    // SAFETY: type words are null or addresses of loaded types, which live as long as the runtime.
    unsafe { (value[0] as *const RType).as_ref() }
}

/// The type word of a type.
#[inline(always)]
pub fn type_word(rtype: &RType) -> u64 {
    std::ptr::from_ref(rtype) as u64
}

/// An interface that holds a value of a concrete type, given in register form.
///
/// # Safety
/// `regs` leads to the register form of a value of the type.
#[inline]
pub unsafe fn make(
    cache: &mut AllocCache,
    rtype: &RType,
    regs: *const u64,
) -> Result<[u64; 2], Fault> {
    let data = if rtype.desc.is_direct() {
        // SAFETY: the caller's promise; direct values have at most one word.
        if rtype.desc.words == 0 { 0 } else { unsafe { regs.read() } }
    } else {
        let copy = cache.alloc(rtype.desc.size as usize, rtype.layout);
        if copy.is_null() {
            return Err(Fault::out_of_memory());
        }
        // SAFETY: the object has the type's size and layout.
        unsafe { mem::store_regs(rtype, copy, regs) };
        copy as u64
    };
    Ok([type_word(rtype), data])
}

/// An interface that holds a copy of a value of a concrete type in memory.
///
/// # Safety
/// `ptr` leads to a value of the type.
pub unsafe fn make_from_memory(
    cache: &mut AllocCache,
    rtype: &RType,
    ptr: *const u8,
) -> Result<[u64; 2], Fault> {
    let mut regs = [0; gol_bytecode::MAX_REG_WORDS as usize];
    // SAFETY: the caller's promise; no register form is longer.
    unsafe {
        load_regs(rtype, ptr, regs.as_mut_ptr());
        make(cache, rtype, regs.as_ptr())
    }
}

/// The value in an interface, in register form (of a type of `Repr::Mem`: borrowed).
///
/// # Safety
/// `data` is the data word of an interface whose dynamic type is `rtype`; `regs` has room for the
/// register form.
#[inline]
pub unsafe fn unpack(rtype: &RType, data: u64, regs: *mut u64) {
    // SAFETY: the caller's promise.
    unsafe {
        if !rtype.desc.is_direct() {
            load_regs(rtype, data as *const u8, regs);
        } else if rtype.desc.words != 0 {
            regs.write(data);
        }
    }
}

/// `a == b`; a panic if both hold values of one type that has no `==`.
#[inline]
pub fn equal(a: [u64; 2], b: [u64; 2]) -> Result<bool, Fault> {
    if a[0] != b[0] {
        return Ok(false);
    }
    match dynamic_type(a) {
        None => Ok(true),
        Some(rtype) => equal_data(rtype, a[1], b[1]),
    }
}

fn equal_data(rtype: &RType, a: u64, b: u64) -> Result<bool, Fault> {
    if !rtype.desc.comparable {
        return Err(mem::uncomparable(rtype));
    }
    // SAFETY: data words of a type are values of it or addresses of such.
    unsafe {
        if rtype.desc.is_direct() {
            mem::equal_regs(rtype, &raw const a, &raw const b)
        } else {
            mem::equal(rtype, a as *const u8, b as *const u8)
        }
    }
}

/// Whether a concrete type has all methods of an interface; else the first that is missing.
pub fn implements(rtype: &RType, iface: &RType) -> Result<(), MethodIdx> {
    let has = |method: &MethodIdx| rtype.find_method(*method).is_some();
    match iface.desc.iface_methods.iter().find(|method| !has(method)) {
        None => Ok(()),
        Some(missing) => Err(*missing),
    }
}

/// Remembers which types implement which interfaces. One for a runtime; read and written without
/// locks: an entry is one 16-byte piece, and losing one costs only the next look.
pub struct AssertCache {
    /// `[interface type, concrete type | implements]`, direct-mapped.
    entries: Box<[Entry]>,
}

#[repr(C, align(16))]
struct Entry(std::cell::UnsafeCell<[u64; 2]>);

// SAFETY: entries are read and written through `load_pair` and `store_pair` alone, which move both
// words in one piece.
unsafe impl Sync for AssertCache {}

const ENTRIES: usize = 512;

impl Default for AssertCache {
    fn default() -> AssertCache {
        AssertCache { entries: (0..ENTRIES).map(|_| Entry([0; 2].into())).collect() }
    }
}

impl AssertCache {
    /// Forgets everything: types have got methods. While the world stands still.
    pub(crate) fn forget(&self) {
        for entry in &self.entries {
            // SAFETY: the entry is a pair of this cache.
            unsafe { store_pair(entry.0.get().cast(), [0, 0]) };
        }
    }

    /// Whether a concrete type implements an interface.
    #[inline]
    pub fn implements(&self, rtype: &RType, iface: &RType) -> bool {
        let (have, want) = (type_word(rtype), type_word(iface));
        let at = fold(have ^ want.rotate_left(32), 0x9e37_79b9_7f4a_7c15) as usize % ENTRIES;
        let entry = self.entries[at].0.get().cast::<u64>();
        // SAFETY: the entry is a pair of this cache.
        let [known_want, known_have] = unsafe { load_pair(entry) };
        if known_want == want && known_have & !1 == have {
            return known_have & 1 != 0;
        }
        let answer = implements(rtype, iface).is_ok();
        // SAFETY: as above.
        unsafe { store_pair(entry, [want, have | u64::from(answer)]) };
        answer
    }
}

/// The panic of `x.(asserted)`: `from` is the static type of `x`, `value` what it holds.
/// `methods` are the program's.
#[cold]
pub fn assertion_failed(
    from: &RType,
    value: [u64; 2],
    asserted: &RType,
    methods: &[Method],
) -> Fault {
    let to_iface = asserted.desc.kind == Kind::Interface;
    let wanted = &asserted.desc.string;
    let Some(concrete) = dynamic_type(value) else {
        let from = if to_iface { "interface" } else { &from.desc.string };
        return Fault::Assertion(format!("interface conversion: {from} is nil, not {wanted}"));
    };
    let have = &concrete.desc.string;
    if to_iface {
        let missing = implements(concrete, asserted).err();
        let name = missing.and_then(|m| methods.get(m.0 as usize)).map_or("", |m| &m.name);
        return Fault::Assertion(format!(
            "interface conversion: {have} is not {wanted}: missing method {name}"
        ));
    }
    let why = if have != wanted {
        ""
    } else if package_of(concrete) == package_of(asserted) {
        " (types from different scopes)"
    } else {
        " (types from different packages)"
    };
    let from = &from.desc.string;
    Fault::Assertion(format!("interface conversion: {from} is {have}, not {wanted}{why}"))
}

/// The package that a type belongs to; a type without a name belongs to the one that declares a
/// field of it that is not exported.
fn package_of(rtype: &RType) -> &str {
    let hidden = || rtype.desc.fields.iter().find(|field| !field.pkg_path.is_empty());
    match &rtype.desc.pkg_path[..] {
        "" => hidden().map_or("", |field| &field.pkg_path),
        own => own,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mem::testing::{Types, cache};

    #[test]
    fn values_go_in_and_out() {
        let mut cache = cache();
        let types = Types::new(&cache);
        let mut regs = [0; 4];
        // SAFETY: register forms of the types.
        unsafe {
            let int = make(&mut cache, types.int(), [7].as_ptr()).unwrap();
            assert_eq!(int, [type_word(types.int()), 7]);
            unpack(types.int(), int[1], regs.as_mut_ptr());
            assert_eq!(regs[0], 7);
            let text = make(&mut cache, types.string(), [0x1000, 5].as_ptr()).unwrap();
            unpack(types.string(), text[1], regs.as_mut_ptr());
            assert_eq!(regs[..2], [0x1000, 5]);
        }
    }

    #[test]
    fn comparison_is_by_type_and_value() {
        let mut cache = cache();
        let types = Types::new(&cache);
        // SAFETY: register forms of the types.
        let mut of = |rtype: &RType, regs: [u64; 2]| unsafe {
            make(&mut cache, rtype, regs.as_ptr()).unwrap()
        };
        let (one, two) = (of(types.int(), [1, 0]), of(types.int(), [2, 0]));
        assert_eq!(equal(one, one), Ok(true));
        assert_eq!(equal(one, two), Ok(false));
        assert_eq!(equal([0, 0], [0, 0]), Ok(true));
        assert_eq!(equal(one, [0, 0]), Ok(false));
        let nan = of(types.float64(), [f64::NAN.to_bits(), 0]);
        assert_eq!(equal(nan, nan), Ok(false));
        let (ab, ab2) = (b"ab".to_vec(), b"ab".to_vec());
        let a = of(types.string(), [ab.as_ptr() as u64, 2]);
        let b = of(types.string(), [ab2.as_ptr() as u64, 2]);
        assert_eq!(equal(a, b), Ok(true));
        let slice = of(types.slice_of_int(), [0, 0]);
        let text = "comparing uncomparable type []int";
        assert_eq!(equal(slice, slice), Err(Fault::Runtime(text.into())));
    }

    #[test]
    fn assertions_fail_in_words() {
        let cache = cache();
        let types = Types::new(&cache);
        let int = [type_word(types.int()), 0];
        let text = |fault: Fault| match fault {
            Fault::Assertion(text) => text,
            other => panic!("{other:?}"),
        };
        assert_eq!(
            text(assertion_failed(types.any(), int, types.string(), &[])),
            "interface conversion: interface {} is int, not string"
        );
        assert_eq!(
            text(assertion_failed(types.any(), [0, 0], types.string(), &[])),
            "interface conversion: interface {} is nil, not string"
        );
        assert_eq!(
            text(assertion_failed(types.any(), [0, 0], types.stringer(), &[])),
            "interface conversion: interface is nil, not fmt.Stringer"
        );
        let method = Method {
            name: "String".into(),
            pkg_path: String::new(),
            param_words: 0,
            result_words: 2,
            ty: gol_bytecode::TypeIdx(0),
        };
        assert_eq!(
            text(assertion_failed(types.any(), int, types.stringer(), &[method])),
            "interface conversion: int is not fmt.Stringer: missing method String"
        );
        assert_eq!(
            text(assertion_failed(types.any(), int, types.int(), &[])),
            "interface conversion: interface {} is int, not int (types from different scopes)"
        );
        let known = AssertCache::default();
        for _ in 0..2 {
            assert!(!known.implements(types.int(), types.stringer()));
            assert!(known.implements(types.int(), types.any()));
        }
    }
}
