//! A kernel in whose calls memory runs out on purpose (`inject=calls`): every error path, one after the other.
//!
//! Made again and again, a call fails at its first allocation, then at its second, until it gets through. Each refusal
//! must leave everything as it was; whether anything was lost, the kernel's own accounts say at the end of the case.

use crate::call::sys;
use crate::check::{check, check_eq, fail, must, skip};
use crate::child::{none_left, start, wait};
use crate::mapping::pages::{ANONYMOUS, NO_FILE, READ_WRITE, fill, holds, map, protect, unmap};
use crate::program::{self, number_as_text};
use core::ffi::CStr;
use core::panic::Location;
use linux_raw_sys::general::{
    ITIMER_REAL, MAP_ANONYMOUS, MAP_FIXED, MAP_SHARED, MREMAP_FIXED, MREMAP_MAYMOVE, O_CREAT, O_RDONLY, O_WRONLY,
    POLLIN, PROT_READ, RLIMIT_CORE, SIGUSR1, pollfd,
};
use tusk_user::heap::PAGE_SIZE;
use tusk_user::launch::StringList;
use tusk_user::{Errno, linux, println};

/// More allocations than any of these calls makes; a status of a process can tell as many.
const MOST: i32 = 200;
/// The page in the middle of the mappings below.
const MIDDLE: usize = PAGE_SIZE;
/// An address at which there is not even a page table.
const FAR: usize = 0x7000_0000;
/// The handler that ignores.
const SIG_IGN: u32 = 1;

/// What a call said, and whether it was for want of memory that it said no.
fn is_refusal<T>(result: &Result<T, Errno>) -> bool {
    matches!(result, Err(Errno::ENOMEM | Errno::ENOSPC))
}

/// Makes a call until it gets through.
#[track_caller]
fn again<T>(mut attempt: impl FnMut() -> Result<T, Errno>) -> T {
    for _ in 0..MOST {
        match attempt() {
            refusal if is_refusal(&refusal) => {}
            result => return must!(result),
        }
    }
    fail(Location::caller(), format_args!("refused {MOST} times"))
}

/// Makes a call until it gets through, and says how often it was refused.
#[track_caller]
fn refusals<T>(mut attempt: impl FnMut() -> Result<T, Errno>) -> i32 {
    let mut tries = 0;
    again(|| {
        tries += 1;
        attempt()
    });
    tries - 1
}

/// What is added to a child's status, lest it be taken for a failed check.
const NONE_REFUSED: i32 = 20;

/// The same in a child, in which all that it has is packed as closely as fork packs it, so that more needs memory.
#[track_caller]
fn sweep(what: &str, attempt: impl Fn() -> i32) {
    // Twice, as a sweep that somebody else began ends with the first.
    for _ in 0..2 {
        let status = wait(start(|| attempt() + NONE_REFUSED));
        let refused = status.exit_code().map_or(-1, |code| i32::from(code) - NONE_REFUSED);
        check!(refused > 0, "{what}, refused {refused} times: {status}");
        println!("{what}: refused {refused} times");
    }
    none_left();
}

/// Skips the case on a kernel on which nothing is refused.
fn needs_injection() {
    let refused = [(); 2].map(|()| {
        let mut ends = [0i32; 2];
        let refused = refusals(|| sys!(__NR_pipe, &mut ends));
        for end in ends {
            must!(sys!(__NR_close, end));
        }
        refused
    });
    if refused == [0, 0] {
        skip(format_args!("this kernel was not booted with inject=calls"));
    }
}

/// Three pages of a mapping, 1, 2 and 3 in all their bytes.
fn three_pages() -> usize {
    let start = again(|| map(0, 3 * PAGE_SIZE, READ_WRITE, ANONYMOUS, NO_FILE, 0));
    (1..=3).zip((start..).step_by(PAGE_SIZE)).for_each(|(byte, page)| fill(page, PAGE_SIZE, byte));
    start
}

#[track_caller]
fn check_pages(start: usize, bytes: [u8; 3]) {
    for (byte, page) in bytes.into_iter().zip((start..).step_by(PAGE_SIZE)) {
        check!(holds(page, PAGE_SIZE, byte), "a page of {byte}s is not what it was");
    }
}

/// Mappings that are made, replaced, taken away, protected, moved and extended.
pub fn mappings_survive_every_failed_allocation() {
    needs_injection();
    let start = three_pages();
    let middle = start + MIDDLE;
    sweep("mmap", || refusals(|| map(0, PAGE_SIZE, READ_WRITE, MAP_SHARED | MAP_ANONYMOUS, NO_FILE, 0)));
    sweep("mmap over something else", || {
        refusals(|| {
            check_pages(start, [1, 2, 3]);
            map(middle, PAGE_SIZE, PROT_READ, ANONYMOUS | MAP_FIXED, NO_FILE, 0)
        })
    });
    sweep("munmap", || {
        refusals(|| {
            check_pages(start, [1, 2, 3]);
            unmap(middle, PAGE_SIZE)
        })
    });
    sweep("mprotect", || {
        refusals(|| {
            check_pages(start, [1, 2, 3]);
            fill(middle, PAGE_SIZE, 2);
            protect(middle, PAGE_SIZE, PROT_READ)
        })
    });
    sweep("mremap", || {
        let flags = MREMAP_MAYMOVE | MREMAP_FIXED;
        let refused = refusals(|| {
            check_pages(start, [1, 2, 3]);
            sys!(__NR_mremap, middle, PAGE_SIZE, 2 * PAGE_SIZE, flags, FAR)
        });
        check!(holds(FAR, PAGE_SIZE, 2) && holds(FAR + PAGE_SIZE, PAGE_SIZE, 0), "a page is not what was moved");
        refused
    });
    check_pages(start, [1, 2, 3]);
}

/// The break, behind a page that may not be written to: what is added is not more of the same.
pub fn break_survives_every_failed_allocation() {
    needs_injection();
    let move_to = |end: usize| {
        // SAFETY: nobody else moves the break, and nothing of what is added is used.
        if unsafe { linux::brk(end) } == end { Ok(()) } else { Err(Errno::ENOMEM) }
    };
    // SAFETY: nothing is moved.
    let old = unsafe { linux::brk(0) };
    let start = old.next_multiple_of(PAGE_SIZE);
    again(|| move_to(start + PAGE_SIZE));
    again(|| protect(start, PAGE_SIZE, PROT_READ));
    sweep("brk", || refusals(|| move_to(start + 2 * PAGE_SIZE)));
    again(|| move_to(old));
}

/// Descriptors: what cannot be opened leaves no number taken, and nothing open.
pub fn descriptors_survive_every_failed_allocation() {
    needs_injection();
    let next = || must!(sys!(__NR_dup, 0)) as i32;
    let first = next();
    let is_first = || {
        check_eq!(must!(sys!(__NR_close, first)), 0);
        check_eq!(next(), first, "the next descriptor");
    };
    sweep("pipe", || {
        let mut ends = [0i32; 2];
        refusals(|| {
            is_first();
            sys!(__NR_pipe, &mut ends)
        })
    });
    sweep("open", || {
        refusals(|| {
            is_first();
            sys!(__NR_open, c"/proc/self/maps", O_RDONLY)
        })
    });
    sweep("dup2", || {
        refusals(|| {
            is_first();
            sys!(__NR_dup2, 0, 500)
        })
    });
    sweep("getdents64", || {
        let directory = again(|| sys!(__NR_open, c"/", O_RDONLY));
        let mut names = [0u8; 512];
        refusals(|| sys!(__NR_getdents64, directory, &mut names[..], 512))
    });
}

/// Where the case makes its files.
const PLACE: &CStr = c"/tmp/shortage";

/// Files and names: what cannot be made is not there, and what was there still is.
pub fn names_survive_every_failed_allocation() {
    needs_injection();
    again(|| sys!(__NR_mkdir, PLACE, 0o755));
    must!(sys!(__NR_chdir, PLACE));
    let old = again(|| sys!(__NR_open, c"old", O_CREAT | O_WRONLY, 0o644));
    let is_there = |path: &CStr| sys!(__NR_access, path, 0) == Ok(0);
    let sweep_names = |what: &str, make: fn() -> Result<usize, Errno>, undo: fn() -> Result<usize, Errno>| {
        sweep(what, || {
            let refused = refusals(|| {
                check!(is_there(c"old") && !is_there(c"new"), "a refusal has changed what is there");
                make()
            });
            check!(is_there(c"new"), "what was made is not there");
            again(undo);
            refused
        });
    };
    let unlink = || sys!(__NR_unlink, c"new");
    sweep_names("open of a new file", || sys!(__NR_open, c"new", O_CREAT | O_WRONLY, 0o644), unlink);
    sweep_names("mkdir", || sys!(__NR_mkdir, c"new", 0o755), || sys!(__NR_rmdir, c"new"));
    sweep_names("symlink", || sys!(__NR_symlink, c"old", c"new"), unlink);
    sweep_names("link", || sys!(__NR_link, c"old", c"new"), unlink);
    sweep_names("rename", || sys!(__NR_rename, c"old", c"new"), || sys!(__NR_rename, c"new", c"old"));

    let text = [7u8; 100];
    sweep("pwrite64", || {
        again(|| sys!(__NR_truncate, c"old", 0));
        refusals(|| sys!(__NR_pwrite64, old, &text[..], 100, 8 * PAGE_SIZE, 0))
    });
    must!(sys!(__NR_close, old));
    must!(sys!(__NR_unlink, c"old"));
    must!(sys!(__NR_chdir, c"/"));
    must!(sys!(__NR_rmdir, PLACE));
}

/// A program that cannot be begun leaves the old one as it is.
pub fn execve_survives_every_failed_allocation() {
    needs_injection();
    let start = three_pages();
    sweep("execve", || {
        let mut refused = 0;
        again(|| {
            check_pages(start, [1, 2, 3]);
            let count = number_as_text(refused + NONE_REFUSED);
            refused += 1;
            let arguments = must!(StringList::new([c"suite", c"--program", c"status", count.as_c_str()]));
            let variables = must!(StringList::new([]));
            Err::<i32, _>(linux::execve(program::path(), arguments.strings(), variables.strings()))
        })
    });
}

/// What a process has of its own from when it first asks for it.
pub fn own_tables_survive_every_failed_allocation() {
    needs_injection();
    sweep("rt_sigaction", || {
        // Ignored; flags, restorer and mask.
        let action = [SIG_IGN, 0, 0, 0, 0];
        refusals(|| sys!(__NR_rt_sigaction, SIGUSR1, &action, 0usize, 8usize))
    });
    sweep("setitimer", || refusals(|| sys!(__NR_setitimer, ITIMER_REAL, &[0u32, 0, 1000, 0], 0usize)));
    sweep("setrlimit", || refusals(|| sys!(__NR_setrlimit, RLIMIT_CORE, &[0u32; 2])));
    sweep("poll", || {
        let files = [pollfd { fd: 0, events: POLLIN as i16, revents: 0 }; 64];
        refusals(|| sys!(__NR_poll, &files, files.len(), 0usize))
    });
}
