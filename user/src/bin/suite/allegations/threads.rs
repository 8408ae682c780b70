//! The calls about threads: waiting for words of memory, timers, turns.

use super::argument::{count, request, room, word};
use super::line::line;
use super::trial;
use crate::call::sys;
use crate::check::must;
use linux_raw_sys::general::{
    CLOCK_MONOTONIC, FUTEX_REQUEUE, FUTEX_WAIT, FUTEX_WAKE, FUTEX_WAKE_BITSET, SIGEV_NONE, SIGUSR2,
};
use tusk_user::Errno;

/// Words that are slept for and woken, timers made and set.
pub fn thread_calls_believe_nothing() {
    let mut timer = 0;
    let event = [0, SIGUSR2 as usize, SIGEV_NONE as usize, 0];
    must!(sys!(__NR_timer_create, CLOCK_MONOTONIC, &event, &mut timer));
    // Those that were made on the way have the numbers behind it.
    let forget = || (timer + 1..timer + 64).for_each(|made| _ = sys!(__NR_timer_delete, made));
    let (monotonic, none, another) = (CLOCK_MONOTONIC, 0, 1);
    let word_of_memory = || request(&[0]);
    // One that is no multiple of 4 is looked at first.
    let odd = &[Errno::EINVAL];
    trial::all(&[
        // The word is 0 and not what it must be, so nobody sleeps.
        line!(__NR_futex, word_of_memory(), word(FUTEX_WAIT), word(another), request(&[0; 2]).optional()).also(odd),
        line!(__NR_futex_time64, word_of_memory(), word(FUTEX_WAIT), word(another), request(&[0; 4]).optional())
            .also(odd),
        line!(__NR_futex, word_of_memory(), word(FUTEX_WAKE), count(1)).also(odd),
        line!(__NR_futex, word_of_memory(), word(FUTEX_WAKE_BITSET), count(1), word(none), word(none), count(1))
            .also(odd),
        line!(__NR_futex, word_of_memory(), word(FUTEX_REQUEUE), count(1), count(1), word_of_memory()).also(odd),
        line!(__NR_futex_time64, word_of_memory(), word(FUTEX_REQUEUE), count(1), count(1), word_of_memory()).also(odd),
        line!(__NR_get_robust_list, word(none), room(4), room(4)),
        line!(__NR_timer_create, word(monotonic), request(&event).optional(), room(4)).after(&|_, _| forget()),
        line!(__NR_timer_settime, word(timer), word(none), request(&[0; 4]), room(16).optional()).also(odd),
        line!(__NR_timer_settime64, word(timer), word(none), request(&[0; 8]), room(32).optional()).also(odd),
        line!(__NR_timer_gettime, word(timer), room(16)),
        line!(__NR_timer_gettime64, word(timer), room(32)),
        line!(__NR_sched_rr_get_interval, word(none), room(8)),
        line!(__NR_sched_rr_get_interval_time64, word(none), room(16)),
    ]);
}
