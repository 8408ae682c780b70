//! How a terminal becomes a session's, and is given up.

use super::line::{Line, as_leader, in_session};
use crate::call::Argument;
use crate::check::{check, check_eq, must, only_on_tusk};
use crate::child::run_well;
use crate::signals::catch::{Action, SEEN, note, set};
use linux_raw_sys::general::{O_NOCTTY, O_WRONLY, SIGCONT, SIGHUP};
use linux_raw_sys::ioctl::{TIOCGSID, TIOCNOTTY, TIOCSCTTY};
use tusk_user::stat::{descriptor_stat, stat};
use tusk_user::{Errno, file, linux};

/// Whether this process has a terminal.
fn has_terminal() -> bool {
    match file::open(c"/dev/tty", file::O_RDWR) {
        Ok(_) => true,
        Err(found) => {
            check_eq!(found, Errno::ENXIO, "the error of /dev/tty without a terminal");
            false
        }
    }
}

/// A leader that opens a terminal gets it, unless it says that it does not want it.
pub fn opened_terminal_becomes_the_leaders() {
    as_leader(|line| {
        check!(!has_terminal(), "a new session has a terminal");
        drop(must!(line.open_again(O_NOCTTY)));
        check!(!has_terminal(), "O_NOCTTY has given the session a terminal");
        drop(must!(file::open(line.path(), O_WRONLY)));
        check!(!has_terminal(), "a terminal opened for writing only has become the session's");
        run_well(|| {
            drop(must!(line.open_again(0)));
            check!(!has_terminal(), "who leads no session has got a terminal");
        });
        drop(must!(line.open_again(0)));
        check!(has_terminal(), "open has not given the session a terminal");
        check_eq!(line.ask(TIOCGSID), Ok(linux::getpid()), "TIOCGSID");
        run_well(|| check!(has_terminal(), "a child has no terminal"));
    });
}

/// Whose terminal is another session's keeps it.
pub fn terminal_of_another_session_is_left_alone() {
    in_session(|line| {
        let own = linux::getpid();
        run_well(|| {
            must!(tusk_user::terminal::begin_session());
            drop(must!(line.open_again(0)));
            check!(!has_terminal(), "open has taken another session's terminal");
            check_eq!(line.request(TIOCSCTTY, 0), Err(Errno::EPERM), "TIOCSCTTY");
        });
        check_eq!(line.ask(TIOCGSID), Ok(own), "TIOCGSID");
        run_well(|| check_eq!(line.request(TIOCSCTTY, 0), Err(Errno::EPERM), "TIOCSCTTY of who leads nothing"));
    });
}

/// A leader gives the terminal up for all; who leads nothing, for itself.
pub fn terminal_can_be_given_up() {
    in_session(|line| {
        run_well(|| {
            check_eq!(line.request(TIOCNOTTY, 0), Ok(0), "TIOCNOTTY of a child");
            check!(!has_terminal(), "a child that has given up its terminal has one");
            check_eq!(line.request(TIOCNOTTY, 0), Err(Errno::ENOTTY), "TIOCNOTTY once more");
        });
        check!(has_terminal(), "a child has given up the session's terminal");
        set(SIGHUP, &Action::plain(note, 0));
        set(SIGCONT, &Action::plain(note, 0));
        check_eq!(line.request(TIOCNOTTY, 0), Ok(0), "TIOCNOTTY");
        check!(!has_terminal(), "the session still has a terminal");
        let mut seen: [u32; 2] = SEEN.first();
        seen.sort_unstable();
        check_eq!((seen, SEEN.count()), ([SIGHUP, SIGCONT], 2), "the signals to the foreground");
        check_eq!(line.request(TIOCSCTTY, 0), Ok(0), "TIOCSCTTY afterwards");
    });
}

/// What `fstat` tells of an open terminal is what `stat` tells of its name.
pub fn open_terminal_is_its_node() {
    let line = Line::open();
    let same = |number: i32, path: &core::ffi::CStr| {
        let (open, named) = (must!(descriptor_stat(number)), must!(stat(path)));
        check_eq!((open.inode(), open.mode()), (named.inode(), named.mode()), "number and mode of {path:?}");
        check_eq!((open.device(), open.file_system()), (named.device(), named.file_system()), "devices of {path:?}");
        check_eq!((open.links(), open.owner()), (named.links(), named.owner()), "links and owner of {path:?}");
        check!(open.inode() != 0, "{path:?} has number 0");
    };
    same(line.number(), line.path());
    for path in [c"/dev/null", c"/dev/zero", c"/dev/urandom"] {
        same(must!(file::open(path, file::O_RDWR)).number(), path);
    }
}

/// The descriptors that the first program is given are the console, by its name.
pub fn first_descriptors_are_the_console() {
    only_on_tusk();
    let mut path = [0; 32];
    for number in 0..3 {
        let (open, named) = (must!(descriptor_stat(number)), must!(stat(c"/dev/console")));
        check_eq!(
            (open.inode(), open.device(), open.mode()),
            (named.inode(), (5, 1), named.mode()),
            "fstat of {number}"
        );
    }
    let link = (c"/proc/self/fd/0".to_bytes_with_nul()).word();
    let room = (&mut path).word();
    let length = must!(crate::call::call(linux_raw_sys::general::__NR_readlink, [link, room, 32]));
    check_eq!(path[..length], *b"/dev/console", "the name of descriptor 0");
}
