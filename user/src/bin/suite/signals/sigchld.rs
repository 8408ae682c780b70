//! SIGCHLD: what a parent hears of its children.

use super::catch::{Action, Context, Information, SEEN, note, set};
use crate::check::{check, check_eq, must};
use crate::child::{none_left, start, wait};
use core::sync::atomic::{AtomicU32, Ordering::Relaxed};
use core::time::Duration;
use linux_raw_sys::general::{
    CLD_CONTINUED, CLD_EXITED, CLD_KILLED, CLD_STOPPED, SA_NOCLDSTOP, SA_NOCLDWAIT, SA_RESTART, SIGCHLD, SIGCONT,
    SIGKILL, SIGSTOP, WCONTINUED, WNOHANG, WUNTRACED,
};
use tusk_user::signal::kill;
use tusk_user::time::sleep;
use tusk_user::{Errno, Status, linux};

/// Code, pid and status of the last SIGCHLD.
static NEWS: [AtomicU32; 3] = [const { AtomicU32::new(0) }; 3];

extern "C" fn hear(signal: u32, information: &Information, _: &mut Context) {
    SEEN.add(signal);
    let news = [information.code as u32, information.pid_or_address, information.status];
    NEWS.iter().zip(news).for_each(|(place, value)| place.store(value, Relaxed));
}

fn news() -> [u32; 3] {
    NEWS.each_ref().map(|place| place.load(Relaxed))
}

/// Waits for the signal number `count`, which may come a moment after what it tells of.
#[track_caller]
fn await_news(count: u32) {
    for _ in 0..400 {
        if SEEN.count() >= count {
            break;
        }
        sleep(Duration::from_millis(5));
    }
    check_eq!(SEEN.count(), count, "the signals that came");
}

/// A child's end, with its code or with the signal that it died of.
pub fn end_of_a_child_is_told() {
    set(SIGCHLD, &Action::informed(hear, SA_RESTART));
    let child = start(|| 42);
    check_eq!(wait(child), Status(42 << 8), "the child's end");
    await_news(1);
    check_eq!(news(), [CLD_EXITED, child as u32, 42], "code, pid and status of an exit");
    let child = super::sending::sleeper();
    must!(kill(child, SIGKILL));
    check_eq!(wait(child), Status(SIGKILL), "the child's end");
    await_news(2);
    check_eq!(news(), [CLD_KILLED, child as u32, SIGKILL], "code, pid and status of a death");
}

/// Its stops and goings on, too. The signal is awaited before the stop is: Linux takes the signal's status from the very
/// field that `waitpid` clears, so that a parent which waits first may hear of a stop by signal 0.
pub fn stops_of_a_child_are_told() {
    set(SIGCHLD, &Action::informed(hear, SA_RESTART));
    let child = super::sending::sleeper();
    must!(kill(child, SIGSTOP));
    await_news(1);
    check_eq!(news(), [CLD_STOPPED, child as u32, SIGSTOP], "code, pid and status of a stop");
    check_eq!(linux::waitpid_with(child, WUNTRACED).map(|(_, status)| status.0), Ok(SIGSTOP << 8 | 0x7f), "the stop");
    must!(kill(child, SIGCONT));
    check_eq!(linux::waitpid_with(child, WCONTINUED).map(|(_, status)| status.0), Ok(0xffff), "the going on");
    await_news(2);
    check_eq!(news(), [CLD_CONTINUED, child as u32, SIGCONT], "code, pid and status of a going on");
    must!(kill(child, SIGKILL));
    check_eq!(wait(child), Status(SIGKILL), "the child's end");
}

/// Who wants to hear of ends only says `SA_NOCLDSTOP`.
pub fn stops_are_not_told_to_who_does_not_want_it() {
    set(SIGCHLD, &Action::plain(note, SA_RESTART | SA_NOCLDSTOP));
    let child = super::sending::sleeper();
    must!(kill(child, SIGSTOP));
    check_eq!(linux::waitpid_with(child, WUNTRACED).map(|(pid, _)| pid), Ok(child), "the stop");
    must!(kill(child, SIGCONT));
    check_eq!(linux::waitpid_with(child, WCONTINUED).map(|(pid, _)| pid), Ok(child), "the going on");
    check_eq!(SEEN.count(), 0, "the signals that came");
    must!(kill(child, SIGKILL));
    check_eq!(wait(child), Status(SIGKILL), "the child's end");
    await_news(1);
}

/// Who ignores SIGCHLD, or says `SA_NOCLDWAIT`, has no zombies: waiting lasts until all are gone, and finds nobody.
pub fn who_ignores_sigchld_has_no_zombies() {
    for action in [Action::IGNORE, Action { flags: SA_NOCLDWAIT, ..Action::DEFAULT }] {
        set(SIGCHLD, &action);
        let children = [20, 40].map(|ms| {
            start(|| {
                sleep(Duration::from_millis(ms));
                5
            })
        });
        check_eq!(linux::waitpid(-1), Err(Errno::ECHILD), "waitpid for any");
        for child in children {
            // Linux takes its number back a moment after it says that there is nobody to wait for.
            let is_gone = (0..1000).any(|_| {
                let result = kill(child, 0);
                if result.is_ok() {
                    sleep(Duration::from_millis(5));
                }
                result == Err(Errno::ESRCH)
            });
            check!(is_gone, "there is still a child that has ended");
        }
    }
    set(SIGCHLD, &Action::DEFAULT);
    check_eq!(wait(start(|| 6)), Status(6 << 8), "the end of a child that is not ignored");
    check_eq!(linux::waitpid_with(-1, WNOHANG), Err(Errno::ECHILD), "waitpid at last");
    none_left();
}
