//! Waits that signals interrupt, and those that go on.
//!
//! As in `interrupted`: the timer comes again and again, so that one of its signals meets the wait.

use super::call::{WORDS, futex};
use super::futex_times::wait_for;
use crate::call::input;
use crate::check::{check, check_eq, must};
use crate::child::{self, wait};
use crate::signals::catch::{Action, SEEN, note, set, set_timer};
use crate::threads::thread::{Running, start};
use crate::threads::word::until;
use core::time::Duration;
use linux_raw_sys::general::{
    __kernel_old_timespec, CLOCK_MONOTONIC, FUTEX_PRIVATE_FLAG, FUTEX_WAIT_BITSET, SA_RESTART, SIGALRM, SIGCONT,
    SIGSTOP, SIGUSR1, SIGWINCH, WCONTINUED, WUNTRACED,
};
use tusk_user::signal::{SignalSet, kill, set_mask};
use tusk_user::time::{now, sleep};
use tusk_user::{Errno, Status, file, linux};

fn alarms(flags: u32) {
    set(SIGALRM, &Action::plain(note, flags));
    set_timer(20, 20);
}

/// A thread that changes the word and wakes, once a signal has come; it takes no alarms itself.
fn waker_after_a_signal() -> Running {
    must!(set_mask(SignalSet::EMPTY.with(SIGALRM)));
    let thread = start(|| {
        until("a signal has come", || SEEN.count() >= 3);
        WORDS[0].announce();
    });
    must!(set_mask(SignalSet::EMPTY));
    thread
}

/// Without a time the wait is EINTR, or goes on if the handler says so.
pub fn wait_is_interrupted_or_begins_again() {
    alarms(0);
    check_eq!(WORDS[0].wait(0), Err(Errno::EINTR), "FUTEX_WAIT");
    set_timer(0, 0);
    SEEN.clear();
    let waker = waker_after_a_signal();
    alarms(SA_RESTART);
    // When the word has changed before it is looked at again, that is EAGAIN.
    let result = WORDS[0].wait(0);
    set_timer(0, 0);
    check!(matches!(result, Ok(0) | Err(Errno::EAGAIN)), "FUTEX_WAIT that begins again is {result:?}");
    check!(SEEN.count() >= 3 && WORDS[0].get() == 1, "FUTEX_WAIT ended before it was woken");
    waker.join();
}

/// With a time it is EINTR whatever the handler says.
pub fn wait_with_a_time_is_interrupted() {
    for flags in [0, SA_RESTART] {
        alarms(flags);
        let result = wait_for(&WORDS[0], 0, 1_000_000);
        set_timer(0, 0);
        check_eq!(result, Err(Errno::EINTR), "FUTEX_WAIT with flags {flags:#x}");
        let now = must!(linux::clock_gettime(CLOCK_MONOTONIC));
        let end = __kernel_old_timespec { tv_sec: now.tv_sec + 1000, tv_nsec: 0 };
        alarms(flags);
        let result = futex(WORDS[0].address(), FUTEX_WAIT_BITSET | FUTEX_PRIVATE_FLAG, 0, input(&end), 0, 1);
        set_timer(0, 0);
        check_eq!(result, Err(Errno::EINTR), "FUTEX_WAIT_BITSET with flags {flags:#x}");
    }
}

/// Signals that do nothing do not interrupt, and the time is not prolonged by them.
pub fn signals_that_do_nothing_do_not_interrupt() {
    set(SIGUSR1, &Action::IGNORE);
    let parent = linux::getpid();
    let child = child::start(|| {
        for _ in 0..6 {
            sleep(Duration::from_millis(10));
            must!(kill(parent, SIGUSR1));
            must!(kill(parent, SIGWINCH));
        }
        0
    });
    let begin = now();
    let result = wait_for(&WORDS[0], 0, 150).map_err(|error| u32::from(error.0));
    check_eq!(result, Err(linux_raw_sys::errno::ETIMEDOUT), "FUTEX_WAIT");
    check!(now() - begin >= Duration::from_millis(150), "the wait was too short");
    check_eq!(wait(child), Status(0), "the child's end");
}

/// Who was stopped waits on when it may, with a time or without.
pub fn wait_goes_on_after_a_stop() {
    let (reader, writer) = must!(file::pipe(0));
    let child = child::start(|| {
        let thread = start(|| {
            check_eq!(WORDS[1].wait(0), Ok(0), "FUTEX_WAIT of a thread that was stopped");
        });
        WORDS[1].await_sleepers(1);
        let begin = now();
        let result = wait_for(&WORDS[0], 0, 200).map_err(|error| u32::from(error.0));
        check_eq!(result, Err(linux_raw_sys::errno::ETIMEDOUT), "FUTEX_WAIT of who was stopped");
        check!(now() - begin >= Duration::from_millis(200), "the wait was too short");
        WORDS[1].await_sleepers(1);
        check_eq!(WORDS[1].wake(1), 1, "the threads woken");
        thread.join();
        // However late the stop comes, it finds this process.
        check_eq!(linux::read(reader.number(), &mut [0]), Ok(1), "the last word of the parent");
        0
    });
    sleep(Duration::from_millis(40));
    must!(kill(child, SIGSTOP));
    check_eq!(linux::waitpid_with(child, WUNTRACED), Ok((child, Status(SIGSTOP << 8 | 0x7f))), "the stop");
    must!(kill(child, SIGCONT));
    let went_on = linux::waitpid_with(child, WCONTINUED);
    check_eq!(went_on, Ok((child, Status(0xffff))), "the going on");
    must!(linux::write(writer.number(), b"x"));
    check_eq!(wait(child), Status(0), "the child's end");
}
