//! What may be seen at an address that a script has from an `unsafe.Pointer`.

use gol_bytecode::Kind;

use super::elem_of;
use crate::emergency::{HIGHEST, LOWEST};
use crate::fault::Fault;
use crate::load::Image;
use crate::local::VmWorker;
use crate::rtype::RType;

/// Whether so many values of a type can lie at an address: in one object, package variable or
/// string literal, aligned, with pointers in the same places; or nothing can lie there.
pub(crate) fn is_valid(worker: &VmWorker, address: u64, count: u64, rtype: &RType) -> bool {
    let Some(size) = rtype.desc.size.checked_mul(count) else { return false };
    let end = address.saturating_add(size);
    if size == 0 || end <= LOWEST || address >= HIGHEST {
        return true;
    }
    if !address.is_multiple_of(u64::from(rtype.desc.align.max(1))) {
        return false;
    }
    let shared = worker.local.shared();
    shared.heap.shows(address, size, rtype.layout) || shared.image().shows(address, size, rtype)
}

/// What a script is told of an address where no such value can lie.
pub(crate) fn refusal(rtype: &RType) -> Fault {
    Fault::Text(format!("unsafe.Pointer: no {} lies at this address", rtype.desc.string))
}

impl Image {
    fn shows(&self, address: u64, size: u64, rtype: &RType) -> bool {
        let Some(offset) = address.checked_sub(self.tables().globals as u64) else {
            return self.is_literal(address, size, rtype);
        };
        if offset.saturating_add(size) > self.globals_size as u64 {
            return self.is_literal(address, size, rtype);
        }
        let words = (offset % 8 + size).div_ceil(8);
        (0..words).all(|word| {
            let at = (offset / 8 + word) as usize;
            self.globals_map.get(at) == may_point(rtype, word * 8)
        })
    }

    fn is_literal(&self, address: u64, size: u64, rtype: &RType) -> bool {
        rtype.desc.pointers.is_empty() && self.has_literal(address, size)
    }
}

/// Whether the word at an offset in values of a type, one after the other, may be a pointer.
fn may_point(rtype: &RType, offset: u64) -> bool {
    if rtype.desc.kind == Kind::Array && rtype.desc.len > 0 {
        return may_point(elem_of(rtype), offset);
    }
    let offset = offset % rtype.desc.size.max(1);
    rtype.desc.pointers.binary_search(&(offset as u32)).is_ok()
}
