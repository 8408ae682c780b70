//! The system calls of 《操作系统真象还原》, under the book's names.
//!
//! Call n of the book is number 0x8000 + n. Signatures and results are the book's: −1 (or a null pointer) when
//! something went wrong, and no word about what. Results are left as they are, so that a reader can hold a program
//! beside the book's own.

use crate::launch::Strings;
use crate::syscall::{BOOK, syscall0, syscall3};
use core::ffi::CStr;

/// The book's call numbers.
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
    /// `getcwd`
    pub const GETCWD: usize = 8;
    /// `open`
    pub const OPEN: usize = 9;
    /// `close`
    pub const CLOSE: usize = 10;
    /// `lseek`
    pub const LSEEK: usize = 11;
    /// `unlink`
    pub const UNLINK: usize = 12;
    /// `mkdir`
    pub const MKDIR: usize = 13;
    /// `opendir`
    pub const OPENDIR: usize = 14;
    /// `closedir`
    pub const CLOSEDIR: usize = 15;
    /// `chdir`
    pub const CHDIR: usize = 16;
    /// `rmdir`
    pub const RMDIR: usize = 17;
    /// `readdir`
    pub const READDIR: usize = 18;
    /// `rewinddir`
    pub const REWINDDIR: usize = 19;
    /// `stat`
    pub const STAT: usize = 20;
    /// `ps`
    pub const PS: usize = 21;
    /// `execv`
    pub const EXECV: usize = 22;
    /// `exit`
    pub const EXIT: usize = 23;
    /// `wait`
    pub const WAIT: usize = 24;
    /// `pipe`
    pub const PIPE: usize = 25;
    /// `fd_redirect`
    pub const FD_REDIRECT: usize = 26;
    /// `help`
    pub const HELP: usize = 27;
    /// The first number behind the book's table.
    pub const END: usize = 28;
}

/// Open for reading.
pub const O_RDONLY: u32 = 0;
/// Open for writing.
pub const O_WRONLY: u32 = 1;
/// Open for both.
pub const O_RDWR: u32 = 2;
/// Make the file, which must not be there.
pub const O_CREAT: u32 = 4;

/// `lseek` from the start.
pub const SEEK_SET: u32 = 1;
/// `lseek` from the position.
pub const SEEK_CUR: u32 = 2;
/// `lseek` from the end.
pub const SEEK_END: u32 = 3;

/// The type of what is neither file nor directory.
pub const FT_UNKNOWN: u32 = 0;
/// The type of a file.
pub const FT_REGULAR: u32 = 1;
/// The type of a directory.
pub const FT_DIRECTORY: u32 = 2;

/// What `stat` tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
pub struct Stat {
    /// The number of the file.
    pub st_ino: u32,
    /// Its size in bytes.
    pub st_size: u32,
    /// `FT_…`.
    pub st_filetype: u32,
}

/// What `readdir` tells of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub struct DirEntry {
    /// The name, cut to 15 bytes, with a NUL behind it.
    pub filename: [u8; 16],
    /// The number of the file.
    pub i_no: u32,
    /// `FT_…`.
    pub f_type: u32,
}

/// The handle of an open directory: an address in this process' heap, or 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dir(pub usize);

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

/// The working directory's path goes into `buffer`, with a NUL; null, or where the buffer is.
pub fn getcwd(buffer: &mut [u8]) -> usize {
    // SAFETY: the buffer is ours alone for the call.
    unsafe { syscall3(BOOK + number::GETCWD, [buffer.as_mut_ptr().addr(), buffer.len(), 0]) }
}

/// Opens a file, or makes it; returns a descriptor.
pub fn open(path: &CStr, flags: u32) -> i32 {
    call(number::OPEN, [path.as_ptr().addr(), flags as usize, 0])
}

/// Closes a descriptor.
pub fn close(descriptor: i32) -> i32 {
    call(number::CLOSE, [descriptor as usize, 0, 0])
}

/// Moves the position within a file, and returns it.
pub fn lseek(descriptor: i32, offset: i32, whence: u32) -> i32 {
    call(number::LSEEK, [descriptor as usize, offset as usize, whence as usize])
}

/// Removes a file.
pub fn unlink(path: &CStr) -> i32 {
    call(number::UNLINK, [path.as_ptr().addr(), 0, 0])
}

/// Makes a directory.
pub fn mkdir(path: &CStr) -> i32 {
    call(number::MKDIR, [path.as_ptr().addr(), 0, 0])
}

/// Opens a directory; a handle of 0 says that there is none.
pub fn opendir(path: &CStr) -> Dir {
    Dir(call(number::OPENDIR, [path.as_ptr().addr(), 0, 0]) as usize)
}

/// Closes a directory, and gives back the block behind the handle.
///
/// # Safety
/// Nobody uses that block any more, if it is one.
pub unsafe fn closedir(dir: Dir) -> i32 {
    call(number::CLOSEDIR, [dir.0, 0, 0])
}

/// Makes a directory the working one.
pub fn chdir(path: &CStr) -> i32 {
    call(number::CHDIR, [path.as_ptr().addr(), 0, 0])
}

/// Removes an empty directory.
pub fn rmdir(path: &CStr) -> i32 {
    call(number::RMDIR, [path.as_ptr().addr(), 0, 0])
}

/// The next entry; null after the last. It is good until the handle is used again.
///
/// # Safety
/// What lies behind the handle is the kernel's to write to: an open directory's block, or nothing of ours.
pub unsafe fn readdir(dir: Dir) -> *const DirEntry {
    // SAFETY: the caller's.
    unsafe { syscall3(BOOK + number::READDIR, [dir.0, 0, 0]) as *const DirEntry }
}

/// Goes back to the first entry; the book's returns nothing, here −1 says that this is no handle.
pub fn rewinddir(dir: Dir) -> i32 {
    call(number::REWINDDIR, [dir.0, 0, 0])
}

/// Number, size and type of a file.
pub fn stat(path: &CStr, about: &mut Stat) -> i32 {
    let arguments = [path.as_ptr().addr(), core::ptr::from_mut(about).addr(), 0];
    // SAFETY: what is written is the caller's variable, which is ours alone for the call.
    unsafe { syscall3(BOOK + number::STAT, arguments) as i32 }
}

/// Prints a table of all processes.
pub fn ps() -> i32 {
    call(number::PS, [0; 3])
}

/// Becomes another program; returns only when that failed.
pub fn execv(path: &CStr, arguments: Strings<'_>) -> i32 {
    call(number::EXECV, [path.as_ptr().addr(), arguments.address, 0])
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

/// Makes a pipe: the first of the descriptors is read from, the second written to.
pub fn pipe(descriptors: &mut [i32; 2]) -> i32 {
    // SAFETY: what is written is the caller's array, which is ours alone for the call.
    unsafe { syscall3(BOOK + number::PIPE, [descriptors.as_mut_ptr().addr(), 0, 0]) as i32 }
}

/// Makes descriptor `old` mean what `new` means, 0 to 2 the terminal; the book's returns nothing.
pub fn fd_redirect(old: i32, new: i32) -> i32 {
    call(number::FD_REDIRECT, [old as usize, new as usize, 0])
}

/// Prints what calls there are.
pub fn help() -> i32 {
    call(number::HELP, [0; 3])
}
