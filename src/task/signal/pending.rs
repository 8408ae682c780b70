//! Signals that wait: for one thread, or for whichever thread of a process takes them.
//!
//! A signal that waits is a bit and, usually, what comes along with it; a standard signal waits once at most, and when
//! memory is out it waits without its words rather than being lost, as on Linux. Touched with interrupts off only.
//! `man 7 signal`, "Queueing and delivery semantics".

use super::information::Information;
use super::number::Signal;
use super::set::SignalSet;
use crate::errno::{Errno, Result};
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};
use linux_raw_sys::general as linux;

/// How many real-time signals may wait in one place.
const MOST_WAITING: usize = 1024;

/// Signals that wait.
pub struct Pending {
    set: Cell<SignalSet>,
    /// What comes along with them, oldest first.
    words: RefCell<Vec<Information>>,
}

impl Pending {
    /// Nothing waits.
    pub const fn new() -> Self {
        Self { set: Cell::new(SignalSet::EMPTY), words: RefCell::new(Vec::new()) }
    }

    /// Which signals wait.
    pub fn set(&self) -> SignalSet {
        self.set.get()
    }

    /// Puts a signal among them.
    ///
    /// # Errors
    /// AGAIN when a real-time one cannot be kept; a standard one always can.
    pub fn push(&self, information: Information) -> Result<()> {
        let signal = information.signal;
        if self.set.get().contains(signal) && !signal.is_real_time() {
            return Ok(());
        }
        let mut words = self.words.borrow_mut();
        let is_kept = words.len() < MOST_WAITING && words.try_reserve(1).is_ok();
        if is_kept {
            words.push(information);
        } else if signal.is_real_time() {
            return Err(Errno::AGAIN);
        }
        self.set.set(self.set.get().union(SignalSet::of(signal)));
        Ok(())
    }

    /// Puts those in `set` among them, without words.
    pub(super) fn add_bare(&self, set: SignalSet) {
        self.set.set(self.set.get().union(set));
    }

    /// Adds `times` to the overrun of the signal of timer `number`, if it waits; says whether it does.
    pub(super) fn add_overrun(&self, signal: Signal, number: u32, times: u32) -> bool {
        let mut words = self.words.borrow_mut();
        let is_it =
            |what: &&mut Information| what.signal == signal && what.timer().is_some_and(|timer| timer.0 == number);
        let waiting = words.iter_mut().find(is_it);
        waiting.map(|what| what.add_overrun(times)).is_some()
    }

    /// Takes out the first of those in `set`.
    pub fn take(&self, set: SignalSet) -> Option<Information> {
        let signal = self.set.get().intersection(set).first()?;
        let mut words = self.words.borrow_mut();
        let place = words.iter().position(|waiting| waiting.signal == signal);
        let information = match place {
            Some(place) => words.remove(place),
            None => Information::sent(signal, linux::SI_USER as i32, 0),
        };
        if !words.iter().any(|waiting| waiting.signal == signal) {
            self.set.set(self.set.get().without(SignalSet::of(signal)));
        }
        Some(information)
    }

    /// Drops those in `set`.
    pub fn discard(&self, set: SignalSet) {
        if !self.set.get().intersection(set).is_empty() {
            self.set.set(self.set.get().without(set));
            self.words.borrow_mut().retain(|waiting| !set.contains(waiting.signal));
        }
    }

    /// Drops all, and their memory.
    pub fn clear(&self) {
        self.set.set(SignalSet::EMPTY);
        drop(self.words.take());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(signal: Signal, from: u32) -> Information {
        Information::sent(signal, linux::SI_QUEUE, from)
    }

    #[test]
    fn a_standard_signal_waits_once() {
        let pending = Pending::new();
        assert!(pending.push(sent(Signal::USR1, 1)).is_ok() && pending.push(sent(Signal::USR1, 2)).is_ok());
        assert_eq!(pending.take(SignalSet::of(Signal::USR1)), Some(sent(Signal::USR1, 1)));
        assert!(pending.set().is_empty());
    }

    #[test]
    fn real_time_signals_wait_in_order_each_for_itself() {
        let signal = Signal::new(40).unwrap();
        let pending = Pending::new();
        for from in 1..=3 {
            assert!(pending.push(sent(signal, from)).is_ok());
        }
        for from in 1..=3 {
            assert_eq!(pending.take(SignalSet::of(signal)), Some(sent(signal, from)));
        }
        assert!(pending.take(SignalSet::of(signal)).is_none());
    }

    #[test]
    fn what_is_discarded_does_not_come() {
        let pending = Pending::new();
        assert!(pending.push(sent(Signal::TSTP, 1)).is_ok() && pending.push(sent(Signal::TERM, 1)).is_ok());
        pending.discard(SignalSet::of(Signal::TSTP));
        assert_eq!(pending.set(), SignalSet::of(Signal::TERM));
    }
}
