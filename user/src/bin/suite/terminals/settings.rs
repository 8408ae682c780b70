//! What `tcgetattr` reads and `tcsetattr` writes, and the size of the window.

use super::line::{in_session, start_in_background};
use crate::call::Argument;
use crate::check::{check, check_eq, must};
use crate::child::wait;
use crate::mapping::pages::{anonymous, peek};
use crate::signals::catch::{Action, SEEN, note, set};
use core::time::Duration;
use linux_raw_sys::general::{ECHO, ICANON, ISIG, O_NOCTTY, SIGUSR1, SIGWINCH, VINTR, winsize};
use linux_raw_sys::ioctl::{FIONREAD, TCGETA, TCGETS, TCSETA, TCSETS, TCSETSF, TCSETSW, TIOCGWINSZ, TIOCSWINSZ};
use tusk_user::signal::{SignalSet, kill, set_mask, suspend};
use tusk_user::terminal::{WindowSize, settings, window_size};
use tusk_user::time::sleep;
use tusk_user::{Errno, Status};

/// What was set is told, whichever way it was set, to everybody who has the terminal open.
pub fn settings_are_kept() {
    in_session(|line| {
        let other = must!(line.open_again(O_NOCTTY));
        let first = must!(settings(line.number()));
        check!(first.0.c_lflag & (ICANON | ECHO | ISIG) == ICANON | ECHO | ISIG, "a new terminal has no lines");
        for (request, character) in [(TCSETS, 1), (TCSETSW, 2), (TCSETSF, 3)] {
            let mut new = first;
            new.0.c_lflag &= !ECHO;
            new.0.c_cc[VINTR as usize] = character;
            check_eq!(line.request(request, (&new.0).word()), Ok(0), "request {request:#x}");
            let found = must!(settings(other.number()));
            check_eq!(found.0.c_lflag, new.0.c_lflag, "the local flags after {request:#x}");
            check_eq!(found.0.c_cc[VINTR as usize], character, "the character for SIGINT after {request:#x}");
        }
    });
}

/// System V's structure has the lower halves of the flags and eight characters.
pub fn old_settings_are_the_same() {
    in_session(|line| {
        let mut old = [0u16; 9];
        check_eq!(line.request(TCGETA, (&mut old).word()), Ok(0), "TCGETA");
        let found = must!(settings(line.number()));
        check_eq!(u32::from(old[3]), found.0.c_lflag & 0xffff, "the local flags");
        old[3] &= !(ECHO as u16);
        check_eq!(line.request(TCSETA, (&old).word()), Ok(0), "TCSETA");
        check_eq!(must!(settings(line.number())).0.c_lflag, found.0.c_lflag & !ECHO, "the local flags then");
    });
}

/// Answers may go where the program has touched nothing yet, and bad addresses are an error.
pub fn answers_go_to_untouched_pages() {
    in_session(|line| {
        must!(line.request(TIOCSWINSZ, (&size(30, 100)).word()));
        line.type_in(b"abc\n");
        for (request, expected) in [(TIOCGWINSZ, Some(30)), (FIONREAD, Some(4)), (TCGETS, None)] {
            let page = anonymous(1);
            check_eq!(line.request(request, page), Ok(0), "request {request:#x}");
            let found = peek(page);
            check!(expected.is_none_or(|expected| found == expected), "request {request:#x} tells {found}");
            for bad in [0, 8] {
                check_eq!(line.request(request, bad), Err(Errno::EFAULT), "request {request:#x} to {bad:#x}");
            }
        }
        line.gives(64, b"abc\n");
    });
}

fn size(rows: u16, columns: u16) -> winsize {
    winsize { ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 }
}

/// The size is told as it was set; the group in the foreground learns of a new one, and nobody else.
pub fn new_size_is_told_to_the_foreground() {
    in_session(|line| {
        must!(line.request(TIOCSWINSZ, (&size(30, 100)).word()));
        set(SIGWINCH, &Action::plain(note, 0));
        set(SIGUSR1, &Action::plain(note, 0));
        // What arrives before the child sleeps waits for that.
        must!(set_mask(SignalSet::EMPTY.with(SIGUSR1).with(SIGWINCH)));
        let background = start_in_background(|| {
            suspend(SignalSet::EMPTY);
            (SEEN.first() != [SIGUSR1] || SEEN.count() != 1).into()
        });
        check_eq!(line.request(TIOCSWINSZ, (&size(31, 100)).word()), Ok(0), "TIOCSWINSZ");
        suspend(SignalSet::EMPTY);
        check_eq!((SEEN.first(), SEEN.count()), ([SIGWINCH], 1), "the signal of a new size");
        check_eq!(window_size(line.number()), Ok(WindowSize { rows: 31, columns: 100 }), "the size");
        check_eq!(line.request(TIOCSWINSZ, (&size(31, 100)).word()), Ok(0), "TIOCSWINSZ once more");
        must!(set_mask(SignalSet::EMPTY));
        sleep(Duration::from_millis(20));
        check_eq!(SEEN.count(), 1, "the signals after the same size");
        must!(kill(background, SIGUSR1));
        check_eq!(wait(background), Status(0), "the end of a process in the background");
    });
}
