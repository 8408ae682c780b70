//! Sending signals.
//!
//! What the receiver ignores is not even kept, unless it is blocked: it may have another opinion by the time
//! it unblocks it. A signal for a task that sleeps where signals are waited for ends the sleep; all others get
//! it when they next leave the kernel. Init gets only what it has handlers for.

use super::information::Information;
use super::number::Signal;
use super::set::SignalSet;
use super::state::note_work;
use super::while_forking;
use crate::arch::interrupt;
use crate::errno::{Errno, Result};
use crate::task::kinship;
use crate::task::pid::{self, Pid};
use crate::task::process::{self, Process};
use crate::task::scheduler;
use crate::task::status::WaitStatus;
use crate::task::task_ref::{TaskRef, running_thread};
use crate::task::task_struct::Task;
use linux_raw_sys::general as linux;

/// Sends a signal to the process of `task`, whose thread it is to be if it does not block it, else another. One that the
/// process ignores, or cannot receive any more, is no error.
///
/// # Errors
/// AGAIN when too many real-time signals wait for it.
pub fn send_to_process(task: TaskRef, information: Information) -> Result<()> {
    let _off = interrupt::disabled();
    let signal = information.signal;
    if task.process().has_ended() || !prepare(task, signal) {
        return Ok(());
    }
    task.process().pending.push(information)?;
    find_taker(task, signal);
    Ok(())
}

/// Sends a signal to one thread. `man 2 tgkill`.
///
/// # Errors
/// As [`send_to_process`].
pub fn send_to_thread(task: TaskRef, information: Information) -> Result<()> {
    let _off = interrupt::disabled();
    if task.has_ended() || !prepare(task, information.signal) {
        return Ok(());
    }
    task.signals.pending.push(information)?;
    tell(task);
    Ok(())
}

/// Does what `signal` does as soon as it is sent; says whether it is to be kept for `task` or its process, too.
fn prepare(task: TaskRef, signal: Signal) -> bool {
    // Threads of the kernel have nobody to act on a signal.
    if !task.is_process() {
        return false;
    }
    settle_stopping(task, signal);
    if signal == Signal::KILL && !is_immune(&task) {
        task.process().kill(WaitStatus::killed(signal));
        return false;
    }
    !is_dropped(&task, signal)
}

/// Tells a thread of `task`'s process, `task` itself if it can be, that `signal` waits for the process.
pub(super) fn find_taker(task: TaskRef, signal: Signal) {
    let wants = |candidate: &TaskRef| {
        let signals = &candidate.signals;
        let is_open = !signals.blocked().contains(signal) || signals.awaited().contains(signal);
        is_open && !candidate.has_ended() && !candidate.is_doomed()
    };
    let taker = Some(task).filter(wants).or_else(|| task.process().threads().find(wants));
    if let Some(taker) = taker {
        tell(taker);
    }
}

/// Lets `task` notice that something waits for it.
fn tell(task: TaskRef) {
    if task.is_any_deliverable() {
        note_work(task);
    }
    if task.ends_sleep() {
        scheduler::wake_for_signal(task);
    }
}

/// Stopping and going on undo each other, whether the signal is blocked, ignored, or neither.
fn settle_stopping(task: TaskRef, signal: Signal) {
    if SignalSet::stopping().contains(signal) {
        discard(&task, SignalSet::of(Signal::CONT));
    }
    if signal == Signal::CONT {
        discard(&task, SignalSet::stopping());
        if task.process().go_on() {
            kinship::continued(task.process());
        }
    }
}

/// Drops what waits of `set` for the process of `task` and for its threads.
pub fn discard(task: &Task, set: SignalSet) {
    task.process().pending.discard(set);
    task.process().threads().for_each(|thread| thread.signals.pending.discard(set));
}

fn is_dropped(task: &Task, signal: Signal) -> bool {
    if task.signals.blocked().contains(signal) {
        return false;
    }
    // Who watches is told of what is ignored, too, as on Linux: when it is acted on.
    if task.process().is_watched() && !is_immune(task) {
        return false;
    }
    let action = task.process().action(signal);
    action.ignores(signal) || is_immune(task) && action.is_default()
}

/// Says whether the task may be ended or stopped by no signal: init's end would be the machine's.
pub(super) fn is_immune(task: &Task) -> bool {
    task.tgid() == Some(Pid::INIT)
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
    let _ = signals.pending.push(information);
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
    fn includes(self, process: &Process) -> bool {
        match self {
            Self::One(pid) => process.pid() == Some(pid),
            Self::Group(group) => process.membership.group() == group,
            Self::Others => {
                ![Some(Pid::INIT), process::running_pid()].contains(&process.pid())
                    && process.membership.is_process.get()
            }
        }
    }
}

/// Sends `signal` to all that `target` means; `None` only looks whether there is any. `man 2 kill`.
///
/// # Errors
/// ESRCH when there is none; AGAIN.
pub fn kill(target: Target, signal: Option<Signal>) -> Result<()> {
    let _off = interrupt::disabled();
    let sender = process::running_pid().map_or(0, Pid::number);
    let information = signal.map(|signal| Information::sent(signal, linux::SI_USER as i32, sender));
    if let Target::One(pid) = target {
        let task = pid::find(pid).ok_or(Errno::SRCH)?;
        return information.map_or(Ok(()), |information| send_to_process(task, information));
    }
    send_to_all(target, information)
}

fn send_to_all(target: Target, information: Option<Information>) -> Result<()> {
    let mut found = Err(Errno::SRCH);
    for task in process::all().filter(|task| target.includes(task.process())) {
        let sent = information.map_or(Ok(()), |information| {
            while_forking::hear(task.process(), information.signal);
            send_to_process(task, information)
        });
        // One that could be sent is success.
        found = found.or(sent).or(found);
    }
    found
}

/// Sends `signal` from the kernel to the running thread: what a call of its own has brought about. What it writes for
/// who watches it is no call of its own.
pub fn send_to_running(signal: Signal) {
    if running_thread().is_telling() {
        return;
    }
    // A signal of this kind is at most once in the set, so that there is always room for it.
    let _ = send_to_thread(running_thread(), Information::of_kernel(signal));
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
