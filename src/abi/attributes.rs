//! Changing what is known of a file: permissions, owners, times.

use super::stat::inode_at;
use super::timespec::{read_timespec32, read_timespec64};
use crate::errno::{Errno, Result};
use crate::fs::inode::Inode;
use crate::fs::metadata::Change;
use crate::fs::open_file::of_usable_descriptor;
use crate::mm::user;
use crate::task::clock::{self, SECOND_NS};
use linux_raw_sys::general::{AT_EMPTY_PATH, AT_FDCWD, AT_SYMLINK_NOFOLLOW};

const HERE: u32 = AT_FDCWD as u32;

fn change_mode(inode: &dyn Inode, mode: u32) -> Result<u32> {
    inode.change(Change { permissions: Some(mode as u16), ..Change::default() })?;
    Ok(0)
}

/// `man 2 chmod`.
pub fn chmod(path: u32, mode: u32) -> Result<u32> {
    fchmodat(HERE, path, mode)
}

/// `man 2 fchmod`.
pub fn fchmod(descriptor: u32, mode: u32) -> Result<u32> {
    change_mode(&**of_usable_descriptor(descriptor)?.named_inode(), mode)
}

/// `man 2 fchmodat`, the system call: without flags.
pub fn fchmodat(directory: u32, path: u32, mode: u32) -> Result<u32> {
    change_mode(&*inode_at(directory, path, 0)?, mode)
}

fn change_owner(inode: &dyn Inode, user: u32, group: u32) -> Result<u32> {
    const KEEP: u32 = u32::MAX;
    let [user, group] = [user, group].map(|id| (id != KEEP).then_some(id));
    inode.change(Change { user, group, ..Change::default() })?;
    Ok(0)
}

/// `man 2 chown`, with ids of 32 bits.
pub fn chown32(path: u32, user: u32, group: u32) -> Result<u32> {
    change_owner(&*inode_at(HERE, path, 0)?, user, group)
}

/// `man 2 lchown`, with ids of 32 bits.
pub fn lchown32(path: u32, user: u32, group: u32) -> Result<u32> {
    change_owner(&*inode_at(HERE, path, AT_SYMLINK_NOFOLLOW)?, user, group)
}

/// `man 2 fchown`, with ids of 32 bits.
pub fn fchown32(descriptor: u32, user: u32, group: u32) -> Result<u32> {
    change_owner(&**of_usable_descriptor(descriptor)?.named_inode(), user, group)
}

/// `man 2 fchownat`.
pub fn fchownat(directory: u32, path: u32, user: u32, group: u32, flags: u32) -> Result<u32> {
    if flags & !(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH) != 0 {
        return Err(Errno::INVAL);
    }
    change_owner(&*inode_at(directory, path, flags)?, user, group)
}

/// Sets both times of what `directory` and `path` name; a null path means the descriptor itself.
fn set_times(directory: u32, path: u32, times: [Option<u64>; 2], flags: u32) -> Result<u32> {
    if flags & !(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH) != 0 {
        return Err(Errno::INVAL);
    }
    if times == [None; 2] {
        // Nothing is looked at when nothing is to change.
        return Ok(0);
    }
    let inode = match (path, directory) {
        (0, HERE) => return Err(Errno::FAULT),
        (0, _) if flags != 0 => return Err(Errno::INVAL),
        (0, _) => of_usable_descriptor(directory)?.named_inode().clone(),
        _ => inode_at(directory, path, flags)?,
    };
    let [accessed, modified] = times;
    inode.change(Change { accessed, modified, ..Change::default() })?;
    Ok(0)
}

/// What one of utimensat's times asks for: UTIME_NOW, UTIME_OMIT, or a time in nanoseconds.
fn wanted((seconds, nanoseconds): (i64, i64)) -> Result<Option<u64>> {
    const NOW: i64 = (1 << 30) - 1;
    const OMIT: i64 = (1 << 30) - 2;
    match nanoseconds {
        NOW => Ok(Some(clock::unix_ns())),
        OMIT => Ok(None),
        0..=999_999_999 => {
            // What lies before 1970 cannot be kept.
            let seconds = u64::try_from(seconds).unwrap_or(0).min(u64::MAX / SECOND_NS - 1);
            Ok(Some(seconds * SECOND_NS + nanoseconds as u64))
        }
        _ => Err(Errno::INVAL),
    }
}

fn both_wanted(accessed: (i64, i64), modified: (i64, i64)) -> Result<[Option<u64>; 2]> {
    Ok([wanted(accessed)?, wanted(modified)?])
}

fn now() -> [Option<u64>; 2] {
    [Some(clock::unix_ns()); 2]
}

/// `man 2 utimensat`, with times of 32 bits.
pub fn utimensat(directory: u32, path: u32, times: u32, flags: u32) -> Result<u32> {
    let times = match times {
        0 => now(),
        _ => both_wanted(read_timespec32(times)?, read_timespec32(times.wrapping_add(8))?)?,
    };
    set_times(directory, path, times, flags)
}

/// `man 2 utimensat`, with times of 64 bits.
pub fn utimensat_time64(directory: u32, path: u32, times: u32, flags: u32) -> Result<u32> {
    let times = match times {
        0 => now(),
        _ => both_wanted(read_timespec64(times)?, read_timespec64(times.wrapping_add(16))?)?,
    };
    set_times(directory, path, times, flags)
}

/// A time given as seconds and microseconds.
fn wanted_in_microseconds((seconds, microseconds): (i64, i64)) -> Result<Option<u64>> {
    if !(0..1_000_000).contains(&microseconds) {
        return Err(Errno::INVAL);
    }
    wanted((seconds, microseconds * 1000))
}

/// `man 2 utimes`.
pub fn utimes(path: u32, times: u32) -> Result<u32> {
    futimesat(HERE, path, times)
}

/// `man 2 futimesat`.
pub fn futimesat(directory: u32, path: u32, times: u32) -> Result<u32> {
    let times = match times {
        0 => now(),
        _ => {
            let both = [read_timespec32(times)?, read_timespec32(times.wrapping_add(8))?];
            [wanted_in_microseconds(both[0])?, wanted_in_microseconds(both[1])?]
        }
    };
    set_times(directory, path, times, 0)
}

/// `man 2 utime`.
pub fn utime(path: u32, times: u32) -> Result<u32> {
    let seconds = |address| Ok(Some(u64::from(user::read_u32(address)?) * SECOND_NS));
    let times = if times == 0 { now() } else { [seconds(times)?, seconds(times.wrapping_add(4))?] };
    set_times(HERE, path, times, 0)
}
