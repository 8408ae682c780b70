//! Sleeping and waking: who is woken, in which order, and what is refused.

use super::call::{WORDS, futex, note_woken, on, woken};
use crate::check::{check_eq, must};
use crate::mapping::pages::{anonymous, unmap};
use crate::threads::thread::{Running, start};
use crate::threads::word::{ALL, Scope, Word};
use linux_raw_sys::general::{
    FUTEX_CLOCK_REALTIME, FUTEX_FD, FUTEX_PRIVATE_FLAG, FUTEX_WAIT, FUTEX_WAIT_BITSET, FUTEX_WAKE, FUTEX_WAKE_BITSET,
};
use tusk_user::Errno;
use tusk_user::heap::PAGE_SIZE;

const PRIVATE: u32 = FUTEX_PRIVATE_FLAG;

/// Threads that sleep on the first word, one after the other, each with its number and its bits.
fn sleepers<const COUNT: usize>(bits: [u32; COUNT]) -> [Running; COUNT] {
    let mut count = 0;
    bits.map(|bits| {
        count += 1;
        let number = count as u32;
        let thread = start(move || {
            check_eq!(on(&WORDS[0], FUTEX_WAIT_BITSET | PRIVATE, 0, bits), Ok(0), "the wait of sleeper {number}");
            note_woken(number);
        });
        WORDS[0].await_sleepers(count);
        thread
    })
}

/// A word that is not what was expected is EAGAIN: no sleep, and no wake is needed.
pub fn another_value_is_eagain() {
    for scope in [Scope::Private, Scope::Shared] {
        check_eq!(WORDS[0].wait_in(scope, 1), Err(Errno::EAGAIN), "FUTEX_WAIT for another value");
    }
    check_eq!(on(&WORDS[0], FUTEX_WAIT_BITSET | PRIVATE, 1, 1), Err(Errno::EAGAIN), "FUTEX_WAIT_BITSET");
}

/// Wakes as many as it is told, those who sleep longest first, and tells how many.
pub fn longest_sleepers_are_woken_first() {
    let threads = sleepers([u32::MAX; 6]);
    check_eq!(WORDS[0].wake(1), 1, "the threads woken");
    check_eq!(woken(), [1], "who woke first");
    check_eq!(WORDS[0].wake(1), 1, "the threads woken");
    check_eq!(woken(), [1, 2], "who woke");
    check_eq!(WORDS[0].wake(2), 2, "the threads woken");
    let mut four = woken::<4>();
    four.sort_unstable();
    check_eq!(four, [1, 2, 3, 4], "who woke");
    check_eq!(WORDS[0].wake(ALL), 2, "the threads woken");
    check_eq!(WORDS[0].wake(ALL), 0, "the threads woken when nobody sleeps");
    drop(threads);
}

/// A wake of none wakes one, as on Linux.
pub fn wake_of_none_wakes_one() {
    let threads = sleepers([u32::MAX; 3]);
    check_eq!(WORDS[0].wake(0), 1, "the threads woken by a wake of 0");
    check_eq!(WORDS[0].wake(u32::MAX), 1, "the threads woken by a wake of -1");
    check_eq!(WORDS[0].wake(ALL), 1, "the threads woken");
    drop(threads);
}

/// Who sleeps on another word sleeps on.
pub fn neighbouring_words_are_others() {
    let threads = [0, 1, 2].map(|index| {
        start(move || {
            while WORDS[index].get() == 0 {
                let _ = WORDS[index].wait(0);
            }
        })
    });
    WORDS.iter().take(3).for_each(|word| word.await_sleepers(1));
    check_eq!(WORDS[3].wake(ALL), 0, "the threads woken on the word behind");
    WORDS[1].set(1);
    check_eq!(WORDS[1].wake(ALL), 1, "the threads woken on the word between");
    check_eq!([WORDS[0].sleepers(), WORDS[2].sleepers()], [1, 1], "those who sleep on");
    for word in [&WORDS[0], &WORDS[2]] {
        word.set(1);
        check_eq!(word.wake(1), 1, "the threads woken");
    }
    drop(threads);
}

/// A wake with bits wakes those who have one of them.
pub fn bits_choose_who_is_woken() {
    let threads = sleepers([1, 2, 4, 3, u32::MAX]);
    let wake = |bits: u32, count: u32| on(&WORDS[0], FUTEX_WAKE_BITSET | PRIVATE, count, bits);
    check_eq!(wake(8 | 4, 1), Ok(1), "the threads woken by 4 or 8");
    check_eq!(woken(), [3], "who woke");
    check_eq!(wake(8, 1), Ok(1), "the threads woken by 8");
    check_eq!(woken(), [3, 5], "who woke");
    check_eq!(wake(8, ALL), Ok(0), "the threads woken by 8 when nobody has it");
    check_eq!(wake(2, ALL), Ok(2), "the threads woken by 2");
    check_eq!(WORDS[0].wake(ALL), 1, "the threads woken without bits");
    drop(threads);
    for operation in [FUTEX_WAIT_BITSET, FUTEX_WAKE_BITSET] {
        check_eq!(on(&WORDS[0], operation | PRIVATE, 0, 0), Err(Errno::EINVAL), "operation {operation} without bits");
    }
}

/// Words that are nowhere, and words that are none.
pub fn bad_words_are_refused() {
    let gone = anonymous(1);
    must!(unmap(gone, PAGE_SIZE));
    for scope in [Scope::Private, Scope::Shared] {
        for address in [0, 0x1000, gone] {
            let wait = futex(address, FUTEX_WAIT | scope.flag(), 0, 0, 0, 0);
            check_eq!(wait, Err(Errno::EFAULT), "FUTEX_WAIT on {address:#x}");
        }
        for offset in [1, 2, 3] {
            let address = WORDS[0].address() + offset;
            for operation in [FUTEX_WAIT, FUTEX_WAKE] {
                let result = futex(address, operation | scope.flag(), 1, 0, 0, 0);
                check_eq!(result, Err(Errno::EINVAL), "operation {operation} on {address:#x}");
            }
        }
    }
    check_eq!(futex(gone, FUTEX_WAKE, 1, 0, 0, 0), Err(Errno::EFAULT), "FUTEX_WAKE of whoever shares nothing");
    check_eq!(futex(gone, FUTEX_WAKE | PRIVATE, 1, 0, 0, 0), Ok(0), "FUTEX_WAKE of nobody");
}

/// Operations that do not exist, and flags that do not fit.
pub fn unknown_operations_are_enosys() {
    for operation in [FUTEX_FD, 14, 20, 100, 127] {
        check_eq!(on(&WORDS[0], operation, 1, 1), Err(Errno::ENOSYS), "operation {operation}");
        check_eq!(on(&WORDS[0], operation | PRIVATE, 1, 1), Err(Errno::ENOSYS), "operation {operation}, private");
    }
    for operation in [FUTEX_WAKE, FUTEX_WAKE_BITSET] {
        let with_clock = on(&WORDS[0], operation | PRIVATE | FUTEX_CLOCK_REALTIME, 1, 1);
        check_eq!(with_clock, Err(Errno::ENOSYS), "operation {operation} with a clock");
    }
}

/// Comparing and going to sleep are one step: a waker that changes the word first is never too early.
pub fn no_wake_is_lost() {
    static TURN: Word = Word::new(0);
    let rounds = crate::child::rounds(3000);
    let other = start(move || {
        for round in 0..rounds {
            while TURN.get() != 2 * round + 1 {
                let _ = TURN.wait(2 * round);
            }
            TURN.announce();
        }
    });
    for round in 0..rounds {
        TURN.announce();
        while TURN.get() != 2 * round + 2 {
            let _ = TURN.wait(2 * round + 1);
        }
    }
    other.join();
    check_eq!(TURN.get(), 2 * rounds, "the turns");
}

/// The end of a thread clears its number first and wakes then: who is woken finds it cleared.
pub fn number_is_cleared_before_the_wake() {
    for _ in 0..crate::child::rounds(100) {
        let thread = start(|| {});
        thread.join();
    }
    static GO: Word = Word::new(0);
    for round in 1..=crate::child::rounds(30) {
        // Here the joiner surely sleeps when the end comes, unless it is slow, which does not matter.
        let thread = start(move || {
            GO.await_at_least(round);
            let _ = tusk_user::linux::sched_yield();
        });
        GO.announce();
        thread.join();
    }
}
