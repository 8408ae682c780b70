//! `truncate64` and `ftruncate64`.

use super::scratch::Scratch;
use super::shorthand::{gives, holds, make, make_directory, make_link, make_open, offset, open, pipe, rewind};
use crate::call::{sys, words};
use crate::check::{check, check_eq, must, only_on_tusk};
use core::ffi::CStr;
use linux_raw_sys::general::{MAP_PRIVATE, O_RDONLY, O_RDWR, PROT_READ, PROT_WRITE};
use tusk_user::stat::{descriptor_stat, stat};
use tusk_user::{Errno, linux};

/// Sets the length by the file's name.
fn truncate(path: &CStr, length: i64) -> Result<usize, Errno> {
    let [low, high] = words(length);
    sys!(__NR_truncate64, path, low, high)
}

/// Sets the length of an open file.
fn ftruncate(file: i32, length: i64) -> Result<usize, Errno> {
    let [low, high] = words(length);
    sys!(__NR_ftruncate64, file, low, high)
}

/// What is cut off is gone; it does not come back when the file grows again.
pub fn what_was_cut_off_reads_as_zeros() {
    let _scratch = Scratch::new();
    let file = make_open(c"file", &[b'x'; 10_000]);
    for length in [9_999, 8_192, 5_000, 4_097, 100, 3] {
        check_eq!(ftruncate(file, length), Ok(0), "ftruncate64 to {length}");
        check_eq!(must!(descriptor_stat(file)).size(), length as u64, "the size");
    }
    check_eq!(ftruncate(file, 10_000), Ok(0), "ftruncate64 to a greater length");
    let mut expected = [0; 10_000];
    expected[..3].fill(b'x');
    holds(c"file", &expected);
}

/// By name, a link followed.
pub fn truncate_goes_by_the_name() {
    let _scratch = Scratch::new();
    make(c"file", b"0123456789");
    make_link(c"file", c"link");
    check_eq!(truncate(c"file", 5), Ok(0), "truncate64");
    holds(c"file", b"01234");
    check_eq!(truncate(c"link", 7), Ok(0), "truncate64 of a link");
    holds(c"file", b"01234\0\0");
    check_eq!(truncate(c"file", 0), Ok(0), "truncate64 to nothing");
    check_eq!(must!(stat(c"file")).size(), 0, "the size");
}

/// The offset does not move: whoever writes on leaves a hole.
pub fn offset_stays_behind_the_end() {
    let _scratch = Scratch::new();
    let file = make_open(c"file", b"0123456789");
    check_eq!(ftruncate(file, 4), Ok(0), "ftruncate64");
    check_eq!((offset(file), linux::read(file, &mut [0; 4])), (10, Ok(0)), "offset, and what is read there");
    check_eq!(linux::write(file, b"end"), Ok(3), "write behind the end");
    rewind(file);
    gives(file, b"0123\0\0\0\0\0\0end");
}

/// Lengths that cannot be, and things that have none.
pub fn impossible_truncations_are_refused() {
    let _scratch = Scratch::new();
    let file = make_open(c"file", b"0123456789");
    make_directory(c"directory");
    let (reading, [reader, writer]) = (open(c"file", O_RDONLY), pipe(0));
    for length in [-1, i64::MIN, -0x1_0000_0000] {
        check_eq!(truncate(c"file", length), Err(Errno::EINVAL), "truncate64 to {length}");
        check_eq!(ftruncate(file, length), Err(Errno::EINVAL), "ftruncate64 to {length}");
    }
    check_eq!(truncate(c"directory", 0), Err(Errno::EISDIR), "truncate64 of a directory");
    check_eq!(truncate(c"none", 0), Err(Errno::ENOENT), "truncate64 of nothing");
    check_eq!(truncate(c"file/x", 0), Err(Errno::ENOTDIR), "truncate64 below a file");
    check_eq!(truncate(c"/dev/null", 0), Err(Errno::EINVAL), "truncate64 of a device");
    for descriptor in [reading, reader, writer, open(c"directory", O_RDONLY), open(c"/dev/null", O_RDWR)] {
        check_eq!(ftruncate(descriptor, 0), Err(Errno::EINVAL), "ftruncate64 of descriptor {descriptor}");
    }
    holds(c"file", b"0123456789");
}

/// Whoever has the file open sees the new end.
pub fn truncation_shows_in_every_opening() {
    let _scratch = Scratch::new();
    make(c"file", b"0123456789");
    let (first, second) = (open(c"file", O_RDWR), open(c"file", O_RDONLY));
    must!(sys!(__NR_lseek, second, 2, 0));
    check_eq!(ftruncate(first, 4), Ok(0), "ftruncate64");
    gives(second, b"23");
}

/// The longest file there can be: whatever the answer, what a program has changed in its own copy stays.
pub fn longest_file_keeps_what_is_mapped() {
    let _scratch = Scratch::new();
    let file = make_open(c"file", b"0123456789");
    let (start, one_page) = (must!(map(file)), 4096);
    // SAFETY: a page of the case's own, mapped on the line before.
    let page =
        unsafe { core::slice::from_raw_parts_mut(core::ptr::with_exposed_provenance_mut::<u8>(start), one_page) };
    page[0] = b'x';
    for length in [(1 << 44) - 1, (1 << 44) - 4096, (1 << 44) - 4097] {
        // A file system may not allow so long a file.
        let result = ftruncate(file, length);
        check!(matches!(result, Ok(0) | Err(Errno::EFBIG | Errno::EINVAL)), "ftruncate64 to {length}: {result:?}");
        check_eq!(page[0], b'x', "the byte that was changed, after {length}");
    }
    must!(sys!(__NR_munmap, start, one_page));
}

/// A private page of the file, which may be written to.
fn map(file: i32) -> Result<usize, Errno> {
    sys!(__NR_mmap2, 0usize, 4096usize, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0usize)
}

/// What could not be written takes no room. Not every file system of Linux sees to that.
pub fn failed_writes_take_no_room() {
    only_on_tusk();
    let _scratch = Scratch::new();
    let file = make_open(c"file", b"");
    for place in 1..20 {
        check_eq!(sys!(__NR_pwrite64, file, 8, 100, place * 8192, 0), Err(Errno::EFAULT), "pwrite64 from nowhere");
    }
    let found = must!(descriptor_stat(file));
    check_eq!((found.size(), found.blocks()), (0, 0), "size and blocks");
}
