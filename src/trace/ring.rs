//! The ring: the last events, in memory that is always there.
//!
//! Static, so that recording needs no memory and a debugger finds it after a crash: an array of slots of twelve words
//! each, and how many records were ever written. Record n lies in slot n modulo [`SLOTS`]. The words are atomics, which
//! are plain words in memory, so all may be read at any time; that a record is whole is seen by reading with interrupts
//! off, as it is written.

use super::event::{Event, Mark, Record, WORDS};
use core::array;
use core::ops::Range;
use core::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};

/// How many records the ring holds: 96 KiB.
pub const SLOTS: usize = 2048;

/// One record as words: cycles low and high, pid, the event in bits 0..16 with mark and count in bits 16..24 and
/// 24..32, and what the event tells.
#[repr(C)]
struct Slot {
    cycles: [AtomicU32; 2],
    pid: AtomicU32,
    head: AtomicU32,
    words: [AtomicU32; WORDS],
}

impl Slot {
    const fn new() -> Self {
        Self {
            cycles: [const { AtomicU32::new(0) }; 2],
            pid: AtomicU32::new(0),
            head: AtomicU32::new(0),
            words: [const { AtomicU32::new(0) }; WORDS],
        }
    }
}

/// The last [`SLOTS`] of the records written to it.
#[repr(C)]
pub struct Ring {
    /// How many records were written; the next one's number.
    written: AtomicU64,
    /// The number of the first record that counts: those before were cleared.
    first: AtomicU64,
    slots: [Slot; SLOTS],
}

impl Ring {
    /// One with nothing in it.
    pub const fn new() -> Self {
        Self { written: AtomicU64::new(0), first: AtomicU64::new(0), slots: [const { Slot::new() }; SLOTS] }
    }

    /// Writes a record over the oldest. Interrupts are off.
    pub fn push(&self, record: &Record) {
        let number = self.written.load(Relaxed);
        let slot = &self.slots[number as usize % SLOTS];
        slot.cycles[0].store(record.cycles as u32, Relaxed);
        slot.cycles[1].store((record.cycles >> 32) as u32, Relaxed);
        slot.pid.store(record.pid, Relaxed);
        let (mark, count) = (record.mark as u32, u32::from(record.count));
        slot.head.store(u32::from(record.event.0) | mark << 16 | count << 24, Relaxed);
        for (place, &word) in slot.words.iter().zip(&record.words) {
            place.store(word, Relaxed);
        }
        self.written.store(number + 1, Relaxed);
    }

    /// The numbers of the records that are in it.
    pub fn numbers(&self) -> Range<u64> {
        let end = self.written.load(Relaxed);
        self.first.load(Relaxed).max(end.saturating_sub(SLOTS as u64))..end
    }

    /// How many were overwritten since it was cleared.
    pub fn lost(&self) -> u64 {
        self.numbers().start - self.first.load(Relaxed)
    }

    /// Record `number`; `None` when it is in it no more. Interrupts are off.
    pub fn get(&self, number: u64) -> Option<Record> {
        if !self.numbers().contains(&number) {
            return None;
        }
        let slot = &self.slots[number as usize % SLOTS];
        let [low, high] = [0, 1].map(|half: usize| u64::from(slot.cycles[half].load(Relaxed)));
        let head = slot.head.load(Relaxed);
        Some(Record {
            cycles: low | high << 32,
            pid: slot.pid.load(Relaxed),
            event: Event(head as u16),
            mark: Mark::of((head >> 16) as u8),
            count: (head >> 24) as u8,
            words: array::from_fn(|index| slot.words[index].load(Relaxed)),
        })
    }

    /// Forgets all that is in it.
    pub fn clear(&self) {
        self.first.store(self.written.load(Relaxed), Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(number: u64) -> Record {
        Record {
            cycles: number << 30,
            pid: number as u32,
            event: Event::new(1, 2),
            mark: Mark::End,
            count: 3,
            words: [number as u32; WORDS],
        }
    }

    #[test]
    fn records_come_back_whole_and_in_order() {
        let ring = Box::new(Ring::new());
        assert!(ring.numbers().is_empty() && ring.get(0).is_none());
        for number in 0..5 {
            ring.push(&record(number));
        }
        assert_eq!((ring.numbers(), ring.lost()), (0..5, 0));
        assert_eq!(ring.get(3), Some(record(3)));
        assert_eq!(ring.get(5), None);
    }

    #[test]
    fn the_oldest_are_overwritten_and_counted() {
        let ring = Box::new(Ring::new());
        let count = SLOTS as u64 + 10;
        for number in 0..count {
            ring.push(&record(number));
        }
        assert_eq!((ring.numbers(), ring.lost()), (10..count, 10));
        assert_eq!((ring.get(9), ring.get(10)), (None, Some(record(10))));
        ring.clear();
        assert!(ring.numbers().is_empty());
        ring.push(&record(count));
        assert_eq!((ring.numbers(), ring.lost()), (count..count + 1, 0));
    }

    #[test]
    fn the_layout_is_what_docs_say() {
        assert_eq!((size_of::<Slot>(), size_of::<Ring>()), (48, 16 + SLOTS * 48));
    }
}
