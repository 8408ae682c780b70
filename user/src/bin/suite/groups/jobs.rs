//! Stopping and going on.

use super::pgroups::set_group;
use crate::call::{Argument, call, sys};
use crate::check::{check, check_eq, must};
use crate::child::{run, run_well, start, wait};
use crate::signals::catch::{Action, SEEN, note, set};
use crate::signals::masks::pending;
use crate::signals::sigaction::raise;
use core::time::Duration;
use linux_raw_sys::general::{
    __NR_waitid, CLD_CONTINUED, CLD_KILLED, CLD_STOPPED, P_PID, SIGCHLD, SIGCONT, SIGHUP, SIGKILL, SIGSTOP, SIGTERM,
    SIGTSTP, SIGTTIN, SIGTTOU, SIGUSR1, WCONTINUED, WEXITED, WNOHANG, WNOWAIT, WSTOPPED, WUNTRACED,
};
use tusk_user::signal::{SignalSet, kill, set_mask, suspend};
use tusk_user::time::sleep;
use tusk_user::{Errno, Status, file, linux};

/// The status word of a child that was stopped.
const fn stopped_by(signal: u32) -> Status {
    Status(signal << 8 | 0x7f)
}
/// And of one that goes on.
const GOES_ON: Status = Status(0xffff);

/// A child that counts, in memory of its own, and calls nobody.
fn spinner() -> i32 {
    start(|| {
        loop {
            core::hint::spin_loop();
        }
    })
}

/// SIGSTOP stops, SIGCONT lets go on, and each is reported once, and only to who asks for it.
pub fn stops_and_continues_are_reported_once() {
    let child = spinner();
    for _ in 0..3 {
        must!(kill(child, SIGSTOP));
        check_eq!(linux::waitpid_with(child, WUNTRACED), Ok((child, stopped_by(SIGSTOP))), "waitpid of a stop");
        let all = WNOHANG | WUNTRACED | WCONTINUED;
        check_eq!(linux::waitpid_with(child, all), Ok((0, Status(0))), "waitpid once more");
        must!(kill(child, SIGCONT));
        check_eq!(linux::waitpid_with(child, WCONTINUED), Ok((child, GOES_ON)), "waitpid of a going on");
        check_eq!(linux::waitpid_with(child, all), Ok((0, Status(0))), "waitpid once more");
    }
    must!(kill(child, SIGSTOP));
    sleep(Duration::from_millis(20));
    check_eq!(linux::try_waitpid(child), Ok(None), "waitpid that does not ask for stops");
    must!(kill(child, SIGKILL));
    check_eq!(wait(child), Status(SIGKILL), "the end of a child that was stopped");
}

/// The four signals that stop; three of them can be caught or ignored.
pub fn each_stop_signal_is_reported() {
    // The group's leader has its parent here, in another group of the session: the group is no orphan.
    for signal in [SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU] {
        let child = spinner();
        must!(set_group(child, child));
        must!(kill(child, signal));
        check_eq!(linux::waitpid_with(child, WUNTRACED), Ok((child, stopped_by(signal))), "the stop");
        must!(kill(child, SIGKILL));
        check_eq!(wait(child), Status(SIGKILL), "the child's end");
    }
    run_well(|| {
        set(SIGTSTP, &Action::plain(note, 0));
        set(SIGTTIN, &Action::IGNORE);
        raise(SIGTSTP);
        raise(SIGTTIN);
        check_eq!(SEEN.count(), 1, "the signals that were caught");
    });
}

/// While it is stopped nothing reaches a process but SIGKILL; what came meanwhile comes when it goes on.
pub fn signals_wait_for_a_stopped_process() {
    let (reader, writer) = must!(file::pipe(0));
    let child = start(|| {
        set(SIGUSR1, &Action::plain(note, 0));
        // Only the sleep below lets it in, or it could come between the look and the sleep.
        must!(set_mask(SignalSet::EMPTY.with(SIGUSR1)));
        must!(linux::write(writer.number(), b"r"));
        while SEEN.count() == 0 {
            let _ = suspend(SignalSet::EMPTY);
        }
        must!(linux::write(writer.number(), b"s"));
        0
    });
    let mut byte = [0];
    check_eq!((linux::read(reader.number(), &mut byte), byte), (Ok(1), *b"r"), "the child's first byte");
    must!(kill(child, SIGSTOP));
    check_eq!(linux::waitpid_with(child, WUNTRACED), Ok((child, stopped_by(SIGSTOP))), "the stop");
    must!(kill(child, SIGUSR1));
    sleep(Duration::from_millis(40));
    let mut state = [file::pollfd { fd: reader.number(), events: file::POLLIN as i16, revents: 0 }];
    check_eq!(file::poll(&mut state, 0), Ok(0), "the pipes that something came through");
    must!(kill(child, SIGCONT));
    check_eq!((linux::read(reader.number(), &mut byte), byte), (Ok(1), *b"s"), "the child's second byte");
    check_eq!(wait(child), Status(0), "the child's end");
}

/// A stop and a going on take each other back: only the last of them counts.
pub fn stop_and_continue_cancel_each_other() {
    let child = start(|| {
        let both = SignalSet::EMPTY.with(SIGTSTP).with(SIGCONT);
        must!(set_mask(both));
        raise(SIGTSTP);
        raise(SIGCONT);
        check!(!pending().has(SIGTSTP), "a stop waits though the process was to go on");
        raise(SIGTSTP);
        check!(!pending().has(SIGCONT), "a going on waits though the process was to stop");
        raise(SIGCONT);
        must!(set_mask(SignalSet::EMPTY));
        9
    });
    check_eq!(linux::waitpid_with(child, WUNTRACED), Ok((child, Status(9 << 8))), "the child's end");
}

/// SIGCONT lets go on even who ignores it.
pub fn ignored_continue_lets_go_on() {
    let child = start(|| {
        set(SIGCONT, &Action::IGNORE);
        raise(SIGSTOP);
        3
    });
    check_eq!(linux::waitpid_with(child, WUNTRACED), Ok((child, stopped_by(SIGSTOP))), "the stop");
    must!(kill(child, SIGCONT));
    check_eq!(wait(child), Status(3 << 8), "the child's end");
}

/// `waitid` tells the same in a structure, may leave the child to be waited for again, and wants to know what for.
pub fn waitid_tells_the_same() {
    let wait_id = |child: i32, options: u32| {
        let mut found = [0u32; 32];
        let arguments = [P_PID as usize, child as usize, Argument::word(&mut found), options as usize, 0];
        // Signal, code, pid and status.
        call(__NR_waitid, arguments).map(|_| [found[0], found[2], found[3], found[5]])
    };
    let child = spinner();
    check_eq!(wait_id(child, WEXITED | WNOHANG), Ok([0; 4]), "waitid while the child runs");
    check_eq!(wait_id(child, WNOHANG), Err(Errno::EINVAL), "waitid for nothing");
    must!(kill(child, SIGSTOP));
    let news = |code: u32, status: u32| Ok([SIGCHLD, code, child as u32, status]);
    check_eq!(wait_id(child, WSTOPPED), news(CLD_STOPPED, SIGSTOP), "waitid of a stop");
    must!(kill(child, SIGCONT));
    check_eq!(wait_id(child, WCONTINUED), news(CLD_CONTINUED, SIGCONT), "waitid of a going on");
    must!(kill(child, SIGKILL));
    for options in [WEXITED | WNOWAIT, WEXITED] {
        check_eq!(wait_id(child, options), news(CLD_KILLED, SIGKILL), "waitid of the end");
    }
    check_eq!(wait_id(child, WEXITED), Err(Errno::ECHILD), "waitid of nobody");
}

/// A whole group is stopped and goes on.
pub fn group_is_stopped_as_one() {
    let first = spinner();
    let group = [first, spinner(), spinner()];
    group.into_iter().for_each(|child| check_eq!(set_group(child, first), Ok(0), "setpgid"));
    must!(kill(-first, SIGTSTP));
    for _ in group {
        check_eq!(linux::waitpid_with(-first, WUNTRACED).map(|(_, status)| status), Ok(stopped_by(SIGTSTP)), "a stop");
    }
    must!(kill(-first, SIGCONT));
    for _ in group {
        check_eq!(linux::waitpid_with(-first, WCONTINUED).map(|(_, status)| status), Ok(GOES_ON), "a going on");
    }
    must!(kill(-first, SIGTERM));
    group.into_iter().for_each(|child| check_eq!(wait(child), Status(SIGTERM), "the end of a member"));
}

/// A stopped group that nobody could let go on any more gets SIGHUP, and then SIGCONT.
pub fn stopped_orphaned_group_gets_hangup_and_continue() {
    let (reader, writer) = must!(file::pipe(0));
    let status = run(|| {
        let member = start(|| {
            set(SIGHUP, &Action::plain(note, 0));
            must!(set_group(0, 0));
            raise(SIGSTOP);
            let seen = [b'0' + SEEN.count() as u8];
            must!(linux::write(writer.number(), &seen));
            0
        });
        check_eq!(linux::waitpid_with(member, WUNTRACED), Ok((member, stopped_by(SIGSTOP))), "the stop");
        0
    });
    check_eq!(status, Status(0), "the end of the member's parent");
    drop(writer);
    let mut seen = [0];
    check_eq!((linux::read(reader.number(), &mut seen), seen), (Ok(1), *b"1"), "how often the member got SIGHUP");
    // The end of the pipe is the member's end, which process 1 hears of.
    check_eq!(linux::read(reader.number(), &mut seen), Ok(0), "read");
    sleep(Duration::from_millis(30));
    crate::child::none_left();
}

/// In an orphaned group the keyboard's stop does nothing: nobody could let the process go on.
pub fn orphaned_group_does_not_stop_by_itself() {
    run_well(|| {
        // A session of its own makes the group an orphan: its leader's parent is outside of it.
        must!(sys!(__NR_setsid));
        [SIGTSTP, SIGTTIN, SIGTTOU].into_iter().for_each(raise);
    });
    check_eq!(linux::try_waitpid(-1), Err(Errno::ECHILD), "waitpid");
}
