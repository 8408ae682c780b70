//! Process groups and sessions. `man 2 setpgid`, `man 2 setsid`.

use crate::errno::{Errno, Result};
use crate::task::pid::{self, Pid};
use crate::task::session;
use crate::task::task_ref::{TaskRef, running_thread};

/// The process that `number` means; 0 is the caller.
///
/// # Errors
/// ESRCH.
fn process(number: u32) -> Result<TaskRef> {
    match number {
        0 => Ok(running_thread()),
        _ => Pid::new(number).and_then(pid::find).ok_or(Errno::SRCH),
    }
}

/// `man 2 setpgid`.
pub fn setpgid(process: u32, group: u32) -> Result<u32> {
    // Without a group it is the process's own number that has to be one.
    let meant = if group == 0 { process } else { group };
    if (meant as i32) < 0 {
        return Err(Errno::INVAL);
    }
    let process = match process {
        0 => None,
        _ => Some(Pid::new(process).ok_or(Errno::SRCH)?),
    };
    let group = match group {
        0 => None,
        _ => Some(Pid::new(group).ok_or(Errno::PERM)?),
    };
    session::set_group(process, group)?;
    Ok(0)
}

/// `man 2 getpgid`.
pub fn getpgid(number: u32) -> Result<u32> {
    Ok(process(number)?.membership().group().map_or(0, Pid::number))
}

/// `man 2 getpgrp`.
pub fn getpgrp() -> Result<u32> {
    getpgid(0)
}

/// `man 2 setsid`.
pub fn setsid() -> Result<u32> {
    session::begin().map(Pid::number)
}

/// `man 2 getsid`.
pub fn getsid(number: u32) -> Result<u32> {
    Ok(process(number)?.membership().session().map_or(0, Pid::number))
}
