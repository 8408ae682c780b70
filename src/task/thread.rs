//! Kernel threads: a function on a PCB page of its own.
//!
//! Book: chapter 9, `thread_start`, `kernel_thread`.

use super::exit;
use super::pcb::NewTask;
use super::pid::{self, allocate_pid};
use super::process;
use super::scheduler;
use super::session;
use super::status::WaitStatus;
use super::switch;
use super::task_ref::{TaskRef, running_thread};
use crate::errno::Result;

/// Makes a kernel thread that runs `function(argument)` and ends when it returns. The book's
/// `thread_start`.
///
/// Its parent is the calling task, which must wait for it, as for a process; they share their place in the tree of
/// files.
///
/// # Errors
/// ENOMEM, or EAGAIN when no pid is free.
pub fn thread_start(name: &str, priority: u8, function: extern "C" fn(u32), argument: u32) -> Result<TaskRef> {
    let new = NewTask::create(name, priority)?;
    let task = new.task();
    let pid = allocate_pid()?;
    task.pid.set(Some(pid));
    task.process.parent_pid.set(process::running_pid());
    *task.fs.borrow_mut() = running_thread().fs();
    switch::begin_with(&task, function, argument);
    let task = new.into_task();
    task.process().add(task);
    session::enlist(task.process(), running_thread().process());
    pid::set_task(pid, task);
    scheduler::add(task);
    Ok(task)
}

/// Where a thread comes whose function has returned (asm/switch.s).
#[doc(alias = "kernel_thread")]
#[unsafe(no_mangle)]
extern "C" fn thread_finished() -> ! {
    exit::exit_process(WaitStatus::exited(0))
}
