//! `int 0x80`, and nothing else.
//!
//! The number goes into eax, up to six arguments into ebx, ecx, edx, esi, edi and ebp, and the result comes back in
//! eax; every other register comes back as it was. Numbers below [`BOOK`] are Linux' and fail with −errno; from there
//! on they are the book's and fail with −1.

use crate::errno::Errno;
use core::arch::{asm, naked_asm};

/// The book's call n is number `BOOK + n`.
pub const BOOK: usize = 0x8000;

/// The largest error number a result can carry, as everywhere on Linux.
const LARGEST_ERRNO: usize = 4095;

/// Makes a system call without arguments.
///
/// # Safety
/// The call must be one that leaves this process' memory alone, or changes only what the caller owns.
#[inline(always)]
pub unsafe fn syscall0(number: usize) -> usize {
    let result;
    // SAFETY: the kernel keeps every register but eax; what the call does to memory is the caller's to answer for.
    unsafe { asm!("int 0x80", inlateout("eax") number => result) };
    result
}

/// Makes a system call with up to three arguments.
///
/// # Safety
/// As for [`syscall0`].
#[inline(always)]
pub unsafe fn syscall3(number: usize, arguments: [usize; 3]) -> usize {
    let result;
    // SAFETY: as in `syscall0`.
    unsafe {
        asm!(
            "int 0x80",
            inlateout("eax") number => result,
            in("ebx") arguments[0],
            in("ecx") arguments[1],
            in("edx") arguments[2],
        );
    }
    result
}

/// Makes a system call with six arguments.
///
/// # Safety
/// As for [`syscall0`].
pub unsafe fn syscall6(number: usize, arguments: [usize; 6]) -> usize {
    // SAFETY: the array is alive for the call, and the rest is the caller's promise.
    unsafe { raw_syscall6(number, &arguments) }
}

/// Loads all seven registers, which inline assembly may not do: esi and ebp belong to the compiler.
#[unsafe(naked)]
unsafe extern "C" fn raw_syscall6(number: usize, arguments: &[usize; 6]) -> usize {
    naked_asm!(
        "push ebp",
        "push edi",
        "push esi",
        "push ebx",
        // Below the four saved registers and the return address.
        "mov eax, [esp + 20]",
        "mov ebp, [esp + 24]",
        "mov ebx, [ebp]",
        "mov ecx, [ebp + 4]",
        "mov edx, [ebp + 8]",
        "mov esi, [ebp + 12]",
        "mov edi, [ebp + 16]",
        "mov ebp, [ebp + 20]",
        "int 0x80",
        "pop ebx",
        "pop esi",
        "pop edi",
        "pop ebp",
        "ret",
    )
}

/// Splits a result of a Linux call into value and error.
pub fn check(result: usize) -> Result<usize, Errno> {
    match result.wrapping_neg() {
        number @ 1..=LARGEST_ERRNO => Err(Errno(number as u16)),
        _ => Ok(result),
    }
}
