//! Telling the kernel what pages are for.

use super::pages::{NO_FILE, READ_WRITE, anonymous, fill, holds, map, unmap};
use super::scratch::Scratch;
use crate::call::sys;
use crate::check::{check, check_eq, must};
use linux_raw_sys::general::{
    MADV_DONTNEED, MADV_NORMAL, MADV_RANDOM, MADV_SEQUENTIAL, MADV_WILLNEED, MAP_ANONYMOUS, MAP_PRIVATE, MAP_SHARED,
};
use tusk_user::Errno;
use tusk_user::file::O_RDWR;
use tusk_user::heap::PAGE_SIZE;

/// `madvise`.
fn advise(address: usize, length: usize, advice: u32) -> Result<(), Errno> {
    sys!(__NR_madvise, address, length, advice).map(drop)
}

/// Anonymous pages that are not needed come back as zero, and only those.
pub fn memory_not_needed_comes_back_zero() {
    let start = anonymous(5);
    fill(start, 5 * PAGE_SIZE, 1);
    check_eq!(advise(start + PAGE_SIZE, 2 * PAGE_SIZE, MADV_DONTNEED), Ok(()));
    check!(holds(start + PAGE_SIZE, 2 * PAGE_SIZE, 0), "the pages are not zero");
    check!(holds(start, PAGE_SIZE, 1) && holds(start + 3 * PAGE_SIZE, 2 * PAGE_SIZE, 1), "other pages have changed");
    fill(start + PAGE_SIZE, 2 * PAGE_SIZE, 2);
    check_eq!(unmap(start, 5 * PAGE_SIZE), Ok(()));
}

/// A private mapping shows the file again.
pub fn private_pages_not_needed_show_the_file_again() {
    let scratch = Scratch::new(&[b'f'; PAGE_SIZE]);
    let file = scratch.open(O_RDWR);
    let start = must!(map(0, PAGE_SIZE, READ_WRITE, MAP_PRIVATE, file.number(), 0));
    fill(start, PAGE_SIZE, b'm');
    check_eq!(advise(start, PAGE_SIZE, MADV_DONTNEED), Ok(()));
    check!(holds(start, PAGE_SIZE, b'f'), "the file does not show");
}

/// What is shared stays: it is others' too.
pub fn shared_pages_not_needed_stay() {
    let start = must!(map(0, PAGE_SIZE, READ_WRITE, MAP_SHARED | MAP_ANONYMOUS, NO_FILE, 0));
    fill(start, PAGE_SIZE, 5);
    check_eq!(advise(start, PAGE_SIZE, MADV_DONTNEED), Ok(()));
    check!(holds(start, PAGE_SIZE, 5), "shared pages have changed");
}

/// Advice that only makes things faster changes nothing.
pub fn other_advice_changes_nothing() {
    let start = anonymous(2);
    fill(start, 2 * PAGE_SIZE, 3);
    for advice in [MADV_NORMAL, MADV_RANDOM, MADV_SEQUENTIAL, MADV_WILLNEED] {
        check_eq!(advise(start, 2 * PAGE_SIZE, advice), Ok(()), "madvise {advice}");
    }
    check!(holds(start, 2 * PAGE_SIZE, 3), "the pages have changed");
}

/// No page, no such advice, nothing there; of nothing, all is well.
pub fn impossible_advice_is_refused() {
    let start = anonymous(3);
    check_eq!(advise(start + 1, PAGE_SIZE, MADV_DONTNEED), Err(Errno::EINVAL), "madvise of no page");
    check_eq!(advise(start, PAGE_SIZE, 77), Err(Errno::EINVAL), "madvise with unknown advice");
    check_eq!(advise(start, 0, MADV_DONTNEED), Ok(()), "madvise of no byte");
    check_eq!(unmap(start + PAGE_SIZE, PAGE_SIZE), Ok(()));
    check_eq!(advise(start, 3 * PAGE_SIZE, MADV_DONTNEED), Err(Errno::ENOMEM), "madvise over a hole");
}
