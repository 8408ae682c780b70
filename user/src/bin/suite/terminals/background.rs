//! Foreground and background: who may read, write and change the terminal.

use super::line::{end, in_session, is_stopped_by, start_in_background};
use crate::call::Argument;
use crate::check::{check_eq, must};
use crate::child::{run_well, start, wait};
use crate::signals::catch::{Action, set};
use core::time::Duration;
use linux_raw_sys::general::{SIGCONT, SIGTTIN, SIGTTOU, TCOOFF, TCOON, TOSTOP};
use linux_raw_sys::ioctl::{TCSETS, TCXONC, TIOCGPGRP, TIOCGSID, TIOCSPGRP};
use tusk_user::signal::kill;
use tusk_user::terminal::{begin_session, set_foreground_group, settings};
use tusk_user::time::sleep;
use tusk_user::{Errno, Status, file, linux};

/// Who reads in the background is stopped, and goes on when brought to the foreground.
pub fn background_reader_is_stopped() {
    in_session(|line| {
        set(SIGTTOU, &Action::IGNORE);
        let child = start_in_background(|| {
            line.gives(64, b"for you\n");
            7
        });
        is_stopped_by(child, SIGTTIN);
        line.type_in(b"for you\n");
        check_eq!(set_foreground_group(line.number(), child), Ok(()), "TIOCSPGRP");
        check_eq!(line.ask(TIOCGPGRP), Ok(child), "TIOCGPGRP");
        must!(kill(-child, SIGCONT));
        check_eq!(wait(child), Status(7 << 8), "the reader's end");
        check_eq!(set_foreground_group(line.number(), linux::getpid()), Ok(()), "TIOCSPGRP from the background");
    });
}

/// Who cannot be stopped for reading gets an error: the signal is ignored, or nobody could bring the group back.
pub fn reader_that_cannot_be_stopped_is_eio() {
    in_session(|line| {
        let child = start_in_background(|| {
            set(SIGTTIN, &Action::IGNORE);
            check_eq!(linux::read(line.number(), &mut [0; 8]), Err(Errno::EIO), "read with SIGTTIN ignored");
            0
        });
        check_eq!(wait(child), Status(0), "the end of who ignores SIGTTIN");
        // An orphan: its parent, in the background too, ends before it reads.
        let (told, tell) = must!(file::pipe(0));
        let parent = start_in_background(|| {
            let parent = linux::getpid();
            start(|| {
                while linux::getppid() == parent {
                    sleep(Duration::from_millis(5));
                }
                let is_refused = linux::read(line.number(), &mut [0; 8]) == Err(Errno::EIO);
                must!(linux::write_all(tell.number(), &[u8::from(is_refused)]));
                0
            });
            0
        });
        check_eq!(wait(parent), Status(0), "the end of the orphan's parent");
        let mut found = [9];
        check_eq!((linux::read(told.number(), &mut found), found), (Ok(1), [1]), "whether an orphan got EIO");
    });
}

/// Who changes the terminal in the background is stopped, unless it has the signal ignored.
pub fn background_process_changes_nothing() {
    in_session(|line| {
        let same = must!(settings(line.number()));
        let own = linux::getpid();
        for request in [TCSETS, TIOCSPGRP] {
            let address = if request == TCSETS { (&same.0).word() } else { (&own).word() };
            let child = start_in_background(|| i32::from(line.request(request, address) != Ok(0)));
            is_stopped_by(child, SIGTTOU);
            end(child);
            let child = start_in_background(|| {
                set(SIGTTOU, &Action::IGNORE);
                i32::from(line.request(request, address) != Ok(0))
            });
            check_eq!(wait(child), Status(0), "request {request:#x} with SIGTTOU ignored");
        }
    });
}

/// Writing in the background is stopped only where TOSTOP says so.
pub fn background_writer_is_stopped_if_wanted() {
    in_session(|line| {
        let write = || i32::from(linux::write(line.number(), b".") != Ok(1));
        check_eq!(wait(start_in_background(write)), Status(0), "the end of a writer without TOSTOP");
        line.change(|settings| settings.0.c_lflag |= TOSTOP);
        let child = start_in_background(write);
        is_stopped_by(child, SIGTTOU);
        end(child);
        check_eq!(write(), 0, "a write in the foreground");
    });
}

/// Groups that cannot be in the foreground, and processes that have no say.
pub fn impossible_foregrounds_are_refused() {
    in_session(|line| {
        let own = linux::getpid();
        check_eq!((line.ask(TIOCGPGRP), line.ask(TIOCGSID)), (Ok(own), Ok(own)), "group and session");
        let foreground = |group: i32| set_foreground_group(line.number(), group);
        check_eq!(foreground(-1), Err(Errno::EINVAL), "TIOCSPGRP of a negative number");
        check_eq!(foreground(0x3fff_ffff), Err(Errno::ESRCH), "TIOCSPGRP of nobody's group");
        // The first process is of another session.
        check_eq!(foreground(must!(tusk_user::terminal::group(linux::getppid()))), Err(Errno::EPERM), "a stranger's");
        check_eq!(line.request(TIOCSPGRP, 0), Err(Errno::EFAULT), "TIOCSPGRP from nowhere");
        run_well(|| {
            must!(begin_session());
            let enotty = Errno::ENOTTY;
            check_eq!(line.ask(TIOCGPGRP), Err(enotty), "TIOCGPGRP in another session");
            check_eq!(line.ask(TIOCGSID), Err(enotty), "TIOCGSID in another session");
            check_eq!(foreground(own), Err(enotty), "TIOCSPGRP in another session");
        });
    });
}

/// Writers behind output that was stopped can be killed, the second one too.
pub fn stopped_writers_can_be_killed() {
    in_session(|line| {
        must!(line.request(TCXONC, TCOOFF as usize));
        let writers = [(); 2].map(|()| {
            let writer = start(|| i32::from(linux::write(line.number(), b".") != Ok(1)));
            sleep(Duration::from_millis(30));
            check_eq!(linux::try_waitpid(writer), Ok(None), "waitpid of a writer that waits");
            writer
        });
        for writer in writers.into_iter().rev() {
            end(writer);
        }
        must!(line.request(TCXONC, TCOON as usize));
        check_eq!(linux::write(line.number(), b"."), Ok(1), "a write afterwards");
    });
}
