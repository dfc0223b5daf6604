//! Package variables: where they lie, and which of them are used.

use rustc_hash::FxHashMap as HashMap;

use gol_types::ObjId;

use super::Module;

#[derive(Clone, Default)]
pub(super) struct Globals {
    offsets: HashMap<ObjId, u32>,
}

impl Module<'_> {
    /// Offset of a package-level variable; on first use it becomes reachable with its initialiser.
    pub(crate) fn global(&mut self, var: ObjId) -> u32 {
        if let Some(&offset) = self.globals.offsets.get(&var) {
            return offset;
        }
        self.checker.resolve(var);
        let ty = self.checker.store.obj(var).ty;
        let repr = self.repr(ty);
        // No variable starts at 0: an address of a variable of size 0 must not be nil either.
        let end = self.program.globals_size.max(16);
        let offset = end.next_multiple_of(repr.align.max(1));
        self.program.globals_size = offset + (repr.size as u32).max(1);
        for pointer in &repr.pointers {
            self.program.globals_map.set(((offset + pointer) / 8) as usize);
        }
        self.globals.offsets.insert(var, offset);
        offset
    }

    pub(super) fn is_global_used(&self, var: ObjId) -> bool {
        self.globals.offsets.contains_key(&var)
    }
}
