//! Making, growing and copying slices.

use super::*;
use crate::mem::testing::{Types, cache};

fn ints(slice: Slice) -> Vec<u64> {
    if len(slice) == 0 {
        return Vec::new();
    }
    // SAFETY: a slice of words.
    unsafe { std::slice::from_raw_parts(slice[0] as *const u64, len(slice)).to_vec() }
}

#[test]
fn make_checks_its_sizes() {
    let mut cache = cache();
    let types = Types::new(&cache);
    let made = make(&mut cache, types.int(), 3, 5).unwrap();
    assert_eq!((ints(made), cap(made)), (vec![0, 0, 0], 5));
    let mut text = |len, cap| match make(&mut cache, types.int(), len, cap) {
        Err(Fault::Runtime(text)) => text.to_string(),
        other => panic!("{other:?}"),
    };
    assert_eq!(text(-1, -1), "makeslice: len out of range");
    assert_eq!(text(1 << 32, 1 << 32), "makeslice: len out of range");
    assert_eq!(text(i64::MAX, i64::MAX), "makeslice: len out of range");
    assert_eq!(text(1, -1), "makeslice: cap out of range");
    assert_eq!(text(5, 1), "makeslice: cap out of range");
    assert_eq!(make(&mut cache, types.int(), 0, 0).map(len), Ok(0));
}

#[test]
fn append_keeps_what_was_there() {
    let mut cache = cache();
    let types = Types::new(&cache);
    let mut slice = [0, 0];
    let mut caps = Vec::new();
    for value in 0..1000 {
        // SAFETY: a slice of words.
        slice = unsafe { append64(&mut cache, types.int(), slice, value) }.unwrap();
        if caps.last() != Some(&cap(slice)) {
            caps.push(cap(slice));
        }
    }
    assert_eq!(ints(slice), (0..1000).collect::<Vec<_>>());
    assert_eq!(caps, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 848, 1280]);
    // SAFETY: slices of words; the second is a part of the first.
    unsafe {
        let part = [slice[0] + 8 * 990, pack(10, 10)];
        slice = append_slice(&mut cache, types.int(), slice, part).unwrap();
        assert_eq!(ints(slice)[990..1010], [ints(part), ints(part)].concat());
        slice = append_zero(&mut cache, types.int(), slice, 3).unwrap();
        assert_eq!(ints(slice)[1008..], [998, 999, 0, 0, 0]);
        let front = [slice[0], pack(5, 5)];
        let behind = [slice[0] + 16, pack(5, 5)];
        assert_eq!(copy(types.int(), behind, front), 5);
        assert_eq!(ints(slice)[..8], [0, 1, 0, 1, 2, 3, 4, 7]);
        clear(types.int(), front);
        assert_eq!(ints(slice)[..8], [0, 0, 0, 0, 0, 3, 4, 7]);
        assert_eq!(element(types.int(), slice, 2) as u64, slice[0] + 16);
    }
}

#[test]
fn elements_of_all_kinds_are_appended() {
    let mut cache = cache();
    let types = Types::new(&cache);
    let byte = types.scalar("uint8", gol_bytecode::Kind::Uint8, gol_bytecode::LeafKind::U8, 1);
    let (mut bytes, mut pairs, mut wide) = ([0, 0], [0, 0], [0, 0]);
    let array = types.array(types.int(), 12);
    let source = cache.alloc(96, array.layout) as u64;
    for value in 0..20u64 {
        // SAFETY: slices and values of those types.
        unsafe {
            bytes = append8(&mut cache, byte, bytes, value).unwrap();
            pairs = append_pair(&mut cache, types.string(), pairs, [value, 1]).unwrap();
            (source as *mut u64).write(value);
            wide = append_value(&mut cache, array, wide, &raw const source).unwrap();
        }
    }
    // SAFETY: as above.
    unsafe {
        bytes = append_str(&mut cache, byte, bytes, [b"xyz".as_ptr() as u64, 3]).unwrap();
        assert_eq!(copy_str(bytes, [b"ab".as_ptr() as u64, 2]), 2);
        let all = std::slice::from_raw_parts(bytes[0] as *const u8, len(bytes));
        assert_eq!(all[..3], [b'a', b'b', 2]);
        assert_eq!(all[19..], [19, b'x', b'y', b'z']);
        let last = (element(types.string(), pairs, 19) as *const u64).read();
        assert_eq!(last, 19);
        assert_eq!((element(array, wide, 7) as *const u64).read(), 7);
        let regs = [5, 6, 7];
        assert_eq!(ints(from_regs(&mut cache, types.int(), regs.as_ptr(), 3).unwrap()), regs);
    }
    assert_eq!(len(wide), 20);
}

#[test]
fn lengths_stay_below_2_to_the_32() {
    let mut cache = cache();
    let types = Types::new(&cache);
    let empty = types.structure(&[]);
    let huge = make(&mut cache, empty, i64::from(u32::MAX), i64::from(u32::MAX)).unwrap();
    let result = grow(&mut cache, empty, huge, 1);
    assert_eq!(result, Err(Fault::Runtime("growslice: len out of range".into())));
}
