//! Sending signals.
//!
//! What the receiver ignores is not even kept, unless it is blocked: it may have another opinion by the time
//! it unblocks it. A signal for a task that sleeps where signals are waited for ends the sleep; all others get
//! it when they next leave the kernel. Init gets only what it has handlers for.

use super::information::Information;
use super::number::Signal;
use super::set::SignalSet;
use super::state::note_work;
use crate::arch::interrupt;
use crate::errno::{Errno, Result};
use crate::task::kinship;
use crate::task::pid::{self, Pid};
use crate::task::scheduler;
use crate::task::task_ref::{TaskRef, running_thread};
use crate::task::task_struct::{Status, Task};
use linux_raw_sys::general as linux;

/// Sends a signal to `task`. One that it ignores, or that no process can receive any more, is no error.
///
/// # Errors
/// AGAIN when too many real-time signals wait for it.
pub fn send(task: TaskRef, information: Information) -> Result<()> {
    let _off = interrupt::disabled();
    let signal = information.signal;
    if !can_receive(&task) {
        return Ok(());
    }
    settle_stopping(task, signal);
    let signals = &task.signals;
    if is_dropped(&task, signal) {
        return Ok(());
    }
    signals.push(information)?;
    if signals.is_any_deliverable() {
        note_work(task);
    }
    if signals.ends_sleep() {
        scheduler::wake_for_signal(task, signal == Signal::KILL);
    }
    Ok(())
}

/// Kernel threads and the dead have nobody to act on a signal.
fn can_receive(task: &Task) -> bool {
    !matches!(task.status(), Status::Hanging | Status::Died)
        && task.pgdir.try_borrow().is_ok_and(|directory| directory.is_some())
}

/// Stopping and going on undo each other, whether the signal is blocked, ignored, or neither.
fn settle_stopping(task: TaskRef, signal: Signal) {
    if SignalSet::stopping().contains(signal) {
        task.signals.discard(SignalSet::of(Signal::CONT));
    }
    if signal == Signal::CONT {
        task.signals.discard(SignalSet::stopping());
    }
    let is_stopped = task.status() == Status::Stopped;
    if is_stopped && matches!(signal, Signal::CONT | Signal::KILL) {
        scheduler::unblock(task);
        if signal == Signal::CONT {
            kinship::continued(task);
        }
    }
}

fn is_dropped(task: &Task, signal: Signal) -> bool {
    if task.signals.blocked().contains(signal) {
        return false;
    }
    let action = task.signals.action(signal);
    action.ignores(signal) || is_immune(task) && action.is_default()
}

/// Says whether the task may be ended or stopped by no signal: init's end would be the machine's.
pub(super) fn is_immune(task: &Task) -> bool {
    task.pid() == Some(Pid::INIT)
}

/// Sends a signal that its receiver cannot keep from acting on it: about a mistake of its own. One that is
/// blocked or ignored ends the process.
pub(super) fn force(task: TaskRef, information: Information) {
    let signal = information.signal;
    let signals = &task.signals;
    let action = signals.action(signal);
    let is_blocked = signals.blocked().contains(signal);
    if is_blocked || action.ignores(signal) {
        signals.reset_action(signal);
    }
    if is_blocked {
        super::state::set_blocked(signals.blocked().without(SignalSet::of(signal)));
    }
    // A standard signal is kept always.
    let _ = signals.push(information);
    note_work(task);
}

/// The processes that one call of kill means, by its first argument.
#[derive(Clone, Copy)]
pub enum Target {
    One(Pid),
    Group(Option<Pid>),
    /// All but init and the caller.
    Others,
}

impl Target {
    fn includes(self, task: &Task) -> bool {
        match self {
            Self::One(pid) => task.pid() == Some(pid),
            Self::Group(group) => task.membership.group() == group,
            Self::Others => task.pid() != Some(Pid::INIT) && task.pid() != running_thread().pid() && task.is_process(),
        }
    }
}

/// Sends `signal` to all that `target` means; `None` only looks whether there is any. `man 2 kill`.
///
/// # Errors
/// ESRCH when there is none; AGAIN.
pub fn kill(target: Target, signal: Option<Signal>) -> Result<()> {
    let _off = interrupt::disabled();
    let sender = running_thread().pid().map_or(0, Pid::number);
    let information = signal.map(|signal| Information::sent(signal, linux::SI_USER as i32, sender));
    if let Target::One(pid) = target {
        let task = pid::find(pid).ok_or(Errno::SRCH)?;
        return information.map_or(Ok(()), |information| send(task, information));
    }
    send_to_all(target, information)
}

fn send_to_all(target: Target, information: Option<Information>) -> Result<()> {
    let mut found = Err(Errno::SRCH);
    for task in scheduler::all_tasks().filter(|task| target.includes(task)) {
        let sent = information.map_or(Ok(()), |information| send(task, information));
        // One that could be sent is success.
        found = found.or(sent).or(found);
    }
    found
}

/// Sends `signal` from the kernel to the running process: what a call of its own has brought about.
pub fn send_to_running(signal: Signal) {
    // A signal of this kind is at most once in the set, so that there is always room for it.
    let _ = send(running_thread(), Information::of_kernel(signal));
}

/// Sends `signal`, made by the kernel, to every member of the process group: what a terminal does.
pub fn send_to_group(group: Pid, signal: Signal) {
    let _off = interrupt::disabled();
    // An empty group is no error here, and standard signals are always kept.
    let _ = send_to_all(Target::Group(Some(group)), Some(Information::of_kernel(signal)));
}

/// Says whether the running process would not act on `signal`: what a terminal asks before it stops one for
/// reading or writing in the background.
pub fn would_be_ignored_or_blocked(signal: Signal) -> bool {
    let task = running_thread();
    task.signals.blocked().contains(signal) || task.signals.action(signal).ignores(signal)
}
