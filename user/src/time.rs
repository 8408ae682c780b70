//! Time as `Duration`, from the calls that count in seconds and nanoseconds.

use crate::linux;
use core::time::Duration;
use linux_raw_sys::general::{__kernel_old_timespec, CLOCK_MONOTONIC};

/// The time since some moment in the past that does not change; zero on a kernel without a clock.
pub fn now() -> Duration {
    linux::clock_gettime(CLOCK_MONOTONIC).map(duration).unwrap_or_default()
}

/// A timespec as a duration; a negative one counts as zero.
fn duration(time: __kernel_old_timespec) -> Duration {
    Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), u32::try_from(time.tv_nsec).unwrap_or(0))
}

/// Sleeps for at least `time`.
pub fn sleep(time: Duration) {
    let request = __kernel_old_timespec {
        tv_sec: i32::try_from(time.as_secs()).unwrap_or(i32::MAX),
        tv_nsec: time.subsec_nanos() as i32,
    };
    // A well-formed request can only be refused by a kernel without the call; then we at least let others run.
    if linux::nanosleep(&request).is_err() {
        let _ = linux::sched_yield();
    }
}

/// Sleeps until [`now`] has reached `moment`.
pub fn sleep_until(moment: Duration) {
    let remaining = moment.saturating_sub(now());
    if !remaining.is_zero() {
        sleep(remaining);
    }
}
