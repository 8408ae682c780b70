//! Opening, reading and writing files, and descriptors.

use super::strings::copy_path;
use crate::errno::{Errno, Result};
use crate::fs::buffer::Buffer;
use crate::fs::open::open_file;
use crate::fs::open_file::{OpenFileDescription, of_descriptor};
use crate::fs::open_flags::{Access, OpenFlags};
use crate::fs::path::Place;
use crate::fs::pipe::Pipe;
use crate::mm::user;
use crate::mm::user_addresses::USER_END;
use crate::task::descriptor::Descriptor;
use crate::task::limits;
use crate::task::task_ref::running_thread;
use alloc::sync::Arc;
use linux_raw_sys::general::AT_FDCWD;

/// The most that one call transfers, as on Linux.
pub const MOST: u32 = 0x7fff_f000;

/// Where a path relative to `descriptor` begins: `None` for the working directory.
///
/// # Errors
/// EBADF, ENOTDIR.
pub fn start_of(descriptor: u32) -> Result<Option<Place>> {
    match descriptor as i32 {
        AT_FDCWD => Ok(None),
        _ => of_descriptor(descriptor)?.place().map(Some),
    }
}

/// Gives the running process a descriptor for `file`: the lowest that is free from `from` on.
///
/// # Errors
/// EMFILE, ENOMEM.
pub fn install(file: Arc<OpenFileDescription>, close_on_exec: bool, from: u32) -> Result<u32> {
    install_descriptor(Descriptor::new(file, close_on_exec), from)
}

/// Gives the running process this descriptor: under the lowest number that is free from `from` on.
///
/// # Errors
/// EMFILE, ENOMEM.
pub fn install_descriptor(descriptor: Descriptor, from: u32) -> Result<u32> {
    running_thread().with_descriptors(|table| {
        let number = table.lowest_free(from, limits::open_files())?;
        // Nothing had that number, so nothing is closed here.
        table.put(number, descriptor)?;
        Ok(number)
    })
}

/// Asked before a file is opened, which may make it: there is a number for it, and room.
///
/// # Errors
/// EMFILE, ENOMEM.
pub fn expect_free_descriptor() -> Result<()> {
    running_thread().with_descriptors(|table| {
        let number = table.lowest_free(0, limits::open_files())?;
        table.make_room(number)
    })
}

/// `man 2 open`.
pub fn open(path: u32, flags: u32, mode: u32) -> Result<u32> {
    openat(AT_FDCWD as u32, path, flags, mode)
}

/// `man 2 creat`.
pub fn creat(path: u32, mode: u32) -> Result<u32> {
    open(path, (OpenFlags::CREATE | OpenFlags::WRITE_ONLY | OpenFlags::TRUNCATE).bits(), mode)
}

/// `man 2 openat`.
pub fn openat(directory: u32, path: u32, flags: u32, mode: u32) -> Result<u32> {
    let path = copy_path(path)?;
    let start = if path.first() == Some(&b'/') { None } else { start_of(directory)? };
    let flags = OpenFlags::from_bits_truncate(flags);
    expect_free_descriptor()?;
    let file = open_file(start, &path, flags, mode)?;
    install(file, flags.contains(OpenFlags::CLOSE_ON_EXEC), 0)
}

/// `man 2 close`.
#[doc(alias = "sys_close")]
pub fn close(descriptor: u32) -> Result<u32> {
    let closed = running_thread().with_descriptors(|table| table.take(descriptor))?;
    drop(closed);
    Ok(0)
}

/// `man 2 read`.
pub fn read(descriptor: u32, address: u32, count: u32) -> Result<u32> {
    let file = of_descriptor(descriptor)?;
    file.expect(Access::READ)?;
    Ok(file.read(&mut user_buffer(address, count)?)? as u32)
}

/// `man 2 write`. The book copies any count into 1,024 bytes on the ring-0 stack (K3).
#[doc(alias = "sys_write")]
pub fn write(descriptor: u32, address: u32, count: u32) -> Result<u32> {
    let file = of_descriptor(descriptor)?;
    file.expect(Access::WRITE)?;
    Ok(file.write(&mut user_buffer(address, count)?)? as u32)
}

/// The program's memory as a buffer.
fn user_buffer(address: u32, count: u32) -> Result<Buffer<'static>> {
    if (count as i32) < 0 {
        return Err(Errno::INVAL);
    }
    // What lies below may be bad too, but only who touches it finds out: reading nothing from /dev/null succeeds.
    if address >= USER_END && count > 0 {
        return Err(Errno::FAULT);
    }
    Ok(Buffer::user(address, count.min(MOST)))
}

/// `man 2 pread`.
pub fn pread64(descriptor: u32, address: u32, count: u32, low: u32, high: u32) -> Result<u32> {
    Ok(of_descriptor(descriptor)?.read_at(offset(low, high), &mut user_buffer(address, count)?)? as u32)
}

/// `man 2 pwrite`.
pub fn pwrite64(descriptor: u32, address: u32, count: u32, low: u32, high: u32) -> Result<u32> {
    Ok(of_descriptor(descriptor)?.write_at(offset(low, high), &mut user_buffer(address, count)?)? as u32)
}

/// A 64-bit offset from its two words.
pub fn offset(low: u32, high: u32) -> i64 {
    (u64::from(high) << 32 | u64::from(low)) as i64
}

/// `man 2 lseek`.
pub fn lseek(descriptor: u32, offset: u32, whence: u32) -> Result<u32> {
    let position = of_descriptor(descriptor)?.seek((offset as i32).into(), whence)?;
    u32::try_from(position).ok().filter(|&position| position <= i32::MAX as u32).ok_or(Errno::OVERFLOW)
}

/// `man 2 _llseek`.
pub fn _llseek(descriptor: u32, high: u32, low: u32, result: u32, whence: u32) -> Result<u32> {
    let position = of_descriptor(descriptor)?.seek(offset(low, high), whence)?;
    user::copy_to_user(result, &position.to_le_bytes())?;
    Ok(0)
}

/// `man 2 dup`.
pub fn dup(descriptor: u32) -> Result<u32> {
    install(of_descriptor(descriptor)?, false, 0)
}

/// `man 2 dup2`.
pub fn dup2(old: u32, new: u32) -> Result<u32> {
    let file = of_descriptor(old)?;
    if old == new { Ok(new) } else { replace(file, new, false) }
}

/// `man 2 dup3`.
pub fn dup3(old: u32, new: u32, flags: u32) -> Result<u32> {
    let flags = OpenFlags::from_bits_retain(flags);
    if old == new || !(flags - OpenFlags::CLOSE_ON_EXEC).is_empty() {
        return Err(Errno::INVAL);
    }
    replace(of_descriptor(old)?, new, !flags.is_empty())
}

/// Makes `new` a descriptor for `file`, whatever it was before.
///
/// # Errors
/// EBADF when it is no number that a descriptor can have; ENOMEM.
pub fn replace(file: Arc<OpenFileDescription>, new: u32, close_on_exec: bool) -> Result<u32> {
    if new >= limits::open_files() {
        return Err(Errno::BADF);
    }
    let before = running_thread().with_descriptors(|table| table.put(new, Descriptor::new(file, close_on_exec)))?;
    drop(before);
    Ok(new)
}

/// `man 2 pipe`.
pub fn pipe(descriptors: u32) -> Result<u32> {
    pipe2(descriptors, 0)
}

/// `man 2 pipe2`. Each step of the book's `sys_pipe` that can fail is checked here (P3).
pub fn pipe2(descriptors: u32, flags: u32) -> Result<u32> {
    let flags = OpenFlags::from_bits_retain(flags);
    let known = OpenFlags::CLOSE_ON_EXEC | OpenFlags::NONBLOCK;
    if !(flags - known).is_empty() {
        return Err(Errno::INVAL);
    }
    let pipe = Pipe::new()?;
    let reader = OpenFileDescription::open(pipe.clone(), None, flags)?;
    let writer = OpenFileDescription::open(pipe, None, flags | OpenFlags::WRITE_ONLY)?;
    let close_on_exec = flags.contains(OpenFlags::CLOSE_ON_EXEC);
    let read = install(reader, close_on_exec, 0)?;
    let write = install(writer, close_on_exec, 0).inspect_err(|_| _ = close(read))?;
    let [low, high] = [read, write].map(u32::to_le_bytes);
    let mut pair = [0; 8];
    pair[..4].copy_from_slice(&low);
    pair[4..].copy_from_slice(&high);
    if let Err(error) = user::copy_to_user(descriptors, &pair) {
        close(read)?;
        close(write)?;
        return Err(error);
    }
    Ok(0)
}
