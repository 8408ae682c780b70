//! Page directories: one a process, the kernel's half shared by all.
//!
//! A [`PageDirectory`] owns its own page and everything below it in the programs' half: page tables
//! and the frames that they map. Dropping it gives all back, so a fork that fails in the middle of
//! copying a body leaves nothing. Book: chapter 11, `create_page_dir`, `page_dir_activate`, and
//! chapter 15, `release_prog_resource`.

use super::frame;
use super::kernel_pages::{KernelPages, get_unset_kernel_pages};
use super::page_table::used_pages;
use crate::arch::interrupt;
use crate::arch::paging::{self, ENTRIES, Entry, FIRST_KERNEL_ENTRY, Flags, Frame, KERNEL_BASE, Page, SELF_ENTRY};
use crate::errno::Result;
use core::marker::PhantomData;
use core::sync::atomic::{AtomicU32, Ordering};

/// The kernel's own directory, which threads use; set once by `mm::init`.
static KERNEL_DIRECTORY: AtomicU32 = AtomicU32::new(0);

/// A process's page directory.
///
/// # Invariants
/// `page` is one kernel page that holds a directory: the kernel's entries from 768 on, itself at
/// 1,023, and below 768 only page tables that this directory owns.
pub struct PageDirectory {
    page: KernelPages,
    frame: Frame,
}

/// Makes a directory with the kernel's half alone. The book's `create_page_dir`.
///
/// # Errors
/// ENOMEM when no kernel page is left.
#[inline(never)] // a step of fork, at which a person stops
pub fn create_page_dir() -> Result<PageDirectory> {
    let page = get_unset_kernel_pages(1)?;
    let frame = page.first_frame();
    let entries = page.address() as *mut Entry;
    let current = paging::directory_entry(Page::containing(0));
    let kernel = FIRST_KERNEL_ENTRY as usize;
    // SAFETY: the new page is ours and has room for 1,024 entries; the current directory is
    // visible in its own last entry.
    unsafe {
        paging::zero_page(page.first());
        entries.add(kernel).copy_from_nonoverlapping(current.add(kernel), ENTRIES as usize - kernel);
        entries.add(SELF_ENTRY as usize).write(Entry::new(frame, Flags::KERNEL));
    }
    Ok(PageDirectory { page, frame })
}

/// Says which directory is the kernel's own.
pub(super) fn set_kernel_directory(frame: Frame) {
    KERNEL_DIRECTORY.store(frame.0, Ordering::Relaxed);
}

/// The directory that kernel threads use.
pub fn kernel_directory() -> Frame {
    Frame(KERNEL_DIRECTORY.load(Ordering::Relaxed))
}

/// Makes `directory` the address space in use: a process's, or the kernel's own for `None`. The
/// book's `page_dir_activate`. Does nothing when it is in use already.
pub fn page_dir_activate(directory: Option<&PageDirectory>) {
    let frame = directory.map_or_else(kernel_directory, |directory| directory.frame);
    if frame != paging::active_directory() {
        // SAFETY: both kinds satisfy the invariant of `PageDirectory`. The task that runs keeps its
        // directory alive, and one that ends switches to the kernel's before it drops its own.
        unsafe { paging::activate(frame) };
    }
}

/// The address space of a directory while it lives, then again the one before.
///
/// Interrupts must stay off meanwhile: after a switch of tasks the scheduler would restore the
/// running task's own directory.
pub struct Entered<'a> {
    previous: Frame,
    /// Which stays as long as it is in use.
    _entered: PhantomData<&'a PageDirectory>,
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        // SAFETY: it was in use before `enter`, and nothing is freed while `Entered` lives.
        unsafe { paging::activate(self.previous) };
    }
}

impl PageDirectory {
    /// Its frame, what CR3 holds while it is in use.
    pub fn frame(&self) -> Frame {
        self.frame
    }

    /// The kernel address at which its entries can be read.
    pub fn address(&self) -> u32 {
        self.page.address()
    }

    /// Switches to this address space until the guard is dropped.
    ///
    /// # Panics
    /// With interrupts on.
    #[must_use = "the address space changes back when the guard is dropped"]
    pub fn enter(&self) -> Entered<'_> {
        assert!(!interrupt::are_enabled());
        let previous = paging::active_directory();
        // SAFETY: the invariant of `PageDirectory`, which the guard borrows and so outlives.
        unsafe { paging::activate(self.frame) };
        Entered { previous, _entered: PhantomData }
    }

    /// How many of the program's pages are there.
    pub fn resident_pages(&self) -> u32 {
        let _off = interrupt::disabled();
        let _inside = self.enter();
        let pages = used_pages(Page::containing(0), Page::containing(KERNEL_BASE));
        pages.filter(|(_, entry)| entry.is_present()).count() as u32
    }

    /// Puts the frames of one page table, and the table.
    fn release_table(&self, table: Page) {
        let _off = interrupt::disabled();
        let _inside = self.enter();
        // SAFETY: the caller found the entry present, and nobody runs in this address space any
        // more, so nobody holds a reference into its pages.
        unsafe {
            let entries = paging::table_entry(table);
            let mut index = paging::next_used(entries, 0, ENTRIES);
            while index < ENTRIES {
                frame::put(entries.add(index as usize).read().frame());
                index = paging::next_used(entries, index + 1, ENTRIES);
            }
            let directory_entry = paging::directory_entry(table);
            frame::put(directory_entry.read().frame());
            directory_entry.write(Entry::EMPTY);
        }
    }
}

impl Drop for PageDirectory {
    /// Gives back the whole body, with a window for interrupts after each 4 MiB of it.
    fn drop(&mut self) {
        assert!(self.frame != paging::active_directory(), "the directory in use was dropped");
        let entries = self.page.address() as *const Entry;
        let next = |from| {
            // SAFETY: our own page, 1,024 entries long.
            unsafe { paging::next_used(entries, from, FIRST_KERNEL_ENTRY) }
        };
        let mut index = next(0);
        while index < FIRST_KERNEL_ENTRY {
            self.release_table(Page::containing(index << 22));
            interrupt::window();
            index = next(index + 1);
        }
    }
}

const _: () = assert!(FIRST_KERNEL_ENTRY << 22 == KERNEL_BASE);
