//! Open files: opening, seeking, duplicating, pipes, and waiting for several at once.
//!
//! Paths are `&CStr`, since that is what arguments are and what the kernel takes. What `open` and `pipe` return is a
//! [`Descriptor`], which closes itself; the calls take bare numbers, as 0, 1 and 2 belong to nobody. Reading and
//! writing are in [`linux`](crate::linux) and are named here again, so that a program finds all of it in one place.

use crate::errno::Errno;
use crate::syscall::{check, syscall0, syscall3, syscall6};
use core::ffi::CStr;
use linux_raw_sys::general;

pub use crate::linux::{read, write, write_all};
pub use linux_raw_sys::general::{
    O_APPEND, O_CLOEXEC, O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_RDWR, O_TRUNC, O_WRONLY,
    POLLERR, POLLHUP, POLLIN, POLLNVAL, POLLOUT, SEEK_CUR, SEEK_END, SEEK_SET, pollfd,
};

/// "From the current directory", for the calls that take a directory's descriptor.
pub(crate) const HERE: usize = general::AT_FDCWD as usize;

/// The permissions a new file asks for; the mask of the process takes some away (`umask`).
pub const NEW_FILE_MODE: u32 = 0o666;

/// An open file of this process, closed when it is dropped.
#[derive(Debug)]
pub struct Descriptor(i32);

impl Descriptor {
    /// Takes charge of a number that is known to be open and nobody else's.
    pub fn from_number(number: i32) -> Self {
        Descriptor(number)
    }

    /// The number the calls want.
    pub fn number(&self) -> i32 {
        self.0
    }

    /// Leaves it open, and the closing to the caller.
    pub fn into_number(self) -> i32 {
        let number = self.0;
        core::mem::forget(self);
        number
    }
}

impl Drop for Descriptor {
    fn drop(&mut self) {
        // The one error there can be is that it was closed behind our back: nothing is left to do then.
        let _ = close(self.0);
    }
}

/// Opens a file with `O_…` flags.
///
/// # Errors
/// ENOENT, EACCES, EISDIR, EMFILE and many more: see `open(2)`.
pub fn open(path: &CStr, flags: u32) -> Result<Descriptor, Errno> {
    open_with_mode(path, flags, NEW_FILE_MODE)
}

/// Opens a file, and says which permissions it asks for should this make it (`O_CREAT`).
///
/// # Errors
/// As for [`open`].
pub fn open_with_mode(path: &CStr, flags: u32, mode: u32) -> Result<Descriptor, Errno> {
    let arguments = [HERE, path.as_ptr().addr(), (flags | general::O_LARGEFILE) as usize, mode as usize, 0, 0];
    // SAFETY: the call reads the path and touches no other memory.
    let number = check(unsafe { syscall6(general::__NR_openat as usize, arguments) })?;
    Ok(Descriptor(number as i32))
}

/// Closes a descriptor.
///
/// # Errors
/// EBADF when it is not open.
pub fn close(descriptor: i32) -> Result<(), Errno> {
    call(general::__NR_close, [descriptor as usize, 0, 0]).map(drop)
}

/// Moves the place where the next read or write begins; returns where that is, in bytes from the start.
///
/// # Errors
/// ESPIPE for what has no place (a pipe, a terminal); EINVAL before the start or for an unknown `whence` (`SEEK_…`).
pub fn seek(descriptor: i32, offset: i64, whence: u32) -> Result<u64, Errno> {
    let mut place = 0u64;
    let halves = [(offset >> 32) as usize, offset as usize];
    let arguments = [descriptor as usize, halves[0], halves[1], (&raw mut place).addr(), whence as usize, 0];
    // SAFETY: the call writes `place` only.
    check(unsafe { syscall6(general::__NR__llseek as usize, arguments) })?;
    Ok(place)
}

/// Gives a file another length, in bytes; what is new reads as zero.
///
/// # Errors
/// EINVAL for what is no file or not open for writing.
pub fn truncate(descriptor: i32, length: u64) -> Result<(), Errno> {
    call(general::__NR_ftruncate64, [descriptor as usize, length as usize, (length >> 32) as usize]).map(drop)
}

/// Makes `to` another name of what `from` is; what `to` was is closed first. It stays open across `execve`.
///
/// # Errors
/// EBADF when `from` is not open or `to` is no number a descriptor can have.
pub fn duplicate_to(from: i32, to: i32) -> Result<(), Errno> {
    call(general::__NR_dup2, [from as usize, to as usize, 0]).map(drop)
}

/// Gives another name to what `from` is, with a number not below `least`; it is closed by `execve`.
///
/// # Errors
/// EBADF when `from` is not open; EMFILE when there is no number left.
pub fn duplicate_above(from: i32, least: i32) -> Result<Descriptor, Errno> {
    fcntl(from, general::F_DUPFD_CLOEXEC, least as usize).map(|number| Descriptor(number as i32))
}

/// Asks or tells something about a descriptor (`F_…`).
///
/// # Errors
/// EBADF when it is not open; EINVAL for an unknown command. The commands that take an address are refused here.
pub fn fcntl(descriptor: i32, command: u32, argument: usize) -> Result<usize, Errno> {
    match command {
        general::F_DUPFD | general::F_DUPFD_CLOEXEC => {}
        general::F_GETFD | general::F_SETFD | general::F_GETFL | general::F_SETFL => {}
        _ => return Err(Errno::EINVAL),
    }
    call(general::__NR_fcntl64, [descriptor as usize, command as usize, argument])
}

/// Makes a pipe: what is written to the second comes out of the first. Flags are `O_CLOEXEC` and `O_NONBLOCK`.
///
/// # Errors
/// EMFILE or ENFILE when there are too many open files.
pub fn pipe(flags: u32) -> Result<(Descriptor, Descriptor), Errno> {
    let mut ends = [0i32; 2];
    // SAFETY: the call writes `ends` only.
    check(unsafe { syscall3(general::__NR_pipe2 as usize, [(&raw mut ends).addr(), flags as usize, 0]) })?;
    Ok((Descriptor(ends[0]), Descriptor(ends[1])))
}

/// Waits until one of the files is ready, at most `timeout_ms` milliseconds, for ever when negative; returns how many
/// are, and says in each one's `revents` for what.
///
/// # Errors
/// EINTR when a signal came.
pub fn poll(files: &mut [pollfd], timeout_ms: i32) -> Result<usize, Errno> {
    let arguments = [files.as_mut_ptr().addr(), files.len(), timeout_ms as usize];
    // SAFETY: the entries are ours alone for the call.
    check(unsafe { syscall3(general::__NR_poll as usize, arguments) })
}

/// Has everything written to the discs that is still in memory.
pub fn sync() {
    // SAFETY: the call touches no memory.
    unsafe { syscall0(general::__NR_sync as usize) };
}

/// Makes a call that touches no memory of this process.
fn call(number: u32, arguments: [usize; 3]) -> Result<usize, Errno> {
    // SAFETY: the functions above pass on only such calls.
    check(unsafe { syscall3(number as usize, arguments) })
}
