//! Queues of tasks that wait for the same thing.
//!
//! A queue lies behind the lock of what is waited for. A waiter joins it under that lock, gives the lock
//! up, and blocks with interrupts off in between, so nobody can wake it before it sleeps. It may be woken by
//! something else meanwhile, a signal or a timer; so it takes itself off the queue afterwards, and waking
//! passes over those that are awake already: no wake-up is lost on them. Book: chapter 10, the waiters of
//! `struct semaphore`.

use super::list::List;
use super::scheduler;
use super::task_ref::{TaskRef, WaitTag, running_thread};
use super::task_struct::Status;
use crate::arch::interrupt;
use crate::arch::lock::IrqLock;
use crate::errno::Result;

/// Tasks that wait for the same thing, longest first.
pub struct WaitQueue(List<WaitTag>);

impl WaitQueue {
    /// Nobody waits.
    pub const fn new() -> Self {
        Self(List::new())
    }

    /// Puts `task`, the running one, at the end; it must block next, with interrupts off in between.
    #[doc(alias = "ioq_wait")]
    pub fn join(&mut self, task: TaskRef) {
        self.0.append(WaitTag(task));
    }

    /// Takes `task` off the queue if it is still on it. A task is never on two.
    pub fn leave(&mut self, task: TaskRef) {
        if task.wait_tag.get().is_linked() {
            self.0.remove(WaitTag(task));
        }
    }

    /// Lets the task that has waited longest run again; says whether there was one.
    #[doc(alias = "wakeup")]
    pub fn wake_one(&mut self) -> bool {
        while let Some(WaitTag(task)) = self.0.pop() {
            if scheduler::wake_if_blocked(task) {
                return true;
            }
        }
        false
    }

    /// Lets all of them run again.
    pub fn wake_all(&mut self) {
        while self.wake_one() {}
    }
}

/// Sleeps after [`WaitQueue::join`], once the queue's lock is dropped, until woken by [`WaitQueue::wake_one`]:
/// no signal ends it.
pub fn block_in_queue() {
    scheduler::block(Status::Blocked);
}

/// Does `attempt` on what `lock` protects until it returns something, sleeping in the queue that `queue` names
/// between two attempts.
///
/// # Errors
/// RESTART when a signal arrives, TIMEDOUT when the tick `deadline` comes first.
pub fn wait_for<T, R>(
    lock: &IrqLock<T>,
    queue: impl Fn(&mut T) -> &mut WaitQueue,
    deadline: Option<u64>,
    mut attempt: impl FnMut(&mut T) -> Option<R>,
) -> Result<R> {
    let _off = interrupt::disabled();
    let task = running_thread();
    loop {
        let mut data = lock.lock();
        if let Some(result) = attempt(&mut data) {
            return Ok(result);
        }
        queue(&mut data).join(task);
        drop(data);
        let woken = scheduler::block_interruptibly(deadline);
        let mut data = lock.lock();
        queue(&mut data).leave(task);
        if let Err(error) = woken {
            // What we were woken for may have come at the same time, and nobody else was woken for it.
            return attempt(&mut data).ok_or(error);
        }
    }
}
