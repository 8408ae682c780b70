//! Clocks and sleeping.

use super::timespec::{read_duration32, read_duration64, read_timeval_ns};
use crate::arch::pit::{HZ, TICK_NS};
use crate::errno::{Errno, Result};
use crate::mm::user;
use crate::task::clock::{self, SECOND_NS};
use crate::task::restart::{self, Record};
use crate::task::sleep;
use crate::task::task_ref::running_thread;
use crate::task::usage::Ticks;
use linux_raw_sys::general as linux;

pub(super) fn write_time(address: u32, ns: u64) -> Result<()> {
    user::write_u32(address, (ns / SECOND_NS) as u32)?;
    user::write_u32(address.wrapping_add(4), (ns % SECOND_NS) as u32)
}

pub(super) fn write_time64(address: u32, ns: u64) -> Result<()> {
    let mut time = [0; 16];
    time[..8].copy_from_slice(&(ns / SECOND_NS).to_le_bytes());
    time[8..].copy_from_slice(&(ns % SECOND_NS).to_le_bytes());
    user::copy_to_user(address, &time)
}

/// `man 2 nanosleep`; the time is i386's old `timespec`.
pub fn nanosleep(request: u32, remaining: u32) -> Result<u32> {
    sleep_for(read_duration32(request)?, remaining, go_on_sleeping)
}

/// `man 2 clock_nanosleep` with the old `timespec`.
pub fn clock_nanosleep(clock: u32, flags: u32, request: u32, remaining: u32) -> Result<u32> {
    sleep_by_clock(clock, flags, read_duration32(request)?, remaining, go_on_sleeping)
}

/// `clock_nanosleep` with `__kernel_timespec`.
pub fn clock_nanosleep_time64(clock: u32, flags: u32, request: u32, remaining: u32) -> Result<u32> {
    sleep_by_clock(clock, flags, read_duration64(request)?, remaining, go_on_sleeping64)
}

fn sleep_by_clock(clock: u32, flags: u32, ns: u64, remaining: u32, go_on: fn(Record) -> Result<u32>) -> Result<u32> {
    let now = match clock {
        linux::CLOCK_REALTIME => clock::unix_ns(),
        linux::CLOCK_MONOTONIC | linux::CLOCK_BOOTTIME => clock::uptime_ns(),
        linux::CLOCK_THREAD_CPUTIME_ID => return Err(Errno::INVAL),
        _ => return Err(if read(clock).is_ok() { Errno::OPNOTSUPP } else { Errno::INVAL }),
    };
    if flags & linux::TIMER_ABSTIME == 0 {
        return sleep_for(ns, remaining, go_on);
    }
    match ns.checked_sub(now) {
        // The same request means the same time when the call begins again.
        Some(left) => sleep::sleep_ns(left).map_err(|_| Errno::RESTART_UNLESS_HANDLED).map(|()| 0),
        None => Ok(0),
    }
}

/// Sleeps for `ns` nanoseconds; when a signal comes first, what remains goes where `remaining` points, if anywhere,
/// and `go_on` sleeps for it if no handler was run.
fn sleep_for(ns: u64, remaining: u32, go_on: fn(Record) -> Result<u32>) -> Result<u32> {
    let deadline = sleep::deadline_after_ns(ns);
    go_on(Record { function: go_on, deadline, words: [remaining, 0, 0, 0] })
}

fn go_on_sleeping(record: Record) -> Result<u32> {
    sleep_on(record, write_time)
}

fn go_on_sleeping64(record: Record) -> Result<u32> {
    sleep_on(record, write_time64)
}

fn sleep_on(record: Record, write: fn(u32, u64) -> Result<()>) -> Result<u32> {
    if sleep::sleep_until(record.deadline).is_ok() {
        return Ok(0);
    }
    let [remaining, ..] = record.words;
    if remaining != 0 {
        let ticks = record.deadline.saturating_sub(clock::ticks());
        write(remaining, ticks * u64::from(TICK_NS))?;
    }
    Err(restart::leave(record))
}

/// `man 2 restart_syscall`: goes on with a sleep that a signal without a handler cut short.
pub fn restart_syscall() -> Result<u32> {
    restart::go_on()
}

/// `man 2 clock_gettime` with i386's old `timespec`.
pub fn clock_gettime(clock: u32, address: u32) -> Result<u32> {
    write_time(address, read(clock)?)?;
    Ok(0)
}

/// `clock_gettime` with `__kernel_timespec`.
pub fn clock_gettime64(clock: u32, address: u32) -> Result<u32> {
    write_time64(address, read(clock)?)?;
    Ok(0)
}

/// `man 2 clock_getres`.
pub fn clock_getres(clock: u32, address: u32) -> Result<u32> {
    let resolution = resolution(clock)?;
    if address != 0 {
        write_time(address, resolution)?;
    }
    Ok(0)
}

/// `clock_getres` with `__kernel_timespec`.
pub fn clock_getres_time64(clock: u32, address: u32) -> Result<u32> {
    let resolution = resolution(clock)?;
    if address != 0 {
        write_time64(address, resolution)?;
    }
    Ok(0)
}

/// `man 2 clock_settime`: no clock can be set.
pub fn clock_settime(clock: u32, address: u32) -> Result<u32> {
    check_settable(clock)?;
    read_duration32(address)?;
    Err(Errno::PERM)
}

/// `man 2 clock_settime` with 64 bits of seconds.
pub fn clock_settime64(clock: u32, address: u32) -> Result<u32> {
    check_settable(clock)?;
    read_duration64(address)?;
    Err(Errno::PERM)
}

/// One clock could be set by somebody who may; the others are what they are.
fn check_settable(clock: u32) -> Result<()> {
    if clock == linux::CLOCK_REALTIME { Ok(()) } else { Err(Errno::INVAL) }
}

/// `man 2 gettimeofday`: UTC.
pub fn gettimeofday(address: u32, zone: u32) -> Result<u32> {
    let now = clock::unix_ns();
    if address != 0 {
        user::write_u32(address, (now / SECOND_NS) as u32)?;
        user::write_u32(address.wrapping_add(4), (now % SECOND_NS / 1_000) as u32)?;
    }
    if zone != 0 {
        user::zero(zone, 8)?;
    }
    Ok(0)
}

/// `man 2 settimeofday`: the clock cannot be set.
pub fn settimeofday(address: u32, zone: u32) -> Result<u32> {
    if address != 0 {
        read_timeval_ns(address)?;
    }
    if zone != 0 {
        user::copy_from_user(&mut [0; 8], zone)?;
    }
    Err(Errno::PERM)
}

/// `man 2 time`.
pub fn time_call(address: u32) -> Result<u32> {
    let seconds = (clock::unix_ns() / SECOND_NS) as u32;
    if address != 0 {
        user::write_u32(address, seconds)?;
    }
    Ok(seconds)
}

/// What `clock` says, in nanoseconds.
fn read(clock: u32) -> Result<u64> {
    match clock {
        linux::CLOCK_REALTIME | linux::CLOCK_REALTIME_COARSE => Ok(clock::unix_ns()),
        linux::CLOCK_MONOTONIC | linux::CLOCK_MONOTONIC_RAW | linux::CLOCK_MONOTONIC_COARSE | linux::CLOCK_BOOTTIME => {
            Ok(clock::uptime_ns())
        }
        linux::CLOCK_PROCESS_CPUTIME_ID => Ok(ns_of(running_thread().process().usage.own())),
        linux::CLOCK_THREAD_CPUTIME_ID => Ok(ns_of(running_thread().used())),
        _ => Err(Errno::INVAL),
    }
}

fn ns_of(used: Ticks) -> u64 {
    u64::from(used.user + used.system) * u64::from(TICK_NS)
}

/// The least that two different readings of `clock` differ by, in nanoseconds.
fn resolution(clock: u32) -> Result<u64> {
    read(clock)?;
    let is_by_ticks = matches!(
        clock,
        linux::CLOCK_REALTIME_COARSE
            | linux::CLOCK_MONOTONIC_COARSE
            | linux::CLOCK_PROCESS_CPUTIME_ID
            | linux::CLOCK_THREAD_CPUTIME_ID
    );
    Ok(if is_by_ticks { SECOND_NS / u64::from(HZ) } else { 1 })
}
