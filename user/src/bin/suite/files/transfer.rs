//! Reading and writing: what goes in comes out, at its place.

use super::scratch::Scratch;
use super::shorthand::{close, gives, holds, make_open, offset, open, pipe, rewind};
use crate::call::sys;
use crate::check::{check, check_eq, must};
use linux_raw_sys::general::{O_APPEND, O_RDONLY, O_RDWR, O_WRONLY};
use linux_raw_sys::ioctl::{FIONREAD, TCGETS, TIOCGWINSZ};
use tusk_user::stat::descriptor_stat;
use tusk_user::{Errno, linux};

/// The byte that belongs at a place of the larger files.
fn byte_at(place: usize) -> u8 {
    (place ^ place >> 8 ^ place >> 16).wrapping_mul(37) as u8
}

/// Pieces of odd sizes, over many pages' boundaries, read in pieces of other sizes.
pub fn large_files_keep_every_byte() {
    const LENGTH: usize = 200_000;
    let _scratch = Scratch::new();
    let file = make_open(c"file", b"");
    let mut buffer = [0; 7001];
    let mut place = 0;
    while place < LENGTH {
        let count = buffer.len().min(LENGTH - place);
        buffer.iter_mut().enumerate().for_each(|(index, byte)| *byte = byte_at(place + index));
        check_eq!(linux::write(file, &buffer[..count]), Ok(count), "write at {place}");
        place += count;
    }
    check_eq!(must!(descriptor_stat(file)).size(), LENGTH as u64, "the size");
    rewind(file);
    place = 0;
    loop {
        let count = must!(linux::read(file, &mut buffer[..5003]));
        for (index, &byte) in buffer[..count].iter().enumerate() {
            check_eq!(byte, byte_at(place + index), "the byte at {}", place + index);
        }
        place += count;
        if count < 5003 {
            break;
        }
    }
    check_eq!(place, LENGTH, "the bytes read");
}

/// At the end there is less, and then nothing, as often as one asks.
pub fn reads_end_with_the_file() {
    let _scratch = Scratch::new();
    let file = make_open(c"file", b"0123456789");
    rewind(file);
    let mut buffer = [b'-'; 8];
    check_eq!(linux::read(file, &mut buffer), Ok(8), "the first read");
    check_eq!(linux::read(file, &mut buffer), Ok(2), "the second");
    check_eq!(buffer, *b"89234567", "the buffer");
    for _ in 0..3 {
        check_eq!(linux::read(file, &mut buffer), Ok(0), "read at the end");
    }
    check_eq!(offset(file), 10, "the offset");
}

/// Nothing is nothing.
pub fn reads_and_writes_of_nothing_are_zero() {
    let _scratch = Scratch::new();
    let file = make_open(c"file", b"0123456789");
    must!(sys!(__NR_lseek, file, 3, 0));
    check_eq!(sys!(__NR_read, file, 0, 0), Ok(0), "read of nothing");
    check_eq!(sys!(__NR_write, file, 0, 0), Ok(0), "write of nothing");
    check_eq!(sys!(__NR_pread64, file, 0, 0, 0, 0), Ok(0), "pread64 of nothing");
    check_eq!(sys!(__NR_pwrite64, file, 0, 0, 500, 0), Ok(0), "pwrite64 of nothing");
    check_eq!((offset(file), must!(descriptor_stat(file)).size()), (3, 10), "offset and size");
}

/// Writing in the middle replaces, and does not insert or cut off.
pub fn writes_replace_in_place() {
    let _scratch = Scratch::new();
    let file = make_open(c"file", b"0123456789");
    must!(sys!(__NR_lseek, file, 2, 0));
    check_eq!(linux::write(file, b"abc"), Ok(3), "write in the middle");
    check_eq!(offset(file), 5, "the offset");
    holds(c"file", b"01abc56789");
    must!(sys!(__NR_lseek, file, 8, 0));
    check_eq!(linux::write(file, b"XYZ"), Ok(3), "write over the end");
    holds(c"file", b"01abc567XYZ");
}

/// At a place of their own, and the offset stays.
pub fn pread_and_pwrite_leave_the_offset() {
    let _scratch = Scratch::new();
    let file = make_open(c"file", b"0123456789");
    must!(sys!(__NR_lseek, file, 1, 0));
    let mut buffer = [0u8; 4];
    check_eq!(sys!(__NR_pread64, file, &mut buffer, 4, 5, 0), Ok(4), "pread64");
    check_eq!(buffer, *b"5678", "what it read");
    check_eq!(sys!(__NR_pread64, file, &mut buffer, 4, 8, 0), Ok(2), "pread64 at the end");
    check_eq!(sys!(__NR_pread64, file, &mut buffer, 4, 10, 0), Ok(0), "pread64 behind it");
    check_eq!(sys!(__NR_pwrite64, file, b"ab", 2, 9, 0), Ok(2), "pwrite64 over the end");
    check_eq!(sys!(__NR_pwrite64, file, b"z", 1, 13, 0), Ok(1), "pwrite64 beyond the end");
    check_eq!(offset(file), 1, "the offset");
    holds(c"file", b"012345678ab\0\0z");
    check_eq!(sys!(__NR_pread64, file, &mut buffer, 4, -1, -1), Err(Errno::EINVAL), "pread64 at -1");
    check_eq!(sys!(__NR_pwrite64, file, b"ab", 2, -1, -1), Err(Errno::EINVAL), "pwrite64 at -1");
}

/// From a file into a pipe without coming by here, from the offset on or from a place given.
pub fn sendfile_copies_between_descriptors() {
    let _scratch = Scratch::new();
    let file = make_open(c"file", b"0123456789");
    let [reader, writer] = pipe(0);
    must!(sys!(__NR_lseek, file, 2, 0));
    check_eq!(sys!(__NR_sendfile64, writer, file, 0, 3), Ok(3), "sendfile64 from the offset on");
    check_eq!(offset(file), 5, "the offset");
    let mut place = 7u64;
    check_eq!(sys!(__NR_sendfile64, writer, file, &mut place, 100), Ok(3), "sendfile64 from 7 on");
    check_eq!((place, offset(file)), (10, 5), "the place given, and the offset");
    check_eq!(sys!(__NR_sendfile64, writer, file, &mut place, 100), Ok(0), "sendfile64 at the end");
    let mut narrow = -1i32;
    check_eq!(
        sys!(__NR_sendfile, writer, file, &mut narrow, 1),
        Err(Errno::EINVAL),
        "sendfile from before the beginning"
    );
    check_eq!(sys!(__NR_sendfile, writer, open(c".", O_RDONLY), 0, 1), Err(Errno::EINVAL), "sendfile of a directory");
    let end = open(c"file", O_WRONLY | O_APPEND);
    check_eq!(sys!(__NR_sendfile, end, file, 0, 1), Err(Errno::EINVAL), "sendfile to the end of a file");
    close(writer);
    gives(reader, b"234789");
    check_eq!(sys!(__NR_sendfile64, reader, file, 0, 1), Err(Errno::EBADF), "sendfile64 to a reader");
    check_eq!(sys!(__NR_sendfile64, file, 99, 0, 1), Err(Errno::EBADF), "sendfile64 from nothing");
}

/// More than a pipe holds, from file to file.
pub fn sendfile_copies_whole_files() {
    let _scratch = Scratch::new();
    let from = make_open(c"from", &[b'a'; 30_000]);
    must!(linux::write_all(from, &[b'b'; 40_000]));
    rewind(from);
    let to = make_open(c"to", b"");
    let mut total = 0;
    loop {
        match must!(sys!(__NR_sendfile64, to, from, 0, 0x7fff_f000)) {
            0 => break,
            count => total += count,
        }
    }
    check_eq!((total, offset(to)), (70_000, 70_000), "the bytes copied, and the offset");
    for (place, byte) in [(0, b'a'), (29_999, b'a'), (30_000, b'b'), (69_999, b'b')] {
        let mut found = [0u8];
        must!(sys!(__NR_pread64, to, &mut found, 1, place, 0));
        check_eq!(found, [byte], "the byte at {place}");
    }
}

/// Files can be asked to be safe, and pipes cannot.
pub fn sync_calls_succeed_on_files() {
    let _scratch = Scratch::new();
    let file = make_open(c"file", b"text");
    check_eq!(sys!(__NR_fsync, file), Ok(0), "fsync");
    check_eq!(sys!(__NR_fdatasync, file), Ok(0), "fdatasync");
    check_eq!(sys!(__NR_fsync, open(c".", O_RDONLY)), Ok(0), "fsync of a directory");
    let [reader, writer] = pipe(0);
    for end in [reader, writer] {
        check_eq!(sys!(__NR_fsync, end), Err(Errno::EINVAL), "fsync of a pipe");
    }
    check_eq!(sys!(__NR_fsync, open(c"/dev/null", O_RDWR)), Err(Errno::EINVAL), "fsync of a device");
}

/// A file is no terminal, whatever one asks it.
pub fn terminal_requests_to_files_are_enotty() {
    let _scratch = Scratch::new();
    let file = make_open(c"file", b"0123456789");
    let (directory, [reader, _writer]) = (open(c".", O_RDONLY), pipe(0));
    let mut answer = [0u8; 64];
    for descriptor in [file, directory, reader, open(c"/dev/null", O_RDWR)] {
        for request in [TCGETS, TIOCGWINSZ] {
            let result = sys!(__NR_ioctl, descriptor, request, &mut answer);
            check_eq!(result, Err(Errno::ENOTTY), "ioctl {request:#x} of descriptor {descriptor}");
        }
    }
    check!(answer == [0; 64], "a refused request has answered");
}

/// How much could be read now.
pub fn fionread_counts_what_is_there() {
    let _scratch = Scratch::new();
    let [reader, writer] = pipe(0);
    let mut count = -1i32;
    check_eq!((sys!(__NR_ioctl, reader, FIONREAD, &mut count), count), (Ok(0), 0), "FIONREAD of an empty pipe");
    must!(linux::write_all(writer, b"12345"));
    check_eq!((sys!(__NR_ioctl, reader, FIONREAD, &mut count), count), (Ok(0), 5), "FIONREAD of five bytes");
    let file = make_open(c"file", b"0123456789");
    must!(sys!(__NR_lseek, file, 4, 0));
    check_eq!((sys!(__NR_ioctl, file, FIONREAD, &mut count), count), (Ok(0), 6), "FIONREAD of a file's rest");
}
