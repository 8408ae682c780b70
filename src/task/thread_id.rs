//! Addresses at which a program wants to find its thread's number, and its locks. `man 2 set_tid_address`, `man 2 clone`.

use super::pid::Pid;
use super::task_ref::running_thread;
use crate::mm::user;
use core::cell::Cell;

/// A task's addresses.
pub struct ThreadId {
    /// Where the number is stored before the program runs for the first time; 0: nowhere.
    pub store_at: Cell<u32>,
    /// Where a 0 is stored at the end when others share the memory; 0: nowhere.
    pub clear_at: Cell<u32>,
    /// Where the list begins of the locks that it has; 0: there is none. `man 2 set_robust_list`.
    pub robust_list: Cell<u32>,
}

impl ThreadId {
    /// Nowhere.
    pub const fn new() -> Self {
        Self { store_at: Cell::new(0), clear_at: Cell::new(0), robust_list: Cell::new(0) }
    }
}

/// Stores the running task's number where it was asked for, once. An address that is bad is passed over, as on
/// Linux.
pub(super) fn store_if_asked() {
    let task = running_thread();
    let address = task.thread_id.store_at.take();
    if address != 0 {
        let _ = user::write_u32(address, task.pid().map_or(0, Pid::number));
    }
}
