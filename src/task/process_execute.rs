//! The first process of a kind: a thread that becomes a program.
//!
//! Every other process comes from fork. Book: chapter 11, `process_execute`, `start_process`.

use super::descriptor::DescriptorTable;
use super::exec::{self, Arguments};
use super::exit;
use super::fs_context::FsContext;
use super::pcb::DEFAULT_PRIORITY;
use super::status::WaitStatus;
use super::switch;
use super::task_ref::{TaskRef, running_thread};
use super::thread::thread_start;
use crate::arch::interrupt;
use crate::arch::lock::IrqLock;
use crate::errno::{Errno, Result};
use crate::mm::file_page::PageSource;
use alloc::sync::Arc;

/// What a new process is to run, from [`process_execute`] to its thread.
struct Order {
    file: Arc<dyn PageSource>,
    arguments: Arguments,
    descriptors: DescriptorTable,
    fs: Arc<dyn FsContext>,
}

/// At most one at a time: the thread takes it as soon as it runs.
static ORDER: IrqLock<Option<Order>> = IrqLock::new(None);

/// The exit code of a process whose program could not be loaded, as of a shell's.
const CANNOT_EXECUTE: u32 = 126;

/// Starts a process that runs `file` and has `descriptors` open; a child of the caller, whose place in the tree of
/// files it gets a copy of.
/// The book's `process_execute`.
///
/// A file that cannot be run shows in its exit code, 126, and in the log.
///
/// # Errors
/// ENOMEM or EAGAIN; EAGAIN also when another process has not begun to load yet.
pub fn process_execute(
    file: Arc<dyn PageSource>,
    arguments: Arguments,
    descriptors: DescriptorTable,
) -> Result<TaskRef> {
    let _off = interrupt::disabled();
    let fs = running_thread().fs().ok_or(Errno::NOENT)?.copy()?;
    let mut order = ORDER.lock();
    if order.is_some() {
        return Err(Errno::AGAIN);
    }
    *order = Some(Order { file, arguments, descriptors, fs });
    drop(order);
    thread_start("loading", DEFAULT_PRIORITY, start_process, 0).inspect_err(|_| {
        *ORDER.lock() = None;
    })
}

/// The thread's function: loads the program and leaves for ring 3.
extern "C" fn start_process(_argument: u32) {
    interrupt::disable();
    let task = running_thread();
    // In a block of its own: nothing is dropped once we have left for ring 3.
    let loaded = {
        let order = ORDER.lock().take().expect("process_execute left an order");
        *task.fs.borrow_mut() = Some(order.fs);
        order.descriptors.shared().and_then(|descriptors| {
            *task.fd_table.borrow_mut() = Some(descriptors);
            exec::load(&order.file, &order.arguments)
        })
    };
    match loaded {
        Ok(start) => switch::leave_kernel(start),
        Err(error) => {
            log::error!(target: "exec", "the program cannot be run: {error}");
            exit::exit_process(WaitStatus::exited(CANNOT_EXECUTE));
        }
    }
}
