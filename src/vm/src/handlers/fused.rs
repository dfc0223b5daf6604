//! Instructions with an element of a slice or a field of a variable as an operand: what the
//! compiler joins from a load, an operation and perhaps a store.

use gol_heap::{init_word, load_pair, load_word};

use super::hot;
use crate::dispatch::Ctl;

/// The address of a word element; leaves the handler if the index is out of range.
macro_rules! element {
    ($r:ident, $slice:expr, $idx:expr) => {{
        let [data, size] = $r.get2($slice);
        let (idx, len) = ($idx, size & 0xffff_ffff);
        if idx >= len {
            return Ctl::Index(idx, len);
        }
        (data as *mut u64).wrapping_add(idx as usize)
    }};
}

/// The address of a word of a variable; leaves the handler if the pointer is nil.
macro_rules! field {
    ($r:ident, $o:ident) => {
        field!($r, $o.ptr, $o.off)
    };
    ($r:ident, $ptr:expr, $off:expr) => {{
        let ptr = $r.get($ptr);
        if ptr == 0 {
            return Ctl::Nil;
        }
        (ptr + u64::from($off)) as *mut u64
    }};
}

/// Reads the word at an address that one of the two above gave.
macro_rules! word {
    ($at:expr) => {{
        let at = $at;
        // SAFETY: `element!` has checked the index against the slice's length, and the compiler's
        // offset names an aligned word of the live variable that a pointer that is not nil leads
        // to.
        unsafe { load_word(at) }
    }};
}

/// Reads a float64 in the same way.
macro_rules! float {
    ($at:expr) => {
        f64::from_bits(word!($at))
    };
}

/// Changes the word at an address in place.
macro_rules! update {
    ($at:expr, |$old:ident| $new:expr) => {{
        let at = $at;
        let $old = word!(at);
        // SAFETY: as for reading; what is stored is no pointer and takes no pointer's place.
        unsafe { init_word(at, $new) };
        Ctl::Next
    }};
}

fn add(a: u64, b: f64) -> u64 {
    (f64::from_bits(a) + b).to_bits()
}

hot! {
    AddIndexF64(worker, r, ip, o) {
        let x = float!(element!(r, o.slice, r.get(o.idx)));
        r.set_f64(o.dst, r.f64(o.a) + x);
        Ctl::Next
    }

    MulIndexF64(worker, r, ip, o) {
        let x = float!(element!(r, o.slice, r.get(o.idx)));
        r.set_f64(o.dst, r.f64(o.a) * x);
        Ctl::Next
    }

    MulAddIndexF64(worker, r, ip, o) {
        let x = float!(element!(r, o.slice, r.get(o.idx)));
        r.set_f64(o.dst, r.f64(o.a) * x + r.f64(o.c));
        Ctl::Next
    }

    AddIndexI64(worker, r, ip, o) {
        let x = word!(element!(r, o.slice, r.get(o.idx)));
        r.set(o.dst, r.get(o.a).wrapping_add(x));
        Ctl::Next
    }

    LoadIndexOff64(worker, r, ip, o) {
        let idx = r.get(o.idx).wrapping_add_signed(i64::from(o.imm));
        r.set(o.dst, word!(element!(r, o.slice, idx)));
        Ctl::Next
    }

    LoadIndex2d64(worker, r, ip, o) {
        let [data, size] = r.get2(o.slice);
        let (row, len) = (r.get(o.row), size & 0xffff_ffff);
        if row >= len {
            return Ctl::Index(row, len);
        }
        // SAFETY: the index lies below the slice's length; slices are pairs, moved in one piece.
        let [data, size] = unsafe { load_pair((data as *const u64).add(row as usize * 2)) };
        let (col, len) = (r.get(o.col), size & 0xffff_ffff);
        if col >= len {
            return Ctl::Index(col, len);
        }
        r.set(o.dst, word!((data as *const u64).wrapping_add(col as usize)));
        Ctl::Next
    }

    MoveIndex64(worker, r, ip, o) {
        let at = r.get(o.at).wrapping_add_signed(i64::from(o.imm));
        let x = word!(element!(r, o.from, at));
        update!(element!(r, o.slice, r.get(o.idx)), |_old| x)
    }

    AddToIndexF64(worker, r, ip, o) {
        update!(element!(r, o.slice, r.get(o.idx)), |old| add(old, r.f64(o.a)))
    }

    SubFromIndexF64(worker, r, ip, o) {
        update!(element!(r, o.slice, r.get(o.idx)), |old| add(old, -r.f64(o.a)))
    }

    AddProductF64(worker, r, ip, o) {
        let sum = element!(r, o.slice, r.get(o.idx));
        let x = float!(element!(r, o.from, r.get(o.at)));
        update!(sum, |old| add(old, r.f64(o.a) * x))
    }

    AddToIndexI64(worker, r, ip, o) {
        update!(element!(r, o.slice, r.get(o.idx)), |old| old.wrapping_add(r.get(o.a)))
    }

    AddToIndexI64Imm(worker, r, ip, o) {
        update!(element!(r, o.slice, r.get(o.idx)), |old| {
            old.wrapping_add_signed(i64::from(o.imm))
        })
    }

    AddLoadF64(worker, r, ip, o) {
        let x = float!(field!(r, o));
        r.set_f64(o.dst, r.f64(o.a) + x);
        Ctl::Next
    }

    SubLoadF64(worker, r, ip, o) {
        let x = float!(field!(r, o));
        r.set_f64(o.dst, r.f64(o.a) - x);
        Ctl::Next
    }

    MulLoadF64(worker, r, ip, o) {
        let x = float!(field!(r, o));
        r.set_f64(o.dst, r.f64(o.a) * x);
        Ctl::Next
    }

    SubFieldsF64(worker, r, ip, o) {
        let x = float!(field!(r, o));
        let y = float!(field!(r, o.other, o.at));
        r.set_f64(o.dst, x - y);
        Ctl::Next
    }

    MulFieldsF64(worker, r, ip, o) {
        let x = float!(field!(r, o));
        let y = float!(field!(r, o.other, o.at));
        r.set_f64(o.dst, x * y);
        Ctl::Next
    }

    AddLoadI64(worker, r, ip, o) {
        let x = word!(field!(r, o));
        r.set(o.dst, r.get(o.a).wrapping_add(x));
        Ctl::Next
    }

    AddToF64(worker, r, ip, o) {
        update!(field!(r, o), |old| add(old, r.f64(o.a)))
    }

    SubFromF64(worker, r, ip, o) {
        update!(field!(r, o), |old| add(old, -r.f64(o.a)))
    }

    AddProductToF64(worker, r, ip, o) {
        update!(field!(r, o), |old| add(old, r.f64(o.a) * r.f64(o.b)))
    }

    SubProductFromF64(worker, r, ip, o) {
        update!(field!(r, o), |old| add(old, -(r.f64(o.a) * r.f64(o.b))))
    }

    AddToI64(worker, r, ip, o) {
        update!(field!(r, o), |old| old.wrapping_add(r.get(o.a)))
    }

    AddToI64Imm(worker, r, ip, o) {
        update!(field!(r, o), |old| old.wrapping_add_signed(i64::from(o.imm)))
    }
}
