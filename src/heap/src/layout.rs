//! Pointer maps of heap objects.

use rustc_hash::FxHashMap as HashMap;

/// A registered [`LayoutSpec`]; equal specs have equal ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LayoutId(pub u32);

impl LayoutId {
    /// No pointers at all; such objects live in spans that are never scanned.
    pub const NOSCAN: LayoutId = LayoutId(0);
    /// Every word may be a pointer (closures, channels, the VM's own records).
    pub const CONSERVATIVE: LayoutId = LayoutId(1);
    /// Only the object's second word may be a pointer, whatever its size (a header before data).
    pub const SECOND_WORD: LayoutId = LayoutId(2);
}

/// Which words of an object may be pointers: byte offsets below `period`, repeated every `period`
/// bytes up to the object's end. So one element's layout serves arrays of any length. A word that
/// may be a pointer can hold anything: the collector looks whether it leads into a live object.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LayoutSpec {
    pub period: u32,
    pub pointers: Box<[u32]>,
}

impl LayoutSpec {
    /// The layout of values of a size with pointers at these offsets. Of values that are larger than
    /// any object (4 GiB) every word may be a pointer: there are none, but types of them there are.
    pub fn of(size: u64, pointers: &[u32]) -> LayoutSpec {
        match u32::try_from(size) {
            Ok(period) => LayoutSpec { period, pointers: pointers.into() },
            Err(_) if pointers.is_empty() => LayoutSpec { period: 8, pointers: [].into() },
            Err(_) => LayoutSpec { period: 8, pointers: [0].into() },
        }
    }
}

/// A layout as the collector uses it.
#[derive(Debug)]
pub(crate) struct Layout {
    pub(crate) period: u32,
    /// Offsets of pointers in a period, in words.
    pub(crate) words: Box<[u32]>,
    /// Every word is a pointer.
    pub(crate) dense: bool,
}

impl Layout {
    fn new(spec: &LayoutSpec) -> Layout {
        let words: Box<[u32]> = spec.pointers.iter().map(|offset| offset / 8).collect();
        Layout { period: spec.period, dense: words.len() * 8 == spec.period as usize, words }
    }
}

/// All registered layouts, the built-in ones first. No type has one of those but
/// [`LayoutId::NOSCAN`]: what lies in such objects is the VM's own matter.
pub(crate) struct Layouts {
    pub(crate) list: Vec<Layout>,
    ids: HashMap<LayoutSpec, LayoutId>,
}

impl Layouts {
    pub(crate) fn new() -> Layouts {
        let mut layouts = Layouts { list: Vec::new(), ids: HashMap::default() };
        let built_in: [(u32, &[u32]); 3] = [(8, &[]), (8, &[0]), (u32::MAX - 7, &[8])];
        for (period, pointers) in built_in {
            layouts.push(&LayoutSpec { period, pointers: pointers.into() });
        }
        layouts
    }

    /// The id of a spec whose period is a multiple of 8 and whose offsets are sorted, aligned to 8
    /// and below the period.
    pub(crate) fn register(&mut self, spec: LayoutSpec) -> LayoutId {
        if spec.pointers.is_empty() {
            return LayoutId::NOSCAN;
        }
        debug_assert!(spec.period.is_multiple_of(8), "objects with pointers are whole words");
        debug_assert!(spec.pointers.iter().all(|at| at % 8 == 0 && *at < spec.period));
        match self.ids.get(&spec) {
            Some(id) => *id,
            None => {
                let id = self.push(&spec);
                self.ids.insert(spec, id);
                id
            }
        }
    }

    fn push(&mut self, spec: &LayoutSpec) -> LayoutId {
        let id = LayoutId(self.list.len() as u32);
        self.list.push(Layout::new(spec));
        id
    }
}
