//! Where an open file was found: what it is called, as long as it is called that.
//!
//! An inode does not know its names, so an open file remembers the directory and the name by which it was reached.
//! Who reaches it once more by way of the open file, through a link in /proc/PID/fd, gets the same origin. Linux
//! keeps a `struct path` for that.

use super::context;
use super::inode::{Inode, is_same};
use super::path::Place;
use super::text;
use crate::errno::{Errno, Result};
use alloc::sync::Arc;
use alloc::vec::Vec;

/// Where a file was found: its directory, and its name there.
pub struct Origin {
    pub place: Place,
    pub parent: Place,
    pub name: Vec<u8>,
}

impl Origin {
    /// Of a directory, which finds its name by itself.
    ///
    /// # Errors
    /// ENOMEM.
    pub fn of_directory(place: Place) -> Result<Arc<Self>> {
        Self { parent: place.clone(), place, name: Vec::new() }.shared()
    }

    /// To be kept by those who have the file open.
    ///
    /// # Errors
    /// ENOMEM.
    pub fn shared(self) -> Result<Arc<Self>> {
        Arc::try_new(self).map_err(|_| Errno::NOMEM)
    }

    /// The path that leads to it, as seen from the running process's root, with " (deleted)" behind it when it does
    /// not lead there any more: neither to the file found nor to `inode`, which was opened for it.
    ///
    /// # Errors
    /// ENOMEM; ENOENT in a kernel thread.
    pub fn path(&self, inode: &Arc<dyn Inode>) -> Result<Vec<u8>> {
        let context = context::of_running()?;
        let is_directory = self.place.expect_directory().is_ok();
        let directory = if is_directory { &self.place } else { &self.parent };
        let mut path = match context.path_of(directory) {
            Err(Errno::NOENT) => Vec::new(),
            path => path?,
        };
        if !is_directory {
            text::join(&mut path, &self.name)?;
            if !self.leads_to(&self.place.inode) && !self.leads_to(inode) {
                text::append(&mut path, b" (deleted)")?;
            }
        }
        Ok(path)
    }

    /// Says whether the name still leads to `inode`.
    fn leads_to(&self, inode: &Arc<dyn Inode>) -> bool {
        let found = self.parent.inode.lookup(&self.name);
        self.name.is_empty() || matches!(&*self.name, b"." | b"..") || found.is_ok_and(|found| is_same(&found, inode))
    }
}

/// What stands for the path of a pipe: its kind and its number.
///
/// # Errors
/// ENOMEM.
pub fn without_name(inode: &Arc<dyn Inode>) -> Result<Vec<u8>> {
    let (kind, number) = (inode.file_system().name(), inode.metadata().inode_number);
    text::format(format_args!("{kind}:[{number}]"))
}
