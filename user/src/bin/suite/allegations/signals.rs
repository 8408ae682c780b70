//! The calls about signals and the timers that send them.

use super::argument::{count, place, request, room, word};
use super::line::line;
use super::trial;
use crate::call::sys;
use crate::check::must;
use linux_raw_sys::general::{ITIMER_REAL, SIG_BLOCK, SIGUSR1, SIGUSR2};
use tusk_user::{linux, signal};

/// Actions, masks, waiting, stacks: with every pointer bad, and sets of every size.
pub fn signal_calls_believe_nothing() {
    let set = [1 << (SIGUSR1 - 1), 0];
    let set = || request(&set);
    must!(sys!(__NR_rt_sigprocmask, SIG_BLOCK, &[1u32 << (SIGUSR1 - 1), 0], 0, 8));
    // One that is waited for is there, again and again, as who cannot be told of it has got it all the same.
    let send = || must!(signal::kill(linux::getpid(), SIGUSR1));
    let (usr2, block) = (SIGUSR2, SIG_BLOCK);
    let no_time = || request(&[0; 2]).optional();
    trial::all(&[
        line!(__NR_signal, word(usr2), place(0)),
        line!(__NR_sigaction, word(usr2), request(&[0; 4]).optional(), room(16).optional()),
        line!(__NR_rt_sigaction, word(usr2), request(&[0; 5]).optional(), room(20).optional(), count(8)),
        line!(__NR_sigprocmask, word(block), request(&[0]).optional(), room(4).optional()),
        line!(__NR_rt_sigprocmask, word(block), request(&[0; 2]).optional(), room(8).optional(), count(8)),
        line!(__NR_sigpending, room(4)),
        line!(__NR_rt_sigpending, room(8), count(8)),
        line!(__NR_rt_sigsuspend, request(&[0; 2]), count(8)),
        line!(__NR_rt_sigtimedwait, set(), room(128).optional(), no_time(), count(8)).before(&send),
        line!(__NR_rt_sigtimedwait_time64, set(), room(128).optional(), request(&[0; 4]).optional(), count(8))
            .before(&send),
        line!(__NR_rt_sigqueueinfo, word(linux::getpid()), word(usr2), request(&[0; 32])),
        line!(__NR_sigaltstack, request(&[0, 2, 0]).optional(), room(12).optional()),
        line!(__NR_setitimer, word(ITIMER_REAL), request(&[0; 4]).optional(), room(16).optional()),
        line!(__NR_getitimer, word(ITIMER_REAL), room(16)),
        line!(__NR_alarm, count(0)).after(&|_, _| {
            // What was left of it may be a number as large as an error's.
            let _ = sys!(__NR_alarm, 0);
        }),
    ]);
}
