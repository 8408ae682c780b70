//! A crowd: as many processes at once as there is room for. It is an exact measure of what the kernel has left.
//!
//! Its members have become a program that is as small as can be, so that it is the kernel's memory that runs out, which
//! a process needs for its PCB, its bitmap of addresses and its page tables, and not the programs'.

use crate::check::{check, check_eq, must};
use crate::program::number_as_text;
use core::time::Duration;
use linux_raw_sys::general::SIGKILL;
use tusk_user::launch::StringList;
use tusk_user::linux::{self, ANY_CHILD, Fork};
use tusk_user::time::now;
use tusk_user::{Errno, Status};

/// The program that a member becomes.
const SLEEPER: &core::ffi::CStr = c"/tests/helper";

/// How a member ends that could not become that program.
const REFUSED: i32 = 99;

/// How many turns a member surely needs at most to become that program.
const TURNS: u32 = 10;

/// How long a member lives at first, and at most: all of them have to live at once.
const FIRST_LIFE: Duration = Duration::from_secs(1);
const LONGEST_LIFE: Duration = Duration::from_secs(32);

/// How many there is room for; `None` when it is the number of pids that sets the limit.
pub fn size() -> Option<u32> {
    let mut life = FIRST_LIFE;
    loop {
        match size_within(life) {
            Some((size, error)) => return (error == Errno::ENOMEM).then_some(size),
            None => check!(life < LONGEST_LIFE, "no fork was refused in {} s", life.as_secs()),
        }
        life *= 2;
    }
}

/// The same, and the error that was the limit; `None` when the first had ended before it was reached.
fn size_within(life: Duration) -> Option<(u32, Errno)> {
    let end = now() + life;
    let milliseconds = number_as_text(life.as_millis() as i32);
    let (mut size, mut error) = (0, None);
    while error.is_none() && now() < end {
        match linux::fork() {
            Ok(Fork::Child) => {
                let list = must!(StringList::new([c"helper", c"sleep", milliseconds.as_c_str()]));
                linux::execve(SLEEPER, list.strings(), must!(StringList::new([])).strings());
                linux::exit(REFUSED);
            }
            // It takes its turns, so that each is small, and asleep, before the next is made.
            Ok(Fork::Parent(_)) => {
                size += 1;
                (0..TURNS).for_each(|_| must!(linux::sched_yield()));
            }
            Err(refusal) => error = Some(refusal),
        }
    }
    let all_at_once = now() < end;
    let mut reaped = 0;
    while let Ok((_, status)) = linux::waitpid(ANY_CHILD) {
        // Who found no room for its new program, or for a page of it, was one too many, too.
        let is_too_many = status.exit_code() == Some(REFUSED as u8) || status.signal() == Some(SIGKILL);
        check!(status == Status(0) || is_too_many, "a sleeper ended with {status}");
        reaped += 1;
    }
    check_eq!(reaped, size, "the number of sleepers waited for");
    error.filter(|_| all_at_once).map(|error| (size, error))
}
