//! A handle to a task that exists, and how to find the one that runs.
//!
//! The running task is the one on whose ring-0 stack we are: esp rounded down to a page. Book:
//! chapter 9, `running_thread`.

use super::list::{Link, Linked};
use super::task_struct::Task;
use crate::arch::paging::Page;
use crate::mm::page_table;
use core::arch::asm;
use core::cell::Cell;
use core::ops::Deref;
use core::ptr::NonNull;

/// A task that exists.
///
/// Stays valid until the task is reaped, after it has ended and left every list: a process's leader by its parent, other
/// threads by whoever runs next. So one taken from a list or from [`running_thread`] is good until the holder gives up the
/// CPU, and longer for the running task itself and for whom it waits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TaskRef(NonNull<Task>);

// SAFETY: one CPU; see the module about who touches the cells.
unsafe impl Send for TaskRef {}

/// A task by its other tag, the list of all tasks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct AllTag(pub TaskRef);

/// A task by the tag with which it waits for something.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct WaitTag(pub TaskRef);

/// A task by the tag with which it sleeps until a time.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TimerTag(pub TaskRef);

impl Deref for TaskRef {
    type Target = Task;

    fn deref(&self) -> &Task {
        // SAFETY: the task exists, as the type says, and is only shared, never borrowed mutably.
        unsafe { self.0.as_ref() }
    }
}

impl Linked for TaskRef {
    fn link(&self) -> &Cell<Link<Self>> {
        &self.general_tag
    }
}

impl Linked for AllTag {
    fn link(&self) -> &Cell<Link<Self>> {
        &self.0.all_list_tag
    }
}

impl Linked for WaitTag {
    fn link(&self) -> &Cell<Link<Self>> {
        &self.0.wait_tag
    }
}

impl Linked for TimerTag {
    fn link(&self) -> &Cell<Link<Self>> {
        &self.0.timer_tag
    }
}

/// The task that runs: the one on whose stack we are.
pub fn running_thread() -> TaskRef {
    let esp: u32;
    // SAFETY: reading esp changes nothing; the stack in use is a task's, as all code of the kernel
    // runs on one, but for the last words of a panic, which do not ask.
    unsafe {
        asm!("mov {}, esp", out(reg) esp, options(nomem, nostack, preserves_flags));
        of_stack(esp)
    }
}

/// The task in whose PCB page `esp` points.
///
/// # Safety
/// There is one, as [`TaskRef`] says.
pub(super) unsafe fn of_stack(esp: u32) -> TaskRef {
    let place = Page::containing(esp).address() as *mut Task;
    // SAFETY: a task lies there (the caller's contract), and not at address 0.
    TaskRef(unsafe { NonNull::new_unchecked(place) })
}

/// The task in whose PCB page `esp` points, if there seems to be one: a mapped page of the kernel's
/// with `stack_magic` where it belongs. For a panic's report, when nothing is certain.
pub fn find_by_stack(esp: u32) -> Option<TaskRef> {
    let page = Page::containing(esp);
    if page.is_user() || page_table::lookup(page).is_none() {
        return None;
    }
    // SAFETY: the page is mapped; whatever its words are, the mark is looked at first, and a page
    // that has it at that place is a PCB.
    let task = unsafe { of_stack(esp) };
    task.is_intact().then_some(task)
}
