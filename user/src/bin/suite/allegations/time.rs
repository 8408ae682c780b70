//! The calls about time, which never get so far as to set a clock.

use super::argument::{place, request, room, word};
use super::line::line;
use super::trial;
use linux_raw_sys::general::{CLOCK_MONOTONIC, CLOCK_REALTIME};

/// Clocks asked, clocks set, sleeping.
pub fn time_calls_believe_nothing() {
    let (monotonic, real, none) = (CLOCK_MONOTONIC, CLOCK_REALTIME, 0);
    trial::all(&[
        line!(__NR_time, room(4).optional()),
        line!(__NR_gettimeofday, room(8).optional(), room(8).optional()),
        line!(__NR_settimeofday, request(&[0; 2]).optional(), word(none)),
        line!(__NR_settimeofday, word(none), request(&[0; 2]).optional()),
        line!(__NR_clock_gettime, word(monotonic), room(8)),
        line!(__NR_clock_gettime64, word(monotonic), room(16)),
        line!(__NR_clock_getres, word(monotonic), room(8).optional()),
        line!(__NR_clock_getres_time64, word(monotonic), room(16).optional()),
        line!(__NR_clock_settime, word(real), request(&[0; 2])),
        line!(__NR_clock_settime64, word(real), request(&[0; 4])),
        // What is left of a sleep that nothing cut short is not told.
        line!(__NR_nanosleep, request(&[0; 2]), place(0)),
        line!(__NR_clock_nanosleep, word(monotonic), word(none), request(&[0; 2]), place(0)),
        line!(__NR_clock_nanosleep_time64, word(monotonic), word(none), request(&[0; 4]), place(0)),
        line!(__NR_times, room(16).optional()),
    ]);
}
