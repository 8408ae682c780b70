//! `execve` in a process of several threads: all others end, and the one that calls it is the process.

use super::thread::{start, try_start};
use super::word::{Word, until};
use crate::check::{check, check_eq, must};
use crate::child::{self, none_left, rounds};
use crate::mapping::pages::{anonymous, fill};
use crate::program::{become_program, number_as_text};
use core::time::Duration;
use linux_raw_sys::general::{CLONE_VFORK, SIGCHLD, SIGUSR1, WNOHANG};
use tusk_user::launch::StringList;
use tusk_user::signal::{SignalSet, set_mask};
use tusk_user::time::sleep;
use tusk_user::{Errno, Status, file, linux};

/// How many sleep meanwhile.
const SLEEPERS: u32 = 20;

static READY: Word = Word::new(0);
static NEVER: Word = Word::new(0);

/// Threads that sleep in this memory, which will be gone.
fn crowd() {
    for _ in 0..SLEEPERS {
        start(|| {
            READY.announce();
            let _ = NEVER.wait(0);
            linux::exit_group(98)
        })
        .leave();
    }
    READY.await_at_least(SLEEPERS);
}

/// Becomes the program that checks that it is the only thread of the process `pid` with the parent `parent`.
fn become_the_only_thread(pid: i32, parent: i32) -> i32 {
    become_program("alone", &[number_as_text(pid).as_c_str(), number_as_text(parent).as_c_str()])
}

/// The new program has the process's pid and parent, whichever thread has called, and nobody is there but it.
pub fn execve_in_a_thread_keeps_the_pid() {
    child::run_well(|| {
        let (pid, parent) = (linux::getpid(), linux::getppid());
        crowd();
        start(move || _ = become_the_only_thread(pid, parent)).join();
        linux::exit_group(97)
    });
    none_left();
}

/// And when it is the first thread that calls.
pub fn execve_in_the_leader_ends_the_others() {
    child::run_well(|| {
        crowd();
        become_the_only_thread(linux::getpid(), linux::getppid());
    });
}

/// And when the first thread has ended before.
pub fn execve_after_the_leaders_end_keeps_the_pid() {
    let process = child::start(|| {
        let (pid, parent) = (linux::getpid(), linux::getppid());
        start(move || {
            sleep(Duration::from_millis(20));
            become_the_only_thread(pid, parent);
        })
        .leave();
        linux::exit(3)
    });
    check_eq!(child::wait(process), Status(0), "the end of the new program");
}

/// The program's parent sees nothing of it: no end, no other pid.
pub fn parent_does_not_notice() {
    let (reader, writer) = must!(file::pipe(0));
    let process = child::start(|| {
        must!(file::duplicate_to(reader.number(), 0));
        must!(file::close(writer.number()));
        let (pid, parent) = (linux::getpid(), linux::getppid());
        crowd();
        start(move || {
            let numbers = [number_as_text(pid), number_as_text(parent)];
            become_program("waiting", &[numbers[0].as_c_str(), numbers[1].as_c_str()]);
        })
        .join();
        97
    });
    sleep(Duration::from_millis(40));
    check_eq!(linux::waitpid_with(process, WNOHANG), Ok((0, Status(0))), "waitpid while the new program runs");
    drop(writer);
    check_eq!(child::wait(process), Status(0), "the end of the new program");
}

/// What the threads' memory was is gone, and what is to be closed is closed.
pub fn old_memory_and_closed_files_are_gone() {
    child::run_well(|| {
        crowd();
        start(|| {
            let place = anonymous(3);
            fill(place, 100, 7);
            become_program("gone", &[number_as_text(place as i32).as_c_str()]);
        })
        .join();
    });
    child::run_well(|| {
        crowd();
        let (reader, writer) = must!(file::pipe(file::O_CLOEXEC));
        must!(file::duplicate_to(0, 20));
        start(move || {
            let numbers = [reader.number(), writer.number(), 20].map(number_as_text);
            become_program("files", &numbers.each_ref().map(|number| number.as_c_str()));
        })
        .join();
    });
}

/// The caller's mask stays, though it was not the first thread's.
pub fn mask_of_the_caller_stays() {
    child::run_well(|| {
        start(|| {
            must!(set_mask(SignalSet::EMPTY.with(SIGUSR1)));
            become_program("masked", &[number_as_text(SIGUSR1 as i32).as_c_str()]);
        })
        .join();
    });
}

/// One that fails ends nobody.
pub fn failed_execve_ends_nobody() {
    crowd();
    start(|| {
        let list = must!(StringList::new([c"x"]));
        let error = linux::execve(c"/no/such/program", list.strings(), list.strings());
        check_eq!(error, Errno::ENOENT, "execve of nothing");
        let error = linux::execve(c"/", list.strings(), list.strings());
        check_eq!(error, Errno::EACCES, "execve of a directory");
    })
    .join();
    until("all still sleep", || NEVER.sleepers() == SLEEPERS as usize);
}

/// Several at once: one of them becomes the program, the others end.
pub fn one_of_several_execves_wins() {
    for _ in 0..rounds(10) {
        child::run_well(|| {
            static GO: Word = Word::new(0);
            let (pid, parent) = (linux::getpid(), linux::getppid());
            for _ in 0..4 {
                start(move || {
                    GO.await_at_least(1);
                    become_the_only_thread(pid, parent);
                })
                .leave();
            }
            GO.announce();
            become_the_only_thread(pid, parent);
        });
    }
}

/// One thread becomes a program while another ends the process: either may come first.
pub fn execve_and_exit_group_at_once() {
    for _ in 0..rounds(20) {
        let process = child::start(|| {
            let (pid, parent) = (linux::getpid(), linux::getppid());
            start(move || {
                READY.announce();
                become_the_only_thread(pid, parent);
            })
            .leave();
            READY.await_at_least(1);
            linux::exit_group(5)
        });
        let code = child::wait(process).exit_code();
        check!(matches!(code, Some(0 | 5)), "the exit code is {code:?}");
    }
}

/// A child that shares the memory, as posix_spawn makes it, becomes a program: the threads of its maker do not notice.
pub fn spawning_ends_no_thread() {
    crowd();
    start(|| {
        let vfork = CLONE_VFORK | SIGCHLD;
        let spawned = must!(try_start(vfork, 0, || become_program("bss", &[])));
        check_eq!(child::wait(spawned.number), Status(0), "the end of the program");
    })
    .join();
    check_eq!(NEVER.sleepers(), SLEEPERS as usize, "the threads that still sleep");
}
