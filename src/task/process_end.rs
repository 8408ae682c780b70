//! How all threads of a process come to their end, or all but one.
//!
//! Nobody ends another thread: it is marked, woken if it sleeps where that may be, and ends itself when it next leaves the
//! kernel, so that whatever it was doing there is whole. How the process ends is decided once, by whoever is first. execve
//! does the same to all threads but the caller's, which waits for it and takes the leader's place. `man 2 exit_group`,
//! `man 2 execve`.

use super::kinship;
use super::pid;
use super::process::Process;
use super::scheduler;
use super::signal::state::note_work;
use super::status::WaitStatus;
use super::task_ref::{TaskRef, running_thread};
use super::task_struct::{Status, Task};
use crate::arch::interrupt;
use crate::errno::{Errno, Result};

impl Process {
    /// Says whether no thread may be added any more: it ends, or one of its threads is about to be the only one.
    pub fn is_closing(&self) -> bool {
        self.ending.get().is_some() || self.successor.get().is_some()
    }

    /// Decides that it ends with `status`, unless it ends already; all threads but the running one end as soon as
    /// they can.
    pub(super) fn end(&self, status: WaitStatus) {
        if self.ending.get().is_none() {
            self.ending.set(Some(status));
        }
        self.doom_others();
    }

    /// Decides, for another process or for the running one, that it ends with `status`: all threads end as soon as they
    /// can.
    pub(super) fn kill(&self, status: WaitStatus) {
        if self.ending.get().is_none() {
            self.ending.set(Some(status));
        }
        self.stopped_by.set(None);
        self.threads().for_each(doom);
    }

    fn doom_others(&self) {
        self.stopped_by.set(None);
        self.threads().filter(|&task| task != running_thread()).for_each(doom);
    }

    /// Ends all other threads than the running one, and waits until they have; the running one becomes the leader,
    /// with the leader's number. Returns the old leader's page to be reaped, if it was another.
    ///
    /// # Errors
    /// RESTART when the running thread is to end itself.
    pub(super) fn become_only_thread(&self) -> Result<Option<TaskRef>> {
        let _off = interrupt::disabled();
        let task = running_thread();
        if self.is_closing() {
            return Err(Errno::RESTART);
        }
        self.successor.set(Some(task));
        self.doom_others();
        while self.living.get() > 1 {
            scheduler::block_killably();
            if task.is_doomed() {
                self.successor.set(None);
                return Err(Errno::RESTART);
            }
        }
        self.successor.set(None);
        let leader = self.leader();
        if leader == task {
            return Ok(None);
        }
        kinship::rename_maker(task.pid(), leader.pid());
        pid::exchange(&leader, &task);
        task.start_tick.set(leader.start_tick.get());
        self.leader.set(Some(task));
        Ok(Some(leader))
    }

    /// Lets the thread go on that waits to be the only one, if it is now.
    pub(super) fn wake_successor(&self) {
        if let Some(successor) = self.successor.get().filter(|_| self.living.get() == 1) {
            scheduler::wake_if_blocked(successor);
        }
    }
}

/// Lets `task` end as soon as it can: when it next leaves the kernel, and before if it sleeps where that can be ended.
fn doom(task: TaskRef) {
    task.is_doomed.set(true);
    note_work(task);
    if task.status() == Status::Stopped {
        scheduler::unblock(task);
    } else {
        scheduler::wake_for_end(task);
    }
}

impl Task {
    /// Says whether it is to end as soon as it can.
    pub fn is_doomed(&self) -> bool {
        self.is_doomed.get()
    }
}
