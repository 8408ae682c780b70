//! Ways out of ring 3 that must all be shut: far jumps, calls and returns, flags, and iret.

use crate::check::{check, check_eq};
use crate::child::{SURVIVED, dies_of, run};
use crate::probe::{self, attempt};
use linux_raw_sys::general::SIGSEGV;
use tusk_user::on_tusk;

/// Selectors of every descriptor a table of this size can have, with the privilege of ring 0 and of ring 3.
///
/// Among them are the kernel's segments, the TSS, and our own.
fn selectors() -> impl Iterator<Item = usize> {
    (0..0x100).step_by(8).flat_map(|selector| [selector, selector + 3])
}

/// Goes through all selectors: each has to end in SIGSEGV, or in ring 3 as before.
///
/// `go` transfers control to the code that `land!` ends with.
fn no_selector_leads_out(name: &str, go: fn(usize) -> !) {
    let own: usize;
    // SAFETY: a selector is read into a register.
    unsafe { core::arch::asm!("mov {0:e}, cs", out(reg) own, options(nomem, nostack)) };
    // Without this the rest would prove nothing.
    check_eq!(run(|| go(own)).exit_code(), Some(SURVIVED as u8), "the exit code after a {name} to where we are");

    for selector in selectors() {
        let status = run(|| go(selector));
        let is_fine = status.signal() == Some(SIGSEGV) || status.exit_code() == Some(SURVIVED as u8);
        check!(is_fine, "{name} with selector {selector:#x}: {status}");
    }
}

/// Instructions that go somewhere, and where they arrive: in ring 3 the child survives, elsewhere it dies of SIGILL.
///
/// On a 64-bit kernel one of the selectors leads to a 64-bit segment. These instructions mean the same there.
macro_rules! land {
    ($($line:expr),+ ; $($operands:tt)+) => {
        attempt!(
            $($line,)+
            "2:",
            "mov eax, cs",
            "and eax, 3",
            "cmp eax, 3",
            "je 3f",
            "ud2",
            "3:";
            $($operands)+
        )
    };
}

/// `jmp far`, by a pointer in memory.
pub fn far_jumps_lead_nowhere() {
    no_selector_leads_out("far jump", |selector| {
        land!("sub esp, 8", "lea edx, [2f]", "mov [esp], edx", "mov [esp + 4], ecx", "jmp fword ptr [esp]";
            in("ecx") selector)
    });
}

/// `call far`, which could also go through a gate.
pub fn far_calls_lead_nowhere() {
    no_selector_leads_out("far call", |selector| {
        land!("sub esp, 8", "lea edx, [2f]", "mov [esp], edx", "mov [esp + 4], ecx", "call fword ptr [esp]";
            in("ecx") selector)
    });
}

/// `retf`, which may only go outwards.
pub fn far_returns_lead_nowhere() {
    no_selector_leads_out(
        "far return",
        |selector| land!("push ecx", "lea edx, [2f]", "push edx", "retf"; in("ecx") selector),
    );
}

/// `iret`, which may only go outwards.
pub fn interrupt_returns_lead_nowhere() {
    no_selector_leads_out(
        "iret",
        |selector| land!("pushfd", "push ecx", "lea edx, [2f]", "push edx", "iretd"; in("ecx") selector),
    );
}

/// `iret` does not raise I/O privilege, nor keep interrupts out.
pub fn iret_sets_no_flag_it_may_not() {
    let status = run(|| {
        attempt!(
            "pushfd",
            "or dword ptr [esp], 0x3000",
            "and dword ptr [esp], ~0x200",
            "mov ecx, cs",
            "push ecx",
            "lea edx, [2f]",
            "push edx",
            "iretd",
            "2:",
            "pushfd",
            "pop eax",
            "and eax, 0x3200",
            "cmp eax, 0x200",
            "je 3f",
            "ud2",
            "3:"
        )
    });
    check_eq!(status.exit_code(), Some(SURVIVED as u8), "the exit code");
}

/// The flag for virtual 8086 mode counts only in ring 0's `iret`. QEMU's emulation heeds it anyway: the program then runs
/// in that mode, where there is no memory for it, and has to be killed like any other.
pub fn virtual_8086_mode_is_no_way_out() {
    let status = run(|| {
        land!("pushfd", "or dword ptr [esp], 0x20000", "mov ecx, cs", "push ecx", "lea edx, [2f]", "push edx", "iretd";
            in("ecx") 0)
    });
    let is_fine = status.signal() == Some(SIGSEGV) || status.exit_code() == Some(SURVIVED as u8);
    check!(is_fine, "iret with the flag for virtual 8086 mode: {status}");
    check_eq!(run(|| 0).exit_code(), Some(0), "a child afterwards");
}

/// The same with a code segment whose low bits look like the kernel's: a real CPU takes it for a null selector, and
/// QEMU goes to where it leads in that mode.
pub fn virtual_8086_mode_does_not_look_like_the_kernel() {
    for selector in [0, 0x10, 0x1000] {
        dies_of(SIGSEGV, || {
            attempt!(
                "push 0", "push 0", "push 0", "push 0", // gs fs ds es
                "push 0", "push 0x1000", // ss esp
                "push 0x23202", // VM, IOPL 3, IF
                "push ecx", "push 0", // cs eip
                "iretd";
                in("ecx") selector
            )
        });
    }
    check_eq!(run(|| 0).exit_code(), Some(0), "a child afterwards");
}

/// `popf` leaves I/O privilege and interrupts as they are, without an error.
pub fn popf_sets_no_flag_it_may_not() {
    let status = run(|| {
        attempt!(
            "pushfd",
            "or dword ptr [esp], 0x3000",
            "and dword ptr [esp], ~0x200",
            "popfd",
            "pushfd",
            "pop eax",
            "and eax, 0x3200",
            "cmp eax, 0x200",
            "je 2f",
            "ud2",
            "2:"
        )
    });
    check_eq!(status.exit_code(), Some(SURVIVED as u8), "the exit code");
    dies_of(SIGSEGV, || attempt!("pushfd", "or dword ptr [esp], 0x3000", "popfd", "cli"));
}

/// The nested-task flag makes `iret` a task switch, to a task that does not exist.
pub fn iret_with_the_nested_task_flag_is_sigsegv() {
    dies_of(SIGSEGV, || {
        land!("pushfd", "or dword ptr [esp], 0x4000", "popfd", "pushfd", "push ecx", "lea edx, [2f]", "push edx", "iretd";
            in("ecx") 0)
    });
}

/// The kernel's own `iret` must not be caught by a nested-task flag that the program has set.
pub fn nested_task_flag_does_not_disturb_the_kernel() {
    let status = run(|| {
        attempt!(
            "pushfd",
            "or dword ptr [esp], 0x4000",
            "popfd",
            "mov edi, 50",
            // getpid and sched_yield, many times; long enough for a tick or two as well.
            "2:",
            "mov eax, 20",
            "int 0x80",
            "mov eax, 158",
            "int 0x80",
            "mov ecx, 100000",
            "3:",
            "dec ecx",
            "jnz 3b",
            "dec edi",
            "jnz 2b"
        )
    });
    check_eq!(status.exit_code(), Some(SURVIVED as u8), "the exit code");
}

/// Jumps to where the kernel is, or nothing is.
pub fn jumps_out_of_the_program_are_sigsegv() {
    dies_of(SIGSEGV, || probe::jump(0));
    dies_of(SIGSEGV, || probe::jump(0xc000_0000));
    dies_of(SIGSEGV, || probe::jump(0xffff_fff0));
    if on_tusk() {
        dies_of(SIGSEGV, || probe::jump(0xc010_0000));
        dies_of(SIGSEGV, || probe::jump(0xffc0_0000));
    }
}
