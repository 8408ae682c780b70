//! A stack for the kernel's last words.
//!
//! Printing a symbolised backtrace takes more stack than a ring-0 stack may have left, and the
//! stack may be what is broken. So a panic goes on here, in memory that nothing else uses.

use core::arch::asm;
use core::cell::UnsafeCell;

const SIZE: usize = 16 << 10;

#[repr(C, align(16))]
struct Stack(UnsafeCell<[u8; SIZE]>);

// SAFETY: used by `run` alone, once: the panic that comes here does not come back.
unsafe impl Sync for Stack {}

static STACK: Stack = Stack(UnsafeCell::new([0; SIZE]));

/// Goes on with `function(argument)` on the crash stack, leaving the current one as it is.
///
/// # Safety
/// Interrupts are off and stay off, and this is called once.
pub unsafe fn run<T>(function: extern "C" fn(&T) -> !, argument: &T) -> ! {
    let top = STACK.0.get() as u32 + SIZE as u32;
    // SAFETY: the stack is ours and large; `argument` lies on the old one, which stays as it is;
    // the function gets it as cdecl wants it, behind a return address that is never used.
    unsafe {
        asm!(
            "mov esp, {top}",
            "xor ebp, ebp",
            "push {argument}",
            "call {function}",
            "ud2",
            top = in(reg) top,
            argument = in(reg) argument,
            function = in(reg) function,
            options(noreturn)
        );
    }
}
