//! Sharing the processor: nobody keeps it, whoever wants it gets it.

use crate::check::{check, check_eq, must};
use crate::child::{start, wait, wait_at_most};
use core::time::Duration;
use tusk_user::measure::{spin, ticks_per_millisecond};
use tusk_user::time::{now, sleep};
use tusk_user::{Status, linux};

/// Long enough for anybody to have had a turn, on a busy machine too.
const PATIENCE: Duration = Duration::from_secs(10);

/// Giving up the processor for once always works.
pub fn yield_succeeds() {
    for _ in 0..100 {
        check_eq!(linux::sched_yield(), Ok(()), "sched_yield");
    }
}

/// A process that yields lets another come to its end.
pub fn yield_lets_the_other_run() {
    let child = start(|| 0);
    let end = now() + PATIENCE;
    while must!(linux::try_waitpid(child)).is_none() {
        check!(now() < end, "the child did not run while its parent yielded");
        must!(linux::sched_yield());
    }
}

/// A child that never calls the kernel does not stop its parent.
pub fn spinning_child_does_not_stop_its_parent() {
    let tick = ticks_per_millisecond();
    let child = start(|| {
        spin(600 * tick);
        0
    });
    let mut naps = 0;
    while must!(linux::try_waitpid(child)).is_none() {
        sleep(Duration::from_millis(10));
        naps += 1;
    }
    // It spins for 600 ms at least; in that time there is room for many naps of 10 ms.
    check!(naps >= 5, "the parent woke only {naps} times while its child was spinning");
}

/// A parent that never calls the kernel does not stop its child.
pub fn spinning_parent_does_not_stop_its_child() {
    let tick = ticks_per_millisecond();
    let child = start(|| {
        (0..3).for_each(|_| sleep(Duration::from_millis(10)));
        4
    });
    spin(1000 * tick);
    let ended = must!(linux::try_waitpid(child));
    check_eq!(ended, Some((child, Status(4 << 8))), "the child, after its parent spun for a second");
}

/// Several that never call the kernel all come to their end.
pub fn many_spinning_processes_all_finish() {
    let tick = ticks_per_millisecond();
    let children = [1, 2, 3, 4, 5].map(|code| {
        start(|| {
            spin(100 * tick);
            code
        })
    });
    for (code, child) in (1..).zip(children) {
        check_eq!(wait_at_most(child, PATIENCE).exit_code(), Some(code), "the code of spinner {code}");
    }
}

/// A process that sleeps often is not starved by those that never do.
pub fn sleeper_among_spinners_wakes_in_time() {
    let tick = ticks_per_millisecond();
    let spinners = [(); 3].map(|()| {
        start(|| {
            spin(800 * tick);
            0
        })
    });
    let before = now();
    for _ in 0..5 {
        sleep(Duration::from_millis(10));
    }
    let slept = now() - before;
    for spinner in spinners {
        check_eq!(wait(spinner), Status(0), "the end of a spinner");
    }
    // Everyone's slice is well below a second, so five turns of all four are too.
    check!(slept < Duration::from_secs(5), "five naps of 10 ms took {} ms", slept.as_millis());
}
