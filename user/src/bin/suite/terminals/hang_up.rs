//! What is left of a terminal when its session has ended.

use super::line::{Line, as_leader, in_session};
use crate::call::{Argument, call};
use crate::check::{check_eq, must};
use crate::child::{start, wait};
use crate::signals::catch::{Action, SEEN, note, set};
use linux_raw_sys::general::{__NR_poll, __NR_vhangup, POLLERR, POLLHUP, POLLIN, SIGCONT, SIGHUP, pollfd};
use linux_raw_sys::ioctl::{FIONREAD, TIOCSPGRP};
use tusk_user::signal::{SignalSet, set_mask, suspend};
use tusk_user::terminal::{begin_session, take_terminal};
use tusk_user::{Errno, Status, file, linux, on_tusk};

/// The leader ends: the group in the foreground is told.
pub fn end_of_the_leader_is_told_to_the_foreground() {
    with_one_left_behind(|_| check_eq!((SEEN.first(), SEEN.count()), ([SIGHUP], 1), "the signals that came"));
}

/// From then on the terminal gives the end of the file and errors to who has it open.
///
/// On Linux a pseudo-terminal goes on until its other side is closed, so it is hung up by hand there.
pub fn hung_up_terminal_gives_ends_and_errors() {
    if on_tusk() {
        with_one_left_behind(is_hung_up);
        return;
    }
    in_session(|line| {
        set(SIGHUP, &Action::IGNORE);
        check_eq!(call(__NR_vhangup, []), Ok(0), "vhangup");
        is_hung_up(line);
    });
}

/// Runs `body` in a process whose session's leader, with the terminal, has ended.
fn with_one_left_behind(body: impl FnOnce(&Line)) {
    as_leader(|line| {
        // Whoever leads the session that ends is a child of this one, which has no terminal.
        let (told, tell) = must!(file::pipe(0));
        let leader = start(|| {
            must!(begin_session());
            must!(take_terminal(line.number()));
            set(SIGHUP, &Action::plain(note, 0));
            set(SIGCONT, &Action::plain(note, 0));
            must!(set_mask(SignalSet::EMPTY.with(SIGHUP).with(SIGCONT)));
            start(|| {
                while SEEN.count() < 1 {
                    suspend(SignalSet::EMPTY);
                }
                body(line);
                must!(linux::write_all(tell.number(), b"x"));
                0
            });
            0
        });
        check_eq!(wait(leader), Status(0), "the leader's end");
        drop(tell);
        check_eq!(linux::read(told.number(), &mut [0; 4]), Ok(1), "the byte from the one left behind");
    });
}

/// Checks what can be done with a terminal that was hung up.
#[track_caller]
fn is_hung_up(line: &Line) {
    check_eq!(linux::read(line.number(), &mut [0; 8]), Ok(0), "read");
    check_eq!(linux::write(line.number(), b"x"), Err(Errno::EIO), "write");
    check_eq!(line.ask(FIONREAD), Err(Errno::EIO), "FIONREAD");
    check_eq!(line.ask(TIOCSPGRP), Err(Errno::ENOTTY), "TIOCSPGRP");
    let mut asked = pollfd { fd: line.number(), events: POLLIN as i16, revents: 0 };
    must!(call(__NR_poll, [(&mut asked).word(), 1, 0]));
    check_eq!(asked.revents as u32, POLLIN | POLLERR | POLLHUP, "what poll tells");
}
