//! Memory that processes share and that is no file: MAP_SHARED | MAP_ANONYMOUS, inherited by fork.
//!
//! To the regions it is a file without a name, whose pages come to be when they are first touched, as zeros, and go
//! when the last mapping does. The pages are the kernel's half of memory, like those of files; so that sharing
//! cannot use all of that up, a part of it is left alone.

use super::file_page::{FilePage, PageSource};
use super::frame::{self, Pool};
use crate::arch::lock::IrqLock;
use crate::arch::paging::PAGE_SIZE;
use crate::errno::{Errno, Result};
use alloc::sync::Arc;
use alloc::vec::Vec;

/// One part in so many of the kernel's frames is not for shared memory.
const KEPT_PART: u32 = 8;

/// How many frames shared memory may still take.
pub fn available_frames() -> u32 {
    let (free, total) = frame::free_and_total(Pool::Kernel);
    free.saturating_sub(total / KEPT_PART)
}

/// Pages that are shared.
pub struct SharedMemory {
    length: u64,
    /// The pages that were touched, by index, in order.
    pages: IrqLock<Vec<(u32, Arc<FilePage>)>>,
}

impl SharedMemory {
    /// `count` pages of zeros.
    ///
    /// # Errors
    /// ENOMEM.
    pub fn new(count: u32) -> Result<Arc<Self>> {
        let length = u64::from(count) * u64::from(PAGE_SIZE);
        Arc::try_new(Self { length, pages: IrqLock::new(Vec::new()) }).map_err(|_| Errno::NOMEM)
    }

    fn find(&self, index: u32) -> Option<Arc<FilePage>> {
        let pages = self.pages.lock();
        let place = pages.binary_search_by_key(&index, |(index, _)| *index).ok()?;
        Some(pages[place].1.clone())
    }
}

impl PageSource for SharedMemory {
    fn length(&self) -> u64 {
        self.length
    }

    fn page(&self, index: u32) -> Result<Arc<FilePage>> {
        if u64::from(index) * u64::from(PAGE_SIZE) >= self.length {
            return Err(Errno::FAULT);
        }
        if let Some(page) = self.find(index) {
            return Ok(page);
        }
        if available_frames() == 0 {
            return Err(Errno::NOMEM);
        }
        let page = FilePage::new()?;
        let mut pages = self.pages.lock();
        match pages.binary_search_by_key(&index, |(index, _)| *index) {
            Ok(place) => Ok(pages[place].1.clone()),
            Err(place) => {
                pages.try_reserve(1).map_err(|_| Errno::NOMEM)?;
                pages.insert(place, (index, page.clone()));
                Ok(page)
            }
        }
    }

    fn path(&self) -> &[u8] {
        b"/dev/zero (deleted)"
    }

    fn identity(&self) -> usize {
        core::ptr::from_ref(self).addr()
    }

    fn deny_write(&self) -> Result<()> {
        Ok(())
    }

    fn allow_write(&self) {}

    fn note_change(&self) {}
}
