//! Hand-made types for the tests of the value modules.

use std::sync::Arc;

use gol_bytecode::MethodIdx;
use gol_bytecode::layout::{self, TypeRepr};
use gol_bytecode::{FieldDesc, Kind, Leaf, LeafKind, MAX_REG_WORDS, Repr, TypeDesc, TypeIdx};
use gol_heap::{AllocCache, Heap, HeapConfig, LayoutId, LayoutSpec, Marker, Roots};

use crate::rtype::{MapLayout, RType};

/// A cache of a new heap.
pub(crate) fn cache() -> AllocCache {
    cache_with(HeapConfig::default())
}

pub(crate) fn cache_with(config: HeapConfig) -> AllocCache {
    Heap::new(config).expect("address space").alloc_cache()
}

/// Roots that are a list of words.
pub(crate) struct Words<'a>(pub(crate) &'a [u64]);

impl Roots for Words<'_> {
    fn parts(&self) -> usize {
        1
    }

    fn scan(&self, _part: usize, marker: &mut dyn Marker) {
        // SAFETY: the slice can be read.
        unsafe { marker.words(self.0.as_ptr(), self.0.len()) };
    }
}

/// Makes types for one heap. They are never freed: tests are short.
pub(crate) struct Types {
    heap: Arc<Heap>,
    int: &'static RType,
    float64: &'static RType,
    string: &'static RType,
    any: &'static RType,
    stringer: &'static RType,
    slice_of_int: &'static RType,
}

impl Types {
    pub(crate) fn new(cache: &AllocCache) -> Types {
        let heap = Arc::clone(cache.heap());
        let int = scalar(&heap, "int", Kind::Int, LeafKind::W64, 8);
        let mut any = desc("interface {}", Kind::Interface, 16, 2);
        any.leaves = vec![Leaf { word: 0, offset: 0, kind: LeafKind::Iface }];
        any.pointers = vec![8];
        let mut stringer = any.clone();
        stringer.string = "fmt.Stringer".into();
        stringer.iface_methods = vec![MethodIdx(0)];
        let mut string = desc("string", Kind::String, 16, 2);
        string.leaves = vec![Leaf { word: 0, offset: 0, kind: LeafKind::Str }];
        string.pointers = vec![0];
        let mut slice = desc("[]int", Kind::Slice, 16, 2);
        slice.leaves = vec![Leaf { word: 0, offset: 0, kind: LeafKind::Slice }];
        slice.pointers = vec![0];
        slice.go_size = 24;
        slice.comparable = false;
        Types {
            int,
            float64: scalar(&heap, "float64", Kind::Float64, LeafKind::W64, 8),
            string: rtype(&heap, string, None, None, Vec::new()),
            any: rtype(&heap, any, None, None, Vec::new()),
            stringer: rtype(&heap, stringer, None, None, Vec::new()),
            slice_of_int: rtype(&heap, slice, Some(int), None, Vec::new()),
            heap,
        }
    }

    pub(crate) fn int(&self) -> &'static RType {
        self.int
    }

    pub(crate) fn float64(&self) -> &'static RType {
        self.float64
    }

    pub(crate) fn string(&self) -> &'static RType {
        self.string
    }

    pub(crate) fn any(&self) -> &'static RType {
        self.any
    }

    pub(crate) fn stringer(&self) -> &'static RType {
        self.stringer
    }

    pub(crate) fn slice_of_int(&self) -> &'static RType {
        self.slice_of_int
    }

    pub(crate) fn scalar(
        &self,
        name: &str,
        kind: Kind,
        leaf: LeafKind,
        size: u64,
    ) -> &'static RType {
        scalar(&self.heap, name, kind, leaf, size)
    }

    pub(crate) fn pointer(&self) -> &'static RType {
        let mut pointer = desc("*int", Kind::Pointer, 8, 1);
        pointer.leaves = vec![Leaf { word: 0, offset: 0, kind: LeafKind::Ptr }];
        pointer.pointers = vec![0];
        pointer.plain_equal = true;
        rtype(&self.heap, pointer, Some(self.int), None, Vec::new())
    }

    pub(crate) fn map(&self, key: &'static RType, elem: &'static RType) -> &'static RType {
        let mut map = desc("map", Kind::Map, 8, 1);
        map.leaves = vec![Leaf { word: 0, offset: 0, kind: LeafKind::Ptr }];
        map.pointers = vec![0];
        map.comparable = false;
        rtype(&self.heap, map, Some(elem), Some(key), Vec::new())
    }

    pub(crate) fn array(&self, elem: &'static RType, len: u64) -> &'static RType {
        let parts: Vec<_> = (0..len).map(|_| ("e", elem)).collect();
        let mut array = self.compound("array", &parts);
        array.kind = Kind::Array;
        array.len = len;
        array.fields.clear();
        if len > 8 {
            array.pointers.clone_from(&elem.desc.pointers);
        }
        rtype(&self.heap, array, Some(elem), None, Vec::new())
    }

    pub(crate) fn structure(&self, parts: &[(&str, &'static RType)]) -> &'static RType {
        let desc = self.compound("main.T", parts);
        let fields = parts.iter().map(|(_, field)| std::ptr::from_ref(*field)).collect();
        rtype(&self.heap, desc, None, None, fields)
    }

    fn compound(&self, name: &str, parts: &[(&str, &'static RType)]) -> TypeDesc {
        let mut all = desc(name, Kind::Struct, 0, 0);
        all.align = 1;
        all.plain_equal = true;
        for (name, part) in parts {
            let part = &part.desc;
            let offset = all.size.next_multiple_of(u64::from(part.align));
            for leaf in &part.leaves {
                all.leaves.push(Leaf {
                    word: all.words + leaf.word,
                    offset: offset as u32 + leaf.offset,
                    kind: leaf.kind,
                });
            }
            all.pointers.extend(part.pointers.iter().map(|at| offset as u32 + at));
            all.fields.push(FieldDesc {
                name: (*name).into(),
                pkg_path: String::new(),
                ty: TypeIdx(0),
                offset,
                word: all.words,
                embedded: false,
                tag: String::new(),
            });
            all.plain_equal &= part.plain_equal && *name != "_" && offset == all.size;
            all.comparable &= part.comparable;
            all.align = all.align.max(part.align);
            all.size = offset + part.size;
            all.words += part.words;
        }
        all.size = all.size.next_multiple_of(u64::from(all.align));
        all.go_size = all.size;
        if all.words > MAX_REG_WORDS {
            all.repr = Repr::Mem;
            all.words = 1;
            all.leaves.clear();
        }
        all
    }
}

fn scalar(heap: &Heap, name: &str, kind: Kind, leaf: LeafKind, size: u64) -> &'static RType {
    let mut scalar = desc(name, kind, size, 1);
    scalar.leaves = vec![Leaf { word: 0, offset: 0, kind: leaf }];
    scalar.plain_equal = !matches!(kind, Kind::Float32 | Kind::Float64);
    rtype(heap, scalar, None, None, Vec::new())
}

fn desc(name: &str, kind: Kind, size: u64, words: u16) -> TypeDesc {
    let repr = TypeRepr { words, size, align: size as u32, ..layout::empty() };
    TypeDesc { string: name.into(), ..TypeDesc::new(kind, &repr) }
}

fn rtype(
    heap: &Heap,
    desc: TypeDesc,
    elem: Option<&'static RType>,
    key: Option<&'static RType>,
    fields: Vec<*const RType>,
) -> &'static RType {
    let layout = if desc.pointers.is_empty() {
        LayoutId::NOSCAN
    } else {
        let repeated = desc.kind == Kind::Array && desc.len > 8;
        let period = if repeated { desc.size / desc.len } else { desc.size };
        let pointers = desc.pointers.clone().into();
        heap.register_layout(LayoutSpec { period: period as u32, pointers })
    };
    let map = key.zip(elem).map(|(key, elem)| MapLayout::new(heap, key, elem));
    Box::leak(Box::new(RType {
        idx: TypeIdx(0),
        plain_equal: desc.plain_equal,
        desc,
        layout,
        elem: elem.map_or(std::ptr::null(), std::ptr::from_ref),
        key: key.map_or(std::ptr::null(), std::ptr::from_ref),
        fields: fields.into(),
        params: Box::new([]),
        results: Box::new([]),
        methods: Box::new([]),
        map,
    }))
}
