//! Calls that wait when a signal comes: some begin again, some say EINTR.
//!
//! The timer comes again and again: should it come before the call waits, the next one meets it.

use super::catch::{Action, SEEN, note, set, set_timer};
use super::sigaction::raise;
use crate::call::sys;
use crate::check::{check, check_eq, must};
use crate::child::{HeldChild, run_well, start, wait};
use core::time::Duration;
use linux_raw_sys::general::{
    __kernel_old_timespec, __kernel_timespec, SA_RESTART, SIGALRM, SIGCONT, SIGSTOP, SIGUSR1, SIGWINCH,
};
use tusk_user::signal::kill;
use tusk_user::time::{now, sleep};
use tusk_user::{Errno, Status, file, linux};

/// Has SIGALRM come every few milliseconds, to a handler with these flags.
fn alarms(flags: u32) {
    set(SIGALRM, &Action::plain(note, flags));
    set_timer(20, 20);
}

/// `nanosleep`, with what is left of it.
fn nanosleep(ms: i32) -> (Result<usize, Errno>, Duration) {
    let request = __kernel_old_timespec { tv_sec: ms / 1000, tv_nsec: ms % 1000 * 1_000_000 };
    let mut rest = __kernel_old_timespec { tv_sec: 0, tv_nsec: 0 };
    let result = sys!(__NR_nanosleep, &request, &mut rest);
    (result, Duration::new(rest.tv_sec as u64, rest.tv_nsec as u32))
}

/// A read of an empty pipe ends with EINTR when its handler does not say `SA_RESTART`.
pub fn read_is_interrupted() {
    let (reader, _writer) = must!(file::pipe(0));
    alarms(0);
    check_eq!(linux::read(reader.number(), &mut [0; 4]), Err(Errno::EINTR), "read");
    set_timer(0, 0);
    check!(SEEN.count() > 0, "the handler was not called");
}

/// With it, the read goes on when the handler returns, and gets what comes later.
pub fn read_begins_again() {
    let (reader, writer) = must!(file::pipe(0));
    // Before the child is made: it may be early, or we late, and then it would be the read that nothing interrupts.
    alarms(SA_RESTART);
    let child = start(|| {
        sleep(Duration::from_millis(120));
        linux::write(writer.number(), b"late").is_err().into()
    });
    let mut bytes = [0; 4];
    check_eq!(linux::read(reader.number(), &mut bytes), Ok(4), "read");
    set_timer(0, 0);
    check_eq!(bytes, *b"late", "what was read");
    check!(SEEN.count() > 0, "the handler was not called");
    check_eq!(wait(child), Status(0), "the child's end");
}

/// The same with a pipe that is full.
pub fn write_is_interrupted_or_begins_again() {
    let (reader, writer) = must!(file::pipe(file::O_NONBLOCK));
    while linux::write(writer.number(), &[0; 4096]).is_ok() {}
    check_eq!(file::fcntl(writer.number(), linux_raw_sys::general::F_SETFL, 0), Ok(0), "fcntl");
    alarms(0);
    check_eq!(linux::write(writer.number(), &[0; 4096]), Err(Errno::EINTR), "write to a full pipe");
    let child = start(|| {
        sleep(Duration::from_millis(100));
        let mut buffer = [0; 4096];
        while linux::read(reader.number(), &mut buffer).is_ok_and(|count| count > 0) {}
        0
    });
    alarms(SA_RESTART);
    check_eq!(linux::write(writer.number(), &[0; 4096]), Ok(4096), "write to a full pipe that is emptied");
    set_timer(0, 0);
    check_eq!(wait(child), Status(0), "the child's end");
}

/// A sleep ends with EINTR whatever the flags, and says how much was left.
pub fn sleep_is_interrupted_and_tells_what_was_left() {
    for flags in [0, SA_RESTART] {
        alarms(flags);
        let (result, rest) = nanosleep(5000);
        set_timer(0, 0);
        check_eq!(result, Err(Errno::EINTR), "nanosleep with flags {flags:#x}");
        let is_fine = rest > Duration::ZERO && rest < Duration::from_secs(5);
        check!(is_fine, "{} ms were left of 5000", rest.as_millis());
    }
}

/// Signals that nobody catches do not wake: neither what is ignored nor what does nothing by itself.
pub fn signals_that_do_nothing_do_not_interrupt() {
    set(SIGUSR1, &Action::IGNORE);
    let parent = linux::getpid();
    let child = start(|| {
        for _ in 0..6 {
            sleep(Duration::from_millis(10));
            must!(kill(parent, SIGUSR1));
            must!(kill(parent, SIGWINCH));
        }
        0
    });
    let begin = now();
    check_eq!(nanosleep(150).0, Ok(0), "nanosleep");
    check!(now() - begin >= Duration::from_millis(150), "the sleep was too short");
    check_eq!(wait(child), Status(0), "the child's end");
}

/// Who was stopped while it slept sleeps on when it may, and no longer than it would have.
pub fn sleep_goes_on_after_a_stop() {
    let child = start(|| {
        let begin = now();
        let (result, _) = nanosleep(150);
        check_eq!(result, Ok(0), "nanosleep of who was stopped");
        check!(now() - begin >= Duration::from_millis(150), "the sleep was too short");
        0
    });
    sleep(Duration::from_millis(30));
    must!(kill(child, SIGSTOP));
    sleep(Duration::from_millis(30));
    must!(kill(child, SIGCONT));
    check_eq!(wait(child), Status(0), "the child's end");
}

/// Waiting for a child ends with EINTR, or goes on until the child ends.
pub fn wait_is_interrupted_or_begins_again() {
    let held = HeldChild::start(7);
    let child = held.pid;
    alarms(0);
    check_eq!(linux::waitpid(child), Err(Errno::EINTR), "waitpid");
    alarms(SA_RESTART);
    // The releaser has the leash too, and keeps it until the timer has come some times.
    let releaser = start(|| {
        sleep(Duration::from_millis(120));
        0
    });
    held.release();
    let mut status = 0u32;
    let result = sys!(__NR_wait4, child, &mut status, 0, 0);
    set_timer(0, 0);
    check_eq!((result, status), (Ok(child as usize), 7 << 8), "wait4, and the status");
    check_eq!(wait(releaser), Status(0), "the end of who let it go");
}

/// `pause` waits for a handler, and ends with EINTR though it could begin again.
pub fn pause_is_always_interrupted() {
    alarms(SA_RESTART);
    check_eq!(sys!(__NR_pause), Err(Errno::EINTR), "pause");
    set_timer(0, 0);
    check!(SEEN.count() > 0, "the handler was not called");
}

/// A signal to oneself is handled before `kill` returns.
pub fn handler_runs_before_the_call_returns() {
    set(SIGUSR1, &Action::plain(note, 0));
    run_well(|| {
        for count in 1..=50 {
            raise(SIGUSR1);
            check_eq!(SEEN.count(), count, "the calls of the handler");
        }
    });
}

/// What is left of a sleep that was to last for ever is nearly that.
pub fn endless_sleep_has_nearly_all_of_it_left() {
    alarms(0);
    let request = __kernel_timespec { tv_sec: i64::MAX, tv_nsec: 999_999_999 };
    let mut rest = __kernel_timespec { tv_sec: 0, tv_nsec: 0 };
    let slept = sys!(__NR_clock_nanosleep_time64, 1, 0, &request, &mut rest);
    check_eq!(slept, Err(Errno::EINTR), "clock_nanosleep");
    set_timer(0, 0);
    check!(rest.tv_sec > 9_000_000_000, "{} s are left", rest.tv_sec);
}
