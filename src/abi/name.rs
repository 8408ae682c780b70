//! Making, removing and renaming: links, directories, special files.

use super::file::start_of;
use super::stat::{Found, found_at, inode_at};
use super::strings::copy_path;
use crate::errno::{Errno, Result};
use crate::fs::context;
use crate::fs::inode::NewNode;
use crate::fs::metadata::NodeKind;
use crate::fs::mount;
use crate::fs::path::{Last, Place};
use crate::mm::user;
use alloc::sync::Arc;
use linux_raw_sys::general::{AT_EMPTY_PATH, AT_FDCWD, AT_REMOVEDIR, AT_SYMLINK_FOLLOW, AT_SYMLINK_NOFOLLOW};

const HERE: u32 = AT_FDCWD as u32;

/// The directory and the last name of the program's `path`.
fn last_of(directory: u32, path: u32) -> Result<Last> {
    let path = copy_path(path)?;
    let start = if path.first() == Some(&b'/') { None } else { start_of(directory)? };
    context::find_last(start, &path)
}

/// Makes `node` under a new name.
///
/// # Errors
/// EEXIST; ENOENT for what would be no directory but is called one; what the file system says.
pub fn make(last: &Last, node: NewNode) -> Result<u32> {
    if !last.is_plain() {
        return Err(Errno::EXIST);
    }
    let is_directory = matches!(node, NewNode::Directory { .. });
    if last.must_be_directory && !is_directory {
        let exists = last.parent.inode.lookup(&last.name).is_ok();
        return Err(if exists { Errno::EXIST } else { Errno::NOENT });
    }
    last.parent.inode.create(&last.name, node)?;
    Ok(0)
}

/// `man 2 mkdir`.
pub fn mkdir(path: u32, mode: u32) -> Result<u32> {
    mkdirat(HERE, path, mode)
}

/// `man 2 mkdirat`.
pub fn mkdirat(directory: u32, path: u32, mode: u32) -> Result<u32> {
    let mode = context::of_running()?.masked(mode & 0o1777);
    make(&last_of(directory, path)?, NewNode::Directory { mode })
}

/// `man 2 mknod`.
pub fn mknod(path: u32, mode: u32, device: u32) -> Result<u32> {
    mknodat(HERE, path, mode, device)
}

/// `man 2 mknodat`: regular files, FIFOs, devices.
pub fn mknodat(directory: u32, path: u32, mode: u32, device: u32) -> Result<u32> {
    const TYPE: u32 = 0o170_000;
    let kind = mode & TYPE;
    let mode = context::of_running()?.masked(mode);
    let node = match kind {
        0 => NewNode::Regular { mode },
        kind if kind == NodeKind::Regular.mode_bits() => NewNode::Regular { mode },
        kind if kind == NodeKind::Directory.mode_bits() => return Err(Errno::PERM),
        kind if kind == NodeKind::Fifo.mode_bits() => NewNode::Fifo { mode },
        kind if kind == NodeKind::CharacterDevice.mode_bits() => {
            NewNode::Device { kind: NodeKind::CharacterDevice, mode, number: device }
        }
        kind if kind == NodeKind::BlockDevice.mode_bits() => {
            NewNode::Device { kind: NodeKind::BlockDevice, mode, number: device }
        }
        _ => return Err(Errno::INVAL),
    };
    make(&last_of(directory, path)?, node)
}

/// `man 2 symlink`.
pub fn symlink(target: u32, path: u32) -> Result<u32> {
    symlinkat(target, HERE, path)
}

/// `man 2 symlinkat`.
pub fn symlinkat(target: u32, directory: u32, path: u32) -> Result<u32> {
    let target = copy_path(target)?;
    if target.is_empty() {
        return Err(Errno::NOENT);
    }
    make(&last_of(directory, path)?, NewNode::Link(target))
}

/// `man 2 link`.
pub fn link(old: u32, new: u32) -> Result<u32> {
    linkat(HERE, old, HERE, new, 0)
}

/// `man 2 linkat`.
pub fn linkat(old_directory: u32, old: u32, new_directory: u32, new: u32, flags: u32) -> Result<u32> {
    if flags & !(AT_SYMLINK_FOLLOW | AT_EMPTY_PATH) != 0 {
        return Err(Errno::INVAL);
    }
    let follow = if flags & AT_SYMLINK_FOLLOW != 0 { 0 } else { AT_SYMLINK_NOFOLLOW };
    let Found { inode, mount } = found_at(old_directory, old, follow | flags & AT_EMPTY_PATH)?;
    let last = last_of(new_directory, new)?;
    if !last.is_plain() || last.parent.inode.lookup(&last.name).is_ok() {
        return Err(Errno::EXIST);
    }
    if last.must_be_directory {
        return Err(Errno::NOENT);
    }
    if !mount.is_some_and(|mount| Arc::ptr_eq(&mount, &last.parent.mount)) {
        return Err(Errno::XDEV);
    }
    if inode.kind() == NodeKind::Directory {
        return Err(Errno::PERM);
    }
    last.parent.inode.link(&last.name, &inode)?;
    Ok(0)
}

/// `man 2 unlink`.
pub fn unlink(path: u32) -> Result<u32> {
    unlinkat(HERE, path, 0)
}

/// `man 2 rmdir`.
pub fn rmdir(path: u32) -> Result<u32> {
    unlinkat(HERE, path, AT_REMOVEDIR)
}

/// `man 2 unlinkat`.
pub fn unlinkat(directory: u32, path: u32, flags: u32) -> Result<u32> {
    if flags & !AT_REMOVEDIR != 0 {
        return Err(Errno::INVAL);
    }
    let last = last_of(directory, path)?;
    if flags & AT_REMOVEDIR != 0 { remove_directory(&last) } else { remove(&last) }
}

/// Takes away the empty directory that `last` names.
///
/// # Errors
/// As `man 2 rmdir`.
#[doc(alias = "dir_remove")]
pub fn remove_directory(last: &Last) -> Result<u32> {
    match &*last.name {
        b"" => return Err(Errno::BUSY),
        b"." => return Err(Errno::INVAL),
        b".." => return Err(Errno::NOTEMPTY),
        _ => {}
    }
    expect_not_covered(last)?;
    last.parent.inode.remove_directory(&last.name)?;
    Ok(0)
}

/// Takes away the name `last`, which is no directory's.
///
/// # Errors
/// As `man 2 unlink`.
pub fn remove(last: &Last) -> Result<u32> {
    let parent = &last.parent.inode;
    if !last.is_plain() {
        return Err(Errno::ISDIR);
    }
    if last.must_be_directory {
        let is_directory = parent.lookup(&last.name)?.kind() == NodeKind::Directory;
        return Err(if is_directory { Errno::ISDIR } else { Errno::NOTDIR });
    }
    parent.unlink(&last.name)?;
    Ok(0)
}

/// # Errors
/// EBUSY when something is mounted over what `last` names.
fn expect_not_covered(last: &Last) -> Result<()> {
    let inode = last.parent.inode.lookup(&last.name)?;
    let place = Place { inode, ..last.parent.clone() };
    let upper = mount::uppermost(place.clone());
    if upper.is_same(&place) { Ok(()) } else { Err(Errno::BUSY) }
}

/// `man 2 rename`.
pub fn rename(old: u32, new: u32) -> Result<u32> {
    renameat2(HERE, old, HERE, new, 0)
}

/// `man 2 renameat`.
pub fn renameat(old_directory: u32, old: u32, new_directory: u32, new: u32) -> Result<u32> {
    renameat2(old_directory, old, new_directory, new, 0)
}

/// `man 2 renameat2`: RENAME_NOREPLACE and RENAME_EXCHANGE.
pub fn renameat2(old_directory: u32, old: u32, new_directory: u32, new: u32, flags: u32) -> Result<u32> {
    const NO_REPLACE: u32 = 1;
    const EXCHANGE: u32 = 2;
    if flags & !(NO_REPLACE | EXCHANGE) != 0 || flags == NO_REPLACE | EXCHANGE {
        return Err(Errno::INVAL);
    }
    let (from, to) = (last_of(old_directory, old)?, last_of(new_directory, new)?);
    if !from.is_plain() || !to.is_plain() {
        return Err(Errno::BUSY);
    }
    if !Arc::ptr_eq(&from.parent.mount, &to.parent.mount) {
        return Err(Errno::XDEV);
    }
    let inode = from.parent.inode.lookup(&from.name)?;
    if (from.must_be_directory || to.must_be_directory) && inode.kind() != NodeKind::Directory {
        return Err(Errno::NOTDIR);
    }
    expect_not_covered(&from)?;
    if to.parent.inode.lookup(&to.name).is_ok() {
        if flags & NO_REPLACE != 0 {
            return Err(Errno::EXIST);
        }
        expect_not_covered(&to)?;
    }
    if flags & EXCHANGE != 0 {
        from.parent.inode.exchange(&from.name, &to.parent.inode, &to.name)?;
    } else {
        from.parent.inode.rename(&from.name, &to.parent.inode, &to.name)?;
    }
    Ok(0)
}

/// `man 2 readlink`.
pub fn readlink(path: u32, buffer: u32, size: u32) -> Result<u32> {
    readlinkat(HERE, path, buffer, size)
}

/// `man 2 readlinkat`: the path is cut off where the buffer ends, and no NUL follows it.
pub fn readlinkat(directory: u32, path: u32, buffer: u32, size: u32) -> Result<u32> {
    if size as i32 <= 0 {
        return Err(Errno::INVAL);
    }
    let is_empty = copy_path(path)?.is_empty();
    let inode = inode_at(directory, path, AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH)?;
    let target = match inode.target_text() {
        Err(Errno::INVAL) if is_empty => return Err(Errno::NOENT),
        target => target?,
    };
    let length = target.len().min(size as usize);
    user::copy_to_user(buffer, &target[..length])?;
    Ok(length as u32)
}
