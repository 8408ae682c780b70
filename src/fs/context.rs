//! Where a process is in the tree: its root, its working directory, and its umask.
//!
//! Linux's `struct fs_struct`: an object of its own that processes may come to share (CLONE_FS). The book keeps
//! the working directory's inode number in the PCB, `cwd_inode_nr`.

use super::path::{Last, LastLink, Place, Walk};
use crate::arch::lock::IrqLock;
use crate::errno::{Errno, Result};
use crate::task::fs_context::FsContext;
use crate::task::task_ref::running_thread;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::any::Any;

/// What is kept; the lock is taken alone.
#[doc(alias = "cwd_inode_nr")]
#[derive(Clone)]
struct Inner {
    root: Place,
    working: Place,
    umask: u16,
}

/// A process's place in the tree.
pub struct Context(IrqLock<Inner>);

impl Context {
    /// At `root`, with the usual umask.
    ///
    /// # Errors
    /// ENOMEM.
    pub fn at(root: Place) -> Result<Arc<dyn FsContext>> {
        let inner = Inner { working: root.clone(), root, umask: 0o022 };
        Ok(Arc::try_new(Self(IrqLock::new(inner))).map_err(|_| Errno::NOMEM)?)
    }

    /// Where its absolute paths begin.
    pub fn root(&self) -> Place {
        self.0.lock().root.clone()
    }

    /// Where its other paths begin.
    pub fn working(&self) -> Place {
        self.0.lock().working.clone()
    }

    /// Makes `place` the working directory.
    ///
    /// # Errors
    /// ENOTDIR.
    pub fn set_working(&self, place: Place) -> Result<()> {
        place.expect_directory()?;
        let old = core::mem::replace(&mut self.0.lock().working, place);
        drop(old);
        Ok(())
    }

    /// Makes `place` the root.
    ///
    /// # Errors
    /// ENOTDIR.
    pub fn set_root(&self, place: Place) -> Result<()> {
        place.expect_directory()?;
        let old = core::mem::replace(&mut self.0.lock().root, place);
        drop(old);
        Ok(())
    }

    /// Takes the umask's bits from `mode`.
    pub fn masked(&self, mode: u32) -> u16 {
        mode as u16 & 0o7777 & !self.0.lock().umask
    }

    /// Sets the umask and returns the one before.
    pub fn set_umask(&self, umask: u16) -> u16 {
        core::mem::replace(&mut self.0.lock().umask, umask & 0o777)
    }

    /// The path of a directory as this process sees it.
    ///
    /// # Errors
    /// ENOENT when it has been removed; ENOMEM.
    pub fn path_of(&self, place: &Place) -> Result<Vec<u8>> {
        place.directory_path(&self.root())
    }

    /// A walk of `path` from the working directory, or from `start` where that is given.
    ///
    /// # Errors
    /// As [`Walk::new`].
    pub fn walk(&self, start: Option<Place>, path: &[u8]) -> Result<Walk> {
        let Inner { root, working, .. } = self.0.lock().clone();
        Walk::new(root, start.unwrap_or(working), path)
    }
}

impl FsContext for Context {
    fn copy(&self) -> Result<Arc<dyn FsContext>> {
        let inner = self.0.lock().clone();
        Ok(Arc::try_new(Self(IrqLock::new(inner))).map_err(|_| Errno::NOMEM)?)
    }
}

/// The running process's.
///
/// # Errors
/// ENOENT in a kernel thread, which is nowhere.
pub fn of_running() -> Result<Arc<Context>> {
    let context = running_thread().fs().ok_or(Errno::NOENT)?;
    let context: Arc<dyn Any + Send + Sync> = context;
    context.downcast().map_err(|_| Errno::NOENT)
}

/// What `path` names for the running process, from the directory `start` or its working directory.
///
/// # Errors
/// As [`Walk::finish_walk`].
#[doc(alias = "search_file")]
pub fn find(start: Option<Place>, path: &[u8], links: LastLink) -> Result<Place> {
    of_running()?.walk(start, path)?.finish_walk(links)
}

/// The directory and the last name of `path`, for who makes or removes it.
///
/// # Errors
/// As [`Walk::walk_to_last`].
pub fn find_last(start: Option<Place>, path: &[u8]) -> Result<Last> {
    of_running()?.walk(start, path)?.walk_to_last()
}
