//! Clocks and sleeping.

use crate::arch::pit::TICK_NS;
use crate::errno::{Errno, Result};
use crate::mm::user;
use crate::task::clock::{self, SECOND_NS};
use crate::task::sleep;
use crate::task::task_ref::running_thread;
use linux_raw_sys::general as linux;

/// `man 2 nanosleep`; the time is i386's old `timespec`, two signed 32-bit words. Nothing
/// interrupts a sleep, so `remaining` is not written to.
pub fn nanosleep(request: u32, _remaining: u32) -> Result<u32> {
    let seconds = user::read_u32(request)? as i32;
    let nanoseconds = user::read_u32(request.wrapping_add(4))?;
    let seconds = u64::try_from(seconds).map_err(|_| Errno::INVAL)?;
    if u64::from(nanoseconds) >= SECOND_NS {
        return Err(Errno::INVAL);
    }
    sleep::sleep_ns(seconds * SECOND_NS + u64::from(nanoseconds));
    Ok(0)
}

/// `man 2 clock_gettime` with i386's old `timespec`: two 32-bit words.
pub fn clock_gettime(clock: u32, address: u32) -> Result<u32> {
    let now = read(clock)?;
    user::write_u32(address, (now / SECOND_NS) as u32)?;
    user::write_u32(address.wrapping_add(4), (now % SECOND_NS) as u32)?;
    Ok(0)
}

/// `clock_gettime` with `__kernel_timespec`: two 64-bit words.
pub fn clock_gettime64(clock: u32, address: u32) -> Result<u32> {
    let now = read(clock)?;
    let mut time = [0; 16];
    time[..8].copy_from_slice(&(now / SECOND_NS).to_le_bytes());
    time[8..].copy_from_slice(&(now % SECOND_NS).to_le_bytes());
    user::copy_to_user(address, &time)?;
    Ok(0)
}

/// What `clock` says, in nanoseconds.
fn read(clock: u32) -> Result<u64> {
    match clock {
        linux::CLOCK_REALTIME | linux::CLOCK_REALTIME_COARSE => Ok(clock::unix_ns()),
        linux::CLOCK_MONOTONIC | linux::CLOCK_MONOTONIC_RAW | linux::CLOCK_MONOTONIC_COARSE | linux::CLOCK_BOOTTIME => {
            Ok(clock::uptime_ns())
        }
        linux::CLOCK_PROCESS_CPUTIME_ID | linux::CLOCK_THREAD_CPUTIME_ID => {
            Ok(u64::from(running_thread().elapsed_ticks()) * u64::from(TICK_NS))
        }
        _ => Err(Errno::INVAL),
    }
}
