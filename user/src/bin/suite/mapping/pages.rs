//! Pages that a case has mapped, and how it looks at them.
//!
//! To Rust such pages are memory of somebody else: another process or a file may change them at any time. So there is
//! never a reference to one of them; every byte is read and written on its own, and volatile.

use crate::call::{call, sys};
use crate::check::must;
use core::ptr;
use linux_raw_sys::general::{__NR_mmap2, MAP_ANONYMOUS, MAP_PRIVATE, PROT_READ, PROT_WRITE};
use tusk_user::Errno;
use tusk_user::heap::PAGE_SIZE;

/// What ordinary memory allows.
pub const READ_WRITE: u32 = PROT_READ | PROT_WRITE;
/// Memory that is neither a file's nor anybody else's.
pub const ANONYMOUS: u32 = MAP_PRIVATE | MAP_ANONYMOUS;
/// The descriptor of a mapping without a file.
pub const NO_FILE: i32 = -1;

/// `mmap2`; `offset_pages` is where in the file the mapping begins.
///
/// # Errors
/// Those of `mmap(2)`.
pub fn map(
    hint: usize,
    length: usize,
    protection: u32,
    flags: u32,
    descriptor: i32,
    offset_pages: usize,
) -> Result<usize, Errno> {
    let arguments = [hint, length, protection as usize, flags as usize, descriptor as usize, offset_pages];
    call(__NR_mmap2, arguments)
}

/// Maps `pages` anonymous pages that may be read and written; returns where they are.
#[track_caller]
pub fn anonymous(pages: usize) -> usize {
    must!(map(0, pages * PAGE_SIZE, READ_WRITE, ANONYMOUS, NO_FILE, 0))
}

/// `munmap`.
///
/// # Errors
/// Those of `munmap(2)`.
pub fn unmap(address: usize, length: usize) -> Result<(), Errno> {
    sys!(__NR_munmap, address, length).map(drop)
}

/// `mprotect`.
///
/// # Errors
/// Those of `mprotect(2)`.
pub fn protect(address: usize, length: usize, protection: u32) -> Result<(), Errno> {
    sys!(__NR_mprotect, address, length, protection).map(drop)
}

/// The byte at `address`, which belongs to such pages.
pub fn peek(address: usize) -> u8 {
    // SAFETY: the address is one of a mapping, not of Rust's memory; should it be gone, the process ends by a signal.
    unsafe { ptr::with_exposed_provenance::<u8>(address).read_volatile() }
}

/// Changes the byte at `address`, which belongs to such pages.
pub fn poke(address: usize, byte: u8) {
    // SAFETY: as in `peek`; there are no references to such memory whose value could change behind them.
    unsafe { ptr::with_exposed_provenance_mut::<u8>(address).write_volatile(byte) }
}

/// Writes `byte` to all of `length` bytes.
pub fn fill(address: usize, length: usize, byte: u8) {
    (address..address + length).for_each(|place| poke(place, byte));
}

/// Whether all of `length` bytes are `byte`.
pub fn holds(address: usize, length: usize, byte: u8) -> bool {
    (address..address + length).all(|place| peek(place) == byte)
}
