//! The book's system calls: number 0x8000 + n for its call n.
//!
//! Signatures are the book's, and so is −1, or NULL for a pointer, for any failure; the work is done
//! by the same code as Linux's calls (docs/book-calls.md). Book: chapters 12 to 15, `lib/user/syscall.c`.

use super::call::{Table, calls};
use super::{book_directory, book_file, book_process, file, memory, process, screen};

/// What the book's call 0 is on Tusk.
pub const FIRST: u32 = 0x8000;
/// The book's numbers are 0 to 27.
const NUMBERS: usize = 28;
/// The calls that return a pointer, whose failure is NULL instead of −1.
const MALLOC: u32 = 2;
const GETCWD: u32 = 8;
const OPENDIR: u32 = 14;
const READDIR: u32 = 18;

/// The table, one line a call.
#[doc(alias = "syscall_table")]
pub static BOOK: Table<NUMBERS> = Table::new(calls! {
    0, getpid() => process::getpid;
    1, write(fd: Descriptor, buf: InBuffer, count: Size) => file::write;
    MALLOC, malloc(size: Size) => memory::malloc;
    3, free(ptr: Address) => memory::free;
    4, fork() => process::fork;
    5, read(fd: Descriptor, buf: OutBuffer, count: Size) => book_file::read;
    6, putchar(character: Int) => screen::putchar;
    7, clear() => screen::clear;
    GETCWD, getcwd(buf: OutString, size: Size) => book_directory::getcwd;
    9, open(pathname: String, flags: BookOpenFlags) => book_file::open;
    10, close(fd: Descriptor) => file::close;
    11, lseek(fd: Descriptor, offset: Int, whence: BookWhence) => book_file::lseek;
    12, unlink(pathname: String) => book_file::unlink;
    13, mkdir(pathname: String) => book_directory::mkdir;
    OPENDIR, opendir(name: String) => book_directory::opendir;
    15, closedir(dir: Address) => book_directory::closedir;
    16, chdir(path: String) => book_directory::chdir;
    17, rmdir(pathname: String) => book_directory::rmdir;
    READDIR, readdir(dir: Address) => book_directory::readdir;
    19, rewinddir(dir: Address) => book_directory::rewinddir;
    20, stat(path: String, buf: Address) => book_file::stat;
    21, ps() => screen::ps;
    22, execv(path: String, argv: ArgumentVector) => book_process::execv;
    23, exit(status: Int) => process::exit_group;
    24, wait(status: OutCell) => book_process::wait;
    25, pipe(pipefd: Descriptors2) => file::pipe;
    26, fd_redirect(old: Descriptor, new: Descriptor) => book_file::fd_redirect;
    27, help() => screen::help;
});

/// What call `number` returns when it fails.
pub fn failure(number: u32) -> u32 {
    if matches!(number, MALLOC | GETCWD | OPENDIR | READDIR) { 0 } else { u32::MAX }
}
