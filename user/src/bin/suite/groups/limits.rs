//! Limits, uses and priorities.

use crate::call::{call, sys};
use crate::check::{check, check_eq, must, skip};
use crate::child::run_well;
use core::time::Duration;
use linux_raw_sys::general::{__NR_getpriority, RLIMIT_NOFILE, RLIMIT_STACK, rlimit, rlimit64};
use tusk_user::file::{self, O_RDONLY};
use tusk_user::time::now;
use tusk_user::{Errno, linux};

/// The soft and the hard limit, by the call with 32 bits.
fn limit(resource: u32) -> (u32, u32) {
    let mut limit = rlimit { rlim_cur: 0, rlim_max: 0 };
    must!(sys!(__NR_ugetrlimit, resource, &mut limit));
    (limit.rlim_cur, limit.rlim_max)
}

/// Both widths tell the same; what is without limit is all ones in both.
pub fn limits_of_both_widths_agree() {
    for resource in 0..16 {
        let mut wide = rlimit64 { rlim_cur: 0, rlim_max: 0 };
        must!(sys!(__NR_prlimit64, 0, resource, 0, &mut wide));
        let narrow = |value: u64| u32::try_from(value).unwrap_or(u32::MAX);
        check_eq!(limit(resource), (narrow(wide.rlim_cur), narrow(wide.rlim_max)), "limit {resource}");
        check!(wide.rlim_cur <= wide.rlim_max, "limit {resource} is above what it may be");
    }
    check!(limit(RLIMIT_STACK).0 >= 1 << 20, "the stack may have {} bytes", limit(RLIMIT_STACK).0);
    let mut narrow = rlimit { rlim_cur: 0, rlim_max: 0 };
    check_eq!(sys!(__NR_ugetrlimit, 16, &mut narrow), Err(Errno::EINVAL), "getrlimit of an unknown limit");
    check_eq!(sys!(__NR_ugetrlimit, 3, 0x1000), Err(Errno::EFAULT), "getrlimit to nowhere");
    check_eq!(sys!(__NR_prlimit64, 0x3fff_ffff, 3, 0, 0), Err(Errno::ESRCH), "prlimit of nobody");
}

/// A limit can be lowered, is inherited, and holds.
pub fn limit_of_open_files_holds() {
    run_well(|| {
        let (_, hard) = limit(RLIMIT_NOFILE);
        let lower = rlimit { rlim_cur: 12, rlim_max: hard };
        check_eq!(sys!(__NR_setrlimit, RLIMIT_NOFILE, &lower), Ok(0), "setrlimit");
        check_eq!(limit(RLIMIT_NOFILE), (12, hard), "the limit");
        run_well(|| check_eq!(limit(RLIMIT_NOFILE), (12, hard), "the child's limit"));
        let files: [_; 12] = core::array::from_fn(|_| file::open(c"/", O_RDONLY));
        let emfile = Errno::EMFILE;
        check_eq!(files[11].as_ref().err(), Some(&emfile), "the last of twelve files");
        let upside_down = rlimit { rlim_cur: 13, rlim_max: 12 };
        let result = sys!(__NR_setrlimit, RLIMIT_NOFILE, &upside_down);
        check_eq!(result, Err(Errno::EINVAL), "setrlimit with a soft limit above the hard one");
        let old = rlimit64 { rlim_cur: 0, rlim_max: 0 };
        let (mut found, new) = (old, rlimit64 { rlim_cur: 20, rlim_max: hard.into() });
        must!(sys!(__NR_prlimit64, 0, RLIMIT_NOFILE, &new, &mut found));
        check_eq!((found.rlim_cur, limit(RLIMIT_NOFILE).0), (12, 20), "the limit before, and now");
    });
}

/// Time goes by for who computes: in `times`, and in `getrusage`, for itself and for children that were collected.
pub fn computing_takes_time() {
    let spent = |who: i32| {
        let mut usage = [0u32; 18];
        must!(sys!(__NR_getrusage, who, &mut usage));
        usage[0] * 1_000_000 + usage[1] + usage[2] * 1_000_000 + usage[3]
    };
    let times = || {
        let mut times = [0u32; 4];
        (must!(sys!(__NR_times, &mut times)), times)
    };
    // Until it has had some ticks of the processor, which others may want as well.
    let spin = || {
        let (begin, end) = (times().1, now() + Duration::from_secs(10));
        while times().1[0] + times().1[1] < begin[0] + begin[1] + 4 && now() < end {
            (0..10_000).for_each(|_| core::hint::spin_loop());
        }
    };
    // Between two looks at different clocks a busy machine may do anything: so each tick is looked at between two times.
    let around = || (now(), times(), now());
    let (first_before, (first_tick, first), first_after) = around();
    spin();
    let (last_before, (last_tick, last), last_after) = around();
    let hundredths = |time: Duration| time.as_millis() as usize / 10;
    let (least, most) = (hundredths(last_before - first_after), hundredths(last_after - first_before));
    let ticks = last_tick - first_tick;
    let is_right = (least.saturating_sub(3)..=most + 3).contains(&ticks);
    check!(is_right, "{ticks} ticks of 10 ms went by in {least} to {most} hundredths of a second");
    check!(last[0] + last[1] > first[0] + first[1], "computing took no ticks");
    check!(spent(0) > 0, "computing took no time");
    check_eq!((spent(-1), last[2] + last[3]), (0, 0), "the time of children that there were not");
    run_well(spin);
    let (_, last) = times();
    check!(spent(-1) > 0 && last[2] + last[3] > 0, "the child's computing took no time");
    check_eq!(sys!(__NR_getrusage, 5, &mut [0u32; 18]), Err(Errno::EINVAL), "getrusage of nobody");
    check!(sys!(__NR_times, 0).is_ok(), "times without a structure");
}

/// Priorities are told as 20 − nice, lest they look like errors.
pub fn priority_is_told_from_20_down() {
    if call(__NR_getpriority, [0, 0]) != Ok(20) {
        skip(format_args!("the suite was started with another priority than the usual one"));
    }
    run_well(|| {
        check_eq!(sys!(__NR_getpriority, 0, 0), Ok(20), "getpriority");
        check_eq!(sys!(__NR_setpriority, 0, 0, 5), Ok(0), "setpriority");
        check_eq!(sys!(__NR_getpriority, 0, linux::getpid()), Ok(15), "getpriority of this process");
        run_well(|| check_eq!(sys!(__NR_getpriority, 0, 0), Ok(15), "getpriority of the child"));
        check_eq!(sys!(__NR_setpriority, 0, 0, 100), Ok(0), "setpriority beyond the end");
        check_eq!(sys!(__NR_getpriority, 0, 0), Ok(1), "getpriority");
        check_eq!(sys!(__NR_getpriority, 0, 0x3fff_ffff), Err(Errno::ESRCH), "getpriority of nobody");
        check_eq!(sys!(__NR_getpriority, 3, 0), Err(Errno::EINVAL), "getpriority of an unknown kind");
    });
}
