//! The call with all of its arguments.

use crate::call::call;
use crate::threads::word::Word;
use linux_raw_sys::general::__NR_futex;
use tusk_user::Errno;

/// `futex`: operation, value, time or second value, second word, third value.
///
/// # Errors
/// Those of `futex(2)`.
pub fn futex(word: usize, operation: u32, value: u32, time: usize, word2: usize, value3: u32) -> Result<usize, Errno> {
    call(__NR_futex, [word, operation as usize, value as usize, time, word2, value3 as usize])
}

/// The same with a word of the case's.
///
/// # Errors
/// Those of `futex(2)`.
pub fn on(word: &Word, operation: u32, value: u32, value3: u32) -> Result<usize, Errno> {
    futex(word.address(), operation, value, 0, 0, value3)
}

/// Words that [`sleeper`] may sleep on.
pub static WORDS: [Word; 4] = [const { Word::new(0) }; 4];
/// The numbers of the sleepers by the order in which they woke, from 1 on, and how many they are.
pub static WOKEN: [Word; 16] = [const { Word::new(0) }; 16];
pub static COUNT: Word = Word::new(0);

/// Notes that the sleeper with this number has woken.
pub fn note_woken(number: u32) {
    let place = COUNT.add(1);
    WOKEN[place as usize].set(number);
    COUNT.wake(crate::threads::word::ALL);
}

/// The first of those who woke.
pub fn woken<const NUMBERS: usize>() -> [u32; NUMBERS] {
    COUNT.await_at_least(NUMBERS as u32);
    core::array::from_fn(|index| WOKEN[index].get())
}
