//! How long a wait lasts: times relative and absolute, on both clocks, in both widths.

use super::call::{WORDS, futex};
use crate::call::{call, input};
use crate::check::{check, check_eq};
use crate::threads::thread::start;
use crate::threads::word::Word;
use core::time::Duration;
use linux_raw_sys::general::{
    __NR_futex, __NR_futex_time64, __kernel_old_timespec, __kernel_timespec, CLOCK_MONOTONIC, CLOCK_REALTIME,
    FUTEX_CLOCK_REALTIME, FUTEX_PRIVATE_FLAG, FUTEX_WAIT, FUTEX_WAIT_BITSET,
};
use tusk_user::time::now;
use tusk_user::{Errno, linux};

const PRIVATE: u32 = FUTEX_PRIVATE_FLAG;
const ETIMEDOUT: Errno = Errno::ETIMEDOUT;
const A_WHILE: Duration = Duration::from_millis(40);

fn short(time: Duration) -> __kernel_old_timespec {
    __kernel_old_timespec { tv_sec: time.as_secs() as i32, tv_nsec: time.subsec_nanos() as i32 }
}

fn long(time: Duration) -> __kernel_timespec {
    __kernel_timespec { tv_sec: time.as_secs() as i64, tv_nsec: time.subsec_nanos().into() }
}

/// A clock that the absolute times are of.
fn clock(which: u32) -> Duration {
    linux::clock_gettime(which).map(|time| Duration::new(time.tv_sec as u64, time.tv_nsec as u32)).unwrap_or_default()
}

/// `FUTEX_WAIT` for `ms` milliseconds at most.
///
/// # Errors
/// Those of the call.
pub fn wait_for(word: &Word, expected: u32, ms: u64) -> Result<usize, Errno> {
    let time = short(Duration::from_millis(ms));
    futex(word.address(), FUTEX_WAIT | PRIVATE, expected, input(&time), 0, 0)
}

/// A length of time, by the call of either width.
pub fn relative_time_lasts_as_long_as_asked() {
    let word = WORDS[0].address();
    let operation = (FUTEX_WAIT | PRIVATE) as usize;
    for time in [A_WHILE, Duration::from_millis(1), Duration::ZERO] {
        let begin = now();
        check_eq!(call(__NR_futex, [word, operation, 0, input(&short(time))]), Err(ETIMEDOUT), "FUTEX_WAIT");
        check!(now() - begin >= time, "FUTEX_WAIT gave up too early");
        let begin = now();
        check_eq!(
            call(__NR_futex_time64, [word, operation, 0, input(&long(time))]),
            Err(ETIMEDOUT),
            "FUTEX_WAIT, long"
        );
        check!(now() - begin >= time, "FUTEX_WAIT gave up too early");
    }
}

/// A point in time, of either clock.
pub fn absolute_time_is_waited_for() {
    let word = WORDS[0].address();
    for (which, flag) in [(CLOCK_MONOTONIC, 0), (CLOCK_REALTIME, FUTEX_CLOCK_REALTIME)] {
        let operation = (FUTEX_WAIT_BITSET | PRIVATE | flag) as usize;
        let wait = |end: Duration| {
            let both = [short(end)];
            let result = call(__NR_futex, [word, operation, 0, input(&both), 0, 1]);
            let longer = call(__NR_futex_time64, [word, operation, 0, input(&long(end)), 0, 1]);
            check_eq!(longer, Err(ETIMEDOUT), "FUTEX_WAIT_BITSET, long, when its time is over");
            result
        };
        let end = clock(which) + A_WHILE;
        check_eq!(wait(end), Err(ETIMEDOUT), "FUTEX_WAIT_BITSET");
        check!(clock(which) >= end, "FUTEX_WAIT_BITSET gave up too early");
        for past in [end, Duration::ZERO, Duration::from_nanos(1)] {
            check_eq!(wait(past), Err(ETIMEDOUT), "FUTEX_WAIT_BITSET in the past");
        }
    }
}

/// A wake before the time is over ends the wait.
pub fn wake_comes_before_the_time_is_over() {
    let thread = start(|| {
        check_eq!(wait_for(&WORDS[0], 0, 1_000_000), Ok(0), "FUTEX_WAIT with much time");
    });
    WORDS[0].await_sleepers(1);
    check_eq!(WORDS[0].wake(1), 1, "the threads woken");
    thread.join();
    let thread = start(|| {
        let end = short(clock(CLOCK_REALTIME) + Duration::from_secs(1000));
        let operation = FUTEX_WAIT_BITSET | PRIVATE | FUTEX_CLOCK_REALTIME;
        check_eq!(futex(WORDS[0].address(), operation, 0, input(&end), 0, 6), Ok(0), "FUTEX_WAIT_BITSET");
    });
    WORDS[0].await_sleepers(1);
    check_eq!(WORDS[0].wake(1), 1, "the threads woken");
    thread.join();
}

/// The value is looked at before the time.
pub fn another_value_comes_first() {
    check_eq!(wait_for(&WORDS[0], 1, 0), Err(Errno::EAGAIN), "FUTEX_WAIT with no time");
    check_eq!(wait_for(&WORDS[0], 1, 1000), Err(Errno::EAGAIN), "FUTEX_WAIT with much time");
}

/// Times that are none.
pub fn impossible_times_are_refused() {
    let word = WORDS[0].address();
    for operation in [FUTEX_WAIT | PRIVATE, FUTEX_WAIT_BITSET | PRIVATE, FUTEX_WAIT_BITSET | FUTEX_CLOCK_REALTIME] {
        for (tv_sec, tv_nsec) in [(0, 1_000_000_000), (0, -1), (-1, 0)] {
            let time = __kernel_old_timespec { tv_sec, tv_nsec };
            let result = futex(word, operation, 0, input(&time), 0, 1);
            check_eq!(result, Err(Errno::EINVAL), "operation {operation} for {tv_sec} s and {tv_nsec} ns");
        }
        let result = futex(word, operation, 0, 0x1000, 0, 1);
        check_eq!(result, Err(Errno::EFAULT), "operation {operation} for a time nowhere");
    }
}

/// Many sleepers with different times: each wakes after its own.
pub fn each_sleeper_has_its_own_time() {
    let threads: [_; 8] = core::array::from_fn(|index| {
        start(move || {
            let time = 10 + (index as u64 * 7) % 50;
            let begin = now();
            check_eq!(wait_for(&WORDS[0], 0, time), Err(ETIMEDOUT), "FUTEX_WAIT");
            check!(now() - begin >= Duration::from_millis(time), "sleeper {index} gave up too early");
        })
    });
    drop(threads);
    check_eq!(WORDS[0].wake(u32::MAX >> 1), 0, "the threads that still sleep");
}
