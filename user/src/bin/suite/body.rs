//! Whole bodies of memory under fork: every page comes along, with its contents and its protection.

use crate::check::{check, check_eq, must};
use crate::child::{dies_of, run_well};
use crate::probe;
use core::hint::black_box;
use linux_raw_sys::general::SIGSEGV;
use tusk_user::heap::{Heap, PAGE_SIZE, program_break};

/// A byte that tells where it belongs: neighbours differ, and so do the same places of neighbouring pages.
fn pattern(offset: usize) -> u8 {
    (offset.wrapping_mul(0x9e37_79b1) >> 23) as u8
}

/// Fills memory with the pattern.
fn fill(bytes: &mut [u8]) {
    for (offset, byte) in bytes.iter_mut().enumerate() {
        *byte = pattern(offset);
    }
}

/// Checks that memory holds the pattern.
#[track_caller]
fn check_filled(bytes: &[u8]) {
    let wrong = black_box(bytes).iter().enumerate().find(|&(offset, &byte)| byte != pattern(offset));
    check!(wrong.is_none(), "byte {} of {} is wrong", wrong.map_or(0, |(offset, _)| offset), bytes.len());
}

/// A body of a megabyte arrives byte for byte, and is still the parent's afterwards.
pub fn every_byte_of_a_large_body_is_copied() {
    let mut heap = must!(Heap::new(256));
    fill(heap.bytes());
    run_well(|| {
        check_filled(heap.bytes());
        heap.bytes().fill(0xff);
    });
    check_filled(heap.bytes());
}

/// The edges of pages, where a copy that is off by one shows first.
pub fn first_and_last_bytes_of_pages_are_copied() {
    let mut heap = must!(Heap::new(32));
    let edges = |page: usize| [page * PAGE_SIZE, (page + 1) * PAGE_SIZE - 1];
    for offset in (0..32).flat_map(edges) {
        heap.bytes()[offset] = pattern(offset);
    }
    run_well(|| {
        for (offset, &byte) in heap.bytes().iter().enumerate() {
            let is_edge = matches!(offset % PAGE_SIZE, 0 | 0xfff);
            check_eq!(byte, if is_edge { pattern(offset) } else { 0 }, "byte {offset}");
        }
    });
}

/// Pages that were never written read as zero in the child too.
pub fn untouched_pages_are_zero_in_the_child() {
    let mut heap = must!(Heap::new(16));
    run_well(|| check!(heap.bytes().iter().all(|&byte| byte == 0), "an untouched page is not zero"));
}

/// Many pages of stack are as much a part of the process as any other memory.
pub fn deep_stack_is_copied() {
    let mut local = [0; 64 * PAGE_SIZE];
    fill(black_box(&mut local));
    run_well(|| {
        check_filled(&local);
        local.fill(0xff);
        black_box(&local);
    });
    check_filled(&local);
}

/// What the parent may not write, the child may not.
pub fn read_only_pages_stay_read_only() {
    static CONSTANT: [u8; 4] = *b"text";
    let places = [probe::write as fn(usize) -> ! as usize, CONSTANT.as_ptr().addr()];
    for place in places {
        // Two generations: the second is a copy of a copy.
        dies_of(SIGSEGV, || probe::write(place));
        run_well(|| dies_of(SIGSEGV, || probe::write(place)));
    }
    check_eq!(black_box(CONSTANT), *b"text", "the constant");
}

/// The break is inherited; afterwards each moves its own.
pub fn child_inherits_the_break_and_moves_its_own() {
    let mut heap = must!(Heap::new(4));
    let end = program_break();
    run_well(|| {
        check_eq!(program_break(), end, "the child's break");
        must!(heap.resize(12));
        check_eq!(program_break(), end + 8 * PAGE_SIZE, "the child's break after it grew");
        heap.touch();
    });
    check_eq!(program_break(), end, "the parent's break");
    dies_of(SIGSEGV, || probe::read(end));
    must!(heap.resize(5));
    check!(heap.bytes()[4 * PAGE_SIZE..].iter().all(|&byte| byte == 0), "a fresh page is not zero");
}

/// Pages given back before the fork are not there in the child, and those given back after it are gone in one only.
pub fn pages_given_back_are_gone() {
    let mut heap = must!(Heap::new(8));
    fill(heap.bytes());
    must!(heap.resize(4));
    let beyond = heap.start() + 4 * PAGE_SIZE;
    dies_of(SIGSEGV, || probe::read(beyond));
    run_well(|| {
        must!(heap.resize(1));
        let beyond = heap.start() + PAGE_SIZE;
        dies_of(SIGSEGV, || probe::read(beyond));
    });
    check_filled(heap.bytes());
}

/// A child takes memory of its own where the parent takes it too: same addresses, other frames.
pub fn both_may_grow_at_the_same_addresses() {
    let mut heap = must!(Heap::new(0));
    run_well(|| {
        must!(heap.resize(16));
        heap.bytes().fill(1);
        run_well(|| {
            must!(heap.resize(32));
            heap.bytes().fill(2);
        });
        check!(heap.bytes().iter().all(|&byte| byte == 1), "the grandchild's pages are the child's");
    });
    must!(heap.resize(16));
    check!(heap.bytes().iter().all(|&byte| byte == 0), "the child's pages are the parent's");
}
