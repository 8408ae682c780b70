//! What nearly every case about files begins or ends with: a file with something in it, a pipe, a look at what is there.

use crate::call::sys;
use crate::check::{check_eq, must};
use core::ffi::CStr;
use linux_raw_sys::general::{O_CREAT, O_EXCL, O_RDONLY, O_RDWR};
use tusk_user::{Errno, linux};

/// The permissions of the files made here.
pub const MODE: u32 = 0o644;

/// Opens a file, which has to work.
#[track_caller]
pub fn open(path: &CStr, flags: u32) -> i32 {
    match try_open(path, flags) {
        Ok(file) => file,
        Err(error) => crate::check::fail(
            core::panic::Location::caller(),
            format_args!("open of {path:?} with flags {flags:#o}: {error:?}"),
        ),
    }
}

/// Opens a file, or does not.
///
/// # Errors
/// Those of `open(2)`.
pub fn try_open(path: &CStr, flags: u32) -> Result<i32, Errno> {
    sys!(__NR_open, path, flags, MODE).map(|file| file as i32)
}

/// Closes what is open.
#[track_caller]
pub fn close(descriptor: i32) {
    check_eq!(sys!(__NR_close, descriptor), Ok(0), "close of descriptor {descriptor}");
}

/// Makes a file with something in it, which is not open afterwards.
#[track_caller]
pub fn make(path: &CStr, bytes: &[u8]) {
    close(make_open(path, bytes));
}

/// Makes a file and leaves it open for reading and writing, at its end.
#[track_caller]
pub fn make_open(path: &CStr, bytes: &[u8]) -> i32 {
    let file = open(path, O_RDWR | O_CREAT | O_EXCL);
    must!(linux::write_all(file, bytes));
    file
}

/// Makes a directory.
#[track_caller]
pub fn make_directory(path: &CStr) {
    check_eq!(sys!(__NR_mkdir, path, 0o755), Ok(0), "mkdir of {path:?}");
}

/// Makes a symbolic link.
#[track_caller]
pub fn make_link(text: &CStr, path: &CStr) {
    check_eq!(sys!(__NR_symlink, text, path), Ok(0), "symlink of {path:?}");
}

/// Makes a pipe: the end to read from and the end to write to.
#[track_caller]
pub fn pipe(flags: u32) -> [i32; 2] {
    let mut ends = [-1; 2];
    must!(sys!(__NR_pipe2, &mut ends, flags));
    ends
}

/// Checks that a file holds these bytes and no others.
#[track_caller]
pub fn holds(path: &CStr, expected: &[u8]) {
    let file = open(path, O_RDONLY);
    gives(file, expected);
    close(file);
}

/// Checks that reading gives these bytes and then the end.
#[track_caller]
pub fn gives(descriptor: i32, expected: &[u8]) {
    let mut buffer = [0; 256];
    let mut rest = expected;
    loop {
        let count = must!(linux::read(descriptor, &mut buffer));
        if count == 0 {
            break;
        }
        let now = &rest[..count.min(rest.len())];
        check_eq!(buffer[..count], *now, "what was read from descriptor {descriptor}");
        rest = &rest[count..];
    }
    check_eq!(rest.len(), 0, "the number of bytes that are missing");
}

/// The offset at which the next read or write begins.
#[track_caller]
pub fn offset(descriptor: i32) -> usize {
    must!(sys!(__NR_lseek, descriptor, 0, linux_raw_sys::general::SEEK_CUR))
}

/// Goes back to the beginning.
#[track_caller]
pub fn rewind(descriptor: i32) {
    check_eq!(sys!(__NR_lseek, descriptor, 0, linux_raw_sys::general::SEEK_SET), Ok(0), "lseek to the beginning");
}

/// The number that the next descriptor will have.
#[track_caller]
pub fn lowest_free() -> i32 {
    let lowest = open(c"/", O_RDONLY);
    close(lowest);
    lowest
}
