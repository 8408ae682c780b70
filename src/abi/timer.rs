//! Interval timers and alarms. `man 2 setitimer`, `man 2 alarm`.

use super::timespec::read_timeval_ns;
use crate::arch::pit::{HZ, TICK_NS};
use crate::errno::{Errno, Result};
use crate::mm::user;
use crate::task::clock::SECOND_NS;
use crate::task::signal::timers::{self, Timer, Which};
use linux_raw_sys::general as linux;

/// A tick as programs are told of it: a hundredth of a second, so that what was set is what is told.
const SHOWN_TICK_NS: u64 = SECOND_NS / HZ as u64;

/// Whole ticks, rounded up.
fn ticks(ns: u64) -> u64 {
    ns.div_ceil(TICK_NS.into())
}

fn which(number: u32) -> Result<Which> {
    match number {
        linux::ITIMER_REAL => Ok(Which::Real),
        linux::ITIMER_VIRTUAL => Ok(Which::Virtual),
        linux::ITIMER_PROF => Ok(Which::Profiling),
        _ => Err(Errno::INVAL),
    }
}

/// Ticks until a timer that is set now is due: one more than asked for, as the current one has begun already.
fn left(ns: u64) -> u64 {
    if ns == 0 { 0 } else { ticks(ns) + 1 }
}

/// `man 2 alarm`: returns the seconds that were left of the old one, rounded, but not to none.
pub fn alarm(seconds: u32) -> Result<u32> {
    let old = timers::get(Which::Real);
    timers::set(Which::Real, Timer { left: left(u64::from(seconds) * SECOND_NS), interval: 0 })?;
    let ns = left_ns(old);
    let rounded = (ns + SECOND_NS / 2) / SECOND_NS;
    Ok(if old.left == 0 { 0 } else { rounded.max(1) as u32 })
}

/// Nanoseconds until a timer is due, not counting the tick that has begun already: never more than was asked for.
/// One that runs has a little left at least.
fn left_ns(timer: Timer) -> u64 {
    const LEAST: u64 = 1_000;
    match timer.left {
        0 => 0,
        left => ((left - 1) * SHOWN_TICK_NS).max(LEAST),
    }
}

/// `man 2 getitimer`.
pub fn getitimer(number: u32, address: u32) -> Result<u32> {
    write(address, timers::get(which(number)?))?;
    Ok(0)
}

/// `man 2 setitimer`; no new value stops the timer, as on Linux.
pub fn setitimer(number: u32, new: u32, old: u32) -> Result<u32> {
    let [mut interval, mut value] = [0; 2];
    if new != 0 {
        // All of it is read before any of it is looked at.
        user::copy_from_user(&mut [0; 16], new)?;
        interval = read_timeval_ns(new)?;
        value = read_timeval_ns(new.wrapping_add(8))?;
    }
    let which = which(number)?;
    let was = timers::get(which);
    timers::set(which, Timer { left: left(value), interval: ticks(interval) })?;
    if old != 0 {
        write(old, was)?;
    }
    Ok(0)
}

fn write(address: u32, timer: Timer) -> Result<()> {
    for (offset, ns) in [(0, timer.interval * SHOWN_TICK_NS), (8, left_ns(timer))] {
        user::write_u32(address.wrapping_add(offset), (ns / SECOND_NS) as u32)?;
        user::write_u32(address.wrapping_add(offset + 4), (ns % SECOND_NS / 1_000) as u32)?;
    }
    Ok(())
}
