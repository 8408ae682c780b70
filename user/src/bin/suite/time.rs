//! Sleeping, and the clock.

use crate::check::{check, check_eq, must};
use crate::child::{none_left, start, wait};
use core::time::Duration;
use linux_raw_sys::general::{__kernel_old_timespec as Timespec, CLOCK_MONOTONIC, CLOCK_REALTIME};
use tusk_user::linux::{self, ANY_CHILD};
use tusk_user::time::{now, sleep};
use tusk_user::{Errno, Status};

/// How much later than asked a sleeper may wake on a machine that is busy with other things too.
const LATE: Duration = Duration::from_secs(20);
/// How often to try what a busy machine may spoil.
const TRIES: u32 = 5;

/// Not a moment less than asked, and not very much more.
pub fn sleep_lasts_as_long_as_asked() {
    for milliseconds in [1, 9, 10, 11, 50] {
        let time = Duration::from_millis(milliseconds);
        let before = now();
        sleep(time);
        let slept = now() - before;
        check!(slept >= time, "slept {} us instead of {milliseconds} ms", slept.as_micros());
        check!(slept < time + LATE, "slept {} ms instead of {milliseconds}", slept.as_millis());
    }
}

/// Sleeping for no time at all comes back, too.
pub fn sleep_of_nothing_returns() {
    check_eq!(linux::nanosleep(&Timespec { tv_sec: 0, tv_nsec: 0 }), Ok(()), "nanosleep(0)");
    check_eq!(linux::nanosleep(&Timespec { tv_sec: 0, tv_nsec: 1 }), Ok(()), "nanosleep(1 ns)");
}

/// Times that are none.
pub fn impossible_times_are_einval() {
    for (tv_sec, tv_nsec) in [(0, -1), (0, 1_000_000_000), (0, i32::MAX), (-1, 0), (i32::MIN, 0), (0, i32::MIN)] {
        let result = linux::nanosleep(&Timespec { tv_sec, tv_nsec });
        check_eq!(result, Err(Errno::EINVAL), "nanosleep of {tv_sec} s and {tv_nsec} ns");
    }
}

/// The clock never goes back, and does not stand still.
pub fn clock_never_goes_back() {
    let first = now();
    let mut last = first;
    for _ in 0..10_000 {
        let next = now();
        check!(next >= last, "the clock went back by {} ns", (last - next).as_nanos());
        last = next;
    }
    sleep(Duration::from_millis(20));
    check!(now() > last, "the clock stands still");
}

/// Both widths of the call, and each clock, are well-formed and agree.
pub fn clocks_of_both_widths_agree() {
    for clock in [CLOCK_MONOTONIC, CLOCK_REALTIME] {
        let narrow = must!(linux::clock_gettime(clock));
        let wide = must!(linux::clock_gettime64(clock));
        check!((0..1_000_000_000).contains(&narrow.tv_nsec), "clock {clock}: {} ns", narrow.tv_nsec);
        check!((0..1_000_000_000).contains(&wide.tv_nsec), "clock {clock}: {} ns", wide.tv_nsec);
        let elapsed = wide.tv_sec - i64::from(narrow.tv_sec);
        check!((0..=60).contains(&elapsed), "clock {clock}: the widths are {elapsed} s apart");
    }
}

/// Clocks that do not exist.
pub fn unknown_clocks_are_einval() {
    for clock in [100, 9999, 0x7fff_ffff] {
        check_eq!(linux::clock_gettime(clock).map(drop), Err(Errno::EINVAL), "clock_gettime({clock})");
        check_eq!(linux::clock_gettime64(clock).map(drop), Err(Errno::EINVAL), "clock_gettime64({clock})");
    }
}

/// Whoever asked for less wakes first, whatever the order of asking. When the machine stands still for a while, several
/// wake at once, and then there is no order: so only what shows every time counts.
pub fn sleepers_wake_in_the_order_of_their_times() {
    check!((0..TRIES).any(|_| sleepers_wake_in_order()), "who slept for longer was told of first, each time");
}

fn sleepers_wake_in_order() -> bool {
    let mut children = [300, 100, 200].map(|milliseconds| {
        let child = start(|| {
            sleep(Duration::from_millis(milliseconds));
            0
        });
        (milliseconds, child)
    });
    children.sort_unstable();
    let ended = [(); 3].map(|()| must!(linux::waitpid(ANY_CHILD)));
    none_left();
    ended == children.map(|(_, child)| (child, Status(0)))
}

/// Ten processes sleep in less than the time that two would take one after the other.
pub fn processes_sleep_at_the_same_time() {
    let times = || (0..TRIES).map(|_| ten_sleepers());
    check!(times().any(|slept| slept < SLEEP * 2), "ten sleepers took the time of two, each time");
}

const SLEEP: Duration = Duration::from_millis(300);

fn ten_sleepers() -> Duration {
    let before = now();
    let children = [(); 10].map(|()| {
        start(|| {
            sleep(SLEEP);
            0
        })
    });
    for child in children {
        check_eq!(wait(child), Status(0), "the end of a sleeper");
    }
    now() - before
}
