//! A worker's loop: which goroutine runs next.
//!
//! The order is: what the world wants (stop, end, fewer workers); every [`INJECTOR_TURN`]th turn,
//! and when the last goroutine gave way to others, the injector, so that work from outside is not starved by goroutines that ready each other; who
//! was woken by a timer; `run_next`, at most [`NEXT_LIMIT`] times in a row while others are queued; the queue; then, with
//! nothing of its own, due timers, the injector, and half of another worker's queue.

use std::time::Duration;

use crossbeam_deque::Steal;

use crate::g::{GRef, Status};
use crate::idle::{RETIRE, SHUTDOWN, STOP};
use crate::machine::{Machine, Switch};
use crate::sync::{Arc, Ordering, hint, thread};
use crate::timer::NEVER;
use crate::worker::Worker;

/// Every how many turns the injector comes first; a prime, as in Go, so that it does not resonate
/// with a program's own periods.
const INJECTOR_TURN: u32 = 61;
/// Every how many turns (a power of two) a busy worker looks at the clock if timers are pending.
const TIMER_TURN: u32 = 16;
/// How often in a row `run_next` goes before the queue.
const NEXT_LIMIT: u32 = 3;
/// Stress: how rare pauses are at first, and how long at most, in microseconds.
const PAUSE_ODDS: u32 = 24;
const PAUSE_MOST: u32 = 200;
/// Rounds over all victims before a searcher gives up.
const STEAL_ROUNDS: u32 = 4;

impl<M: Machine> Worker<M> {
    /// Runs goroutines until the program ends.
    pub(crate) fn work(&mut self) {
        while let Some(g) = self.next() {
            self.execute(g);
        }
    }

    fn execute(&mut self, g: GRef<M::Context>) {
        self.end_search();
        let machine: *const M = Arc::as_ptr(&self.shared().machine);
        self.current = Some(g);
        loop {
            g.set_status(Status::Running);
            if self.pauses {
                self.pause();
            }
            // SAFETY: the scheduler, which this worker holds, keeps the machine alive.
            let switch = unsafe { &*machine }.run(self, g);
            if self.pauses {
                // A goroutine that has parked may be running elsewhere by now.
                self.pause();
            }
            match switch {
                Switch::Parked => {}
                Switch::Exited => self.free_g(g),
                Switch::Yielded => self.yield_g(g),
                Switch::Safepoint => {
                    if self.keeps_after_safepoint() {
                        continue;
                    }
                    g.set_status(Status::Runnable);
                    self.gave_way = true;
                    self.put_last(g);
                }
                Switch::Shutdown => self.shared().request_shutdown(),
            }
            return;
        }
    }

    /// Stress: now and then lets other threads come first, for a moment or a while; the more often
    /// it has done so the more seldom, so that long programs come to their end.
    #[cold]
    pub(crate) fn pause(&mut self) {
        match self.rng.below(PAUSE_ODDS + self.paused) {
            0 => thread::yield_now(),
            1 => thread::sleep(Duration::from_micros(u64::from(self.rng.below(PAUSE_MOST)))),
            _ => return,
        }
        self.paused += 1;
    }

    /// Stops for the world; whether the goroutine that ran may go on at once.
    fn keeps_after_safepoint(&mut self) -> bool {
        if self.shared().attention.load(Ordering::Relaxed) & STOP != 0 {
            self.stop_for_world();
        }
        if self.shared().attention.load(Ordering::Relaxed) & (SHUTDOWN | RETIRE) != 0 {
            return false;
        }
        // In a program that allocates fast, every safepoint may be a stop: others have their turn
        // all the same.
        !self.is_turn_over()
    }

    fn yield_g(&mut self, g: GRef<M::Context>) {
        g.set_status(Status::Runnable);
        self.next_turns = 0;
        self.gave_way = true;
        self.put_last(g);
    }

    fn put_last(&mut self, g: GRef<M::Context>) {
        match &mut self.pool {
            Some(pool) => pool.push(g),
            None => self.push(g),
        }
    }

    /// The next goroutine; sleeps until there is one. `None` when the program ends.
    fn next(&mut self) -> Option<GRef<M::Context>> {
        self.turn = self.turn.wrapping_add(1);
        if self.crowd.is_due {
            self.experiment();
        }
        if self.shared().attention.load(Ordering::Relaxed) != 0 && !self.attend() {
            return None;
        }
        if self.pool.is_some() {
            return self.next_seeded();
        }
        if self.turn.is_multiple_of(TIMER_TURN) {
            self.timer_turn();
        }
        if (std::mem::take(&mut self.gave_way) || self.turn.is_multiple_of(INJECTOR_TURN))
            && let Some(g) = self.take_injected()
        {
            return Some(g);
        }
        if !self.woken.is_empty()
            && let Some(g) = self.woken.pop_front()
        {
            self.slice_start = 0;
            return Some(g);
        }
        if let Some(g) = self.take_next() {
            return Some(g);
        }
        self.next_turns = 0;
        self.slice_start = 0;
        if let Some(g) = self.queue.pop() {
            return Some(g);
        }
        self.find()
    }

    /// `run_next`, if its turns are not used up while others wait.
    #[inline]
    fn take_next(&mut self) -> Option<GRef<M::Context>> {
        let g = self.run_next.take()?;
        if self.next_turns < NEXT_LIMIT || self.queue.is_empty() {
            self.next_turns += 1;
            return Some(g);
        }
        self.queue.push(g);
        None
    }

    /// Does what the attention flags say; whether the worker goes on.
    #[cold]
    fn attend(&mut self) -> bool {
        let flags = self.shared().attention.load(Ordering::Relaxed);
        if flags & SHUTDOWN == 0 && flags & STOP != 0 {
            self.stop_for_world();
        }
        if flags & RETIRE != 0 {
            self.retire();
        }
        self.shared().attention.load(Ordering::Relaxed) & SHUTDOWN == 0
    }

    #[inline]
    fn timer_turn(&mut self) {
        if self.shared().timers.next() != NEVER {
            let now = self.shared().clock.now();
            self.look_at_timers(now);
        }
    }

    fn take_injected(&mut self) -> Option<GRef<M::Context>> {
        let shared = self.shared();
        shared.injector.take(&self.queue, shared.idle.procs())
    }

    /// Nothing of its own to do: looks elsewhere, and sleeps if there is nothing either.
    #[cold]
    #[inline(never)]
    fn find(&mut self) -> Option<GRef<M::Context>> {
        loop {
            if self.shared().attention.load(Ordering::Relaxed) != 0 && !self.attend() {
                return None;
            }
            self.fire_timers();
            let own = self.woken.pop_front().or_else(|| self.run_next.take());
            if let Some(g) = own.or_else(|| self.queue.pop()) {
                return Some(g);
            }
            if let Some(g) = self.take_injected() {
                return Some(g);
            }
            if let Some(g) = self.search() {
                return Some(g);
            }
            self.sleep();
        }
    }

    pub(crate) fn fire_timers(&mut self) {
        let shared = Arc::clone(self.shared());
        if shared.timers.next() == NEVER {
            return;
        }
        let now = shared.clock.now();
        if shared.timers.next() <= now {
            let _order = crate::sync::lock(&shared.timers.firing);
            self.fire_due(now);
        }
    }

    /// Tries to steal, if not too many others do.
    fn search(&mut self) -> Option<GRef<M::Context>> {
        if !self.begin_search() {
            return None;
        }
        for _ in 0..STEAL_ROUNDS {
            if let Some(g) = self.steal_round().or_else(|| self.take_injected()) {
                return Some(g);
            }
            if self.attention() {
                return None;
            }
            for _ in 0..32 {
                hint::spin_loop();
            }
        }
        None
    }

    /// Looks at all other workers, from a random one on.
    fn steal_round(&mut self) -> Option<GRef<M::Context>> {
        // Those that are to retire have queues until they have given them away.
        let retiring = self.shared().attention.load(Ordering::Relaxed) & RETIRE != 0;
        let (all, most) = (self.shared().slots.len(), self.shared().idle.procs());
        let n = if retiring { all } else { most };
        let first = self.rng.below(n as u32) as usize;
        for victim in (first..n).chain(0..first).filter(|&victim| victim != self.index) {
            let stealer = &self.shared().slots[victim].stealer;
            if stealer.is_empty() {
                continue;
            }
            loop {
                match stealer.steal_batch_and_pop(&self.queue) {
                    Steal::Success(g) => {
                        self.count_steal();
                        return Some(g);
                    }
                    Steal::Empty => break,
                    Steal::Retry => hint::spin_loop(),
                }
            }
        }
        None
    }

    /// Deterministic mode: any of the runnable goroutines, as the seed says.
    fn next_seeded(&mut self) -> Option<GRef<M::Context>> {
        loop {
            self.fire_timers();
            // Goroutines left from an earlier run lie in the queue.
            while let Some(g) = self.queue.pop().or_else(|| self.take_injected()) {
                self.put_last(g);
            }
            let choices = self.pool.as_ref().map_or(0, Vec::len);
            if choices > 0 {
                let choice = self.rng.below(choices as u32) as usize;
                return self.pool.as_mut().map(|pool| pool.swap_remove(choice));
            }
            self.sleep();
            if self.shared().attention.load(Ordering::Relaxed) != 0 && !self.attend() {
                return None;
            }
        }
    }
}
