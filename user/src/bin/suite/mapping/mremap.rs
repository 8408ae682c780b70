//! Making a mapping longer or shorter.

use super::pages::{ANONYMOUS, NO_FILE, READ_WRITE, anonymous, fill, holds, map, unmap};
use crate::call::sys;
use crate::check::{check, check_eq, must};
use crate::child::dies_of;
use crate::probe;
use linux_raw_sys::general::{MAP_FIXED, MREMAP_FIXED, MREMAP_MAYMOVE, SIGSEGV};
use tusk_user::Errno;
use tusk_user::heap::PAGE_SIZE;

/// `mremap`, lengths in pages.
fn remap(address: usize, old: usize, new: usize, flags: u32, to: usize) -> Result<usize, Errno> {
    sys!(__NR_mremap, address, old * PAGE_SIZE, new * PAGE_SIZE, flags, to)
}

/// Where there is room behind it, a mapping grows where it is.
pub fn mapping_grows_where_there_is_room() {
    let start = anonymous(6);
    check_eq!(unmap(start + 2 * PAGE_SIZE, 4 * PAGE_SIZE), Ok(()));
    fill(start, 2 * PAGE_SIZE, 1);
    check_eq!(remap(start, 2, 5, 0, 0), Ok(start), "mremap in place");
    check!(holds(start, 2 * PAGE_SIZE, 1), "the old pages have changed");
    check!(holds(start + 2 * PAGE_SIZE, 3 * PAGE_SIZE, 0), "the new pages are not zero");
    fill(start, 5 * PAGE_SIZE, 2);
    dies_of(SIGSEGV, || probe::read(start + 5 * PAGE_SIZE));
}

/// Where there is none, it stays as it is, or moves when it may.
pub fn mapping_moves_when_it_may() {
    let start = anonymous(4);
    // A wall of other rights, lest the two be taken for one mapping.
    let wall = start + 2 * PAGE_SIZE;
    check_eq!(map(wall, 2 * PAGE_SIZE, 0, ANONYMOUS | MAP_FIXED, NO_FILE, 0), Ok(wall));
    fill(start, PAGE_SIZE, 1);
    fill(start + PAGE_SIZE, PAGE_SIZE, 2);
    check_eq!(remap(start, 2, 4, 0, 0), Err(Errno::ENOMEM), "mremap where there is no room");
    check!(holds(start, PAGE_SIZE, 1), "the page has changed");
    let moved = must!(remap(start, 2, 40, MREMAP_MAYMOVE, 0));
    check!(moved != start, "the mapping has not moved");
    check!(holds(moved, PAGE_SIZE, 1) && holds(moved + PAGE_SIZE, PAGE_SIZE, 2), "the contents did not come along");
    check!(holds(moved + 2 * PAGE_SIZE, 38 * PAGE_SIZE, 0), "the new pages are not zero");
    fill(moved, 40 * PAGE_SIZE, 3);
    dies_of(SIGSEGV, || probe::read(start));
}

/// A shorter one gives its end back.
pub fn shorter_mapping_gives_its_end_back() {
    let start = anonymous(5);
    fill(start, 5 * PAGE_SIZE, 7);
    check_eq!(remap(start, 5, 2, 0, 0), Ok(start), "mremap to fewer pages");
    check!(holds(start, 2 * PAGE_SIZE, 7), "the pages that stayed have changed");
    dies_of(SIGSEGV, || probe::read(start + 2 * PAGE_SIZE));
    check_eq!(remap(start, 2, 2, 0, 0), Ok(start), "mremap to as many pages");
}

/// To a given place, over what is there.
pub fn mapping_moves_to_a_given_place() {
    let (start, place) = (anonymous(2), anonymous(4));
    fill(start, 2 * PAGE_SIZE, 1);
    fill(place, 4 * PAGE_SIZE, 2);
    let flags = MREMAP_MAYMOVE | MREMAP_FIXED;
    check_eq!(remap(start, 2, 2, flags, place + PAGE_SIZE), Ok(place + PAGE_SIZE), "mremap to a place");
    check!(holds(place + PAGE_SIZE, 2 * PAGE_SIZE, 1), "the contents did not come along");
    check!(holds(place, PAGE_SIZE, 2) && holds(place + 3 * PAGE_SIZE, PAGE_SIZE, 2), "the pages around have changed");
    dies_of(SIGSEGV, || probe::read(start));
}

/// No page, nothing, nowhere, and flags that make no sense.
pub fn impossible_mremaps_are_refused() {
    let start = anonymous(3);
    check_eq!(map(start, 3 * PAGE_SIZE, READ_WRITE, ANONYMOUS | MAP_FIXED, NO_FILE, 0), Ok(start));
    check_eq!(remap(start + 1, 1, 2, MREMAP_MAYMOVE, 0), Err(Errno::EINVAL), "mremap of no page");
    check_eq!(remap(start, 1, 0, MREMAP_MAYMOVE, 0), Err(Errno::EINVAL), "mremap to no byte");
    check_eq!(remap(start, 1, 2, 0x100, 0), Err(Errno::EINVAL), "mremap with unknown flags");
    check_eq!(remap(start, 1, 1, MREMAP_FIXED, start + PAGE_SIZE), Err(Errno::EINVAL), "mremap, fixed but not moving");
    check_eq!(unmap(start, PAGE_SIZE), Ok(()));
    check_eq!(remap(start, 1, 2, MREMAP_MAYMOVE, 0), Err(Errno::EFAULT), "mremap of nothing");
    // From the stack on that is beyond the end of all addresses, and nobody else's.
    let stack = core::ptr::from_ref(&start).addr() / PAGE_SIZE * PAGE_SIZE;
    let result = remap(stack, 0xf8000, 0xf0000, MREMAP_MAYMOVE, 0);
    check_eq!(result, Err(Errno::EINVAL), "mremap beyond the end of all addresses");
}

/// Lengths that lead beyond the last address: nothing is given back, least of all what lies at the first ones.
pub fn lengths_beyond_the_end_give_nothing_back() {
    const LENGTH_MAX: usize = 0xf_ffff;
    let (start, other) = (anonymous(1), must!(map(0x1000_0000, PAGE_SIZE, READ_WRITE, ANONYMOUS, NO_FILE, 0)));
    fill(start, PAGE_SIZE, 1);
    fill(other, PAGE_SIZE, 2);
    // So many pages that what follows them begins, 4 GiB further, where the other mapping does.
    let to_other = (1 << 20) - start / PAGE_SIZE + other / PAGE_SIZE;
    for new in [to_other, LENGTH_MAX - 1] {
        check_eq!(remap(start, LENGTH_MAX, new, 0, 0), Err(Errno::EINVAL), "mremap of {LENGTH_MAX} pages to {new}");
        check!(holds(start, PAGE_SIZE, 1) && holds(other, PAGE_SIZE, 2), "a page is gone");
    }
}
