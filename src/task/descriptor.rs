//! A process's descriptors: small numbers for what it has open.
//!
//! What lies behind a descriptor is a layer above: devices and files implement [`OpenFile`] and the
//! task layer only counts, so that fork can raise the counts of everything that parent and child
//! now share (F5, F7) and exit can lower them. Book: chapter 14, `fd_table`.

use crate::errno::{Errno, Result};

/// Descriptors a process can have. The book's `MAX_FILES_OPEN_PER_PROC`.
#[doc(alias = "MAX_FILES_OPEN_PER_PROC")]
const DESCRIPTORS: usize = 8;

/// Something that can be read from and written to.
pub trait OpenFile: Sync {
    /// Reads at most `count` bytes into the program's memory at `address`; returns how many, 0 at
    /// the end. May block.
    ///
    /// # Errors
    /// EFAULT, or what the file says.
    fn read(&self, address: u32, count: u32) -> Result<u32>;

    /// Writes `count` bytes from the program's memory at `address`; returns how many. May block.
    ///
    /// # Errors
    /// EFAULT, or what the file says.
    fn write(&self, address: u32, count: u32) -> Result<u32>;

    /// One more descriptor refers to it.
    fn opened(&self);

    /// One descriptor less refers to it.
    fn closed(&self);
}

/// What each descriptor of a process refers to.
#[derive(Clone, Copy)]
pub struct DescriptorTable([Option<&'static dyn OpenFile>; DESCRIPTORS]);

impl DescriptorTable {
    /// Nothing is open.
    pub const EMPTY: Self = Self([None; DESCRIPTORS]);

    /// 0, 1 and 2 refer to `terminal`, which is told so.
    pub fn of_terminal(terminal: &'static dyn OpenFile) -> Self {
        let mut table = Self::EMPTY;
        table.0[..3].fill(Some(terminal));
        table.opened();
        table
    }

    /// What `descriptor` refers to.
    ///
    /// # Errors
    /// EBADF when it is not open, or no descriptor at all (K5: the book asserts, or reads beyond
    /// its table).
    pub fn get(&self, descriptor: u32) -> Result<&'static dyn OpenFile> {
        self.0.get(descriptor as usize).copied().flatten().ok_or(Errno::BADF)
    }

    /// Tells every open file that one more table refers to it.
    pub fn opened(&self) {
        self.0.iter().flatten().for_each(|file| file.opened());
    }

    /// Tells every open file that this table is gone.
    pub fn closed(&self) {
        self.0.iter().flatten().for_each(|file| file.closed());
    }
}
