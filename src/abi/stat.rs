//! What is known of a file: the stat family, access, statfs.

use super::file::{offset, start_of};
use super::record::Record;
use super::strings::copy_path;
use crate::errno::{Errno, Result};
use crate::fs::context;
use crate::fs::file_system::FileSystem;
use crate::fs::inode::{Inode, NAME_MAX};
use crate::fs::metadata::{Metadata, NodeKind};
use crate::fs::mount::Mount;
use crate::fs::open_file::{of_descriptor, of_usable_descriptor};
use crate::fs::open_flags::Access;
use crate::fs::path::LastLink;
use crate::task::clock::SECOND_NS;
use alloc::sync::Arc;
use alloc::vec::Vec;
use linux_raw_sys::general::{AT_EMPTY_PATH, AT_FDCWD, AT_SYMLINK_NOFOLLOW};

/// Bytes in what Linux calls a file's best block.
const BLOCK: u32 = 4096;

/// The inode that `path`, relative to `directory`, names; with AT_EMPTY_PATH and an empty or no path, what `directory`
/// itself refers to.
///
/// # Errors
/// As a path walk's; EBADF, EFAULT.
pub fn inode_at(directory: u32, path: u32, flags: u32) -> Result<Arc<dyn Inode>> {
    found_at(directory, path, flags).map(|found| found.inode)
}

/// An inode, and the mount through which it was reached; `None` for a pipe, which is reached through none.
pub struct Found {
    pub inode: Arc<dyn Inode>,
    pub mount: Option<Arc<Mount>>,
}

/// As [`inode_at`], with the mount.
///
/// # Errors
/// As there.
pub fn found_at(directory: u32, path: u32, flags: u32) -> Result<Found> {
    let may_be_empty = flags & AT_EMPTY_PATH != 0;
    let path = if may_be_empty && path == 0 { Vec::new() } else { copy_path(path)? };
    let place = if may_be_empty && path.is_empty() {
        if directory as i32 != AT_FDCWD {
            let file = of_descriptor(directory)?;
            let mount = file.place().ok().map(|place| place.mount);
            return Ok(Found { inode: file.named_inode().clone(), mount });
        }
        context::of_running()?.working()
    } else {
        let start = if path.first() == Some(&b'/') { None } else { start_of(directory)? };
        let links = if flags & AT_SYMLINK_NOFOLLOW != 0 { LastLink::Keep } else { LastLink::Follow };
        context::find(start, &path, links)?
    };
    Ok(Found { inode: place.inode, mount: Some(place.mount) })
}

/// What a descriptor refers to: where it has a name, the inode of that name, a device's node for one.
///
/// # Errors
/// EBADF.
pub fn inode_of(descriptor: u32) -> Result<Arc<dyn Inode>> {
    Ok(of_descriptor(descriptor)?.named_inode().clone())
}

fn seconds(ns: u64) -> u32 {
    (ns / SECOND_NS) as u32
}

fn nanoseconds(ns: u64) -> u32 {
    (ns % SECOND_NS) as u32
}

/// `struct stat64` of i386: 96 bytes.
fn store_stat64(inode: &dyn Inode, address: u32) -> Result<u32> {
    let about = inode.metadata();
    let mut record = Record::new()
        .u64(inode.file_system().device().into())
        .u32(0)
        .u32(about.inode_number as u32)
        .u32(mode(&about))
        .u32(about.links)
        .u32(about.user)
        .u32(about.group)
        .u64(about.device.into())
        .u32(0)
        .u64(about.size)
        .u32(BLOCK)
        .u64(about.blocks);
    for time in [about.times.accessed, about.times.modified, about.times.changed] {
        record = record.u32(seconds(time)).u32(nanoseconds(time));
    }
    record.u64(about.inode_number).store(address)
}

fn mode(about: &Metadata) -> u32 {
    about.kind.mode_bits() | u32::from(about.permissions)
}

/// `man 2 stat`, the call of that number: `struct stat`, 64 bytes.
fn store_stat(inode: &dyn Inode, address: u32) -> Result<u32> {
    let about = inode.metadata();
    let size = u32::try_from(about.size).ok().filter(|&size| size <= i32::MAX as u32).ok_or(Errno::OVERFLOW)?;
    let mut record = Record::new()
        .u32(inode.file_system().device())
        .u32(about.inode_number as u32)
        .u16(mode(&about) as u16)
        .u16(about.links as u16)
        .u16(about.user as u16)
        .u16(about.group as u16)
        .u32(about.device)
        .u32(size)
        .u32(BLOCK)
        .u32(about.blocks as u32);
    for time in [about.times.accessed, about.times.modified, about.times.changed] {
        record = record.u32(seconds(time)).u32(nanoseconds(time));
    }
    record.zeros_to(64).store(address)
}

/// `man 2 stat`.
pub fn stat(path: u32, address: u32) -> Result<u32> {
    store_stat(&*inode_at(AT_FDCWD as u32, path, 0)?, address)
}

/// `man 2 lstat`.
pub fn lstat(path: u32, address: u32) -> Result<u32> {
    store_stat(&*inode_at(AT_FDCWD as u32, path, AT_SYMLINK_NOFOLLOW)?, address)
}

/// `man 2 fstat`.
pub fn fstat(descriptor: u32, address: u32) -> Result<u32> {
    store_stat(&*inode_of(descriptor)?, address)
}

/// `man 2 stat64`.
pub fn stat64(path: u32, address: u32) -> Result<u32> {
    fstatat64(AT_FDCWD as u32, path, address, 0)
}

/// `man 2 lstat64`.
pub fn lstat64(path: u32, address: u32) -> Result<u32> {
    fstatat64(AT_FDCWD as u32, path, address, AT_SYMLINK_NOFOLLOW)
}

/// `man 2 fstat64`.
pub fn fstat64(descriptor: u32, address: u32) -> Result<u32> {
    store_stat64(&*inode_of(descriptor)?, address)
}

/// `man 2 fstatat64`.
pub fn fstatat64(directory: u32, path: u32, address: u32, flags: u32) -> Result<u32> {
    const AT_NO_AUTOMOUNT: u32 = 0x800;
    if flags & !(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH | AT_NO_AUTOMOUNT) != 0 {
        return Err(Errno::INVAL);
    }
    store_stat64(&*inode_at(directory, path, flags)?, address)
}

/// `man 2 statx`: 256 bytes; all the basic fields, whatever was asked for, which the call allows.
pub fn statx(directory: u32, path: u32, flags: u32, mask: u32, address: u32) -> Result<u32> {
    const BASIC: u32 = 0x7ff;
    const RESERVED: u32 = 1 << 31;
    const KNOWN_FLAGS: u32 = AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH | 0x800 | 0x6000;
    if mask & RESERVED != 0 || flags & !KNOWN_FLAGS != 0 || flags & 0x6000 == 0x6000 {
        return Err(Errno::INVAL);
    }
    let inode = inode_at(directory, path, flags)?;
    let about = inode.metadata();
    let [device, own] = [about.device, inode.file_system().device()];
    let mut record = Record::new()
        .u32(BASIC)
        .u32(BLOCK)
        .u64(0)
        .u32(about.links)
        .u32(about.user)
        .u32(about.group)
        .u16(mode(&about) as u16)
        .u16(0)
        .u64(about.inode_number)
        .u64(about.size)
        .u64(about.blocks)
        .u64(0);
    // Accessed, made (not known), changed, modified; each with four bytes of nothing.
    for time in [about.times.accessed, 0, about.times.changed, about.times.modified] {
        record = record.u64(time / SECOND_NS).u32(nanoseconds(time)).u32(0);
    }
    for number in [device, own] {
        record = record.u32(number >> 8 & 0xfff).u32(number & 0xff | number >> 12 & 0xfff00);
    }
    record.zeros_to(256).store(address)
}

/// `man 2 access`.
pub fn access(path: u32, mode: u32) -> Result<u32> {
    faccessat2(AT_FDCWD as u32, path, mode, 0)
}

/// `man 2 faccessat`, the system call: without flags.
pub fn faccessat(directory: u32, path: u32, mode: u32) -> Result<u32> {
    faccessat2(directory, path, mode, 0)
}

/// `man 2 faccessat2`. Everybody is root, who may read and write everything and run what anybody may.
pub fn faccessat2(directory: u32, path: u32, mode: u32, flags: u32) -> Result<u32> {
    const EXECUTE: u32 = 1;
    const AT_EACCESS: u32 = 0x200;
    if mode & !7 != 0 || flags & !(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH | AT_EACCESS) != 0 {
        return Err(Errno::INVAL);
    }
    let about = inode_at(directory, path, flags)?.metadata();
    let may_run = about.permissions & 0o111 != 0 || about.kind == NodeKind::Directory;
    if mode & EXECUTE != 0 && !may_run { Err(Errno::ACCES) } else { Ok(0) }
}

/// `struct statfs64`: 84 bytes.
fn store_statfs64(file_system: &dyn FileSystem, size: u32, address: u32) -> Result<u32> {
    const BYTES: u32 = 84;
    if size != BYTES {
        return Err(Errno::INVAL);
    }
    let (blocks, free) = file_system.blocks();
    Record::new()
        .u32(file_system.magic())
        .u32(BLOCK)
        .u64(blocks)
        .u64(free)
        .u64(free)
        .u64(0)
        .u64(0)
        .u32(file_system.device())
        .u32(0)
        .u32(NAME_MAX as u32)
        .u32(BLOCK)
        .zeros_to(BYTES as usize)
        .store(address)
}

/// `man 2 statfs64`.
pub fn statfs64(path: u32, size: u32, address: u32) -> Result<u32> {
    store_statfs64(inode_at(AT_FDCWD as u32, path, 0)?.file_system(), size, address)
}

/// `man 2 fstatfs64`.
pub fn fstatfs64(descriptor: u32, size: u32, address: u32) -> Result<u32> {
    store_statfs64(inode_of(descriptor)?.file_system(), size, address)
}

/// `man 2 truncate64`.
pub fn truncate64(path: u32, low: u32, high: u32) -> Result<u32> {
    let length = u64::try_from(offset(low, high)).map_err(|_| Errno::INVAL)?;
    let inode = inode_at(AT_FDCWD as u32, path, 0)?;
    // A program that runs must not change.
    inode.opened(Access::WRITE)?;
    let result = inode.truncate(length);
    inode.closed(Access::WRITE);
    result.map(|()| 0)
}

/// `man 2 truncate`.
pub fn truncate(path: u32, length: u32) -> Result<u32> {
    truncate64(path, length, ((length as i32) >> 31) as u32)
}

/// `man 2 ftruncate64`.
pub fn ftruncate64(descriptor: u32, low: u32, high: u32) -> Result<u32> {
    let length = u64::try_from(offset(low, high)).map_err(|_| Errno::INVAL)?;
    let file = of_usable_descriptor(descriptor)?;
    file.expect(Access::WRITE).map_err(|_| Errno::INVAL)?;
    file.inode().truncate(length)?;
    Ok(0)
}

/// `man 2 ftruncate`.
pub fn ftruncate(descriptor: u32, length: u32) -> Result<u32> {
    ftruncate64(descriptor, length, ((length as i32) >> 31) as u32)
}
