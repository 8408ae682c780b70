//! The flags of `clone`: which go together, which are refused, and where the new number is stored.

use super::thread::{SHARING_ALL, THREAD, try_start};
use super::word::{Word, shared_words};
use crate::call::{call, output};
use crate::check::{check_eq, must};
use crate::child::{insist, is_injecting, none_left, wait};
use crate::mapping::pages::{anonymous, unmap};
use linux_raw_sys::general::{
    __NR_clone, CLONE_CHILD_CLEARTID, CLONE_CHILD_SETTID, CLONE_DETACHED, CLONE_FS, CLONE_IO, CLONE_NEWCGROUP,
    CLONE_NEWIPC, CLONE_NEWNET, CLONE_NEWNS, CLONE_NEWPID, CLONE_NEWUSER, CLONE_NEWUTS, CLONE_PARENT_SETTID,
    CLONE_PTRACE, CLONE_SIGHAND, CLONE_SYSVSEM, CLONE_THREAD, CLONE_UNTRACED, CLONE_VM, SIGCHLD,
};
use tusk_user::{Errno, Status, linux, on_tusk};

/// `clone` with a copy of the memory: the child ends with status 0 as soon as `check` has returned.
fn clone(flags: u32, parent_tid: usize, child_tid: usize, check: impl FnOnce()) -> Result<i32, Errno> {
    match insist(|| call(__NR_clone, [flags as usize, 0, parent_tid, 0, child_tid]))? {
        0 => {
            check();
            linux::exit(0)
        }
        child => Ok(child as i32),
    }
}

/// Threads share handlers, and handlers memory: one without the other is refused, however much else is given.
pub fn flags_that_need_others_are_einval() {
    const OTHERS: u32 = SHARING_ALL & !(CLONE_VM | CLONE_SIGHAND);
    for flags in [CLONE_SIGHAND, CLONE_THREAD, CLONE_THREAD | CLONE_SIGHAND, CLONE_THREAD | CLONE_VM] {
        for others in [0, OTHERS, OTHERS | CLONE_SYSVSEM, OTHERS | CLONE_PARENT_SETTID] {
            let flags = flags | others | SIGCHLD;
            check_eq!(clone(flags, 0, 0, || {}), Err(Errno::EINVAL), "clone with {flags:#x}");
        }
    }
    none_left();
}

/// What contradicts itself: a process with names of its own for files that shares its directory, and the like.
pub fn flags_that_contradict_are_einval() {
    let threads = CLONE_VM | CLONE_SIGHAND | CLONE_THREAD;
    for flags in [
        CLONE_NEWNS | CLONE_FS,
        CLONE_NEWUSER | CLONE_FS,
        CLONE_NEWIPC | CLONE_SYSVSEM,
        threads | CLONE_NEWPID,
        threads | CLONE_NEWUSER,
    ] {
        let result = clone(flags | if flags & CLONE_THREAD != 0 { 0 } else { SIGCHLD }, 0, 0, || {});
        check_eq!(result, Err(Errno::EINVAL), "clone with {flags:#x}");
    }
    none_left();
}

/// Namespaces there are none here; elsewhere they may be allowed.
pub fn namespaces_are_einval() {
    crate::check::only_on_tusk();
    for flag in [
        CLONE_NEWNS,
        CLONE_NEWUTS,
        CLONE_NEWIPC,
        CLONE_NEWUSER,
        CLONE_NEWPID,
        CLONE_NEWNET,
        CLONE_NEWCGROUP,
        linux_raw_sys::general::CLONE_PIDFD,
    ] {
        check_eq!(clone(flag | SIGCHLD, 0, 0, || {}), Err(Errno::EINVAL), "clone with {flag:#x}");
    }
    none_left();
}

/// What has no effect here is accepted where libraries pass it.
pub fn flags_without_effect_are_taken() {
    for flags in [CLONE_SYSVSEM, CLONE_DETACHED, CLONE_UNTRACED, CLONE_PTRACE, CLONE_IO] {
        let child = must!(clone(flags | SIGCHLD, 0, 0, || {}));
        check_eq!(wait(child), Status(0), "the end of a child made with {flags:#x}");
        must!(try_start(THREAD | flags, 0, || 0)).join();
    }
}

/// The same address for both numbers is what libraries use; the child finds its own there before it does anything.
pub fn both_numbers_may_go_to_one_address() {
    const FLAGS: u32 = CLONE_PARENT_SETTID | CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID;
    let mut number = 0i32;
    let place = output(&mut number);
    let child = must!(clone(FLAGS | SIGCHLD, place, place, || {
        check_eq!(core::hint::black_box(number), linux::getpid(), "the number in the child's memory");
    }));
    check_eq!(core::hint::black_box(number), child, "the number in the parent's memory");
    check_eq!(wait(child), Status(0), "the child's end");
    check_eq!(core::hint::black_box(number), child, "the number in the parent's memory after the child's end");
}

/// In shared memory both see it; and with memory of its own a child that ends takes nothing back there.
pub fn numbers_in_shared_pages_stay() {
    let words = shared_words();
    let [from_parent, from_child] = [words[0].address(), words[1].address()];
    let flags = CLONE_PARENT_SETTID | CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | SIGCHLD;
    let child = must!(clone(flags, from_parent, from_child, || {
        check_eq!([words[0].get(), words[1].get()], [linux::getpid() as u32; 2], "the numbers that the child sees");
    }));
    check_eq!(wait(child), Status(0), "the child's end");
    check_eq!([words[0].get(), words[1].get()], [child as u32; 2], "the numbers that are left");
}

/// Numbers that can be stored nowhere are not stored: the call succeeds, and nothing of anybody's changes.
pub fn bad_places_for_numbers_are_passed_over() {
    let gone = anonymous(1);
    must!(unmap(gone, 4096));
    let read_only = c"text".as_ptr().expose_provenance();
    let flags = CLONE_PARENT_SETTID | CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | SIGCHLD;
    for place in [0, 1, 0x1000, gone, gone + 1, read_only, 0xc000_0000, 0xffff_fffc, 0xffff_ffff] {
        let child = must!(clone(flags, place, place, || {}));
        check_eq!(wait(child), Status(0), "the end of a child whose number goes to {place:#x}");
    }
    check_eq!(c"text".to_bytes(), b"text", "the text in whose place a number was asked for");
}

/// Without the flags the addresses mean nothing.
pub fn numbers_are_stored_only_when_asked() {
    static WORD: Word = Word::new(7);
    let child = must!(clone(SIGCHLD, WORD.address(), WORD.address(), || check_eq!(WORD.get(), 7, "the child's word")));
    check_eq!(wait(child), Status(0), "the child's end");
    check_eq!(WORD.get(), 7, "the parent's word");
}

/// A child without a stack of its own goes on where its parent's copy is; one with a stack begins there.
pub fn child_without_sharing_may_have_a_stack_of_its_own() {
    // Without CLONE_VM the stack is a page of the copy.
    let stack = super::thread::Stack::new();
    extern "C" fn leave(status: i32) -> ! {
        linux::exit(status)
    }
    let esp = stack.lay(stack.end() - 16 + 4, [leave as *const () as usize, 0, 21]);
    // SAFETY: at the stack pointer lies the address of code that does not return; the stack is the child's copy.
    let child = must!(insist(|| unsafe { super::thread::clone_onto([SIGCHLD as usize, esp, 0, 0, 0]) }));
    check_eq!(wait(child as i32), Status(21 << 8), "the child's end");
}

/// Refusals leave nobody behind, not even for a moment: no number is used up, and there is nobody to wait for.
pub fn refusals_use_nothing_up() {
    let injecting = is_injecting();
    let before = must!(clone(SIGCHLD, 0, 0, || {}));
    check_eq!(wait(before), Status(0), "the child's end");
    for _ in 0..300 {
        check_eq!(clone(CLONE_SIGHAND | SIGCHLD, 0, 0, || {}), Err(Errno::EINVAL), "clone with CLONE_SIGHAND alone");
    }
    let after = must!(clone(SIGCHLD, 0, 0, || {}));
    check_eq!(wait(after), Status(0), "the child's end");
    if on_tusk() && !injecting {
        let distance = after - before;
        crate::check::check!(distance < 100, "{distance} numbers were used");
    }
    none_left();
}
