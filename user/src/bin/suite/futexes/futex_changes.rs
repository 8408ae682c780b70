//! `FUTEX_WAKE_OP`: changing a word, waking on another, and on the first if it was so.

use super::call::{WORDS, futex};
use crate::check::{check_eq, must};
use crate::mapping::pages::{anonymous, unmap};
use crate::threads::thread::start;
use crate::threads::word::ALL;
use linux_raw_sys::general::{
    FUTEX_OP_ADD, FUTEX_OP_ANDN, FUTEX_OP_CMP_EQ, FUTEX_OP_CMP_GE, FUTEX_OP_CMP_GT, FUTEX_OP_CMP_LE, FUTEX_OP_CMP_LT,
    FUTEX_OP_CMP_NE, FUTEX_OP_OPARG_SHIFT, FUTEX_OP_OR, FUTEX_OP_SET, FUTEX_OP_XOR, FUTEX_PRIVATE_FLAG, FUTEX_WAKE_OP,
};
use tusk_user::Errno;
use tusk_user::heap::PAGE_SIZE;

/// The third value: operation, comparison, and an argument for each.
fn encoded(operation: u32, comparison: u32, argument: i32, compared: i32) -> u32 {
    operation << 28 | comparison << 24 | (argument as u32 & 0xfff) << 12 | compared as u32 & 0xfff
}

/// Changes the second word, for `ALL` sleepers on both.
fn change(value3: u32) -> Result<usize, Errno> {
    let [first, second] = [WORDS[0].address(), WORDS[1].address()];
    futex(first, FUTEX_WAKE_OP | FUTEX_PRIVATE_FLAG, ALL, ALL as usize, second, value3)
}

/// Each operation, with the argument itself and with a bit of that number.
pub fn each_operation_changes_the_word() {
    let cases: [(u32, u32, i32, u32); 12] = [
        (FUTEX_OP_SET, 5, 7, 7),
        (FUTEX_OP_SET, 5, -1, u32::MAX),
        (FUTEX_OP_ADD, 5, 7, 12),
        (FUTEX_OP_ADD, 5, -6, u32::MAX),
        (FUTEX_OP_ADD, u32::MAX, 1, 0),
        (FUTEX_OP_OR, 0b0101, 0b0011, 0b0111),
        (FUTEX_OP_ANDN, 0b0101, 0b0100, 0b0001),
        (FUTEX_OP_ANDN, u32::MAX, -2048, 0x7ff),
        (FUTEX_OP_XOR, 0b0101, 0b0011, 0b0110),
        (FUTEX_OP_XOR, 0, 0x7ff, 0x7ff),
        (FUTEX_OP_SET | FUTEX_OP_OPARG_SHIFT, 5, 31, 1 << 31),
        (FUTEX_OP_XOR | FUTEX_OP_OPARG_SHIFT, 0b0101, 1, 0b0111),
    ];
    for (operation, before, argument, after) in cases {
        WORDS[1].set(before);
        let result = change(encoded(operation, FUTEX_OP_CMP_EQ, argument, 0));
        check_eq!(result, Ok(0), "the threads woken by operation {operation}");
        check_eq!(WORDS[1].get(), after, "{before:#x} after operation {operation} with {argument}");
    }
}

/// Each comparison is with what the word was, and signed; it decides whether those who sleep on the second are woken.
pub fn each_comparison_decides() {
    type Comparison = fn(&i32, &i32) -> bool;
    let cases: [(u32, Comparison); 6] = [
        (FUTEX_OP_CMP_EQ, i32::eq),
        (FUTEX_OP_CMP_NE, i32::ne),
        (FUTEX_OP_CMP_LT, i32::lt),
        (FUTEX_OP_CMP_LE, i32::le),
        (FUTEX_OP_CMP_GT, i32::gt),
        (FUTEX_OP_CMP_GE, i32::ge),
    ];
    for (comparison, holds) in cases {
        for value in [-1, 0, 1, 5] {
            WORDS[1].set(value as u32);
            let thread = start(move || while WORDS[1].wait(value as u32) == Err(Errno::EINTR) {});
            WORDS[1].await_sleepers(1);
            let compared = 0;
            let expected = usize::from(holds(&value, &compared));
            let result = change(encoded(FUTEX_OP_ADD, comparison, 1, compared));
            check_eq!(result, Ok(expected), "the threads woken when {value} is compared ({comparison}) with 0");
            check_eq!(WORDS[1].get(), (value + 1) as u32, "the word");
            check_eq!(WORDS[1].wake(ALL), 1 - expected, "the threads that were left");
            drop(thread);
        }
    }
}

/// Who sleeps on the first word is woken in any case, and as many of each as was asked for.
pub fn both_words_have_their_numbers() {
    let threads: [_; 5] = core::array::from_fn(|index| start(move || _ = WORDS[index % 2].wait(0)));
    WORDS[0].await_sleepers(3);
    WORDS[1].await_sleepers(2);
    let [first, second] = [WORDS[0].address(), WORDS[1].address()];
    let change = |count: u32, second_count: usize, comparison: u32| {
        let value3 = encoded(FUTEX_OP_SET, comparison, 0, 0);
        futex(first, FUTEX_WAKE_OP | FUTEX_PRIVATE_FLAG, count, second_count, second, value3)
    };
    check_eq!(change(2, 1, FUTEX_OP_CMP_NE), Ok(2), "those woken when it was not so");
    check_eq!(change(2, 1, FUTEX_OP_CMP_EQ), Ok(2), "those woken when it was so");
    check_eq!(WORDS[1].wake(ALL), 1, "the thread that was left");
    drop(threads);
}

/// Operations and comparisons that do not exist, and words that are none.
pub fn impossible_changes_are_refused() {
    for operation in [5, 6, 7] {
        let result = change(encoded(operation, FUTEX_OP_CMP_EQ, 1, 0));
        check_eq!(result, Err(Errno::ENOSYS), "operation {operation}");
    }
    for comparison in [6, 7, 15] {
        let result = change(encoded(FUTEX_OP_SET, comparison, 0, 0));
        check_eq!(result, Err(Errno::ENOSYS), "comparison {comparison}");
    }
    let call = |first: usize, second: usize| {
        futex(first, FUTEX_WAKE_OP | FUTEX_PRIVATE_FLAG, 1, 1, second, encoded(FUTEX_OP_SET, 0, 0, 0))
    };
    let [first, second] = [WORDS[0].address(), WORDS[1].address()];
    check_eq!(call(first + 1, second), Err(Errno::EINVAL), "a first word at an odd address");
    check_eq!(call(first, second + 2), Err(Errno::EINVAL), "a second word at an odd address");
    let gone = anonymous(1);
    must!(unmap(gone, PAGE_SIZE));
    check_eq!(call(first, gone), Err(Errno::EFAULT), "a second word that is nowhere");
    let read_only = anonymous(1);
    must!(crate::mapping::pages::protect(read_only, PAGE_SIZE, linux_raw_sys::general::PROT_READ));
    check_eq!(call(first, read_only), Err(Errno::EFAULT), "a second word that cannot be written");
}
