//! Frames that no kernel made, given to `sigreturn`: they give nobody a right he has not.
//!
//! The frame is the process' own memory, so all that is in it is an allegation. The kernel takes the registers from it,
//! and makes of segments and flags what a program may have, or kills the program.

use super::catch::{Action, Context, Information, set};
use super::sigaction::raise;
use crate::check::{check, check_eq};
use crate::child::{SURVIVED, run, run_well};
use crate::probe::attempt;
use core::arch::asm;
use core::sync::atomic::{AtomicU32, Ordering::Relaxed};
use linux_raw_sys::general::{SIGBUS, SIGILL, SIGSEGV, SIGUSR1};
use tusk_user::Status;

/// What the next handler writes into its frame: which register, and what.
static FORGERY: [AtomicU32; 2] = [const { AtomicU32::new(0) }; 2];
/// Interrupt enable, I/O privilege, nested task, virtual-8086 mode, resume: flags a program cannot have, or must.
const FLAGS: u32 = 0x0002_7000;
const FLAG_INTERRUPTS: u32 = 1 << 9;

const CS: u32 = 0;
const SS: u32 = 1;
const DATA: u32 = 2;
const EFLAGS: u32 = 3;
const EIP: u32 = 4;
const ESP: u32 = 5;
const FLOATING: u32 = 6;

extern "C" fn forge(_: u32, _: &Information, context: &mut Context) {
    let [what, value] = FORGERY.each_ref().map(|place| place.load(Relaxed));
    match what {
        CS => context.cs = value,
        SS => context.ss = value,
        DATA => context.data_segments = [value; 4],
        EFLAGS => context.eflags = value,
        EIP => context.eip = value,
        ESP => context.general[3] = value,
        FLOATING => context.floating_point = value,
        _ => {}
    }
}

/// Forges one thing in a child; returns how that ended.
fn forge_in_child(what: u32, value: u32) -> Status {
    run(|| {
        FORGERY[0].store(what, Relaxed);
        FORGERY[1].store(value, Relaxed);
        set(SIGUSR1, &Action::informed(forge, 0));
        raise(SIGUSR1);
        // Whoever could halt the processor now would be in ring 0; whoever could reach a port, too.
        attempt!("mov ax, cs", "and eax, 3", "cmp eax, 3", "je 2f", "mov ebx, 99", "mov eax, 1", "int 0x80", "2:")
    })
}

/// Whether a forger went on in ring 3, or was killed by a signal of faults.
fn is_harmless(status: Status) -> bool {
    status.exit_code() == Some(SURVIVED as u8) || matches!(status.signal(), Some(SIGSEGV | SIGBUS | SIGILL))
}

/// The kernel's segments, those of nobody, and those of tasks and of gates.
pub fn forged_segments_give_no_privilege() {
    for what in [CS, SS, DATA] {
        for value in [0, 3, 8, 0x10, 0x18, 0x20, 0x28, 0x30, 0x60, 0x68, 0x78, 0xfff8, 0xffff] {
            let status = forge_in_child(what, value);
            check!(is_harmless(status), "segment {value:#x} forged as number {what}: {status}");
        }
    }
}

/// Flags: a program gets neither the ports nor another mode, and interrupts stay on.
pub fn forged_flags_give_no_privilege() {
    run_well(|| {
        FORGERY[0].store(EFLAGS, Relaxed);
        set(SIGUSR1, &Action::informed(forge, 0));
        for value in [FLAGS, FLAGS | FLAG_INTERRUPTS, 0, 0x3000, 0x0002_0000, 0x4000] {
            FORGERY[1].store(value, Relaxed);
            raise(SIGUSR1);
            let flags: u32;
            // SAFETY: the flags are only read.
            unsafe { asm!("pushfd", "pop {0:e}", out(reg) flags) };
            check_eq!(flags & (FLAGS | FLAG_INTERRUPTS), FLAG_INTERRUPTS, "the flags after a forged {value:#x}");
        }
    });
}

/// An instruction, a stack or a state of the unit that is the kernel's, or nobody's.
pub fn forged_addresses_kill_the_forger_only() {
    for value in [0, 0x1000, 0xbfff_fff0, 0xc000_0000, 0xc010_0000, 0xffff_fff0] {
        let status = forge_in_child(EIP, value);
        check!(status.signal().is_some() && is_harmless(status), "eip {value:#x}: {status}");
        for what in [ESP, FLOATING] {
            let status = forge_in_child(what, value);
            check!(is_harmless(status), "address {value:#x} forged as number {what}: {status}");
        }
    }
}

/// `sigreturn` without any frame: on an ordinary stack, on one full of ones, and on none.
pub fn sigreturn_without_a_frame_is_harmless() {
    let calls: [fn() -> i32; 4] = [
        || attempt!("sub esp, 1024", "mov eax, 119", "int 0x80"),
        || attempt!("mov eax, 173", "int 0x80"),
        || attempt!("mov ecx, 600", "2:", "push -1", "loop 2b", "mov eax, 173", "int 0x80"),
        || attempt!("mov esp, 0x1000", "mov eax, 119", "int 0x80"),
    ];
    for (index, call) in calls.into_iter().enumerate() {
        let status = run(call);
        check!(is_harmless(status), "call {index}: {status}");
    }
}
