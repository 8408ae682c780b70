//! The same thing very often: what is lost once in a hundred times is lost here.

use crate::check::{check_eq, must};
use crate::child::{self, none_left, run, start, wait};
use crate::program::become_program;
use core::time::Duration;
use tusk_user::heap::Heap;
use tusk_user::linux::{self, ANY_CHILD};
use tusk_user::time::sleep;
use tusk_user::{Status, println};

/// fork, exit and wait, thirty times as often as the book's kernel could (X1).
pub fn five_thousand_rounds_of_fork_and_wait() {
    let count = child::rounds(5000);
    for round in 1..=count {
        check_eq!(run(|| 0), Status(0), "the child of round {round}");
        if round % 1000 == 0 {
            println!("{round} of {count} rounds");
        }
    }
    none_left();
}

/// Many children at once, again and again.
pub fn twenty_children_at_once_fifty_times() {
    for round in 0..child::rounds(50) {
        let mut children = [0; 20];
        for (code, child) in (0..).zip(&mut children) {
            *child = start(|| code);
        }
        for _ in children {
            let (pid, status) = must!(linux::waitpid(ANY_CHILD));
            let code = children.iter().position(|&child| child == pid);
            check_eq!(status.exit_code().map(usize::from), code, "the code of child {pid} in round {round}");
        }
    }
    none_left();
}

/// Children of three forking children: always several of everything in the kernel's lists.
pub fn three_processes_fork_at_the_same_time() {
    let count = child::rounds(200);
    let children = [1, 2, 3].map(|code| {
        start(|| {
            (0..count).for_each(|_| check_eq!(run(|| 0), Status(0), "a grandchild's end"));
            code
        })
    });
    for (code, child) in (1..).zip(children) {
        check_eq!(wait(child).exit_code(), Some(code), "the code of a forking child");
    }
}

/// Orphans by the dozen: init has to collect them all.
pub fn hundred_orphans_are_all_collected() {
    for _ in 0..child::rounds(100) {
        let status = run(|| {
            start(|| {
                let _ = linux::sched_yield();
                0
            });
            0
        });
        check_eq!(status, Status(0), "the parent's end");
    }
    sleep(Duration::from_millis(150));
    none_left();
}

/// Programs started one after the other.
pub fn fifty_programs_one_after_the_other() {
    for round in 0..child::rounds(50) {
        check_eq!(run(|| become_program("bss", &[])), Status(0), "the program of round {round}");
    }
}

/// Large children one after the other: the frames of each are there for the next.
pub fn large_bodies_come_and_go() {
    for round in 0..child::rounds(30) {
        let mut heap = must!(Heap::new(200));
        heap.touch();
        check_eq!(run(|| 0), Status(0), "the large child of round {round}");
    }
}

/// Faults, too, leave nothing behind.
pub fn two_hundred_faults_are_survived() {
    for _ in 0..child::rounds(200) {
        child::dies_of(linux_raw_sys::general::SIGSEGV, || crate::probe::write(0));
    }
}
