//! Inodes: what a name leads to, whatever file system it lies in.
//!
//! One trait for all of them: directories, regular files, symbolic links, devices, pipes. What a kind of inode
//! cannot do answers with the error that Linux gives, which is what the default methods are for. An inode has no
//! position and no flags; those belong to the open file description (open_file.rs). Book: chapter 14, `struct
//! inode`, `struct dir_entry`; `man 7 inode`.

use super::buffer::Buffer;
use super::file_system::FileSystem;
use super::metadata::{Change, Metadata, NodeKind};
use super::open_flags::Access;
use super::origin::Origin;
use super::path::Place;
use super::readiness::Readiness;
use crate::errno::{Errno, Result};
use crate::mm::file_page::PageSource;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::any::Any;

/// The most bytes that a name may have.
pub const NAME_MAX: usize = 255;

/// Where a symbolic link leads.
pub enum Target {
    /// To a path, relative to the directory of the link unless it begins with a slash.
    Path(Vec<u8>),
    /// Straight to a file, as the links in /proc/PID/fd do, whatever its name is now; and where it was found, unless it
    /// has no name.
    Place(Place, Option<Arc<Origin>>),
}

/// One entry of a directory.
pub struct Entry {
    /// What [`Inode::entry`] is asked for the entry after this one.
    pub next: u64,
    pub inode_number: u64,
    pub kind: NodeKind,
    pub name: Vec<u8>,
}

/// Where a write begins.
#[derive(Clone, Copy)]
pub enum Position {
    /// At that byte.
    At(u64),
    /// At the end of the file, wherever that is when the writing begins.
    End,
}

/// How reading and writing may wait.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Blocking {
    /// Until there is something to read, or room to write.
    Wait,
    /// Not at all: EAGAIN (O_NONBLOCK).
    No,
}

/// What a name leads to.
pub trait Inode: Any + Send + Sync {
    /// What `stat` tells.
    fn metadata(&self) -> Metadata;

    /// The file system it lies in.
    fn file_system(&self) -> &'static dyn FileSystem;

    /// The kind alone, without the cost of the rest.
    fn kind(&self) -> NodeKind {
        self.metadata().kind
    }

    /// Changes what `chmod`, `chown` and `utimensat` change.
    ///
    /// # Errors
    /// EPERM where nothing can be changed.
    fn change(&self, change: Change) -> Result<()> {
        let _ = change;
        Err(Errno::PERM)
    }

    /// The inode that `name` leads to in this directory. Never asked for `.` and `..`.
    ///
    /// # Errors
    /// ENOENT; ENOTDIR in anything but a directory.
    fn lookup(&self, name: &[u8]) -> Result<Arc<dyn Inode>> {
        let _ = name;
        Err(Errno::NOTDIR)
    }

    /// The directory that contains this one; `None` for a root and for what is no directory.
    fn parent(&self) -> Option<Arc<dyn Inode>> {
        None
    }

    /// Makes a file called `name` in this directory.
    ///
    /// # Errors
    /// EEXIST, ENOSPC; EPERM where nothing can be made.
    fn create(&self, name: &[u8], node: NewNode) -> Result<Arc<dyn Inode>> {
        let _ = (name, node);
        Err(self.not_writable())
    }

    /// Makes `name` in this directory lead to `inode` too.
    ///
    /// # Errors
    /// EXDEV for an inode of another file system; EEXIST, ENOSPC.
    fn link(&self, name: &[u8], inode: &Arc<dyn Inode>) -> Result<()> {
        let _ = (name, inode);
        Err(self.not_writable())
    }

    /// Takes away `name`, which is no directory.
    ///
    /// # Errors
    /// ENOENT; EISDIR for a directory.
    fn unlink(&self, name: &[u8]) -> Result<()> {
        let _ = name;
        Err(self.not_writable())
    }

    /// Takes away `name`, an empty directory.
    ///
    /// # Errors
    /// ENOENT, ENOTDIR, ENOTEMPTY.
    fn remove_directory(&self, name: &[u8]) -> Result<()> {
        let _ = name;
        Err(self.not_writable())
    }

    /// Moves `name` to `new_name` in the directory `to`, taking the place of what has that name.
    ///
    /// # Errors
    /// As `man 2 rename`.
    fn rename(&self, name: &[u8], to: &Arc<dyn Inode>, new_name: &[u8]) -> Result<()> {
        let _ = (name, to, new_name);
        Err(self.not_writable())
    }

    /// Lets `name` and `other_name` in the directory `other` change places.
    ///
    /// # Errors
    /// ENOENT when one is not there; as `man 2 rename`.
    fn exchange(&self, name: &[u8], other: &Arc<dyn Inode>, other_name: &[u8]) -> Result<()> {
        let _ = (name, other, other_name);
        Err(self.not_writable())
    }

    /// The entry at `position`, from 0 on; `None` after the last. `.` and `..` are not among them.
    ///
    /// # Errors
    /// ENOTDIR in anything but a directory.
    fn entry(&self, position: u64) -> Result<Option<Entry>> {
        let _ = position;
        Err(Errno::NOTDIR)
    }

    /// Where this symbolic link leads.
    ///
    /// # Errors
    /// EINVAL for anything else.
    fn target(&self) -> Result<Target> {
        Err(Errno::INVAL)
    }

    /// Where this symbolic link leads, as `readlink` tells it.
    ///
    /// # Errors
    /// As [`Inode::target`].
    fn target_text(&self) -> Result<Vec<u8>> {
        match self.target()? {
            Target::Path(path) => Ok(path),
            Target::Place(place, _) => place.directory_path(&super::root::root()?),
        }
    }

    /// What is opened when this is opened: the inode itself unless it stands for another, as /dev/tty does. May
    /// wait for the other side, as a FIFO does.
    ///
    /// # Errors
    /// What keeps it from being opened.
    fn open(self: Arc<Self>, access: Access, blocking: Blocking) -> Result<Arc<dyn Inode>>;

    /// It was opened for reading, without O_NOCTTY: a terminal becomes that of the opener's session, if the opener
    /// leads one that has none and the terminal is free. Anything else does nothing.
    fn become_controlling(&self) {}

    /// An open file description for it exists from now on.
    ///
    /// # Errors
    /// ETXTBSY for writing to a program that runs.
    #[doc(alias = "inode_open")]
    fn opened(&self, access: Access) -> Result<()> {
        let _ = access;
        Ok(())
    }

    /// An open file description that [`Inode::opened`] was told of is gone.
    #[doc(alias = "inode_close")]
    fn closed(&self, access: Access) {
        let _ = access;
    }

    /// Copies from byte `offset` on to `buffer`, as far as there is something; returns how many bytes, 0 at the
    /// end. What has no offsets ignores it.
    ///
    /// # Errors
    /// EISDIR for a directory, EINVAL for what cannot be read, EAGAIN, RESTART, EFAULT.
    fn read(&self, offset: u64, buffer: &mut Buffer, blocking: Blocking) -> Result<usize> {
        let _ = (offset, buffer, blocking);
        Err(if self.kind() == NodeKind::Directory { Errno::ISDIR } else { Errno::INVAL })
    }

    /// Copies `buffer` to the file from `position` on; returns the byte at which it began and how many.
    ///
    /// # Errors
    /// As [`Inode::read`]; ENOSPC, EFBIG, EPIPE.
    fn write(&self, position: Position, buffer: &mut Buffer, blocking: Blocking) -> Result<(u64, usize)> {
        let _ = (position, buffer, blocking);
        Err(Errno::INVAL)
    }

    /// Makes the file `length` bytes long: cut off, or with a hole at its end.
    ///
    /// # Errors
    /// EISDIR, EINVAL for what has no length, EFBIG.
    fn truncate(&self, length: u64) -> Result<()> {
        let _ = length;
        Err(if self.kind() == NodeKind::Directory { Errno::ISDIR } else { Errno::INVAL })
    }

    /// Says whether reading and writing have offsets.
    fn is_seekable(&self) -> bool {
        matches!(self.kind(), NodeKind::Regular | NodeKind::Directory | NodeKind::BlockDevice)
    }

    /// What can be done without waiting. Regular files and directories: everything.
    fn readiness(&self, access: Access) -> Readiness {
        let _ = access;
        Readiness::READ | Readiness::WRITE
    }

    /// `man 2 ioctl`.
    ///
    /// # Errors
    /// ENOTTY for what knows no such request.
    fn ioctl(&self, request: u32, argument: u32) -> Result<u32> {
        let _ = (request, argument);
        Err(Errno::NOTTY)
    }

    /// The file as memory, when it can be mapped and run; `path` is what it was opened as.
    ///
    /// # Errors
    /// ENODEV when it cannot be mapped; ENOMEM.
    fn page_source(self: Arc<Self>, path: Vec<u8>) -> Result<Arc<dyn PageSource>> {
        let _ = path;
        Err(Errno::NODEV)
    }

    /// What making, removing or renaming an entry answers where it is not possible.
    fn not_writable(&self) -> Errno {
        if self.kind() == NodeKind::Directory { Errno::PERM } else { Errno::NOTDIR }
    }
}

/// What [`Inode::create`] makes, with the permission bits.
pub enum NewNode {
    Regular {
        mode: u16,
    },
    Directory {
        mode: u16,
    },
    Fifo {
        mode: u16,
    },
    /// A device node: its kind, and its number.
    Device {
        kind: NodeKind,
        mode: u16,
        number: u32,
    },
    /// A symbolic link to that path.
    Link(Vec<u8>),
}

/// Says whether both are the same inode.
pub fn is_same(one: &Arc<dyn Inode>, other: &Arc<dyn Inode>) -> bool {
    core::ptr::addr_eq(Arc::as_ptr(one), Arc::as_ptr(other))
}

/// Makes an inode of a file system what the others know it as.
///
/// # Errors
/// ENOMEM.
pub fn new<T: Inode>(inode: T) -> Result<Arc<T>> {
    Arc::try_new(inode).map_err(|_| Errno::NOMEM)
}
