//! Sleeping to the tick.
//!
//! Sleepers wait in a list sorted by the tick at which they wake, so the timer looks at the first
//! one only. The book's `mtime_sleep` yields in a loop until the time has passed.

use super::clock;
use super::list::List;
use super::scheduler;
use super::task_ref::{TaskRef, running_thread};
use super::task_struct::Status;
use crate::arch::interrupt;
use crate::arch::lock::IrqLock;
use crate::arch::pit::TICK_NS;

/// Who sleeps, earliest first.
static SLEEPING: IrqLock<List<TaskRef>> = IrqLock::new(List::new());

/// Sleeps for at least `ns` nanoseconds: rounded up to ticks, and one more because the current
/// tick has begun already. The book's `mtime_sleep`.
#[doc(alias = "mtime_sleep")]
pub fn sleep_ns(ns: u64) {
    let ticks = ns.div_ceil(u64::from(TICK_NS)).saturating_add(1);
    let _off = interrupt::disabled();
    let task = running_thread();
    let wake = clock::ticks().saturating_add(ticks);
    task.wake_tick.set(wake);
    SLEEPING.lock().insert_before(task, |other| other.wake_tick.get() > wake);
    scheduler::block(Status::Blocked);
}

/// Wakes everybody whose time has come. Called by the timer.
pub(super) fn wake_until(now: u64) {
    loop {
        let mut sleeping = SLEEPING.lock();
        let Some(task) = sleeping.first().filter(|task| task.wake_tick.get() <= now) else { return };
        sleeping.pop();
        drop(sleeping);
        scheduler::unblock(task);
    }
}
