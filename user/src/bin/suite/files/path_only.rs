//! `O_PATH`: a descriptor that stands for a place in the tree and for nothing else.

use super::scratch::Scratch;
use super::shorthand::{close, holds, make, open, try_open};
use crate::call::sys;
use crate::check::check_eq;
use linux_raw_sys::general::{
    F_GETFL, F_SETFL, MAP_PRIVATE, O_CREAT, O_DIRECTORY, O_EXCL, O_PATH, O_TRUNC, POLLIN, PROT_READ, pollfd,
};
use tusk_user::Errno;
use tusk_user::stat::descriptor_stat;

/// No other flag counts: nothing is made, cut off or refused.
pub fn other_flags_do_not_count() {
    let _scratch = Scratch::new();
    make(c"file", b"text");
    close(open(c"file", O_PATH | O_TRUNC));
    holds(c"file", b"text");
    close(open(c"file", O_PATH | O_CREAT | O_EXCL));
    check_eq!(try_open(c"none", O_PATH | O_CREAT), Err(Errno::ENOENT), "open of what is not there");
}

/// What needs an open file is EBADF, and what needs a place works.
pub fn only_the_place_can_be_used() {
    let _scratch = Scratch::new();
    make(c"file", b"text");
    let (file, here) = (open(c"file", O_PATH), open(c".", O_PATH | O_DIRECTORY));
    let mut room = [0u8; 64];
    for (what, result) in [
        ("read", sys!(__NR_read, file, &mut room, 4)),
        ("write", sys!(__NR_write, file, &room, 4)),
        ("lseek", sys!(__NR_lseek, file, 0, 0)),
        ("F_SETFL", sys!(__NR_fcntl64, file, F_SETFL, 0)),
        ("fcntl of an unknown command", sys!(__NR_fcntl64, file, 9999)),
        ("getdents64", sys!(__NR_getdents64, here, &mut room, 64)),
        ("mmap2", sys!(__NR_mmap2, 0usize, 4096usize, PROT_READ, MAP_PRIVATE, file, 0usize)),
        ("fsync", sys!(__NR_fsync, file)),
        ("fadvise64", sys!(__NR_fadvise64, file, 0, 0, 0)),
        ("ftruncate", sys!(__NR_ftruncate, file, 2)),
        ("fallocate", sys!(__NR_fallocate, file, 0, 0, 0, 10, 0)),
        ("fchmod", sys!(__NR_fchmod, file, 0o600)),
        ("utimensat", sys!(__NR_utimensat, file, 0, 0, 0)),
    ] {
        check_eq!(result, Err(Errno::EBADF), "{what} of a descriptor for a path only");
    }
    let mut asked = pollfd { fd: file, events: POLLIN as i16, revents: 0 };
    check_eq!((sys!(__NR_poll, &mut asked, 1, 0), asked.revents), (Ok(1), 0x20), "poll");
    check_eq!(sys!(__NR_fcntl64, file, F_GETFL).map(|flags| flags as u32 & O_PATH), Ok(O_PATH), "F_GETFL");
    check_eq!(descriptor_stat(file).map(|found| found.size()), Ok(4), "the size that fstat64 tells");
    check_eq!(sys!(__NR_fchdir, here), Ok(0), "fchdir");
    holds(c"file", b"text");
}
