//! Strings: concatenation, conversions, iteration.

use gol_bytecode::{NO_REG, op};

use super::{hot, operands, slow};
use crate::dispatch::{Code, Ctl, raise_at};
use crate::frame::Regs;
use crate::local::VmWorker;
use crate::{machine, string};

slow! {
    Concat(worker, r, ip, o) {
        r.set2(o.dst, string::concat(&mut worker.local.alloc, r.get2(o.a), r.get2(o.b))?);
        Ok(())
    }

    ConcatN(worker, r, ip, o) {
        let alloc = &mut worker.local.alloc;
        // SAFETY: the operand names `n` strings.
        let joined = unsafe { string::concat_n(alloc, r.ptr(o.a), o.n as usize) }?;
        r.set2(o.dst, joined);
        Ok(())
    }

    RuneToStr(worker, r, ip, o) {
        r.set2(o.dst, string::from_rune(&mut worker.local.alloc, r.int(o.a))?);
        Ok(())
    }

    RunesToStr(worker, r, ip, o) {
        r.set2(o.dst, string::from_runes(&mut worker.local.alloc, r.get2(o.a))?);
        Ok(())
    }

    StrToRunes(worker, r, ip, o) {
        r.set2(o.dst, string::to_runes(&mut worker.local.alloc, r.get2(o.a))?);
        Ok(())
    }
}

/// `BytesToStr`, whatever the length.
#[inline(never)]
fn bytes_to_str(worker: &mut VmWorker, r: Regs, ip: *const u64) -> Code {
    let o: op::BytesToStr = operands(ip);
    if let Some(text) = string::short_from_bytes(&mut worker.local.alloc, r.get2(o.a)) {
        r.set2(o.dst, text);
        return machine::after_allocation(worker);
    }
    match string::from_byte_slice(&mut worker.local.alloc, r.get2(o.a)) {
        Ok(text) => {
            r.set2(o.dst, text);
            machine::after_allocation(worker)
        }
        Err(fault) => raise_at(worker, ip, r.0, fault),
    }
}

/// `StrToBytes`, whatever the length.
#[inline(never)]
fn str_to_bytes(worker: &mut VmWorker, r: Regs, ip: *const u64) -> Code {
    let o: op::StrToBytes = operands(ip);
    if let Some(bytes) = string::short_to_bytes(&mut worker.local.alloc, r.get2(o.a)) {
        r.set2(o.dst, bytes);
        return machine::after_allocation(worker);
    }
    match string::to_byte_slice(&mut worker.local.alloc, r.get2(o.a)) {
        Ok(bytes) => {
            r.set2(o.dst, bytes);
            machine::after_allocation(worker)
        }
        Err(fault) => raise_at(worker, ip, r.0, fault),
    }
}

hot! {
    BytesToStr(worker, r, ip, o) {
        Ctl::Cold(bytes_to_str(worker, r, ip))
    }

    StrToBytes(worker, r, ip, o) {
        Ctl::Cold(str_to_bytes(worker, r, ip))
    }

    StrRange(worker, r, ip, o) {
        let [data, len] = r.get2(o.a);
        let next = r.get(o.next);
        if next >= len {
            return Ctl::Goto(o.off as isize);
        }
        // SAFETY: the index lies below the string's length.
        let byte = unsafe { *((data + next) as *const u8) };
        let (rune, width) =
            if byte < 0x80 { (u64::from(byte), 1) } else { wide_rune(r, o.a, next) };
        if o.rune != NO_REG {
            r.set(o.rune, rune);
        }
        r.set(o.next, next + width);
        Ctl::Next
    }
}

/// A rune of several bytes, and how many they are.
#[inline(never)]
fn wide_rune(r: Regs, text: gol_bytecode::Reg, index: u64) -> (u64, u64) {
    let (rune, width) = string::decode_rune(r.get2(text), index as usize);
    (u64::from(rune), width as u64)
}
