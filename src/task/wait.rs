//! Waiting for children, with Linux's rules.
//!
//! Book: chapter 15, `sys_wait`; `man 2 wait4`.

use super::exit::reap;
use super::pid::Pid;
use super::scheduler;
use super::status::WaitStatus;
use super::task_ref::{TaskRef, running_thread};
use super::task_struct::Status;
use crate::arch::interrupt;
use crate::errno::{Errno, Result};

/// Which children are waited for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Which {
    Any,
    One(Pid),
}

/// What to do when none has ended yet.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Hang {
    /// Sleep until one does.
    Wait,
    /// Return (Linux's WNOHANG).
    No,
}

/// Reaps a child that has ended and returns its pid and status; `None` when none has and `hang`
/// says not to wait. The book's `sys_wait`.
///
/// # Errors
/// ECHILD when there is no such child.
pub fn sys_wait(which: Which, hang: Hang) -> Result<Option<(Pid, WaitStatus)>> {
    let _off = interrupt::disabled();
    loop {
        let mut has_child = false;
        for child in children_of(running_thread()).filter(|&child| is_meant(which, child)) {
            has_child = true;
            if child.status.get() == Status::Hanging {
                let pid = child.pid().expect("a task on the list has a pid");
                let status = child.exit_status.get();
                reap(child);
                return Ok(Some((pid, status)));
            }
        }
        if !has_child {
            return Err(Errno::CHILD);
        }
        if hang == Hang::No {
            return Ok(None);
        }
        scheduler::block(Status::Waiting);
    }
}

fn children_of(parent: TaskRef) -> impl Iterator<Item = TaskRef> {
    scheduler::all_tasks().filter(move |child| child.parent_pid.get() == parent.pid())
}

fn is_meant(which: Which, child: TaskRef) -> bool {
    match which {
        Which::Any => true,
        Which::One(pid) => child.pid() == Some(pid),
    }
}
