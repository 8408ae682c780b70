//! The end of a process, and what becomes of those it leaves behind.

use crate::check::{check, check_eq, must};
use crate::child::{self, none_left, run, run_well, start, wait};
use core::time::Duration;
use tusk_user::heap::Heap;
use tusk_user::time::{now, sleep};
use tusk_user::{Status, eprintln, linux, on_tusk};

/// How long an orphan lives on, and how long its grandparent waits for that to be over.
const ORPHAN_LIFE: Duration = Duration::from_millis(40);
const LONG_AFTER: Duration = Duration::from_millis(150);

/// Nobody can tell the case what an orphan saw: its parent is gone. One that saw something wrong lives on far too
/// long instead, and whoever compares the number of processes before and after the case finds it.
const LINGERING: Duration = Duration::from_secs(5);

/// In an orphan: waits for the parent's end and checks who is the parent now.
fn live_as_orphan(parent: i32) -> i32 {
    let end = now() + LINGERING;
    while linux::getppid() == parent && now() < end {
        sleep(ORPHAN_LIFE / 4);
    }
    let now_parent = linux::getppid();
    // On Linux the new parent may be a nearer one than process 1 (a "subreaper").
    if now_parent == parent || (on_tusk() && now_parent != 1) {
        eprintln!("FAILED: orphan {}: its parent {parent} is gone, and getppid is {now_parent}", linux::getpid());
        sleep(LINGERING);
    }
    0
}

/// `exit_group` ends a process of one thread just as `exit` does.
pub fn exit_group_ends_the_process_too() {
    for code in [0, 42, 255] {
        check_eq!(run(|| linux::exit_group(code)).exit_code(), Some(code as u8), "exit_group({code})");
    }
}

/// A process whose parent ends becomes a child of process 1.
pub fn orphan_becomes_a_child_of_init() {
    run_well(|| {
        let parent = linux::getpid();
        start(|| live_as_orphan(parent));
    });
    sleep(LONG_AFTER);
    none_left();
}

/// All of them do, not just the first.
pub fn all_orphans_become_children_of_init() {
    run_well(|| {
        let parent = linux::getpid();
        (0..8).for_each(|_| {
            start(|| live_as_orphan(parent));
        });
    });
    sleep(LONG_AFTER);
    none_left();
}

/// Two generations of orphans at once: the middle one loses its parent, and then leaves a child itself.
pub fn orphans_may_leave_orphans() {
    run_well(|| {
        let parent = linux::getpid();
        start(|| {
            let middle = linux::getpid();
            start(|| live_as_orphan(middle));
            live_as_orphan(parent)
        });
    });
    sleep(LONG_AFTER);
    none_left();
}

/// Parents that end before, while and after their children do, many times over.
pub fn parents_and_children_may_end_in_any_order() {
    for round in 0..child::rounds(40) {
        run_well(|| {
            start(|| 0);
            let waited_for = start(|| 0);
            match round % 3 {
                0 => {}
                1 => check_eq!(wait(waited_for), Status(0), "the child's end"),
                _ => sleep(Duration::from_millis(1)),
            }
        });
    }
    sleep(LONG_AFTER);
    none_left();
}

/// A process' memory, however much it was, is gone with it: as many again fit into the same machine.
pub fn memory_of_the_dead_is_free() {
    // 64 times half a megabyte is more than a small machine has.
    for _ in 0..child::rounds(64) {
        run_well(|| {
            let mut heap = must!(Heap::new(128));
            heap.touch();
            // Leaving it all to exit: no destructor runs.
            linux::exit(0);
        });
    }
}

/// A zombie keeps its pid until it is waited for, so nobody else can be mistaken for it.
pub fn zombie_keeps_its_pid() {
    let zombie = start(|| 3);
    sleep(ORPHAN_LIFE);
    for _ in 0..child::rounds(20) {
        let other = start(|| 0);
        check!(other != zombie, "pid {zombie} was given away while its zombie was there");
        check_eq!(wait(other), Status(0), "the other child's end");
    }
    check_eq!(wait(zombie).exit_code(), Some(3), "the zombie's exit code");
}
