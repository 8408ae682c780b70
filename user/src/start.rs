//! The first instructions of a program: from the kernel's stack picture to `main`.
//!
//! A program begins with its stack pointer at this picture (System V ABI, i386 supplement, "Process Initialization"):
//!
//! ```text
//! esp -> argc | argv[0] … argv[argc-1] | 0 | envp[0] … | 0 | (type, value) … | (0, 0) | the strings themselves
//! ```

use crate::environment::Environment;
use crate::linux;
use core::arch::naked_asm;

/// Names the function a program begins with: `fn(&Environment) -> i32`, whose result is the exit status.
#[macro_export]
macro_rules! entry {
    ($main:path) => {
        /// What the runtime calls once the arguments can be read.
        #[unsafe(no_mangle)]
        fn tusk_main(environment: &$crate::Environment) -> i32 {
            // Bound to a type first, so that a main of another shape is an error in the program and not in here.
            let main: fn(&$crate::Environment) -> i32 = $main;
            main(environment)
        }
    };
}

unsafe extern "Rust" {
    /// The program's main, by way of [`entry!`](crate::entry).
    fn tusk_main(environment: &Environment) -> i32;
}

/// The address the ELF header names as the entry.
///
/// ebp = 0 is where a backtrace ends; the stack pointer is handed on before it is rounded down for the compiler's code,
/// which expects (esp + 4) to be a multiple of 16 on entry to a function. edx is handed on for who wants to check it.
#[unsafe(naked)]
#[unsafe(no_mangle)]
extern "C" fn _start() -> ! {
    naked_asm!(
        "xor ebp, ebp",
        "mov eax, esp",
        "and esp, -16",
        "sub esp, 8",
        "push edx",
        "push eax",
        "call {begin}",
        "ud2",
        begin = sym begin,
    )
}

/// Reads the stack picture, runs the program and ends the process with its result.
extern "C" fn begin(stack: *const usize, edx: usize) -> ! {
    // SAFETY: `_start` passes the stack pointer as the kernel set it, and the picture above it stays for the whole
    // life of the process.
    let environment = unsafe { Environment::from_stack(stack, edx) };
    // SAFETY: `entry!` defines it with this signature; a program without one does not link.
    let status = unsafe { tusk_main(&environment) };
    linux::exit_group(status)
}
