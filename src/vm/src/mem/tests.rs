//! Loading, storing, copying, comparing and hashing values of hand-made types.

use gol_bytecode::{Kind, LeafKind};

use super::testing::{Types, cache};
use super::*;
use crate::{Fault, iface};

#[test]
fn registers_survive_memory() {
    let mut cache = cache();
    let types = Types::new(&cache);
    let parts = [
        types.scalar("int8", Kind::Int8, LeafKind::I8, 1),
        types.scalar("uint16", Kind::Uint16, LeafKind::U16, 2),
        types.scalar("int32", Kind::Int32, LeafKind::I32, 4),
        types.scalar("uint8", Kind::Uint8, LeafKind::U8, 1),
        types.scalar("float32", Kind::Float32, LeafKind::F32, 4),
        types.scalar("int16", Kind::Int16, LeafKind::I16, 2),
        types.string(),
    ];
    let named: Vec<_> = parts.iter().map(|part| ("f", *part)).collect();
    let rtype = types.structure(&named);
    let minus = |value: i64| value as u64;
    let float = u64::from(1.5f32.to_bits());
    let regs = [minus(-5), 65535, minus(-70000), 200, float, minus(-300), 0x1000, 9];
    let object = cache.alloc(rtype.desc.size as usize, rtype.layout);
    let copied = cache.alloc(rtype.desc.size as usize, rtype.layout);
    let mut back = [0; 8];
    // SAFETY: objects and registers of the type.
    unsafe {
        store_regs(rtype, object, regs.as_ptr());
        copy(rtype, copied, object);
        load_regs(rtype, copied, back.as_mut_ptr());
        assert_eq!(back, regs);
        zero(rtype, object);
        load_regs(rtype, object, back.as_mut_ptr());
        assert_eq!(back, [0; 8]);
    }
}

#[test]
fn ranges_that_overlap_are_copied() {
    let mut cache = cache();
    let types = Types::new(&cache);
    for elem in [types.int(), types.pointer(), types.string()] {
        let size = elem.desc.size as usize;
        let array = cache.alloc_array(elem.layout, size, 10);
        for (from, to) in [(0, 3), (3, 0), (2, 2)] {
            // SAFETY: an array of ten elements, of words.
            unsafe {
                let words = std::slice::from_raw_parts_mut(array.cast::<u64>(), size / 8 * 10);
                for (at, word) in words.iter_mut().enumerate() {
                    *word = at as u64;
                }
                let old = words.to_vec();
                copy_many(elem, array.add(to * size), array.add(from * size), 7);
                let (from, to) = (from * size / 8, to * size / 8);
                assert_eq!(words[to..to + 7 * size / 8], old[from..from + 7 * size / 8]);
            }
        }
    }
}

#[test]
fn equality_is_go_s() {
    let mut cache = cache();
    let types = Types::new(&cache);
    let rtype = types.structure(&[
        ("a", types.float64()),
        ("_", types.int()),
        ("b", types.string()),
        ("c", types.any()),
    ]);
    let (text, other) = (b"text".to_vec(), b"text".to_vec());
    let int = iface::type_word(types.int());
    let zero = [0f64.to_bits(), 1, text.as_ptr() as u64, 4, int, 7];
    let minus = [(-0f64).to_bits(), 2, other.as_ptr() as u64, 4, int, 7];
    let nan = [f64::NAN.to_bits(), 1, text.as_ptr() as u64, 4, int, 7];
    let slices = [0, 0, 0, 0, iface::type_word(types.slice_of_int()), 8];
    let mut memory = |regs: &[u64; 6]| {
        let object = cache.alloc(rtype.desc.size as usize, rtype.layout);
        // SAFETY: a fresh object of the type.
        unsafe { store_regs(rtype, object, regs.as_ptr()) };
        object
    };
    for (a, b, wanted) in [(&zero, &minus, true), (&nan, &nan, false), (&zero, &nan, false)] {
        let (x, y) = (memory(a), memory(b));
        // SAFETY: values of the type.
        unsafe {
            assert_eq!(equal_regs(rtype, a.as_ptr(), b.as_ptr()), Ok(wanted));
            assert_eq!(equal(rtype, x, y), Ok(wanted));
            if wanted {
                let hashes = [hash(rtype, x, 3).unwrap(), hash(rtype, y, 3).unwrap()];
                assert_eq!(hashes[0], hashes[1]);
                assert_eq!(hashes[0], hash_regs(rtype, b.as_ptr(), 3).unwrap());
            }
        }
    }
    let x = memory(&slices);
    let uncomparable = Fault::Runtime("comparing uncomparable type []int".into());
    let unhashable = Fault::Runtime("hash of unhashable type []int".into());
    // SAFETY: values of the type.
    unsafe {
        assert_eq!(equal(rtype, x, x), Err(uncomparable));
        assert_eq!(hash(rtype, x, 1), Err(unhashable));
    }
}

#[test]
fn wide_values_go_by_their_address() {
    let mut cache = cache();
    let types = Types::new(&cache);
    let rtype = types.array(types.int(), 20);
    let objects: Vec<_> =
        (0..2).map(|_| cache.alloc(rtype.desc.size as usize, rtype.layout)).collect();
    let mut reg = 0;
    // SAFETY: objects of the type.
    unsafe {
        objects[0].cast::<u64>().add(13).write(5);
        load_regs(rtype, objects[0], &raw mut reg);
        assert_eq!(reg, objects[0] as u64);
        store_regs(rtype, objects[1], &raw const reg);
        assert_eq!(equal(rtype, objects[0], objects[1]), Ok(true));
        objects[1].cast::<u64>().add(19).write(5);
        let regs = [objects[0] as u64, objects[1] as u64];
        assert_eq!(equal_regs(rtype, &raw const regs[0], &raw const regs[1]), Ok(false));
    }
}

#[test]
fn hashes_of_bytes_differ() {
    let mut seen = std::collections::HashSet::new();
    let bytes: Vec<u8> = (0..200).collect();
    for len in 0..200 {
        assert!(seen.insert(hash_bytes(&bytes[..len], 7)));
        assert_eq!(hash_bytes(&bytes[..len], 7), hash_bytes(&bytes.clone()[..len], 7));
        for at in 0..len {
            let mut changed = bytes[..len].to_vec();
            changed[at] ^= 1;
            assert_ne!(hash_bytes(&changed, 7), hash_bytes(&bytes[..len], 7));
        }
    }
}
