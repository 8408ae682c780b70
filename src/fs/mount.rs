//! Mounts: which file system begins at which directory.
//!
//! A [`Place`] is an inode together with the mount through which it was reached, since the same file system may
//! be mounted more than once and `..` at its root leads to wherever this mount hangs. There are a handful of
//! mounts, so the list is simply searched. `man 2 mount`.

use super::inode::{Inode, is_same};
use super::path::Place;
use crate::arch::lock::IrqLock;
use crate::errno::{Errno, Result};
use alloc::sync::Arc;
use alloc::vec::Vec;

/// A file system in its place.
pub struct Mount {
    pub root: Arc<dyn Inode>,
    /// The directory that it covers; `None` for the first one.
    pub point: Option<Place>,
    /// What /proc/mounts calls it.
    pub source: &'static str,
}

/// All mounts, oldest first.
static MOUNTS: IrqLock<Vec<Arc<Mount>>> = IrqLock::new(Vec::new());

/// Mounts the file system whose root is `root` over the directory `point`, and returns where it begins.
///
/// # Errors
/// ENOTDIR, ENOMEM; EBUSY when the very root of another mount is to be covered.
#[doc(alias = "mount_partition")]
pub fn mount(root: Arc<dyn Inode>, point: Option<Place>, source: &'static str) -> Result<Place> {
    if let Some(place) = &point {
        place.expect_directory()?;
    }
    let mount = Arc::try_new(Mount { root: root.clone(), point, source }).map_err(|_| Errno::NOMEM)?;
    let mut mounts = MOUNTS.lock();
    mounts.try_reserve(1).map_err(|_| Errno::NOMEM)?;
    mounts.push(mount.clone());
    Ok(Place { mount, inode: root })
}

/// Takes the mount at whose root `place` is out of the list.
///
/// # Errors
/// EINVAL when it is no root of a mount or the first one; EBUSY while something in it is open or somebody's
/// working directory, or another mount hangs in it.
pub fn unmount(place: Place) -> Result<()> {
    if place.mount.point.is_none() || !is_same(&place.inode, &place.mount.root) {
        return Err(Errno::INVAL);
    }
    let mut mounts = MOUNTS.lock();
    // The list's and ours: whoever else has a place in it counts too.
    if Arc::strong_count(&place.mount) > 2 {
        return Err(Errno::BUSY);
    }
    let index = mounts.iter().position(|mount| Arc::ptr_eq(mount, &place.mount)).ok_or(Errno::INVAL)?;
    let removed = mounts.remove(index);
    drop(mounts);
    drop(removed);
    Ok(())
}

/// What is mounted over `place`, at its root; the place itself where nothing is.
pub fn uppermost(mut place: Place) -> Place {
    while let Some(mount) = covering(&place) {
        place = Place { inode: mount.root.clone(), mount };
    }
    place
}

fn covering(place: &Place) -> Option<Arc<Mount>> {
    let mounts = MOUNTS.lock();
    mounts.iter().rev().find(|mount| mount.point.as_ref().is_some_and(|point| point.is_same(place))).cloned()
}

/// All mounts, oldest first.
///
/// # Errors
/// ENOMEM.
pub fn all() -> Result<Vec<Arc<Mount>>> {
    let mounts = MOUNTS.lock();
    let mut copy = Vec::new();
    copy.try_reserve_exact(mounts.len()).map_err(|_| Errno::NOMEM)?;
    copy.extend(mounts.iter().cloned());
    Ok(copy)
}
