//! Whether a file is open, in whatever process.
//!
//! Only the book's `unlink` wants to know, so nothing is kept for it: the descriptors of all processes are looked
//! through, as the book looks through its table of open files. Book: chapter 14, `sys_unlink`.

use super::inode::{Inode, is_same};
use super::open_file::OpenFileDescription;
use crate::arch::interrupt;
use crate::task::pid::{self, Pid};
use crate::task::task_ref::TaskRef;
use alloc::sync::Arc;
use core::any::Any;

/// Says whether any process has a descriptor for `inode`.
pub fn is_open(inode: &Arc<dyn Inode>) -> bool {
    Pid::all().any(|pid| {
        // Between two processes only: a task that was found is there until the next interrupt.
        interrupt::window();
        pid::find(pid).is_some_and(|task| has_open(&task, inode))
    })
}

fn has_open(task: &TaskRef, inode: &Arc<dyn Inode>) -> bool {
    task.with_descriptors(|table| {
        table.files().any(|file| {
            let file: &dyn Any = &**file;
            file.downcast_ref::<OpenFileDescription>().is_some_and(|file| is_same(file.named_inode(), inode))
        })
    })
}
