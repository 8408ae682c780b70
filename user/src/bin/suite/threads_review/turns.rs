//! Whose turn it is among threads of a real-time rule.

use crate::call::sys;
use crate::check::{check, check_eq, must, skip};
use crate::threads::thread::start;
use crate::threads::word::Word;
use linux_raw_sys::general::SCHED_FIFO;
use tusk_user::{Errno, linux};

/// Gives the calling thread a rule, and the lowest of the CPUs that it may have.
fn become_real_time(priority: u32) -> Result<usize, Errno> {
    let mut mask = [0u32; 32];
    must!(sys!(__NR_sched_getaffinity, 0, size_of_val(&mask), &mut mask));
    let word = mask.iter().position(|&word| word != 0).unwrap_or(0);
    let mut first = [0u32; 32];
    first[word] = mask[word] & mask[word].wrapping_neg();
    must!(sys!(__NR_sched_setaffinity, 0, size_of_val(&first), &first));
    sys!(__NR_sched_setscheduler, 0, SCHED_FIFO, &priority)
}

/// Of threads that are woken one after the other, and are as important, the first one runs first.
pub fn who_is_woken_first_runs_first() {
    static WORDS: [Word; 3] = [const { Word::new(0) }; 3];
    static ORDER: [Word; 3] = [const { Word::new(9) }; 3];
    static PLACE: Word = Word::new(0);
    static READY: Word = Word::new(0);
    if become_real_time(5) == Err(Errno::EPERM) {
        skip(format_args!("no right to a real-time rule"));
    }
    let threads = [0, 1, 2].map(|number: usize| {
        start(move || {
            check_eq!(become_real_time(3), Ok(0), "sched_setscheduler");
            READY.announce();
            WORDS[number].await_at_least(1);
            ORDER[PLACE.add(1) as usize].set(number as u32);
        })
    });
    READY.await_at_least(3);
    WORDS.iter().for_each(|word| word.await_sleepers(1));
    for word in &WORDS {
        word.announce();
    }
    check!(PLACE.get() == 0, "a thread ran before one that is more important");
    drop(threads);
    check_eq!(ORDER.each_ref().map(Word::get), [0, 1, 2], "the order");
    check_eq!(linux::gettid(), linux::getpid(), "the thread that goes on");
}
