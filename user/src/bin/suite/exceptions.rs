//! Exceptions a program can raise: each ends the program with the signal Linux has for it, and nothing else.

use crate::check::{check, check_eq, skip};
use crate::child::{SURVIVED, dies_of, run};
use crate::probe::{self, attempt};
use linux_raw_sys::general::{SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP};
use tusk_user::Status;

/// #DE by a zero divisor.
pub fn division_by_zero_is_sigfpe() {
    dies_of(SIGFPE, || attempt!("xor edx, edx", "xor ecx, ecx", "mov eax, 1", "div ecx"));
}

/// #DE by a quotient that does not fit.
pub fn division_overflow_is_sigfpe() {
    dies_of(SIGFPE, || attempt!("mov edx, -1", "mov eax, 0", "mov ecx, 1", "div ecx"));
    dies_of(SIGFPE, || attempt!("mov edx, -1", "mov eax, 0x80000000", "mov ecx, -1", "idiv ecx"));
}

/// #BP, which ring 3 may raise.
pub fn breakpoint_is_sigtrap() {
    dies_of(SIGTRAP, || attempt!("int3"));
    dies_of(SIGTRAP, || attempt!(".byte 0xcd, 3"));
}

/// #OF, which ring 3 may raise.
pub fn overflow_is_sigsegv() {
    dies_of(SIGSEGV, || attempt!("mov al, 127", "add al, 1", "into"));
}

/// `into` without an overflow does nothing.
pub fn into_without_overflow_goes_on() {
    check_eq!(run(|| attempt!("xor eax, eax", "into")).exit_code(), Some(SURVIVED as u8), "the exit code");
}

/// #BR.
pub fn bound_is_sigsegv() {
    static BOUNDS: [i32; 2] = [1, 10];
    dies_of(SIGSEGV, || attempt!("mov eax, 11", "bound eax, [ecx]"; in("ecx") &raw const BOUNDS));
}

/// #UD.
pub fn undefined_instruction_is_sigill() {
    dies_of(SIGILL, || attempt!("ud2"));
    // A lock prefix where nothing can be locked.
    dies_of(SIGILL, || attempt!(".byte 0xf0, 0x90"));
}

/// #DB by the trap flag, after the next instruction.
pub fn single_step_is_sigtrap() {
    dies_of(SIGTRAP, || attempt!("pushfd", "or dword ptr [esp], 0x100", "popfd", "nop", "nop"));
}

/// The trap flag over a system call: the kernel must not trip over it itself.
pub fn single_step_over_a_system_call_is_sigtrap() {
    dies_of(SIGTRAP, || attempt!("mov eax, 20", "pushfd", "or dword ptr [esp], 0x100", "popfd", "int 0x80", "nop"));
}

/// #AC, where the processor checks alignment (QEMU's emulation does not).
pub fn unaligned_access_under_ac_is_sigbus() {
    let status =
        run(|| attempt!("pushfd", "or dword ptr [esp], 0x40000", "popfd", "mov eax, esp", "mov eax, [eax + 1]"));
    if status.exit_code() == Some(SURVIVED as u8) {
        skip(format_args!("this processor does not check alignment"));
    }
    check_eq!(status.signal(), Some(SIGBUS), "the signal");
}

/// #MF: an x87 error that was unmasked, at the next instruction that waits for it.
pub fn x87_error_is_sigfpe() {
    static CONTROL: u16 = 0x037b;
    dies_of(
        SIGFPE,
        || attempt!("fninit", "fldcw [ecx]", "fld1", "fldz", "fdivp", "fwait"; in("ecx") &raw const CONTROL),
    );
}

/// An x87 error that nobody waits for stays pending, through any number of system calls and switches of processes.
pub fn pending_x87_error_harms_nobody() {
    static CONTROL: u16 = 0x037b;
    let status = run(|| {
        attempt!(
            "fninit", "fldcw [ecx]", "fld1", "fldz", "fdivp",
            "mov edi, 100",
            // sched_yield, a hundred times.
            "2:", "mov eax, 158", "int 0x80", "dec edi", "jnz 2b";
            in("ecx") &raw const CONTROL
        )
    });
    check_eq!(status.exit_code(), Some(SURVIVED as u8), "the exit code of the process with the pending error");
}

/// Null pointers, whichever way they are used.
pub fn null_pointers_are_sigsegv() {
    dies_of(SIGSEGV, || probe::read(0));
    dies_of(SIGSEGV, || probe::write(0));
    dies_of(SIGSEGV, || probe::jump(0));
    dies_of(SIGSEGV, || probe::read(0xfff));
}

/// An instruction by name, and a child's body that executes it.
type Instruction = (&'static str, fn() -> i32);

/// What only ring 0 may do, one after the other.
pub fn privileged_instructions_are_sigsegv() {
    let instructions: [Instruction; 20] = [
        ("hlt", || attempt!("hlt")),
        ("cli", || attempt!("cli")),
        ("sti", || attempt!("sti")),
        ("in", || attempt!("mov dx, 0x64", "in al, dx")),
        ("in imm8", || attempt!("in al, 0x64")),
        ("out", || attempt!("mov dx, 0xf4", "mov eax, 1", "out dx, eax")),
        ("insb", || attempt!("mov edi, esp", "mov dx, 0x60", "insb")),
        ("outsb", || attempt!("mov esi, esp", "mov dx, 0x3f8", "outsb")),
        ("lgdt", || attempt!("lgdt [esp]")),
        ("lidt", || attempt!("lidt [esp]")),
        ("lldt", || attempt!("xor eax, eax", "lldt ax")),
        ("ltr", || attempt!("xor eax, eax", "ltr ax")),
        ("mov cr0", || attempt!("mov eax, 0", "mov cr0, eax")),
        ("read cr0", || attempt!("mov eax, cr0")),
        ("mov cr3", || attempt!("mov eax, 0", "mov cr3, eax")),
        ("mov cr4", || attempt!("mov eax, 0", "mov cr4, eax")),
        ("mov dr7", || attempt!("mov eax, 0", "mov dr7, eax")),
        ("clts", || attempt!("clts")),
        ("invlpg", || attempt!("invlpg [esp]")),
        ("wbinvd", || attempt!("wbinvd")),
    ];
    for (name, attempt) in instructions {
        let status = run(attempt);
        check!(status.signal() == Some(SIGSEGV), "{name} from ring 3: {status}");
    }
}

/// Every interrupt by number, but the three that ring 3 may raise.
pub fn software_interrupts_are_sigsegv() {
    // The table works: this one is getpid, and comes back.
    check_eq!(run(|| raise(0x80)).exit_code(), Some(SURVIVED as u8), "the exit code after int 0x80");
    for vector in (0..=0xff).filter(|vector| !matches!(vector, 3 | 4 | 0x80)) {
        let status = run(|| raise(vector));
        check!(status.signal() == Some(SIGSEGV), "int {vector:#x} from ring 3: {status}");
    }
    // What they must not have done is to stop the machine, or to make it believe in a key or a tick: we go on.
    check_eq!(run(|| 0), Status(0), "a child afterwards");
}

/// Executes `int vector`: the instruction is in a table, since the number is part of it.
#[inline(never)]
fn raise(vector: usize) -> ! {
    attempt!(
        "lea edx, [3f]",
        "lea ecx, [ecx * 8 + edx]",
        "mov eax, 20",
        "jmp ecx",
        ".balign 8",
        "3:",
        ".set tusk_vector, 0",
        ".rept 256",
        ".byte 0xcd, tusk_vector",
        "jmp 4f",
        ".balign 8",
        ".set tusk_vector, tusk_vector + 1",
        ".endr",
        "4:";
        in("ecx") vector
    )
}
