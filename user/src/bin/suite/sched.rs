//! Sharing the processor: nobody keeps it, whoever wants it gets it.

use crate::check::{check, check_eq, must, only_on_tusk};
use crate::child::{start, wait, wait_at_most};
use core::time::Duration;
use tusk_user::measure::{spin, ticks_per_millisecond};
use tusk_user::signal::{SIGKILL, kill};
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
    let child = start(spin_for_long);
    for _ in 0..5 {
        sleep(Duration::from_millis(10));
    }
    // It would have spun on, and may have if the parent was not woken before.
    must!(kill(child, SIGKILL));
    check_eq!(wait(child).signal(), Some(SIGKILL), "the signal that killed the child");
}

/// Spins for longer than anybody has patience.
fn spin_for_long() -> i32 {
    spin(2 * PATIENCE.as_millis() as u64 * ticks_per_millisecond());
    0
}

/// A parent that never calls the kernel does not stop its child.
pub fn spinning_parent_does_not_stop_its_child() {
    let tick = ticks_per_millisecond();
    let child = start(|| {
        (0..3).for_each(|_| sleep(Duration::from_millis(10)));
        4
    });
    // A second is plenty, but not on a host that stands still meanwhile.
    let ended = (0..10).find_map(|_| {
        spin(1000 * tick);
        must!(linux::try_waitpid(child))
    });
    check_eq!(ended, Some((child, Status(4 << 8))), "the child, after its parent spun for seconds");
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
    let spinners = [(); 3].map(|()| start(spin_for_long));
    for _ in 0..5 {
        sleep(Duration::from_millis(10));
    }
    // None of them has come to its end: the naps have not waited for that.
    for spinner in spinners {
        must!(kill(spinner, SIGKILL));
        check_eq!(wait(spinner).signal(), Some(SIGKILL), "the signal that killed a spinner");
    }
}

/// The longest that one write of a line takes a process that writes for a while, in steps of 10 ms.
fn longest_write() -> i32 {
    let mut line = [b'.'; 200];
    line[199] = b'\n';
    let end = now() + Duration::from_millis(500);
    let mut longest = Duration::ZERO;
    while now() < end {
        let before = now();
        check_eq!(linux::write(1, &line), Ok(line.len()), "write");
        longest = longest.max(now() - before);
    }
    (longest.as_millis() / 10).min(200) as i32
}

/// Two that write all the time take turns at the terminal: neither keeps it for as long as it has the processor.
pub fn writers_take_turns() {
    const LONGEST: Duration = Duration::from_millis(100);
    const TRIES: u32 = 5;
    only_on_tusk();
    let mut least = Duration::MAX;
    // On a busy host anything may take long at times.
    for _ in 0..TRIES {
        let writers = [(); 2].map(|()| start(longest_write));
        let codes = writers.map(|writer| wait_at_most(writer, PATIENCE).exit_code());
        let waited = codes.into_iter().map(|code| Duration::from_millis(u64::from(code.unwrap_or(u8::MAX)) * 10)).max();
        least = least.min(waited.unwrap_or(Duration::MAX));
        if least <= LONGEST {
            return;
        }
    }
    check!(false, "a write of 200 bytes waits up to {} ms each time", least.as_millis());
}
