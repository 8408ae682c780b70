//! What ties a process to its parent: what the parent is told, and how.
//!
//! A parent is told of its child's end, and of its stopping and going on, by a signal and by `wait`. `vfork`
//! keeps it asleep until the child has a program of its own. `man 2 wait`, `man 2 vfork`, `man 2 prctl`.

use super::pid::{self, Pid};
use super::scheduler;
use super::signal::send::send;
use super::signal::{Information, Signal};
use super::status::WaitStatus;
use super::task_ref::{TaskRef, running_thread};
use super::task_struct::{Status, Task};
use super::usage::Ticks;
use crate::arch::interrupt;
use crate::errno::Result;
use core::cell::Cell;
use linux_raw_sys::general as linux;

/// A process's ties to its parent, and as a parent to a child of vfork.
pub struct Kinship {
    /// What its end sends to the parent; `None`: nothing.
    pub exit_signal: Cell<Option<Signal>>,
    /// Stopped or continued, and the parent has not asked yet.
    pub change: Cell<Option<WaitStatus>>,
    /// The child of vfork for which it sleeps.
    vfork_child: Cell<Option<Pid>>,
    /// It runs in its parent's memory, as vfork's child.
    pub has_borrowed: Cell<bool>,
    /// What the parent's end sends to it (`PR_SET_PDEATHSIG`).
    pub death_signal: Cell<Option<Signal>>,
    /// Its parent is init, but did not make it.
    pub is_adopted: Cell<bool>,
}

impl Kinship {
    /// Of a process that ends with SIGCHLD, and of nothing else.
    pub const fn new() -> Self {
        Self {
            exit_signal: Cell::new(Some(Signal::CHLD)),
            change: Cell::new(None),
            vfork_child: Cell::new(None),
            has_borrowed: Cell::new(false),
            death_signal: Cell::new(None),
            is_adopted: Cell::new(false),
        }
    }
}

/// The parent, if the task has one that exists.
pub fn parent_of(task: &Task) -> Option<TaskRef> {
    task.parent_pid().and_then(pid::find)
}

/// Tells the parent that `task` has ended with `status`. Says whether the parent wants to know nothing more of
/// it: then nobody will wait for it.
pub fn ended(task: TaskRef, status: WaitStatus) -> bool {
    let Some(parent) = parent_of(&task) else { return true };
    let mut is_disowned = false;
    if let Some(signal) = task.kinship.exit_signal.get() {
        let action = parent.signals.action(Signal::CHLD);
        is_disowned = signal == Signal::CHLD && parent.is_process() && action.disowns_children();
        let _ = send(parent, told_of(&task, status).by(signal));
    }
    scheduler::wake_if_waiting(parent);
    is_disowned
}

/// Tells the parent that `task` has been stopped by `signal`.
pub fn stopped(task: TaskRef, signal: Signal) {
    tell_of_change(task, WaitStatus::stopped(signal));
}

/// Tells the parent that `task` goes on.
pub fn continued(task: TaskRef) {
    tell_of_change(task, WaitStatus::CONTINUED);
}

fn tell_of_change(task: TaskRef, change: WaitStatus) {
    task.kinship.change.set(Some(change));
    let Some(parent) = parent_of(&task) else { return };
    if !parent.signals.action(Signal::CHLD).has(linux::SA_NOCLDSTOP) {
        let _ = send(parent, told_of(&task, change));
    }
    scheduler::wake_if_waiting(parent);
}

fn told_of(task: &Task, status: WaitStatus) -> Information {
    let pid = task.pid().expect("a task on the list has a pid");
    told(pid, status, task.usage.own())
}

/// What a parent is told along with SIGCHLD, and by `waitid`.
pub(super) fn told(pid: Pid, status: WaitStatus, used: Ticks) -> Information {
    let code = match status {
        WaitStatus::CONTINUED => linux::CLD_CONTINUED,
        _ if status.is_stopped() => linux::CLD_STOPPED,
        _ if status.signal().is_some() => linux::CLD_KILLED,
        _ => linux::CLD_EXITED,
    };
    Information::child(code, pid.number(), status.detail(), used.user, used.system)
}

/// The running task sleeps until `child` begins a program or ends, or until it is killed itself.
pub fn wait_for_vfork_child(child: Pid) {
    let _off = interrupt::disabled();
    let task = running_thread();
    task.kinship.vfork_child.set(Some(child));
    while task.kinship.vfork_child.get().is_some() && !task.signals.is_killed() {
        scheduler::block(Status::Blocked);
    }
    task.kinship.vfork_child.set(None);
}

/// Says whether the task sleeps for a child of vfork's: only SIGKILL ends that.
pub fn sleeps_for_vfork_child(task: &Task) -> bool {
    task.kinship.vfork_child.get().is_some()
}

/// The parent of `task` if it sleeps for it.
pub(super) fn vfork_parent_of(task: &Task) -> Option<TaskRef> {
    let sleeps_for = |parent: &TaskRef| parent.kinship.vfork_child.get().is_some_and(|child| Some(child) == task.pid());
    parent_of(task).filter(sleeps_for)
}

/// Lets the parent go on if it sleeps for the running task, which has its own memory now, or none.
pub fn release_vfork_parent() {
    let _off = interrupt::disabled();
    if let Some(parent) = vfork_parent_of(&running_thread()) {
        parent.kinship.vfork_child.set(None);
        scheduler::wake_if_blocked(parent);
    }
}

/// The running task ends: sends its children what they asked for.
pub fn tell_children_of_death(child: TaskRef) {
    if let Some(signal) = child.kinship.death_signal.get() {
        let sender = running_thread().pid().map_or(0, Pid::number);
        let _: Result<()> = send(child, Information::sent(signal, linux::SI_USER as i32, sender));
    }
}
