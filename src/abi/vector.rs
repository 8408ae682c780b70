//! Reading and writing several pieces of memory at once, and from file to file.

use super::file::{MOST, offset};
use crate::arch::interrupt;
use crate::errno::{Errno, Result};
use crate::fs::buffer::Buffer;
use crate::fs::metadata::NodeKind;
use crate::fs::open_file::{OpenFileDescription, of_descriptor};
use crate::fs::open_flags::{Access, OpenFlags};
use crate::mm::user;
use crate::task::task_ref::running_thread;
use alloc::vec::Vec;
use linux_raw_sys::general::{SEEK_CUR, SEEK_SET};

/// The most pieces that one call takes. Linux's `UIO_MAXIOV`.
const PIECES_MAX: u32 = 1024;

/// Reads an array of `struct iovec`. All together is cut off after what one call transfers.
///
/// # Errors
/// EINVAL for too many pieces or one of 2 GiB and more, EFAULT, ENOMEM.
fn read_pieces(array: u32, count: u32) -> Result<Buffer<'static>> {
    if count > PIECES_MAX {
        return Err(Errno::INVAL);
    }
    let mut pieces = Vec::new();
    pieces.try_reserve_exact(count as usize).map_err(|_| Errno::NOMEM)?;
    let mut left = MOST;
    for index in 0..count {
        let place = array.checked_add(index * 8).ok_or(Errno::FAULT)?;
        let (address, length) = (user::read_u32(place)?, user::read_u32(place.wrapping_add(4))?);
        if length > i32::MAX as u32 {
            return Err(Errno::INVAL);
        }
        if length > 0 {
            user::check_range(address, 1)?;
        }
        let piece = length.min(left);
        left -= piece;
        pieces.push((address, piece));
    }
    Ok(Buffer::pieces(pieces))
}

/// `man 2 readv`.
pub fn readv(descriptor: u32, array: u32, count: u32) -> Result<u32> {
    let file = of_descriptor(descriptor)?;
    Ok(file.read(&mut read_pieces(array, count)?)? as u32)
}

/// `man 2 writev`.
pub fn writev(descriptor: u32, array: u32, count: u32) -> Result<u32> {
    let file = of_descriptor(descriptor)?;
    Ok(file.write(&mut read_pieces(array, count)?)? as u32)
}

/// `man 2 preadv`.
pub fn preadv(descriptor: u32, array: u32, count: u32, low: u32, high: u32) -> Result<u32> {
    let file = of_descriptor(descriptor)?;
    Ok(file.read_at(offset(low, high), &mut read_pieces(array, count)?)? as u32)
}

/// `man 2 pwritev`.
pub fn pwritev(descriptor: u32, array: u32, count: u32, low: u32, high: u32) -> Result<u32> {
    let file = of_descriptor(descriptor)?;
    Ok(file.write_at(offset(low, high), &mut read_pieces(array, count)?)? as u32)
}

/// `man 2 sendfile`, with an offset of 32 bits.
pub fn sendfile(to: u32, from: u32, offset: u32, count: u32) -> Result<u32> {
    let start = if offset == 0 { None } else { Some(i64::from(user::read_u32(offset)? as i32)) };
    let (sent, end) = send(to, from, start, count)?;
    if offset != 0 {
        user::write_u32(offset, end as u32)?;
    }
    Ok(sent)
}

/// `man 2 sendfile64`.
pub fn sendfile64(to: u32, from: u32, offset: u32, count: u32) -> Result<u32> {
    let mut start = [0; 8];
    if offset != 0 {
        user::copy_from_user(&mut start, offset)?;
    }
    let (sent, end) = send(to, from, (offset != 0).then(|| i64::from_le_bytes(start)), count)?;
    if offset != 0 {
        user::copy_to_user(offset, &end.to_le_bytes())?;
    }
    Ok(sent)
}

/// Copies from a file with positions to any other, from `start` or the position; returns how many bytes, and where
/// reading stopped.
///
/// # Errors
/// EBADF, EINVAL for a file to whose end all is written or one that cannot be read by positions, ESPIPE for such a one
/// with a start; what reading and writing say.
fn send(to: u32, from: u32, start: Option<i64>, count: u32) -> Result<(u32, u64)> {
    let (to, from) = (of_descriptor(to)?, of_descriptor(from)?);
    from.expect(Access::READ)?;
    to.expect(Access::WRITE)?;
    let is_readable = from.inode().is_seekable() && from.inode().kind() != NodeKind::Directory;
    if !is_readable {
        let is_stream = !from.inode().is_seekable();
        return Err(if start.is_some() && is_stream { Errno::SPIPE } else { Errno::INVAL });
    }
    if to.flags().contains(OpenFlags::APPEND) {
        return Err(Errno::INVAL);
    }
    let begin = match start {
        Some(start) => u64::try_from(start).map_err(|_| Errno::INVAL)?,
        None => from.seek(0, SEEK_CUR)?,
    };
    let sent = copy(&to, &from, begin, count.min(MOST))?;
    let end = begin + u64::from(sent);
    if start.is_none() {
        from.seek(end as i64, SEEK_SET)?;
    }
    Ok((sent, end))
}

/// Copies `count` bytes, or as many as there are; fewer when a signal comes in between.
fn copy(to: &OpenFileDescription, from: &OpenFileDescription, begin: u64, count: u32) -> Result<u32> {
    const PIECE: usize = 4096;
    let mut memory = Vec::new();
    memory.try_reserve_exact(PIECE).map_err(|_| Errno::NOMEM)?;
    memory.resize(PIECE, 0);
    let mut sent = 0;
    while sent < count && !(sent > 0 && running_thread().ends_sleep()) {
        let most = PIECE.min((count - sent) as usize);
        match copy_piece(to, from, begin + u64::from(sent), &mut memory[..most]) {
            Ok(0) => break,
            Ok(piece) => sent += piece as u32,
            Err(error) if sent == 0 => return Err(error),
            Err(_) => break,
        }
        interrupt::window();
    }
    Ok(sent)
}

fn copy_piece(to: &OpenFileDescription, from: &OpenFileDescription, offset: u64, memory: &mut [u8]) -> Result<usize> {
    let read = from.read_at(offset as i64, &mut Buffer::kernel(memory))?;
    if read == 0 {
        return Ok(0);
    }
    to.write(&mut Buffer::constant(&memory[..read]))
}
