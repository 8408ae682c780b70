//! Words of memory that processes share: they are one word, wherever they lie.

use super::call::futex;
use crate::check::{check_eq, must};
use crate::child::{self, wait};
use crate::mapping::pages::{NO_FILE, READ_WRITE, anonymous, map, unmap};
use crate::mapping::scratch::Scratch;
use crate::threads::thread::start;
use crate::threads::word::{ALL, Scope, Word, shared_words, until};
use linux_raw_sys::general::{FUTEX_WAIT, FUTEX_WAKE, MAP_ANONYMOUS, MAP_SHARED};
use tusk_user::file::O_RDWR;
use tusk_user::heap::PAGE_SIZE;
use tusk_user::linux;
use tusk_user::{Errno, Status};

/// A child that sleeps until the word is not 0 any more.
fn sleeper(word: &'static Word) -> i32 {
    child::start(|| {
        while word.get() == 0 {
            let _ = word.wait_in(Scope::Shared, 0);
        }
        0
    })
}

/// Parent and children have the same word in memory that fork does not copy.
pub fn word_is_one_across_fork() {
    let words = shared_words();
    let children = [(); 3].map(|()| sleeper(&words[0]));
    until("all children sleep", || words[0].sleepers_in(Scope::Shared) == 3);
    words[0].set(1);
    check_eq!(words[0].wake_in(Scope::Shared, 1), 1, "the children woken");
    check_eq!(words[0].wake_in(Scope::Shared, ALL), 2, "the children woken");
    children.into_iter().for_each(|child| check_eq!(wait(child), Status(0), "a child's end"));
}

/// The same memory at two addresses, of one process or two, is one word.
pub fn word_is_one_at_two_addresses() {
    let scratch = Scratch::new(&[0; 2 * PAGE_SIZE]);
    let file = scratch.open(O_RDWR);
    let place = |first: usize| must!(map(0, PAGE_SIZE, READ_WRITE, MAP_SHARED, file.number(), first));
    let [here, there, other] = [place(0), place(0), place(1)];
    // SAFETY: the pages are mapped until the process ends, and hold words only.
    let [here, there, other] = [here, there, other].map(|address| unsafe { Word::at(address + 64) });
    let thread = start(move || {
        while here.get() == 0 {
            let _ = here.wait_in(Scope::Shared, 0);
        }
    });
    let child = child::start(|| {
        // One more mapping, by an open of its own.
        let file = scratch.open(O_RDWR);
        let place = must!(map(0, PAGE_SIZE, READ_WRITE, MAP_SHARED, file.number(), 0));
        // SAFETY: as above.
        let word = unsafe { Word::at(place + 64) };
        while word.get() == 0 {
            let _ = word.wait_in(Scope::Shared, 0);
        }
        0
    });
    until("both sleep", || there.sleepers_in(Scope::Shared) == 2);
    check_eq!(other.wake_in(Scope::Shared, ALL), 0, "those woken in another page of the file");
    there.set(1);
    check_eq!(there.wake_in(Scope::Shared, ALL), 2, "those woken by another address");
    thread.join();
    check_eq!(wait(child), Status(0), "the child's end");
}

/// Private calls mean this memory's sleepers only, though the page is shared.
pub fn private_calls_stay_at_home() {
    let words = shared_words();
    let child = sleeper(&words[0]);
    until("the child sleeps", || words[0].sleepers_in(Scope::Shared) == 1);
    check_eq!(words[0].wake_in(Scope::Private, ALL), 0, "those woken by a private wake");
    words[0].set(1);
    check_eq!(words[0].wake_in(Scope::Shared, ALL), 1, "those woken");
    check_eq!(wait(child), Status(0), "the child's end");
}

/// After fork the words of ordinary memory are two: a child's wake does not reach its parent's threads.
pub fn copied_words_are_two() {
    static WORD: Word = Word::new(0);
    for scope in [Scope::Private, Scope::Shared] {
        WORD.set(0);
        let thread = start(move || {
            while WORD.get() == 0 {
                let _ = WORD.wait_in(scope, 0);
            }
        });
        until("the thread sleeps", || match scope {
            Scope::Private => WORD.sleepers() == 1,
            Scope::Shared => WORD.sleepers_in(Scope::Shared) == 1,
        });
        child::run_well(|| {
            WORD.set(1);
            check_eq!(WORD.wake_in(scope, ALL), 0, "those woken by the child");
        });
        check_eq!(WORD.get(), 0, "the parent's word");
        WORD.set(1);
        check_eq!(WORD.wake_in(scope, ALL), 1, "those woken by the parent");
        thread.join();
    }
}

/// A child that is killed in its sleep is not woken any more, and nothing of it stays.
pub fn killed_sleepers_are_gone() {
    let words = shared_words();
    for _ in 0..child::rounds(10) {
        let children = [(); 3].map(|()| sleeper(&words[0]));
        until("all children sleep", || words[0].sleepers_in(Scope::Shared) == 3);
        must!(tusk_user::signal::kill(children[1], linux_raw_sys::general::SIGKILL));
        check_eq!(wait(children[1]).signal(), Some(9), "the signal that ended the child");
        words[0].set(1);
        check_eq!(words[0].wake_in(Scope::Shared, ALL), 2, "those woken");
        [children[0], children[2]].into_iter().for_each(|child| check_eq!(wait(child), Status(0), "a child's end"));
        words[0].set(0);
    }
}

/// A page that is unmapped while somebody sleeps on it in another mapping stays that one's.
pub fn unmapping_wakes_nobody() {
    let words = shared_words();
    let child = sleeper(&words[0]);
    until("the child sleeps", || words[0].sleepers_in(Scope::Shared) == 1);
    let other = must!(map(0, PAGE_SIZE, READ_WRITE, MAP_SHARED | MAP_ANONYMOUS, NO_FILE, 0));
    check_eq!(futex(other, FUTEX_WAKE, ALL, 0, 0, 0), Ok(0), "those woken in another shared page");
    must!(unmap(other, PAGE_SIZE));
    words[0].set(1);
    check_eq!(words[0].wake_in(Scope::Shared, 1), 1, "those woken");
    check_eq!(wait(child), Status(0), "the child's end");
}

/// A page that nobody has touched yet is a word of zero.
pub fn fresh_pages_hold_words() {
    let shared = must!(map(0, PAGE_SIZE, READ_WRITE, MAP_SHARED | MAP_ANONYMOUS, NO_FILE, 0));
    for page in [shared, anonymous(1)] {
        for flag in [Scope::Private.flag(), Scope::Shared.flag()] {
            let result = futex(page, FUTEX_WAIT | flag, 1, 0, 0, 0);
            check_eq!(result, Err(Errno::EAGAIN), "FUTEX_WAIT on a fresh page");
            check_eq!(futex(page + 8, FUTEX_WAKE | flag, 1, 0, 0, 0), Ok(0), "FUTEX_WAKE on a fresh page");
        }
    }
    let _ = linux::sched_yield();
}
