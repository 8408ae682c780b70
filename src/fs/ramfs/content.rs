//! What is in a file of ramfs: pages, and holes between them.

use super::{PAGE_BYTES, PAGES, expect_room};
use crate::errno::{Errno, Result};
use crate::mm::file_page::FilePage;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::sync::atomic::Ordering;

/// The most bytes that a file may have, Linux's `MAX_LFS_FILESIZE` for 32 bits: the number of the page behind its end
/// is a 32-bit number too.
pub const LENGTH_MAX: u64 = u32::MAX as u64 * PAGE_BYTES;

/// A file's pages.
///
/// # Invariants
/// Sorted by their numbers, each below the file's end; beyond the end, within the last page, are zeros.
#[derive(Default)]
pub struct Content {
    pages: Vec<(u32, Arc<FilePage>)>,
    length: u64,
}

impl Content {
    /// Bytes in the file.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// How many pages it takes.
    pub fn pages(&self) -> usize {
        self.pages.len()
    }

    /// The page with that number; `None` for a hole.
    pub fn page(&self, number: u32) -> Option<Arc<FilePage>> {
        let index = self.place(number).ok()?;
        Some(self.pages[index].1.clone())
    }

    /// The page with that number, made when it is a hole.
    ///
    /// # Errors
    /// ENOSPC.
    #[doc(alias = "block_bitmap_alloc")]
    pub fn page_to_fill(&mut self, number: u32) -> Result<Arc<FilePage>> {
        let index = match self.place(number) {
            Ok(index) => return Ok(self.pages[index].1.clone()),
            Err(index) => index,
        };
        expect_room()?;
        self.pages.try_reserve(1).map_err(|_| Errno::NOSPC)?;
        let page = FilePage::new().map_err(|_| Errno::NOSPC)?;
        PAGES.fetch_add(1, Ordering::Relaxed);
        self.pages.insert(index, (number, page.clone()));
        Ok(page)
    }

    fn place(&self, number: u32) -> core::result::Result<usize, usize> {
        // Most often the last page, or the one after it.
        match self.pages.last() {
            Some(last) if last.0 < number => Err(self.pages.len()),
            Some(last) if last.0 == number => Ok(self.pages.len() - 1),
            _ => self.pages.binary_search_by_key(&number, |page| page.0),
        }
    }

    /// The file is at least that long.
    pub fn extend_to(&mut self, length: u64) {
        self.length = self.length.max(length);
    }

    /// Makes the file `length` bytes long. What lies wholly beyond is taken out page by page by
    /// [`Content::take_page_beyond`].
    pub fn set_length(&mut self, length: u64) {
        if length < self.length {
            let (last, within) = ((length / PAGE_BYTES) as u32, (length % PAGE_BYTES) as usize);
            if within > 0
                && let Some(page) = self.page(last)
            {
                page.fill_zero(within);
            }
        }
        self.length = length;
    }

    /// Takes out a page that lies wholly beyond the end, to be dropped outside of locks.
    pub fn take_page_beyond(&mut self) -> Option<Arc<FilePage>> {
        let end = self.length.div_ceil(PAGE_BYTES);
        let page = self.pages.pop_if(|page| u64::from(page.0) >= end)?;
        PAGES.fetch_sub(1, Ordering::Relaxed);
        Some(page.1)
    }
}

impl Drop for Content {
    fn drop(&mut self) {
        self.length = 0;
        while self.take_page_beyond().is_some() {}
    }
}
