//! Clocks beyond the two of `time::`.

use crate::call::{call, sys};
use crate::check::{check, check_eq, must};
use core::time::Duration;
use linux_raw_sys::general::{
    __NR_time, __kernel_old_timespec, __kernel_old_timeval, CLOCK_BOOTTIME, CLOCK_MONOTONIC, CLOCK_PROCESS_CPUTIME_ID,
    CLOCK_REALTIME, TIMER_ABSTIME,
};
use tusk_user::time::now;
use tusk_user::{Errno, linux};

/// `time`, `gettimeofday` and `CLOCK_REALTIME` tell one time, which is after this was written.
pub fn times_of_day_agree() {
    let (mut word, mut precise) = (0u32, __kernel_old_timeval { tv_sec: 0, tv_usec: -1 });
    let seconds = must!(sys!(__NR_time, &mut word));
    check_eq!(sys!(__NR_gettimeofday, &mut precise, 0), Ok(0), "gettimeofday");
    let clock = must!(linux::clock_gettime(CLOCK_REALTIME));
    check_eq!(word as usize, seconds, "what time returned, and what it stored");
    check_eq!(call(__NR_time, [0]).map(|time| time - seconds < 60), Ok(true), "time without a place");
    let (low, high) = (seconds as i32, seconds as i32 + 60);
    check!((low..high).contains(&precise.tv_sec), "gettimeofday tells {}, time {seconds}", precise.tv_sec);
    check!((low..high).contains(&clock.tv_sec), "the clock tells {}, time {seconds}", clock.tv_sec);
    check!((0..1_000_000).contains(&precise.tv_usec), "{} is no part of a second", precise.tv_usec);
    // 2020-01-01: a machine whose clock is older than that has none.
    check!(seconds > 1_577_836_800, "the time of day is {seconds} s");
}

/// Every clock has steps, none longer than a hundredth of a second.
pub fn clocks_have_steps() {
    for clock in [CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_BOOTTIME, CLOCK_PROCESS_CPUTIME_ID] {
        let mut step = __kernel_old_timespec { tv_sec: 1, tv_nsec: 0 };
        check_eq!(sys!(__NR_clock_getres, clock, &mut step), Ok(0), "clock_getres of clock {clock}");
        check!(step.tv_sec == 0 && (1..=10_000_000).contains(&step.tv_nsec), "a step of clock {clock} is {step:?}");
        check!(linux::clock_gettime(clock).is_ok(), "clock {clock} cannot be read");
    }
    check_eq!(sys!(__NR_clock_getres, 77, 0), Err(Errno::EINVAL), "clock_getres of an unknown clock");
    check_eq!(sys!(__NR_clock_getres, CLOCK_MONOTONIC, 0), Ok(0), "clock_getres without a place");
}

/// A sleep until a moment, by both clocks; one that has passed is over at once.
pub fn sleep_until_a_moment() {
    for clock in [CLOCK_MONOTONIC, CLOCK_REALTIME] {
        let (begin, mut moment) = (now(), must!(linux::clock_gettime(clock)));
        let sleep = |moment: &__kernel_old_timespec, flags: u32| sys!(__NR_clock_nanosleep, clock, flags, moment, 0);
        check_eq!(sleep(&moment, TIMER_ABSTIME), Ok(0), "clock_nanosleep until a moment that has passed");
        moment.tv_nsec += 60_000_000;
        if moment.tv_nsec >= 1_000_000_000 {
            (moment.tv_sec, moment.tv_nsec) = (moment.tv_sec + 1, moment.tv_nsec - 1_000_000_000);
        }
        for _ in 0..2 {
            check_eq!(sleep(&moment, TIMER_ABSTIME), Ok(0), "clock_nanosleep until a moment");
            check!(now() - begin >= Duration::from_millis(59), "the sleep by clock {clock} was too short");
        }
        check!(now() - begin < Duration::from_secs(30), "the sleep by clock {clock} was too long");
        let short = __kernel_old_timespec { tv_sec: 0, tv_nsec: 20_000_000 };
        let middle = now();
        check_eq!(sleep(&short, 0), Ok(0), "clock_nanosleep for a time");
        check!(now() - middle >= Duration::from_millis(20), "the sleep for a time was too short");
        let odd = __kernel_old_timespec { tv_sec: 0, tv_nsec: 1_000_000_000 };
        check_eq!(sleep(&odd, 0), Err(Errno::EINVAL), "clock_nanosleep for too many nanoseconds");
    }
    let result = sys!(__NR_clock_nanosleep, 77, 0, &[0u32; 2], 0);
    check_eq!(result, Err(Errno::EINVAL), "clock_nanosleep by an unknown clock");
}
