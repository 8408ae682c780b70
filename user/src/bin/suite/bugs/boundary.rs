//! K1 to K6, the boundary between a program and the kernel, and T1, the timer.

use crate::call::sys;
use crate::check::{check, check_eq, must};
use crate::child::{SURVIVED, dies_of, run};
use crate::probe::{self, attempt};
use crate::registers::{self, Registers};
use core::time::Duration;
use linux_raw_sys::errno::ENOSYS;
use linux_raw_sys::general::{SIGFPE, SIGILL, SIGSEGV};
use tusk_user::heap::Heap;
use tusk_user::time::{now, sleep};
use tusk_user::{Errno, Status, book, linux, on_tusk};

/// K1: the book maps the kernel for ring 3 to read and write.
pub fn k1_kernel_memory_cannot_be_read_or_written() {
    let here_and_on_linux = [0xc000_0000, 0xc010_0000, 0xffff_ffff];
    for address in here_and_on_linux {
        dies_of(SIGSEGV, || probe::read(address));
        dies_of(SIGSEGV, || probe::write(address));
    }
    // On Linux some of these are a program's own. The last is the page directory's view of itself.
    let kernels = (0xc000_0000usize..=0xffc0_0000).step_by(0x40_0000).chain([0xc009_e000, 0xc000_1500, 0xffff_f000]);
    for address in kernels.filter(|_| on_tusk()) {
        check_eq!(linux::write_at(1, address, 1), Err(Errno::EFAULT), "write from {address:#x}");
        dies_of(SIGSEGV, || probe::read(address));
        dies_of(SIGSEGV, || probe::write(address));
    }
}

/// K2: the book jumps to whatever lies behind its table of calls.
pub fn k2_unknown_system_calls_do_nothing() {
    for number in [1000, 0x7fff_ffff, 0xffff_ffff] {
        let registers = registers::call(number);
        check_eq!(registers.eax, ENOSYS.wrapping_neg(), "the result of call {number:#x}");
        check_eq!(registers.kept(), Registers::MARKS, "the registers after call {number:#x}");
    }
}

/// K3: the book copies what is written to a buffer of 1,024 bytes on the kernel's stack, however much it is.
pub fn k3_long_writes_smash_nothing() {
    let mut heap = must!(Heap::new(3));
    heap.bytes().fill(b'k');
    for line in heap.bytes().chunks_exact_mut(64) {
        line[63] = b'\n';
    }
    for length in [1023, 1024, 1025, 4096, 4097, 9000] {
        check_eq!(linux::write(1, &heap.bytes()[..length]), Ok(length), "write of {length} bytes");
    }
    if on_tusk() {
        check_eq!(book::write(1, &heap.bytes()[..5000]), 5000, "the book's write of 5000 bytes");
    }
    check_eq!(linux::write(1, b"\n"), Ok(1), "write of one byte afterwards");
}

/// K4: in the book any exception of a program stops the machine.
pub fn k4_fault_kills_the_program_and_not_the_machine() {
    dies_of(SIGFPE, || attempt!("xor ecx, ecx", "div ecx"));
    dies_of(SIGILL, || attempt!("ud2"));
    dies_of(SIGSEGV, || attempt!("hlt"));
    dies_of(SIGSEGV, || probe::write(0));
    check_eq!(run(|| 7), Status(7 << 8), "a child afterwards");
}

/// K5: the book asserts that a descriptor is open, and takes any number for one.
pub fn k5_unopened_descriptors_are_errors() {
    // Numbers that nothing is open at, whoever started us.
    for descriptor in [99usize, 1023, 0x7fff_ffff, 0x8000_0000, usize::MAX] {
        let mut buffer = [0u8; 4];
        let read = sys!(__NR_read, descriptor, &mut buffer, buffer.len());
        check_eq!(read, Err(Errno::EBADF), "read from {descriptor:#x}");
        check_eq!(linux::write(descriptor as i32, b"x"), Err(Errno::EBADF), "write to {descriptor:#x}");
    }
}

/// K6: the book enters the kernel with whatever the program has in ds and es.
pub fn k6_system_calls_do_not_need_the_programs_segments() {
    static TEXT: [u8; 27] = *b"written with null segments\n";
    // Null; a code segment, through which nobody can write.
    for is_null in [true, false] {
        let status = run(|| {
            attempt!(
                "mov esi, cs", "test edi, edi", "jz 2f", "xor esi, esi", "2:",
                "mov ds, si", "mov es, si", "mov fs, si", "mov gs, si",
                // write, sched_yield, and time enough for a tick.
                "mov eax, 4", "mov ebx, 1", "int 0x80", "cmp eax, edx", "jne 4f",
                "mov eax, 158", "int 0x80",
                "mov ecx, 3000000", "3:", "dec ecx", "jnz 3b",
                "mov eax, ds", "cmp eax, esi", "jne 4f",
                "mov eax, es", "cmp eax, esi", "je 5f",
                "4:", "ud2", "5:";
                in("ecx") &raw const TEXT, in("edx") TEXT.len(), in("edi") u32::from(is_null)
            )
        });
        check_eq!(status.exit_code(), Some(SURVIVED as u8), "the exit code of the program without segments ({status})");
    }
}

/// T1: the book's timer runs at 7,698 Hz instead of 100, so that a sleep is 77 times too short.
///
/// Seen from in here the kernel's clock could be wrong by the same factor; the host compares that with its own.
pub fn t1_sleep_is_not_77_times_too_short() {
    let before = now();
    sleep(Duration::from_millis(500));
    let slept = now() - before;
    check!(slept >= Duration::from_millis(500), "500 ms were {} ms", slept.as_millis());
}
