//! The program break, and what is mapped where.

use crate::bugs::memory::PATIENCE_PAGES;
use crate::call::sys;
use crate::check::{check, check_eq, must, only_on_tusk, skip};
use crate::child::{dies_of, run, run_well};
use crate::probe;
use core::ptr::with_exposed_provenance_mut;
use linux_raw_sys::general::{
    MAP_ANONYMOUS, MAP_NORESERVE, MAP_PRIVATE, MAP_STACK, PROT_NONE, PROT_READ, PROT_WRITE, SIGKILL, SIGSEGV,
};
use tusk_user::heap::{Heap, PAGE_SIZE, program_break};
use tusk_user::{Errno, Status, linux, machine, on_tusk};

/// Asks for a break where no memory of ours is concerned: beyond the end, or where the kernel must refuse.
fn ask_for_break(end: usize) -> usize {
    // SAFETY: nothing above the break is in use: no case has a heap while it calls this.
    unsafe { linux::brk(end) }
}

/// Fresh pages are zeroed, old ones keep what they hold.
pub fn break_grows_by_zeroed_pages() {
    let mut heap = must!(Heap::new(1));
    heap.bytes().fill(7);
    must!(heap.resize(40));
    let (old, new) = heap.bytes().split_at(PAGE_SIZE);
    check!(old.iter().all(|&byte| byte == 7), "a page has changed when the heap grew");
    check!(new.iter().all(|&byte| byte == 0), "a fresh page is not zero");
}

/// What was given back comes back empty.
pub fn pages_given_back_come_back_zeroed() {
    let mut heap = must!(Heap::new(8));
    for _ in 0..3 {
        heap.bytes().fill(0xee);
        must!(heap.resize(2));
        must!(heap.resize(8));
        check!(heap.bytes()[2 * PAGE_SIZE..].iter().all(|&byte| byte == 0), "a page came back with old contents");
    }
}

/// And while it is given back, it is not there.
pub fn pages_given_back_are_unmapped() {
    let mut heap = must!(Heap::new(8));
    heap.touch();
    must!(heap.resize(3));
    let end = heap.start() + 3 * PAGE_SIZE;
    dies_of(SIGSEGV, || probe::read(end));
    dies_of(SIGSEGV, || probe::write(end + 4 * PAGE_SIZE));
    run_well(|| heap.touch());
}

/// The break is a byte's address, not a page's.
pub fn break_moves_by_bytes() {
    let start = program_break();
    for end in [start + 1, start + 4095, start + 4096, start + 4097, start + 3, start] {
        check_eq!(ask_for_break(end), end, "the break");
        check_eq!(program_break(), end, "the break when asked again");
    }
}

/// The break cannot go below where it began, where the program's data is.
pub fn break_below_the_start_is_refused() {
    let start = program_break();
    for end in [start - 1, start - PAGE_SIZE, 0x0804_8000, 0x1000, 1] {
        check_eq!(ask_for_break(end), start, "the break after asking for {end:#x}");
    }
}

/// Nor up to the kernel, or beyond what there is.
pub fn break_beyond_memory_is_refused_and_unchanged() {
    let mut heap = must!(Heap::new(2));
    heap.bytes().fill(9);
    let end = program_break();
    let kernel = [0xbfff_f000, 0xc000_0000, 0xc000_0001, 0xd000_0000];
    for impossible in [0xffff_f000, 0xffff_ffff].into_iter().chain(kernel.into_iter().filter(|_| on_tusk())) {
        // SAFETY: the break moves up or not at all.
        let answer = unsafe { linux::brk(impossible) };
        check_eq!(answer, end, "the break after asking for {impossible:#x}");
    }
    check_eq!(program_break(), end, "the break");
    check!(heap.bytes().iter().all(|&byte| byte == 9), "the heap has changed");
    must!(heap.resize(3));
}

/// Growing and shrinking a thousand times uses nothing up.
pub fn break_may_move_a_thousand_times() {
    let mut heap = must!(Heap::new(0));
    for round in 0..1000 {
        must!(heap.resize(round % 17 + 1));
        heap.touch();
        must!(heap.resize(round % 5));
    }
}

/// A program's text and constants.
pub fn text_and_constants_are_read_only() {
    static CONSTANT: [u8; 64] = [1; 64];
    dies_of(SIGSEGV, || probe::write(CONSTANT.as_ptr().addr()));
    dies_of(SIGSEGV, || probe::write(ask_for_break as fn(usize) -> usize as usize));
    check_eq!(core::hint::black_box(CONSTANT), [1; 64], "the constant");
}

/// Where there is nothing: page 0, below the program, far above its heap.
pub fn addresses_without_memory_are_sigsegv() {
    let beyond = program_break().next_multiple_of(PAGE_SIZE) + 16 * PAGE_SIZE;
    for address in [0, 4, 0xfff, 0x1000, 0x0804_7fff, beyond] {
        dies_of(SIGSEGV, || probe::read(address));
        dies_of(SIGSEGV, || probe::write(address));
    }
}

/// More addresses than any machine here has free memory for.
const TOO_MUCH: usize = 0x7000_0000;

/// Maps [`TOO_MUCH`] private bytes.
fn map_too_much(protection: u32, more_flags: u32) -> Result<usize, Errno> {
    let flags = MAP_PRIVATE | MAP_ANONYMOUS | more_flags;
    sys!(__NR_mmap2, 0, TOO_MUCH, protection, flags, -1, 0)
}

/// A single request for more than there is now is refused, unless it asks for addresses rather than memory.
pub fn promise_beyond_memory_is_enomem() {
    only_on_tusk();
    let writable = PROT_READ | PROT_WRITE;
    if must!(machine::info()).total > TOO_MUCH as u64 {
        skip(format_args!("this machine has more memory than this case takes"));
    }
    check_eq!(map_too_much(writable, 0), Err(Errno::ENOMEM), "mmap");
    for (protection, flags) in [(writable, MAP_NORESERVE), (PROT_NONE, 0), (PROT_READ, 0), (writable, MAP_STACK)] {
        let start = must!(map_too_much(protection, flags));
        if flags == 0 {
            let made_writable = sys!(__NR_mprotect, start, TOO_MUCH, writable);
            check_eq!(made_writable, Err(Errno::ENOMEM), "mprotect of {protection}");
        }
        must!(sys!(__NR_munmap, start, TOO_MUCH));
    }
    let end = program_break();
    check_eq!(ask_for_break(end + TOO_MUCH), end, "the break after asking for too much");
}

/// Who touches more than there is is killed, and nobody else notices.
pub fn touch_without_memory_left_is_sigkill() {
    only_on_tusk();
    let status = run(|| {
        let start = must!(map_too_much(PROT_READ | PROT_WRITE, MAP_NORESERVE));
        for page in 0..PATIENCE_PAGES {
            // SAFETY: the mapping is large enough, and nobody else's.
            unsafe { with_exposed_provenance_mut::<u8>(start + page * PAGE_SIZE).write_volatile(1) };
        }
        0
    });
    if status == Status(0) {
        skip(format_args!("this machine has more memory than this case takes"));
    }
    check_eq!(status.signal(), Some(SIGKILL), "the signal that killed the child ({status})");
    run_well(|| must!(Heap::new(16)).touch());
}
