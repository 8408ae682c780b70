//! Sleeping to the tick.
//!
//! Sleepers wait in a list sorted by the tick at which they wake, so the timer looks at the first
//! one only. The book's `mtime_sleep` yields in a loop until the time has passed.

use super::clock;
use super::list::List;
use super::scheduler;
use super::task_ref::{TaskRef, TimerTag};
use crate::arch::lock::IrqLock;
use crate::arch::pit::TICK_NS;
use crate::errno::{Errno, Result};

/// Who sleeps, earliest first.
static SLEEPING: IrqLock<List<TimerTag>> = IrqLock::new(List::new());

/// The tick at which `ns` nanoseconds from now have certainly passed: rounded up to ticks, and one more because
/// the current tick has begun already.
pub fn deadline_after_ns(ns: u64) -> u64 {
    clock::ticks().saturating_add(ns.div_ceil(u64::from(TICK_NS)).saturating_add(1))
}

/// Sleeps for at least `ns` nanoseconds. The book's `mtime_sleep`.
///
/// # Errors
/// RESTART when a signal came first.
#[doc(alias = "ticks_to_sleep")]
#[doc(alias = "mtime_sleep")]
pub fn sleep_ns(ns: u64) -> Result<()> {
    sleep_until(deadline_after_ns(ns))
}

/// Sleeps until the tick `deadline` has come.
///
/// # Errors
/// RESTART when a signal came first.
pub fn sleep_until(deadline: u64) -> Result<()> {
    loop {
        match scheduler::block_interruptibly(Some(deadline)) {
            Ok(()) => {}
            Err(Errno::TIMEDOUT) => return Ok(()),
            Err(error) => return Err(error),
        }
    }
}

/// Has `task` woken at the tick `wake`; nothing happens if it stops sleeping before.
pub(super) fn start_timer(task: TaskRef, wake: u64) {
    task.wake_tick.set(wake);
    SLEEPING.lock().insert_before(TimerTag(task), |other| other.0.wake_tick.get() > wake);
}

/// Takes `task` off the list of sleepers; says whether its time has come already.
pub(super) fn stop_timer(task: TaskRef) -> bool {
    let mut sleeping = SLEEPING.lock();
    let is_waiting = task.timer_tag.get().is_linked();
    if is_waiting {
        sleeping.remove(TimerTag(task));
    }
    !is_waiting
}

/// Wakes everybody whose time has come. Called by the timer.
pub(super) fn wake_until(now: u64) {
    loop {
        let mut sleeping = SLEEPING.lock();
        let Some(TimerTag(task)) = sleeping.first().filter(|tag| tag.0.wake_tick.get() <= now) else { return };
        sleeping.pop();
        drop(sleeping);
        scheduler::wake_if_blocked(task);
    }
}
