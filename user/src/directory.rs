//! Directories and the names in them: listing, making, moving, removing. What a name stands for is in `stat`.
//!
//! Paths are `&CStr`, relative ones from the current directory. Nothing is kept between calls: a listing goes through
//! a buffer of the caller's, a path comes back in one.

use crate::errno::Errno;
use crate::file::{Descriptor, HERE};
use crate::stat::Kind;
use crate::syscall::{check, syscall3, syscall6};
use core::ffi::CStr;
use core::time::Duration;
use linux_raw_sys::general;

/// The longest path the kernel takes, in bytes with its NUL.
pub const PATH_MAX: usize = 4096;
/// The permissions a new directory asks for; the mask of the process takes some away.
pub const NEW_DIRECTORY_MODE: u32 = 0o777;

/// One name in a directory.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// The name, without any directory before it.
    pub name: &'a CStr,
    /// What it is; [`Kind::Unknown`] where the file system does not say.
    pub kind: Kind,
    /// The file's number.
    pub inode: u64,
}

/// Reads the next names of an open directory into `buffer`; an iterator without any means that this was the last.
///
/// ```ignore
/// let directory = file::open(path, file::O_RDONLY | file::O_DIRECTORY)?;
/// loop {
///     let mut entries = directory::entries(&directory, &mut buffer)?.peekable();
///     if entries.peek().is_none() { break; }
///     for entry in entries { … }
/// }
/// ```
///
/// # Errors
/// ENOTDIR for what is no directory; EINVAL when the buffer does not hold the next name (300 bytes always do).
pub fn entries<'a>(directory: &Descriptor, buffer: &'a mut [u8]) -> Result<Entries<'a>, Errno> {
    let arguments = [directory.number() as usize, buffer.as_mut_ptr().addr(), buffer.len()];
    // SAFETY: the buffer is ours alone for the call.
    let length = check(unsafe { syscall3(general::__NR_getdents64 as usize, arguments) })?;
    Ok(Entries { bytes: buffer.get(..length).unwrap_or(&[]) })
}

/// The names of one reading, `.` and `..` among them, in whatever order the file system has.
#[derive(Clone, Debug)]
pub struct Entries<'a> {
    bytes: &'a [u8],
}

impl<'a> Iterator for Entries<'a> {
    type Item = Entry<'a>;

    fn next(&mut self) -> Option<Entry<'a>> {
        /// Where the fields of `struct linux_dirent64` are: inode, next place, length, kind, name.
        const LENGTH: usize = 16;
        const KIND: usize = 18;
        const NAME: usize = 19;
        let inode = u64::from_le_bytes(*self.bytes.first_chunk()?);
        let length = u16::from_le_bytes(*self.bytes.get(LENGTH..)?.first_chunk()?);
        let (entry, rest) = self.bytes.split_at_checked(length.into())?;
        self.bytes = rest;
        let name = CStr::from_bytes_until_nul(entry.get(NAME..)?).ok()?;
        // The kind is that of the mode, without the twelve bits of permissions.
        Some(Entry { name, kind: Kind::from_mode(u32::from(entry[KIND]) << 12), inode })
    }
}

/// Makes a directory.
///
/// # Errors
/// EEXIST when there is something of that name; ENOENT, ENOTDIR, ENOSPC.
pub fn make(path: &CStr, mode: u32) -> Result<(), Errno> {
    path_call(general::__NR_mkdir, path, mode as usize)
}

/// Removes an empty directory.
///
/// # Errors
/// ENOTEMPTY, ENOTDIR, ENOENT; EBUSY when something is mounted there.
pub fn remove(path: &CStr) -> Result<(), Errno> {
    path_call(general::__NR_rmdir, path, 0)
}

/// Removes a name; the file goes with its last name, once nobody has it open.
///
/// # Errors
/// ENOENT; EISDIR or EPERM for a directory.
pub fn unlink(path: &CStr) -> Result<(), Errno> {
    path_call(general::__NR_unlink, path, 0)
}

/// Gives a file another name.
///
/// # Errors
/// EEXIST when the new name is taken; EXDEV when it would be in another file system.
pub fn link(old: &CStr, new: &CStr) -> Result<(), Errno> {
    path_call(general::__NR_link, old, new.as_ptr().addr())
}

/// Makes a symbolic link called `new` with `text` in it, which need not be the name of anything.
///
/// # Errors
/// EEXIST when the name is taken.
pub fn symlink(text: &CStr, new: &CStr) -> Result<(), Errno> {
    path_call(general::__NR_symlink, text, new.as_ptr().addr())
}

/// Reads a symbolic link's text into `buffer`; a longer one is cut off.
///
/// # Errors
/// EINVAL for what is no symbolic link.
pub fn read_link<'a>(path: &CStr, buffer: &'a mut [u8]) -> Result<&'a [u8], Errno> {
    let arguments = [path.as_ptr().addr(), buffer.as_mut_ptr().addr(), buffer.len()];
    // SAFETY: the path is read, and the buffer is ours alone for the call.
    let length = check(unsafe { syscall3(general::__NR_readlink as usize, arguments) })?;
    Ok(&buffer[..length.min(buffer.len())])
}

/// Moves a name; what had the new name before is gone in the same moment.
///
/// # Errors
/// EXDEV when it would be in another file system; EISDIR, ENOTDIR, ENOTEMPTY when one cannot take the other's place.
pub fn rename(old: &CStr, new: &CStr) -> Result<(), Errno> {
    path_call(general::__NR_rename, old, new.as_ptr().addr())
}

/// Changes a file's permissions.
///
/// # Errors
/// ENOENT; EPERM for who does not own it.
pub fn change_mode(path: &CStr, mode: u32) -> Result<(), Errno> {
    path_call(general::__NR_chmod, path, mode as usize)
}

/// Whether this process could read, write or execute it (`R_OK`, `W_OK`, `X_OK` of `access(2)`; `F_OK`: it exists).
///
/// # Errors
/// EACCES when it could not; ENOENT.
pub fn access(path: &CStr, mode: u32) -> Result<(), Errno> {
    path_call(general::__NR_access, path, mode as usize)
}

/// Makes a file of any kind: `mode` has kind and permissions (`S_IF…`), `device` a device's number.
///
/// # Errors
/// EEXIST when the name is taken; EINVAL for a kind that cannot be made so.
pub fn make_node(path: &CStr, mode: u32, device: u32) -> Result<(), Errno> {
    let arguments = [path.as_ptr().addr(), mode as usize, device as usize];
    // SAFETY: the call reads the path.
    check(unsafe { syscall3(general::__NR_mknod as usize, arguments) }).map(drop)
}

/// Sets the times of last access and last change: both to now (`None`), or to times since the beginning of 1970.
///
/// # Errors
/// ENOENT; EPERM for who does not own it.
pub fn set_times(path: &CStr, times: Option<[Duration; 2]>) -> Result<(), Errno> {
    let times = times.map(|times| {
        times.map(|time| general::__kernel_timespec {
            tv_sec: i64::try_from(time.as_secs()).unwrap_or(i64::MAX),
            tv_nsec: time.subsec_nanos().into(),
        })
    });
    let address = times.as_ref().map_or(0, |times| times.as_ptr().addr());
    let arguments = [HERE, path.as_ptr().addr(), address, 0, 0, 0];
    // SAFETY: path and times are read.
    check(unsafe { syscall6(general::__NR_utimensat_time64 as usize, arguments) }).map(drop)
}

/// Goes to another directory.
///
/// # Errors
/// ENOENT, ENOTDIR, EACCES.
pub fn change_to(path: &CStr) -> Result<(), Errno> {
    path_call(general::__NR_chdir, path, 0)
}

/// The path of the current directory, from the root, in `buffer` ([`PATH_MAX`] bytes always hold it).
///
/// # Errors
/// ENOENT when it was removed; ERANGE when the buffer is too short.
pub fn current(buffer: &mut [u8]) -> Result<&CStr, Errno> {
    let arguments = [buffer.as_mut_ptr().addr(), buffer.len(), 0];
    // SAFETY: the buffer is ours alone for the call.
    check(unsafe { syscall3(general::__NR_getcwd as usize, arguments) })?;
    CStr::from_bytes_until_nul(buffer).map_err(|_| Errno::EINVAL)
}

/// Sets which permissions new files and directories do not get; returns what it was.
pub fn set_mask(mask: u32) -> u32 {
    // SAFETY: the call touches no memory.
    unsafe { syscall3(general::__NR_umask as usize, [mask as usize, 0, 0]) as u32 }
}

/// Makes a call that takes a path and a number, or another path.
fn path_call(number: u32, path: &CStr, second: usize) -> Result<(), Errno> {
    // SAFETY: the calls above only read the strings they get.
    check(unsafe { syscall3(number as usize, [path.as_ptr().addr(), second, 0]) }).map(drop)
}
