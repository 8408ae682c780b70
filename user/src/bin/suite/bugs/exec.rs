//! X7 to X9: execve.

use crate::check::{check, check_eq, must};
use crate::child::{run, run_well};
use crate::program::{become_program, dirty_bss, number_as_text, path};
use core::hint::black_box;
use core::sync::atomic::{AtomicU32, Ordering};
use tusk_user::heap::{Heap, PAGE_SIZE, program_break};
use tusk_user::launch::StringList;
use tusk_user::linux::execve;
use tusk_user::{Errno, Status, linux, on_tusk};

/// X7: in the book a child whose exec fails goes on as a second shell. It is told so, and can end.
pub fn x7_failed_exec_returns_to_the_child() {
    let status = run(|| {
        let list = must!(StringList::new([c"nothing"]));
        check_eq!(execve(c"/no/such/program", list.strings(), list.strings()), Errno::ENOENT, "execve");
        127
    });
    check_eq!(status, Status(127 << 8), "the child's end");
}

/// X8: the book loads what is in the file and leaves the rest of bss unmapped, or as it was.
pub fn x8_bss_of_a_program_is_zeroed() {
    let status = run(|| {
        dirty_bss();
        become_program("bss", &[])
    });
    check_eq!(status, Status(0), "the program's end");
}

/// X9: the book leaves the old program's pages where they are.
pub fn x9_exec_leaves_nothing_of_the_old_program() {
    // On Linux heap and stack move about by chance, and something may be where our pages were.
    if !on_tusk() {
        check_eq!(run(|| become_program("gone", &[])), Status(0), "the program's end");
        return;
    }
    let mut heap = must!(Heap::new(300));
    heap.touch();
    // Well above where the new program's own heap begins. It also looks at its stack, which was deep before.
    let places = [program_break() - 1, heap.start() + 150 * PAGE_SIZE];
    let status = run(|| {
        black_box([1u8; 500 * PAGE_SIZE]);
        become_program("gone", &places.map(|place| number_as_text(place as i32)).each_ref().map(|text| text.as_c_str()))
    });
    check_eq!(status, Status(0), "the program's end");
}

/// X9: the book destroys the old program before it knows that the new one can be loaded.
pub fn x9_failed_exec_leaves_the_caller_whole() {
    static DATA: AtomicU32 = AtomicU32::new(1);
    let mut heap = must!(Heap::new(16));
    heap.bytes().fill(0x99);
    DATA.store(0x600d, Ordering::Relaxed);
    let on_stack = black_box([0x55u8; 512]);

    let list = must!(StringList::new([c"suite"]));
    let (directory, text) = if on_tusk() { (c"/tests", c"/tests/cases") } else { (c"/proc", c"/proc/self/maps") };
    for round in 0..20 {
        let errors = [c"/nix", directory, text].map(|path| execve(path, list.strings(), list.strings()));
        check!(errors[0] == Errno::ENOENT, "round {round}: {errors:?}");
        let bad = linux::execve_at(path().as_ptr().addr(), 0xffff_f000, 0);
        check_eq!(bad, Errno::EFAULT, "execve with a bad list");
    }

    check!(heap.bytes().iter().all(|&byte| byte == 0x99), "the heap has changed");
    check_eq!(DATA.load(Ordering::Relaxed), 0x600d, "a word of data");
    check!(black_box(on_stack) == [0x55; 512], "the stack has changed");
    must!(heap.resize(20));
    run_well(|| check!(heap.bytes()[..PAGE_SIZE].iter().all(|&byte| byte == 0x99), "the child's heap is another"));
}
