//! Open file descriptions: an inode being used, with a position and flags.
//!
//! What `open` makes and descriptors refer to; dup and fork make more descriptors for the same one, which is why
//! parent and child share the position. Each counts its descriptors (fork's step e raises the count, F5 and F7),
//! and its inode knows how many are open for reading and writing. The book's `struct file` in its `file_table`
//! of 32; here they are the heap's, up to a limit. Book: chapter 14, `struct file`; `man 2 open`.

use super::buffer::Buffer;
use super::inode::{Blocking, Inode, Position};
use super::open_flags::{Access, OpenFlags};
use super::origin::{self, Origin};
use super::path::Place;
use super::position::FilePosition;
use super::readiness::Readiness;
use crate::errno::{Errno, Result};
use crate::mm::file_page::PageSource;
use crate::task::descriptor::OpenFile;
use crate::task::semaphore::Lock;
use crate::task::task_ref::running_thread;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::any::Any;
use core::sync::atomic::{AtomicU32, Ordering};

/// Open file descriptions that there can be at once. The book's `MAX_FILE_OPEN` is 32.
#[doc(alias = "MAX_FILE_OPEN")]
pub const SYSTEM_LIMIT: u32 = 4096;

/// How many there are.
#[doc(alias = "file_table")]
static OPEN: AtomicU32 = AtomicU32::new(0);

/// An inode being used. The book's `struct file`.
#[doc(alias = "file_close")]
#[doc(alias = "struct file")]
pub struct OpenFileDescription {
    pub(super) inode: Arc<dyn Inode>,
    origin: Option<Arc<Origin>>,
    access: Access,
    flags: AtomicU32,
    /// Taken for the length of a read or a write, so that two at once do not use one position twice.
    pub(super) position: Lock<FilePosition>,
    descriptors: AtomicU32,
}

/// How many open file descriptions there are.
pub fn count() -> u32 {
    OPEN.load(Ordering::Relaxed)
}

impl OpenFileDescription {
    /// Opens `inode`, which was found at `origin` if it has a name.
    ///
    /// # Errors
    /// ENFILE beyond [`SYSTEM_LIMIT`], ENOMEM, and what [`Inode::open`] and [`Inode::opened`] say.
    #[doc(alias = "get_free_slot_in_global")]
    pub fn open(inode: Arc<dyn Inode>, origin: Option<Arc<Origin>>, flags: OpenFlags) -> Result<Arc<Self>> {
        let access = flags.access();
        let inode = if flags.contains(OpenFlags::PATH) { inode } else { inode.open(access, blocking(flags))? };
        if count() >= SYSTEM_LIMIT {
            return Err(Errno::NFILE);
        }
        // Counted first: where there is no memory it is dropped, like any other, before `try_new` returns.
        OPEN.fetch_add(1, Ordering::Relaxed);
        let open = Arc::try_new(Self {
            access: Access::empty(),
            inode,
            origin,
            flags: AtomicU32::new((flags - OpenFlags::OPENING).bits()),
            position: Lock::new(FilePosition::at_the_beginning()),
            descriptors: AtomicU32::new(0),
        });
        let mut open = open.map_err(|_| Errno::NOMEM)?;
        // From here on dropping it tells the inode.
        if !flags.contains(OpenFlags::PATH) {
            open.inode.opened(access)?;
            Arc::get_mut(&mut open).expect("nobody else has it yet").access = access;
            if access.contains(Access::READ) && !flags.contains(OpenFlags::NO_CONTROLLING_TERMINAL) {
                open.inode.become_controlling();
            }
        }
        Ok(open)
    }

    /// What is open.
    pub fn inode(&self) -> &Arc<dyn Inode> {
        &self.inode
    }

    /// What has the name under which it was opened: for a device its node. What is open where there is no name.
    pub fn named_inode(&self) -> &Arc<dyn Inode> {
        self.origin.as_ref().map_or(&self.inode, |origin| &origin.place.inode)
    }

    /// Where it was found; `None` for what has no name.
    pub fn origin(&self) -> Option<&Arc<Origin>> {
        self.origin.as_ref()
    }

    /// Where it is in the tree: what `fchdir` and paths relative to it begin at.
    ///
    /// # Errors
    /// ENOTDIR for what has no name.
    pub fn place(&self) -> Result<Place> {
        self.origin.as_ref().map(|origin| origin.place.clone()).ok_or(Errno::NOTDIR)
    }

    /// What may be done with it.
    pub fn access(&self) -> Access {
        self.access
    }

    /// Its flags, as F_GETFL tells them.
    pub fn flags(&self) -> OpenFlags {
        OpenFlags::from_bits_retain(self.flags.load(Ordering::Relaxed))
    }

    /// Changes the flags that can be changed.
    pub fn set_flags(&self, flags: OpenFlags) {
        let new = (self.flags() - OpenFlags::CHANGEABLE) | (flags & OpenFlags::CHANGEABLE);
        self.flags.store(new.bits(), Ordering::Relaxed);
    }

    fn blocking(&self) -> Blocking {
        blocking(self.flags())
    }

    /// # Errors
    /// EBADF when it is not open for that.
    pub fn expect(&self, access: Access) -> Result<()> {
        if self.access.contains(access) { Ok(()) } else { Err(Errno::BADF) }
    }

    /// Reads from the position, which moves on; returns how many bytes.
    ///
    /// # Errors
    /// EBADF when it is not open for reading, and what [`Inode::read`] says.
    #[doc(alias = "file_read")]
    pub fn read(&self, buffer: &mut Buffer) -> Result<usize> {
        self.expect(Access::READ)?;
        if !self.inode.is_seekable() {
            return self.inode.read(0, buffer, self.blocking());
        }
        let position = self.position.acquire();
        let read = self.inode.read(position.get(), buffer, self.blocking())?;
        position.set(position.get() + read as u64);
        Ok(read)
    }

    /// Writes at the position, which moves on, or at the end for O_APPEND; returns how many bytes.
    ///
    /// # Errors
    /// EBADF when it is not open for writing, and what [`Inode::write`] says.
    #[doc(alias = "file_write")]
    pub fn write(&self, buffer: &mut Buffer) -> Result<usize> {
        self.expect(Access::WRITE)?;
        if !self.inode.is_seekable() {
            return Ok(self.inode.write(Position::End, buffer, self.blocking())?.1);
        }
        let position = self.position.acquire();
        let start = match self.flags().contains(OpenFlags::APPEND) {
            true => Position::End,
            false => Position::At(position.get()),
        };
        let (start, written) = self.inode.write(start, buffer, self.blocking())?;
        position.set(start + written as u64);
        Ok(written)
    }

    /// Reads at `offset`; the position stays.
    ///
    /// # Errors
    /// ESPIPE where there are no offsets, EINVAL below 0, and as [`OpenFileDescription::read`].
    pub fn read_at(&self, offset: i64, buffer: &mut Buffer) -> Result<usize> {
        let offset = self.checked(offset)?;
        self.expect(Access::READ)?;
        self.inode.read(offset, buffer, self.blocking())
    }

    /// Writes at `offset`, or at the end for O_APPEND, as on Linux; the position stays.
    ///
    /// # Errors
    /// As [`OpenFileDescription::read_at`].
    pub fn write_at(&self, offset: i64, buffer: &mut Buffer) -> Result<usize> {
        let offset = self.checked(offset)?;
        self.expect(Access::WRITE)?;
        let append = self.flags().contains(OpenFlags::APPEND);
        let start = if append { Position::End } else { Position::At(offset) };
        Ok(self.inode.write(start, buffer, self.blocking())?.1)
    }

    fn checked(&self, offset: i64) -> Result<u64> {
        let offset = u64::try_from(offset).map_err(|_| Errno::INVAL)?;
        if self.inode.is_seekable() { Ok(offset) } else { Err(Errno::SPIPE) }
    }

    /// What can be done without waiting.
    pub fn readiness(&self) -> Readiness {
        self.inode.readiness(self.access)
    }

    /// The path that leads to it, as seen from the running process's root, with " (deleted)" behind it when it
    /// does not lead there any more; for what has no name, a word in brackets.
    ///
    /// # Errors
    /// ENOMEM.
    pub fn path(&self) -> Result<Vec<u8>> {
        match &self.origin {
            Some(origin) => origin.path(&self.inode),
            None => origin::without_name(&self.inode),
        }
    }

    /// The file as memory, to be mapped or run.
    ///
    /// # Errors
    /// ENODEV when it cannot be mapped; ENOMEM.
    pub fn page_source(&self) -> Result<Arc<dyn PageSource>> {
        self.inode.clone().page_source(self.path()?)
    }
}

fn blocking(flags: OpenFlags) -> Blocking {
    if flags.contains(OpenFlags::NONBLOCK) { Blocking::No } else { Blocking::Wait }
}

impl OpenFile for OpenFileDescription {
    fn opened(&self) {
        self.descriptors.fetch_add(1, Ordering::Relaxed);
    }

    fn closed(&self) {
        self.descriptors.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Drop for OpenFileDescription {
    fn drop(&mut self) {
        OPEN.fetch_sub(1, Ordering::Relaxed);
        if !self.access.is_empty() {
            self.inode.closed(self.access);
        }
    }
}

/// What the running process's descriptor `number` refers to.
///
/// # Errors
/// EBADF.
#[doc(alias = "fd_local2global")]
pub fn of_descriptor(number: u32) -> Result<Arc<OpenFileDescription>> {
    let file: Arc<dyn Any + Send + Sync> =
        running_thread().with_descriptors(|table| table.get(number).map(|descriptor| descriptor.file().clone()))?;
    file.downcast().map_err(|_| Errno::BADF)
}

/// The same, for what needs more than a place in the tree.
///
/// # Errors
/// EBADF, also for what only stands for a place (O_PATH).
pub fn of_usable_descriptor(number: u32) -> Result<Arc<OpenFileDescription>> {
    let file = of_descriptor(number)?;
    if file.flags().contains(OpenFlags::PATH) { Err(Errno::BADF) } else { Ok(file) }
}
