//! Stopping and going on: all threads at once, and the parent is told once.

use super::directed::send;
use crate::check::{check, check_eq, must};
use crate::child::{self, wait};
use crate::signals::catch::{Action, SEEN, note, set};
use crate::threads::thread::start;
use crate::threads::word::{Word, shared_words, until};
use core::time::Duration;
use linux_raw_sys::general::{SIGCHLD, SIGCONT, SIGKILL, SIGSTOP, SIGTERM, WCONTINUED, WNOHANG, WUNTRACED};
use tusk_user::signal::kill;
use tusk_user::time::sleep;
use tusk_user::{Status, linux};

const STOPPED: Status = Status(SIGSTOP << 8 | 0x7f);
const GOES_ON: Status = Status(0xffff);
/// What the parent asks for when it wants to know everything.
const ALL: u32 = WNOHANG | WUNTRACED | WCONTINUED;

/// How many threads count, the first among them.
const COUNTERS: usize = 4;

/// A process whose threads count in shared words, some of them while they sleep in between; each in its own way.
fn counters(words: &'static [Word]) -> i32 {
    let process = child::start(|| {
        for word in &words[1..COUNTERS] {
            start(move || count(word)).leave();
        }
        count(&words[0])
    });
    until("all count", || words[..COUNTERS].iter().all(|word| word.get() > 0));
    process
}

fn count(word: &Word) -> ! {
    static NEVER: Word = Word::new(0);
    loop {
        let turns = word.add(1);
        match turns % 3 {
            0 => sleep(Duration::from_millis(1)),
            1 => drop(crate::futexes::futex_times::wait_for(&NEVER, 0, 1)),
            _ => (0..10_000).for_each(|_| core::hint::spin_loop()),
        }
    }
}

fn counts(words: &[Word]) -> [u32; COUNTERS] {
    core::array::from_fn(|index| words[index].get())
}

/// All of them stand still after the stop was told, and all count again after the going on.
pub fn all_threads_stop_and_go_on() {
    let words = shared_words();
    let process = counters(words);
    for _ in 0..5 {
        must!(kill(process, SIGSTOP));
        check_eq!(linux::waitpid_with(process, WUNTRACED), Ok((process, STOPPED)), "the stop");
        let stopped_at = counts(words);
        sleep(Duration::from_millis(20));
        check_eq!(counts(words), stopped_at, "what the threads have counted while they were stopped");
        check_eq!(linux::waitpid_with(process, ALL), Ok((0, Status(0))), "waitpid once more");
        must!(kill(process, SIGCONT));
        check_eq!(linux::waitpid_with(process, WCONTINUED), Ok((process, GOES_ON)), "the going on");
        until("all count again", || counts(words).iter().zip(stopped_at).all(|(&now, then)| now > then));
        check_eq!(linux::waitpid_with(process, ALL), Ok((0, Status(0))), "waitpid at last");
    }
    must!(kill(process, SIGKILL));
    check_eq!(wait(process), Status(SIGKILL), "the end");
}

/// The parent gets one SIGCHLD for each stop and each going on, however many threads there are.
pub fn parent_gets_one_signal_for_each() {
    let words = shared_words();
    child::is_injecting();
    let process = counters(words);
    set(SIGCHLD, &Action::plain(note, 0));
    for round in 0..4 {
        must!(kill(process, SIGSTOP));
        until("the stop is told", || SEEN.count() == 2 * round + 1);
        must!(kill(process, SIGCONT));
        until("the going on is told", || SEEN.count() == 2 * round + 2);
    }
    sleep(Duration::from_millis(10));
    check_eq!(SEEN.count(), 8, "the signals that came");
    must!(kill(process, SIGKILL));
    while linux::waitpid(process) == Err(tusk_user::Errno::EINTR) {}
    check_eq!(SEEN.count(), 9, "the signals that came");
}

/// A stop that is sent to one thread stops all.
pub fn stop_for_one_thread_stops_all() {
    let words = shared_words();
    let process = child::start(|| {
        for word in &words[1..COUNTERS] {
            start(move || count(word)).leave();
        }
        let thread = start(|| {
            loop {
                sleep(Duration::from_secs(1));
            }
        });
        until("all count", || words[1..COUNTERS].iter().all(|word| word.get() > 0));
        must!(send(thread.number, SIGSTOP));
        count(&words[0])
    });
    check_eq!(linux::waitpid_with(process, WUNTRACED), Ok((process, STOPPED)), "the stop");
    let stopped_at = counts(words);
    sleep(Duration::from_millis(20));
    check_eq!(counts(words), stopped_at, "what the threads have counted while they were stopped");
    must!(kill(process, SIGCONT));
    until("all count again", || counts(words).iter().zip(stopped_at).all(|(&now, then)| now > then));
    must!(kill(process, SIGKILL));
    check_eq!(wait(process), Status(SIGKILL), "the end");
}

/// SIGKILL ends a process that is stopped, with all threads; SIGTERM does when it goes on.
pub fn stopped_threads_can_be_ended() {
    for signal in [SIGKILL, SIGTERM] {
        let words = shared_words();
        let process = counters(words);
        must!(kill(process, SIGSTOP));
        check_eq!(linux::waitpid_with(process, WUNTRACED), Ok((process, STOPPED)), "the stop");
        must!(kill(process, signal));
        if signal != SIGKILL {
            check_eq!(linux::waitpid_with(process, ALL), Ok((0, Status(0))), "waitpid while it is stopped");
            must!(kill(process, SIGCONT));
        }
        check_eq!(wait(process), Status(signal), "the end");
    }
}

/// Threads that are made and that end while stops come and go: the parent is told of each.
pub fn stops_meet_threads_that_come_and_go() {
    let words = shared_words();
    let process = child::start(|| {
        for word in &words[..3] {
            start(move || {
                loop {
                    start(|| {}).join();
                    word.add(1);
                }
            })
            .leave();
        }
        loop {
            sleep(Duration::from_secs(1));
        }
    });
    until("all make threads", || words[..3].iter().all(|word| word.get() > 0));
    for _ in 0..child::rounds(30) {
        must!(kill(process, SIGSTOP));
        check_eq!(linux::waitpid_with(process, WUNTRACED), Ok((process, STOPPED)), "the stop");
        let stopped_at = [0, 1, 2].map(|index| words[index].get());
        must!(kill(process, SIGCONT));
        check_eq!(linux::waitpid_with(process, WCONTINUED), Ok((process, GOES_ON)), "the going on");
        until("all go on", || stopped_at.iter().zip(words).all(|(&then, word)| word.get() > then));
    }
    must!(kill(process, SIGKILL));
    check_eq!(wait(process), Status(SIGKILL), "the end");
}

/// A process without its first thread is stopped like any other.
pub fn stop_without_the_leader() {
    let words = shared_words();
    let process = child::start(|| {
        start(move || count(&words[0])).leave();
        linux::exit(3)
    });
    words[0].watch_for(20);
    must!(kill(process, SIGSTOP));
    check_eq!(linux::waitpid_with(process, WUNTRACED), Ok((process, STOPPED)), "the stop");
    let stopped_at = words[0].get();
    sleep(Duration::from_millis(10));
    check!(words[0].get() == stopped_at, "the thread counts though the process is stopped");
    must!(kill(process, SIGCONT));
    words[0].watch_for(stopped_at + 1);
    must!(kill(process, SIGKILL));
    check_eq!(wait(process), Status(SIGKILL), "the end");
}
