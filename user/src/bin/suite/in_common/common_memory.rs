//! `CLONE_VM` without `CLONE_THREAD`: two processes with one memory.

use crate::check::{check, check_eq, must};
use crate::child::{self, none_left, rounds, wait};
use crate::mapping::pages::{anonymous, fill, holds, peek, unmap};
use crate::threads::thread::{Running, try_start};
use crate::threads::word::{Word, until};
use linux_raw_sys::general::{SIGCHLD, SIGKILL, SIGSEGV, SIGTERM};
use tusk_user::heap::{PAGE_SIZE, program_break};
use tusk_user::signal::kill;
use tusk_user::{Status, file, linux};

/// A process in this memory.
fn sharer(body: impl FnOnce() -> i32 + Send + 'static) -> Running {
    must!(try_start(SIGCHLD, 0, body))
}

/// Both are processes, and each sees what the other writes, to old pages and to new ones.
pub fn writes_are_seen_both_ways() {
    static TURN: Word = Word::new(0);
    static PAGE: Word = Word::new(0);
    let parent = linux::getpid();
    let process = sharer(move || {
        check_eq!(linux::getppid(), parent, "the parent");
        check_eq!(linux::gettid(), linux::getpid(), "the number of the process's only thread");
        check!(linux::getpid() != parent, "the process has its parent's pid");
        TURN.await_at_least(1);
        PAGE.set(anonymous(2) as u32);
        fill(PAGE.get() as usize, PAGE_SIZE, 5);
        TURN.announce();
        TURN.await_at_least(3);
        0
    });
    TURN.announce();
    TURN.await_at_least(2);
    let page = PAGE.get() as usize;
    check!(holds(page, PAGE_SIZE, 5) && holds(page + PAGE_SIZE, PAGE_SIZE, 0), "what the other has mapped is not here");
    TURN.announce();
    check_eq!(wait(process.number), Status(0), "the other's end");
    process.join();
    // It outlives who has mapped it, until either takes it away.
    check!(holds(page, PAGE_SIZE, 5), "what the other had mapped has gone with it");
    must!(unmap(page, 2 * PAGE_SIZE));
}

/// What one unmaps is gone for both, and the break is one.
pub fn unmapping_and_the_break_are_common() {
    let page = anonymous(1);
    fill(page, 1, 1);
    let before = program_break();
    sharer(move || {
        must!(unmap(page, PAGE_SIZE));
        // SAFETY: memory only comes.
        check_eq!(unsafe { linux::brk(before + 2 * PAGE_SIZE) }, before + 2 * PAGE_SIZE, "brk");
        0
    })
    .join();
    check!(wait_any() == Status(0), "the other did not end well");
    check_eq!(program_break(), before + 2 * PAGE_SIZE, "the break");
    child::dies_of(SIGSEGV, move || crate::probe::read(page));
}

fn wait_any() -> Status {
    must!(linux::waitpid(linux::ANY_CHILD)).1
}

/// Its end is nobody else's: not by a signal, not by a fault, and not by `exit_group`.
pub fn ends_are_each_ones_own() {
    for signal in [SIGTERM, SIGKILL] {
        let process = sharer(|| {
            loop {
                let _ = linux::sched_yield();
            }
        });
        must!(kill(process.number, signal));
        check_eq!(wait(process.number), Status(signal), "the end by a signal");
    }
    let process = sharer(|| crate::probe::write(0));
    check_eq!(wait(process.number).signal(), Some(SIGSEGV), "the end by a fault");
    let process = sharer(|| linux::exit_group(6));
    check_eq!(wait(process.number), Status(6 << 8), "the end by exit_group");
    none_left();
}

/// Memory lives as long as anybody who has it: also when the one that had it first is gone.
pub fn memory_outlives_its_maker() {
    let (reader, writer) = must!(file::pipe(0));
    let number = writer.number();
    child::run_well(|| {
        let parent = linux::getpid();
        let place = anonymous(4);
        fill(place, 4 * PAGE_SIZE, 9);
        sharer(move || {
            until("the maker is gone", || linux::getppid() != parent);
            let is_whole = holds(place, 4 * PAGE_SIZE, 9);
            fill(anonymous(4), 4 * PAGE_SIZE, 1);
            must!(linux::write(number, &[b'0' + u8::from(is_whole)]));
            0
        })
        .leave();
    });
    drop(writer);
    let mut byte = [0];
    check_eq!((linux::read(reader.number(), &mut byte), byte), (Ok(1), *b"1"), "what the orphan found");
    check_eq!(linux::read(reader.number(), &mut byte), Ok(0), "the end of the orphan");
}

/// Again and again: each page is given back once.
pub fn sharers_come_and_go() {
    for _ in 0..rounds(100) {
        let process = sharer(|| 3);
        check_eq!(wait(process.number), Status(3 << 8), "the end");
    }
    let sharers: [Running; 6] = core::array::from_fn(|_| sharer(|| 3));
    for process in &sharers {
        check_eq!(wait(process.number), Status(3 << 8), "the end of one of six");
    }
}

/// Without the flag nothing of it is common, though both may have been made by `clone`.
pub fn without_the_flag_memory_is_copied() {
    let page = anonymous(1);
    fill(page, 1, 1);
    child::run_well(|| {
        fill(page, 1, 2);
        must!(unmap(page, PAGE_SIZE));
    });
    check_eq!(peek(page), 1, "the parent's byte");
}
