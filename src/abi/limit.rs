//! Limits and priorities. `man 2 getrlimit`, `man 2 getpriority`.

use crate::errno::{Errno, Result};
use crate::mm::user;
use crate::task::limits::{INFINITY, Limit};
use crate::task::pid::{self, Pid};
use crate::task::scheduler;
use crate::task::task_ref::{TaskRef, running_thread};
use linux_raw_sys::general as linux;

/// A limit in the old structures, whose words have 32 bits and in which all ones are none.
fn narrow(value: u64, most: u32) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX).min(most)
}

fn wide(value: u32) -> u64 {
    if value == u32::MAX { INFINITY } else { value.into() }
}

fn write_narrow(address: u32, limit: Limit, most: u32) -> Result<u32> {
    user::write_u32(address, narrow(limit.soft, most))?;
    user::write_u32(address.wrapping_add(4), narrow(limit.hard, most))?;
    Ok(0)
}

/// `getrlimit` as it is today.
pub fn ugetrlimit(resource: u32, address: u32) -> Result<u32> {
    write_narrow(address, running_thread().process().limits.get(resource)?, u32::MAX)
}

/// The old `getrlimit`, for which no limit was 0x7fffffff.
pub fn getrlimit(resource: u32, address: u32) -> Result<u32> {
    write_narrow(address, running_thread().process().limits.get(resource)?, 0x7fff_ffff)
}

/// `setrlimit`.
pub fn setrlimit(resource: u32, address: u32) -> Result<u32> {
    let soft = wide(user::read_u32(address)?);
    let hard = wide(user::read_u32(address.wrapping_add(4))?);
    running_thread().process().limits.set(resource, Limit { soft, hard })?;
    Ok(0)
}

/// `man 2 prlimit`: two words of 64 bits, of any process.
pub fn prlimit64(process: u32, resource: u32, new: u32, old: u32) -> Result<u32> {
    // Before the process is looked for: it may end while a page of ours is brought.
    let new = if new == 0 { None } else { Some(read_limit(new)?) };
    let task = find(process)?;
    let was = task.process().limits.get(resource)?;
    if let Some(new) = new {
        task.process().limits.set(resource, new)?;
    }
    if old != 0 {
        user::copy_to_user(old, &was.soft.to_le_bytes())?;
        user::copy_to_user(old.wrapping_add(8), &was.hard.to_le_bytes())?;
    }
    Ok(0)
}

/// Reads two words of 64 bits.
fn read_limit(address: u32) -> Result<Limit> {
    let mut bytes = [0; 16];
    user::copy_from_user(&mut bytes, address)?;
    let (soft, hard) = bytes.split_at(8);
    let word = |bytes: &[u8]| bytes.iter().rev().fold(0, |word: u64, &byte| word << 8 | u64::from(byte));
    Ok(Limit { soft: word(soft), hard: word(hard) })
}

/// The process `number`; 0 is the caller.
fn find(number: u32) -> Result<TaskRef> {
    match number {
        0 => Ok(running_thread()),
        _ => Pid::new(number).and_then(pid::find).filter(|task| task.is_process()).ok_or(Errno::SRCH),
    }
}

/// The processes that `getpriority` and `setpriority` mean.
fn meant(which: u32, who: u32) -> Result<impl Iterator<Item = TaskRef>> {
    let caller = running_thread();
    let one = if who == 0 { caller.pid() } else { Pid::new(who) };
    let group = if who == 0 { caller.membership().group() } else { Pid::new(who) };
    if which > linux::PRIO_USER {
        return Err(Errno::INVAL);
    }
    Ok(scheduler::all_tasks().filter(move |task| {
        task.is_process()
            && match which {
                linux::PRIO_PROCESS => task.pid() == one,
                linux::PRIO_PGRP => task.membership().group() == group,
                _ => who == 0,
            }
    }))
}

/// `man 2 getpriority`: 20 less the nice value, of the one that is best off.
pub fn getpriority(which: u32, who: u32) -> Result<u32> {
    meant(which, who)?.map(|task| (20 - task.niceness()) as u32).max().ok_or(Errno::SRCH)
}

/// `man 2 setpriority`.
pub fn setpriority(which: u32, who: u32, nice: u32) -> Result<u32> {
    let mut found = Err(Errno::SRCH);
    for task in meant(which, who)? {
        task.set_niceness(nice as i32);
        found = Ok(0);
    }
    found
}

/// `man 2 nice`.
pub fn nice(increment: u32) -> Result<u32> {
    let task = running_thread();
    task.set_niceness(task.niceness().saturating_add((increment as i32).clamp(-40, 40)));
    Ok(0)
}
