//! X1 and X3 to X6: exit and wait.

use crate::call::sys;
use crate::check::{check_eq, must};
use crate::child::{none_left, rounds, run, run_well, start};
use core::time::Duration;
use linux_raw_sys::general::SIGWINCH;
use tusk_user::linux::{self, ANY_CHILD, Fork};
use tusk_user::time::sleep;
use tusk_user::{Errno, Status, book, on_tusk};

/// Time for orphans to end, and for init to collect them.
const A_WHILE: Duration = Duration::from_millis(150);

/// X1: each exit of the book loses a page, and after 163 of them there is no fork any more.
pub fn x1_exit_leaks_no_page() {
    let count = rounds(1000);
    for round in 1..=count {
        check_eq!(run(|| 0), Status(0), "the child of round {round}");
    }
    none_left();
}

/// X3: the book keeps a status in a signed byte.
pub fn x3_exit_status_keeps_eight_bits() {
    for code in 0..=rounds(255) {
        check_eq!(run(|| code as i32), Status(code << 8), "the status of exit({code})");
    }
    check_eq!(run(|| -1), Status(0xff00), "the status of exit(-1)");
}

/// X4: the book stores the status through a null pointer, in the kernel.
pub fn x4_wait_without_a_status_pointer() {
    let child = start(|| 3);
    check_eq!(sys!(__NR_waitpid, ANY_CHILD, 0, 0), Ok(child as usize), "waitpid without a status");
    if on_tusk() {
        let child = start(|| 3);
        check_eq!(book::wait(None), child, "the book's wait without a status");
    }
    none_left();
}

/// X5: in the book a zombie that is handed to init lies there until init's next child ends.
///
/// This process has no way to see it; the number of processes before and after the case has.
pub fn x5_zombies_of_a_dead_parent_are_collected() {
    for _ in 0..5 {
        run_well(|| {
            (0..4).for_each(|_| {
                start(|| 0);
            });
            // Long enough for the four to be zombies when their parent ends.
            sleep(Duration::from_millis(30));
        });
    }
    sleep(A_WHILE);
    none_left();
}

/// Orphans whose end would have told their own parent nothing, or with another signal, are collected all the same: both
/// those that end later and those that have ended before.
pub fn x5_orphans_of_every_kind_are_collected() {
    run_well(|| {
        for exit_signal in [0, SIGWINCH] {
            for nap in [0, 60] {
                // A refused one is refused because the kernel was told so; the next round asks for another.
                if sys!(__NR_clone, exit_signal) == Ok(0) {
                    sleep(Duration::from_millis(nap));
                    linux::exit(0);
                }
            }
        }
        sleep(Duration::from_millis(30));
    });
    sleep(A_WHILE);
    none_left();
}

/// X6: in the book the exit of a process that has no parent is a panic. Here the parent is gone before.
pub fn x6_process_without_its_parent_may_exit() {
    run_well(|| {
        let parent = linux::getpid();
        start(|| {
            while linux::getppid() == parent {
                sleep(Duration::from_millis(5));
            }
            6
        });
    });
    sleep(A_WHILE);
    check_eq!(linux::waitpid(ANY_CHILD), Err(Errno::ECHILD), "waitpid for somebody else's orphan");
    match must!(crate::child::try_fork()) {
        Fork::Child => linux::exit(0),
        Fork::Parent(child) => check_eq!(linux::waitpid(child), Ok((child, Status(0))), "a child afterwards"),
    }
}
