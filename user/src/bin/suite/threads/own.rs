//! What each thread has for itself: its stack, its segments, its registers, its mask.

use super::thread::{Stack, THREAD, clone_onto, start, try_start};
use super::word::{Scope, Word};
use crate::call::{call, input, output};
use crate::check::{check, check_eq, must, skip};
use crate::child::{insist, rounds};
use crate::fpu::{X87, keep_sse, keep_x87};
use crate::groups::tls::{FIRST, SECOND, description, load_gs, set_area, through_gs};
use crate::mapping::pages::{anonymous, peek};
use crate::signals::masks::mask;
use core::arch::naked_asm;
use core::sync::atomic::Ordering::Relaxed;
use core::time::Duration;
use linux_raw_sys::general::{
    __NR_exit, __NR_munmap, __NR_sigaltstack, CLONE_CHILD_CLEARTID, CLONE_SETTLS, SIGUSR1, SIGUSR2, SS_DISABLE,
};
use tusk_user::signal::{SignalSet, set_mask};
use tusk_user::{Errno, cpu, linux};

/// A thread begins with the segment it was given, without loading gs anew, and its maker keeps its own.
pub fn threads_have_segments_of_their_own() {
    let entry = must!(set_area(description(u32::MAX, &FIRST)));
    load_gs(entry);
    static LOOKED: Word = Word::new(0);
    let segment = description(entry, &SECOND);
    let thread = must!(try_start(THREAD | CLONE_SETTLS, input(&segment), || {
        check_eq!(through_gs(1), 0x55, "the word behind the thread's gs");
        for _ in 0..50 {
            let _ = linux::sched_yield();
            check_eq!(through_gs(1), 0x55, "the word behind the thread's gs, after others ran");
        }
        SECOND[1].store(0x66, Relaxed);
        check_eq!(through_gs(1), 0x66, "the word behind the thread's gs, changed");
        LOOKED.announce();
        0
    }));
    for _ in 0..50 {
        let _ = linux::sched_yield();
        check_eq!(through_gs(1), 0x22, "the word behind the maker's gs");
    }
    thread.join();
    check_eq!((through_gs(1), LOOKED.get()), (0x22, 1), "the word behind the maker's gs afterwards");
}

/// Without one of its own it has its maker's, and may change that for itself.
pub fn thread_begins_with_its_makers_segment() {
    let entry = must!(set_area(description(u32::MAX, &FIRST)));
    load_gs(entry);
    start(move || {
        check_eq!(through_gs(2), 0x33, "the word behind the thread's gs");
        check_eq!(set_area(description(entry, &SECOND)), Ok(entry), "set_thread_area");
        load_gs(entry);
        check_eq!(through_gs(2), 0x55, "the word behind the thread's new gs");
    })
    .join();
    let _ = linux::sched_yield();
    check_eq!(through_gs(2), 0x33, "the word behind the maker's gs");
}

/// A segment that cannot be is an error, and then there is no thread.
pub fn impossible_segments_make_no_thread() {
    let entry = must!(set_area(description(u32::MAX, &FIRST)));
    let refuse =
        |tls: usize| try_start(THREAD | CLONE_SETTLS, tls, || linux::exit_group(9)).map(|thread| thread.number);
    for entry in [u32::MAX, 0, 3, entry + 3, 1000] {
        let segment = description(entry, &FIRST);
        check_eq!(refuse(input(&segment)), Err(Errno::EINVAL), "clone with a segment in entry {entry}");
    }
    check_eq!(refuse(0), Err(Errno::EFAULT), "clone with a segment at 0");
    check_eq!(refuse(0x1000), Err(Errno::EFAULT), "clone with a segment nowhere");
    let mut is_code = description(entry, &FIRST);
    is_code[3] |= 2 << 1;
    check_eq!(refuse(input(&is_code)), Err(Errno::EINVAL), "clone with a segment of code");
}

/// The floating-point registers of threads do not mix.
pub fn x87_registers_of_threads_do_not_mix() {
    const TIME: Duration = Duration::from_millis(60);
    let threads = [11, 12, 13].map(|owner| start(move || keep_x87(owner, TIME)));
    keep_x87(14, TIME);
    drop(threads);
}

/// Nor do the newer ones.
pub fn sse_registers_of_threads_do_not_mix() {
    const TIME: Duration = Duration::from_millis(60);
    if !cpu::has_sse() {
        skip(format_args!("this processor has no SSE"));
    }
    let threads = [21, 22, 23].map(|owner| start(move || keep_sse(owner, TIME)));
    keep_sse(24, TIME);
    drop(threads);
}

/// A thread begins with what its maker has in them.
pub fn thread_begins_with_its_makers_x87_registers() {
    X87::load(31);
    start(|| {
        let found = X87::save();
        X87::load(31);
        check!(found.contents() == X87::save().contents(), "the thread's registers are not its maker's");
        X87::load(32);
    })
    .join();
    let found = X87::save();
    X87::load(31);
    check!(found.contents() == X87::save().contents(), "the maker's registers have changed");
}

/// It begins with its maker's mask, and changes its own.
pub fn masks_are_each_threads_own() {
    let one = SignalSet::EMPTY.with(SIGUSR1);
    must!(set_mask(one));
    start(move || {
        check_eq!(mask(), one, "the thread's mask at first");
        must!(set_mask(SignalSet::EMPTY.with(SIGUSR2)));
    })
    .join();
    check_eq!(mask(), one, "the maker's mask");
}

/// The stack for handlers is its maker's alone, who may be on it.
pub fn thread_begins_without_an_alternate_stack() {
    let stack = [anonymous(4), 0, 4 * 4096];
    check_eq!(call(__NR_sigaltstack, [input(&stack), 0]), Ok(0), "sigaltstack");
    let ask = || {
        let mut found = [0usize; 3];
        check_eq!(call(__NR_sigaltstack, [0, output(&mut found)]), Ok(0), "sigaltstack");
        found
    };
    start(move || check_eq!(ask()[1..], [SS_DISABLE as usize, 0], "the thread's alternate stack")).join();
    check_eq!(ask(), stack, "the maker's alternate stack");
}

/// What the thread below is told.
#[repr(C)]
struct Farewell {
    stack: usize,
    length: usize,
}

/// Unmaps its own stack and ends: nothing is done on the stack from then on, by nobody.
#[unsafe(naked)]
extern "C" fn leave_no_stack(farewell: &Farewell) -> ! {
    naked_asm!(
        "mov eax, [esp + 4]",
        "mov ebx, [eax]",
        "mov ecx, [eax + 4]",
        "mov eax, {munmap}",
        "int 0x80",
        "mov ebx, eax",
        "mov eax, {exit}",
        "int 0x80",
        "ud2",
        munmap = const __NR_munmap,
        exit = const __NR_exit,
    )
}

/// As a detached thread of a library ends: it takes its stack along, and its number is cleared elsewhere.
pub fn detached_thread_unmaps_its_own_stack() {
    static NUMBER: Word = Word::new(0);
    static FAREWELL: [Word; 2] = [const { Word::new(0) }; 2];
    for _ in 0..rounds(50) {
        let stack = Stack::new();
        let (start, length) = stack.range();
        FAREWELL[0].set(start as u32);
        FAREWELL[1].set(length as u32);
        let esp = stack.lay(stack.end() - 16 + 4, [leave_no_stack as *const () as usize, 0, FAREWELL[0].address()]);
        NUMBER.set(u32::MAX);
        let flags = (THREAD | CLONE_CHILD_CLEARTID) as usize;
        let arguments = [flags, esp, NUMBER.address(), 0, NUMBER.address()];
        // SAFETY: at the stack pointer lies the address of code that does not return; the stack is the thread's alone,
        // who also takes it away: nobody else does.
        must!(insist(|| unsafe { clone_onto(arguments) }));
        core::mem::forget(stack);
        loop {
            let word = NUMBER.get();
            if word == 0 {
                break;
            }
            let _ = NUMBER.wait_in(Scope::Shared, word);
        }
    }
    let start = FAREWELL[0].get() as usize;
    crate::child::dies_of(linux_raw_sys::general::SIGSEGV, || crate::probe::read(start));
}

/// Two threads have two stacks, each as it was left.
pub fn stacks_of_threads_are_their_own() {
    static PLACES: [Word; 2] = [const { Word::new(0) }; 2];
    static READY: Word = Word::new(0);
    static LOOKED: Word = Word::new(0);
    let threads = [0, 1].map(|index| {
        start(move || {
            let mine = core::hint::black_box([index as u8 + 1; 64]);
            PLACES[index].set(mine.as_ptr().expose_provenance() as u32);
            READY.announce();
            LOOKED.await_at_least(1);
            check_eq!(core::hint::black_box(mine), [index as u8 + 1; 64], "the bytes on the stack of thread {index}");
        })
    });
    READY.await_at_least(2);
    for (place, byte) in PLACES.iter().zip(1..) {
        check_eq!(peek(place.get() as usize + 63), byte, "a byte on the stack of another thread");
    }
    LOOKED.announce();
    drop(threads);
}
