//! Signals for a whole process group that come while a member forks: the child does not escape them.

use crate::call::sys;
use crate::check::{check_eq, must};
use crate::child::{self, rounds};
use crate::mapping::pages::{anonymous, fill};
use core::time::Duration;
use linux_raw_sys::general::{SIGKILL, SIGTERM};
use tusk_user::heap::PAGE_SIZE;
use tusk_user::signal::kill;
use tusk_user::time::sleep;
use tusk_user::{Status, file, linux};

/// Pages that take so long to copy that a signal is likely to come meanwhile.
const PAGES: usize = 200;

/// A group whose first member forks all the time is ended by one signal, all of it.
fn group_ends(signal: u32) {
    let body = anonymous(PAGES);
    fill(body, PAGES * PAGE_SIZE, 1);
    for round in 0..rounds(24) {
        let (reader, writer) = must!(file::pipe(0));
        let (report, ready) = must!(file::pipe(0));
        let writer = writer.into_number();
        let first = child::start(|| {
            must!(sys!(__NR_setpgid, 0, 0));
            must!(linux::write(ready.number(), b"x"));
            let (gate, key) = must!(file::pipe(0));
            loop {
                // It ends when it is told so, and has the other end of the pipe itself: without its parent it stays.
                let child = child::start(|| linux::read(gate.number(), &mut [0]).map_or(1, |_| 0));
                must!(linux::write(key.number(), b"x"));
                child::wait(child);
            }
        });
        must!(file::close(writer));
        check_eq!(linux::read(report.number(), &mut [0]), Ok(1), "read");
        sleep(Duration::from_millis(u64::from(round % 8)));
        must!(kill(-first, signal));
        check_eq!(child::wait(first), Status(signal), "the end of the first");
        // The end of file comes when nobody has the other end any more.
        check_eq!(linux::read(reader.number(), &mut [0]), Ok(0), "read from a group that has ended");
    }
}

/// By SIGKILL.
pub fn killed_group_leaves_nobody() {
    group_ends(SIGKILL);
}

/// By a signal that might be handled.
pub fn ended_group_leaves_nobody() {
    group_ends(SIGTERM);
}
