//! `clone3`: the same as `clone`, with all that is asked for in a structure that may grow.

use super::thread::{THREAD, call_onto, start_by};
use crate::call::{call, input};
use crate::check::{check, check_eq, must};
use crate::child::{insist, none_left, wait};
use crate::mapping::pages::{READ_WRITE, anonymous, map, poke, unmap};
use linux_raw_sys::general::{
    __NR_clone3, CLONE_CHILD_SETTID, CLONE_DETACHED, CLONE_PARENT, CLONE_PARENT_SETTID, CLONE_SIGHAND, CLONE_THREAD,
    CLONE_VM, SIGCHLD, SIGUSR1,
};
use tusk_user::heap::PAGE_SIZE;
use tusk_user::{Errno, Status, linux};

/// The structure's size in its versions.
const VERSIONS: [usize; 3] = [64, 80, 88];

/// `struct clone_args`, with room for words that nobody knows yet: flags, pidfd, child_tid, parent_tid, exit_signal,
/// stack, stack_size, tls, set_tid, set_tid_size, cgroup.
type Request = [u64; 16];

/// A child as fork makes it.
const FORK: Request = with(&[(4, SIGCHLD as u64)]);

/// Nothing but what is given, as (index, value).
const fn with(words: &[(usize, u64)]) -> Request {
    let mut request = [0; 16];
    let mut index = 0;
    while index < words.len() {
        request[words[index].0] = words[index].1;
        index += 1;
    }
    request
}

/// The call; a child ends with status 5.
fn clone3(address: usize, size: usize) -> Result<usize, Errno> {
    match insist(|| call(__NR_clone3, [address, size])) {
        Ok(0) => linux::exit(5),
        result => result,
    }
}

#[track_caller]
fn refused(words: &[(usize, u64)], error: Errno) {
    let request = with(words);
    check_eq!(clone3(input(&request), 88), Err(error), "clone3 with {words:x?}");
    none_left();
}

/// Each version of the structure, and later ones whose new words are zero.
pub fn all_sizes_that_say_nothing_new_are_taken() {
    for size in VERSIONS.into_iter().chain([72, 96, 128]) {
        let child = must!(clone3(input(&FORK), size));
        check_eq!(wait(child as i32), Status(5 << 8), "the end of the child of {size} bytes");
    }
    // As large as it may be at most.
    let page = anonymous(1);
    poke(page + 4 * 8, SIGCHLD as u8);
    let child = must!(clone3(page, PAGE_SIZE));
    check_eq!(wait(child as i32), Status(5 << 8), "the child's end");
}

/// Shorter than the first version, longer than a page, and longer with something new in it.
pub fn impossible_sizes_are_refused() {
    for size in [0, 1, 8, 56, 63] {
        check_eq!(clone3(input(&FORK), size), Err(Errno::EINVAL), "clone3 of {size} bytes");
    }
    for size in [PAGE_SIZE + 1, 0x10_0000, usize::MAX] {
        check_eq!(clone3(input(&FORK), size), Err(Errno::E2BIG), "clone3 of {size} bytes");
    }
    for (index, size) in [(11, 96), (12, 104), (15, 128)] {
        let request = with(&[(4, SIGCHLD as u64), (index, 1 << 56)]);
        check_eq!(clone3(input(&request), size), Err(Errno::E2BIG), "clone3 with word {index} not zero");
    }
    none_left();
}

/// A structure that is not there, or ends too soon.
pub fn bad_addresses_are_efault() {
    for address in [0, 0x1000, 0xffff_f000] {
        check_eq!(clone3(address, 64), Err(Errno::EFAULT), "clone3 from {address:#x}");
    }
    let pages = anonymous(2);
    must!(unmap(pages + PAGE_SIZE, PAGE_SIZE));
    let end = pages + PAGE_SIZE;
    for size in VERSIONS {
        check_eq!(clone3(end - size + 8, size), Err(Errno::EFAULT), "clone3 of {size} bytes, 8 of them missing");
    }
    poke(end - 88 + 4 * 8, SIGCHLD as u8);
    let child = must!(clone3(end - 88, 88));
    check_eq!(wait(child as i32), Status(5 << 8), "the child's end");
    none_left();
    must!(map(0, PAGE_SIZE, READ_WRITE, crate::mapping::pages::ANONYMOUS, -1, 0));
}

/// The rules of `clone` hold, and further ones: the signal has a word of its own, and a stack has a length.
pub fn impossible_requests_are_einval() {
    let einval = Errno::EINVAL;
    let chld = (4, SIGCHLD as u64);
    refused(&[(0, CLONE_SIGHAND.into()), chld], einval);
    refused(&[(0, (CLONE_THREAD | CLONE_VM).into())], einval);
    // A signal among the flags, and flags that nobody knows.
    refused(&[(0, SIGCHLD.into())], einval);
    refused(&[(0, CLONE_DETACHED.into()), chld], einval);
    refused(&[(0, 1 << 63), chld], einval);
    // No signal.
    for number in [65, 255, 256 + u64::from(SIGCHLD), 1 << 32] {
        refused(&[(4, number)], einval);
    }
    // Whose parent is not the caller sends what the caller would have sent, and a thread nothing.
    refused(&[(0, CLONE_PARENT.into()), chld], einval);
    refused(&[(0, (CLONE_VM | CLONE_SIGHAND | CLONE_THREAD).into()), chld], einval);
    // A stack without a length, and the other way round.
    refused(&[chld, (5, 0x10_0000)], einval);
    refused(&[chld, (6, 0x1000)], einval);
    // Numbers to choose without an address for them, and the other way round; and too many.
    refused(&[chld, (9, 1)], einval);
    refused(&[chld, (8, 0x1000)], einval);
    refused(&[chld, (8, 0x1000), (9, 33)], einval);
}

/// Any signal may tell of the end, or none.
pub fn exit_signal_has_a_word_of_its_own() {
    use linux_raw_sys::general::__WCLONE;
    crate::signals::catch::set(SIGUSR1, &crate::signals::catch::Action::plain(crate::signals::catch::note, 0));
    for signal in [0, SIGUSR1] {
        let request = with(&[(4, signal.into())]);
        let child = must!(clone3(input(&request), 64)) as i32;
        let mut ended = linux::waitpid_with(child, __WCLONE);
        while ended == Err(Errno::EINTR) {
            ended = linux::waitpid_with(child, __WCLONE);
        }
        check_eq!(ended, Ok((child, Status(5 << 8))), "the child's end");
    }
    check_eq!(crate::signals::catch::SEEN.count(), 1, "the signals that came");
}

/// A thread, as libraries make it where they can: the stack is given by its lowest address and its length.
pub fn thread_can_be_made() {
    let number = linux::gettid();
    let flags = u64::from(THREAD | CLONE_CHILD_SETTID);
    for size in VERSIONS {
        let body = move || {
            check_eq!(linux::getpid(), number, "the thread's pid");
            check!(linux::gettid() != number, "the thread has its maker's number");
            0
        };
        let thread = must!(start_by(body, |esp, word| {
            let request = with(&[(0, flags), (2, word as u64), (3, word as u64), (5, esp as u64 - 64), (6, 64)]);
            // SAFETY: the stack pointer is where the stack ends, and is that of `start_by`, as is the word.
            tusk_user::syscall::check(unsafe { call_onto(__NR_clone3 as usize, &[input(&request), size, 0, 0, 0]) })
        }));
        thread.join();
    }
}

/// The number goes where the parent and the child want it.
pub fn numbers_are_stored() {
    let words = super::word::shared_words();
    let flags = u64::from(CLONE_PARENT_SETTID | CLONE_CHILD_SETTID);
    let request =
        with(&[(0, flags), (2, words[0].address() as u64), (3, words[1].address() as u64), (4, SIGCHLD.into())]);
    let child = must!(clone3(input(&request), 88)) as i32;
    check_eq!(words[1].get(), child as u32, "the number that the parent sees");
    check_eq!(wait(child), Status(5 << 8), "the child's end");
    check_eq!(words[0].get(), child as u32, "the number that the child has stored");
}
