//! Private mappings of files: they show the file, and keep to themselves what is written to them.

use super::pages::{READ_WRITE, fill, holds, map, peek, poke, unmap};
use super::scratch::Scratch;
use crate::call::sys;
use crate::check::{check, check_eq, must};
use crate::child::{dies_of, run_well};
use crate::probe;
use linux_raw_sys::general::{MAP_PRIVATE, PROT_READ, SIGBUS, SIGSEGV};
use tusk_user::file::{self, O_DIRECTORY, O_RDONLY, O_RDWR, O_WRONLY};
use tusk_user::heap::PAGE_SIZE;
use tusk_user::{Errno, linux};

/// A file of three pages and a hundred bytes: each page is filled with its own letter.
fn lettered() -> Scratch {
    let mut contents = [b'd'; 3 * PAGE_SIZE + 100];
    for (page, letter) in contents.chunks_mut(PAGE_SIZE).zip(b'a'..) {
        page.fill(letter);
    }
    Scratch::new(&contents)
}

/// A page of a mapping for each page of the file.
pub fn mapping_shows_the_file() {
    let scratch = lettered();
    let file = scratch.open(O_RDONLY);
    let start = must!(map(0, 4 * PAGE_SIZE, PROT_READ, MAP_PRIVATE, file.number(), 0));
    for (page, letter) in (0..3).zip(b'a'..) {
        check!(holds(start + page * PAGE_SIZE, PAGE_SIZE, letter), "page {page} is not the file's");
    }
    check!(holds(start + 3 * PAGE_SIZE, 100, b'd'), "the last page is not the file's");
    dies_of(SIGSEGV, || probe::write(start));
    check_eq!(unmap(start, 4 * PAGE_SIZE), Ok(()));
}

/// It may begin anywhere in the file, by pages.
pub fn offset_counts_in_pages() {
    let scratch = lettered();
    let file = scratch.open(O_RDONLY);
    let start = must!(map(0, 2 * PAGE_SIZE, PROT_READ, MAP_PRIVATE, file.number(), 2));
    check!(holds(start, PAGE_SIZE, b'c') && holds(start + PAGE_SIZE, 100, b'd'), "the pages are not the file's");
}

/// What is written stays in the process that wrote it.
pub fn writes_stay_private() {
    let scratch = lettered();
    let file = scratch.open(O_RDONLY);
    let [start, other] = [(); 2].map(|()| must!(map(0, 2 * PAGE_SIZE, READ_WRITE, MAP_PRIVATE, file.number(), 0)));
    fill(start, PAGE_SIZE, b'!');
    check!(holds(other, PAGE_SIZE, b'a'), "another mapping shows what was written");
    check!(holds(start + PAGE_SIZE, PAGE_SIZE, b'b'), "the next page has changed");
    run_well(|| {
        check!(holds(start, PAGE_SIZE, b'!'), "the child does not have what its parent wrote");
        fill(start, 2 * PAGE_SIZE, b'?');
    });
    check!(holds(start, PAGE_SIZE, b'!') && holds(start + PAGE_SIZE, PAGE_SIZE, b'b'), "the child's writes show");
    check_eq!(unmap(start, 2 * PAGE_SIZE), Ok(()));
    let mut bytes = [0; 100];
    check_eq!(scratch.read(&mut bytes), 100, "the bytes read from the file");
    check_eq!(bytes, [b'a'; 100], "the file");
}

/// Behind the end of the file its last page is zero.
pub fn rest_of_the_last_page_is_zero() {
    let scratch = lettered();
    let file = scratch.open(O_RDONLY);
    let start = must!(map(0, PAGE_SIZE, READ_WRITE, MAP_PRIVATE, file.number(), 3));
    check!(holds(start + 100, PAGE_SIZE - 100, 0), "a byte behind the end of the file is not zero");
    fill(start + 100, PAGE_SIZE - 100, 1);
    check!(holds(start, 100, b'd'), "the bytes of the file have changed");
}

/// And pages behind it are there, but cannot be touched; the kernel cannot either.
pub fn pages_beyond_the_end_are_sigbus() {
    let scratch = lettered();
    let file = scratch.open(O_RDWR);
    let start = must!(map(0, 6 * PAGE_SIZE, READ_WRITE, MAP_PRIVATE, file.number(), 0));
    for place in [start + 4 * PAGE_SIZE, start + 6 * PAGE_SIZE - 1] {
        dies_of(SIGBUS, || probe::read(place));
        dies_of(SIGBUS, || probe::write(place));
    }
    let result = sys!(__NR_write, file.number(), start + 4 * PAGE_SIZE, 10);
    check_eq!(result, Err(Errno::EFAULT), "write from beyond the end of a file");
    check_eq!(peek(start + 3 * PAGE_SIZE), b'd', "a byte of the last page");
}

/// The mapping needs neither the descriptor nor the name.
pub fn mapping_outlives_descriptor_and_name() {
    let scratch = lettered();
    let file = scratch.open(O_RDWR);
    let start = must!(map(0, 3 * PAGE_SIZE, READ_WRITE, MAP_PRIVATE, file.number(), 0));
    poke(start, b'!');
    drop(file);
    scratch.unlink();
    check_eq!(file::open(scratch.path(), O_RDONLY).err(), Some(Errno::ENOENT), "open of what was unlinked");
    check_eq!(peek(start), b'!', "the byte that was written");
    run_well(|| check!(holds(start + PAGE_SIZE, PAGE_SIZE, b'b'), "the child does not see the file"));
    check!(holds(start + 2 * PAGE_SIZE, PAGE_SIZE, b'c'), "a page first touched now is not the file's");
    check_eq!(unmap(start, 3 * PAGE_SIZE), Ok(()));
}

/// What a mapping asks of a descriptor: that it can be read, and is a file's.
pub fn unfit_descriptors_are_refused() {
    let scratch = lettered();
    let attempt = |descriptor| map(0, PAGE_SIZE, PROT_READ, MAP_PRIVATE, descriptor, 0).err();
    let write_only = scratch.open(O_WRONLY);
    check_eq!(attempt(write_only.number()), Some(Errno::EACCES), "mmap of a file that is open for writing only");
    let directory = must!(file::open(c"/", O_RDONLY | O_DIRECTORY));
    check_eq!(attempt(directory.number()), Some(Errno::ENODEV), "mmap of a directory");
    let (reader, _writer) = must!(file::pipe(0));
    check_eq!(attempt(reader.number()), Some(Errno::ENODEV), "mmap of a pipe");
    let closed = scratch.open(O_RDONLY).number();
    check_eq!(attempt(closed), Some(Errno::EBADF), "mmap of a closed file");
}

/// A page that was never touched shows what the file holds by then, and what was written by `write` before.
pub fn file_is_read_before_it_is_mapped() {
    let scratch = lettered();
    let file = scratch.open(O_RDWR);
    check_eq!(linux::write(file.number(), b"new"), Ok(3), "write");
    let start = must!(map(0, PAGE_SIZE, PROT_READ, MAP_PRIVATE, file.number(), 0));
    check_eq!([0, 1, 2, 3].map(|index| peek(start + index)), *b"newa", "the beginning of the mapping");
}
