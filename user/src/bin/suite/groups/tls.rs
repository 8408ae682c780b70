//! Memory of a thread's own, by way of a segment: `set_thread_area`.

use crate::call::sys;
use crate::check::{check, check_eq, must};
use crate::child::{dies_of, run_well, start, wait};
use crate::probe::attempt;
use core::arch::asm;
use core::sync::atomic::{AtomicU32, Ordering::Relaxed};
use core::time::Duration;
use linux_raw_sys::general::{__NR_set_thread_area, SIGSEGV};
use tusk_user::time::now;
use tusk_user::{Errno, Status, linux};

/// What the segments below show.
pub static FIRST: [AtomicU32; 4] =
    [AtomicU32::new(0x11), AtomicU32::new(0x22), AtomicU32::new(0x33), AtomicU32::new(0x44)];
pub static SECOND: [AtomicU32; 4] = [const { AtomicU32::new(0x55) }; 4];

/// `struct user_desc`: entry, base, limit, and the flags of a 32-bit data segment counted in pages, that is in use.
pub type Description = [u32; 4];

/// A description of a segment that begins at `memory`.
pub fn description(entry: u32, memory: &[AtomicU32; 4]) -> Description {
    const IN_32_BITS: u32 = 1;
    const IN_PAGES: u32 = 1 << 4;
    const USABLE: u32 = 1 << 6;
    [entry, memory.as_ptr().expose_provenance() as u32, 0xf_ffff, IN_32_BITS | IN_PAGES | USABLE]
}

/// Sets a segment and returns its entry, which the kernel chooses when it is −1.
pub fn set_area(mut description: Description) -> Result<u32, Errno> {
    sys!(__NR_set_thread_area, &mut description)?;
    Ok(description[0])
}

/// Loads gs with an entry of the table.
pub fn load_gs(entry: u32) {
    // SAFETY: our programs use gs for nothing; the entry was just set.
    unsafe { asm!("mov gs, {0:e}", in(reg) entry << 3 | 3) };
}

/// Reads a word by way of gs.
pub fn through_gs(index: usize) -> u32 {
    let word;
    // SAFETY: gs begins at one of the arrays above, and the index is within it.
    unsafe { asm!("mov {0:e}, gs:[{1}]", out(reg) word, in(reg) index * 4) };
    word
}

/// A segment begins where it was said to, and can be moved.
pub fn segment_shows_a_threads_memory() {
    let entry = must!(set_area(description(u32::MAX, &FIRST)));
    load_gs(entry);
    check_eq!([0, 1, 2, 3].map(through_gs), [0x11, 0x22, 0x33, 0x44], "the words behind gs");
    FIRST[2].store(0x99, Relaxed);
    check_eq!(through_gs(2), 0x99, "a word behind gs that has changed");
    check_eq!(set_area(description(entry, &SECOND)), Ok(entry), "set_thread_area of the same entry");
    load_gs(entry);
    check_eq!(through_gs(0), 0x55, "the first word behind gs");
    let mut found = [entry, 0, 0, 0];
    check_eq!(sys!(__NR_get_thread_area, &mut found), Ok(0), "get_thread_area");
    check_eq!(found[..3], description(entry, &SECOND)[..3], "the segment's entry, base and limit");
}

/// A child has its parent's segment, in its own memory, with gs already loaded.
pub fn child_inherits_the_segment() {
    load_gs(must!(set_area(description(u32::MAX, &FIRST))));
    run_well(|| {
        check_eq!(through_gs(1), 0x22, "the child's word behind gs");
        FIRST[1].store(0x77, Relaxed);
        check_eq!(through_gs(1), 0x77, "the child's word behind gs, changed");
        run_well(|| check_eq!(through_gs(1), 0x77, "the grandchild's word behind gs"));
    });
    check_eq!(through_gs(1), 0x22, "the parent's word behind gs");
}

/// Processes that take turns each find their own.
pub fn segments_of_processes_do_not_mix() {
    let keep = |memory: &[AtomicU32; 4], expected: u32| {
        load_gs(must!(set_area(description(u32::MAX, memory))));
        let end = now() + Duration::from_millis(100);
        while now() < end {
            check_eq!(through_gs(0), expected, "the word behind gs");
            let _ = linux::sched_yield();
            for _ in 0..10_000 {
                core::hint::spin_loop();
            }
        }
        0
    };
    let children = [start(|| keep(&FIRST, 0x11)), start(|| keep(&SECOND, 0x55)), start(|| keep(&FIRST, 0x11))];
    for child in children {
        check_eq!(wait(child), Status(0), "the child's end");
    }
}

/// Three entries are a thread's; the others, the kernel's among them, cannot be had.
pub fn entries_are_limited() {
    let entries = [(); 3].map(|()| must!(set_area(description(u32::MAX, &FIRST))));
    check!(entries[0] < entries[1] && entries[1] < entries[2], "the entries are {entries:?}");
    let esrch = set_area(description(u32::MAX, &FIRST));
    check_eq!(esrch, Err(Errno::ESRCH), "set_thread_area when all are taken");
    for entry in [0, 1, 2, 3, 4, 5, entries[0] - 1, entries[2] + 1, 100] {
        check_eq!(set_area(description(entry, &FIRST)), Err(Errno::EINVAL), "set_thread_area of entry {entry}");
    }
    // An empty description gives the entry back.
    check_eq!(set_area([entries[1], 0, 0, 1 << 3 | 1 << 5]), Ok(entries[1]), "set_thread_area of nothing");
    check_eq!(set_area(description(u32::MAX, &SECOND)), Ok(entries[1]), "set_thread_area with one entry free");
    check_eq!(sys!(__NR_set_thread_area, 0x1000), Err(Errno::EFAULT), "set_thread_area from nowhere");
    let reading = description(entries[0], &SECOND);
    check_eq!(sys!(__NR_set_thread_area, &reading), Ok(0), "set_thread_area of a given entry");
}

/// A stack segment that is taken away while it is in use: it is the way back from the call that finds out.
pub fn stack_segment_that_goes_away_is_sigsegv() {
    const READ_ONLY: u32 = 1 << 3;
    const NOT_PRESENT: u32 = 1 << 5;
    let whole = |entry, flags| [entry, 0, 0xf_ffff, description(entry, &FIRST)[3] | flags];
    let entry = must!(set_area(whole(u32::MAX, 0)));
    for without in [[entry, 0, 0, READ_ONLY | NOT_PRESENT], whole(entry, READ_ONLY)] {
        dies_of(SIGSEGV, || {
            attempt!(
                "mov ss, cx",
                "mov ebx, edx",
                "int 0x80";
                in("ecx") entry << 3 | 3,
                in("eax") __NR_set_thread_area,
                in("edx") &raw const without
            )
        });
    }
}
