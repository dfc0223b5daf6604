//! What belongs to single objects beside their memory: finalizers, cleanups, weak pointers.
//!
//! - A **finalizer** runs with the object, which is kept once more for it, as is all that the object
//!   leads to: of objects that lead to each other, the first one's runs first. Objects that lead to
//!   themselves are never finalized.
//! - A **cleanup** runs when the object is gone.
//! - A **weak pointer** is a small object without pointers that holds the address, as long as the
//!   object lives; there is one for each address, so that weak pointers can be compared.
//!
//! All that these records hold themselves is scanned as one part of the roots; an object with a
//! finalizer is scanned there without being marked. When marking is over, records of objects that
//! were not marked become [`Job`]s, and weak pointers to them become null. Who takes an address out
//! of here while the heap marks shows it to the marker ([`AllocCache`] is one), because nothing else
//! leads to it.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};

use crate::central::lock;
use crate::mark::MarkWorker;
use crate::{AllocCache, Heap, LayoutId, Marker, init_word, load_word};

/// A call that is due, in the terms of whoever asked for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Job {
    /// The function value to call.
    pub closure: u64,
    /// A finalizer's argument; 0 for a cleanup.
    pub object: u64,
    /// What the caller gave with a finalizer.
    pub tag: u64,
}

/// What belongs to one object.
#[derive(Debug, Default)]
struct Special {
    finalizer: Option<Job>,
    /// By number.
    cleanups: Vec<(u64, u64)>,
    /// Addresses in the object, and the weak pointers to them.
    weak: Vec<(u64, u64)>,
}

impl Special {
    fn is_empty(&self) -> bool {
        self.finalizer.is_none() && self.cleanups.is_empty() && self.weak.is_empty()
    }
}

/// All of them.
#[derive(Debug, Default)]
pub(crate) struct Specials {
    /// By the object's first address; 0 for what lies in no object and lives for ever.
    objects: HashMap<u64, Special>,
    jobs: VecDeque<Job>,
    /// The function value that runs jobs.
    runner: u64,
    last_cleanup: u64,
}

/// Whether there is anything to do for the collector.
#[derive(Debug, Default)]
pub(crate) struct SpecialFlags {
    any: AtomicBool,
    /// Jobs have come, and nobody was told.
    fresh: AtomicBool,
}

impl Heap {
    /// Sets a finalizer on the object that `object` leads to, unless it has one; whether it did.
    /// Objects outside of the heap live for ever.
    pub fn set_finalizer(&self, object: u64, closure: u64, tag: u64) -> bool {
        let base = self.base_of(object);
        let mut specials = self.specials();
        let special = specials.objects.entry(base).or_default();
        if base == 0 {
            return true;
        }
        let is_new = special.finalizer.is_none();
        special.finalizer.get_or_insert(Job { closure, object, tag });
        is_new
    }

    pub fn remove_finalizer(&self, object: u64) {
        let base = self.base_of(object);
        let mut specials = self.specials();
        if let Some(special) = specials.objects.get_mut(&base) {
            special.finalizer = None;
            if special.is_empty() {
                specials.objects.remove(&base);
            }
        }
    }

    /// Calls `closure` when the object is gone; the number to cancel it by.
    pub fn add_cleanup(&self, object: u64, closure: u64) -> u64 {
        let base = self.base_of(object);
        let mut specials = self.specials();
        specials.last_cleanup += 1;
        let number = specials.last_cleanup;
        if base != 0 {
            specials.objects.entry(base).or_default().cleanups.push((number, closure));
        }
        number
    }

    pub fn cancel_cleanup(&self, object: u64, number: u64) {
        let base = self.base_of(object);
        if let Some(special) = self.specials().objects.get_mut(&base) {
            special.cleanups.retain(|(have, _)| *have != number);
        }
    }

    /// The function value to be called when there are jobs.
    pub fn set_runner(&self, closure: u64) {
        self.specials().runner = closure;
    }

    /// The runner, if jobs have come since the last call.
    pub fn runner_wanted(&self) -> Option<u64> {
        let fresh = self.special_flags.fresh.swap(false, Ordering::AcqRel);
        fresh.then(|| lock(&self.specials).runner).filter(|runner| *runner != 0)
    }

    /// Whether an address leads into the heap, and to the first address of an object there.
    pub fn place_of(&self, address: u64) -> Option<bool> {
        self.object_of(address).map(|(object, _)| object as u64 == address)
    }

    fn base_of(&self, address: u64) -> u64 {
        self.object_of(address).map_or(0, |(object, _)| object as u64)
    }

    fn specials(&self) -> std::sync::MutexGuard<'_, Specials> {
        self.special_flags.any.store(true, Ordering::Relaxed);
        lock(&self.specials)
    }

    /// A part of the roots: shows what the records hold, and what objects with finalizers lead to.
    pub(crate) fn scan_specials(&self, worker: &mut MarkWorker<'_>) {
        if !self.special_flags.any.load(Ordering::Relaxed) {
            return;
        }
        let specials = lock(&self.specials);
        worker.word(specials.runner);
        for job in &specials.jobs {
            worker.word(job.closure);
            worker.word(job.object);
        }
        for (base, special) in &specials.objects {
            for (_, closure) in &special.cleanups {
                worker.word(*closure);
            }
            for (_, handle) in &special.weak {
                worker.word(*handle);
            }
            if let Some(finalizer) = &special.finalizer {
                worker.word(finalizer.closure);
                worker.contents(*base);
            }
        }
    }

    /// Marking is over and the world stands still: looks whose objects were not marked.
    pub(crate) fn settle_specials(&self) {
        if !self.special_flags.any.load(Ordering::Relaxed) {
            return;
        }
        let mut specials = lock(&self.specials);
        let Specials { objects, jobs, .. } = &mut *specials;
        let before = jobs.len();
        objects.retain(|base, special| {
            if *base == 0 || self.is_marked(*base) {
                return true;
            }
            for (_, handle) in special.weak.drain(..) {
                // SAFETY: weak pointers are objects of 16 bytes, marked as roots.
                unsafe { init_word(handle as *mut u64, 0) };
            }
            if let Some(finalizer) = special.finalizer.take() {
                // It lives for this once; what it leads to is marked.
                self.mark_alone(*base);
                jobs.push_back(finalizer);
                return !special.is_empty();
            }
            let job = |(_, closure)| Job { closure, object: 0, tag: 0 };
            jobs.extend(special.cleanups.drain(..).map(job));
            false
        });
        if jobs.len() > before {
            self.special_flags.fresh.store(true, Ordering::Release);
        }
    }
}

impl AllocCache {
    /// The next call that is due.
    pub fn next_job(&mut self) -> Option<Job> {
        let job = lock(&self.heap().specials).jobs.pop_front()?;
        self.keep(job.closure);
        self.keep(job.object);
        Some(job)
    }

    /// The weak pointer to an address; 0 if there is no memory.
    pub fn weak_pointer(&mut self, address: u64) -> u64 {
        let heap = std::sync::Arc::clone(self.heap());
        let base = heap.base_of(address);
        let mut specials = heap.specials();
        let known = &mut specials.objects.entry(base).or_default().weak;
        if let Some((_, handle)) = known.iter().find(|(have, _)| *have == address) {
            let handle = *handle;
            self.keep(handle);
            return handle;
        }
        let handle = self.alloc(16, LayoutId::NOSCAN).cast::<u64>();
        if !handle.is_null() {
            // SAFETY: a new object of two words.
            unsafe { init_word(handle, address) };
            known.push((address, handle as u64));
        }
        handle as u64
    }

    /// What a weak pointer leads to, 0 if that is gone.
    pub fn weak_target(&mut self, handle: u64) -> u64 {
        // SAFETY: weak pointers are objects of two words. The world does not stop in between, so
        // what is read is alive, and marked if that is necessary.
        let address = unsafe { load_word(handle as *const u64) };
        self.keep(address);
        address
    }

    /// A word comes into the program's hands that nothing marked may lead to.
    fn keep(&mut self, word: u64) {
        if self.heap().is_marking() {
            self.word(word);
        }
    }
}
