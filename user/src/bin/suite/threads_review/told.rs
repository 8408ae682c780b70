//! Which thread a signal for the process is told to, and what the others notice of it.

use crate::call::sys;
use crate::check::{check, check_eq, must};
use crate::child;
use crate::signals::catch::{Action, SET_SIZE, set};
use crate::signals::masks::pending;
use crate::threads::thread::start;
use crate::threads::word::{Scope, Word};
use core::time::Duration;
use linux_raw_sys::general::{__kernel_old_timespec, SA_RESTART, SIGCHLD, SIGURG, SIGUSR1, SIGUSR2, SIGWINCH};
use tusk_user::signal::{SignalSet, kill, set_mask};
use tusk_user::time::sleep;
use tusk_user::{Errno, Status, linux};

const BOTH: SignalSet = SignalSet::EMPTY.with(SIGUSR1).with(SIGUSR2);

static RUNS: Word = Word::new(0);
static END: Word = Word::new(0);

extern "C" fn count(_signal: u32) {
    RUNS.announce();
}

/// A thread sends a signal that another one is told of, and sleeps at once: its own call ends in its time, or is
/// interrupted, but never with an error that only the kernel knows.
pub fn who_is_not_told_sleeps_well() {
    const NAP: __kernel_old_timespec = __kernel_old_timespec { tv_sec: 0, tv_nsec: 1_000_000 };
    for flags in [0, SA_RESTART] {
        set(SIGUSR1, &Action::plain(count, flags));
        END.set(0);
        let before = RUNS.get();
        let sender = start(move || {
            for round in 1..=20 {
                static NEVER: Word = Word::new(0);
                must!(kill(linux::getpid(), SIGUSR1));
                let slept = sys!(__NR_nanosleep, &NAP, 0);
                check!(matches!(slept, Ok(0) | Err(Errno::EINTR)), "nanosleep is {slept:?}");
                let arguments = (NEVER.address(), 0, &NAP);
                must!(kill(linux::getpid(), SIGUSR1));
                let waited = sys!(__NR_futex, arguments.0, arguments.1, 0, arguments.2);
                check!(matches!(waited, Err(Errno::ETIMEDOUT | Errno::EINTR)), "FUTEX_WAIT is {waited:?}");
                RUNS.watch_for(before + round);
            }
            END.announce();
        });
        while END.get() == 0 {
            let _ = END.wait(0);
        }
        sender.join();
    }
}

/// Two threads wait for the same two signals, and both come: each has one, though one was told of both.
pub fn two_waiters_have_one_signal_each() {
    static TAKEN: Word = Word::new(0);
    must!(set_mask(BOTH));
    for round in 1..=5 {
        let waiters = [(); 2].map(|()| {
            start(|| {
                // Who was woken for a signal that the other one was quicker to take asks again.
                let signal = loop {
                    match sys!(__NR_rt_sigtimedwait, &BOTH, 0, 0, SET_SIZE) {
                        Err(Errno::EINTR) => {}
                        signal => break must!(signal),
                    }
                };
                check!([SIGUSR1, SIGUSR2].contains(&(signal as u32)), "sigtimedwait is {signal}");
                TAKEN.announce();
            })
        });
        // Long enough for both to sleep; if they do not, nothing is wrong.
        sleep(Duration::from_millis(20));
        must!(kill(linux::getpid(), SIGUSR1));
        must!(kill(linux::getpid(), SIGUSR2));
        TAKEN.await_at_least(round * 2);
        drop(waiters);
        check_eq!(pending(), SignalSet::EMPTY, "what waits");
    }
}

/// Signals that do nothing unless they are handled are handled, though the first thread has ended.
pub fn handlers_do_not_end_with_the_first_thread() {
    static FIRST: Word = Word::new(1);
    let process = child::start(|| {
        for signal in [SIGURG, SIGCHLD, SIGWINCH] {
            set(signal, &Action::plain(count, SA_RESTART));
        }
        must!(sys!(__NR_set_tid_address, FIRST.address()));
        start(|| {
            while FIRST.get() != 0 {
                // The kernel wakes those who sleep in shared scope.
                let _ = FIRST.wait_in(Scope::Shared, 1);
            }
            // It has said that it ends; now it does.
            sleep(Duration::from_millis(20));
            for (round, signal) in (1..).zip([SIGURG, SIGCHLD, SIGWINCH]) {
                must!(kill(linux::getpid(), signal));
                RUNS.watch_for(round);
            }
            linux::exit_group(0)
        })
        .leave();
        linux::exit(1)
    });
    check_eq!(child::wait(process), Status(0), "the end of the process");
}
