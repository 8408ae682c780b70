//! The stack, which grows by itself as far as 8 MiB.

use crate::check::{check, check_eq};
use crate::child::{SURVIVED, dies_of, run};
use crate::probe::attempt;
use core::hint::black_box;
use linux_raw_sys::general::{SIGKILL, SIGSEGV};
use tusk_user::heap::PAGE_SIZE;
use tusk_user::{Status, on_tusk};

/// What [`SURVIVED`] looks like to the parent.
const SURVIVOR: Status = Status((SURVIVED as u32) << 8);

/// Moves the stack pointer down page by page, writing to each; 0 pages mean 2^32.
fn push_pages(pages: usize) -> ! {
    attempt!("2:", "sub esp, 4096", "mov dword ptr [esp], 0x5a5a5a5a", "dec ecx", "jnz 2b"; in("ecx") pages)
}

/// Half of what it may become, page after page.
pub fn stack_grows_by_four_mebibytes() {
    check_eq!(run(|| push_pages(1024)), SURVIVOR, "the end of a process with 4 MiB of stack");
}

/// A function with large locals may touch the far end first.
pub fn stack_grows_in_one_leap() {
    let status = run(|| attempt!("sub esp, 0x100000", "mov dword ptr [esp], 1", "mov dword ptr [esp + 0x80000], 1"));
    check_eq!(status, SURVIVOR, "the end of a process whose stack leapt by 1 MiB");
}

/// A page of stack is zeroed before a program sees it.
pub fn fresh_stack_is_zeroed() {
    let status = run(|| {
        attempt!(
            "cld",
            "lea edi, [esp - 0x100000]",
            "mov ecx, 0x80000 / 4",
            "xor eax, eax",
            "repe scasd",
            "je 2f",
            "ud2",
            "2:"
        )
    });
    check_eq!(status, SURVIVOR, "the end of the process that looked at fresh stack");
}

/// There is an end: recursion without one kills the program, not the machine.
pub fn stack_overflow_is_sigsegv() {
    let status = run(|| push_pages(0));
    // A machine with less memory than that has to say so in another way.
    let is_fine = status.signal() == Some(SIGSEGV) || (on_tusk() && status.signal() == Some(SIGKILL));
    check!(is_fine, "endless growth of the stack: {status}");
}

/// Far below the stack there is no stack.
pub fn far_below_the_stack_is_sigsegv() {
    dies_of(SIGSEGV, || attempt!("sub esp, 0x4000000", "push eax"));
}

/// Both processes of a fork have a stack that grows.
pub fn stacks_of_parent_and_child_grow_apart() {
    fn deeper(depth: usize) -> usize {
        let local = black_box([depth as u8; PAGE_SIZE]);
        if depth == 0 { 0 } else { deeper(depth - 1) + usize::from(local[depth % PAGE_SIZE]) / depth }
    }
    check_eq!(deeper(100), 100, "the depth in the parent");
    check_eq!(run(|| deeper(200) as i32), Status(200 << 8), "the end of the child");
    check_eq!(deeper(150), 150, "the depth in the parent, later");
}
