//! What ties a process to its parent: what the parent is told, and how.
//!
//! A parent is told of its child's end, and of its stopping and going on, by a signal and by `wait`. `vfork`
//! keeps it asleep until the child has a program of its own. `man 2 wait`, `man 2 vfork`, `man 2 prctl`.

use super::pid::{self, Pid};
use super::process::{self, Process};
use super::scheduler;
use super::signal::send_to_process;
use super::signal::{Information, Signal};
use super::status::WaitStatus;
use super::task_ref::{TaskRef, running_thread};
use super::task_struct::Task;
use super::usage::Ticks;
use crate::arch::interrupt;
use crate::errno::Result;
use core::cell::Cell;
use linux_raw_sys::general as linux;

/// A process's ties to its parent.
pub struct Kinship {
    /// What its end sends to the parent; `None`: nothing.
    pub exit_signal: Cell<Option<Signal>>,
    /// Stopped or continued, and the parent has not asked yet.
    pub change: Cell<Option<WaitStatus>>,
    /// The thread of the parent that made it (`__WNOTHREAD`).
    pub maker: Cell<Option<Pid>>,
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
            maker: Cell::new(None),
            death_signal: Cell::new(None),
            is_adopted: Cell::new(false),
        }
    }
}

/// A thread's part in a vfork. `man 2 vfork`.
pub struct Vfork {
    /// The child for which it sleeps.
    child: Cell<Option<Pid>>,
    /// Who sleeps for it.
    maker: Cell<Option<Pid>>,
}

impl Vfork {
    /// In none.
    pub const fn new() -> Self {
        Self { child: Cell::new(None), maker: Cell::new(None) }
    }

    /// In none: it is new.
    pub fn clear(&self) {
        self.child.set(None);
        self.maker.set(None);
    }
}

/// The parent, by its leader, if the process has one that exists.
pub fn parent_of(process: &Process) -> Option<TaskRef> {
    process.parent_pid.get().and_then(process::find)
}

/// Tells the parent that `process` has ended with `status`. Says whether the parent wants to know nothing more of
/// it: then nobody will wait for it.
pub fn ended(process: &Process, status: WaitStatus) -> bool {
    let Some(parent) = parent_of(process) else { return true };
    let mut is_disowned = false;
    if let Some(signal) = process.kinship.exit_signal.get() {
        let action = parent.process().action(Signal::CHLD);
        is_disowned = signal == Signal::CHLD && parent.is_process() && action.disowns_children();
        let _ = send_to_process(parent, told_of(process, status).by(signal));
    }
    wake_those_who_wait(&parent);
    is_disowned
}

/// Wakes the threads of the parent that wait for a child.
fn wake_those_who_wait(parent: &Task) {
    parent.process().threads().for_each(scheduler::wake_if_waiting);
}

/// Tells the parent that `process` has been stopped by `signal`.
pub fn stopped(process: &Process, signal: Signal) {
    tell_of_change(process, WaitStatus::stopped(signal));
}

/// Tells the parent that `process` goes on.
pub fn continued(process: &Process) {
    tell_of_change(process, WaitStatus::CONTINUED);
}

fn tell_of_change(process: &Process, change: WaitStatus) {
    process.kinship.change.set(Some(change));
    let Some(parent) = parent_of(process) else { return };
    if !parent.process().action(Signal::CHLD).has(linux::SA_NOCLDSTOP) {
        let _ = send_to_process(parent, told_of(process, change));
    }
    wake_those_who_wait(&parent);
}

fn told_of(process: &Process, status: WaitStatus) -> Information {
    let pid = process.pid().expect("a process on the lists has a pid");
    told(pid, status, process.usage.own())
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

/// The thread `child` is about to make its maker, the running one, sleep until it begins a program or ends.
pub(super) fn begin_vfork(child: &Task) {
    let maker = running_thread();
    maker.vfork.child.set(child.pid());
    child.vfork.maker.set(maker.pid());
}

/// The running thread sleeps until its child of vfork begins a program or ends, or until it is to end itself.
pub(super) fn wait_for_vfork_child() {
    let _off = interrupt::disabled();
    let task = running_thread();
    while task.vfork.child.get().is_some() && !task.is_doomed() {
        scheduler::block_killably();
    }
    task.vfork.child.set(None);
}

/// Lets the thread go on that sleeps for the running one, which has its own memory now, or none.
pub fn release_vfork_maker() {
    let _off = interrupt::disabled();
    let task = running_thread();
    let maker = task.vfork.maker.take().and_then(pid::find);
    if let Some(maker) = maker.filter(|maker| maker.vfork.child.get() == task.pid()) {
        maker.vfork.child.set(None);
        scheduler::wake_if_blocked(maker);
    }
}

/// The thread `old`, which has made children, goes by the number `new` from now on.
pub(super) fn rename_maker(old: Option<Pid>, new: Option<Pid>) {
    for child in process::all().filter(|child| child.process().kinship.maker.get() == old) {
        child.process().kinship.maker.set(new);
    }
}

/// The running thread ends, which has made `child`, or the last one of its parent: sends what was asked for.
pub fn tell_child_of_death(child: TaskRef) {
    if let Some(signal) = child.process().kinship.death_signal.get() {
        let sender = process::running_pid().map_or(0, Pid::number);
        let _: Result<()> = send_to_process(child, Information::sent(signal, linux::SI_USER as i32, sender));
    }
}
