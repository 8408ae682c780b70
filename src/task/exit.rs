//! The end of a thread, and of a process: everything goes back at once, only the PCB page waits.
//!
//! A thread that ends gives back what it has itself: body, bitmap, page directory and descriptors if nobody shares
//! them. The last one of a process hands its children to init and tells the parent. Its page stays, since it still
//! runs on it: the leader's until the parent waits for it, another's until the next task has the CPU. Book: chapter
//! 15, `sys_exit`, `release_prog_resource`, `thread_exit`.

use super::floating_point;
use super::kinship;
use super::list::List;
use super::pcb;
use super::pid::Pid;
use super::process::{self, Process};
use super::scheduler;
use super::session;
use super::signal::{self, Signal, SignalSet};
use super::stack_use;
use super::status::WaitStatus;
use super::task_ref::{TaskRef, running_thread};
use super::task_struct::Status;
use super::thread_end;
use crate::arch::interrupt;
use crate::arch::lock::IrqLock;
use crate::mm::page_directory::page_dir_activate;
use crate::trace::tracepoint;
use spin::Once;

/// Tasks that have ended and for which nobody waits, by the tag that those have that run or wait to run.
static UNCLAIMED: IrqLock<List<TaskRef>> = IrqLock::new(List::new());

/// What ends the machine when init ends: above us, as it writes the log's last line.
static MACHINE_END: Once<fn(u8) -> !> = Once::new();

/// Sets what ends the machine, with the status for the host.
pub fn set_machine_end(end: fn(u8) -> !) {
    MACHINE_END.call_once(|| end);
}

/// Ends the running thread with an exit code, of which eight bits count: the process's, if it is the last thread and
/// nothing else ends the process, as on Linux since 6.0. `man 2 exit`.
pub fn exit_thread(code: u32) -> ! {
    end_thread(WaitStatus::exited(code))
}

/// Ends the running process with an exit code, of which eight bits count. The book's `sys_exit`; `man 2 exit_group`.
#[doc(alias = "thread_exit")]
pub fn sys_exit(code: u32) -> ! {
    exit_process(WaitStatus::exited(code))
}

/// Ends the running process with `status`: all of its threads.
///
/// The end of init is the end of the machine: its exit code goes to the host (X6: in the book it
/// is a panic).
pub fn exit_process(status: WaitStatus) -> ! {
    interrupt::disable();
    running_thread().process().end(status);
    end_thread(status)
}

/// Ends the running thread, which is to end because its process does, or because another thread begins a program.
pub(super) fn end_doomed() -> ! {
    end_thread(running_thread().process().ending().unwrap_or(WaitStatus::exited(0)))
}

/// Ends the running thread; with the last one its process ends.
fn end_thread(status: WaitStatus) -> ! {
    interrupt::disable();
    let task = running_thread();
    let process = task.process();
    // From here on no signal is meant for it.
    task.is_doomed.set(true);
    task.exit_status.set(status);
    tracepoint!(exit::ended(status.shell_code().into()));
    thread_end::tell_others();
    release_prog_resource(task);
    tracepoint!(exit::released());
    kinship::release_vfork_maker();
    stack_use::note(&task);
    // While memory was given back others ran; from here on nobody does.
    if process.remove_living() {
        end_process(process, status);
    } else {
        leave_process(task);
    }
    if !task.is_leader() {
        UNCLAIMED.lock().append(task);
    }
    tracepoint!(exit::hanging());
    // Hanging until the parent takes the page away: this does not return.
    scheduler::block(Status::Hanging);
    unreachable!("a task ran after its end");
}

/// The last thread of `process` ends, with `own` if nothing else has ended the process: its children get another
/// parent, and its parent is told.
fn end_process(process: &Process, own: WaitStatus) {
    let status = process.ending().unwrap_or(own);
    if process.pid() == Some(Pid::INIT) {
        (MACHINE_END.get().expect("set at boot"))(status.shell_code());
    }
    drop(process.timers.take());
    process.posix_timers.clear();
    process.pending.clear();
    process.set_command_line(None);
    session::leave_terminal();
    session::leave_groups();
    hand_children_to_init(process);
    process.leader().exit_status.set(status);
    if kinship::ended(process, status) {
        UNCLAIMED.lock().append(process.leader());
    }
}

/// The running thread ends and leaves others behind, who may have waited for that.
fn leave_process(task: TaskRef) {
    let process = task.process();
    signal::state::leave_to_others(SignalSet::ALL);
    let heir = process.threads().find(|&other| other != task).and_then(|other| other.pid());
    for child in process::all().filter(|child| child.process().kinship.maker.get() == task.pid()) {
        // The thread that made it counts as its parent here, not the process: man 2 PR_SET_PDEATHSIG.
        kinship::tell_child_of_death(child);
        child.process().kinship.maker.set(heir);
    }
    process.wake_successor();
    if let Some(signal) = process.stopped_by().filter(|_| process.have_all_stopped_but(task)) {
        kinship::stopped(process, signal);
    }
}

/// Gives back all that the thread has: what it shares goes with the last that has it. The book's
/// `release_prog_resource`, which forgets one page of the bitmap (X1) and descriptors 0 to 2 (F7).
fn release_prog_resource(task: TaskRef) {
    drop(task.fd_table.take());
    drop(task.fs.take());
    floating_point::forget_running();
    page_dir_activate(None);
    drop(task.memory.take());
    task.signals.clear();
}

/// Makes init the parent of all children, and wakes it for those that have ended already (X5).
fn hand_children_to_init(process: &Process) {
    let mut has_ended = false;
    let Some(init) = process::find(Pid::INIT) else { return };
    for child in process::all().filter(|child| child.parent_pid() == process.pid()) {
        kinship::tell_child_of_death(child);
        child.process.parent_pid.set(Some(Pid::INIT));
        child.process.kinship.is_adopted.set(true);
        // Whatever it would have told its own parent: init waits for ordinary children.
        child.process.kinship.exit_signal.set(Some(Signal::CHLD));
        child.process.kinship.maker.set(Some(Pid::INIT));
        has_ended |= child.process.has_ended();
    }
    if has_ended {
        init.process().threads().for_each(scheduler::wake_if_waiting);
    }
}

/// Takes the last of the tasks for which nobody waits. A task cannot do so itself, as it runs on its page to the end.
pub(super) fn reap_unclaimed() {
    loop {
        let task = UNCLAIMED.lock().pop();
        match task {
            Some(task) => reap(task),
            None => return,
        }
    }
}

/// Takes the last of a leader whose place another thread has taken.
pub(super) fn reap_replaced(leader: TaskRef) {
    reap(leader);
}

/// Takes the last of a task that has ended: its page and its pid. The book's `thread_exit`.
///
/// # Panics
/// When it has not ended.
pub(super) fn reap(task: TaskRef) {
    assert!(task.status.get() == Status::Hanging);
    tracepoint!(exit::reaped(task.pid().map_or(0, Pid::number)));
    task.status.set(Status::Died);
    scheduler::remove(task);
    pcb::free_ended(task);
}
