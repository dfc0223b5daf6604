//! The heap against a model, under stress, in parallel; slabs.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use crate::{
    AllocCache, Effort, Heap, HeapConfig, LayoutId, LayoutSpec, Marker, Pace, Progress, Roots,
    SlabClass, load_pair, store_pair, store_word,
};

/// Roots that are a list of words.
struct List(Vec<u64>);

impl Roots for List {
    fn parts(&self) -> usize {
        self.0.len().div_ceil(16)
    }

    fn scan(&self, part: usize, marker: &mut dyn Marker) {
        let words = &self.0[part * 16..self.0.len().min(part * 16 + 16)];
        // SAFETY: the slice can be read.
        unsafe { marker.words(words.as_ptr(), words.len()) };
    }
}

/// Miri is some hundred times slower.
const SHORTER: usize = if cfg!(miri) { 20 } else { 1 };

/// A small generator, so that tests are the same each time (xorshift64*).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }
}

fn heap(config: HeapConfig) -> Arc<Heap> {
    Heap::new(config).expect("address space")
}

/// A collection in slices by several threads, while nothing else uses the heap.
fn collect_in_slices(heap: &Heap, workers: usize, roots: &List) {
    heap.request_collection();
    let cycles = heap.cycles();
    while heap.cycles() == cycles {
        thread::scope(|scope| {
            for _ in 0..workers {
                scope.spawn(|| {
                    let mut pace = Pace::default();
                    while heap.work(&mut pace, Effort::All, roots) == Progress::More {}
                });
            }
        });
        heap.stopped(roots).unwrap();
    }
}

fn every_word() -> LayoutId {
    LayoutId::CONSERVATIVE
}

#[test]
fn objects_are_zeroed_aligned_and_apart() {
    let heap = heap(HeapConfig::default());
    let mut cache = heap.alloc_cache();
    let mut seen = Vec::new();
    for size in (1..3000).step_by(SHORTER).chain([32768, 32769, 100_000, 3 << 20]) {
        for layout in [LayoutId::NOSCAN, every_word()] {
            let size =
                if layout == LayoutId::NOSCAN { size } else { usize::next_multiple_of(size, 8) };
            let object = cache.alloc(size, layout);
            assert!(size < 16 || object.addr().is_multiple_of(16));
            assert!(object.addr().is_multiple_of(8));
            // SAFETY: a fresh object of that size.
            let bytes = unsafe { std::slice::from_raw_parts_mut(object, size) };
            assert!(bytes.iter().all(|b| *b == 0));
            bytes.fill(0xff);
            seen.push((object.addr(), size));
        }
    }
    seen.sort_unstable();
    for pair in seen.windows(2) {
        assert!(pair[0].0 + pair[0].1 <= pair[1].0);
    }
    assert_ne!(cache.alloc(0, LayoutId::NOSCAN), std::ptr::null_mut());
    heap.collect(&List(Vec::new())).unwrap();
    heap.verify().unwrap();
}

/// Nodes of random size and layout whose pointers lead to other nodes, kept equal in a model.
struct Model {
    heap: Arc<Heap>,
    cache: AllocCache,
    random: Random,
    layouts: Vec<(LayoutId, LayoutSpec)>,
    roots: Vec<u64>,
    /// Address to size, number, and for each pointer word what it holds.
    nodes: HashMap<u64, Node>,
}

struct Node {
    size: usize,
    stamp: u64,
    links: HashMap<usize, u64>,
}

impl Model {
    fn new(config: HeapConfig, seed: u64) -> Model {
        let heap = heap(config);
        let mut layouts =
            vec![(LayoutId::CONSERVATIVE, LayoutSpec { period: 8, pointers: Box::new([0]) })];
        for (period, pointers) in
            [(16, vec![0]), (24, vec![8]), (48, vec![0, 16, 40]), (4096, vec![8, 4088])]
        {
            let spec = LayoutSpec { period, pointers: pointers.into() };
            let id = heap.register_layout(spec.clone());
            assert_eq!(id, heap.register_layout(spec.clone()));
            layouts.push((id, spec));
        }
        let cache = heap.alloc_cache();
        let roots = vec![0; 40];
        Model { heap, cache, random: Random(seed), layouts, roots, nodes: HashMap::new() }
    }

    fn step(&mut self) {
        let wanted = match self.random.below(100) {
            0 => 40_000 + self.random.below(200_000),
            1..=9 => 1000 + self.random.below(31_000),
            _ => 16 + self.random.below(500),
        };
        let (layout, spec) = self.layouts[self.random.below(self.layouts.len())].clone();
        let noscan = self.random.below(4) == 0;
        let size = wanted.next_multiple_of(8);
        let id = if noscan { LayoutId::NOSCAN } else { layout };
        let object = self.cache.alloc(size, id);
        assert!(!object.is_null());
        let address = object as u64;
        let stamp = self.random.next() | 1;
        // The stamp lies in a word that is no pointer, if there is one.
        let mut links = HashMap::new();
        let is_free = |w: usize| noscan || !spec.pointers.contains(&((w * 8) as u32 % spec.period));
        let first_free = (0..size / 8).find(|w| is_free(*w));
        for word in 0..size / 8 {
            // SAFETY: a word of the new object.
            let slot = unsafe { object.cast::<u64>().add(word) };
            // SAFETY: as above.
            assert_eq!(unsafe { *slot }, 0, "not zeroed");
            if first_free == Some(word) {
                // SAFETY: as above.
                unsafe { *slot = stamp };
            } else if !is_free(word) && self.random.below(3) == 0 {
                let target = self.roots[self.random.below(self.roots.len())];
                if target != 0 {
                    let inside = target + self.random.below(self.nodes[&target].size) as u64;
                    // SAFETY: as above.
                    unsafe { store_word(slot, inside) };
                    links.insert(word, inside);
                }
            }
        }
        let stamp = if first_free.is_none() { 0 } else { stamp };
        assert!(self.nodes.insert(address, Node { size, stamp, links }).is_none(), "reused alive");
        let slot = self.random.below(self.roots.len());
        self.roots[slot] = address;
    }

    fn owner(&self, inside: u64) -> u64 {
        let (object, _) = self.heap.object_of(inside).expect("a live object");
        object as u64
    }

    /// Collects; the model keeps what can be reached, and the heap must have exactly that.
    fn collect(&mut self, workers: usize) {
        let mut alive: HashMap<u64, Node> = HashMap::new();
        let mut todo: Vec<u64> = self.roots.iter().copied().filter(|r| *r != 0).collect();
        while let Some(address) = todo.pop() {
            if let Some(node) = self.nodes.remove(&address) {
                todo.extend(node.links.values().map(|inside| self.owner(*inside)));
                alive.insert(address, node);
            }
        }
        self.nodes = alive;
        collect_in_slices(&self.heap, workers, &List(self.roots.clone()));
        self.heap.verify().unwrap();
        self.check();
    }

    fn check(&self) {
        for (address, node) in &self.nodes {
            let (object, size) = self.heap.object_of(*address).expect("alive");
            assert_eq!(object as u64, *address);
            assert!(size >= node.size);
            for (word, value) in &node.links {
                // SAFETY: the object is alive and has that word.
                assert_eq!(unsafe { *object.cast::<u64>().add(*word) }, *value);
            }
            let words = 0..node.size / 8;
            // SAFETY: as above.
            let found = words.map(|w| unsafe { *object.cast::<u64>().add(w) });
            assert!(node.stamp == 0 || found.into_iter().any(|w| w == node.stamp));
        }
        let bytes: usize = self.nodes.values().map(|n| AllocCache::usable_size(n.size)).sum();
        let sized: usize =
            self.nodes.keys().map(|a| self.heap.object_of(*a).expect("alive").1).sum();
        assert_eq!(bytes, sized);
        self.heap.sweep_all();
        assert_eq!(self.heap.stats().heap_objects as usize, self.nodes.len());
        assert_eq!(self.heap.stats().alloc as usize, sized);
    }
}

#[test]
fn heap_agrees_with_a_model() {
    for seed in 1..4 {
        let config = HeapConfig { poison: seed % 2 == 0, ..HeapConfig::default() };
        let mut model = Model::new(config, seed * 77);
        for _ in 0..8 {
            for _ in 0..300 / SHORTER {
                model.step();
            }
            model.collect(1 + seed as usize % 3);
        }
    }
}

/// Words that are roots as they are now, one a part, through the barrier like package variables.
struct Variables([std::sync::atomic::AtomicU64; 40]);

impl Variables {
    fn slot(&self, at: usize) -> *mut u64 {
        self.0[at].as_ptr()
    }
}

impl Roots for Variables {
    fn parts(&self) -> usize {
        self.0.len()
    }

    fn scan(&self, part: usize, marker: &mut dyn Marker) {
        marker.word(self.0[part].load(Ordering::Relaxed));
    }

    fn check(&self, marker: &mut dyn Marker) {
        self.0.iter().for_each(|word| marker.word(word.load(Ordering::Relaxed)));
    }
}

/// Lists that hang on variables, whose tails wander from one to the other while the heap marks in
/// tiny slices: each node is moved out of what is not yet scanned into what is.
fn wander(store: unsafe fn(*mut u64, u64)) -> Result<(), String> {
    let config = HeapConfig { stress: 7, poison: true, verify: true, ..HeapConfig::default() };
    let heap = heap(config);
    let mut cache = heap.alloc_cache();
    let variables = Variables(std::array::from_fn(|_| 0.into()));
    let mut random = Random(3);
    let mut pace = Pace::default();
    for _ in 0..30_000 / SHORTER {
        let (from, to) = (random.below(40), random.below(40));
        cache.enter();
        // SAFETY: nodes are two words, the first one leads to the next node.
        unsafe {
            let node = cache.alloc(32, every_word()).cast::<u64>();
            *node.add(1) = 77;
            crate::init_word(node, *variables.slot(from));
            store(variables.slot(from), node as u64);
            for _ in 0..random.below(30) {
                if *variables.slot(from) == 0 {
                    break;
                }
                let moved = *variables.slot(from) as *mut u64;
                assert_eq!(*moved.add(1), 77, "freed alive");
                let next = *moved;
                store(moved, *variables.slot(to));
                store(variables.slot(to), moved as u64);
                if from != to {
                    store(variables.slot(from), next);
                }
            }
            if random.below(20) == 0 {
                store(variables.slot(to), 0);
            }
        }
        if heap.work(&mut pace, Effort::Share, &variables) == Progress::Stop {
            heap.stopped(&variables)?;
        }
    }
    assert!(heap.cycles() > 20 / SHORTER as u32);
    Ok(())
}

#[test]
fn what_moves_while_the_heap_marks_is_not_missed() {
    wander(store_word).unwrap();
}

/// The same without the barrier: the check after marking must see it.
#[test]
fn the_check_finds_what_a_store_without_barrier_hides() {
    let error = wander(crate::init_word).unwrap_err();
    assert!(error.contains("marking missed"), "{error}");
}

#[test]
fn stress_requests_collections() {
    let config = HeapConfig { stress: 3, poison: true, ..HeapConfig::default() };
    let mut model = Model::new(config, 5);
    for _ in 0..500 / SHORTER {
        model.step();
        if model.heap.collection_requested() {
            model.collect(1);
        }
    }
    assert!(model.heap.cycles() > 30 / SHORTER as u32);
}

#[test]
#[cfg(not(miri))]
fn pacer_follows_the_live_heap() {
    let heap = heap(HeapConfig::default());
    let mut cache = heap.alloc_cache();
    let mut allocated = 0;
    while !heap.collection_requested() {
        cache.alloc(1024, LayoutId::NOSCAN);
        allocated += 1024;
    }
    // Marking begins when three quarters of the growth are used up.
    assert!((2_900_000..=5 << 20).contains(&allocated), "{allocated}");
    let before = cache.stats();
    assert_eq!(before.mallocs, allocated / 1024);
    heap.collect(&List(Vec::new())).unwrap();
    assert!(!heap.collection_requested());
    assert_eq!(heap.set_gogc(None), Some(100));
    for _ in 0..20_000 {
        cache.alloc(1024, LayoutId::NOSCAN);
    }
    assert!(!heap.collection_requested());
    assert_eq!(heap.set_gogc(Some(50)), None);
    // Garbage is reused: the heap does not grow from cycle to cycle.
    for _ in 0..20 {
        heap.collect(&List(Vec::new())).unwrap();
        for _ in 0..10_000 {
            cache.alloc(1024, LayoutId::NOSCAN);
        }
    }
    assert!(heap.stats().heap_sys < 64 << 20);
    heap.collect(&List(Vec::new())).unwrap();
    heap.release_memory();
    assert_eq!(heap.stats().heap_inuse, 0);
    assert_eq!(heap.stats().heap_released + 8192, heap.stats().heap_sys);
}

#[test]
#[cfg(not(miri))]
fn the_memory_limit_holds() {
    let heap = heap(HeapConfig { memory_limit: 16 << 20, ..HeapConfig::default() });
    let mut cache = heap.alloc_cache();
    let mut count = 0;
    let mut last = std::ptr::null_mut::<u64>();
    loop {
        let object = cache.alloc(1000, every_word()).cast::<u64>();
        if object.is_null() {
            break;
        }
        // SAFETY: a fresh object.
        unsafe { *object = last as u64 };
        last = object;
        count += 1;
    }
    assert!((14 << 10..17 << 10).contains(&count), "{count}");
    assert!(heap.collection_requested());
    assert!(cache.alloc(20 << 20, LayoutId::NOSCAN).is_null());
    assert!(cache.alloc_array(LayoutId::NOSCAN, usize::MAX / 2, 3).is_null());
    heap.collect(&List(vec![last as u64])).unwrap();
    assert!(cache.alloc(4 << 20, LayoutId::NOSCAN).is_null());
    heap.collect(&List(Vec::new())).unwrap();
    assert!(!cache.alloc(4 << 20, LayoutId::NOSCAN).is_null());
    assert!(heap.slab_cache().alloc(SlabClass::of(15 << 20)).is_null());
    // What lies outside counts, too.
    assert!(!heap.charge_outside(13 << 20));
    assert!(heap.charge_outside(8 << 20));
    assert!(cache.alloc(6 << 20, LayoutId::NOSCAN).is_null());
}

/// A list of a million nodes, which no recursion survives, marked by two workers.
#[test]
#[cfg(not(miri))]
fn deep_lists_and_wide_arrays_are_marked() {
    let heap = heap(HeapConfig::default());
    let mut cache = heap.alloc_cache();
    let node = heap.register_layout(LayoutSpec { period: 16, pointers: Box::new([0]) });
    let mut head = 0u64;
    for _ in 0..1_000_000 {
        let object = cache.alloc(16, node).cast::<u64>();
        // SAFETY: a fresh object of two words.
        unsafe { store_word(object, head) };
        head = object as u64;
    }
    let wide = cache.alloc_array(node, 16, 300_000).cast::<u64>();
    for at in 0..300_000 {
        let leaf = cache.alloc(24, LayoutId::NOSCAN);
        // SAFETY: element `at` of the array.
        unsafe { store_word(wide.add(at * 2), leaf as u64) };
    }
    let roots = List(vec![head, wide as u64 + 1000]);
    collect_in_slices(&heap, 2, &roots);
    heap.sweep_all();
    assert_eq!(heap.stats().heap_objects, 1_300_001);
    heap.collect(&List(vec![head])).unwrap();
    heap.sweep_all();
    assert_eq!(heap.stats().heap_objects, 1_000_000);
}

#[test]
fn workers_allocate_in_parallel() {
    let heap = heap(HeapConfig { poison: true, ..HeapConfig::default() });
    let stopped = std::sync::Barrier::new(3);
    let kept = Mutex::new(Vec::new());
    let checked = AtomicUsize::new(0);
    thread::scope(|scope| {
        for worker in 0..3 {
            let (heap, stopped, kept, checked) = (&heap, &stopped, &kept, &checked);
            scope.spawn(move || {
                let mut cache = heap.alloc_cache();
                let mut random = Random(worker as u64 + 9);
                for _ in 0..10 {
                    let mut mine = Vec::new();
                    for _ in 0..20_000 / SHORTER / SHORTER {
                        let size = 8 * (1 + random.below(64));
                        let object = cache.alloc(size, every_word());
                        // SAFETY: a fresh object.
                        unsafe { object.write_bytes(worker as u8 + 1, size) };
                        if random.below(50) == 0 {
                            mine.push((object as u64, size));
                        }
                    }
                    kept.lock().unwrap().extend(mine.iter().map(|(object, _)| *object));
                    if stopped.wait().is_leader() {
                        let roots = List(kept.lock().unwrap().clone());
                        collect_in_slices(heap, 3, &roots);
                    }
                    stopped.wait();
                    for (object, size) in mine {
                        // SAFETY: alive and of that size.
                        let bytes =
                            unsafe { std::slice::from_raw_parts(object as *const u8, size) };
                        assert!(bytes.iter().all(|b| *b == worker as u8 + 1));
                        checked.fetch_add(1, Ordering::Relaxed);
                    }
                    if stopped.wait().is_leader() {
                        kept.lock().unwrap().clear();
                    }
                    stopped.wait();
                }
            });
        }
    });
    assert!(checked.load(Ordering::Relaxed) > 5000 / SHORTER / SHORTER);
    heap.verify().unwrap();
}

#[test]
fn pairs_keep_both_words() {
    #[repr(align(16))]
    struct Slot([u64; 2]);
    let mut slot = Slot([1, 2]);
    // SAFETY: an aligned local.
    unsafe {
        assert_eq!(load_pair(slot.0.as_ptr()), [1, 2]);
        store_pair(slot.0.as_mut_ptr(), [3, 4]);
    }
    assert_eq!(slot.0, [3, 4]);
}

#[test]
fn slabs_recycle_and_shrink() {
    let heap = heap(HeapConfig::default());
    let mut cache = heap.slab_cache();
    let mut other = heap.slab_cache();
    let mut blocks = Vec::new();
    for class in 0..42_u8 {
        for at in 0..(3000 / SHORTER) >> (class.saturating_sub(25) / 2 + 2).min(10) {
            let class = SlabClass(class);
            let block = cache.alloc(class);
            assert!(!block.is_null() && block.addr().is_multiple_of(8));
            // SAFETY: a block of that size.
            unsafe { block.write_bytes(at as u8, class.size()) };
            blocks.push((block, class));
        }
    }
    let mut ranges: Vec<_> = blocks.iter().map(|(b, c)| (b.addr(), c.size())).collect();
    ranges.sort_unstable();
    assert!(ranges.windows(2).all(|w| w[0].0 + w[0].1 <= w[1].0));
    let mapped = heap.stats().slab_inuse;
    for (block, class) in blocks.drain(..) {
        // SAFETY: allocated above, freed once, by another worker.
        unsafe { other.free(block, class) };
    }
    other.flush();
    for _ in 0..3000 {
        blocks.push((cache.alloc(SlabClass(0)), SlabClass(0)));
    }
    assert!(heap.stats().slab_inuse <= mapped);
    cache.flush();
    heap.release_memory();
    let held = heap.stats().slab_inuse;
    assert!(held < 1 << 20, "{held}");
    for (block, class) in blocks {
        // SAFETY: allocated above, freed once.
        unsafe { other.free(block, class) };
    }
    cache.flush();
    other.flush();
    heap.release_memory();
    assert_eq!(heap.stats().slab_inuse, 0);
    assert_eq!(SlabClass::of(1).size(), 64);
    assert_eq!(SlabClass::of(65).size(), 72);
    assert_eq!(SlabClass::of(257).size(), 384);
    assert_eq!(SlabClass::of(64 << 10).size(), 64 << 10);
    assert_eq!(SlabClass::of(385).size(), 512);
    for size in 1..100_000 {
        let class = SlabClass::of(size);
        assert!(class.size() >= size && (class.0 == 0 || SlabClass(class.0 - 1).size() < size));
    }
}
