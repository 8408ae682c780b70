//! Waiting for several files at once: poll and select.
//!
//! All forms look at what was asked for, and sleep until any file's readiness has changed (fs/readiness.rs), then
//! look again.

use super::record::Record;
use super::signal::{check_length, read_set};
use super::timespec::{duration_ns, read_timespec32, read_timespec64};
use crate::arch::interrupt;
use crate::errno::{Errno, Result};
use crate::fs::open_file::of_usable_descriptor;
use crate::fs::readiness::{POLLERS, Pollers, Readiness};
use crate::mm::user;
use crate::task::clock::{self, SECOND_NS};
use crate::task::limits;
use crate::task::signal::state::{restore_mask, set_blocked};
use crate::task::sleep::deadline_after_ns;
use crate::task::task_ref::running_thread;
use crate::task::wait_queue::wait_for;
use alloc::vec::Vec;

/// What is always told, asked for or not.
const ALWAYS: Readiness = Readiness::ERROR.union(Readiness::HANG_UP).union(Readiness::INVALID);
/// Linux's other names for readable and writable: POLLRDNORM and POLLRDBAND, POLLWRNORM and POLLWRBAND.
const READ_ALIASES: u16 = 0x40;
const WRITE_ALIASES: u16 = 0x100;

/// Asks `look` until it finds something ready or the tick `deadline` has come; a deadline that is over asks once.
fn until_ready(deadline: Option<u64>, mut look: impl FnMut() -> Result<u32>) -> Result<u32> {
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
fn deadline(span: Option<u64>) -> Option<u64> {
    span.map(|ns| if ns == 0 { 0 } else { deadline_after_ns(ns) })
}

/// How much of `span` is left when it began at `began`; both in nanoseconds.
fn left_of(span: u64, began: u64) -> u64 {
    span.saturating_sub(clock::uptime_ns() - began)
}

/// A span of time that lies in the program's memory, in one of three forms, and is told back what is left of it.
#[derive(Clone, Copy)]
enum Form {
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
            Self::Timespec32 => duration_ns(read_timespec32(address)?),
            Self::Timespec64 => duration_ns(read_timespec64(address)?),
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
fn with_time(address: u32, form: Form, work: impl FnOnce(Option<u64>) -> Result<u32>) -> Result<u32> {
    if address == 0 {
        return work(None);
    }
    let (span, began) = (form.read(address)?, clock::uptime_ns());
    let result = work(deadline(Some(span)));
    form.store(address, left_of(span, began));
    result
}

/// What `descriptor` is ready for.
fn readiness_of(descriptor: u32) -> Readiness {
    of_usable_descriptor(descriptor).map_or(Readiness::INVALID, |file| file.readiness())
}

/// One entry of poll's array: `struct pollfd`, 8 bytes.
struct Asked {
    descriptor: i32,
    events: u16,
}

fn read_asked(array: u32, count: u32) -> Result<Vec<Asked>> {
    if count > limits::open_files() {
        return Err(Errno::INVAL);
    }
    let mut all = Vec::new();
    all.try_reserve_exact(count as usize).map_err(|_| Errno::NOMEM)?;
    for index in 0..count {
        let place = array.checked_add(index * 8).ok_or(Errno::FAULT)?;
        let descriptor = user::read_u32(place)? as i32;
        all.push(Asked { descriptor, events: user::read_u32(place.wrapping_add(4))? as u16 });
    }
    Ok(all)
}

fn answer(asked: &Asked) -> u16 {
    if asked.descriptor < 0 {
        return 0;
    }
    let ready = readiness_of(asked.descriptor as u32);
    let mut bits = ready.bits();
    if ready.contains(Readiness::READ) {
        bits |= READ_ALIASES;
    }
    if ready.contains(Readiness::WRITE) {
        bits |= WRITE_ALIASES;
    }
    bits & (asked.events | ALWAYS.bits())
}

fn poll_until(array: u32, count: u32, deadline: Option<u64>) -> Result<u32> {
    let all = read_asked(array, count)?;
    let ready = until_ready(deadline, || Ok(all.iter().filter(|asked| answer(asked) != 0).count() as u32))?;
    for (index, asked) in all.iter().enumerate() {
        let place = array.wrapping_add(index as u32 * 8 + 6);
        user::copy_to_user(place, &answer(asked).to_le_bytes())?;
        interrupt::window();
    }
    Ok(ready)
}

/// `man 2 poll`: the time in milliseconds, below 0 for ever.
pub fn poll(array: u32, count: u32, milliseconds: u32) -> Result<u32> {
    let span = u64::try_from(milliseconds as i32).ok().map(|ms| ms * 1_000_000);
    poll_until(array, count, deadline(span))
}

/// `man 2 ppoll`, with a time of 32 bits.
pub fn ppoll(array: u32, count: u32, time: u32, mask: u32, size: u32) -> Result<u32> {
    with_time(time, Form::Timespec32, |deadline| with_mask(mask, size, || poll_until(array, count, deadline)))
}

/// `man 2 ppoll`, with a time of 64 bits.
pub fn ppoll_time64(array: u32, count: u32, time: u32, mask: u32, size: u32) -> Result<u32> {
    with_time(time, Form::Timespec64, |deadline| with_mask(mask, size, || poll_until(array, count, deadline)))
}

/// Does `work` while the signals of the program's set at `mask`, if there is one, are blocked instead of those
/// that are.
fn with_mask(mask: u32, size: u32, work: impl FnOnce() -> Result<u32>) -> Result<u32> {
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

/// The three sets of select: addresses, and what each asks for.
struct Sets {
    count: u32,
    sets: [(u32, Vec<u32>); 3],
}

impl Sets {
    fn read(count: u32, addresses: [u32; 3]) -> Result<Self> {
        if count as i32 > 1024 || (count as i32) < 0 {
            return Err(Errno::INVAL);
        }
        let mut sets = addresses.map(|address| (address, Vec::new()));
        for (address, words) in &mut sets {
            words.try_reserve_exact(32).map_err(|_| Errno::NOMEM)?;
            for index in 0..count.div_ceil(32) {
                let word = if *address == 0 { 0 } else { user::read_u32(address.wrapping_add(index * 4))? };
                words.push(word);
            }
        }
        Ok(Self { count, sets })
    }

    /// What makes a descriptor count as ready in each set, as Linux has it.
    const MEANINGS: [Readiness; 3] = [
        Readiness::READ.union(Readiness::HANG_UP).union(Readiness::ERROR),
        Readiness::WRITE.union(Readiness::ERROR),
        Readiness::PRIORITY,
    ];

    fn asks(&self, set: usize, descriptor: u32) -> bool {
        self.sets[set].1[(descriptor / 32) as usize] & 1 << (descriptor % 32) != 0
    }

    /// Hands every set and descriptor that is ready to `found`; returns how many.
    fn ready(&self, mut found: impl FnMut(usize, u32)) -> Result<u32> {
        let mut ready = 0;
        for descriptor in 0..self.count {
            if (0..3).all(|set| !self.asks(set, descriptor)) {
                continue;
            }
            let about = readiness_of(descriptor);
            if about == Readiness::INVALID {
                return Err(Errno::BADF);
            }
            for set in (0..3).filter(|&set| self.asks(set, descriptor) && about.intersects(Self::MEANINGS[set])) {
                ready += 1;
                found(set, descriptor);
            }
        }
        Ok(ready)
    }

    /// Replaces the program's sets by what is ready.
    fn store(&mut self) -> Result<()> {
        let mut answers: [Vec<u32>; 3] = Default::default();
        for words in &mut answers {
            words.try_reserve_exact(32).map_err(|_| Errno::NOMEM)?;
            words.resize(32, 0);
        }
        self.ready(|set, descriptor| answers[set][(descriptor / 32) as usize] |= 1 << (descriptor % 32))?;
        for ((address, _), words) in self.sets.iter().zip(&answers).filter(|((address, _), _)| *address != 0) {
            for (index, word) in words.iter().take(self.count.div_ceil(32) as usize).enumerate() {
                user::write_u32(address.wrapping_add(index as u32 * 4), *word)?;
            }
        }
        Ok(())
    }
}

fn select_until(count: u32, addresses: [u32; 3], deadline: Option<u64>) -> Result<u32> {
    let mut sets = Sets::read(count, addresses)?;
    let ready = until_ready(deadline, || sets.ready(|_, _| {}))?;
    sets.store()?;
    Ok(ready)
}

/// `man 2 select`, Linux's `_newselect`: the time as seconds and microseconds.
pub fn _newselect(count: u32, read: u32, write: u32, except: u32, time: u32) -> Result<u32> {
    with_time(time, Form::Timeval, |deadline| select_until(count, [read, write, except], deadline))
}

/// `select`, whose five arguments lie in memory.
pub fn select(arguments: u32) -> Result<u32> {
    let word = |index: u32| user::read_u32(arguments.wrapping_add(index * 4));
    _newselect(word(0)?, word(1)?, word(2)?, word(3)?, word(4)?)
}

/// The signal mask of pselect6: the address of an address and a size.
fn read_mask(argument: u32) -> Result<(u32, u32)> {
    match argument {
        0 => Ok((0, 0)),
        _ => Ok((user::read_u32(argument)?, user::read_u32(argument.wrapping_add(4))?)),
    }
}

/// `man 2 pselect`, with a time of 32 bits.
pub fn pselect6(count: u32, read: u32, write: u32, except: u32, time: u32, mask: u32) -> Result<u32> {
    let (mask, size) = read_mask(mask)?;
    with_time(time, Form::Timespec32, |deadline| {
        with_mask(mask, size, || select_until(count, [read, write, except], deadline))
    })
}

/// `man 2 pselect`, with a time of 64 bits.
pub fn pselect6_time64(count: u32, read: u32, write: u32, except: u32, time: u32, mask: u32) -> Result<u32> {
    let (mask, size) = read_mask(mask)?;
    with_time(time, Form::Timespec64, |deadline| {
        with_mask(mask, size, || select_until(count, [read, write, except], deadline))
    })
}
