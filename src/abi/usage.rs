//! What processes have used. `man 2 times`, `man 2 getrusage`.

use crate::arch::pit::TICK_NS;
use crate::errno::{Errno, Result};
use crate::mm::user;
use crate::task::clock::{self, SECOND_NS};
use crate::task::task_ref::running_thread;
use crate::task::usage::Ticks;
use linux_raw_sys::general as linux;

/// Bytes in i386's `struct rusage`.
const LENGTH: u32 = 72;

/// `man 2 times`: ticks of 10 ms, as AT_CLKTCK says; returns those since the boot.
pub fn times(address: u32) -> Result<u32> {
    if address != 0 {
        let task = running_thread();
        let usage = &task.process().usage;
        let (own, children) = (usage.own(), usage.children());
        for (offset, word) in (0..).step_by(4).zip([own.user, own.system, children.user, children.system]) {
            user::write_u32(address.wrapping_add(offset), word)?;
        }
    }
    Ok(clock::ticks() as u32)
}

/// `man 2 getrusage`.
pub fn getrusage(who: u32, address: u32) -> Result<u32> {
    let task = running_thread();
    let usage = &task.process().usage;
    let used = match who as i32 {
        linux::RUSAGE_CHILDREN => usage.children(),
        who if who == linux::RUSAGE_SELF as i32 => usage.own(),
        who if who == linux::RUSAGE_THREAD as i32 => task.used(),
        _ => return Err(Errno::INVAL),
    };
    write(address, used)?;
    Ok(0)
}

/// Writes a `struct rusage`: the two times; nothing else is counted.
pub fn write(address: u32, used: Ticks) -> Result<()> {
    user::zero(address, LENGTH)?;
    for (offset, ticks) in [(0, used.user), (8, used.system)] {
        let ns = u64::from(ticks) * u64::from(TICK_NS);
        user::write_u32(address.wrapping_add(offset), (ns / SECOND_NS) as u32)?;
        user::write_u32(address.wrapping_add(offset + 4), (ns % SECOND_NS / 1_000) as u32)?;
    }
    Ok(())
}
