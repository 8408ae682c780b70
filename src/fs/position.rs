//! Where reading and writing of an open file begin, and moving there.
//!
//! Book: chapter 14, `fd_pos`, `sys_lseek`; `man 2 lseek`.

use super::open_file::OpenFileDescription;
use super::open_flags::OpenFlags;
use crate::errno::{Errno, Result};
use core::sync::atomic::{AtomicU64, Ordering};

/// A position in bytes; only the holder of the lock around it changes it.
pub struct FilePosition(AtomicU64);

impl FilePosition {
    /// Byte 0.
    pub const fn at_the_beginning() -> Self {
        Self(AtomicU64::new(0))
    }

    /// Where reading and writing begin.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Moves it.
    pub fn set(&self, position: u64) {
        self.0.store(position, Ordering::Relaxed);
    }
}

impl OpenFileDescription {
    /// Lets `work` use the position, which nobody else changes meanwhile.
    ///
    /// # Errors
    /// What `work` says.
    pub fn with_position<R>(&self, work: impl FnOnce(&FilePosition) -> Result<R>) -> Result<R> {
        work(&self.position.acquire())
    }

    /// Moves the position as `man 2 lseek` says, and returns it.
    ///
    /// # Errors
    /// EBADF for O_PATH, ESPIPE where there is none; EINVAL below 0, beyond 63 bits, or for an unknown `whence`.
    pub fn seek(&self, offset: i64, whence: u32) -> Result<u64> {
        self.seek_up_to(offset, whence, i64::MAX as u64)
    }

    /// As [`OpenFileDescription::seek`], but no further than to byte `last`.
    ///
    /// # Errors
    /// As there; EINVAL beyond.
    pub fn seek_up_to(&self, offset: i64, whence: u32, last: u64) -> Result<u64> {
        const SET: u32 = 0;
        const CURRENT: u32 = 1;
        const END: u32 = 2;
        if self.flags().contains(OpenFlags::PATH) {
            return Err(Errno::BADF);
        }
        if !self.inode.is_seekable() {
            return Err(Errno::SPIPE);
        }
        self.with_position(|position| {
            let base = match whence {
                SET => 0,
                CURRENT => position.get(),
                END => self.inode.metadata().size,
                _ => return Err(Errno::INVAL),
            };
            let new = base.checked_add_signed(offset).filter(|&new| new <= last).ok_or(Errno::INVAL)?;
            position.set(new);
            Ok(new)
        })
    }
}
