//! Timers: a heap by deadline, with one lock for all workers.
//!
//! The heap is 4-ary (shallower than a binary one, and four children share a cache line or two).
//! Each timer has a slot that knows its place in the heap, so stopping removes it at once: a
//! program that starts and stops a timeout for each request keeps no garbage. Equal deadlines fire
//! in the order in which they were started. A timer takes 48 bytes here: programs have a hundred
//! thousand of them.
//!
//! [`Timers::next`] is the earliest deadline, for a look without the lock. It is written under the
//! lock; a worker that reads an old value is corrected by [`Timers::start`]'s answer, which tells
//! the starter that a sleeping worker has to set its alarm anew.

use rustc_hash::FxHashMap;

use crate::g::GRef;
use crate::sync::{AtomicI64, Mutex, Ordering, lock};

/// A started timer. Never used twice; 0 is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct TimerId(pub u64);

/// What a timer carries to [`Machine::fire`](crate::Machine::fire). The words are roots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimerPayload {
    /// For the machine: what kind of timer it is.
    pub kind: u32,
    pub words: [u64; 2],
}

/// What happens at the deadline.
#[derive(Debug)]
pub enum Action<C> {
    /// A sleeping goroutine becomes runnable.
    Ready(GRef<C>),
    /// The machine is told.
    Fire(TimerPayload),
}

impl<C> Clone for Action<C> {
    fn clone(&self) -> Action<C> {
        *self
    }
}
impl<C> Copy for Action<C> {}

/// The deadline that means that there is none.
pub const NEVER: i64 = i64::MAX;

/// Timers of one clock: the scheduler's, or one that somebody else keeps.
pub struct Timers<C> {
    heap: Mutex<TimerHeap<C>>,
    /// The earliest deadline or [`NEVER`].
    next: AtomicI64,
    /// Held while due timers are fired, so that they do so in their order.
    pub(crate) firing: Mutex<()>,
}

impl<C> Timers<C> {
    pub(crate) fn new() -> Timers<C> {
        Timers::with_generation(0)
    }

    /// Timers whose ids differ from those of others for a long time, if their generations are far
    /// apart. `first` is even.
    pub fn with_generation(first: u32) -> Timers<C> {
        let heap = TimerHeap {
            entries: Vec::new(),
            slots: Vec::new(),
            periods: FxHashMap::default(),
            free: NONE,
            seq: 0,
            first_generation: first & !1,
        };
        Timers { heap: Mutex::new(heap), next: AtomicI64::new(NEVER), firing: Mutex::new(()) }
    }

    /// The earliest deadline or [`NEVER`].
    #[inline]
    pub fn next(&self) -> i64 {
        self.next.load(Ordering::Relaxed)
    }

    /// As [`next`](Timers::next), ordered with the stores of others: partner of those in `start`
    /// and `stop`.
    pub(crate) fn next_exact(&self) -> i64 {
        self.next.load(Ordering::SeqCst)
    }

    /// Starts a timer. The second value says whether it is now the earliest.
    pub fn start(&self, when: i64, period: i64, action: Action<C>) -> (TimerId, bool) {
        let mut heap = lock(&self.heap);
        let id = heap.insert(when.min(NEVER - 1), period, action);
        let first = heap.entries[0].when;
        let earlier = first < self.next.load(Ordering::Relaxed);
        self.next.store(first, Ordering::SeqCst);
        (id, earlier)
    }

    /// Whether the timer was there.
    pub fn stop(&self, id: TimerId) -> bool {
        let mut heap = lock(&self.heap);
        let found = heap.remove(id);
        self.next.store(heap.first(), Ordering::SeqCst);
        found
    }

    /// Stops the timer of a sleeping goroutine: whether there is one.
    pub(crate) fn stop_ready(&self, g: GRef<C>) -> bool {
        let mut heap = lock(&self.heap);
        let mine = |entry: &Entry| match heap.action(entry) {
            Action::Ready(sleeper) => sleeper == g,
            Action::Fire(_) => false,
        };
        let Some(place) = heap.entries.iter().position(mine) else { return false };
        heap.remove_at(place);
        self.next.store(heap.first(), Ordering::SeqCst);
        true
    }

    /// Takes the first timer that is due at `now`; one with a period stays, for its next deadline.
    pub fn take_due(&self, now: i64) -> Option<(TimerId, Action<C>)> {
        let mut heap = lock(&self.heap);
        let due = heap.take_due(now);
        self.next.store(heap.first(), Ordering::SeqCst);
        due
    }

    pub fn each_payload(&self, visit: &mut dyn FnMut(&TimerPayload)) {
        let heap = lock(&self.heap);
        for entry in &heap.entries {
            if let Action::Fire(payload) = heap.action(entry) {
                visit(&payload);
            }
        }
    }

    /// The earliest deadline of a timer that can make a goroutine runnable, or [`NEVER`].
    pub fn next_that_wakes(&self, can_wake: impl Fn(&TimerPayload) -> bool) -> i64 {
        let heap = lock(&self.heap);
        let wakes = |entry: &Entry| match heap.action(entry) {
            Action::Ready(_) => true,
            Action::Fire(payload) => can_wake(&payload),
        };
        match heap.entries.first() {
            Some(first) if wakes(first) => first.when,
            _ => {
                let waking = heap.entries.iter().filter(|entry| wakes(entry));
                waking.map(|entry| entry.when).min().unwrap_or(NEVER)
            }
        }
    }

    /// Whether firing some timer could make a goroutine runnable.
    pub(crate) fn any_can_wake(&self, can_wake: impl Fn(&TimerPayload) -> bool) -> bool {
        let heap = lock(&self.heap);
        heap.entries.iter().any(|entry| match heap.action(entry) {
            Action::Ready(_) => true,
            Action::Fire(payload) => can_wake(&payload),
        })
    }
}

struct Slot<C> {
    /// Counts the slot's uses, so that old ids find nothing; odd while it is used.
    generation: u32,
    /// Index in `entries`; of a free slot, the next free one.
    place: u32,
    kept: Kept<C>,
}

/// An [`Action`] in 24 bytes.
enum Kept<C> {
    Ready(GRef<C>),
    Fire { kind: u32, words: [u64; 2] },
}

const _: () = assert!(size_of::<Slot<()>>() == 32 && size_of::<Entry>() == 16);

/// No slot.
const NONE: u32 = u32::MAX;

impl<C> Kept<C> {
    fn new(action: Action<C>) -> Kept<C> {
        match action {
            Action::Ready(g) => Kept::Ready(g),
            Action::Fire(TimerPayload { kind, words }) => Kept::Fire { kind, words },
        }
    }

    fn action(&self) -> Action<C> {
        match *self {
            Kept::Ready(g) => Action::Ready(g),
            Kept::Fire { kind, words } => Action::Fire(TimerPayload { kind, words }),
        }
    }
}

#[derive(Clone, Copy)]
struct Entry {
    when: i64,
    /// Which of two with the same deadline was started first; it may wrap around.
    seq: u32,
    slot: u32,
}

impl Entry {
    fn before(&self, other: &Entry) -> bool {
        if self.when == other.when {
            return (self.seq.wrapping_sub(other.seq) as i32) < 0;
        }
        self.when < other.when
    }
}

struct TimerHeap<C> {
    entries: Vec<Entry>,
    slots: Vec<Slot<C>>,
    /// Of the slots whose timers fire more than once.
    periods: FxHashMap<u32, i64>,
    /// The first free slot or [`NONE`].
    free: u32,
    seq: u32,
    first_generation: u32,
}

impl<C> TimerHeap<C> {
    fn first(&self) -> i64 {
        self.entries.first().map_or(NEVER, |entry| entry.when)
    }

    fn insert(&mut self, when: i64, period: i64, action: Action<C>) -> TimerId {
        let place = self.entries.len() as u32;
        let kept = Kept::new(action);
        let slot = self.free;
        let slot = if slot == NONE {
            let generation = self.first_generation.wrapping_add(1);
            self.slots.push(Slot { generation, place, kept });
            self.slots.len() as u32 - 1
        } else {
            let reused = &mut self.slots[slot as usize];
            self.free = reused.place;
            *reused = Slot { generation: reused.generation.wrapping_add(1), place, kept };
            slot
        };
        if period > 0 {
            self.periods.insert(slot, period);
        }
        let seq = self.next_seq();
        self.entries.push(Entry { when, seq, slot });
        self.sift_up(place as usize);
        TimerId(u64::from(self.slots[slot as usize].generation) << 32 | u64::from(slot))
    }

    fn next_seq(&mut self) -> u32 {
        self.seq = self.seq.wrapping_add(1);
        self.seq
    }

    fn action(&self, entry: &Entry) -> Action<C> {
        self.slots[entry.slot as usize].kept.action()
    }

    fn remove(&mut self, id: TimerId) -> bool {
        let slot = id.0 as u32;
        let generation = (id.0 >> 32) as u32;
        match self.slots.get(slot as usize) {
            Some(found) if found.generation == generation && generation % 2 == 1 => {
                let place = found.place as usize;
                self.remove_at(place);
                true
            }
            _ => false,
        }
    }

    fn take_due(&mut self, now: i64) -> Option<(TimerId, Action<C>)> {
        let entry = *self.entries.first().filter(|entry| entry.when <= now)?;
        let slot = &self.slots[entry.slot as usize];
        let id = TimerId(u64::from(slot.generation) << 32 | u64::from(entry.slot));
        let action = slot.kept.action();
        if let Some(&period) = self.periods.get(&entry.slot) {
            let missed = (now - entry.when) / period;
            let when = entry.when.saturating_add(period.saturating_mul(missed + 1)).min(NEVER - 1);
            let seq = self.next_seq();
            self.entries[0] = Entry { when, seq, slot: entry.slot };
            self.sift_down(0);
        } else {
            self.remove_at(0);
        }
        Some((id, action))
    }

    fn remove_at(&mut self, place: usize) {
        let removed = self.entries.swap_remove(place);
        let slot = &mut self.slots[removed.slot as usize];
        slot.generation = slot.generation.wrapping_add(1);
        slot.place = std::mem::replace(&mut self.free, removed.slot);
        self.periods.remove(&removed.slot);
        if place < self.entries.len() {
            self.sift_up(place);
            let moved = self.entries[place].slot;
            let place = self.slots[moved as usize].place as usize;
            self.sift_down(place);
        }
    }

    fn put(&mut self, place: usize, entry: Entry) {
        self.entries[place] = entry;
        self.slots[entry.slot as usize].place = place as u32;
    }

    fn sift_up(&mut self, mut place: usize) {
        let entry = self.entries[place];
        while place > 0 {
            let parent = (place - 1) / 4;
            if !entry.before(&self.entries[parent]) {
                break;
            }
            self.put(place, self.entries[parent]);
            place = parent;
        }
        self.put(place, entry);
    }

    fn sift_down(&mut self, mut place: usize) {
        let entry = self.entries[place];
        loop {
            let first = place * 4 + 1;
            let last = (first + 4).min(self.entries.len());
            if first >= last {
                break;
            }
            let least = (first + 1..last).fold(first, |least, child| {
                if self.entries[child].before(&self.entries[least]) { child } else { least }
            });
            if !self.entries[least].before(&entry) {
                break;
            }
            self.put(place, self.entries[least]);
            place = least;
        }
        self.put(place, entry);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::Rng;

    fn payload(kind: u32) -> Action<()> {
        Action::Fire(TimerPayload { kind, words: [0; 2] })
    }

    fn kind(action: &Action<()>) -> u32 {
        match action {
            Action::Fire(payload) => payload.kind,
            Action::Ready(_) => u32::MAX,
        }
    }

    #[test]
    fn timers_fire_by_deadline_then_by_age_whatever_was_stopped() {
        let timers: Timers<()> = Timers::new();
        let mut rng = Rng::new(7);
        let mut model: Vec<(i64, u32, TimerId)> = Vec::new();
        for number in 0..2000 {
            let when = i64::from(rng.below(300));
            let (id, _) = timers.start(when, 0, payload(number));
            model.push((when, number, id));
            if rng.below(3) == 0 {
                let victim = model.swap_remove(rng.below(model.len() as u32) as usize);
                assert!(timers.stop(victim.2));
                assert!(!timers.stop(victim.2));
            }
        }
        model.sort_unstable_by_key(|&(when, number, _)| (when, number));
        for &(when, number, id) in &model {
            assert_eq!(timers.next(), when);
            assert!(timers.take_due(when - 1).is_none());
            let (fired, action) = timers.take_due(when).expect("it is due");
            assert_eq!((fired, kind(&action)), (id, number));
            assert!(!timers.stop(id));
        }
        assert_eq!(timers.next(), NEVER);
    }

    #[test]
    fn a_period_skips_missed_ticks_and_keeps_its_phase() {
        let timers: Timers<()> = Timers::new();
        let (id, earliest) = timers.start(10, 10, payload(1));
        assert!(earliest);
        assert!(timers.take_due(35).is_some());
        assert_eq!(timers.next(), 40);
        assert!(timers.take_due(35).is_none());
        assert!(timers.stop(id));
    }
}
