//! Maps against a model; iteration under mutation; keys of all kinds.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use gol_bytecode::{Kind, LeafKind};
use gol_heap::HeapConfig;

use super::*;
use crate::iface;
use crate::mem::testing::{Types, Words, cache, cache_with};

struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
}

/// A map from one word to another and the little that tests need of it.
struct Ints {
    cache: AllocCache,
    rtype: &'static RType,
    map: u64,
}

impl Ints {
    fn new(config: HeapConfig) -> Ints {
        let mut cache = cache_with(config);
        let types = Types::new(&cache);
        let rtype = types.map(types.int(), types.int());
        let map = make(&mut cache, rtype, 0, 99).unwrap();
        Ints { cache, rtype, map }
    }

    fn get(&self, key: u64) -> Option<u64> {
        // SAFETY: a map of words.
        unsafe { get(self.rtype, self.map, &raw const key).unwrap().map(|e| *e.cast::<u64>()) }
    }

    fn set(&mut self, key: u64, value: u64) {
        let (key, value) = (&raw const key, &raw const value);
        // SAFETY: as above.
        unsafe { set(&mut self.cache, self.rtype, self.map, key, value) }.unwrap();
    }

    fn delete(&self, key: u64) {
        // SAFETY: as above.
        unsafe { delete(self.rtype, self.map, &raw const key) }.unwrap();
    }

    fn range(&self, random: u64) -> Range {
        let mut words = [0; 8];
        // SAFETY: eight words.
        unsafe { iter_init(self.map, random, words.as_mut_ptr()) };
        Range(words)
    }

    fn next(&self, range: &mut Range) -> Option<(u64, u64)> {
        let (mut key, mut value) = (0, 0);
        let (words, k, v) = (range.0.as_mut_ptr(), &raw mut key, &raw mut value);
        // SAFETY: as above.
        unsafe { iter_next(self.rtype, words, k, v) }.unwrap().then_some((key, value))
    }

    fn all(&self, random: u64) -> Vec<(u64, u64)> {
        let mut range = self.range(random);
        std::iter::from_fn(|| self.next(&mut range)).collect()
    }
}

struct Range([u64; 8]);

#[test]
fn maps_agree_with_a_model() {
    for seed in 1..5u64 {
        let mut ints = Ints::new(HeapConfig { poison: true, ..HeapConfig::default() });
        let mut random = Random(seed * 7919);
        let mut model = BTreeMap::new();
        let keys = [5, 30, 1000, 20_000][seed as usize - 1];
        for step in 0..30_000u64 {
            let key = random.next() % keys;
            match random.next() % 8 {
                0..4 => {
                    ints.set(key, step);
                    model.insert(key, step);
                }
                4..7 => {
                    ints.delete(key);
                    model.remove(&key);
                }
                _ => assert_eq!(ints.get(key), model.get(&key).copied()),
            }
            if step % 3000 == 2999 {
                ints.cache.heap().collect(&Words(&[ints.map])).unwrap();
            }
            if step % 10_007 == 5000 {
                clear(ints.rtype, ints.map).unwrap();
                model.clear();
            }
            assert_eq!(len(ints.map), model.len() as u64);
        }
        let mut all = ints.all(random.next());
        all.sort_unstable();
        assert_eq!(all, model.into_iter().collect::<Vec<_>>());
    }
}

#[test]
fn iteration_starts_anywhere_and_comes_around() {
    let mut ints = Ints::new(HeapConfig::default());
    for key in 0..20 {
        ints.set(key, key * 2);
    }
    let mut random = Random(5);
    let starts: BTreeSet<u64> = (0..200).map(|_| ints.all(random.next())[0].0).collect();
    assert_eq!(starts.len(), 20);
    let all: BTreeSet<_> = ints.all(random.next()).into_iter().collect();
    assert_eq!(all, (0..20).map(|key| (key, key * 2)).collect());
}

#[test]
fn mutation_while_ranging_is_as_the_language_says() {
    for seed in 1..60u64 {
        let mut ints = Ints::new(HeapConfig { poison: true, ..HeapConfig::default() });
        let mut random = Random(seed * 31);
        let size = 1 + random.next() % 100;
        for key in 0..size {
            ints.set(key, key);
        }
        let mut range = ints.range(random.next());
        let mut seen = BTreeSet::new();
        let mut deleted = BTreeSet::new();
        let mut added = 1000;
        while let Some((key, value)) = ints.next(&mut range) {
            assert_eq!(key, value);
            assert!(seen.insert(key), "{key} twice");
            assert!(!deleted.contains(&key), "{key} was deleted");
            if random.next().is_multiple_of(2) {
                let gone = random.next() % size;
                ints.delete(gone);
                deleted.insert(gone);
            }
            if seen.len() < 150 {
                for _ in 0..random.next() % 4 {
                    ints.set(added, added);
                    added += 1;
                }
            }
            let roots: Vec<u64> = range.0.into_iter().chain([ints.map]).collect();
            if random.next().is_multiple_of(8) {
                ints.cache.heap().collect(&Words(&roots)).unwrap();
            }
        }
        for key in (0..size).filter(|key| !deleted.contains(key)) {
            assert!(seen.contains(&key), "{key} missing");
        }
        let mut range = ints.range(0);
        if ints.next(&mut range).is_some() {
            clear(ints.rtype, ints.map).unwrap();
            ints.set(1, 1);
            assert_eq!(ints.next(&mut range), None);
        }
    }
}

#[test]
fn string_keys_are_found_by_their_bytes() {
    let mut cache = cache();
    let types = Types::new(&cache);
    let rtype = types.map(types.string(), types.string());
    let map = make(&mut cache, rtype, 100, 3).unwrap();
    let texts: Vec<String> = (0..5000).map(|n| format!("key {}", n * n)).collect();
    let copies = texts.clone();
    let words = |text: &String| [text.as_ptr() as u64, text.len() as u64];
    for text in &texts {
        // SAFETY: a map of strings.
        unsafe {
            set(&mut cache, rtype, map, words(text).as_ptr(), words(text).as_ptr()).unwrap();
        }
    }
    assert_eq!(len(map), 5000);
    for (text, copy) in texts.iter().zip(&copies) {
        // SAFETY: as above.
        let found = unsafe { get(rtype, map, words(copy).as_ptr()).unwrap().expect("there") };
        // SAFETY: as above.
        assert_eq!(unsafe { gol_heap::load_pair(found.cast()) }, words(text));
    }
    let absent = "key 2".to_string();
    // SAFETY: as above.
    assert_eq!(unsafe { get(rtype, map, words(&absent).as_ptr()) }, Ok(None));
}

#[test]
fn narrow_keys_and_no_elements() {
    let mut cache = cache();
    let types = Types::new(&cache);
    let int8 = types.scalar("int8", Kind::Int8, LeafKind::I8, 1);
    let int32 = types.scalar("int32", Kind::Int32, LeafKind::I32, 4);
    let empty = types.structure(&[]);
    for (key, count) in [(int8, 256), (int32, 3000)] {
        let rtype = types.map(key, empty);
        let map = make(&mut cache, rtype, 0, 3).unwrap();
        for value in 0..count {
            let key = (value - 128i64) as u64;
            // SAFETY: a map of such keys.
            unsafe {
                set(&mut cache, rtype, map, &raw const key, std::ptr::null()).unwrap();
                set(&mut cache, rtype, map, &raw const key, std::ptr::null()).unwrap();
            }
        }
        assert_eq!(len(map), count as u64);
        let mut words = [0; 8];
        let mut sum = 0;
        let mut key = 0u64;
        // SAFETY: as above.
        unsafe {
            iter_init(map, 77, words.as_mut_ptr());
            while iter_next(rtype, words.as_mut_ptr(), &raw mut key, std::ptr::null_mut()).unwrap()
            {
                sum += key as i64;
            }
        }
        assert_eq!(sum, (0..count).map(|v| v - 128).sum());
    }
}

#[test]
fn keys_of_any_type() {
    let mut cache = cache();
    let types = Types::new(&cache);
    let rtype = types.map(types.any(), types.int());
    let map = make(&mut cache, rtype, 0, 3).unwrap();
    let int = iface::type_word(types.int());
    let float = iface::type_word(types.float64());
    let put = |cache: &mut AllocCache, key: [u64; 2], value: u64| {
        // SAFETY: a map of interfaces.
        unsafe { set(cache, rtype, map, key.as_ptr(), &raw const value) }
    };
    // SAFETY: as above.
    let at = |key: [u64; 2]| unsafe { get(rtype, map, key.as_ptr()) };
    for value in 0..100 {
        put(&mut cache, [int, value], value).unwrap();
        put(&mut cache, [float, (value as f64).to_bits()], value + 1000).unwrap();
        put(&mut cache, [float, f64::NAN.to_bits()], value).unwrap();
    }
    assert_eq!(len(map), 300);
    // SAFETY: elements are words.
    let word = |elem: Option<*mut u8>| elem.map(|e| unsafe { *e.cast::<u64>() });
    assert_eq!(at([int, 50]).map(word), Ok(Some(50)));
    assert_eq!(at([float, 50f64.to_bits()]).map(word), Ok(Some(1050)));
    assert_eq!(at([float, (-0f64).to_bits()]).map(word), Ok(Some(1000)));
    assert_eq!(at([float, f64::NAN.to_bits()]), Ok(None));
    let slice = [iface::type_word(types.slice_of_int()), 0];
    let refused = |fault: Fault| format!("{fault:?}").contains("hash of unhashable type");
    assert!(put(&mut cache, slice, 1).is_err_and(refused));
    assert!(at(slice).is_err_and(refused));
    // SAFETY: as above; nil maps.
    unsafe {
        assert!(get(rtype, 0, slice.as_ptr()).is_err_and(refused));
        assert!(delete(rtype, 0, slice.as_ptr()).is_err_and(refused));
        assert_eq!(get(rtype, 0, [int, 1].as_ptr()), Ok(None));
        let nil = set(&mut cache, rtype, 0, [int, 1].as_ptr(), [1].as_ptr());
        assert_eq!(nil, Err(Fault::Plain("assignment to entry in nil map")));
    }
    assert_eq!((len(0), clear(rtype, 0)), (0, Ok(())));
}

/// NaNs come in a range once each, also when the map grows meanwhile.
#[test]
fn nan_keys_are_ranged_over() {
    let mut cache = cache();
    let types = Types::new(&cache);
    let rtype = types.map(types.float64(), types.int());
    let map = make(&mut cache, rtype, 0, 3).unwrap();
    let mut put = |key: f64, value: u64| {
        let key = key.to_bits();
        // SAFETY: a map from floats to words.
        unsafe { set(&mut cache, rtype, map, &raw const key, &raw const value) }.unwrap();
    };
    for value in 0..30 {
        put(f64::NAN, value);
    }
    let mut words = [0; 8];
    let mut seen = HashMap::<u64, u32>::new();
    let mut value = 0;
    // SAFETY: eight words, a map of that type.
    unsafe {
        iter_init(map, 12345, words.as_mut_ptr());
        while iter_next(rtype, words.as_mut_ptr(), std::ptr::null_mut(), &raw mut value).unwrap() {
            *seen.entry(value).or_default() += 1;
            if seen.len() == 10 {
                (100..200).for_each(|value| put(value as f64, value));
            }
        }
    }
    assert!((0..30).all(|value| seen[&value] == 1));
}

#[test]
fn keys_in_memory() {
    let mut cache = cache();
    let types = Types::new(&cache);
    let wide = types.array(types.int(), 12);
    let mixed = types.structure(&[("a", types.string()), ("b", types.int())]);
    let rtype = types.map(wide, mixed);
    let map = make(&mut cache, rtype, 0, 3).unwrap();
    let key = cache.alloc(96, wide.layout) as u64;
    for value in 0..200u64 {
        // SAFETY: a map of such keys.
        unsafe {
            (key as *mut u64).add(11).write(value);
            let regs = [0x1000, value, value];
            set(&mut cache, rtype, map, &raw const key, regs.as_ptr()).unwrap();
        }
    }
    assert_eq!(len(map), 200);
    // SAFETY: as above.
    unsafe {
        (key as *mut u64).add(11).write(150);
        let mut regs = [0; 3];
        let elem = get(rtype, map, &raw const key).unwrap().expect("there");
        mem::load_regs(mixed, elem, regs.as_mut_ptr());
        assert_eq!(regs, [0x1000, 150, 150]);
        delete(rtype, map, &raw const key).unwrap();
        assert_eq!(get(rtype, map, &raw const key), Ok(None));
    }
}

#[test]
fn racing_uses_are_noticed() {
    let mut ints = Ints::new(HeapConfig::default());
    ints.set(1, 1);
    let mut range = ints.range(0);
    Header::of(ints.map).unwrap().flags.store(WRITING, Relaxed);
    let fatal = |text: &'static str| Fault::Fatal(text.into());
    let key = 1;
    // SAFETY: a map of words.
    unsafe {
        assert_eq!(
            get(ints.rtype, ints.map, &raw const key),
            Err(fatal("concurrent map read and map write"))
        );
        assert_eq!(
            delete(ints.rtype, ints.map, &raw const key),
            Err(fatal("concurrent map writes"))
        );
        let words = range.0.as_mut_ptr();
        let null = std::ptr::null_mut();
        assert_eq!(
            iter_next(ints.rtype, words, null, null),
            Err(fatal("concurrent map iteration and map write"))
        );
    }
}

/// Several threads use one map without any lock: faults may come, corruption may not.
#[test]
fn racing_writers_leave_memory_whole() {
    let ints = Ints::new(HeapConfig::default());
    let heap = std::sync::Arc::clone(ints.cache.heap());
    let (rtype, map) = (ints.rtype, ints.map);
    std::thread::scope(|scope| {
        for thread in 1..4u64 {
            let mut cache = heap.alloc_cache();
            scope.spawn(move || {
                let mut random = Random(thread);
                for _ in 0..20_000 {
                    let key = random.next() % 5000;
                    let key = &raw const key;
                    // SAFETY: a map of words; results do not matter.
                    unsafe {
                        let _ = set(&mut cache, rtype, map, key, key);
                        let _ = get(rtype, map, key);
                        if random.next().is_multiple_of(4) {
                            let _ = delete(rtype, map, key);
                        }
                    }
                }
            });
        }
    });
    let mut ints = ints;
    Header::of(map).unwrap().flags.store(0, Relaxed);
    for key in 0..5000 {
        ints.set(key, key);
        assert_eq!(ints.get(key), Some(key));
    }
    heap.verify().unwrap();
}
