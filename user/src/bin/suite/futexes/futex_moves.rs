//! `FUTEX_REQUEUE` and `FUTEX_CMP_REQUEUE`: some are woken, others sleep on for another word.

use super::call::{COUNT, WORDS, futex, note_woken, woken};
use crate::check::{check_eq, must};
use crate::mapping::pages::{anonymous, unmap};
use crate::threads::thread::{Running, start};
use crate::threads::word::{ALL, Word};
use linux_raw_sys::general::{FUTEX_CMP_REQUEUE, FUTEX_PRIVATE_FLAG, FUTEX_REQUEUE};
use tusk_user::Errno;
use tusk_user::heap::PAGE_SIZE;

const PRIVATE: u32 = FUTEX_PRIVATE_FLAG;

/// Threads that sleep on the first word, one after the other.
fn sleepers<const COUNT: usize>() -> [Running; COUNT] {
    core::array::from_fn(|index| {
        let thread = start(move || {
            check_eq!(WORDS[0].wait(0), Ok(0), "the wait of sleeper {}", index + 1);
            note_woken(index as u32 + 1);
        });
        WORDS[0].await_sleepers(index + 1);
        thread
    })
}

/// From the first word to the second.
fn compare_and_move(wake: u32, count: u32, expected: u32) -> Result<usize, Errno> {
    let [from, to] = [WORDS[0].address(), WORDS[1].address()];
    futex(from, FUTEX_CMP_REQUEUE | PRIVATE, wake, count as usize, to, expected)
}

/// The longest sleepers are woken, the next ones moved; the result counts both.
pub fn some_wake_and_others_move() {
    let threads = sleepers::<5>();
    check_eq!(compare_and_move(1, 2, 0), Ok(3), "those woken and moved");
    check_eq!(woken(), [1], "who woke");
    check_eq!(WORDS[1].wake(1), 1, "the threads woken on the second word");
    check_eq!(woken(), [1, 2], "who woke");
    check_eq!([WORDS[0].sleepers(), WORDS[1].sleepers()], [2, 1], "who sleeps on which word");
    check_eq!([WORDS[0].wake(ALL), WORDS[1].wake(ALL)], [2, 1], "the threads woken at last");
    drop(threads);
}

/// Nobody is lost on the way, and the order stays.
pub fn moved_sleepers_keep_their_order() {
    let threads = sleepers::<6>();
    check_eq!(compare_and_move(0, ALL, 0), Ok(6), "those moved");
    check_eq!(WORDS[0].wake(ALL), 0, "the threads woken on the first word");
    for count in 1..=6 {
        check_eq!(WORDS[1].wake(1), 1, "the threads woken on the second word");
        COUNT.await_at_least(count);
    }
    check_eq!(woken(), [1, 2, 3, 4, 5, 6], "who woke");
    drop(threads);
}

/// A word that has changed moves nobody.
pub fn another_value_is_eagain() {
    let threads = sleepers::<2>();
    check_eq!(compare_and_move(1, 1, 5), Err(Errno::EAGAIN), "FUTEX_CMP_REQUEUE with another value");
    check_eq!(WORDS[0].sleepers(), 2, "those who sleep on the first word");
    WORDS[0].set(5);
    check_eq!(compare_and_move(0, 1, 5), Ok(1), "those moved");
    let [from, to] = [WORDS[0].address(), WORDS[1].address()];
    check_eq!(futex(from, FUTEX_REQUEUE | PRIVATE, 0, 1, to, 77), Ok(1), "those moved without comparing");
    check_eq!(WORDS[1].wake(ALL), 2, "the threads woken");
    drop(threads);
}

/// To the word where they are: they are counted and stay.
pub fn moving_to_the_same_word_moves_nobody() {
    let threads = sleepers::<3>();
    let word = WORDS[0].address();
    check_eq!(futex(word, FUTEX_REQUEUE | PRIVATE, 0, 2, word, 0), Ok(2), "those moved");
    check_eq!(futex(word, FUTEX_CMP_REQUEUE | PRIVATE, 1, ALL as usize, word, 0), Ok(3), "those woken and moved");
    check_eq!(WORDS[0].wake(ALL), 2, "the threads woken");
    drop(threads);
}

/// Who has been moved can still time out or be woken by a signal where it is: here, its time ends.
pub fn moved_sleeper_may_time_out() {
    static RESULT: Word = Word::new(0);
    let thread = start(|| {
        let result = super::futex_times::wait_for(&WORDS[0], 0, 400);
        RESULT.set(result.err().map_or(0, |error| error.0.into()));
    });
    WORDS[0].await_sleepers(1);
    // On a stalled host its time may be over by now; then nobody is moved.
    must!(compare_and_move(0, 1, 0));
    thread.join();
    check_eq!(RESULT.get(), linux_raw_sys::errno::ETIMEDOUT, "the error of the wait");
    check_eq!([WORDS[0].wake(ALL), WORDS[1].wake(ALL)], [0, 0], "the threads woken");
}

/// Negative numbers, words that are none, words that are nowhere.
pub fn impossible_moves_are_refused() {
    for (wake, count) in [(u32::MAX, 1), (1, u32::MAX), (1 << 31, 0)] {
        check_eq!(compare_and_move(wake, count, 0), Err(Errno::EINVAL), "moving {count} and waking {wake}");
    }
    let [from, to] = [WORDS[0].address(), WORDS[1].address()];
    for (from, to) in [(from + 1, to), (from, to + 2)] {
        let result = futex(from, FUTEX_CMP_REQUEUE | PRIVATE, 1, 1, to, 0);
        check_eq!(result, Err(Errno::EINVAL), "moving from {from:#x} to {to:#x}");
    }
    let gone = anonymous(1);
    must!(unmap(gone, PAGE_SIZE));
    check_eq!(futex(gone, FUTEX_CMP_REQUEUE | PRIVATE, 1, 1, to, 0), Err(Errno::EFAULT), "moving from nowhere");
    check_eq!(futex(from, FUTEX_CMP_REQUEUE, 1, 1, gone, 0), Err(Errno::EFAULT), "moving to nowhere");
}
