//! Jumps forward, and loops backward.

#![allow(clippy::neg_cmp_op_on_partial_ord)] // `!(a < b)` is what is meant: NaNs jump.

use gol_heap::load_word;

use super::{hot, slow};
use crate::dispatch::Ctl;
use crate::{iface, string};

/// Conditional jumps: operands to a condition. The forward one goes, the backward one loops.
macro_rules! jumps {
    ($($name:ident $how:ident |$r:ident, $o:ident| $condition:expr;)*) => { hot! {$(
        $name(worker, $r, ip, $o) {
            if $condition { Ctl::$how($o.off as isize) } else { Ctl::Next }
        }
    )*} };
}

jumps! {
    JumpIf Goto |r, o| r.get(o.a) != 0;
    JumpIfNot Goto |r, o| r.get(o.a) == 0;
    EqI64Jump Goto |r, o| r.get(o.a) == r.get(o.b);
    NeI64Jump Goto |r, o| r.get(o.a) != r.get(o.b);
    LtI64Jump Goto |r, o| r.int(o.a) < r.int(o.b);
    LeI64Jump Goto |r, o| r.int(o.a) <= r.int(o.b);
    LtU64Jump Goto |r, o| r.get(o.a) < r.get(o.b);
    LeU64Jump Goto |r, o| r.get(o.a) <= r.get(o.b);
    EqI64ImmJump Goto |r, o| r.int(o.a) == i64::from(o.imm);
    NeI64ImmJump Goto |r, o| r.int(o.a) != i64::from(o.imm);
    LtI64ImmJump Goto |r, o| r.int(o.a) < i64::from(o.imm);
    LeI64ImmJump Goto |r, o| r.int(o.a) <= i64::from(o.imm);
    GtI64ImmJump Goto |r, o| r.int(o.a) > i64::from(o.imm);
    GeI64ImmJump Goto |r, o| r.int(o.a) >= i64::from(o.imm);
    EqF64Jump Goto |r, o| r.f64(o.a) == r.f64(o.b);
    NeF64Jump Goto |r, o| r.f64(o.a) != r.f64(o.b);
    LtF64Jump Goto |r, o| r.f64(o.a) < r.f64(o.b);
    LeF64Jump Goto |r, o| r.f64(o.a) <= r.f64(o.b);
    NotLtF64Jump Goto |r, o| !(r.f64(o.a) < r.f64(o.b));
    NotLeF64Jump Goto |r, o| !(r.f64(o.a) <= r.f64(o.b));
    JumpIfLoop Loop |r, o| r.get(o.a) != 0;
    JumpIfNotLoop Loop |r, o| r.get(o.a) == 0;
    EqI64Loop Loop |r, o| r.get(o.a) == r.get(o.b);
    NeI64Loop Loop |r, o| r.get(o.a) != r.get(o.b);
    LtI64Loop Loop |r, o| r.int(o.a) < r.int(o.b);
    LeI64Loop Loop |r, o| r.int(o.a) <= r.int(o.b);
    LtU64Loop Loop |r, o| r.get(o.a) < r.get(o.b);
    LeU64Loop Loop |r, o| r.get(o.a) <= r.get(o.b);
    EqI64ImmLoop Loop |r, o| r.int(o.a) == i64::from(o.imm);
    NeI64ImmLoop Loop |r, o| r.int(o.a) != i64::from(o.imm);
    LtI64ImmLoop Loop |r, o| r.int(o.a) < i64::from(o.imm);
    LeI64ImmLoop Loop |r, o| r.int(o.a) <= i64::from(o.imm);
    GtI64ImmLoop Loop |r, o| r.int(o.a) > i64::from(o.imm);
    GeI64ImmLoop Loop |r, o| r.int(o.a) >= i64::from(o.imm);
    LtF64Loop Loop |r, o| r.f64(o.a) < r.f64(o.b);
    LeF64Loop Loop |r, o| r.f64(o.a) <= r.f64(o.b);
}

/// Jumps that compare a word element with a register.
macro_rules! element_jumps {
    ($($jump:ident $again:ident |$element:ident, $b:ident| $condition:expr;)*) => {
        element_jumps! { $($jump Goto |$element, $b| $condition; $again Loop |$element, $b| $condition;)* @ }
    };
    ($($name:ident $how:ident |$element:ident, $b:ident| $condition:expr;)* @) => { hot! {$(
        $name(worker, r, ip, o) {
            let [data, size] = r.get2(o.slice);
            let (idx, len) = (r.get(o.idx), size & 0xffff_ffff);
            if idx >= len {
                return Ctl::Index(idx, len);
            }
            // SAFETY: the index lies below the slice's length.
            let $element = unsafe { load_word((data as *const u64).add(idx as usize)) } as i64;
            let $b = r.int(o.b);
            if $condition { Ctl::$how(o.off as isize) } else { Ctl::Next }
        }
    )*} };
}

element_jumps! {
    EqIndexJump EqIndexLoop |element, b| element == b;
    NeIndexJump NeIndexLoop |element, b| element != b;
    LtIndexI64Jump LtIndexI64Loop |element, b| element < b;
    LeIndexI64Jump LeIndexI64Loop |element, b| element <= b;
    GtIndexI64Jump GtIndexI64Loop |element, b| element > b;
    GeIndexI64Jump GeIndexI64Loop |element, b| element >= b;
}

/// Loop steps: `r[a] += by`, then the test of the new value.
macro_rules! steps {
    ($($name:ident $by:literal |$r:ident, $o:ident, $next:ident| $condition:expr;)*) => { hot! {$(
        $name(worker, $r, ip, $o) {
            let $next = $r.int($o.a).wrapping_add($by);
            $r.set($o.a, $next as u64);
            if $condition { Ctl::Loop($o.off as isize) } else { Ctl::Next }
        }
    )*} };
}

steps! {
    IncLtI64Loop 1 |r, o, next| next < r.int(o.b);
    IncLtI64ImmLoop 1 |r, o, next| next < i64::from(o.imm);
    IncLtLenLoop 1 |r, o, next| next < (r.get2(o.slice)[1] & 0xffff_ffff) as i64;
    IncLeI64Loop 1 |r, o, next| next <= r.int(o.b);
    IncLeI64ImmLoop 1 |r, o, next| next <= i64::from(o.imm);
    DecGtI64ImmLoop -1 |r, o, next| next > i64::from(o.imm);
    DecGeI64ImmLoop -1 |r, o, next| next >= i64::from(o.imm);
}

hot! {
    Jump(worker, r, ip, o) { Ctl::Goto(o.off as isize) }

    Loop(worker, r, ip, o) { Ctl::Loop(o.off as isize) }

    AddLtI64Loop(worker, r, ip, o) {
        let next = r.int(o.a).wrapping_add(r.int(o.b));
        r.set(o.a, next as u64);
        if next < r.int(o.c) { Ctl::Loop(o.off as isize) } else { Ctl::Next }
    }

    IncDecLtI64Loop(worker, r, ip, o) {
        let (up, down) = (r.int(o.a).wrapping_add(1), r.int(o.b).wrapping_sub(1));
        r.set(o.a, up as u64);
        r.set(o.b, down as u64);
        if up < down { Ctl::Loop(o.off as isize) } else { Ctl::Next }
    }

    JumpIfIndex(worker, r, ip, o) {
        let [data, size] = r.get2(o.slice);
        let (idx, len) = (r.get(o.idx), size & 0xffff_ffff);
        if idx >= len {
            return Ctl::Index(idx, len);
        }
        // SAFETY: the index lies below the slice's length.
        if unsafe { *((data + idx) as *const u8) } != 0 { Ctl::Goto(o.off as isize) } else { Ctl::Next }
    }

    JumpIfNotIndex(worker, r, ip, o) {
        let [data, size] = r.get2(o.slice);
        let (idx, len) = (r.get(o.idx), size & 0xffff_ffff);
        if idx >= len {
            return Ctl::Index(idx, len);
        }
        // SAFETY: the index lies below the slice's length.
        if unsafe { *((data + idx) as *const u8) } == 0 { Ctl::Goto(o.off as isize) } else { Ctl::Next }
    }

    AddLeI64Loop(worker, r, ip, o) {
        let next = r.int(o.a).wrapping_add(r.int(o.b));
        r.set(o.a, next as u64);
        if next <= r.int(o.c) { Ctl::Loop(o.off as isize) } else { Ctl::Next }
    }

    TypeEqJump(worker, r, ip, o) {
        let ty = iface::type_word(worker.local.rtype(o.ty));
        if r.get(o.a) == ty { Ctl::Goto(o.off as isize) } else { Ctl::Next }
    }

    TypeNeJump(worker, r, ip, o) {
        let ty = iface::type_word(worker.local.rtype(o.ty));
        if r.get(o.a) == ty { Ctl::Next } else { Ctl::Goto(o.off as isize) }
    }

    EqStr(worker, r, ip, o) {
        r.set(o.dst, u64::from(equal(r.get2(o.a), r.get2(o.b))));
        Ctl::Next
    }

    NeStr(worker, r, ip, o) {
        r.set(o.dst, u64::from(!equal(r.get2(o.a), r.get2(o.b))));
        Ctl::Next
    }

    EqStrJump(worker, r, ip, o) {
        if equal(r.get2(o.a), r.get2(o.b)) { Ctl::Goto(o.off as isize) } else { Ctl::Next }
    }

    NeStrJump(worker, r, ip, o) {
        if equal(r.get2(o.a), r.get2(o.b)) { Ctl::Next } else { Ctl::Goto(o.off as isize) }
    }

    Switch(worker, r, ip, o) {
        // SAFETY: the function's tables do not change.
        let Some(table) = (unsafe { &*r.function().tables }).get(o.table as usize) else {
            return Ctl::Next;
        };
        let at = r.get(o.a).wrapping_sub(table.first as u64);
        match table.offsets.get(at as usize) {
            None | Some(0) => Ctl::Next,
            Some(off) => Ctl::Goto(*off as isize),
        }
    }
}

/// Strings of different lengths need no call.
#[inline(always)]
fn equal(a: [u64; 2], b: [u64; 2]) -> bool {
    a[1] == b[1] && (a[0] == b[0] || same_bytes(a[0], b[0], a[1]))
}

/// Takes words: pairs would be handed over in memory, and a handler with something there makes a
/// call of its last jump.
#[inline(never)]
fn same_bytes(a: u64, b: u64, length: u64) -> bool {
    string::equal([a, length], [b, length])
}

slow! {
    LtStr(worker, r, ip, o) {
        r.set(o.dst, u64::from(string::compare(r.get2(o.a), r.get2(o.b)).is_lt()));
        Ok(())
    }

    LeStr(worker, r, ip, o) {
        r.set(o.dst, u64::from(string::compare(r.get2(o.a), r.get2(o.b)).is_le()));
        Ok(())
    }
}
