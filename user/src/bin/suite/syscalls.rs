//! The system-call interface as such: numbers, registers, flags.

use crate::check::{check, check_eq, must, only_on_tusk};
use crate::child::{SURVIVED, run};
use crate::probe::attempt;
use crate::registers::{self, Registers};
use core::ffi::CStr;
use linux_raw_sys::errno::ENOSYS;
use linux_raw_sys::general::{__NR_getpid, __NR_getppid, __NR_gettid, __NR_sched_yield, __NR_uname};
use tusk_user::syscall::BOOK;
use tusk_user::{Errno, book, linux, on_tusk};

/// A number nobody has given to a call is ENOSYS, and nothing else happens: every register stays as it was.
pub fn unknown_numbers_are_enosys_and_nothing_else() {
    let beyond_the_book = BOOK + book::number::END;
    let numbers = [
        1000,
        0x1fff,
        0x7fff,
        beyond_the_book,
        BOOK + 31,
        BOOK + 32,
        0xffff,
        0x1_0000,
        0x0100_0002,
        0x7fff_ffff,
        0x8000_0000,
        0x8000_0002,
        0x8000_8000,
        0xffff_8000,
        0xffff_ffff,
    ];
    let enosys = (ENOSYS).wrapping_neg();
    for number in numbers {
        let registers = registers::call(number);
        // The book's own way to fail is -1, and its numbers end at 0xffff.
        let is_refused = registers.eax == enosys || ((BOOK..=0xffff).contains(&number) && registers.eax == u32::MAX);
        check!(is_refused, "number {number:#x} returned {:#x}", registers.eax);
        check_eq!(registers.kept(), Registers::MARKS, "the registers after number {number:#x}");
    }
}

/// The book's numbers mean nothing to a kernel without the book.
pub fn book_numbers_are_enosys_elsewhere() {
    if !on_tusk() {
        check_eq!(registers::call(BOOK).eax, ENOSYS.wrapping_neg(), "call {BOOK:#x}");
    }
    check_eq!(registers::call(BOOK).kept(), Registers::MARKS, "the registers after call {BOOK:#x}");
}

/// A call gives back every register but eax, and the flags.
pub fn every_register_is_kept() {
    for number in [__NR_getpid, __NR_getppid, __NR_gettid, __NR_sched_yield] {
        let registers = registers::call(number as usize);
        check_eq!(registers.kept(), Registers::MARKS, "the registers after call {number}");
    }
    check_eq!(registers::call(__NR_getpid as usize).eax, linux::getpid() as u32, "getpid");
}

/// The kernel's string instructions run upwards, whatever the program has set the direction flag to.
pub fn direction_flag_does_not_turn_the_kernel_around() {
    static TEXT: [u8; 33] = *b"0123456789abcdef0123456789abcdef\n";
    let status = run(|| {
        attempt!(
            "std", "mov eax, 4", "mov ebx, 1", "int 0x80", "cmp eax, edx", "je 2f", "ud2", "2:";
            in("ecx") &raw const TEXT, in("edx") TEXT.len()
        )
    });
    check_eq!(status.exit_code(), Some(SURVIVED as u8), "the exit code of the writer");

    // uname writes 390 bytes to where it should and none below; with the flag set, as without.
    let mut buffer = [0x5au8; 3 * 512];
    let middle = &raw mut buffer[512];
    let result: usize;
    // SAFETY: the structure is 6 x 65 bytes and lies within the buffer; the flag is cleared again.
    unsafe {
        core::arch::asm!("std", "int 0x80", "cld", inlateout("eax") __NR_uname as usize => result, in("ebx") middle);
    }
    check_eq!(result, 0, "uname");
    check!(buffer[..512].iter().all(|&byte| byte == 0x5a), "uname wrote below its buffer");
    check!(buffer[512 + 390..].iter().all(|&byte| byte == 0x5a), "uname wrote behind its buffer");
    let name = CStr::from_bytes_until_nul(&buffer[512..]).unwrap_or_default();
    check_eq!(name, must!(linux::uname()).system(), "the kernel's name");
}

/// Whoever wants to switch the machine off has to know the magic numbers. (Only here: nobody should try on a host.)
pub fn reboot_without_the_magic_is_einval() {
    only_on_tusk();
    const RESTART: u32 = 0x0123_4567;
    for magic in [[0, 0], [linux::REBOOT_MAGIC[0], 0], [0, linux::REBOOT_MAGIC[1]]] {
        check_eq!(linux::reboot(magic, RESTART), Err(Errno::EINVAL), "reboot with magic {magic:x?}");
    }
    check_eq!(linux::reboot(linux::REBOOT_MAGIC, 0x1111_1111), Err(Errno::EINVAL), "reboot of an unknown kind");
}

/// uname names an i386 machine's kernel, each field a string.
pub fn uname_names_the_kernel() {
    let names = must!(linux::uname());
    for field in [names.system(), names.release(), names.machine()] {
        check!(!field.is_empty(), "a field of uname is empty");
    }
    if on_tusk() {
        check_eq!(names.machine(), c"i686", "the machine");
    }
}
