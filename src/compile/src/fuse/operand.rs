//! Elements and fields as operands: a load whose value one operation uses, and an update in place.
//!
//! The joined instruction keeps the load's position, because it is the load that can panic.

use gol_bytecode::{Reg, op};

use super::other;
use crate::builder::Insn;

/// `tmp = s[i]; dst = a op tmp`, and the same with a field of a variable.
pub(super) fn loaded(first: &Insn, second: &Insn, dead: impl Fn(Reg) -> bool) -> Option<Insn> {
    let mut joined = *first;
    let done = if let Some(load) = first.get::<op::LoadIndex64>() {
        dead(load.dst)
            && (of_element(&mut joined, second, load)
                || compared(&mut joined, second, load)
                || moved(
                    &mut joined,
                    second,
                    op::LoadIndexOff64 { dst: load.dst, slice: load.slice, idx: load.idx, imm: 0 },
                ))
    } else if let Some(load) = first.get::<op::LoadIndexOff64>() {
        dead(load.dst) && moved(&mut joined, second, load)
    } else if let Some(load) = first.get::<op::Load64>() {
        dead(load.dst) && of_field(&mut joined, second, load)
    } else if let Some(load) = first.get::<op::LoadIndexPair>() {
        dead(load.dst) && of_row(&mut joined, second, load)
    } else if let Some(op::AddI64Imm { dst, a, imm }) = first.get() {
        dead(dst) && of_sum(&mut joined, second, dst, a, imm)
    } else if let Some(product) = first.get::<op::MulIndexF64>() {
        dead(product.dst) && of_product(&mut joined, second, product)
    } else {
        false
    };
    done.then_some(joined)
}

fn of_element(joined: &mut Insn, second: &Insn, load: op::LoadIndex64) -> bool {
    let op::LoadIndex64 { dst: tmp, slice, idx } = load;
    macro_rules! forms {
        ($($from:ident => $to:ident),*) => {$(
            if let Some(op::$from { dst, a, b }) = second.get() {
                let Some(a) = other(a, b, tmp) else { return false };
                joined.set(op::$to { dst, a, slice, idx });
                return true;
            }
        )*};
    }
    forms!(AddF64 => AddIndexF64, MulF64 => MulIndexF64, AddI64 => AddIndexI64);
    if let Some(op::MulAddF64 { dst, a, b, c }) = second.get()
        && c != tmp
        && let Some(a) = other(a, b, tmp)
    {
        joined.set(op::MulAddIndexF64 { dst, a, slice, idx, c });
        return true;
    }
    false
}

fn of_field(joined: &mut Insn, second: &Insn, load: op::Load64) -> bool {
    let op::Load64 { dst: tmp, ptr, off } = load;
    macro_rules! forms {
        ($($from:ident => $to:ident),*) => {$(
            if let Some(op::$from { dst, a, b }) = second.get() {
                let Some(a) = other(a, b, tmp) else { return false };
                joined.set(op::$to { dst, a, ptr, off });
                return true;
            }
        )*};
    }
    forms!(AddF64 => AddLoadF64, MulF64 => MulLoadF64, AddI64 => AddLoadI64);
    if let Some(op::SubF64 { dst, a, b }) = second.get()
        && b == tmp
        && a != tmp
    {
        joined.set(op::SubLoadF64 { dst, a, ptr, off });
        return true;
    }
    // Where both can panic, both have to be from the same function.
    if joined.call != second.call {
        return false;
    }
    if let Some(op::SubLoadF64 { dst, a, ptr: other, off: at }) = second.get()
        && a == tmp
        && other != tmp
    {
        joined.set(op::SubFieldsF64 { dst, ptr, off, other, at });
        return true;
    }
    if let Some(op::MulLoadF64 { dst, a, ptr: other, off: at }) = second.get()
        && a == tmp
        && other != tmp
    {
        joined.set(op::MulFieldsF64 { dst, ptr, off, other, at });
        return true;
    }
    false
}

/// An element that is compared with a register, for a jump.
fn compared(joined: &mut Insn, second: &Insn, load: op::LoadIndex64) -> bool {
    let op::LoadIndex64 { dst: tmp, slice, idx } = load;
    macro_rules! forms {
        ($($from:ident => $left:ident, $right:ident);*) => {$(
            if let Some(op::$from { a, b, off }) = second.get() {
                match other(a, b, tmp) {
                    Some(b) if a == tmp => joined.set(op::$left { slice, idx, b, off }),
                    Some(b) => joined.set(op::$right { slice, idx, b, off }),
                    None => return false,
                }
                return true;
            }
        )*};
    }
    forms!(EqI64Jump => EqIndexJump, EqIndexJump; NeI64Jump => NeIndexJump, NeIndexJump;
        LtI64Jump => LtIndexI64Jump, GtIndexI64Jump; LeI64Jump => LeIndexI64Jump, GeIndexI64Jump;
        EqI64Loop => EqIndexLoop, EqIndexLoop; NeI64Loop => NeIndexLoop, NeIndexLoop;
        LtI64Loop => LtIndexI64Loop, GtIndexI64Loop; LeI64Loop => LeIndexI64Loop, GeIndexI64Loop);
    false
}

/// An element that is stored as another one.
fn moved(joined: &mut Insn, second: &Insn, load: op::LoadIndexOff64) -> bool {
    let op::LoadIndexOff64 { dst: tmp, slice: from, idx: at, imm } = load;
    let Some(op::StoreIndex64 { slice, idx, a }) = second.get() else { return false };
    if a != tmp || idx == tmp || slice == tmp || slice.0 + 1 == tmp.0 || joined.call != second.call
    {
        return false;
    }
    joined.set(op::MoveIndex64 { slice, idx, from, at, imm });
    true
}

/// An element of a row of a table.
fn of_row(joined: &mut Insn, second: &Insn, row: op::LoadIndexPair) -> bool {
    let Some(op::LoadIndex64 { dst, slice, idx: col }) = second.get() else { return false };
    if slice != row.dst || col == row.dst || col.0 == row.dst.0 + 1 {
        return false;
    }
    joined.set(op::LoadIndex2d64 { dst, slice: row.slice, row: row.idx, col });
    true
}

/// An element whose index is a variable plus a constant.
fn of_sum(joined: &mut Insn, second: &Insn, sum: Reg, idx: Reg, imm: i16) -> bool {
    let Some(op::LoadIndex64 { dst, slice, idx: used }) = second.get() else { return false };
    if used != sum || slice == sum || slice.0 + 1 == sum.0 {
        return false;
    }
    joined.set(op::LoadIndexOff64 { dst, slice, idx, imm });
    joined.move_to(second);
    true
}

/// `tmp = a * s[i]; dst = tmp + c`.
fn of_product(joined: &mut Insn, second: &Insn, product: op::MulIndexF64) -> bool {
    let Some(op::AddF64 { dst, a, b }) = second.get() else { return false };
    let Some(c) = other(a, b, product.dst) else { return false };
    let op::MulIndexF64 { a, slice, idx, .. } = product;
    joined.set(op::MulAddIndexF64 { dst, a, slice, idx, c });
    true
}

/// `old = s[i]; new = old op a; s[i] = new`, and the same with a field: the last three
/// instructions, of which the first two make temporaries.
pub(super) fn update_in_place(code: &[Insn], mark: u16) -> Option<Insn> {
    let [load, change, store] = code else { return None };
    if load.target.is_some() || change.target.is_some() {
        return None;
    }
    if let (Some(from), Some(to)) = (load.get::<op::LoadIndex64>(), store.get::<op::StoreIndex64>())
    {
        let same = from.slice == to.slice && from.idx == to.idx;
        let temporary = from.dst.0 >= mark && to.a.0 >= mark;
        return element_update(load, change, from, to.a).filter(|_| same && temporary);
    }
    if let (Some(from), Some(to)) = (load.get::<op::MapGet>(), store.get::<op::MapSet>()) {
        let same = from.map == to.map && from.key == to.key && from.ty == to.ty;
        let temporary = from.dst.0 >= mark && to.a.0 >= mark;
        return map_update(load, change, from, to.a).filter(|_| same && temporary);
    }
    let (from, to) = (load.get::<op::Load64>()?, store.get::<op::Store64>()?);
    let same = from.ptr == to.ptr && from.off == to.off;
    let temporary = from.dst.0 >= mark && to.a.0 >= mark;
    field_update(load, change, from, to.a).filter(|_| same && temporary)
}

fn element_update(load: &Insn, change: &Insn, from: op::LoadIndex64, result: Reg) -> Option<Insn> {
    let op::LoadIndex64 { dst: old, slice, idx } = from;
    let mut joined = *load;
    match change_of(change, old, result)? {
        Change::AddF64(a) => joined.set(op::AddToIndexF64 { slice, idx, a }),
        Change::SubF64(a) => joined.set(op::SubFromIndexF64 { slice, idx, a }),
        Change::AddI64(a) => joined.set(op::AddToIndexI64 { slice, idx, a }),
        Change::AddI64Imm(imm) => joined.set(op::AddToIndexI64Imm { slice, idx, imm }),
    }
    Some(joined)
}

fn field_update(load: &Insn, change: &Insn, from: op::Load64, result: Reg) -> Option<Insn> {
    let op::Load64 { dst: old, ptr, off } = from;
    let mut joined = *load;
    match change_of(change, old, result)? {
        Change::AddF64(a) => joined.set(op::AddToF64 { ptr, off, a }),
        Change::SubF64(a) => joined.set(op::SubFromF64 { ptr, off, a }),
        Change::AddI64(a) => joined.set(op::AddToI64 { ptr, off, a }),
        Change::AddI64Imm(imm) => joined.set(op::AddToI64Imm { ptr, off, imm }),
    }
    Some(joined)
}

/// The element is then looked for once.
fn map_update(load: &Insn, change: &Insn, from: op::MapGet, result: Reg) -> Option<Insn> {
    let op::MapGet { dst: old, map, key, ty } = from;
    let mut joined = *load;
    match change_of(change, old, result)? {
        Change::AddF64(a) => joined.set(op::MapAddF64 { map, key, a, ty }),
        Change::AddI64(a) => joined.set(op::MapAddI64 { map, key, a, ty }),
        Change::AddI64Imm(imm) => joined.set(op::MapAddI64Imm { map, key, imm, ty }),
        Change::SubF64(_) => return None,
    }
    Some(joined)
}

/// How a value changes, and by which other operand.
enum Change {
    AddF64(Reg),
    SubF64(Reg),
    AddI64(Reg),
    AddI64Imm(i16),
}

/// The change from `old` to `new`, if the instruction is one.
fn change_of(change: &Insn, old: Reg, new: Reg) -> Option<Change> {
    if let Some(op::AddF64 { dst, a, b }) = change.get() {
        return other(a, b, old).filter(|_| dst == new).map(Change::AddF64);
    }
    if let Some(op::SubF64 { dst, a, b }) = change.get() {
        return (dst == new && a == old && b != old).then_some(Change::SubF64(b));
    }
    if let Some(op::AddI64 { dst, a, b }) = change.get() {
        return other(a, b, old).filter(|_| dst == new).map(Change::AddI64);
    }
    let op::AddI64Imm { dst, a, imm } = change.get()?;
    (dst == new && a == old).then_some(Change::AddI64Imm(imm))
}

/// `old = s[i]; tmp = a * t[j]; new = old + tmp; s[i] = new`: the last four instructions.
pub(super) fn add_product(code: &[Insn], mark: u16) -> Option<Insn> {
    let [load, product, sum, store] = code else { return None };
    if load.target.is_some() || product.target.is_some() || sum.target.is_some() {
        return None;
    }
    let op::LoadIndex64 { dst: old, slice, idx } = load.get()?;
    let op::MulIndexF64 { dst: tmp, a, slice: from, idx: at } = product.get()?;
    let op::AddF64 { dst: new, a: left, b: right } = sum.get()?;
    let to: op::StoreIndex64 = store.get()?;
    let adds = left == old && right == tmp;
    let same = to.slice == slice && to.idx == idx && to.a == new;
    let temporary = old.0 >= mark && tmp.0 >= mark && new.0 >= mark;
    let apart = [a, from, at].iter().all(|&r| r != old) && from.0 + 1 != old.0;
    if !(adds && same && temporary && apart && old != tmp) {
        return None;
    }
    let mut joined = *load;
    joined.set(op::AddProductF64 { slice, idx, a, from, at });
    Some(joined)
}

/// `x = s[j]; y = s[i]; s[i] = x; s[j] = y`: the last four instructions. An index `k + 1` of a load is
/// the sum that one of the instructions `before` them has made for the store.
pub(super) fn swap(before: &[Insn], code: &[Insn], mark: u16) -> Option<Insn> {
    let [load_j, load_i, store_i, store_j] = code else { return None };
    if code.iter().any(|insn| insn.target.is_some()) {
        return None;
    }
    let mut joined = *load_j;
    let read = [load_j, load_i].map(|load| element_read(before, load));
    let written = [store_i, store_j].map(element_written);
    let ([Some(x), Some(y)], [Some(to_i), Some(to_j)]) = (read, written) else { return None };
    let (slice, i, j) = (x.slice, y.idx, x.idx);
    let words = if x.pair { 2 } else { 1 };
    let exchanged = (to_i.idx, to_i.value, to_j.idx, to_j.value) == (i, x.value, j, y.value);
    let alike = [&y, &to_i, &to_j].iter().all(|e| e.slice == slice && e.pair == x.pair);
    let apart = |tmp: Reg| {
        tmp.0 >= mark
            && [i, j, slice, Reg(slice.0 + 1)].iter().all(|r| r.0 < tmp.0 || r.0 >= tmp.0 + words)
    };
    let temporary = apart(x.value) && apart(y.value) && x.value.0.abs_diff(y.value.0) >= words;
    if !(exchanged && alike && temporary) {
        return None;
    }
    if x.pair {
        joined.set(op::SwapIndexPair { slice, i, j });
    } else {
        joined.set(op::SwapIndex64 { slice, i, j });
    }
    Some(joined)
}

/// An element that is read or written, and the register of its value.
struct Element {
    slice: Reg,
    idx: Reg,
    value: Reg,
    pair: bool,
}

fn element_read(before: &[Insn], insn: &Insn) -> Option<Element> {
    if let Some(op::LoadIndexOff64 { dst: value, slice, idx, imm }) = insn.get() {
        let made = before.iter().rev().take(2).find_map(|sum| {
            let op::AddI64Imm { dst, a, imm: by } = sum.get()?;
            (a == idx && by == imm && dst != idx && sum.target.is_none()).then_some(dst)
        });
        return Some(Element { slice, idx: made?, value, pair: false });
    }
    if let Some(op::LoadIndex64 { dst: value, slice, idx }) = insn.get() {
        return Some(Element { slice, idx, value, pair: false });
    }
    let op::LoadIndexPair { dst: value, slice, idx } = insn.get()?;
    Some(Element { slice, idx, value, pair: true })
}

fn element_written(insn: &Insn) -> Option<Element> {
    if let Some(op::StoreIndexPair { slice, idx, a: value }) = insn.get() {
        return Some(Element { slice, idx, value, pair: true });
    }
    if let Some(op::StoreIndexPtr { slice, idx, a: value }) = insn.get() {
        return Some(Element { slice, idx, value, pair: false });
    }
    let op::StoreIndex64 { slice, idx, a: value } = insn.get()?;
    Some(Element { slice, idx, value, pair: false })
}
