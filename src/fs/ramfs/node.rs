//! An inode of ramfs: what all kinds have in common.
//!
//! What is in it and what is done to it is elsewhere: names in a directory ([`super::names`]), bytes in a file
//! ([`super::file`]), the end of what lies below a mount ([`super::end`]); [`super::inode`] is what the layers above
//! see.

use super::content::Content;
use super::directory::Entries;
use crate::arch::lock::IrqLock;
use crate::errno::{Errno, Result};
use crate::fs::file_system::FileSystem;
use crate::fs::inode::{Inode, new};
use crate::fs::metadata::{NodeKind, Times};
use crate::fs::pipe::Pipe;
use crate::task::clock;
use crate::task::semaphore::Lock;
use alloc::sync::{Arc, Weak};
use alloc::vec::Vec;
use core::any::Any;
use core::sync::atomic::{AtomicU64, Ordering};

/// The number of the inode made last; the root's is 1.
#[doc(alias = "inode_bitmap_alloc")]
static LAST_NUMBER: AtomicU64 = AtomicU64::new(0);

/// What is in an inode, by kind.
pub(super) enum Body {
    File(Content),
    Directory(Directory),
    Link(Vec<u8>),
    Fifo(Arc<Pipe>),
    Device(u32),
}

/// What a directory knows.
///
/// # Invariants
/// A directory that has a name is held by the one that it is in, and knows that one weakly. One that was removed is
/// empty for ever and holds the one that it was in, so that `..` leads somewhere as long as somebody is in it: never
/// both, so no two hold each other.
pub(super) struct Directory {
    pub entries: Entries,
    pub parent: Weak<Node>,
    /// The directory that it was in, once it is removed.
    pub way_up: Option<Arc<Node>>,
}

/// What changes about an inode.
pub(super) struct State {
    pub permissions: u16,
    /// User and group.
    pub owner: (u32, u32),
    pub links: u32,
    pub times: Times,
    pub body: Body,
    /// The inode itself, for those that come to lie in it.
    this: Weak<Node>,
    /// Open file descriptions for writing, and programs that run from it.
    pub writers: u32,
    pub runs: u32,
}

/// An inode of ramfs.
#[doc(alias = "struct inode")]
pub struct Node {
    pub(super) number: u64,
    pub(super) kind: NodeKind,
    pub(super) file_system: &'static dyn FileSystem,
    /// Taken alone, and never while a program's memory is touched.
    pub(super) state: IrqLock<State>,
    /// Taken by whoever writes, for the length of the write.
    pub(super) writing: Lock<()>,
}

impl Node {
    /// A new inode that has no name yet.
    ///
    /// # Errors
    /// ENOMEM.
    #[doc(alias = "inode_init")]
    pub(super) fn new(
        file_system: &'static dyn FileSystem,
        kind: NodeKind,
        permissions: u16,
        body: Body,
    ) -> Result<Arc<Self>> {
        let state = State {
            permissions,
            owner: (0, 0),
            links: if kind == NodeKind::Directory { 2 } else { 1 },
            times: Times::now(),
            body,
            this: Weak::new(),
            writers: 0,
            runs: 0,
        };
        let number = LAST_NUMBER.fetch_add(1, Ordering::Relaxed) + 1;
        let node = new(Self { number, kind, file_system, state: IrqLock::new(state), writing: Lock::new(()) })?;
        node.state.lock().this = Arc::downgrade(&node);
        Ok(node)
    }

    /// A new directory, to lie in `parent`.
    ///
    /// # Errors
    /// ENOMEM.
    pub(super) fn directory(
        file_system: &'static dyn FileSystem,
        permissions: u16,
        parent: Weak<Self>,
    ) -> Result<Arc<Self>> {
        let body = Body::Directory(Directory { entries: Entries::default(), parent, way_up: None });
        Self::new(file_system, NodeKind::Directory, permissions, body)
    }

    /// The root of a new file system.
    ///
    /// # Errors
    /// ENOMEM.
    pub fn root(file_system: &'static dyn FileSystem) -> Result<Arc<Self>> {
        Self::directory(file_system, 0o755, Weak::new())
    }

    pub(super) fn this(&self) -> Weak<Self> {
        self.state.lock().this.clone()
    }

    /// The inode of ramfs that `inode` is.
    ///
    /// # Errors
    /// EXDEV when it is none.
    pub(super) fn of(inode: &Arc<dyn Inode>) -> Result<Arc<Self>> {
        let any: Arc<dyn Any + Send + Sync> = inode.clone();
        any.downcast().map_err(|_| Errno::XDEV)
    }

    /// Lets `work` use what this directory knows.
    ///
    /// # Errors
    /// ENOTDIR; what `work` says.
    pub(super) fn with_directory<R>(&self, work: impl FnOnce(&mut Directory) -> Result<R>) -> Result<R> {
        match &mut self.state.lock().body {
            Body::Directory(directory) => work(directory),
            _ => Err(Errno::NOTDIR),
        }
    }

    /// Lets `work` use the entries of this directory.
    ///
    /// # Errors
    /// As [`Node::with_directory`].
    pub(super) fn with_entries<R>(&self, work: impl FnOnce(&mut Entries) -> Result<R>) -> Result<R> {
        self.with_directory(|directory| work(&mut directory.entries))
    }

    /// Lets `work` use the content of this file.
    ///
    /// # Errors
    /// EISDIR, EINVAL for what has no content; what `work` says.
    pub(super) fn with_content<R>(&self, work: impl FnOnce(&mut Content) -> Result<R>) -> Result<R> {
        match &mut self.state.lock().body {
            Body::File(content) => work(content),
            Body::Directory(_) => Err(Errno::ISDIR),
            _ => Err(Errno::INVAL),
        }
    }

    /// The content, or what names lead to, has just changed.
    pub(super) fn note_change(&self) {
        let now = clock::unix_ns();
        let times = &mut self.state.lock().times;
        times.modified = now;
        times.changed = now;
    }

    /// So many more, or less, names lead to it.
    pub(super) fn change_links(&self, change: i32) {
        let mut state = self.state.lock();
        state.links = state.links.saturating_add_signed(change);
        state.times.changed = clock::unix_ns();
    }
}
