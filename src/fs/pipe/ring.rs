//! The bytes in a pipe: a queue of pages, filled at the end and emptied at the beginning.

use crate::arch::paging::PAGE_SIZE;
use crate::errno::{Errno, Result};
use crate::mm::file_page::FilePage;
use alloc::sync::Arc;
use arrayvec::ArrayVec;

const PAGE: usize = PAGE_SIZE as usize;
/// Pages that a full pipe takes: 64 KiB, as on Linux.
const PAGES: usize = 16;
/// The most bytes that wait in a pipe.
pub const CAPACITY: usize = PAGES * PAGE;

/// Bytes that wait to be read.
///
/// # Invariants
/// The bytes are `length` bytes from byte `start` of the first page on, through the pages in order; `start` is
/// below a page. Only the last page may have none of them.
pub struct Ring {
    // One more than a full pipe takes: its beginning may lie in the middle of a page.
    pages: ArrayVec<Arc<FilePage>, { PAGES + 1 }>,
    start: usize,
    length: usize,
}

impl Ring {
    /// Nothing waits.
    pub const fn new() -> Self {
        Self { pages: ArrayVec::new_const(), start: 0, length: 0 }
    }

    /// How many bytes wait.
    pub fn length(&self) -> usize {
        self.length
    }

    /// How many more have room.
    pub fn room(&self) -> usize {
        CAPACITY - self.length
    }

    /// The first bytes: their page, where they begin in it, and how many lie there.
    pub fn first(&self) -> Option<(Arc<FilePage>, usize, usize)> {
        let page = self.pages.first().filter(|_| self.length > 0)?;
        Some((page.clone(), self.start, self.length.min(PAGE - self.start)))
    }

    /// Takes away `count` of the first page's bytes; returns the page when its end was reached. Where the next bytes
    /// go stays the same: somebody may be copying to it.
    pub fn consume(&mut self, count: usize) -> Option<Arc<FilePage>> {
        self.start += count;
        self.length -= count;
        if self.start < PAGE {
            return None;
        }
        self.start = 0;
        self.pages.pop_at(0)
    }

    /// Where the next bytes go: a page, the first free byte in it, and how many are free there.
    ///
    /// # Errors
    /// ENOMEM when a page is needed and not to be had.
    pub fn place_to_fill(&mut self) -> Result<(Arc<FilePage>, usize, usize)> {
        let end = self.start + self.length;
        let index = end / PAGE;
        if index == self.pages.len() {
            self.pages.try_push(FilePage::new()?).map_err(|_| Errno::NOMEM)?;
        }
        let offset = end % PAGE;
        Ok((self.pages[index].clone(), offset, (PAGE - offset).min(self.room())))
    }

    /// `count` bytes were put where [`Ring::place_to_fill`] said.
    pub fn filled(&mut self, count: usize) {
        self.length += count;
    }
}
