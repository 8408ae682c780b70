//! poll and ppoll.

use super::waiting::{Form, deadline, readiness_of, until_ready, with_mask, with_time};
use crate::arch::interrupt;
use crate::errno::{Errno, Result};
use crate::fs::readiness::Readiness;
use crate::mm::user;
use crate::task::limits;
use alloc::vec::Vec;

/// What is always told, asked for or not.
const ALWAYS: Readiness = Readiness::ERROR.union(Readiness::HANG_UP).union(Readiness::INVALID);
/// Linux's other names for readable and writable: POLLRDNORM and POLLRDBAND, POLLWRNORM and POLLWRBAND.
const READ_ALIASES: u16 = 0x40;
const WRITE_ALIASES: u16 = 0x100;

/// One entry of poll's array: `struct pollfd`, 8 bytes.
struct Asked {
    descriptor: i32,
    events: u16,
    /// What was found of them when it was looked last.
    found: u16,
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
        all.push(Asked { descriptor, events: user::read_u32(place.wrapping_add(4))? as u16, found: 0 });
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
    let mut all = read_asked(array, count)?;
    let ready = until_ready(deadline, || {
        all.iter_mut().for_each(|asked| asked.found = answer(asked));
        Ok(all.iter().filter(|asked| asked.found != 0).count() as u32)
    })?;
    // What was counted is told, whatever has become of it while others ran.
    for (index, asked) in all.iter().enumerate() {
        let place = array.wrapping_add(index as u32 * 8 + 6);
        user::copy_to_user(place, &asked.found.to_le_bytes())?;
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
