//! M1, M2 and M6: memory that runs out, and memory that is hard to find.

use crate::check::{check, check_eq, must, only_on_tusk, skip};
use crate::child::{is_injecting, run_well};
use tusk_user::heap::{Heap, PAGE_SIZE, program_break};
use tusk_user::measure::{self, Unit, median};
use tusk_user::{cpu, linux, println};

/// More than this many pages no case takes: filling 3 GiB would take its time.
pub const PATIENCE_PAGES: usize = 80 * 1024;

/// Makes the stack as large as it will be needed: when all memory is used up, it cannot grow, and that is fatal.
pub fn grow_stack_beforehand() {
    core::hint::black_box([0u8; 48 * 1024]);
}

/// Takes all memory there is, in smaller and smaller steps; skips the case when that is too much.
pub fn fill_memory() -> Heap {
    grow_stack_beforehand();
    let mut heap = must!(Heap::new(0));
    for step in [256, 16, 1] {
        while heap.resize(heap.pages() + step).is_ok() {
            // Memory that was promised but never touched is still there for others.
            heap.touch();
            if heap.pages() > PATIENCE_PAGES {
                drop(heap);
                skip(format_args!("this machine has more memory than this case takes"));
            }
        }
    }
    heap
}

/// M1: the book gives nothing back when it could get a part only. Here the second time gets as far as the first.
pub fn m1_refused_growth_is_rolled_back() {
    only_on_tusk();
    let first = fill_memory().pages();
    let second = fill_memory().pages();
    println!("{first} pages, and {second}");
    check_eq!(second, first, "the pages that could be taken the second time");
    check!(first > 100, "only {first} pages could be taken");
}

/// M2: in the book memory that is used up is a panic.
pub fn m2_full_memory_is_an_error() {
    only_on_tusk();
    let mut heap = fill_memory();
    let end = program_break();
    for pages in [1, 10, 1000] {
        check!(heap.resize(heap.pages() + pages).is_err(), "{pages} pages more were there after all");
        check_eq!(program_break(), end, "the break after it could not move");
    }
    check_eq!(heap.bytes()[0], 0x5a, "the first byte that was taken");
    check_eq!(linux::write(1, b"written with all memory used up\n"), Ok(32), "write");
    let half = heap.pages() / 4;
    must!(heap.resize(half));
    must!(heap.resize(half + 10));
    check!(heap.bytes()[half * PAGE_SIZE..].iter().all(|&byte| byte == 0), "a fresh page is not zero");
    run_well(|| {});
}

/// M6: the book looks for a free page from the very first on, each time.
pub fn m6_allocation_does_not_slow_down() {
    only_on_tusk();
    if measure::unit() != Unit::Instructions || is_injecting() {
        skip(format_args!("nobody counts instructions here (qemu -icount does)"));
    }
    let mut heap = must!(Heap::new(0));
    let mut cost_of_a_page = |pages: usize| {
        must!(heap.resize(pages));
        let mut samples = [0; 9];
        for (taken, sample) in (pages + 1..).zip(&mut samples) {
            let start = cpu::ticks();
            must!(heap.resize(taken));
            *sample = cpu::ticks() - start;
        }
        median(&mut samples)
    };
    let (few, many) = (cost_of_a_page(16), cost_of_a_page(1000));
    println!("a page costs {few} instructions with few in use, and {many} with many");
    check!(many < few * 2, "a page costs {few} instructions with few in use, and {many} with many");
}
