//! Process groups and sessions: what a shell and a terminal make of processes.
//!
//! A terminal belongs to a session, and reads for one group of it at a time. What is the terminal's own
//! business (which group that is) stays with the terminal; here is who belongs together, and what becomes of
//! those that are left behind: a group is orphaned when no parent of a member is in another group of the same
//! session, so nobody could let it go on when it is stopped. POSIX, "General Terminal Interface";
//! `man 2 setpgid`, `man 2 setsid`.

use super::kinship::parent_of;
use super::pid::{self, Pid};
use super::process::{self, Process};
use super::signal::{Signal, send_to_group};
use super::task_ref::{TaskRef, running_thread};
use crate::arch::interrupt;
use crate::errno::{Errno, Result};
use alloc::sync::Arc;
use core::any::Any;

/// The terminal of a session, as far as the end of its leader concerns it.
pub trait ControllingTerminal: Any + Send + Sync {
    /// The session's leader has ended: hangs up on the foreground group, and belongs to nobody from now on.
    fn session_ended(&self);

    /// Its device number, as `stat` tells it.
    fn number(&self) -> u32;

    /// The group in its foreground.
    fn foreground(&self) -> Option<Pid>;
}

/// Moves a process, the caller (`None`) or a child of its, to a group: its own (`None`), or one of the session.
/// `man 2 setpgid`.
///
/// # Errors
/// EINVAL for a thread's number that is no process's; ESRCH for a process that is neither; EPERM for a session's leader, a child of another session, or a group
/// that is not in the session; EACCES for a child that has begun a program of its own.
pub fn set_group(process: Option<Pid>, group: Option<Pid>) -> Result<()> {
    let _off = interrupt::disabled();
    let caller = running_thread().process().leader();
    let task = process.map_or(Some(caller), pid::find).filter(|task| task.is_process()).ok_or(Errno::SRCH)?;
    if !task.is_leader() {
        return Err(Errno::INVAL);
    }
    let membership = task.membership();
    if task != caller {
        if task.parent_pid() != caller.pid() {
            return Err(Errno::SRCH);
        }
        if membership.session() != caller.membership().session() {
            return Err(Errno::PERM);
        }
        if membership.has_executed.get() {
            return Err(Errno::ACCES);
        }
    }
    let own = task.pid().ok_or(Errno::SRCH)?;
    let group = group.unwrap_or(own);
    let session = membership.session();
    if session == Some(own) || group != own && !session.is_some_and(|session| exists_in_session(group, session)) {
        return Err(Errno::PERM);
    }
    membership.set_group(group);
    Ok(())
}

/// Begins a session, and in it a group, with the running process as the only member and no terminal.
/// `man 2 setsid`.
///
/// # Errors
/// EPERM for the leader of a group.
pub fn begin() -> Result<Pid> {
    let _off = interrupt::disabled();
    let task = running_thread();
    let process = task.process();
    let own = process.pid().ok_or(Errno::PERM)?;
    if process.membership.session() == Some(own) || members(own).next().is_some() {
        return Err(Errno::PERM);
    }
    lead(process, own);
    process.membership.set_terminal(None);
    Ok(own)
}

/// Makes `process`, whose pid is `own`, the leader of a session and of a group.
fn lead(process: &Process, own: Pid) {
    process.membership.set_session(own);
    process.membership.set_group(own);
}

/// Gives a new kernel thread, which may become a process, a group of its own in its maker's session; the first
/// of all begins one.
pub fn enlist(process: &Process, maker: &Process) {
    let Some(own) = process.pid() else { return };
    lead(process, own);
    if let Some(session) = maker.membership.session() {
        process.membership.set_session(session);
        process.membership.set_terminal(maker.membership.terminal());
    }
}

/// The members of a group.
fn members(group: Pid) -> impl Iterator<Item = TaskRef> {
    process::all().filter(move |task| task.membership().group() == Some(group))
}

/// Says whether the group has a member in the session.
pub fn exists_in_session(group: Pid, session: Pid) -> bool {
    members(group).any(|task| task.membership().session() == Some(session))
}

/// The session of the running process.
pub fn of_running() -> Option<Pid> {
    running_thread().membership().session()
}

/// The group of the running process.
pub fn group_of_running() -> Option<Pid> {
    running_thread().membership().group()
}

/// Says whether the running process leads its session: only then may it take a terminal.
pub fn is_leader() -> bool {
    let task = running_thread();
    let process = task.process();
    process.pid().is_some() && process.membership.session() == process.pid()
}

/// The controlling terminal of the running process.
pub fn terminal_of_running() -> Option<Arc<dyn ControllingTerminal>> {
    running_thread().membership().terminal()
}

/// Makes `terminal` that of all processes of `session`, or takes it from them.
pub fn set_terminal(session: Pid, terminal: Option<&Arc<dyn ControllingTerminal>>) {
    let _off = interrupt::disabled();
    for task in process::all().filter(|task| task.membership().session() == Some(session)) {
        task.membership().set_terminal(terminal.cloned());
    }
}

/// Says whether nobody could let the group go on when it is stopped.
pub fn is_orphaned(group: Pid) -> bool {
    let _off = interrupt::disabled();
    is_orphaned_without(group, None)
}

/// As [`is_orphaned`], as if `leaving` were gone already.
fn is_orphaned_without(group: Pid, leaving: Option<TaskRef>) -> bool {
    let mut living = members(group).filter(|&task| Some(task) != leaving && !task.process().has_ended());
    !living.any(|task| {
        parent_of(task.process()).is_some_and(|parent| {
            parent.membership().group() != Some(group)
                && parent.membership().session() == task.membership().session()
                && Some(parent) != leaving
                && !task.process().kinship.is_adopted.get()
        })
    })
}

/// The running process ends: groups that its end leaves to themselves, and of which a member is stopped, are
/// told to hang up and go on. Called before its children have another parent.
pub fn leave_groups() {
    let task = running_thread().process().leader();
    if let Some(own) = task.membership().group() {
        // Whether it was orphaned before does not count: the parent is what it leaves.
        let has_parent_outside = parent_of(task.process()).is_some_and(|parent| {
            parent.membership().group() != Some(own) && parent.membership().session() == task.membership().session()
        });
        if has_parent_outside {
            hang_up_if_orphaned(own, task);
        }
    }
    for child in process::all().filter(|child| child.parent_pid() == task.pid()) {
        let is_tie = child.membership().group() != task.membership().group()
            && child.membership().session() == task.membership().session();
        if let Some(group) = child.membership().group().filter(|_| is_tie) {
            hang_up_if_orphaned(group, task);
        }
    }
}

fn hang_up_if_orphaned(group: Pid, leaving: TaskRef) {
    let has_stopped = members(group).any(|task| task != leaving && task.process().is_stopped());
    if has_stopped && is_orphaned_without(group, Some(leaving)) {
        send_to_group(group, Signal::HUP);
        send_to_group(group, Signal::CONT);
    }
}

/// The running process ends: if it leads a session, the session loses its terminal.
pub fn leave_terminal() {
    let _off = interrupt::disabled();
    let task = running_thread();
    let Some(terminal) = task.membership().terminal().filter(|_| is_leader()) else { return };
    terminal.session_ended();
    if let Some(session) = task.membership().session() {
        set_terminal(session, None);
    }
}
