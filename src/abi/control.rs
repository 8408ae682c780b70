//! fcntl, ioctl, and what else is asked of a descriptor.

use super::file::{close, install, offset};
use crate::arch::interrupt;
use crate::errno::{Errno, Result};
use crate::fs::metadata::NodeKind;
use crate::fs::open_file::{OpenFileDescription, of_descriptor, of_usable_descriptor};
use crate::fs::open_flags::{Access, OpenFlags};
use crate::fs::pipe::CAPACITY;
use crate::mm::user;
use crate::task::limits;
use crate::task::task_ref::running_thread;
use linux_raw_sys::general as linux;
use linux_raw_sys::ioctl;

/// `man 2 fcntl`. Record locks are not there: asking for one is EINVAL.
pub fn fcntl64(descriptor: u32, command: u32, argument: u32) -> Result<u32> {
    let file = of_descriptor(descriptor)?;
    match command {
        linux::F_DUPFD | linux::F_DUPFD_CLOEXEC => {
            if argument >= limits::open_files() {
                return Err(Errno::INVAL);
            }
            install(file, command == linux::F_DUPFD_CLOEXEC, argument)
        }
        linux::F_GETFD => running_thread().with_descriptors(|table| Ok(table.get(descriptor)?.close_on_exec.into())),
        linux::F_SETFD => set_close_on_exec(descriptor, argument & linux::FD_CLOEXEC != 0),
        linux::F_GETFL => Ok(file.flags().bits()),
        _ => of_status(&*of_usable_descriptor(descriptor)?, command, argument),
    }
}

/// The commands of fcntl that a descriptor for a place alone (O_PATH) does not know.
fn of_status(file: &OpenFileDescription, command: u32, argument: u32) -> Result<u32> {
    match command {
        linux::F_SETFL => {
            file.set_flags(OpenFlags::from_bits_retain(argument));
            Ok(0)
        }
        F_GETPIPE_SZ if file.inode().kind() == NodeKind::Fifo => Ok(CAPACITY as u32),
        _ => Err(Errno::INVAL),
    }
}

/// Linux's number for asking how much fits into a pipe.
const F_GETPIPE_SZ: u32 = 1032;

fn set_close_on_exec(descriptor: u32, close_on_exec: bool) -> Result<u32> {
    running_thread().with_descriptors(|table| {
        table.get_mut(descriptor)?.close_on_exec = close_on_exec;
        Ok(0)
    })
}

/// `man 2 ioctl`: what every file knows; the rest is the file's own.
pub fn ioctl(descriptor: u32, request: u32, argument: u32) -> Result<u32> {
    let file = of_usable_descriptor(descriptor)?;
    match request {
        ioctl::FIOCLEX => set_close_on_exec(descriptor, true),
        ioctl::FIONCLEX => set_close_on_exec(descriptor, false),
        ioctl::FIONBIO => {
            let is_on = user::read_u32(argument)? != 0;
            let mut flags = file.flags();
            flags.set(OpenFlags::NONBLOCK, is_on);
            file.set_flags(flags);
            Ok(0)
        }
        ioctl::FIONREAD if file.inode().kind() == NodeKind::Regular => {
            let position = file.seek(0, linux::SEEK_CUR)?;
            let left = file.inode().metadata().size.saturating_sub(position);
            user::write_u32(argument, left as u32)?;
            Ok(0)
        }
        _ => file.inode().ioctl(request, argument),
    }
}

/// `man 2 fsync`, and `fdatasync`: what is in memory needs no writing anywhere.
pub fn fsync(descriptor: u32) -> Result<u32> {
    let kind = of_usable_descriptor(descriptor)?.inode().kind();
    if matches!(kind, NodeKind::Regular | NodeKind::Directory) { Ok(0) } else { Err(Errno::INVAL) }
}

/// `man 2 sync`.
pub fn sync() -> Result<u32> {
    Ok(0)
}

/// `man 2 fadvise64`: advice, taken by doing nothing.
pub fn fadvise64(descriptor: u32) -> Result<u32> {
    let file = of_usable_descriptor(descriptor)?;
    if file.inode().kind() == NodeKind::Fifo { Err(Errno::SPIPE) } else { Ok(0) }
}

/// `man 2 fallocate`: makes the file as long as was asked for, with a hole; nothing is set aside.
pub fn fallocate(descriptor: u32, mode: u32, low: u32, high: u32, length_low: u32, length_high: u32) -> Result<u32> {
    const KEEP_SIZE: u32 = 1;
    let file = of_descriptor(descriptor)?;
    let [start, length] = [(low, high), (length_low, length_high)].map(|(low, high)| offset(low, high));
    if start < 0 || length <= 0 {
        return Err(Errno::INVAL);
    }
    if mode & !KEEP_SIZE != 0 {
        return Err(Errno::OPNOTSUPP);
    }
    file.expect(Access::WRITE)?;
    match file.inode().kind() {
        NodeKind::Regular => {}
        NodeKind::Fifo => return Err(Errno::SPIPE),
        _ => return Err(Errno::NODEV),
    }
    let end = start.checked_add(length).ok_or(Errno::FBIG)? as u64;
    if mode & KEEP_SIZE == 0 && end > file.inode().metadata().size {
        file.inode().truncate(end)?;
    }
    Ok(0)
}

/// `man 2 close_range`, for descriptors from `first` to `last`.
pub fn close_range(first: u32, last: u32, flags: u32) -> Result<u32> {
    const CLOEXEC: u32 = 4;
    if first > last || flags & !CLOEXEC != 0 {
        return Err(Errno::INVAL);
    }
    // Their numbers may lie above a limit that was lowered since.
    let next = |from: u32| running_thread().with_descriptors(|table| table.numbers().find(|&number| number >= from));
    let mut from = first;
    while let Some(number) = next(from).filter(|&number| number <= last) {
        if flags & CLOEXEC != 0 {
            set_close_on_exec(number, true)?;
        } else {
            close(number)?;
        }
        from = number + 1;
        interrupt::window();
    }
    Ok(0)
}
