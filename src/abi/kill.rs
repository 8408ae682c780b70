//! Sending signals. `man 2 kill`, `man 2 tgkill`, `man 2 rt_sigqueueinfo`.

use super::signal::signal;
use crate::errno::{Errno, Result};
use crate::mm::user;
use crate::task::pid::{self, Pid};
use crate::task::process;
use crate::task::session;
use crate::task::signal::send::{self, Target};
use crate::task::signal::{Information, Signal};
use crate::task::task_ref::TaskRef;
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

/// `man 2 tkill`.
pub fn tkill(thread: u32, number: u32) -> Result<u32> {
    if (thread as i32) <= 0 {
        return Err(Errno::INVAL);
    }
    send_to_thread_of(None, thread, number)
}

/// `man 2 tgkill`.
pub fn tgkill(process: u32, thread: u32, number: u32) -> Result<u32> {
    if (process as i32) <= 0 || (thread as i32) <= 0 {
        return Err(Errno::INVAL);
    }
    send_to_thread_of(Some(process), thread, number)
}

fn send_to_thread_of(process: Option<u32>, thread: u32, number: u32) -> Result<u32> {
    let signal = signal_or_none(number)?;
    let task = thread_of(process, thread)?;
    if let Some(signal) = signal {
        let sender = process::running_pid().map_or(0, Pid::number);
        send::send_to_thread(task, Information::sent(signal, linux::SI_TKILL, sender))?;
    }
    Ok(0)
}

/// The thread with that number, of the process with that number if one is said.
fn thread_of(process: Option<u32>, thread: u32) -> Result<TaskRef> {
    let task = Pid::new(thread).and_then(pid::find).filter(|task| !task.has_ended() || task.is_leader());
    let is_of = |task: &TaskRef| process.is_none_or(|process| task.tgid().map(Pid::number) == Some(process));
    task.filter(is_of).ok_or(Errno::SRCH)
}

/// `man 2 rt_sigqueueinfo`: nobody may pretend to be the kernel, or kill, but to itself.
pub fn rt_sigqueueinfo(process: u32, number: u32, information: u32) -> Result<u32> {
    let (signal, what) = read_information(number, information)?;
    let task = Pid::new(process).and_then(pid::find).ok_or(Errno::SRCH)?;
    check_pretence(what, task.tgid())?;
    if signal.is_some() {
        send::send_to_process(task, what)?;
    }
    Ok(0)
}

/// `man 2 rt_tgsigqueueinfo`: the same for one thread.
pub fn rt_tgsigqueueinfo(process: u32, thread: u32, number: u32, information: u32) -> Result<u32> {
    if (process as i32) <= 0 || (thread as i32) <= 0 {
        return Err(Errno::INVAL);
    }
    let (signal, what) = read_information(number, information)?;
    let task = thread_of(Some(process), thread)?;
    check_pretence(what, task.tgid())?;
    if signal.is_some() {
        send::send_to_thread(task, what)?;
    }
    Ok(0)
}

fn read_information(number: u32, address: u32) -> Result<(Option<Signal>, Information)> {
    let mut bytes = [0; 32];
    user::copy_from_user(&mut bytes, address)?;
    // The rest of Linux's 128 bytes says nothing, but has to be there.
    user::copy_from_user(&mut [0; 96], address.wrapping_add(32))?;
    let signal = signal_or_none(number)?;
    Ok((signal, Information::from_bytes(signal.unwrap_or(Signal::HUP), &bytes)))
}

fn check_pretence(what: Information, receiver: Option<Pid>) -> Result<()> {
    let is_pretence = what.code >= 0 || what.code == linux::SI_TKILL;
    if is_pretence && receiver != process::running_pid() { Err(Errno::PERM) } else { Ok(()) }
}
