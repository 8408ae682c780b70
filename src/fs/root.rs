//! The tree as it is after boot: the root, and what is mounted in it.

use super::buffer::Buffer;
use super::inode::{Blocking, Inode, NewNode};
use super::mount;
use super::path::{LastLink, Place, Walk};
use super::ramfs::{self, DEVFS, RAMFS, TMPFS};
use super::unpack::{Failure, unpack};
use super::{context::Context, memory_device, procfs};
use crate::errno::{Errno, Result};
use crate::task::fs_context::FsContext;
use crate::task::task_ref::running_thread;
use alloc::sync::Arc;
use alloc::vec::Vec;
use spin::Once;

/// Where everything begins.
static ROOT: Once<Place> = Once::new();

/// Makes the root file system, fills it from `archive`, puts the running thread and all that it starts there, and
/// returns how many entries the archive had.
///
/// # Errors
/// What is wrong with the archive.
#[doc(alias = "filesys_init")]
pub fn init(archive: &[u8]) -> core::result::Result<usize, Failure<'_>> {
    let root = ramfs::new(&RAMFS).and_then(|inode| mount::mount(inode, None, "root"));
    let root = root.map_err(|error| Failure::Entry("root", error))?;
    let entries = unpack(archive, &root)?;
    ROOT.call_once(|| root);
    context().map(|context| running_thread().set_fs(context)).map_err(|error| Failure::Entry("root", error))?;
    mount_others().map_err(|error| Failure::Entry("dev", error))?;
    Ok(entries)
}

/// The root.
///
/// # Errors
/// ENOENT before [`init`].
#[doc(alias = "open_root_dir")]
pub fn root() -> Result<Place> {
    ROOT.get().cloned().ok_or(Errno::NOENT)
}

fn context() -> Result<Arc<dyn FsContext>> {
    Context::at(root()?)
}

/// The directory that holds the device nodes.
///
/// # Errors
/// As a path walk's.
pub fn devices() -> Result<Arc<dyn Inode>> {
    Ok(find("/dev")?.inode)
}

/// What `path` leads to, for the kernel itself.
///
/// # Errors
/// As a path walk's.
pub fn find(path: &str) -> Result<Place> {
    Walk::new(root()?, root()?, path.as_bytes())?.finish_walk(LastLink::Follow)
}

/// Mounts the file system `inode` over the directory `name` of the root, made if it is not there.
///
/// # Errors
/// ENOMEM, ENOSPC, ENOTDIR.
pub fn mount_at(name: &str, inode: Arc<dyn Inode>, source: &'static str) -> Result<()> {
    match root()?.inode.create(name.as_bytes(), NewNode::Directory { mode: 0o755 }) {
        Ok(_) | Err(Errno::EXIST) => {}
        Err(error) => return Err(error),
    }
    mount::mount(inode, Some(find(name)?), source).map(|_| ())
}

fn mount_others() -> Result<()> {
    let directory = ramfs::new(&DEVFS)?;
    memory_device::init(&directory)?;
    mount_at("dev", directory, "devfs")?;
    mount_at("proc", procfs::root()?, "proc")?;
    mount_at("tmp", ramfs::new(&TMPFS)?, "tmp")
}

/// The bytes of a file.
pub fn contents(place: &Place) -> Result<Vec<u8>> {
    let length = place.inode.metadata().size as usize;
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(length).map_err(|_| Errno::NOMEM)?;
    bytes.resize(length, 0);
    place.inode.read(0, &mut Buffer::kernel(&mut bytes), Blocking::Wait)?;
    Ok(bytes)
}
