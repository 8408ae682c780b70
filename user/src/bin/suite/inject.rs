//! A kernel that lets fork fail on purpose (`inject=fork` on its command line): every error path, one after the other.

use crate::check::{check, check_eq, must, skip};
use crate::child::none_left;
use linux_raw_sys::general::WNOHANG;
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
