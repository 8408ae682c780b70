//! Who the threads of a process are: their numbers, their parent, their children, their coming and going.

use super::thread::{Running, start};
use super::word::{Word, until};
use crate::call::call;
use crate::check::{check, check_eq, must};
use crate::child::{self, none_left, rounds};
use linux_raw_sys::general::{__NR_getpgid, __NR_getsid, __NR_tgkill, __WALL, __WCLONE, __WNOTHREAD, WNOHANG};
use tusk_user::linux::{self, ANY_CHILD};
use tusk_user::{Errno, Status};

/// How many come at once.
const CROWD: usize = 16;

/// A thread has a number of its own, and its process's pid, parent, group and session.
pub fn thread_has_a_number_and_its_process_pid() {
    let facts = || [linux::getpid(), linux::getppid(), family(__NR_getpgid), family(__NR_getsid)];
    let (ours, number) = (facts(), linux::gettid());
    check_eq!(number, linux::getpid(), "the only thread's number");
    let thread = start(move || {
        check_eq!(facts(), ours, "the thread's pid, parent, group and session");
        check!(linux::gettid() != number, "both threads have the number {number}");
        let as_child = call(__NR_getpgid, [linux::gettid() as usize]).map(|group| group as i32);
        check_eq!(as_child, Ok(ours[2]), "the group of the thread by its number");
    });
    check!(thread.number > 0 && thread.number != number, "the thread's number is {}", thread.number);
    thread.join();
    check_eq!(linux::gettid(), number, "the number of the first thread");
}

fn family(number: u32) -> i32 {
    must!(call(number, [0])) as i32
}

/// The number that is returned is the thread's own, stored before it runs.
pub fn threads_number_is_stored_before_it_runs() {
    static SEEN: Word = Word::new(0);
    static STORED: Word = Word::new(0);
    for _ in 0..rounds(100) {
        // The word at the end of a stack is where both numbers are stored; the thread finds it by its own stack.
        let thread = start(|| {
            SEEN.set(linux::gettid() as u32);
            SEEN.wake(1);
            STORED.await_at_least(1);
        });
        SEEN.await_at_least(1);
        check_eq!(SEEN.get(), thread.number as u32, "the thread's number");
        check!(!thread.has_ended(), "the number of a thread that runs is not stored");
        SEEN.set(0);
        STORED.announce();
        thread.join();
        STORED.set(0);
    }
}

/// A thread made by a thread is its process's, not the maker's: the parent of both is the process's.
pub fn threads_of_threads_have_the_same_parent() {
    let (pid, parent) = (linux::getpid(), linux::getppid());
    start(move || {
        start(move || {
            check_eq!([linux::getpid(), linux::getppid()], [pid, parent], "pid and parent of the thread's thread");
        })
        .join();
    })
    .join();
}

/// Five join and five leave, and each does its part.
pub fn five_threads_join_and_five_leave() {
    static JOINED: Word = Word::new(0);
    static LEAVE: Word = Word::new(0);
    static LEFT: Word = Word::new(0);
    let threads: [Running; 5] = core::array::from_fn(|_| {
        start(|| {
            JOINED.announce();
            LEAVE.await_at_least(1);
            LEFT.announce();
        })
    });
    JOINED.await_at_least(5);
    let mut numbers = threads.each_ref().map(|thread| thread.number);
    numbers.sort_unstable();
    check!(numbers.windows(2).all(|pair| pair[0] != pair[1]), "two threads have one number: {numbers:?}");
    check_eq!(LEFT.get(), 0, "the threads that have left too early");
    LEAVE.announce();
    drop(threads);
    check_eq!(LEFT.get(), 5, "the threads that have left");
}

/// Threads that all end at the same moment.
pub fn threads_end_all_at_once() {
    static READY: Word = Word::new(0);
    static GO: Word = Word::new(0);
    for round in 1..=rounds(10) {
        let threads: [Running; CROWD] = core::array::from_fn(|_| {
            start(move || {
                READY.announce();
                GO.await_at_least(round);
            })
        });
        READY.await_at_least(round * CROWD as u32);
        GO.announce();
        drop(threads);
    }
}

/// Many one after the other leave nothing behind.
pub fn five_hundred_threads_come_and_go() {
    static COUNT: Word = Word::new(0);
    for _ in 0..rounds(500) {
        start(|| _ = COUNT.add(1)).join();
    }
    check_eq!(COUNT.get(), rounds(500), "the threads that ran");
}

/// Nobody waits for a thread, living or not.
pub fn threads_are_not_waited_for() {
    static END: Word = Word::new(0);
    let thread = start(|| END.await_at_least(1));
    let number = thread.number;
    let check_all = || {
        for pid in [number, ANY_CHILD] {
            for options in [0, WNOHANG, __WALL, __WCLONE, __WALL | __WNOTHREAD] {
                check_eq!(linux::waitpid_with(pid, options), Err(Errno::ECHILD), "waitpid({pid}, {options:#x})");
            }
        }
    };
    check_all();
    END.announce();
    thread.join();
    check_all();
}

/// One that has ended is gone by itself: nobody has its number any more.
pub fn ended_thread_is_gone() {
    let thread = start(|| {});
    let (pid, number) = (linux::getpid() as usize, thread.number as usize);
    thread.join();
    until("the thread is gone", || call(__NR_tgkill, [pid, number, 0]) == Err(Errno::ESRCH));
}

/// A child of a thread is the process's: any thread may wait for it, unless it says that it wants its own only.
pub fn children_of_threads_are_everybodys() {
    static CHILD: Word = Word::new(0);
    static LOOKED: Word = Word::new(0);
    let pid = linux::getpid();
    let thread = start(move || {
        let child = child::start(move || {
            check_eq!(linux::gettid(), linux::getpid(), "the only thread's number");
            check_eq!(linux::getppid(), pid, "the child's parent");
            11
        });
        CHILD.add(child as u32);
        CHILD.wake(1);
        LOOKED.await_at_least(1);
        let second = child::start(|| 12);
        check_eq!(linux::waitpid_with(second, __WNOTHREAD), Ok((second, Status(12 << 8))), "waitpid of the maker");
    });
    CHILD.await_at_least(1);
    let child = CHILD.get() as i32;
    for options in [__WNOTHREAD, __WNOTHREAD | __WALL | WNOHANG] {
        check_eq!(linux::waitpid_with(child, options), Err(Errno::ECHILD), "waitpid of another thread, {options:#x}");
    }
    check_eq!(linux::waitpid(child), Ok((child, Status(11 << 8))), "waitpid of another thread");
    LOOKED.announce();
    thread.join();
    none_left();
}

/// When the thread that made a child ends, the child is another thread's.
pub fn children_of_an_ended_thread_are_anothers() {
    static CHILD: Word = Word::new(0);
    start(|| _ = CHILD.add(child::start(|| 13) as u32)).join();
    let child = CHILD.get() as i32;
    let mut ended = Err(Errno::ECHILD);
    // The thread may still be on its way out when it is joined.
    until("the child is ours", || {
        ended = linux::waitpid_with(child, __WNOTHREAD);
        ended != Err(Errno::ECHILD)
    });
    check_eq!(ended, Ok((child, Status(13 << 8))), "waitpid with __WNOTHREAD");
    none_left();
}
