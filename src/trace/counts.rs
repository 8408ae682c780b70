//! What is free, before something and after: what is lost is a failure.
//!
//! Tests are compared one by one. A boot that runs a command (`run=`) is compared as a whole: when
//! init ends, all but its PCB page must be as it was before init was started.

use crate::arch::lock::IrqLock;
use crate::mm::frame::{self, Pool};
use crate::mm::kernel_pages;
use crate::task::pid;
use crate::task::process::Process;
use crate::task::scheduler;
use alloc::vec::Vec;
use core::fmt;

/// What a process takes of the heap as long as it has a number: an `Arc` keeps two counts beside what it holds.
pub const PROCESS_BYTES: usize = size_of::<Process>() + 2 * size_of::<usize>();

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
            open_files: crate::task::descriptor::open_descriptors(),
        }
    }

    /// What is free while the heap has one object more of a process's size; afterwards it has not.
    ///
    /// Where all blocks of that size are in use, the object is the first in another page.
    pub fn with_room_for_process() -> Self {
        let mut object: Vec<u8> = Vec::new();
        // Without memory for it there is none for a process either.
        let _ = object.try_reserve_exact(PROCESS_BYTES);
        // Not to be left out because nobody uses it.
        core::hint::black_box(&object);
        Self::now()
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

/// What was free before init.
static BEFORE_INIT: IrqLock<Option<Counts>> = IrqLock::new(None);

/// Takes note of what is free; init is to be started next.
pub fn note_before_init() {
    let before = Counts::with_room_for_process();
    // Init's own PCB page and pid, and the idle thread's pid, are there to the end.
    *BEFORE_INIT.lock() = Some(Counts {
        kernel_frames: before.kernel_frames - 1,
        kernel_pages: before.kernel_pages - 1,
        pids: before.pids - 2,
        tasks: before.tasks + 1,
        ..before
    });
}

/// Init has ended and given back what it had: logs what has not come back. Processes that init left
/// running show here too.
pub fn report_after_init() {
    let Some(before) = *BEFORE_INIT.lock() else { return };
    match Counts::now().lost_since(before) {
        None => log::info!(target: "counts", "all frames, kernel pages, pids and open files are back"),
        Some(lost) => log::warn!(target: "counts", "{lost}"),
    }
}
