//! A stack pointer that points nowhere: the kernel has a stack of its own and must not use the program's.

use crate::check::check_eq;
use crate::child::{SURVIVED, dies_of, run};
use crate::probe::attempt;
use linux_raw_sys::general::{SIGILL, SIGSEGV};
use tusk_user::Status;

/// What [`SURVIVED`] looks like to the parent.
const SURVIVOR: Status = Status((SURVIVED as u32) << 8);

/// Where a stack should not be: nowhere, at the kernel's door and within.
const WILD: [usize; 5] = [0, 4, 0xc000_0004, 0xc010_0000, 0xffff_fffc];

/// System calls do not need one.
pub fn system_calls_work_without_a_stack() {
    for esp in WILD {
        // getpid twice, sched_yield in between: the pid must not have changed.
        let status = run(|| {
            attempt!(
                "mov esp, ecx",
                "mov eax, 20", "int 0x80", "mov edi, eax",
                "mov eax, 158", "int 0x80",
                "mov eax, 20", "int 0x80",
                "cmp eax, edi", "je 2f", "ud2", "2:";
                in("ecx") esp
            )
        });
        check_eq!(status, SURVIVOR, "the end with esp = {esp:#x}");
    }
}

/// Nor do interrupts: the program runs on while ticks come in.
pub fn ticks_need_no_stack_of_the_program() {
    for esp in WILD {
        let status = run(|| attempt!("mov esp, eax", "mov ecx, 10000000", "2:", "dec ecx", "jnz 2b"; in("eax") esp));
        check_eq!(status, SURVIVOR, "the end with esp = {esp:#x}");
    }
}

/// Using it is a fault like any other.
pub fn pushing_to_a_wild_stack_is_sigsegv() {
    for esp in WILD {
        dies_of(SIGSEGV, || attempt!("mov esp, ecx", "push eax"; in("ecx") esp));
        dies_of(SIGSEGV, || attempt!("mov esp, ecx", "call 2f", "2:"; in("ecx") esp));
    }
}

/// Other faults end the program the same way with or without a stack.
pub fn faults_without_a_stack_kill_only_the_program() {
    for esp in WILD {
        dies_of(SIGILL, || attempt!("mov esp, ecx", "ud2"; in("ecx") esp));
        dies_of(SIGSEGV, || attempt!("mov esp, ecx", "hlt"; in("ecx") esp));
    }
}

/// fork copies a process that has no stack to speak of; both sides go on in registers.
pub fn fork_works_without_a_stack() {
    let status = run(|| {
        attempt!(
            "mov esp, ecx",
            // fork, until it is not refused (where allocations are made to fail), but not for ever.
            "mov ebp, 10000",
            "2:", "dec ebp", "js 4f", "mov eax, 2", "int 0x80", "test eax, eax", "js 2b", "jz 3f",
            // The parent: waitpid(-1, NULL, 0) has to return the pid that fork returned.
            "mov edi, eax", "mov ebx, -1", "xor ecx, ecx", "xor edx, edx", "mov eax, 7", "int 0x80",
            "cmp eax, edi", "je 3f", "4:", "ud2",
            // The child comes here at once.
            "3:";
            in("ecx") 0xc000_0000usize
        )
    });
    check_eq!(status, SURVIVOR, "the parent's end");
}
