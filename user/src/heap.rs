//! A body of memory that a test can make as large as it likes: whole pages above the program break.

use crate::errno::Errno;
use crate::linux;
use core::sync::atomic::{AtomicBool, Ordering};

/// Bytes in a page.
pub const PAGE_SIZE: usize = 4096;

/// Whether there is a [`Heap`] now: two would take each other's pages.
static IN_USE: AtomicBool = AtomicBool::new(false);

/// The pages between the program break as it was and as it is.
///
/// # Invariants
/// All bytes from `start` on for `pages` pages are mapped, initialised (the kernel gives zeroed pages) and used by
/// nobody else.
pub struct Heap {
    start: usize,
    pages: usize,
}

impl Heap {
    /// Takes `pages` fresh pages.
    ///
    /// # Errors
    /// ENOMEM when the kernel does not move the break; EBUSY when there is a heap already.
    pub fn new(pages: usize) -> Result<Heap, Errno> {
        if IN_USE.swap(true, Ordering::Relaxed) {
            return Err(Errno::EBUSY);
        }
        let mut heap = Heap { start: program_break().next_multiple_of(PAGE_SIZE), pages: 0 };
        heap.resize(pages)?;
        Ok(heap)
    }

    /// Takes pages at the upper end, or gives some back; new ones read as zero.
    ///
    /// # Errors
    /// ENOMEM when the kernel does not move the break; the heap is then as it was.
    pub fn resize(&mut self, pages: usize) -> Result<(), Errno> {
        let length = pages.checked_mul(PAGE_SIZE).ok_or(Errno::ENOMEM)?;
        let end = self.start.checked_add(length).ok_or(Errno::ENOMEM)?;
        // SAFETY: `&mut self` says that no slice of the heap is in use, and nobody but us moves the break.
        if unsafe { linux::brk(end) } != end {
            return Err(Errno::ENOMEM);
        }
        self.pages = pages;
        Ok(())
    }

    /// Where it begins.
    pub fn start(&self) -> usize {
        self.start
    }

    /// How many pages it has.
    pub fn pages(&self) -> usize {
        self.pages
    }

    /// All of it.
    pub fn bytes(&mut self) -> &mut [u8] {
        // SAFETY: see the invariants; the exclusive borrow is the heap's.
        unsafe {
            core::slice::from_raw_parts_mut(core::ptr::with_exposed_provenance_mut(self.start), self.pages * PAGE_SIZE)
        }
    }

    /// Writes one word to every page, so that each is really there.
    pub fn touch(&mut self) {
        for page in self.bytes().chunks_exact_mut(PAGE_SIZE) {
            page[..4].copy_from_slice(&[0x5a; 4]);
        }
        // The compiler must not find out that nobody reads these bytes: it is the page fault that counts.
        core::hint::black_box(self.bytes().as_ptr());
    }
}

impl Drop for Heap {
    fn drop(&mut self) {
        // SAFETY: the heap's bytes are borrowed from it, and it is being dropped.
        unsafe { linux::brk(self.start) };
        IN_USE.store(false, Ordering::Relaxed);
    }
}

/// The program break: the end of the heap as the kernel sees it.
pub fn program_break() -> usize {
    // SAFETY: no heap can end at 0, so the call changes nothing and answers with the break.
    unsafe { linux::brk(0) }
}
