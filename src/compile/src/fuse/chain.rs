//! Two operations in a row, the second of which uses what the first one makes: sums of products,
//! indices such as `y*width + x`, three terms. Each step rounds or wraps as it did before.

use gol_bytecode::{Reg, op};

use super::other;
use crate::builder::Insn;

/// Float operations. Products and sums may be exchanged: that changes no result.
pub(super) fn floats(first: &Insn, second: &Insn, dead: impl Fn(Reg) -> bool) -> Option<Insn> {
    if let Some(op::MulF64 { dst: tmp, a, b }) = first.get() {
        return if dead(tmp) { of_product(second, tmp, a, b) } else { None };
    }
    let op::AddF64 { dst, a: x, b: y } = second.get()?;
    let mut joined = *second;
    if let Some(op::AddF64 { dst: tmp, a, b }) = first.get() {
        let c = other(x, y, tmp).filter(|_| dead(tmp))?;
        joined.set(op::AddAddF64 { dst, a, b, c });
    } else {
        let op::SubF64 { dst: tmp, a, b } = first.get()?;
        let c = other(x, y, tmp).filter(|_| dead(tmp))?;
        joined.set(op::SubAddF64 { dst, a, b, c });
    }
    Some(joined)
}

fn of_product(second: &Insn, tmp: Reg, a: Reg, b: Reg) -> Option<Insn> {
    let mut joined = *second;
    if let Some(op::AddF64 { dst, a: x, b: y }) = second.get() {
        let c = other(x, y, tmp)?;
        joined.set(op::MulAddF64 { dst, a, b, c });
    } else if let Some(op::MulF64 { dst, a: x, b: y }) = second.get() {
        let c = other(x, y, tmp)?;
        joined.set(op::MulMulF64 { dst, a, b, c });
    } else if let Some(op::SubF64 { dst, a: x, b: c }) = second.get() {
        if x != tmp || c == tmp {
            return None;
        }
        joined.set(op::MulSubF64 { dst, a, b, c });
    } else if let Some(op::AddToF64 { ptr, off, a: x }) = second.get() {
        if x != tmp || ptr == tmp {
            return None;
        }
        joined.set(op::AddProductToF64 { ptr, off, a, b });
    } else {
        let op::SubFromF64 { ptr, off, a: x } = second.get()?;
        if x != tmp || ptr == tmp {
            return None;
        }
        joined.set(op::SubProductFromF64 { ptr, off, a, b });
    }
    Some(joined)
}

/// Products and sums of 64-bit integers.
pub(super) fn integers(first: &Insn, second: &Insn, dead: impl Fn(Reg) -> bool) -> Option<Insn> {
    let mut joined = *second;
    if let Some(op::AddI64Imm { dst, a: x, imm }) = second.get() {
        let op::AddI64 { dst: tmp, a, b } = first.get()?;
        if x != tmp || !dead(tmp) {
            return None;
        }
        joined.set(op::SumI64Imm { dst, a, b, imm });
        return Some(joined);
    }
    let op::AddI64 { dst, a: x, b: y } = second.get()?;
    let rest = |tmp: Reg| other(x, y, tmp).filter(|_| dead(tmp));
    if let Some(op::AddI64Imm { dst: tmp, a, imm }) = first.get() {
        joined.set(op::SumI64Imm { dst, a, b: rest(tmp)?, imm });
    } else if let Some(op::MulI64 { dst: tmp, a, b }) = first.get() {
        joined.set(op::MulAddI64 { dst, a, b, c: rest(tmp)? });
    } else if let Some(op::MulI64Imm { dst: tmp, a, imm }) = first.get() {
        joined.set(op::MulAddI64Imm { dst, a, imm, c: rest(tmp)? });
    } else {
        let op::ShlI64Imm { dst: tmp, a, imm } = first.get()?;
        let imm = 1_i16.checked_shl(u32::from(imm)).filter(|&imm| imm > 0)?;
        joined.set(op::MulAddI64Imm { dst, a, imm, c: rest(tmp)? });
    }
    Some(joined)
}
