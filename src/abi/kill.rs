//! Sending signals. `man 2 kill`, `man 2 tgkill`, `man 2 rt_sigqueueinfo`.

use super::signal::signal;
use crate::errno::{Errno, Result};
use crate::mm::user;
use crate::task::pid::{self, Pid};
use crate::task::session;
use crate::task::signal::send::{self, Target};
use crate::task::signal::{Information, Signal};
use crate::task::task_ref::running_thread;
use linux_raw_sys::general as linux;

/// 0 stands for no signal: only whether it could be sent is of interest.
fn signal_or_none(number: u32) -> Result<Option<Signal>> {
    if number == 0 { Ok(None) } else { signal(number).map(Some) }
}

/// `man 2 kill`.
pub fn kill(process: u32, number: u32) -> Result<u32> {
    let signal = signal_or_none(number)?;
    let target = match process as i32 {
        0 => Target::Group(session::group_of_running()),
        -1 => Target::Others,
        i32::MIN => return Err(Errno::SRCH),
        1.. => Target::One(Pid::new(process).ok_or(Errno::SRCH)?),
        group => Target::Group(Some(Pid::new(group.unsigned_abs()).ok_or(Errno::SRCH)?)),
    };
    send::kill(target, signal)?;
    Ok(0)
}

/// `man 2 tkill`: a thread is a process.
pub fn tkill(thread: u32, number: u32) -> Result<u32> {
    tgkill(thread, thread, number)
}

/// `man 2 tgkill`.
pub fn tgkill(process: u32, thread: u32, number: u32) -> Result<u32> {
    if (process as i32) <= 0 || (thread as i32) <= 0 {
        return Err(Errno::INVAL);
    }
    let signal = signal_or_none(number)?;
    let task = Pid::new(thread).and_then(pid::find).filter(|_| process == thread).ok_or(Errno::SRCH)?;
    if let Some(signal) = signal {
        let sender = running_thread().pid().map_or(0, Pid::number);
        send::send(task, Information::sent(signal, linux::SI_TKILL, sender))?;
    }
    Ok(0)
}

/// `man 2 rt_sigqueueinfo`: nobody may pretend to be the kernel, or kill, but to itself.
pub fn rt_sigqueueinfo(process: u32, number: u32, information: u32) -> Result<u32> {
    let mut bytes = [0; 32];
    user::copy_from_user(&mut bytes, information)?;
    let signal = signal_or_none(number)?;
    let task = Pid::new(process).and_then(pid::find).ok_or(Errno::SRCH)?;
    let what = Information::from_bytes(signal.unwrap_or(Signal::HUP), &bytes);
    let is_pretence = what.code >= 0 || what.code == linux::SI_TKILL;
    if is_pretence && task != running_thread() {
        return Err(Errno::PERM);
    }
    if signal.is_some() {
        send::send(task, what)?;
    }
    Ok(0)
}
