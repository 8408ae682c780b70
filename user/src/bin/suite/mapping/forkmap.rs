//! What fork does with mappings.

use super::pages::{ANONYMOUS, NO_FILE, READ_WRITE, anonymous, fill, holds, map, protect, unmap};
use crate::check::{check, check_eq, must};
use crate::child::{dies_of, run_well};
use crate::probe;
use linux_raw_sys::general::{MAP_NORESERVE, PROT_NONE, PROT_READ, SIGSEGV};
use tusk_user::heap::PAGE_SIZE;

/// Each has its own pages: neither sees what the other writes, or gives back.
pub fn private_pages_are_copied() {
    let start = anonymous(4);
    fill(start, 4 * PAGE_SIZE, 1);
    run_well(|| {
        check!(holds(start, 4 * PAGE_SIZE, 1), "the child does not have its parent's pages");
        fill(start, 2 * PAGE_SIZE, 2);
        check_eq!(unmap(start + 3 * PAGE_SIZE, PAGE_SIZE), Ok(()));
        check_eq!(protect(start + 2 * PAGE_SIZE, PAGE_SIZE, PROT_NONE), Ok(()));
    });
    check!(holds(start, 4 * PAGE_SIZE, 1), "the parent's pages have changed");
    fill(start, 4 * PAGE_SIZE, 3);
}

/// The child may do with the pages what its parent may.
pub fn rights_are_copied() {
    let start = anonymous(3);
    fill(start, 3 * PAGE_SIZE, 1);
    check_eq!(protect(start + PAGE_SIZE, PAGE_SIZE, PROT_READ), Ok(()));
    check_eq!(protect(start + 2 * PAGE_SIZE, PAGE_SIZE, PROT_NONE), Ok(()));
    run_well(|| {
        fill(start, PAGE_SIZE, 2);
        check!(holds(start + PAGE_SIZE, PAGE_SIZE, 1), "the child's page has changed");
        dies_of(SIGSEGV, || probe::write(start + PAGE_SIZE));
        dies_of(SIGSEGV, || probe::read(start + 2 * PAGE_SIZE));
        check_eq!(protect(start, 3 * PAGE_SIZE, READ_WRITE), Ok(()));
        check!(holds(start + PAGE_SIZE, 2 * PAGE_SIZE, 1), "what could not be touched was not copied");
        fill(start, 3 * PAGE_SIZE, 4);
    });
    dies_of(SIGSEGV, || probe::write(start + PAGE_SIZE));
}

/// Pages that nobody has touched are no memory, in the child as in the parent: half a gibibyte of them is forked at
/// once, and both can use a page of it (F8: the book's fork copies what it should not).
pub fn untouched_pages_stay_untouched() {
    const LENGTH: usize = 512 << 20;
    let start = must!(map(0, LENGTH, READ_WRITE, ANONYMOUS | MAP_NORESERVE, NO_FILE, 0));
    let middle = start + LENGTH / 2;
    fill(middle, PAGE_SIZE, 1);
    run_well(|| {
        run_well(|| {
            check!(holds(middle, PAGE_SIZE, 1), "the page that was touched was not copied");
            check!(holds(start + LENGTH - PAGE_SIZE, PAGE_SIZE, 0), "a page that was not touched is not zero");
            fill(start, PAGE_SIZE, 2);
        });
        check!(holds(start, PAGE_SIZE, 0), "a page that the child touched is not zero");
    });
    fill(middle + PAGE_SIZE, PAGE_SIZE, 3);
    check_eq!(unmap(start, LENGTH), Ok(()));
}

/// Many small mappings, each with its own byte, over several generations.
pub fn many_mappings_survive_generations() {
    let starts: [usize; 24] = core::array::from_fn(|index| {
        let start = anonymous(2);
        check_eq!(protect(start + PAGE_SIZE, PAGE_SIZE, PROT_NONE), Ok(()));
        fill(start, PAGE_SIZE, index as u8);
        start
    });
    let all_hold = || starts.iter().zip(0..).all(|(&start, byte)| holds(start, PAGE_SIZE, byte));
    run_well(|| {
        check!(all_hold(), "a child's page has changed");
        run_well(|| {
            check!(all_hold(), "a grandchild's page has changed");
            starts.iter().for_each(|&start| fill(start, PAGE_SIZE, 0xff));
        });
        check!(all_hold(), "a page has changed since a grandchild wrote to its own");
    });
    starts.iter().for_each(|&start| check_eq!(unmap(start, 2 * PAGE_SIZE), Ok(())));
}
