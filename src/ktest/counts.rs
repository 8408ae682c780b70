//! What is free, before a test and after: what is lost is a failure.

use crate::dev::terminal;
use crate::mm::frame::{self, Pool};
use crate::mm::kernel_pages;
use crate::task::pid;
use crate::task::scheduler;
use core::fmt;

/// Everything that can be lost.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    kernel_frames: u32,
    user_frames: u32,
    kernel_pages: u32,
    pids: u32,
    tasks: usize,
    open_files: u32,
}

impl Counts {
    /// What is free now, and what exists.
    pub fn now() -> Self {
        Self {
            kernel_frames: frame::free_and_total(Pool::Kernel).0,
            user_frames: frame::free_and_total(Pool::User).0,
            kernel_pages: kernel_pages::free_addresses(),
            pids: pid::free_pids(),
            tasks: scheduler::count_tasks(),
            open_files: terminal::opens(),
        }
    }

    /// What differs from `before`; `None` when nothing does.
    pub fn lost_since(self, before: Self) -> Option<Lost> {
        (self != before).then_some(Lost { before, after: self })
    }
}

/// Counts that differ.
pub struct Lost {
    before: Counts,
    after: Counts,
}

impl fmt::Display for Lost {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (before, after) = (self.before, self.after);
        out.write_str("lost:")?;
        for (what, before, after) in [
            ("kernel frames", before.kernel_frames, after.kernel_frames),
            ("user frames", before.user_frames, after.user_frames),
            ("kernel pages", before.kernel_pages, after.kernel_pages),
            ("pids", before.pids, after.pids),
            ("tasks", before.tasks as u32, after.tasks as u32),
            ("open files", before.open_files, after.open_files),
        ] {
            if before != after {
                write!(out, " {what} {before} -> {after}")?;
            }
        }
        Ok(())
    }
}
