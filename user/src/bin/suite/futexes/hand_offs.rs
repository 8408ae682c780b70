//! Many hand-offs: nobody may be forgotten, and nothing counted twice.

use crate::call::{call, output};
use crate::check::{check_eq, must};
use crate::child::rounds;
use crate::threads::thread::{Running, start};
use crate::threads::word::{ALL, Word};
use core::time::Duration;
use linux_raw_sys::general::__NR_sysinfo;
use tusk_user::time::now;
use tusk_user::{on_tusk, println};

/// How many threads stand in the ring.
const RING: usize = 64;
/// How often each hands on.
const HAND_OFFS: u32 = 10_000;
/// How often each does so first, to see how fast this machine is.
const TRIAL: u32 = 50;
/// What all of it may take at most: slower machines do a small part of it, and so do all but one of the many machines
/// that this is run on.
const LONGEST: Duration = Duration::from_secs(40);
const PART: u32 = 20;

/// Whose turn it is: each sleeps on a word of its own, and hands on to the next.
static TURNS: [Word; RING] = [const { Word::new(0) }; RING];
static PASSED: Word = Word::new(0);

/// Takes and hands on `count` times, as number `index`.
fn stand_in_the_ring(index: usize, count: u32) {
    let (mine, next) = (&TURNS[index], &TURNS[(index + 1) % RING]);
    for _ in 0..count {
        while mine.get() == 0 {
            let _ = mine.wait(0);
        }
        mine.set(0);
        PASSED.set(PASSED.get() + 1);
        next.set(1);
        next.wake(1);
    }
}

/// One goes around `count` times; says how long that took.
fn go_around(count: u32) -> Duration {
    PASSED.set(0);
    let begin = now();
    let threads: [Running; RING] = core::array::from_fn(|index| start(move || stand_in_the_ring(index, count)));
    TURNS[0].set(1);
    TURNS[0].wake(1);
    drop(threads);
    check_eq!(PASSED.get(), count * RING as u32, "the hand-offs");
    // It is where it began.
    check_eq!(TURNS[0].swap(0), 1, "the first one's turn");
    now() - begin
}

/// 64 threads in a ring hand on 10,000 times each: 640,000 sleeps and wakes, and not one is lost.
pub fn ring_of_64_hands_on_10000_times() {
    let is_fast = go_around(TRIAL) * (HAND_OFFS / TRIAL) <= LONGEST;
    let count = if is_fast && is_usual() { HAND_OFFS } else { HAND_OFFS / PART };
    let time = go_around(count);
    println!("{RING} threads handed on {count} times each in {} ms", time.as_millis());
}

/// Whether this is Linux, or Tusk on a machine of about 32 MiB.
fn is_usual() -> bool {
    const USUAL: core::ops::Range<usize> = 20 << 20..40 << 20;
    let mut facts = [0usize; 16];
    must!(call(__NR_sysinfo, [output(&mut facts)]));
    // The uptime and three loads come first.
    !on_tusk() || USUAL.contains(&facts[4])
}

/// One lock, as libraries build it from a word: 0 is free, 1 taken, 2 taken with somebody who waits.
static LOCK: Word = Word::new(0);
static GUARDED: [Word; 2] = [const { Word::new(0) }; 2];

fn lock() {
    if LOCK.exchange(0, 1) {
        return;
    }
    while LOCK.swap(2) != 0 {
        let _ = LOCK.wait(2);
    }
}

fn unlock() {
    if LOCK.swap(0) == 2 {
        LOCK.wake(1);
    }
}

/// Sixteen threads under one lock: what it guards is whole at every moment.
pub fn lock_guards_what_it_guards() {
    let count = rounds(500);
    let threads: [Running; 16] = core::array::from_fn(|_| {
        start(move || {
            for round in 0..count {
                lock();
                let [first, second] = GUARDED.each_ref().map(Word::get);
                check_eq!(first, second, "what the lock guards");
                GUARDED[0].set(first + 1);
                if round % 8 == 0 {
                    let _ = tusk_user::linux::sched_yield();
                }
                GUARDED[1].set(second + 1);
                unlock();
            }
        })
    });
    drop(threads);
    check_eq!(GUARDED[0].get(), 16 * count, "what all of them have added");
}

/// Eight threads that meet again and again: nobody is a round ahead.
pub fn barrier_lets_nobody_ahead() {
    static ARRIVED: Word = Word::new(0);
    static ROUND: Word = Word::new(0);
    const CROWD: u32 = 8;
    let count = rounds(400);
    let threads: [Running; CROWD as usize] = core::array::from_fn(|_| {
        start(move || {
            for round in 0..count {
                check_eq!(ROUND.get(), round, "the round");
                if ARRIVED.add(1) + 1 == CROWD {
                    ARRIVED.set(0);
                    ROUND.announce();
                } else {
                    ROUND.await_at_least(round + 1);
                }
            }
        })
    });
    drop(threads);
    check_eq!((ROUND.get(), ROUND.wake(ALL)), (count, 0), "the rounds, and those who still sleep");
}
