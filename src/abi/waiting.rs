//! Waiting for several files at once: what poll and select have in common.
//!
//! All forms look at what was asked for, and sleep until any file's readiness has changed (fs/readiness.rs), then
//! look again.

use super::record::Record;
use super::signal::{check_length, read_set};
use super::timespec::{duration_ns, read_duration32, read_duration64, read_timespec32};
use crate::errno::{Errno, Result};
use crate::fs::open_file::of_usable_descriptor;
use crate::fs::readiness::{POLLERS, Pollers, Readiness};
use crate::task::clock::{self, SECOND_NS};
use crate::task::signal::state::{restore_mask, set_blocked};
use crate::task::sleep::deadline_after_ns;
use crate::task::task_ref::running_thread;
use crate::task::wait_queue::wait_for;

/// Asks `look` until it finds something ready or the tick `deadline` has come; a deadline that is over asks once.
pub fn until_ready(deadline: Option<u64>, mut look: impl FnMut() -> Result<u32>) -> Result<u32> {
    loop {
        let seen = POLLERS.lock().changes;
        let ready = look()?;
        if ready > 0 || deadline == Some(0) {
            return Ok(ready);
        }
        let changed = |pollers: &mut Pollers| (pollers.changes != seen).then_some(());
        match wait_for(&POLLERS, |pollers| &mut pollers.queue, deadline, changed) {
            Ok(()) => {}
            Err(Errno::TIMEDOUT) => return look(),
            // What is left of the time is not known to a call that begins again, so none does.
            Err(Errno::RESTART) => return Err(Errno::INTR),
            Err(error) => return Err(error),
        }
    }
}

/// A time span in nanoseconds as a deadline: none for "for ever", 0 for "not at all".
pub fn deadline(span: Option<u64>) -> Option<u64> {
    span.map(|ns| if ns == 0 { 0 } else { deadline_after_ns(ns) })
}

/// How much of `span` is left when it began at `began`; both in nanoseconds.
fn left_of(span: u64, began: u64) -> u64 {
    span.saturating_sub(clock::uptime_ns() - began)
}

/// A span of time that lies in the program's memory, in one of three forms, and is told back what is left of it.
#[derive(Clone, Copy)]
pub enum Form {
    /// Seconds and microseconds of 32 bits.
    Timeval,
    Timespec32,
    Timespec64,
}

impl Form {
    fn read(self, address: u32) -> Result<u64> {
        match self {
            // More than a second of microseconds is carried over, as Linux does here.
            Self::Timeval => {
                let (seconds, microseconds) = read_timespec32(address)?;
                duration_ns((seconds + microseconds / 1_000_000, microseconds % 1_000_000 * 1000))
            }
            Self::Timespec32 => read_duration32(address),
            Self::Timespec64 => read_duration64(address),
        }
    }

    /// A span that cannot be written to is no error: the call has done its work.
    fn store(self, address: u32, ns: u64) {
        let (seconds, rest) = (ns / SECOND_NS, ns % SECOND_NS);
        let record = match self {
            Self::Timeval => Record::new().u32(seconds as u32).u32((rest / 1000) as u32),
            Self::Timespec32 => Record::new().u32(seconds as u32).u32(rest as u32),
            Self::Timespec64 => Record::new().u64(seconds).u64(rest),
        };
        let _ = record.store(address);
    }
}

/// Does `work` with the deadline that the program's time at `address` gives, if there is one, and leaves there what
/// is left of it.
pub fn with_time(address: u32, form: Form, work: impl FnOnce(Option<u64>) -> Result<u32>) -> Result<u32> {
    if address == 0 {
        return work(None);
    }
    let (span, began) = (form.read(address)?, clock::uptime_ns());
    let result = work(deadline(Some(span)));
    form.store(address, left_of(span, began));
    result
}

/// What `descriptor` is ready for.
pub fn readiness_of(descriptor: u32) -> Readiness {
    of_usable_descriptor(descriptor).map_or(Readiness::INVALID, |file| file.readiness())
}

/// Does `work` while the signals of the program's set at `mask`, if there is one, are blocked instead of those
/// that are.
pub fn with_mask(mask: u32, size: u32, work: impl FnOnce() -> Result<u32>) -> Result<u32> {
    if mask == 0 {
        return work();
    }
    check_length(size)?;
    let set = read_set(mask)?;
    running_thread().signals().save_mask();
    set_blocked(set);
    let result = work();
    // A signal that has come is dealt with under this mask; then the old one comes back by itself.
    if result != Err(Errno::INTR) {
        restore_mask();
    }
    result
}
