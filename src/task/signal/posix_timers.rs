//! POSIX timers: as many as a program wants, on the clock that it wants, with the signal that it wants.
//!
//! A timer is due at a time of its clock and is noticed by the tick that comes then, so they are as fine as ticks are. A
//! signal that still waits when its timer is due again is not sent twice: it is told how often that was, the overrun.
//! `man 2 timer_create`, `man 2 timer_getoverrun`; `man 7 signal`.

use super::information::Information;
use super::number::Signal;
use super::send::{send_to_process, send_to_thread};
use crate::arch::lock::IrqLock;
use crate::arch::pit::TICK_NS;
use crate::errno::{Errno, Result};
use crate::task::clock;
use crate::task::pid::{self, Pid};
use crate::task::process::{self, Process};
use crate::task::task_ref::{TaskRef, running_thread};
use crate::task::usage::Ticks;
use alloc::vec::Vec;
use core::cell::RefCell;

/// How many timers a process may have.
const MOST_TIMERS: usize = 1024;

/// What a timer goes by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Clock {
    /// Time that passes, since the kernel's start or since 1970.
    Monotonic,
    Wall,
    /// What the process has used, or the thread.
    Process,
    Thread(Pid),
}

impl Clock {
    /// What it says now for `process`, in nanoseconds.
    fn now(self, process: &Process) -> u64 {
        let ns = |used: Ticks| u64::from(used.user + used.system) * u64::from(TICK_NS);
        match self {
            Self::Monotonic => clock::uptime_ns(),
            Self::Wall => clock::unix_ns(),
            Self::Process => ns(process.usage.own()),
            // The number may have come to be another's.
            Self::Thread(pid) => pid::find(pid).filter(|task| task.is_of(process)).map_or(0, |task| ns(task.used())),
        }
    }

    /// Says whether it goes on while the process does not run.
    fn always_goes(self) -> bool {
        matches!(self, Self::Monotonic | Self::Wall)
    }
}

/// What happens when a timer is due. `man 7 sigevent`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Notice {
    /// Nothing: the program asks.
    None,
    /// A signal for the process.
    Process(Signal),
    /// A signal for one thread.
    Thread(Signal, Pid),
}

/// When a timer is due next, and how long it is from then to the time after; 0: never. In nanoseconds.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Setting {
    pub value: u64,
    pub interval: u64,
}

/// One timer.
struct PosixTimer {
    clock: Clock,
    notice: Notice,
    /// What comes along with the signal.
    value: u32,
    /// By its clock; 0: not running.
    due: u64,
    interval: u64,
    /// How often it was due while its signal waited that was delivered last.
    overrun: u32,
}

/// The timers of a process, by their numbers.
pub struct PosixTimers(RefCell<Vec<Option<PosixTimer>>>);

/// When the first of all timers is due that go by a clock that always goes, by the kernel's time.
static EARLIEST: IrqLock<u64> = IrqLock::new(u64::MAX);

impl PosixTimers {
    /// None.
    pub const fn new() -> Self {
        Self(RefCell::new(Vec::new()))
    }

    /// Deletes all.
    pub fn clear(&self) {
        drop(self.0.take());
    }

    fn with<R>(&self, number: u32, work: impl FnOnce(&mut PosixTimer) -> R) -> Result<R> {
        let mut timers = self.0.borrow_mut();
        let timer = timers.get_mut(number as usize).and_then(Option::as_mut).ok_or(Errno::INVAL)?;
        Ok(work(timer))
    }

    /// Makes a timer, which does not run; returns its number. The value that comes along with the signal is `value`, or
    /// the number.
    ///
    /// # Errors
    /// EAGAIN when there are too many, or no memory.
    pub fn create(&self, clock: Clock, notice: Notice, value: Option<u32>) -> Result<u32> {
        let mut timers = self.0.borrow_mut();
        let number = timers.iter().position(Option::is_none).unwrap_or(timers.len());
        if number == timers.len() {
            if number == MOST_TIMERS || timers.try_reserve(1).is_err() {
                return Err(Errno::AGAIN);
            }
            timers.push(None);
        }
        let value = value.unwrap_or(number as u32);
        timers[number] = Some(PosixTimer { clock, notice, value, due: 0, interval: 0, overrun: 0 });
        Ok(number as u32)
    }

    /// Deletes a timer. A signal of it that waits still comes.
    ///
    /// # Errors
    /// EINVAL when there is none of that number.
    pub fn delete(&self, number: u32) -> Result<()> {
        let mut timers = self.0.borrow_mut();
        timers.get_mut(number as usize).and_then(Option::take).map(drop).ok_or(Errno::INVAL)
    }

    /// How often the timer was due while its signal waited that was delivered last.
    ///
    /// # Errors
    /// EINVAL when there is none of that number.
    pub fn overrun(&self, number: u32) -> Result<u32> {
        self.with(number, |timer| timer.overrun)
    }

    /// Notes that a signal of a timer's is delivered, if it is one.
    pub(super) fn note_delivered(&self, what: &Information) {
        if let Some((number, overrun)) = what.timer() {
            let _ = self.with(number, |timer| timer.overrun = overrun);
        }
    }

    /// Sends what is due of `process`, and returns when the next one is by a clock that always goes, by the kernel's
    /// time.
    fn expire(&self, leader: TaskRef) -> u64 {
        let process = leader.process();
        let mut earliest = u64::MAX;
        // By number: sending may look at the timers, too.
        let count = self.0.borrow().len();
        for number in 0..count {
            let due = self.with(number as u32, |timer| timer.take_due(process));
            if let Ok(Some(due)) = due {
                due.send(number as u32, leader);
            }
            if let Ok(Some(next)) = self.with(number as u32, |timer| timer.next_by_kernel_time(process)) {
                earliest = earliest.min(next);
            }
        }
        earliest
    }
}

/// A timer that is due.
struct Due {
    notice: Notice,
    value: u32,
    /// How many times over, beyond the first.
    times: u32,
}

impl PosixTimer {
    fn take_due(&mut self, process: &Process) -> Option<Due> {
        let now = self.clock.now(process);
        if self.due == 0 || now < self.due {
            return None;
        }
        let more = (now - self.due).checked_div(self.interval).unwrap_or(0);
        self.due = if self.interval == 0 { 0 } else { self.due + (more + 1) * self.interval };
        Some(Due { notice: self.notice, value: self.value, times: more.min(i32::MAX as u64) as u32 })
    }

    fn next_by_kernel_time(&self, process: &Process) -> Option<u64> {
        let is_running = self.due != 0 && self.clock.always_goes();
        is_running.then(|| clock::uptime_ns().saturating_add(self.due.saturating_sub(self.clock.now(process))))
    }
}

impl Due {
    fn send(self, number: u32, leader: TaskRef) {
        let (signal, thread) = match self.notice {
            Notice::None => return,
            Notice::Process(signal) => (signal, None),
            Notice::Thread(signal, pid) => (signal, Some(pid)),
        };
        let receiver = thread.map_or(Some(leader), pid::find).filter(|task| task.tgid() == leader.tgid());
        let Some(receiver) = receiver else { return };
        let pending = if thread.is_some() { &receiver.signals.pending } else { &leader.process().pending };
        if pending.add_overrun(signal, number, self.times + 1) {
            return;
        }
        let what = Information::of_timer(signal, number, self.times, self.value);
        // One that cannot be kept is lost, as when too many wait.
        let _ = if thread.is_some() { send_to_thread(receiver, what) } else { send_to_process(receiver, what) };
    }
}

/// What the timer `number` of the running process is set to: how long until it is due, and its interval.
///
/// # Errors
/// EINVAL when there is none of that number.
pub fn get(number: u32) -> Result<Setting> {
    let task = running_thread();
    let process = task.process();
    process.posix_timers.with(number, |timer| Setting {
        // One that is due and has not been noticed runs still.
        value: if timer.due == 0 { 0 } else { timer.due.saturating_sub(timer.clock.now(process)).max(1) },
        interval: timer.interval,
    })
}

/// Sets the timer `number` of the running process: to be due at the time `setting.value` of its clock, or after that
/// long.
///
/// # Errors
/// EINVAL when there is none of that number.
pub fn set(number: u32, setting: Setting, is_absolute: bool) -> Result<()> {
    let task = running_thread();
    let process = task.process();
    process.posix_timers.with(number, |timer| {
        let start = if is_absolute { 0 } else { timer.clock.now(process) };
        timer.due = if setting.value == 0 { 0 } else { start.saturating_add(setting.value) };
        timer.interval = setting.interval;
        timer.overrun = 0;
        if let Some(next) = timer.next_by_kernel_time(process) {
            let mut earliest = EARLIEST.lock();
            *earliest = next.min(*earliest);
        }
    })
}

/// A tick has come.
pub(super) fn tick() {
    let task = running_thread();
    // What the running process uses goes on now.
    task.process().posix_timers.expire(task.process().leader());
    if *EARLIEST.lock() <= clock::uptime_ns() {
        let earliest = process::all().map(|leader| leader.process().posix_timers.expire(leader)).min();
        *EARLIEST.lock() = earliest.unwrap_or(u64::MAX);
    }
}
