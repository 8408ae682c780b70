//! A page of a file: kernel memory that programs may have mapped too.
//!
//! The file keeps its pages in the kernel's half, where reading and writing reach them by address; a mapping
//! takes a use of the frame behind, so what a program sees through the mapping is the file itself, and the frame
//! outlives whichever of the two goes first. Programs write to such a page at any time: nobody holds a reference
//! into it, bytes are copied in and out.

use super::kernel_pages::{KernelPages, get_kernel_pages};
use super::user;
use crate::arch::paging::{Frame, PAGE_SIZE, Page};
use crate::errno::{Errno, Result};
use alloc::sync::Arc;

/// A page of 4,096 bytes that a file owns.
pub struct FilePage(KernelPages);

impl FilePage {
    /// A page of zeros.
    ///
    /// # Errors
    /// ENOMEM.
    pub fn new() -> Result<Arc<Self>> {
        let pages = get_kernel_pages(1)?;
        Arc::try_new(Self(pages)).map_err(|_| Errno::NOMEM)
    }

    /// Where the kernel sees it.
    pub fn page(&self) -> Page {
        self.0.first()
    }

    /// The frame behind it, of which a mapping takes a use.
    pub fn frame(&self) -> Frame {
        self.0.first_frame()
    }

    /// The kernel's address of byte `offset`, of `length` bytes that lie within the page.
    fn place(&self, offset: usize, length: usize) -> u32 {
        assert!(offset.checked_add(length).is_some_and(|end| end <= PAGE_SIZE as usize));
        self.0.address() + offset as u32
    }

    /// Copies from byte `offset` on.
    ///
    /// # Panics
    /// Beyond the page's end.
    pub fn read(&self, offset: usize, to: &mut [u8]) {
        let from = self.place(offset, to.len()) as *const u8;
        // SAFETY: the bytes lie within our page, as just checked, which no reference leads into.
        unsafe { to.as_mut_ptr().copy_from_nonoverlapping(from, to.len()) };
    }

    /// Copies to byte `offset` and what follows.
    ///
    /// # Panics
    /// Beyond the page's end.
    pub fn write(&self, offset: usize, from: &[u8]) {
        let to = self.place(offset, from.len()) as *mut u8;
        // SAFETY: as in `read`.
        unsafe { to.copy_from_nonoverlapping(from.as_ptr(), from.len()) };
    }

    /// Fills what lies from byte `offset` on with zeros.
    ///
    /// # Panics
    /// Beyond the page's end.
    pub fn fill_zero(&self, offset: usize) {
        let length = PAGE_SIZE as usize - offset;
        let place = self.place(offset, length) as *mut u8;
        // SAFETY: as in `read`.
        unsafe { place.write_bytes(0, length) };
    }

    /// Copies `length` bytes from byte `offset` on to the program's `address`.
    ///
    /// # Errors
    /// EFAULT.
    pub fn read_to_user(&self, offset: usize, address: u32, length: usize) -> Result<()> {
        user::copy_page_to_user(address, self.place(offset, length), length as u32)
    }

    /// Copies `length` bytes from the program's `address` to byte `offset` and what follows.
    ///
    /// # Errors
    /// EFAULT; part of it may be overwritten then.
    pub fn write_from_user(&self, offset: usize, address: u32, length: usize) -> Result<()> {
        user::copy_page_from_user(self.place(offset, length), address, length as u32)
    }
}

/// What a mapping or a program needs of a file.
pub trait PageSource: Send + Sync {
    /// Bytes in the file now.
    fn length(&self) -> u64;

    /// The page that begins at byte `index` × 4,096; a hole becomes a page of zeros.
    ///
    /// # Errors
    /// EFAULT wholly beyond the end of the file, ENOMEM, ENOSPC.
    fn page(&self, index: u32) -> Result<Arc<FilePage>>;

    /// Copies what the file has at `offset` into `buffer`; returns how many bytes, fewer only at the end.
    ///
    /// # Errors
    /// As [`PageSource::page`].
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize> {
        let mut done = 0;
        while done < buffer.len() {
            let place = offset + done as u64;
            let left = self.length().saturating_sub(place);
            let within = (place % u64::from(PAGE_SIZE)) as usize;
            let length =
                (PAGE_SIZE as usize - within).min(buffer.len() - done).min(usize::try_from(left).unwrap_or(usize::MAX));
            if length == 0 {
                break;
            }
            let page = self.page((place / u64::from(PAGE_SIZE)) as u32)?;
            page.read(within, &mut buffer[done..done + length]);
            done += length;
        }
        Ok(done)
    }

    /// The file's path when it was opened, as /proc/PID/maps and /proc/PID/exe show it.
    fn path(&self) -> &[u8];

    /// What tells the file from all others, whichever way it was opened, as long as it exists.
    fn identity(&self) -> usize;

    /// A program runs from the file: it must not be written to until the counterpart.
    ///
    /// # Errors
    /// ETXTBSY when it is open for writing.
    fn deny_write(&self) -> Result<()>;

    /// The end of what [`PageSource::deny_write`] began.
    fn allow_write(&self);

    /// A shared mapping has changed the page's bytes, or may have.
    fn note_change(&self);
}
