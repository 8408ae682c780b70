//! The system calls of 《操作系统真象还原》, under the book's names.
//!
//! Call n of the book is number 0x8000 + n. Signatures and results are the book's: −1 (or a null pointer) when
//! something went wrong, and no word about what. Results are left as they are, so that a reader can hold a program
//! beside the book's own.

use crate::syscall::{BOOK, syscall0, syscall3};

/// The book's call numbers, those that Tusk has so far.
pub mod number {
    /// `getpid`
    pub const GETPID: usize = 0;
    /// `write`
    pub const WRITE: usize = 1;
    /// `malloc`
    pub const MALLOC: usize = 2;
    /// `free`
    pub const FREE: usize = 3;
    /// `fork`
    pub const FORK: usize = 4;
    /// `read`
    pub const READ: usize = 5;
    /// `putchar`
    pub const PUTCHAR: usize = 6;
    /// `clear`
    pub const CLEAR: usize = 7;
    /// `ps`
    pub const PS: usize = 21;
    /// `exit`
    pub const EXIT: usize = 23;
    /// `wait`
    pub const WAIT: usize = 24;
    /// `help`
    pub const HELP: usize = 27;
    /// The first number behind the book's table.
    pub const END: usize = 28;
}

/// Makes a call that leaves this process' memory alone.
fn call(number: usize, arguments: [usize; 3]) -> i32 {
    // SAFETY: the functions below pass on only calls that read memory or touch none.
    unsafe { syscall3(BOOK + number, arguments) as i32 }
}

/// The number of this process.
pub fn getpid() -> i32 {
    call(number::GETPID, [0; 3])
}

/// Writes `bytes`; returns how many were written.
pub fn write(descriptor: i32, bytes: &[u8]) -> i32 {
    call(number::WRITE, [descriptor as usize, bytes.as_ptr().addr(), bytes.len()])
}

/// Reads into `buffer`; returns how many bytes came.
pub fn read(descriptor: i32, buffer: &mut [u8]) -> i32 {
    let arguments = [descriptor as usize, buffer.as_mut_ptr().addr(), buffer.len()];
    // SAFETY: the buffer is ours alone for the call.
    unsafe { syscall3(BOOK + number::READ, arguments) as i32 }
}

/// Takes `size` bytes from the kernel's heap for this process, zeroed; null when there are none.
pub fn malloc(size: usize) -> *mut u8 {
    call(number::MALLOC, [size, 0, 0]) as usize as *mut u8
}

/// Gives back what `malloc` gave; the book's returns nothing, here −1 says that it was no such thing.
///
/// # Safety
/// Nobody uses the memory behind `pointer` any more, if it ever was any.
pub unsafe fn free(pointer: *mut u8) -> i32 {
    call(number::FREE, [pointer.addr(), 0, 0])
}

/// Makes a second process: 0 in the child, its pid in the parent.
pub fn fork() -> i32 {
    // SAFETY: as for Linux' fork: each of the two processes has memory of its own afterwards.
    unsafe { syscall0(BOOK + number::FORK) as i32 }
}

/// Prints one byte.
pub fn putchar(byte: u8) -> i32 {
    call(number::PUTCHAR, [usize::from(byte), 0, 0])
}

/// Clears the screen.
pub fn clear() -> i32 {
    call(number::CLEAR, [0; 3])
}

/// Prints a table of all processes.
pub fn ps() -> i32 {
    call(number::PS, [0; 3])
}

/// Ends this process.
pub fn exit(status: i32) -> ! {
    call(number::EXIT, [status as usize, 0, 0]);
    unreachable!("the book's exit came back")
}

/// Waits for any child; its exit status goes to `status` as it is, without Linux' encoding.
pub fn wait(status: Option<&mut i32>) -> i32 {
    let address = status.map_or(0, |status| core::ptr::from_mut(status).addr());
    // SAFETY: what is written is the caller's variable, which is ours alone for the call.
    unsafe { syscall3(BOOK + number::WAIT, [address, 0, 0]) as i32 }
}

/// Prints what the shell can do.
pub fn help() -> i32 {
    call(number::HELP, [0; 3])
}
