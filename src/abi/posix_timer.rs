//! POSIX timers. `man 2 timer_create`, `man 2 timer_settime`.

use super::time::{write_time, write_time64};
use super::timespec::{read_duration32, read_duration64};
use crate::errno::{Errno, Result};
use crate::mm::user;
use crate::task::pid::{self, Pid};
use crate::task::signal::Signal;
use crate::task::signal::posix_timers::{self, Clock, Notice, Setting};
use crate::task::task_ref::running_thread;
use linux_raw_sys::general as linux;

fn clock(number: u32) -> Result<Clock> {
    match number {
        linux::CLOCK_REALTIME => Ok(Clock::Wall),
        linux::CLOCK_MONOTONIC | linux::CLOCK_BOOTTIME => Ok(Clock::Monotonic),
        linux::CLOCK_PROCESS_CPUTIME_ID => Ok(Clock::Process),
        linux::CLOCK_THREAD_CPUTIME_ID => running_thread().pid().map(Clock::Thread).ok_or(Errno::INVAL),
        _ => Err(Errno::INVAL),
    }
}

/// Reads a `struct sigevent`: what comes along with the signal, the signal, how it is told, and the thread.
fn read_event(address: u32) -> Result<(Notice, u32)> {
    let [value, signal, kind, thread] = [0, 4, 8, 12].map(|offset| user::read_u32(address.wrapping_add(offset)));
    let (value, signal, kind, thread) = (value?, signal?, kind?, thread?);
    let signal = || Signal::new(signal).ok_or(Errno::INVAL);
    let notice = match kind {
        linux::SIGEV_NONE => Notice::None,
        linux::SIGEV_SIGNAL | linux::SIGEV_THREAD => Notice::Process(signal()?),
        linux::SIGEV_THREAD_ID => {
            let task = Pid::new(thread).and_then(pid::find).filter(|task| task.tgid() == running_thread().tgid());
            Notice::Thread(signal()?, task.and_then(|task| task.pid()).ok_or(Errno::INVAL)?)
        }
        _ => return Err(Errno::INVAL),
    };
    Ok((notice, value))
}

/// `man 2 timer_create`; without an event it is SIGALRM, with the timer's number.
pub fn timer_create(number: u32, event: u32, timer: u32) -> Result<u32> {
    let clock = clock(number)?;
    let (notice, value) = match event {
        0 => (Notice::Process(Signal::ALRM), None),
        _ => read_event(event).map(|(notice, value)| (notice, Some(value)))?,
    };
    let task = running_thread();
    let timers = &task.process().posix_timers;
    let made = timers.create(clock, notice, value)?;
    if let Err(error) = user::write_u32(timer, made) {
        timers.delete(made)?;
        return Err(error);
    }
    Ok(0)
}

/// `man 2 timer_delete`.
pub fn timer_delete(timer: u32) -> Result<u32> {
    running_thread().process().posix_timers.delete(timer)?;
    Ok(0)
}

/// `man 2 timer_getoverrun`.
pub fn timer_getoverrun(timer: u32) -> Result<u32> {
    running_thread().process().posix_timers.overrun(timer)
}

/// `man 2 timer_gettime`, with times of two 32-bit words.
pub fn timer_gettime(timer: u32, setting: u32) -> Result<u32> {
    OLD.write(setting, posix_timers::get(timer)?)
}

/// `timer_gettime` with times of two 64-bit words.
pub fn timer_gettime64(timer: u32, setting: u32) -> Result<u32> {
    NEW.write(setting, posix_timers::get(timer)?)
}

/// `man 2 timer_settime`, with times of two 32-bit words.
pub fn timer_settime(timer: u32, flags: u32, new: u32, old: u32) -> Result<u32> {
    OLD.set(timer, flags, new, old)
}

/// `timer_settime` with times of two 64-bit words.
pub fn timer_settime64(timer: u32, flags: u32, new: u32, old: u32) -> Result<u32> {
    NEW.set(timer, flags, new, old)
}

/// How a `struct itimerspec` lies in memory: the interval, then the value.
struct Layout {
    time_bytes: u32,
    read: fn(u32) -> Result<u64>,
    write: fn(u32, u64) -> Result<()>,
}

const OLD: Layout = Layout { time_bytes: 8, read: read_duration32, write: write_time };
const NEW: Layout = Layout { time_bytes: 16, read: read_duration64, write: write_time64 };

impl Layout {
    fn read(&self, address: u32) -> Result<Setting> {
        let interval = (self.read)(address)?;
        Ok(Setting { interval, value: (self.read)(address.wrapping_add(self.time_bytes))? })
    }

    fn write(&self, address: u32, setting: Setting) -> Result<u32> {
        (self.write)(address, setting.interval)?;
        (self.write)(address.wrapping_add(self.time_bytes), setting.value)?;
        Ok(0)
    }

    fn set(&self, timer: u32, flags: u32, new: u32, old: u32) -> Result<u32> {
        if new == 0 {
            return Err(Errno::INVAL);
        }
        let setting = self.read(new)?;
        let was = posix_timers::get(timer)?;
        posix_timers::set(timer, setting, flags & linux::TIMER_ABSTIME != 0)?;
        if old != 0 {
            self.write(old, was)?;
        }
        Ok(0)
    }
}
