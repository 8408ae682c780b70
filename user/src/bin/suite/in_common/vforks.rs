//! `CLONE_VFORK`: the caller sleeps until its child has a program of its own or is gone.

use crate::call::call;
use crate::check::{check, check_eq, must};
use crate::child::{self, insist, none_left, wait};
use crate::program::become_program;
use crate::threads::thread::{start, try_start};
use crate::threads::word::Word;
use core::time::Duration;
use linux_raw_sys::general::{__NR_clone, CLONE_VFORK, SIGCHLD, SIGKILL};
use tusk_user::signal::kill;
use tusk_user::time::sleep;
use tusk_user::{Status, file, linux};

/// The parent sleeps though the memory is not shared.
pub fn parent_sleeps_without_sharing_too() {
    let (reader, writer) = must!(file::pipe(file::O_NONBLOCK));
    let vfork = || insist(|| call(__NR_clone, [(CLONE_VFORK | SIGCHLD) as usize]));
    let child = must!(vfork()) as i32;
    if child == 0 {
        sleep(Duration::from_millis(30));
        must!(linux::write(writer.number(), b"x"));
        linux::exit(3)
    }
    check_eq!(linux::read(reader.number(), &mut [0]), Ok(1), "what the child has written before the parent goes on");
    check_eq!(wait(child), Status(3 << 8), "the child's end");
}

/// With the memory shared, and until execve: what the child did before is there, and the program runs on its own.
pub fn parent_goes_on_at_execve() {
    static DONE: Word = Word::new(0);
    let (reader, writer) = must!(file::pipe(0));
    let (from, to) = (reader.number(), writer.number());
    let process = must!(try_start(CLONE_VFORK | SIGCHLD, 0, move || {
        // Descriptors are not shared: 0 is the child's own.
        must!(file::duplicate_to(from, 0));
        must!(file::close(to));
        DONE.set(1);
        let numbers = [linux::getpid(), linux::getppid()].map(crate::program::number_as_text);
        become_program("waiting", &numbers.each_ref().map(|number| number.as_c_str()))
    }));
    check_eq!(DONE.get(), 1, "what the child did before its program");
    check!(process.has_ended(), "the child's number is still in the memory that it has left");
    check_eq!(linux::try_waitpid(process.number), Ok(None), "waitpid while the program runs");
    drop(writer);
    check_eq!(wait(process.number), Status(0), "the program's end");
}

/// Only the thread that calls sleeps: the child waits for another thread of its parent.
pub fn only_the_calling_thread_sleeps() {
    static ASKED: Word = Word::new(0);
    static ANSWERED: Word = Word::new(0);
    let other = start(|| {
        ASKED.await_at_least(1);
        ANSWERED.announce();
    });
    let process = must!(try_start(CLONE_VFORK | SIGCHLD, 0, || {
        ASKED.announce();
        ANSWERED.await_at_least(1);
        4
    }));
    check_eq!(ANSWERED.get(), 1, "the answer of the other thread");
    check_eq!(wait(process.number), Status(4 << 8), "the child's end");
    other.join();
}

/// Who sleeps for a child can be killed, and the child lives on.
pub fn parent_that_sleeps_can_be_killed() {
    let (reader, writer) = must!(file::pipe(0));
    let (end, life) = must!(file::pipe(0));
    let numbers = [&writer, &end, &life].map(|file| file.number());
    let parent = child::start(|| {
        let _ = try_start(CLONE_VFORK | SIGCHLD, 0, move || {
            let [writer, end, life] = numbers;
            must!(file::close(life));
            must!(linux::write(writer, b"x"));
            let _ = linux::read(end, &mut [0]);
            0
        });
        5
    });
    check_eq!(linux::read(reader.number(), &mut [0]), Ok(1), "the child's sign of life");
    must!(kill(parent, SIGKILL));
    check_eq!(wait(parent), Status(SIGKILL), "the parent's end");
    none_left();
    // The orphan ends when nobody has the other end any more; process 1 hears of it.
    drop((life, writer));
    check_eq!(linux::read(reader.number(), &mut [0]), Ok(0), "the end of the orphan");
}

/// A child that is killed lets its parent go on.
pub fn killed_child_lets_go() {
    for _ in 0..child::rounds(10) {
        let process = must!(try_start(CLONE_VFORK | SIGCHLD, 0, || {
            must!(kill(linux::getpid(), SIGKILL));
            0
        }));
        check_eq!(wait(process.number), Status(SIGKILL), "the child's end");
    }
}

/// As posix_spawn does it, from a thread.
pub fn thread_may_spawn_programs() {
    start(|| {
        let process = must!(try_start(CLONE_VFORK | SIGCHLD, 0, || become_program("bss", &[])));
        check_eq!(wait(process.number), Status(0), "the program's end");
    })
    .join();
    none_left();
}
