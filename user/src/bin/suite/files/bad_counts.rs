//! Buffers that are not there, and counts that cannot be: what could be done is done, and counted right.

use super::scratch::Scratch;
use super::shorthand::{close, gives, holds, make_link, make_open, offset, open, pipe, rewind};
use crate::call::sys;
use crate::check::{check_eq, must};
use linux_raw_sys::general::{O_NONBLOCK, O_RDONLY, O_RDWR};
use tusk_user::heap::{Heap, PAGE_SIZE};
use tusk_user::{Errno, linux};

/// Addresses of nothing.
const NOWHERE: [usize; 4] = [0, 0x1000, 0xc000_0000, 0xffff_ffff];
/// Counts beyond any buffer: -1, 2^31, and the one before.
const HUGE: [usize; 3] = [usize::MAX, 1 << 31, (1 << 31) - 1];
/// How many bytes of a buffer are there, where it runs off the end of memory.
const ROOM: usize = 5;

/// Fails unless a call did at most `most`, or refused.
#[track_caller]
fn at_most(result: Result<usize, Errno>, most: usize, what: &str) -> usize {
    match result {
        Ok(count) if count <= most => count,
        Err(Errno::EFAULT | Errno::EINVAL) => 0,
        _ => crate::check::fail(core::panic::Location::caller(), format_args!("{what}: {result:?}, at most {most}")),
    }
}

/// Reading a file to nowhere moves nothing; to where memory ends, no more than there is room for.
pub fn file_reads_to_bad_buffers_lose_nothing() {
    let _scratch = Scratch::new();
    let mut heap = must!(Heap::new(1));
    let file = make_open(c"file", b"0123456789");
    for address in NOWHERE {
        rewind(file);
        check_eq!(sys!(__NR_read, file, address, 10), Err(Errno::EFAULT), "read to {address:#x}");
        check_eq!(sys!(__NR_pread64, file, address, 10, 0, 0), Err(Errno::EFAULT), "pread64 to {address:#x}");
        check_eq!(offset(file), 0, "the offset");
    }
    let start = PAGE_SIZE - ROOM;
    let count = at_most(sys!(__NR_read, file, heap.start() + start, 10), ROOM, "read of ten bytes into five");
    check_eq!(offset(file), count, "the offset");
    check_eq!(heap.bytes()[start..start + count], b"0123456789"[..count], "what was read");
    gives(file, &b"0123456789"[count..]);
}

/// What nobody could read stays in the pipe.
pub fn pipe_reads_to_bad_buffers_lose_nothing() {
    let heap = must!(Heap::new(1));
    let [reader, writer] = pipe(0);
    must!(linux::write_all(writer, b"0123456789"));
    for address in NOWHERE {
        check_eq!(sys!(__NR_read, reader, address, 10), Err(Errno::EFAULT), "read to {address:#x}");
    }
    let crossing = heap.start() + PAGE_SIZE - ROOM;
    let count = at_most(sys!(__NR_read, reader, crossing, 10), ROOM, "read of ten bytes into five");
    close(writer);
    gives(reader, &b"0123456789"[count..]);
}

/// What cannot be read is not written.
pub fn writes_from_bad_buffers_write_nothing() {
    let _scratch = Scratch::new();
    let mut heap = must!(Heap::new(1));
    heap.bytes().fill(b'h');
    let file = make_open(c"file", b"01234");
    let [reader, writer] = pipe(O_NONBLOCK);
    for address in NOWHERE {
        check_eq!(sys!(__NR_write, file, address, 10), Err(Errno::EFAULT), "write from {address:#x}");
        check_eq!(sys!(__NR_pwrite64, file, address, 10, 0, 0), Err(Errno::EFAULT), "pwrite64 from {address:#x}");
        check_eq!(sys!(__NR_write, writer, address, 10), Err(Errno::EFAULT), "write to a pipe from {address:#x}");
        check_eq!(linux::read(reader, &mut [0; 4]), Err(Errno::EAGAIN), "read from the pipe");
    }
    holds(c"file", b"01234");
    let crossing = heap.start() + PAGE_SIZE - ROOM;
    let count = at_most(sys!(__NR_write, file, crossing, 10), ROOM, "write of ten bytes of which five are there");
    holds(c"file", &b"01234hhhhh"[..5 + count]);
    let count = at_most(sys!(__NR_write, writer, crossing, 10), ROOM, "write of them to a pipe");
    close(writer);
    gives(reader, &b"hhhhh"[..count]);
}

/// Devices look before they write, too.
pub fn devices_refuse_bad_buffers() {
    let heap = must!(Heap::new(1));
    let crossing = heap.start() + PAGE_SIZE - ROOM;
    for path in [c"/dev/zero", c"/dev/full", c"/dev/urandom"] {
        let device = open(path, O_RDONLY);
        for address in NOWHERE {
            check_eq!(sys!(__NR_read, device, address, 10), Err(Errno::EFAULT), "read of {path:?} to {address:#x}");
        }
        at_most(sys!(__NR_read, device, crossing, 10), ROOM, "read of a device into five bytes");
    }
    for address in NOWHERE {
        check_eq!(sys!(__NR_getrandom, address, 10, 0), Err(Errno::EFAULT), "getrandom to {address:#x}");
    }
    at_most(sys!(__NR_getrandom, crossing, 10, 0), ROOM, "getrandom into five bytes");
}

/// More than there is room for, when there is little to read.
pub fn huge_reads_take_what_there_is() {
    let _scratch = Scratch::new();
    let heap = must!(Heap::new(1));
    let file = make_open(c"file", b"0123456789");
    let [reader, writer] = pipe(O_NONBLOCK);
    for count in HUGE {
        rewind(file);
        let read = at_most(sys!(__NR_read, file, heap.start(), count), 10, "a huge read");
        check_eq!(offset(file), read, "the offset");
        at_most(sys!(__NR_pread64, file, heap.start(), count, 3, 0), 7, "a huge pread64");
        must!(linux::write_all(writer, b"abc"));
        let read = at_most(sys!(__NR_read, reader, heap.start(), count), 3, "a huge read from a pipe");
        check_eq!(linux::read(reader, &mut [0; 4]).unwrap_or(0), 3 - read, "what is left in it");
        at_most(sys!(__NR_getrandom, heap.start(), count, 0), PAGE_SIZE, "a huge getrandom");
        at_most(sys!(__NR_read, open(c"/dev/zero", O_RDONLY), heap.start(), count), PAGE_SIZE, "huge zeros");
        check_eq!(sys!(__NR_read, open(c"/dev/null", O_RDONLY), 0, 10), Ok(0), "read from /dev/null");
    }
}

/// More than there is to write.
pub fn huge_writes_write_what_there_is() {
    let _scratch = Scratch::new();
    let mut heap = must!(Heap::new(1));
    heap.bytes().fill(b'h');
    let file = make_open(c"file", b"");
    for count in HUGE {
        must!(sys!(__NR_ftruncate64, file, 0, 0));
        rewind(file);
        let written = at_most(sys!(__NR_write, file, heap.start(), count), PAGE_SIZE, "a huge write");
        check_eq!(offset(file), written, "the offset");
        let [reader, writer] = pipe(O_NONBLOCK);
        let written = at_most(sys!(__NR_write, writer, heap.start(), count), PAGE_SIZE, "a huge write to a pipe");
        close(writer);
        gives(reader, &heap.bytes()[..written]);
        let null = open(c"/dev/null", O_RDWR);
        at_most(sys!(__NR_write, null, heap.start(), count), 0x7fff_ffff, "a huge write to /dev/null");
    }
}

/// More than any directory, path or link has.
pub fn huge_rooms_get_what_there_is() {
    let scratch = Scratch::new();
    let heap = must!(Heap::new(1));
    let file = make_open(c"file", b"0123456789");
    make_link(c"text", c"link");
    let [_reader, writer] = pipe(0);
    let length = scratch.path().count_bytes() + 1;
    for count in HUGE {
        let result = sys!(__NR_getdents64, open(c".", O_RDONLY), heap.start(), count);
        at_most(result, 300, "a huge getdents64");
        at_most(sys!(__NR_getcwd, heap.start(), count), length, "a huge getcwd");
        let result = sys!(__NR_readlink, c"link", heap.start(), count);
        let expected = if count as i32 > 0 { Ok(4) } else { Err(Errno::EINVAL) };
        check_eq!(result, expected, "readlink into {count:#x} bytes");
        at_most(sys!(__NR_sendfile64, writer, file, &mut 4u64, count), 6, "a huge sendfile64");
        check_eq!(offset(file), 10, "the offset");
    }
}
