//! Taking memory, too much of it, and what lies around it.

use crate::check::{check, check_eq, must};
use crate::child::{dies_of, run, run_well};
use crate::probe;
use core::sync::atomic::{AtomicU8, Ordering::Relaxed};
use linux_raw_sys::general::SIGSEGV;
use tusk_user::heap::{Heap, PAGE_SIZE, program_break};
use tusk_user::linux;

/// A child that takes and gives back memory ends well, and there is as much as before.
pub fn mem() {
    for _ in 0..4 {
        run_well(|| {
            for pages in [1, 20, 100, 7] {
                let mut heap = must!(Heap::new(pages));
                heap.touch();
            }
        });
    }
}

/// More than there can be is refused, and nothing has changed; a child that touched much is gone with all of it.
pub fn sbrkfail() {
    let end = program_break();
    // SAFETY: memory only comes, if at all.
    check_eq!(unsafe { linux::brk(0xffff_f000) }, end, "brk beyond all memory");
    check_eq!(program_break(), end, "the break");
    for _ in 0..4 {
        check_eq!(run(|| i32::from(Heap::new(64).map(|mut heap| heap.touch()).is_err())).exit_code(), Some(0), "brk");
    }
    let mut heap = must!(Heap::new(2));
    heap.touch();
}

/// Below the stack there is nothing: touching it is the end.
pub fn stacktest() {
    let here = 0u8;
    let far_below = core::ptr::from_ref(&here).addr() - (64 << 20);
    dies_of(SIGSEGV, || probe::read(far_below));
    dies_of(SIGSEGV, || probe::write(far_below));
}

/// What was never written is zero.
pub fn bsstest() {
    static BSS: [AtomicU8; 10_000] = [const { AtomicU8::new(0) }; 10_000];
    check!(BSS.iter().all(|byte| byte.load(Relaxed) == 0), "a byte of bss is not zero");
    const { assert!(10_000 > 2 * PAGE_SIZE) };
}
