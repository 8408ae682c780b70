//! A task's own segments: where libraries keep what is a thread's own.
//!
//! Three entries of the descriptor table belong to the running task and are changed with it; a program asks
//! for one, loads its selector into gs, and finds its block there. Inherited by fork, empty after exec.
//! `man 2 set_thread_area`.

use super::task_ref::{TaskRef, running_thread};
use crate::arch::gdt::{self, THREAD_ENTRIES};
use crate::arch::interrupt;
use crate::errno::{Errno, Result};
use core::cell::Cell;

/// The descriptors, 0 for an empty entry.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Segments([u64; THREAD_ENTRIES]);

/// A task's segments.
pub struct ThreadArea(Cell<Segments>);

impl ThreadArea {
    /// None.
    pub const fn new() -> Self {
        Self(Cell::new(Segments([0; THREAD_ENTRIES])))
    }

    /// The descriptor in entry `index` of the table's part.
    ///
    /// # Errors
    /// EINVAL when there is no such entry.
    pub fn get(&self, index: usize) -> Result<u64> {
        self.0.get().0.get(index).copied().ok_or(Errno::INVAL)
    }

    /// Sets entry `index`, of a task that does not run.
    ///
    /// # Errors
    /// EINVAL when there is no such entry.
    pub fn set(&self, index: usize, descriptor: u64) -> Result<()> {
        let mut segments = self.0.get();
        *segments.0.get_mut(index).ok_or(Errno::INVAL)? = descriptor;
        self.0.set(segments);
        Ok(())
    }

    /// The lowest empty entry.
    ///
    /// # Errors
    /// ESRCH when there is none, as on Linux.
    pub fn lowest_empty(&self) -> Result<usize> {
        self.0.get().0.iter().position(|&descriptor| descriptor == 0).ok_or(Errno::SRCH)
    }
}

/// Sets an entry of the running task's.
///
/// # Errors
/// EINVAL when there is no such entry.
pub fn set(index: usize, descriptor: u64) -> Result<()> {
    let _off = interrupt::disabled();
    let task = running_thread();
    task.thread_area.set(index, descriptor)?;
    switch_to(task);
    Ok(())
}

/// Empties all entries of the running task's: a new program begins.
pub(super) fn clear() {
    let _off = interrupt::disabled();
    let task = running_thread();
    task.thread_area.0.set(Segments::default());
    switch_to(task);
}

/// Puts `task`'s segments into the table: it runs next.
pub(super) fn switch_to(task: TaskRef) {
    gdt::set_thread_segments(&task.thread_area.0.get().0);
}
