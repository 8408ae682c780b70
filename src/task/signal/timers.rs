//! Interval timers: a signal after a while, once or again and again. `man 2 setitimer`, `man 2 alarm`.
//!
//! All count ticks: the real one those of the clock, the others those that the process uses. The clock asks
//! who is due only when the earliest of all has come.

use super::information::Information;
use super::number::Signal;
use super::posix_timers;
use super::send::send_to_process;
use crate::arch::lock::IrqLock;
use crate::errno::Result;
use crate::mm::heap::try_box;
use crate::task::clock;
use crate::task::process;
use crate::task::task_ref::running_thread;

/// Which timer: the numbers of `setitimer`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// Time that passes: SIGALRM.
    Real,
    /// Time of the process in ring 3: SIGVTALRM.
    Virtual,
    /// Time of the process in ring 3 and in the kernel: SIGPROF.
    Profiling,
}

/// A timer, in ticks.
#[derive(Clone, Copy, Default)]
pub struct Timer {
    /// Ticks left; 0: not running.
    pub left: u64,
    /// Ticks from one signal to the next; 0: only one.
    pub interval: u64,
}

/// A process's timers.
#[derive(Clone, Copy, Default)]
pub struct Timers {
    /// The clock's tick at which the real one is due; 0: not running.
    real_due: u64,
    real_interval: u64,
    user: Timer,
    profiling: Timer,
}

/// The clock's tick at which the first real timer of all is due.
static EARLIEST: IrqLock<u64> = IrqLock::new(u64::MAX);

/// The running process's timer `which`.
pub fn get(which: Which) -> Timer {
    let task = running_thread();
    let timers = task.process().timers.borrow();
    let Some(timers) = timers.as_ref() else { return Timer::default() };
    match which {
        Which::Real if timers.real_due == 0 => Timer { left: 0, interval: timers.real_interval },
        Which::Real => {
            // The tick that has begun was added when it was set. One that is due has not been noticed yet; it still
            // runs.
            let left = timers.real_due.saturating_sub(clock::ticks() + 1).max(1);
            Timer { left, interval: timers.real_interval }
        }
        Which::Virtual => timers.user,
        Which::Profiling => timers.profiling,
    }
}

/// Sets the running process's timer `which`.
///
/// # Errors
/// ENOMEM.
pub fn set(which: Which, timer: Timer) -> Result<()> {
    let task = running_thread();
    let mut place = task.process().timers.borrow_mut();
    if place.is_none() {
        if timer.left == 0 {
            return Ok(());
        }
        *place = Some(try_box(&Timers::default())?);
    }
    let Some(timers) = place.as_mut() else { return Ok(()) };
    match which {
        Which::Virtual => timers.user = timer,
        Which::Profiling => timers.profiling = timer,
        Which::Real => {
            timers.real_interval = timer.interval;
            timers.real_due = if timer.left == 0 { 0 } else { clock::ticks().saturating_add(timer.left) };
            if timers.real_due != 0 {
                let mut earliest = EARLIEST.lock();
                *earliest = timers.real_due.min(*earliest);
            }
        }
    }
    Ok(())
}

/// The clock has come to tick `now`, and has interrupted the running task in ring 3 or in the kernel.
pub fn tick(now: u64, is_from_user: bool) {
    count_running(is_from_user);
    posix_timers::tick();
    if *EARLIEST.lock() > now {
        return;
    }
    let mut earliest = u64::MAX;
    for task in process::all() {
        let mut is_due = false;
        if let Some(timers) = task.process().timers.borrow_mut().as_mut()
            && timers.real_due != 0
        {
            is_due = timers.real_due <= now;
            if is_due {
                timers.real_due = if timers.real_interval == 0 { 0 } else { now + timers.real_interval };
            }
            earliest = if timers.real_due == 0 { earliest } else { earliest.min(timers.real_due) };
        }
        if is_due {
            let _ = send_to_process(task, Information::of_kernel(Signal::ALRM));
        }
    }
    *EARLIEST.lock() = earliest;
}

/// Counts the tick for the timers of the running task that count what it uses.
fn count_running(is_from_user: bool) {
    let task = running_thread();
    let (mut is_virtual_due, mut is_profiling_due) = (false, false);
    if let Some(timers) = task.process().timers.borrow_mut().as_mut() {
        is_virtual_due = is_from_user && timers.user.count();
        is_profiling_due = timers.profiling.count();
    }
    if is_virtual_due {
        let _ = send_to_process(task, Information::of_kernel(Signal::VTALRM));
    }
    if is_profiling_due {
        let _ = send_to_process(task, Information::of_kernel(Signal::PROF));
    }
}

impl Timer {
    /// Counts a tick; says whether it was the last one.
    fn count(&mut self) -> bool {
        if self.left == 0 {
            return false;
        }
        self.left -= 1;
        let is_due = self.left == 0;
        if is_due {
            self.left = self.interval;
        }
        is_due
    }
}
