//! Changing stacks: the one place where one task's code ends and another's goes on.
//!
//! The work is asm/switch.s; here is the picture that a task needs on its stack before it has ever
//! run. Book: chapter 9, `struct thread_stack`, `switch_to`, `kernel_thread`.

use super::task_ref::{TaskRef, running_thread};
use super::task_struct::Task;
use crate::arch::trap::{Start, TrapFrame};
use core::arch::global_asm;
use core::ffi::c_void;
use core::mem::offset_of;

global_asm!(include_str!("../../asm/switch.s"));

unsafe extern "C" {
    #[link_name = "switch_to"]
    fn switch_stacks(current: *const c_void, next: *const c_void);
    fn thread_entry();
    fn intr_exit();
}

/// What `switch_to` pops when a task gets the CPU: the book's `struct thread_stack`, 32 bytes.
#[doc(alias = "thread_stack")]
#[repr(C)]
struct ThreadStack {
    ebp: u32,
    ebx: u32,
    edi: u32,
    esi: u32,
    /// Where the task goes on.
    eip: u32,
    /// A thread's first instructions find no return address but this.
    unused_return_address: u32,
    /// A thread's function and its argument.
    function: u32,
    argument: u32,
}

// The book's thread_stack. asm/switch.s pops it.
const _: () = {
    assert!(size_of::<ThreadStack>() == 32);
    assert!(offset_of!(ThreadStack, ebp) == 0);
    assert!(offset_of!(ThreadStack, ebx) == 4);
    assert!(offset_of!(ThreadStack, edi) == 8);
    assert!(offset_of!(ThreadStack, esi) == 12);
    assert!(offset_of!(ThreadStack, eip) == 16);
    assert!(offset_of!(ThreadStack, unused_return_address) == 20);
    assert!(offset_of!(ThreadStack, function) == 24);
    assert!(offset_of!(ThreadStack, argument) == 28);
};

impl ThreadStack {
    fn to(eip: unsafe extern "C" fn(), function: u32, argument: u32) -> Self {
        Self { ebp: 0, ebx: 0, edi: 0, esi: 0, eip: eip as usize as u32, unused_return_address: 0, function, argument }
    }
}

/// Saves the running task's stack, takes `next`'s, and returns when somebody switches back.
pub(super) fn switch_to(current: TaskRef, next: TaskRef) {
    // SAFETY: `current` runs, and `next` was left by this function or laid out by one of the two
    // below; the scheduler has activated its address space.
    unsafe { switch_stacks((&raw const *current).cast(), (&raw const *next).cast()) };
}

/// Lays the stack of a task that does not exist for anybody yet so that it begins with
/// `function(argument)`. The book's `thread_create`.
///
/// The trap frame's room at the top stays free: a thread may become a process.
#[doc(alias = "thread_create")]
pub(super) fn begin_with(task: &Task, function: extern "C" fn(u32), argument: u32) {
    let place = (task.user_frame() as *mut ThreadStack).wrapping_sub(1);
    let stack = ThreadStack::to(thread_entry, function as usize as u32, argument);
    // SAFETY: below the trap frame in the task's page, which nobody uses yet.
    unsafe { place.write(stack) };
    task.self_kstack.set(place as u32);
}

/// Lays the stack of fork's child so that it begins with `intr_exit` on its copy of the parent's
/// trap frame, and returns 0 from the system call.
///
/// Only what `intr_exit` needs lies above: the child's `thread_stack` ends with its `eip`, as in
/// the book's `build_child_stack`.
pub(super) fn begin_with_intr_exit(task: &Task) {
    const POPPED: u32 = 20;
    let place = task.user_frame() as u32 - POPPED;
    let stack = ThreadStack::to(intr_exit, 0, 0);
    let words = [stack.ebp, stack.ebx, stack.edi, stack.esi, stack.eip];
    // SAFETY: the trap frame, and what lies below it, in the child's page, which nobody uses yet.
    unsafe {
        (*task.user_frame()).eax = 0;
        (place as *mut [u32; 5]).write(words);
    }
    task.self_kstack.set(place);
}

/// Lets fork's child, which nobody else uses yet, go on with its stack pointer at `esp`.
pub(super) fn set_stack(task: &Task, esp: u32) {
    // SAFETY: the trap frame in the child's page, which was copied from the parent's.
    unsafe { (*task.user_frame()).esp = esp };
}

/// Leaves the kernel for the program at `start`, never to return: how a thread becomes a process.
pub(super) fn leave_kernel(start: Start) -> ! {
    let place = running_thread().user_frame();
    // SAFETY: the top of our own page, which a thread keeps free (`begin_with`); intr_exit pops
    // exactly this picture. What lies below is not needed again.
    unsafe {
        place.write(TrapFrame::at(start));
        core::arch::asm!(
            "mov esp, {frame}",
            "jmp {exit}",
            frame = in(reg) place,
            exit = sym intr_exit,
            options(noreturn)
        );
    }
}
