//! Giving mappings back, whole or in parts.

use super::pages::{ANONYMOUS, NO_FILE, READ_WRITE, anonymous, fill, holds, map, unmap};
use crate::check::{check, check_eq, must};
use crate::child::{dies_of, run_well};
use crate::probe;
use linux_raw_sys::general::{MAP_FIXED, SIGSEGV};
use tusk_user::Errno;
use tusk_user::heap::PAGE_SIZE;

/// What was given back is not there.
pub fn unmapped_memory_is_sigsegv() {
    let start = anonymous(3);
    fill(start, 3 * PAGE_SIZE, 1);
    check_eq!(unmap(start, 3 * PAGE_SIZE), Ok(()));
    for place in [start, start + PAGE_SIZE, start + 3 * PAGE_SIZE - 1] {
        dies_of(SIGSEGV, || probe::read(place));
        dies_of(SIGSEGV, || probe::write(place));
    }
}

/// A hole in the middle leaves both ends as they were.
pub fn middle_of_a_mapping_can_go() {
    let start = anonymous(7);
    fill(start, 7 * PAGE_SIZE, 5);
    check_eq!(unmap(start + 2 * PAGE_SIZE, 3 * PAGE_SIZE), Ok(()));
    check!(holds(start, 2 * PAGE_SIZE, 5), "the pages before have changed");
    check!(holds(start + 5 * PAGE_SIZE, 2 * PAGE_SIZE, 5), "the pages behind have changed");
    for page in 2..5 {
        dies_of(SIGSEGV, || probe::read(start + page * PAGE_SIZE));
    }
    run_well(|| fill(start + 5 * PAGE_SIZE, 2 * PAGE_SIZE, 6));
    check_eq!(unmap(start, 7 * PAGE_SIZE), Ok(()), "munmap of what is left, and of the hole between");
}

/// The first and the last pages can go as well.
pub fn ends_of_a_mapping_can_go() {
    let start = anonymous(6);
    fill(start, 6 * PAGE_SIZE, 5);
    check_eq!(unmap(start, PAGE_SIZE), Ok(()));
    check_eq!(unmap(start + 4 * PAGE_SIZE, 2 * PAGE_SIZE), Ok(()));
    check!(holds(start + PAGE_SIZE, 3 * PAGE_SIZE, 5), "the pages that were left have changed");
    for page in [0, 4, 5] {
        dies_of(SIGSEGV, || probe::read(start + page * PAGE_SIZE));
    }
}

/// Where nothing is, there is nothing to do, and that is no error.
pub fn munmap_of_nothing_succeeds() {
    let start = anonymous(3);
    for _ in 0..2 {
        check_eq!(unmap(start, 3 * PAGE_SIZE), Ok(()));
    }
    check_eq!(unmap(0x1000, PAGE_SIZE), Ok(()), "munmap below everything");
}

/// One call takes away as many mappings as lie in its way.
pub fn munmap_may_reach_over_several_mappings() {
    let start = anonymous(9);
    for page in [1, 4, 7] {
        let place = start + page * PAGE_SIZE;
        check_eq!(map(place, PAGE_SIZE, page as u32 % 2, ANONYMOUS | MAP_FIXED, NO_FILE, 0), Ok(place));
    }
    fill(start, PAGE_SIZE, 2);
    fill(start + 8 * PAGE_SIZE, PAGE_SIZE, 2);
    check_eq!(unmap(start + PAGE_SIZE, 7 * PAGE_SIZE), Ok(()));
    (1..8).for_each(|page| dies_of(SIGSEGV, || probe::read(start + page * PAGE_SIZE)));
    check!(holds(start, PAGE_SIZE, 2) && holds(start + 8 * PAGE_SIZE, PAGE_SIZE, 2), "the pages around have changed");
}

/// A length that is no multiple of a page takes the last page with it.
pub fn length_of_munmap_is_rounded_up() {
    let start = anonymous(3);
    check_eq!(unmap(start, PAGE_SIZE + 1), Ok(()));
    dies_of(SIGSEGV, || probe::read(start + PAGE_SIZE));
    check!(holds(start + 2 * PAGE_SIZE, PAGE_SIZE, 0), "the third page is not there");
}

/// Nothing at all, no page, and more than there can be.
pub fn impossible_munmaps_are_einval() {
    let start = anonymous(2);
    let requests = [(start, 0), (start + 1, PAGE_SIZE), (start, usize::MAX), (0xffff_f000, 2 * PAGE_SIZE)];
    for (address, length) in requests {
        check_eq!(unmap(address, length), Err(Errno::EINVAL), "munmap({address:#x}, {length:#x})");
    }
    fill(start, 2 * PAGE_SIZE, 1);
}

/// The place can be used again, and what comes there is fresh; a thousand times over nothing is used up.
pub fn place_given_back_can_be_mapped_again() {
    let start = anonymous(4);
    for round in 0..1000 {
        let place = start + round % 3 * PAGE_SIZE;
        check_eq!(unmap(place, PAGE_SIZE), Ok(()));
        let flags = ANONYMOUS | MAP_FIXED;
        check_eq!(must!(map(place, PAGE_SIZE, READ_WRITE, flags, NO_FILE, 0)), place, "the place of round {round}");
        check!(holds(place, PAGE_SIZE, 0), "the page of round {round} is not fresh");
        fill(place, PAGE_SIZE, 0xee);
    }
}
