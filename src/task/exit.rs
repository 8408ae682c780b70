//! The end of a process: everything goes back at once, only the PCB page waits for the parent.
//!
//! A process that ends gives back its body, bitmap, page directory and descriptors itself, hands
//! its children to init, and tells its parent; its page stays, since it still runs on it, until
//! the parent waits for it. Book: chapter 15, `sys_exit`, `release_prog_resource`, `thread_exit`.

use super::floating_point;
use super::kinship;
use super::lending;
use super::list::List;
use super::pcb;
use super::pid::{self, Pid};
use super::scheduler;
use super::session;
use super::stack_use;
use super::status::WaitStatus;
use super::task_ref::{TaskRef, running_thread};
use super::task_struct::Status;
use crate::arch::interrupt;
use crate::arch::lock::IrqLock;
use crate::mm::page_directory::page_dir_activate;
use spin::Once;

/// Tasks that have ended and for which nobody waits, by the tag that those have that run or wait to run.
static UNCLAIMED: IrqLock<List<TaskRef>> = IrqLock::new(List::new());

/// What ends the machine when init ends: above us, as it writes the log's last line.
static MACHINE_END: Once<fn(u8) -> !> = Once::new();

/// Sets what ends the machine, with the status for the host.
pub fn set_machine_end(end: fn(u8) -> !) {
    MACHINE_END.call_once(|| end);
}

/// Ends the running process with an exit code, of which eight bits count. The book's `sys_exit`.
#[doc(alias = "thread_exit")]
pub fn sys_exit(code: u32) -> ! {
    exit_with(WaitStatus::exited(code))
}

/// Ends the running task with `status`.
///
/// The end of init is the end of the machine: its exit code goes to the host (X6: in the book it
/// is a panic).
pub fn exit_with(status: WaitStatus) -> ! {
    interrupt::disable();
    let task = running_thread();
    if task.pid() == Some(Pid::INIT) {
        release_prog_resource(task);
        (MACHINE_END.get().expect("set at boot"))(status.shell_code());
    }
    task.exit_status.set(status);
    session::leave_terminal();
    release_prog_resource(task);
    kinship::release_vfork_parent();
    session::leave_groups();
    hand_children_to_init(task);
    stack_use::note(&task);
    if kinship::ended(task, status) {
        UNCLAIMED.lock().append(task);
    }
    // Hanging until the parent takes the page away: this does not return.
    scheduler::block(Status::Hanging);
    unreachable!("a task ran after its end");
}

/// Gives back all that the process owns but its PCB page. The book's `release_prog_resource`, which
/// forgets one page of the bitmap (X1) and descriptors 0 to 2 (F7).
fn release_prog_resource(task: TaskRef) {
    drop(task.fd_table.take());
    drop(task.fs.take());
    drop(task.command_line.take());
    floating_point::forget_running();
    let space = task.pgdir.take().zip(task.userprog_vaddr.take());
    page_dir_activate(None);
    lending::give_back_or_drop(task, space);
    task.signals.clear();
}

/// Makes init the parent of all children, and wakes it for those that have ended already (X5).
fn hand_children_to_init(task: TaskRef) {
    let mut has_ended = false;
    for child in scheduler::all_tasks().filter(|child| child.parent_pid.get() == task.pid()) {
        kinship::tell_children_of_death(child);
        child.parent_pid.set(Some(Pid::INIT));
        child.kinship.is_adopted.set(true);
        has_ended |= child.status.get() == Status::Hanging;
    }
    if has_ended && let Some(init) = pid::find(Pid::INIT) {
        scheduler::wake_if_waiting(init);
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

/// Takes the last of a task that has ended: its page and its pid. The book's `thread_exit`.
///
/// # Panics
/// When it has not ended.
pub(super) fn reap(task: TaskRef) {
    assert!(task.status.get() == Status::Hanging);
    task.status.set(Status::Died);
    scheduler::remove(task);
    pcb::free_ended(task);
}
