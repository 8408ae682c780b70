//! The book's system calls: its signatures, and -1 when something is wrong.

use crate::check::{check, check_eq, only_on_tusk, skip};
use crate::child::{is_injecting, none_left, run, start};
use tusk_user::{Status, book, linux};

/// Both tables speak of the same process.
pub fn getpid_is_linux_getpid() {
    only_on_tusk();
    check_eq!(book::getpid(), linux::getpid(), "the book's getpid");
}

/// write returns how much was written; -1 for what is not open or not there.
pub fn write_returns_the_count_or_minus_one() {
    only_on_tusk();
    check_eq!(book::write(1, b"written by the book's call 1\n"), 29, "write");
    check_eq!(book::write(99, b"x"), -1, "write to descriptor 99");
    check_eq!(book::write(-1, b"x"), -1, "write to descriptor -1");
}

/// read of what is not open is -1 (reading the terminal would wait for somebody to type).
pub fn read_of_an_unopened_descriptor_is_minus_one() {
    only_on_tusk();
    for descriptor in [3, 8, 99, -1] {
        check_eq!(book::read(descriptor, &mut [0; 4]), -1, "read from descriptor {descriptor}");
    }
}

/// putchar prints its byte.
pub fn putchar_prints() {
    only_on_tusk();
    for byte in *b"putchar\n" {
        check!(book::putchar(byte) != -1, "putchar of {byte:#x}");
    }
}

/// ps and help print, and return.
pub fn ps_and_help_print() {
    only_on_tusk();
    check!(book::ps() != -1, "ps");
    check!(book::help() != -1, "help");
}

/// clear clears the screen, and returns.
pub fn clear_returns() {
    only_on_tusk();
    check!(book::clear() != -1, "clear");
}

/// fork returns 0 in the child and its pid in the parent; wait returns the pid, and the status as exit was given it.
pub fn fork_exit_and_wait_fit_together() {
    only_on_tusk();
    if is_injecting() {
        skip(format_args!("forks are made to fail here"));
    }
    for code in [0, 1, 42, 127, 128, 255] {
        let child = book::fork();
        if child == 0 {
            book::exit(code);
        }
        check!(child > 1, "fork returned {child}");
        let mut status = -77;
        check_eq!(book::wait(Some(&mut status)), child, "the pid that wait returned");
        check_eq!(status, code, "the status of exit({code})");
    }
    none_left();
}

/// wait without a child is -1, and leaves the status alone.
pub fn wait_without_children_is_minus_one() {
    only_on_tusk();
    let mut status = -77;
    check_eq!(book::wait(Some(&mut status)), -1, "wait");
    check_eq!(status, -77, "the status");
}

/// One process may use either kind of call for the same child.
pub fn both_kinds_of_calls_see_the_same_children() {
    only_on_tusk();
    let child = start(|| book::exit(3));
    check_eq!(linux::waitpid(child), Ok((child, Status(3 << 8))), "Linux' wait for the book's exit");
    let child = start(|| linux::exit(5));
    let mut status = 0;
    check_eq!((book::wait(Some(&mut status)), status), (child, 5), "the book's wait for Linux' exit");
    none_left();
}

/// malloc'd memory belongs to the process that took it, and goes with it.
pub fn memory_of_a_dead_child_is_free_again() {
    only_on_tusk();
    for round in 0..50 {
        let status = run(|| i32::from(book::malloc(200_000).is_null()));
        check_eq!(status, Status(0), "the end of child {round}");
    }
}
