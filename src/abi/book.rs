//! The book's system calls: number 0x8000 + n for its call n.
//!
//! Signatures are the book's, and so is −1 (malloc: NULL) for any failure; the work is done by the
//! same code as Linux's calls. Book: chapters 12 to 15, `lib/user/syscall.c`.

use super::call::{Table, calls};
use super::{file, memory, process, screen};

/// What the book's call 0 is on Tusk.
pub const FIRST: u32 = 0x8000;
/// The book's numbers are 0 to 27.
const NUMBERS: usize = 28;
/// The call whose failure is NULL instead of −1.
const MALLOC: u32 = 2;

/// The table, one line a call.
pub static BOOK: Table<NUMBERS> = Table::new(calls! {
    0, getpid() => process::getpid;
    1, write(fd: Descriptor, buf: Address, count: Size) => file::write;
    MALLOC, malloc(size: Size) => memory::malloc;
    3, free(ptr: Address) => memory::free;
    4, fork() => process::fork;
    5, read(fd: Descriptor, buf: Address, count: Size) => file::read;
    6, putchar(character: Int) => screen::putchar;
    7, clear() => screen::clear;
    21, ps() => screen::ps;
    23, exit(status: Int) => process::exit;
    24, wait(status: Address) => process::wait;
    27, help() => screen::help;
});

/// What call `number` returns when it fails.
pub fn failure(number: u32) -> u32 {
    if number == MALLOC { 0 } else { u32::MAX }
}
