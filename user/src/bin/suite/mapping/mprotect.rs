//! Changing what may be done with pages.

use super::pages::{ANONYMOUS, NO_FILE, READ_WRITE, anonymous, fill, holds, map, peek, poke, protect, unmap};
use crate::check::{check, check_eq, must};
use crate::child::{dies_of, run_well};
use crate::probe;
use linux_raw_sys::general::{PROT_EXEC, PROT_NONE, PROT_READ, SIGSEGV};
use tusk_user::Errno;
use tusk_user::heap::PAGE_SIZE;

/// Read-only pages are read but not written, until they may be written again.
pub fn read_only_pages_become_writable_again() {
    let start = anonymous(2);
    fill(start, 2 * PAGE_SIZE, 1);
    for round in 1..4 {
        check_eq!(protect(start, 2 * PAGE_SIZE, PROT_READ), Ok(()));
        dies_of(SIGSEGV, || probe::write(start));
        dies_of(SIGSEGV, || probe::write(start + 2 * PAGE_SIZE - 1));
        check!(holds(start, 2 * PAGE_SIZE, round), "what may only be read has changed");
        check_eq!(protect(start, 2 * PAGE_SIZE, READ_WRITE), Ok(()));
        fill(start, 2 * PAGE_SIZE, round + 1);
    }
}

/// Pages nobody may touch keep what they hold.
pub fn pages_without_rights_keep_their_contents() {
    let start = anonymous(3);
    fill(start, 3 * PAGE_SIZE, 4);
    check_eq!(protect(start, 3 * PAGE_SIZE, PROT_NONE), Ok(()));
    dies_of(SIGSEGV, || probe::read(start));
    dies_of(SIGSEGV, || probe::write(start + PAGE_SIZE));
    check_eq!(protect(start, 3 * PAGE_SIZE, PROT_READ), Ok(()));
    check!(holds(start, 3 * PAGE_SIZE, 4), "the pages have changed meanwhile");
}

/// The middle of a mapping gets rights of its own: three mappings where there was one.
pub fn middle_of_a_mapping_gets_its_own_rights() {
    let start = anonymous(6);
    fill(start, 6 * PAGE_SIZE, 2);
    check_eq!(protect(start + 2 * PAGE_SIZE, 2 * PAGE_SIZE, PROT_READ), Ok(()));
    for page in [0, 1, 4, 5] {
        poke(start + page * PAGE_SIZE, 3);
    }
    for page in [2, 3] {
        dies_of(SIGSEGV, || probe::write(start + page * PAGE_SIZE));
        check_eq!(peek(start + page * PAGE_SIZE), 2, "the first byte of page {page}");
    }
    // And over all three at once.
    check_eq!(protect(start, 6 * PAGE_SIZE, PROT_NONE), Ok(()));
    (0..6).for_each(|page| dies_of(SIGSEGV, || probe::read(start + page * PAGE_SIZE)));
    check_eq!(protect(start, 6 * PAGE_SIZE, READ_WRITE), Ok(()));
    fill(start, 6 * PAGE_SIZE, 9);
}

/// A reserve becomes memory when it may be used, and is zero.
pub fn reserved_pages_become_memory() {
    let start = must!(map(0, 8 * PAGE_SIZE, PROT_NONE, ANONYMOUS, NO_FILE, 0));
    check_eq!(protect(start + 3 * PAGE_SIZE, 2 * PAGE_SIZE, READ_WRITE), Ok(()));
    check!(holds(start + 3 * PAGE_SIZE, 2 * PAGE_SIZE, 0), "a page is not zero");
    fill(start + 3 * PAGE_SIZE, 2 * PAGE_SIZE, 1);
    dies_of(SIGSEGV, || probe::read(start + 2 * PAGE_SIZE));
    dies_of(SIGSEGV, || probe::read(start + 5 * PAGE_SIZE));
}

/// Where there is nothing there are no rights either.
pub fn mprotect_of_nothing_is_enomem() {
    let start = anonymous(3);
    check_eq!(unmap(start + PAGE_SIZE, PAGE_SIZE), Ok(()));
    check_eq!(protect(start + PAGE_SIZE, PAGE_SIZE, READ_WRITE), Err(Errno::ENOMEM), "mprotect of a hole");
    check_eq!(protect(start, 3 * PAGE_SIZE, READ_WRITE), Err(Errno::ENOMEM), "mprotect over a hole");
    check_eq!(protect(0x1000, PAGE_SIZE, PROT_READ), Err(Errno::ENOMEM), "mprotect below everything");
    fill(start, PAGE_SIZE, 1);
}

/// No page, unknown rights; of nothing, all is well.
pub fn impossible_mprotects_are_einval() {
    let start = anonymous(2);
    check_eq!(protect(start + 8, PAGE_SIZE, PROT_READ), Err(Errno::EINVAL), "mprotect of no page");
    check_eq!(protect(start, PAGE_SIZE, 0x80), Err(Errno::EINVAL), "mprotect with unknown rights");
    check_eq!(protect(start, 0, PROT_NONE), Ok(()), "mprotect of no byte");
    fill(start, 2 * PAGE_SIZE, 1);
}

/// A program's constants may become its own: what it writes there, the file does not get.
pub fn constants_may_become_writable() {
    #[repr(align(4096))]
    struct Page([u8; PAGE_SIZE]);
    static CONSTANTS: Page = Page([0x33; PAGE_SIZE]);
    let start = CONSTANTS.0.as_ptr().expose_provenance();
    run_well(|| {
        check_eq!(protect(start, PAGE_SIZE, READ_WRITE), Ok(()));
        check!(holds(start, PAGE_SIZE, 0x33), "the constants have changed");
        // By assembly: to Rust a constant cannot change.
        dies_of_nothing(start);
        check_eq!(protect(start, PAGE_SIZE, PROT_READ | PROT_EXEC), Ok(()));
    });
    dies_of(SIGSEGV, || probe::write(start));
    check!(holds(start, PAGE_SIZE, 0x33), "the parent's constants have changed");
}

/// Writes to `address` in a child, which is to survive that.
fn dies_of_nothing(address: usize) {
    let status = crate::child::run(|| probe::write(address));
    check_eq!(status.exit_code(), Some(crate::child::SURVIVED as u8), "the end of who wrote to {address:#x}");
}
