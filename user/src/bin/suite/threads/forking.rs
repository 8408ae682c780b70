//! `fork` in a process of several threads: the child has one, and memory as it was at one moment.

use super::thread::{Running, start};
use super::word::{Word, until};
use crate::check::{check, check_eq, must};
use crate::child::{self, none_left, rounds, run_well};
use crate::mapping::pages::{ANONYMOUS, NO_FILE, READ_WRITE, anonymous, fill, holds, map, peek, poke, protect, unmap};
use core::sync::atomic::{AtomicU32, Ordering::SeqCst};
use core::time::Duration;
use linux_raw_sys::general::PROT_READ;
use tusk_user::heap::{Heap, PAGE_SIZE};
use tusk_user::signal::kill;
use tusk_user::time::sleep;
use tusk_user::{Status, linux};

/// Says that the threads are to end.
static STOP: Word = Word::new(0);
/// How often each has gone around.
static TURNS: [Word; 4] = [const { Word::new(0) }; 4];

/// Two words in one page that a thread keeps equal, but for the moment in which it changes them.
#[repr(align(64))]
struct Pair([AtomicU32; 2]);
static PAIR: Pair = Pair([const { AtomicU32::new(0) }; 2]);

/// The child has the thread that called, on its stack, and no other.
pub fn child_has_the_calling_thread_only() {
    static RUNS: Word = Word::new(0);
    let spinner = start(|| {
        while STOP.get() == 0 {
            RUNS.add(1);
            let _ = linux::sched_yield();
        }
    });
    start(|| {
        let on_the_stack = core::hint::black_box(0x5ca1_ab1eu32);
        for _ in 0..rounds(10) {
            run_well(|| {
                check_eq!(linux::gettid(), linux::getpid(), "the only thread's number");
                check_eq!(core::hint::black_box(on_the_stack), 0x5ca1_ab1e, "a word on the thread's stack");
                let before = RUNS.get();
                sleep(Duration::from_millis(3));
                check_eq!(RUNS.get(), before, "what only another thread counts");
            });
        }
    })
    .join();
    STOP.set(1);
    spinner.join();
}

/// The child of a thread may make threads itself, and forget its parent's.
pub fn child_makes_threads_of_its_own() {
    static READY: Word = Word::new(0);
    static END: Word = Word::new(0);
    let others: [Running; 3] = core::array::from_fn(|_| {
        start(|| {
            READY.announce();
            END.await_at_least(1);
        })
    });
    READY.await_at_least(3);
    run_well(|| {
        let pid = linux::getpid();
        start(move || check_eq!(linux::getpid(), pid, "the pid of the child's thread")).join();
        // Nobody sleeps here but in the parent.
        check_eq!(END.wake(u32::MAX >> 1), 0, "the threads woken");
        // Their stacks are memory like any other here, to which nobody will come back.
        linux::exit_group(0);
    });
    END.announce();
    drop(others);
}

fn turn(index: usize, work: impl Fn()) {
    while STOP.get() == 0 {
        work();
        TURNS[index].add(1);
        // A time slice may be long: who does not give it up keeps the others from forking.
        let _ = linux::sched_yield();
    }
}

/// Threads that map and unmap, move the break, touch fresh pages, and write.
fn busy_threads() -> [Running; 4] {
    let mapper = start(|| {
        turn(0, || {
            let place = anonymous(6);
            fill(place, 16, 1);
            fill(place + 3 * PAGE_SIZE, 16, 2);
            check_eq!(protect(place + PAGE_SIZE, PAGE_SIZE, PROT_READ), Ok(()));
            check!(holds(place, 16, 1) && holds(place + 3 * PAGE_SIZE, 16, 2), "a mapping has changed");
            check_eq!(unmap(place + 2 * PAGE_SIZE, PAGE_SIZE), Ok(()));
            check_eq!(unmap(place, 6 * PAGE_SIZE), Ok(()));
        });
    });
    let breaker = start(|| {
        turn(1, || {
            let mut heap = must!(Heap::new(4));
            heap.bytes()[..64].fill(3);
            must!(heap.resize(2));
            check!(heap.bytes()[..64].iter().all(|&byte| byte == 3), "the heap has changed");
        });
    });
    let toucher = start(|| {
        turn(2, || {
            const LENGTH: usize = 24 * PAGE_SIZE;
            let place = must!(map(0, LENGTH, READ_WRITE, ANONYMOUS, NO_FILE, 0));
            for page in 0..24 {
                check_eq!(peek(place + page * PAGE_SIZE), 0, "a byte of a fresh page");
                poke(place + page * PAGE_SIZE, page as u8 + 1);
            }
            check!((0..24).all(|page| peek(place + page * PAGE_SIZE) == page as u8 + 1), "a page has changed");
            check_eq!(unmap(place, LENGTH), Ok(()));
        });
    });
    let writer = start(|| {
        turn(3, || {
            for _ in 0..200 {
                let next = PAIR.0[0].load(SeqCst).wrapping_add(1);
                PAIR.0[0].store(next, SeqCst);
                PAIR.0[1].store(next, SeqCst);
            }
        });
    });
    [mapper, breaker, toucher, writer]
}

/// What a child must find whatever the others did at that moment.
fn look_around(stable: usize, bytes: usize) {
    check!(holds(stable, bytes, 0x6b), "memory that nobody changes is not as it was");
    let [first, second] = [0, 1].map(|index| PAIR.0[index].load(SeqCst));
    check!(first == second || first == second.wrapping_add(1), "the pair is {first} and {second}");
    let turns = TURNS.each_ref().map(Word::get);
    let place = anonymous(4);
    fill(place, 4 * PAGE_SIZE, 0x11);
    check_eq!(unmap(place, 4 * PAGE_SIZE), Ok(()));
    fill(stable, bytes, 0x22);
    check_eq!(TURNS.each_ref().map(Word::get), turns, "what the parent's threads count");
}

/// While others allocate and write: each child has memory that is whole, and so has the parent afterwards.
pub fn fork_while_others_allocate_and_write() {
    const BYTES: usize = 8 * PAGE_SIZE;
    let stable = anonymous(8);
    fill(stable, BYTES, 0x6b);
    let threads = busy_threads();
    for _ in 0..rounds(60) {
        run_well(|| {
            look_around(stable, BYTES);
            linux::exit_group(0);
        });
    }
    let seen = TURNS.each_ref().map(Word::get);
    until("all have gone on", || TURNS.iter().zip(seen).all(|(turns, seen)| turns.get() > seen));
    STOP.set(1);
    drop(threads);
    check!(holds(stable, BYTES, 0x6b), "a child has changed its parent's memory");
    none_left();
}

/// Two threads that fork at the same time: each gets its own child.
pub fn two_threads_fork_at_once() {
    let threads: [Running; 2] = [40, 50].map(|code| {
        start(move || {
            for _ in 0..rounds(60) {
                let child = child::start(|| code);
                check_eq!(child::wait(child), Status((code as u32) << 8), "the end of a thread's own child");
            }
        })
    });
    drop(threads);
    none_left();
}

/// A child made while the others go on can be killed like any other, and leaves the threads alone.
pub fn killed_child_harms_no_thread() {
    let threads = busy_threads();
    for _ in 0..rounds(20) {
        let child = child::start(|| {
            loop {
                sleep(Duration::from_secs(1));
            }
        });
        must!(kill(child, linux_raw_sys::general::SIGKILL));
        check_eq!(child::wait(child), Status(linux_raw_sys::general::SIGKILL), "the child's end");
    }
    STOP.set(1);
    drop(threads);
}
