//! What the boot loader has put into memory for us to read once: mapped, and given back when it has been read.
//!
//! Its frames belong to the pools from the beginning, in use. So giving back is what it is for any other pages of
//! the kernel's. What shares a frame with the first or the last byte keeps that frame.

use super::kernel_pages::KernelPages;
use crate::arch::paging::{PAGE_SIZE, Page};

/// Bytes that the loader has loaded; their memory is given back when this is dropped.
pub struct Loaded {
    /// No longer than this lives.
    bytes: &'static [u8],
    _pages: Option<KernelPages>,
}

impl Loaded {
    /// Takes charge of `bytes`.
    ///
    /// # Safety
    /// They are mapped, each whole page in them to a frame that has this one use, and nobody else knows of them.
    pub(super) unsafe fn new(bytes: &'static [u8]) -> Self {
        let range = bytes.as_ptr_range();
        let first = (range.start as u32).next_multiple_of(PAGE_SIZE);
        let end = range.end as u32 / PAGE_SIZE * PAGE_SIZE;
        let count = end.saturating_sub(first) / PAGE_SIZE;
        // SAFETY: the caller's contract; nobody can have taken the run yet.
        let pages = (count > 0).then(|| unsafe { KernelPages::from_raw(Page::containing(first), count) });
        Self { bytes, _pages: pages }
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        self.bytes
    }
}
