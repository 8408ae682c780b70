//! The calls about memory itself, which are told of places where nothing is and of more than there is.

use super::argument::{count, place, request, room, word};
use super::ground::ARGUMENTS;
use super::line::line;
use super::trial;
use crate::call::sys;
use crate::check::{check_eq, must};
use linux_raw_sys::general::{MADV_NORMAL, MAP_ANONYMOUS, MAP_NORESERVE, MAP_PRIVATE, MS_ASYNC, PROT_NONE};
use tusk_user::Errno;
use tusk_user::heap::{PAGE_SIZE, program_break};

/// Where no program has anything; with 2^31 bytes from here on, the addresses are at an end.
const EMPTY: usize = 0xb000_0000;

/// What was mapped goes at once.
fn unmap(words: &[usize; ARGUMENTS], result: Result<usize, Errno>) {
    if let Ok(start) = result {
        must!(sys!(__NR_munmap, start, words[1]));
    }
}

/// Mapping, unmapping, protecting, advising.
pub fn memory_calls_believe_nothing() {
    let end = program_break();
    let page = || count(PAGE_SIZE);
    let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    let old = [0, PAGE_SIZE, PROT_NONE as usize, flags as usize, usize::MAX, 0];
    let (protection, no_file) = (PROT_NONE, -1);
    trial::all(&[
        // Linux may well believe in three gigabytes.
        line!(__NR_brk, place(0)).after(&|_, _| check_eq!(sys!(__NR_brk, end), Ok(end), "the break, back again")),
        line!(__NR_mmap, request(&old)),
        line!(__NR_mmap2, place(EMPTY), page(), word(protection), word(flags), word(no_file), count(0)).after(&unmap),
        line!(__NR_munmap, place(EMPTY), page()),
        line!(__NR_mremap, place(EMPTY), page(), page(), word(0), place(0)),
        line!(__NR_mprotect, place(EMPTY), page(), word(protection)),
        line!(__NR_madvise, place(EMPTY), page(), word(MADV_NORMAL)),
        line!(__NR_msync, place(EMPTY), page(), word(MS_ASYNC)),
        line!(__NR_mlock, place(EMPTY), page()),
        line!(__NR_mlock2, place(EMPTY), page(), word(0)),
        line!(__NR_munlock, place(EMPTY), page()),
        // A page of this program's, and one byte that tells about it.
        line!(__NR_mincore, word(page_of_text()), word(PAGE_SIZE), room(1)),
        line!(__NR_mincore, place(EMPTY), page(), room(1)).also(&[Errno::ENOMEM]),
    ]);
    check_eq!(program_break(), end, "the break");
}

/// A page that is surely there: the one with this function.
fn page_of_text() -> usize {
    let here = page_of_text as fn() -> usize as usize;
    here - here % PAGE_SIZE
}
