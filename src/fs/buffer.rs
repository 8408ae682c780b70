//! Where reading puts bytes, and writing takes them from: a program's memory, in one piece or several.
//!
//! Files copy to and from a [`Buffer`] and know nothing of addresses. Bytes go over in pieces that end where a
//! page of the program ends, so that a page that is not there cuts the transfer off exactly there: what was
//! copied before it counts, as on Linux, and EFAULT is the answer only when it was nothing.

use crate::arch::paging::PAGE_SIZE;
use crate::errno::{Errno, Result};
use crate::mm::file_page::FilePage;
use crate::mm::user;
use alloc::vec::Vec;

/// A piece of memory.
enum Memory<'a> {
    /// A program's, by address and length, as in Linux's `struct iovec`.
    User { pieces: Vec<(u32, u32)>, index: usize },
    /// One piece of a program's.
    One { address: u32, length: u32 },
    /// The kernel's.
    Kernel(&'a mut [u8]),
    /// The kernel's, to be taken from only.
    Constant(&'a [u8]),
}

/// Memory to be filled, or to be taken from, from its beginning on.
pub struct Buffer<'a> {
    memory: Memory<'a>,
    left: usize,
}

impl<'a> Buffer<'a> {
    /// `length` bytes of the program's at `address`.
    pub fn user(address: u32, length: u32) -> Self {
        Self { memory: Memory::One { address, length }, left: length as usize }
    }

    /// Several pieces of the program's, one after the other; their lengths' sum fits 31 bits.
    pub fn pieces(pieces: Vec<(u32, u32)>) -> Self {
        let left = pieces.iter().map(|piece| piece.1 as usize).sum();
        Self { memory: Memory::User { pieces, index: 0 }, left }
    }

    /// Bytes of the kernel's.
    pub fn kernel(bytes: &'a mut [u8]) -> Self {
        let left = bytes.len();
        Self { memory: Memory::Kernel(bytes), left }
    }

    /// Bytes of the kernel's that are only taken from; putting any there is EFAULT.
    pub fn constant(bytes: &'a [u8]) -> Self {
        Self { memory: Memory::Constant(bytes), left: bytes.len() }
    }

    /// How many bytes are left.
    pub fn left(&self) -> usize {
        self.left
    }

    /// Copies as much of `bytes` as there is room for; returns how much.
    ///
    /// # Errors
    /// EFAULT when nothing could be copied.
    pub fn put(&mut self, bytes: &[u8]) -> Result<usize> {
        self.transfer(bytes.len(), |done, piece| match piece {
            Piece::User(address, length) => user::copy_to_user(address, &bytes[done..done + length]),
            Piece::Kernel(memory) => {
                memory.copy_from_slice(&bytes[done..done + memory.len()]);
                Ok(())
            }
            Piece::Constant(_) => Err(Errno::FAULT),
        })
    }

    /// As [`Buffer::put`], from byte `offset` of a file's page on.
    ///
    /// # Errors
    /// As [`Buffer::put`].
    pub fn put_page(&mut self, page: &FilePage, offset: usize, length: usize) -> Result<usize> {
        self.transfer(length, |done, piece| match piece {
            Piece::User(address, length) => page.read_to_user(offset + done, address, length),
            Piece::Kernel(memory) => {
                page.read(offset + done, memory);
                Ok(())
            }
            Piece::Constant(_) => Err(Errno::FAULT),
        })
    }

    /// As [`Buffer::put`], `length` zeros.
    ///
    /// # Errors
    /// As [`Buffer::put`].
    pub fn put_zeros(&mut self, length: usize) -> Result<usize> {
        self.transfer(length, |_, piece| match piece {
            Piece::User(address, length) => user::zero(address, length as u32),
            Piece::Kernel(memory) => {
                memory.fill(0);
                Ok(())
            }
            Piece::Constant(_) => Err(Errno::FAULT),
        })
    }

    /// Copies what comes next into `bytes`, as far as there is something; returns how much.
    ///
    /// # Errors
    /// EFAULT when nothing could be copied.
    pub fn take(&mut self, bytes: &mut [u8]) -> Result<usize> {
        self.transfer(bytes.len(), |done, piece| match piece {
            Piece::User(address, length) => user::copy_from_user(&mut bytes[done..done + length], address),
            Piece::Kernel(memory) => put_at(bytes, done, memory),
            Piece::Constant(memory) => put_at(bytes, done, memory),
        })
    }

    /// As [`Buffer::take`], to byte `offset` of a file's page and what follows.
    ///
    /// # Errors
    /// As [`Buffer::take`].
    pub fn take_page(&mut self, page: &FilePage, offset: usize, length: usize) -> Result<usize> {
        self.transfer(length, |done, piece| match piece {
            Piece::User(address, length) => page.write_from_user(offset + done, address, length),
            Piece::Kernel(memory) => {
                page.write(offset + done, memory);
                Ok(())
            }
            Piece::Constant(memory) => {
                page.write(offset + done, memory);
                Ok(())
            }
        })
    }

    /// Passes over `count` bytes, or what is left.
    pub fn skip(&mut self, count: usize) {
        // Nothing is copied, so nothing can fail.
        let _ = self.transfer(count, |_, _| Ok(()));
    }

    /// Hands at most `count` bytes piece by piece to `copy`, which is told how many went before.
    fn transfer(&mut self, count: usize, mut copy: impl FnMut(usize, Piece) -> Result<()>) -> Result<usize> {
        let mut done = 0;
        while done < count && self.left > 0 {
            let most = (count - done).min(self.left);
            match self.next_piece(most, |piece| copy(done, piece)) {
                Ok(length) => {
                    done += length;
                    self.left -= length;
                }
                Err(error) if done == 0 => return Err(error),
                Err(_) => break,
            }
        }
        Ok(done)
    }

    /// Hands the next piece, of at most `most` bytes, to `copy`, and passes over it when that has worked.
    fn next_piece(&mut self, most: usize, copy: impl FnOnce(Piece) -> Result<()>) -> Result<usize> {
        match &mut self.memory {
            Memory::Kernel(bytes) => {
                let (piece, rest) = core::mem::take(bytes).split_at_mut(most);
                let result = copy(Piece::Kernel(piece));
                *bytes = rest;
                result.map(|()| most)
            }
            Memory::Constant(bytes) => {
                let (piece, rest) = bytes.split_at(most);
                copy(Piece::Constant(piece))?;
                *bytes = rest;
                Ok(most)
            }
            Memory::One { address, length } => user_piece(address, length, most, copy),
            Memory::User { pieces, index } => {
                let (address, length) = pieces.get_mut(*index).ok_or(Errno::FAULT)?;
                let done = user_piece(address, length, most, copy)?;
                if *length == 0 {
                    *index += 1;
                }
                Ok(done)
            }
        }
    }
}

/// A piece that is copied at once.
enum Piece<'a> {
    User(u32, usize),
    Kernel(&'a mut [u8]),
    Constant(&'a [u8]),
}

fn put_at(bytes: &mut [u8], start: usize, from: &[u8]) -> Result<()> {
    bytes[start..start + from.len()].copy_from_slice(from);
    Ok(())
}

/// Copies to the end of the program's page at most.
fn user_piece(
    address: &mut u32,
    length: &mut u32,
    most: usize,
    copy: impl FnOnce(Piece) -> Result<()>,
) -> Result<usize> {
    let to_page_end = PAGE_SIZE - *address % PAGE_SIZE;
    let piece = to_page_end.min(*length).min(most as u32);
    copy(Piece::User(*address, piece as usize))?;
    *address = address.wrapping_add(piece);
    *length -= piece;
    Ok(piece as usize)
}
