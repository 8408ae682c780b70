//! The numbers: which one comes next, how many there may be, and what `dup` and `fcntl` do with them.

use super::scratch::Scratch;
use super::shorthand::{close, lowest_free, make_open, open, pipe, try_open};
use crate::call::sys;
use crate::check::{check, check_eq, must};
use crate::child::run_well;
use linux_raw_sys::general::{
    F_DUPFD, F_DUPFD_CLOEXEC, F_GETFD, F_GETFL, F_SETFD, F_SETFL, FD_CLOEXEC, O_ACCMODE, O_APPEND, O_CLOEXEC, O_CREAT,
    O_NONBLOCK, O_RDONLY, O_RDWR, O_TRUNC, O_WRONLY, RLIMIT_NOFILE, rlimit, rlimit64,
};
use tusk_user::{Errno, linux};

/// Numbers that no descriptor of ours has.
const UNOPENED: [i32; 5] = [-1, 99, 100_000, i32::MAX, i32::MIN];

/// The flags of a descriptor.
fn descriptor_flags(descriptor: i32) -> Result<usize, Errno> {
    sys!(__NR_fcntl64, descriptor, F_GETFD, 0)
}

/// The lowest number that is free, whichever was free first.
pub fn lowest_free_number_is_taken() {
    let first = lowest_free();
    for number in first..first + 6 {
        check_eq!(try_open(c"/", O_RDONLY), Ok(number), "the next descriptor");
    }
    for number in [first + 4, first + 1, first + 2] {
        close(number);
    }
    for number in [first + 1, first + 2, first + 4, first + 6] {
        check_eq!(try_open(c"/", O_RDONLY), Ok(number), "the next descriptor after some were closed");
    }
}

/// 0, 1 and 2 are numbers as any others.
pub fn standard_numbers_are_taken_again() {
    run_well(|| {
        close(0);
        check_eq!(try_open(c"/dev/null", O_RDONLY), Ok(0), "the descriptor after 0 was closed");
        close(1);
        check_eq!(sys!(__NR_dup, 2), Ok(1), "the duplicate after 1 was closed");
    });
}

/// At the limit there is no other, and what needs two with one left gets none.
pub fn too_many_descriptors_are_emfile() {
    run_well(|| {
        let first = lowest_free();
        let mut limit = rlimit64 { rlim_cur: 0, rlim_max: 0 };
        must!(sys!(__NR_prlimit64, 0, RLIMIT_NOFILE, 0, &mut limit));
        limit.rlim_cur = first as u64 + 4;
        must!(sys!(__NR_prlimit64, 0, RLIMIT_NOFILE, &limit, 0));
        let last = first + 3;
        for _ in first..=last {
            open(c"/", O_RDONLY);
        }
        check_eq!(try_open(c"/", O_RDONLY), Err(Errno::EMFILE), "one more open");
        check_eq!(sys!(__NR_dup, 0), Err(Errno::EMFILE), "one more dup");
        check_eq!(sys!(__NR_fcntl64, 1, F_DUPFD, 0), Err(Errno::EMFILE), "one more by F_DUPFD");
        check_eq!(sys!(__NR_fcntl64, 1, F_DUPFD, last + 1), Err(Errno::EINVAL), "F_DUPFD from the limit on");
        check_eq!(sys!(__NR_dup2, 1, last + 1), Err(Errno::EBADF), "dup2 to a number that cannot be");
        close(last);
        let mut ends = [-1; 2];
        check_eq!(sys!(__NR_pipe2, &mut ends, 0), Err(Errno::EMFILE), "a pipe with one number left");
        check_eq!((ends, lowest_free()), ([-1; 2], last), "what the failed pipe left behind");
        check_eq!(try_open(c"/none", O_RDONLY), Err(Errno::ENOENT), "open of what is not there");
        check_eq!(sys!(__NR_dup2, 1, last), Ok(last as usize), "dup2 to the last number");
    });
}

/// Nothing can be done with what is not open.
pub fn unopened_numbers_are_ebadf() {
    let closed = lowest_free();
    for number in UNOPENED.into_iter().chain([closed]) {
        check_eq!(sys!(__NR_close, number), Err(Errno::EBADF), "close of {number}");
        check_eq!(sys!(__NR_read, number, &mut [0u8; 4], 4), Err(Errno::EBADF), "read from {number}");
        check_eq!(sys!(__NR_write, number, b"text", 4), Err(Errno::EBADF), "write to {number}");
        check_eq!(sys!(__NR_lseek, number, 0, 0), Err(Errno::EBADF), "lseek of {number}");
        check_eq!(sys!(__NR_dup, number), Err(Errno::EBADF), "dup of {number}");
        check_eq!(sys!(__NR_dup2, number, number), Err(Errno::EBADF), "dup2 of {number} to itself");
        check_eq!(descriptor_flags(number), Err(Errno::EBADF), "fcntl64 of {number}");
        check_eq!(sys!(__NR_ioctl, number, 0x5401, 0), Err(Errno::EBADF), "ioctl of {number}");
        check_eq!(sys!(__NR_ftruncate64, number, 0, 0), Err(Errno::EBADF), "ftruncate64 of {number}");
        check_eq!(sys!(__NR_fsync, number), Err(Errno::EBADF), "fsync of {number}");
        check_eq!(sys!(__NR_fchdir, number), Err(Errno::EBADF), "fchdir to {number}");
        check_eq!(sys!(__NR_fchmod, number, 0o600), Err(Errno::EBADF), "fchmod of {number}");
        check_eq!(sys!(__NR_getdents64, number, &mut [0u64; 8], 64), Err(Errno::EBADF), "getdents64 of {number}");
    }
}

/// The other number is closed first, whatever it was.
pub fn dup2_replaces_what_was_there() {
    let [reader, writer] = pipe(0);
    let null = open(c"/dev/null", O_WRONLY);
    check_eq!(sys!(__NR_dup2, null, writer), Ok(writer as usize), "dup2");
    check_eq!(linux::read(reader, &mut [0; 4]), Ok(0), "read from a pipe whose writer was replaced");
    check_eq!(linux::write(writer, b"gone"), Ok(4), "write to what replaced it");
    let high = lowest_free() + 50;
    check_eq!(sys!(__NR_dup2, null, high), Ok(high as usize), "dup2 to a number far up");
    check_eq!(sys!(__NR_dup2, 99, null), Err(Errno::EBADF), "dup2 of what is not open");
    check_eq!(linux::write(null, b"still here"), Ok(10), "write to what a failed dup2 was to replace");
    check_eq!(sys!(__NR_dup2, null, null), Ok(null as usize), "dup2 to itself");
    check_eq!(sys!(__NR_dup2, null, -1), Err(Errno::EBADF), "dup2 to a negative number");
}

/// With flags, and stricter.
pub fn dup3_takes_one_flag() {
    let null = open(c"/dev/null", O_WRONLY);
    let other = null + 7;
    check_eq!(sys!(__NR_dup3, null, other, O_CLOEXEC), Ok(other as usize), "dup3 with O_CLOEXEC");
    check_eq!(descriptor_flags(other), Ok(FD_CLOEXEC as usize), "its flags");
    check_eq!(sys!(__NR_dup3, null, other, 0), Ok(other as usize), "dup3 without");
    check_eq!(descriptor_flags(other), Ok(0), "its flags");
    check_eq!(sys!(__NR_dup3, null, null, 0), Err(Errno::EINVAL), "dup3 to itself");
    for flags in [O_APPEND, O_NONBLOCK, 1, u32::MAX] {
        check_eq!(sys!(__NR_dup3, null, other, flags), Err(Errno::EINVAL), "dup3 with flags {flags:#x}");
    }
}

/// A duplicate shares offset and status, and has its own close-on-exec.
pub fn duplicates_share_offset_and_status() {
    let _scratch = Scratch::new();
    let file = make_open(c"file", b"0123456789");
    let twin = must!(sys!(__NR_dup, file)) as i32;
    must!(sys!(__NR_lseek, file, 4, 0));
    let mut byte = [0];
    check_eq!((linux::read(twin, &mut byte), byte), (Ok(1), *b"4"), "read by the duplicate");
    check_eq!(super::shorthand::offset(file), 5, "the offset of the first");
    must!(sys!(__NR_fcntl64, twin, F_SETFL, O_APPEND));
    check_eq!(must!(sys!(__NR_fcntl64, file, F_GETFL, 0)) as u32 & O_APPEND, O_APPEND, "O_APPEND of the first");
    must!(sys!(__NR_fcntl64, twin, F_SETFD, FD_CLOEXEC));
    check_eq!((descriptor_flags(file), descriptor_flags(twin)), (Ok(0), Ok(1)), "the descriptors' own flags");
    close(file);
    check_eq!((linux::read(twin, &mut byte), byte), (Ok(1), *b"5"), "read after the first was closed");
}

/// `F_DUPFD` looks for a number from the one given on.
pub fn f_dupfd_begins_where_it_is_told() {
    let first = lowest_free();
    let far = first + 20;
    check_eq!(sys!(__NR_fcntl64, 1, F_DUPFD, far), Ok(far as usize), "F_DUPFD");
    check_eq!(sys!(__NR_fcntl64, 1, F_DUPFD_CLOEXEC, far), Ok(far as usize + 1), "F_DUPFD_CLOEXEC");
    check_eq!((descriptor_flags(far), descriptor_flags(far + 1)), (Ok(0), Ok(1)), "the descriptors' flags");
    check_eq!(sys!(__NR_fcntl64, 1, F_DUPFD, 0), Ok(first as usize), "F_DUPFD from 0 on");
    check_eq!(sys!(__NR_fcntl64, 1, F_DUPFD, -1), Err(Errno::EINVAL), "F_DUPFD from -1 on");
    check_eq!(sys!(__NR_fcntl64, 1, 9999, 0), Err(Errno::EINVAL), "an unknown command");
}

/// What `F_GETFL` tells: the access mode and the status, not what mattered only at opening.
pub fn f_getfl_tells_mode_and_status() {
    let _scratch = Scratch::new();
    const ASKED: u32 = O_ACCMODE | O_APPEND | O_NONBLOCK | O_CREAT | O_TRUNC | O_CLOEXEC;
    let flags = |file: i32| must!(sys!(__NR_fcntl64, file, F_GETFL, 0)) as u32 & (ASKED & !O_CLOEXEC);
    let file = open(c"file", O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC);
    check_eq!(flags(file), O_RDWR | O_APPEND, "the flags");
    check_eq!(descriptor_flags(file), Ok(FD_CLOEXEC as usize), "the descriptor's flags");
    check_eq!(flags(open(c"file", O_WRONLY)), O_WRONLY, "the flags of one that only writes");
    let [reader, writer] = pipe(O_NONBLOCK);
    check_eq!((flags(reader), flags(writer)), (O_NONBLOCK, O_WRONLY | O_NONBLOCK), "the flags of a pipe");
}

/// What `F_SETFL` changes: the status, and not the access mode.
pub fn f_setfl_changes_the_status_only() {
    let _scratch = Scratch::new();
    make_open(c"file", b"text");
    let file = open(c"file", O_RDONLY);
    must!(sys!(__NR_fcntl64, file, F_SETFL, O_WRONLY | O_APPEND | O_NONBLOCK | O_CREAT));
    let flags = must!(sys!(__NR_fcntl64, file, F_GETFL, 0)) as u32;
    check_eq!(flags & (O_ACCMODE | O_CREAT), O_RDONLY, "the access mode");
    check_eq!(flags & (O_APPEND | O_NONBLOCK), O_APPEND | O_NONBLOCK, "the status");
    must!(sys!(__NR_fcntl64, file, F_SETFL, 0));
    let flags = must!(sys!(__NR_fcntl64, file, F_GETFL, 0)) as u32;
    check!(flags & (O_APPEND | O_NONBLOCK) == 0, "the status is {flags:#o}");
}

/// Only the lowest bit counts.
pub fn f_setfd_knows_one_flag() {
    let null = open(c"/dev/null", O_RDONLY | O_CLOEXEC);
    check_eq!(descriptor_flags(null), Ok(1), "the flags after O_CLOEXEC");
    check_eq!(sys!(__NR_fcntl64, null, F_SETFD, 0), Ok(0), "F_SETFD to 0");
    check_eq!(descriptor_flags(null), Ok(0), "the flags then");
    check_eq!(sys!(__NR_fcntl64, null, F_SETFD, 0xff), Ok(0), "F_SETFD to 0xff");
    check_eq!(descriptor_flags(null), Ok(1), "the flags then");
}

/// Numbers above a limit that was lowered are closed too.
pub fn close_range_closes_beyond_the_limit() {
    run_well(|| {
        must!(sys!(__NR_dup2, 1, 300));
        let limit = rlimit { rlim_cur: 50, rlim_max: 1024 };
        must!(sys!(__NR_setrlimit, RLIMIT_NOFILE, &limit));
        check_eq!(sys!(__NR_close_range, 100, u32::MAX, 0), Ok(0), "close_range");
        check_eq!(descriptor_flags(300), Err(Errno::EBADF), "a descriptor that was in it");
        check_eq!(descriptor_flags(1), Ok(0), "a descriptor that was not");
    });
}

/// Whether a descriptor may be used so comes before what is to be read or written.
pub fn wrong_access_comes_before_bad_addresses() {
    let [reader, writer] = pipe(0);
    for address in [0, 8, 0xffff_0000_usize] {
        check_eq!(sys!(__NR_read, writer, address, 10), Err(Errno::EBADF), "read from a writer to {address:#x}");
        check_eq!(sys!(__NR_write, reader, address, 10), Err(Errno::EBADF), "write to a reader from {address:#x}");
    }
    check_eq!(sys!(__NR_read, writer, 0, -1), Err(Errno::EBADF), "read of -1 bytes from a writer");
}
