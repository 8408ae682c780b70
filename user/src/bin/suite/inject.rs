//! A kernel that lets fork fail on purpose (`inject=fork` on its command line): every error path, one after the other.

use crate::check::{check, check_eq, must, skip};
use crate::child::none_left;
use crate::threads::thread::{JOINABLE, SHARING_ALL, Stack, THREAD, clone_onto, start};
use crate::threads::word::{Scope, Word};
use linux_raw_sys::general::{__WALL, CLONE_THREAD, CLONE_VM, SIGCHLD, WNOHANG};
use tusk_user::heap::{Heap, PAGE_SIZE};
use tusk_user::linux::{self, ANY_CHILD, Fork};
use tusk_user::{Errno, Status, println};

/// More allocations than any fork makes.
const MANY: u32 = 10_000;
/// The least a fork has to allocate, of whatever kind it is: the PCB, the bitmap, a directory, a table.
const LEAST: u32 = 4;

/// Forks until one gets through; returns how many did not.
///
/// Each refusal must be ENOMEM, leave no child behind, and leave the parent's memory as it was.
fn sweep(heap: &mut Heap) -> u32 {
    for failures in 0..MANY {
        match linux::fork() {
            Ok(Fork::Child) => linux::exit(i32::from(!heap.bytes().iter().all(|&byte| byte == 0x3c))),
            Ok(Fork::Parent(child)) => {
                check_eq!(linux::waitpid(child), Ok((child, Status(0))), "the child that was made at last");
                return failures;
            }
            Err(error) => {
                check_eq!(error, Errno::ENOMEM, "the error of fork {failures}");
                check_eq!(linux::waitpid_with(ANY_CHILD, WNOHANG), Err(Errno::ECHILD), "waitpid after a failed fork");
            }
        }
    }
    check!(false, "no fork of {MANY} has succeeded");
    0
}

/// Makes something by a call until that gets through; returns how often it did not, and what it is.
///
/// Each refusal must be ENOMEM, and leave nobody behind whom one could wait for.
fn sweep_with<T>(mut make: impl FnMut() -> Result<T, Errno>) -> (u32, Option<T>) {
    for failures in 0..MANY {
        match make() {
            Ok(made) => return (failures, Some(made)),
            Err(error) => {
                check_eq!(error, Errno::ENOMEM, "the error of clone {failures}");
                let waited = linux::waitpid_with(ANY_CHILD, WNOHANG | __WALL);
                check_eq!(waited, Err(Errno::ECHILD), "waitpid after a failed clone");
            }
        }
    }
    check!(false, "no clone of {MANY} has succeeded");
    (0, None)
}

/// Runs as `make` makes it, once for each failure there can be, twice over; says how many there were.
fn sweep_clones(what: &str, flags: u32) {
    static STOP: Word = Word::new(0);
    // The stack of the new one: its own failures are not counted, as mapping it is no clone.
    let sweep = || {
        STOP.set(0);
        let stack = Stack::new();
        let word_at = stack.lay(stack.end(), [0]);
        let esp = stack.lay(stack.end() - 32 + 4, [leave as *const () as usize, 0, STOP.address()]);
        // SAFETY: the word lies on the stack, which is unmapped when nobody uses it any more: below.
        let number = unsafe { Word::at(word_at) };
        number.set(u32::MAX);
        let arguments = [(flags | JOINABLE) as usize, esp, word_at, 0, word_at];
        // SAFETY: at the stack pointer lies the address of code that does not return; the stack is its alone.
        let (failures, made) = sweep_with(|| unsafe { clone_onto(arguments) });
        check_eq!(made.map(|made| made as u32), Some(number.get()), "the number of what was made at last");
        STOP.announce();
        while number.get() != 0 {
            let _ = number.wait_in(Scope::Shared, number.get());
        }
        if flags & CLONE_THREAD == 0 {
            let ended = linux::waitpid_with(ANY_CHILD, __WALL).map(|(_, status)| status);
            check_eq!(ended, Ok(Status(0)), "the end of what was made at last");
        }
        none_left();
        failures
    };
    sweep();
    let failures = sweep();
    if failures == 0 {
        skip(format_args!("this kernel was not booted with inject=fork"));
    }
    check_eq!(sweep(), failures, "the number of failures when done again");
    println!("{failures} allocations in {what}");
}

/// What a thread of these does: it waits until it may end.
extern "C" fn leave(stop: &Word) -> ! {
    while stop.get() == 0 {
        let _ = stop.wait(0);
    }
    linux::exit(0)
}

/// The same for a thread: at every failure there is none, and none of its number.
pub fn thread_survives_every_failed_allocation() {
    sweep_clones("a thread", THREAD);
}

/// For a process that shares nothing but the memory, and so gets a copy of everything else.
pub fn sharing_process_survives_every_failed_allocation() {
    sweep_clones("a process with this memory", CLONE_VM | SIGCHLD);
}

/// And for one that shares everything.
pub fn process_that_shares_all_survives_every_failed_allocation() {
    sweep_clones("a process that shares all", SHARING_ALL);
}

/// A thread sleeps, and others fork: what is refused leaves the others alone.
pub fn fork_of_several_threads_survives_every_failed_allocation() {
    static END: Word = Word::new(0);
    let others = [(); 3].map(|()| {
        start(|| {
            while END.get() == 0 {
                let _ = END.wait(0);
            }
        })
    });
    let mut heap = must!(Heap::new(8));
    heap.bytes().fill(0x3c);
    sweep(&mut heap);
    let failures = sweep(&mut heap);
    check_eq!(sweep(&mut heap), failures, "the number of failures when done again");
    END.announce();
    drop(others);
    none_left();
    if failures == 0 {
        skip(format_args!("this kernel was not booted with inject=fork"));
    }
}

/// The k-th fork in a row fails at its k-th allocation; the kernel's own accounts say whether anything was lost.
pub fn fork_survives_every_failed_allocation() {
    // A sweep that somebody else began ends here, so that each of ours begins at the first allocation.
    let mut heap = must!(Heap::new(8));
    heap.bytes().fill(0x3c);
    sweep(&mut heap);

    let small = sweep(&mut heap);
    if small == 0 {
        skip(format_args!("this kernel was not booted with inject=fork"));
    }
    check_eq!(sweep(&mut heap), small, "the number of failures when done again");
    must!(heap.resize(40));
    heap.bytes()[8 * PAGE_SIZE..].fill(0x3c);
    let large = sweep(&mut heap);
    check_eq!(sweep(&mut heap), large, "the number of failures with a larger body when done again");
    none_left();

    println!("{small} allocations in a fork; {large} with 32 pages more");
    check!(small >= LEAST, "only {small} allocations of a fork have failed");
    // A fork that copies on write allocates nothing for a page; the others do, for each.
    check!(large == small || large >= small + 32, "32 pages more, and {small} failures became {large}");
}
