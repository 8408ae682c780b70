//! By which rule, and on which CPU, threads run. `man 7 sched`.

use super::time::{write_time, write_time64};
use crate::arch::pit::TICK_NS;
use crate::errno::{Errno, Result};
use crate::mm::user;
use crate::task::pid::{self, Pid};
use crate::task::policy::{MOST_PRIORITY, Policy};
use crate::task::scheduler;
use crate::task::task_ref::{TaskRef, running_thread};
use linux_raw_sys::general as linux;

/// `man 2 sched_yield`.
pub fn sched_yield() -> Result<u32> {
    scheduler::yield_now();
    Ok(0)
}

/// The thread `number`; 0 is the caller.
fn find(number: u32) -> Result<TaskRef> {
    match number {
        0 => Ok(running_thread()),
        _ if (number as i32) < 0 => Err(Errno::INVAL),
        _ => Pid::new(number).and_then(pid::find).filter(|task| task.is_process()).ok_or(Errno::SRCH),
    }
}

/// `man 2 sched_getscheduler`.
pub fn sched_getscheduler(thread: u32) -> Result<u32> {
    Ok(find(thread)?.policy().number())
}

/// `man 2 sched_setscheduler`.
pub fn sched_setscheduler(thread: u32, policy: u32, parameter: u32) -> Result<u32> {
    if parameter == 0 || (policy as i32) < 0 {
        return Err(Errno::INVAL);
    }
    let priority = user::read_u32(parameter)?;
    let task = find(thread)?;
    scheduler::set_policy(task, Policy::new(policy, priority)?);
    Ok(0)
}

/// `man 2 sched_getparam`: the real-time priority.
pub fn sched_getparam(thread: u32, parameter: u32) -> Result<u32> {
    if parameter == 0 {
        return Err(Errno::INVAL);
    }
    user::write_u32(parameter, find(thread)?.policy().priority().into())?;
    Ok(0)
}

/// `man 2 sched_setparam`.
pub fn sched_setparam(thread: u32, parameter: u32) -> Result<u32> {
    let policy = find(thread)?.policy().number();
    sched_setscheduler(thread, policy, parameter)
}

/// `man 2 sched_get_priority_max`.
pub fn sched_get_priority_max(policy: u32) -> Result<u32> {
    bound(policy, MOST_PRIORITY)
}

/// `man 2 sched_get_priority_min`.
pub fn sched_get_priority_min(policy: u32) -> Result<u32> {
    bound(policy, 1)
}

fn bound(policy: u32, of_real_time: u32) -> Result<u32> {
    match policy {
        linux::SCHED_FIFO | linux::SCHED_RR => Ok(of_real_time),
        linux::SCHED_NORMAL | linux::SCHED_BATCH | linux::SCHED_IDLE => Ok(0),
        _ => Err(Errno::INVAL),
    }
}

/// `man 2 sched_rr_get_interval`, with the old `timespec`: how long a turn is, 0 without turns.
pub fn sched_rr_get_interval(thread: u32, interval: u32) -> Result<u32> {
    write_time(interval, turn_ns(thread)?)?;
    Ok(0)
}

/// `sched_rr_get_interval` with `__kernel_timespec`.
pub fn sched_rr_get_interval_time64(thread: u32, interval: u32) -> Result<u32> {
    write_time64(interval, turn_ns(thread)?)?;
    Ok(0)
}

fn turn_ns(thread: u32) -> Result<u64> {
    let task = find(thread)?;
    Ok(if task.policy().takes_turns() { u64::from(task.turn_ticks()) * u64::from(TICK_NS) } else { 0 })
}

/// `man 2 sched_getaffinity`: one CPU. Returns the bytes written.
pub fn sched_getaffinity(process: u32, length: u32, mask: u32) -> Result<u32> {
    if length < 4 || !length.is_multiple_of(4) {
        return Err(Errno::INVAL);
    }
    find(process)?;
    user::write_u32(mask, 1)?;
    Ok(4)
}

/// `man 2 sched_setaffinity`: the one CPU must be in the mask.
pub fn sched_setaffinity(process: u32, length: u32, mask: u32) -> Result<u32> {
    find(process)?;
    let mut first = [0; 4];
    user::copy_from_user(&mut first[..length.min(4) as usize], mask)?;
    if first[0] & 1 != 0 { Ok(0) } else { Err(Errno::INVAL) }
}
