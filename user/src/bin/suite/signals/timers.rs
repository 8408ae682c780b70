//! Signals by the clock: `alarm` and `setitimer`.

use super::catch::{Action, SEEN, note, set, set_timer};
use crate::call::{call, sys};
use crate::check::{check, check_eq, must};
use crate::child::{run, run_well};
use core::time::Duration;
use linux_raw_sys::general::{__NR_alarm, __kernel_old_itimerval, __kernel_old_timeval, ITIMER_REAL, SIGALRM};
use tusk_user::Errno;
use tusk_user::time::{now, sleep};

/// A time of so many milliseconds.
fn time(ms: i32) -> __kernel_old_timeval {
    __kernel_old_timeval { tv_sec: ms / 1000, tv_usec: ms % 1000 * 1000 }
}

/// What is left of the timer, and its interval, in microseconds.
fn remaining() -> (i32, i32) {
    let mut value = __kernel_old_itimerval { it_interval: time(0), it_value: time(0) };
    must!(sys!(__NR_getitimer, ITIMER_REAL, &mut value));
    let microseconds = |time: __kernel_old_timeval| time.tv_sec * 1_000_000 + time.tv_usec;
    (microseconds(value.it_value), microseconds(value.it_interval))
}

/// Once, not too early, and never again.
pub fn timer_comes_once() {
    set(SIGALRM, &Action::plain(note, 0));
    let begin = now();
    set_timer(50, 0);
    while SEEN.count() == 0 && now() < begin + Duration::from_secs(5) {
        sleep(Duration::from_millis(5));
    }
    check!(now() - begin >= Duration::from_millis(50), "the timer came too early");
    sleep(Duration::from_millis(120));
    check_eq!((SEEN.count(), remaining()), (1, (0, 0)), "how often it came, and what is left of it");
}

/// Again and again.
pub fn timer_comes_at_intervals() {
    set(SIGALRM, &Action::plain(note, 0));
    let begin = now();
    set_timer(20, 20);
    while SEEN.count() < 5 && now() < begin + Duration::from_secs(5) {
        sleep(Duration::from_millis(3));
    }
    check!(now() - begin >= Duration::from_millis(100), "five times came too early");
    check_eq!(remaining().1, 20_000, "the interval");
    set_timer(0, 0);
    let count = SEEN.count();
    sleep(Duration::from_millis(60));
    check_eq!(SEEN.count(), count, "how often it came, when it was stopped");
}

/// Seconds; a new alarm tells what was left of the old one, in whole seconds and never 0.
pub fn alarm_tells_what_was_left() {
    check_eq!(call(__NR_alarm, [100]), Ok(0), "alarm");
    let left = must!(call(__NR_alarm, [7]));
    check!((90..=100).contains(&left), "{left} seconds were left of 100");
    check!((1_000_000..=7_000_000).contains(&remaining().0), "{} us are left of 7 s", remaining().0);
    // It may come before it is called off, on a machine that stands still for so long.
    set(SIGALRM, &Action::plain(note, 0));
    let told = [(); 5].map(|()| {
        set_timer(900, 0);
        call(__NR_alarm, [0])
    });
    check!(told.contains(&Ok(1)), "alarm told {told:?} when less than a second was left");
    check_eq!(call(__NR_alarm, [0]), Ok(0), "alarm when there was none");
}

/// Nobody has to catch it: then it kills.
pub fn alarm_kills_who_does_not_expect_it() {
    let status = run(|| {
        set_timer(20, 0);
        sleep(Duration::from_secs(5));
        1
    });
    check_eq!(status.signal(), Some(SIGALRM), "the signal that killed the child ({status})");
}

/// A child has no timer at first, and its parent keeps its own.
pub fn timer_is_not_inherited() {
    set_timer(60_000, 0);
    run_well(|| check_eq!(remaining(), (0, 0), "the child's timer"));
    check!(remaining().0 > 10_000_000, "{} us are left of the parent's timer", remaining().0);
    set_timer(0, 0);
}

/// No such timer, and no such time.
pub fn impossible_timers_are_einval() {
    let value = __kernel_old_itimerval { it_interval: time(0), it_value: time(10) };
    check_eq!(sys!(__NR_setitimer, 3, &value, 0), Err(Errno::EINVAL), "setitimer of an unknown timer");
    let odd = __kernel_old_timeval { tv_sec: 0, tv_usec: 1_000_000 };
    for (it_interval, it_value) in [(odd, time(10)), (time(10), odd)] {
        let value = __kernel_old_itimerval { it_interval, it_value };
        let result = sys!(__NR_setitimer, ITIMER_REAL, &value, 0);
        check_eq!(result, Err(Errno::EINVAL), "setitimer with a million microseconds");
    }
    check_eq!(sys!(__NR_setitimer, 0, 0x1000, 0), Err(Errno::EFAULT), "setitimer from nowhere");
    check_eq!(remaining(), (0, 0), "the timer");
}
