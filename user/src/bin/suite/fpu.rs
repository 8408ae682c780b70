//! The floating-point unit and the SSE registers: each process has its own, and a child has its parent's.
//!
//! Our programs are compiled without either, so that the compiler never touches these registers: what is in them is
//! what the assembly below has put there, for as long as the process lives.

use crate::check::{check, check_eq, skip};
use crate::child::{run, run_well, start, wait, wait_at_most};
use crate::probe::attempt;
use crate::program::become_program;
use core::arch::asm;
use core::time::Duration;
use linux_raw_sys::general::SIGFPE;
use tusk_user::time::{now, sleep};
use tusk_user::{Status, cpu, linux};

/// The x87 unit as `fnsave` stores it (SDM Vol 1 §8.1.10).
#[repr(C, align(16))]
pub struct X87([u8; 108]);

impl X87 {
    /// Fills the eight registers with numbers that belong to `owner`, and rounds in one of four ways.
    pub fn load(owner: u16) {
        let control = 0x037f | (owner & 3) << 10;
        let base = i32::from(owner) * 1000;
        // SAFETY: the unit is used by nobody else in this process, and the two operands are only read.
        unsafe {
            asm!(
                "fninit",
                "fldcw [{control}]",
                "mov {count}, 8",
                "2:",
                "fild dword ptr [{base}]",
                "inc dword ptr [{base}]",
                "dec {count}",
                "jnz 2b",
                control = in(reg) &control,
                base = in(reg) &mut { base },
                count = out(reg) _,
            );
        }
    }

    /// What the unit holds.
    pub fn save() -> Self {
        let mut image = X87([0; 108]);
        // SAFETY: 108 bytes are stored, and the unit is put back as it was.
        unsafe { asm!("fnsave [{0}]", "frstor [{0}]", in(reg) &mut image) };
        image
    }

    /// Everything but the address of the last instruction, which the processor need not keep.
    pub fn contents(&self) -> (&[u8], &[u8]) {
        (&self.0[..12], &self.0[28..])
    }
}

/// The eight SSE registers and their control word.
#[derive(PartialEq, Eq)]
#[repr(C, align(16))]
struct Sse {
    registers: [[u8; 16]; 8],
    control: u32,
}

impl Sse {
    /// Fills the registers with bytes that belong to `owner`, and rounds in one of four ways.
    fn load(owner: u16) {
        let mut image = Sse { registers: [[owner as u8; 16]; 8], control: 0x1f80 | (u32::from(owner) & 3) << 13 };
        for (number, register) in (0..).zip(&mut image.registers) {
            register[0] = number;
        }
        // SAFETY: the caller has found SSE; the image is only read, and nobody else uses these registers.
        unsafe {
            asm!(
                "movaps xmm0, [{0}]", "movaps xmm1, [{0} + 16]", "movaps xmm2, [{0} + 32]", "movaps xmm3, [{0} + 48]",
                "movaps xmm4, [{0} + 64]", "movaps xmm5, [{0} + 80]", "movaps xmm6, [{0} + 96]",
                "movaps xmm7, [{0} + 112]", "ldmxcsr [{0} + 128]",
                in(reg) &image,
            );
        }
    }

    /// What the registers hold.
    fn save() -> Self {
        let mut image = Sse { registers: [[0; 16]; 8], control: 0 };
        // SAFETY: as in `load`; 132 bytes are stored.
        unsafe {
            asm!(
                "movaps [{0}], xmm0", "movaps [{0} + 16], xmm1", "movaps [{0} + 32], xmm2", "movaps [{0} + 48], xmm3",
                "movaps [{0} + 64], xmm4", "movaps [{0} + 80], xmm5", "movaps [{0} + 96], xmm6",
                "movaps [{0} + 112], xmm7", "stmxcsr [{0} + 128]",
                in(reg) &mut image,
            );
        }
        image
    }
}

/// Computes with `owner`'s numbers for a while, giving up the processor at times and losing it at others.
pub fn keep_x87(owner: u16, time: Duration) {
    X87::load(owner);
    let mine = X87::save();
    let end = now() + time;
    while now() < end {
        spin();
        check!(X87::save().contents() == mine.contents(), "the x87 registers of process {owner} have changed");
        let _ = linux::sched_yield();
        check!(X87::save().contents() == mine.contents(), "the x87 registers of {owner} changed while it yielded");
    }
}

/// The same with SSE registers.
pub fn keep_sse(owner: u16, time: Duration) {
    Sse::load(owner);
    let mine = Sse::save();
    let end = now() + time;
    while now() < end {
        spin();
        check!(Sse::save() == mine, "the SSE registers of process {owner} have changed");
        let _ = linux::sched_yield();
        check!(Sse::save() == mine, "the SSE registers of process {owner} have changed while it yielded");
    }
}

/// Some time in which nothing calls the kernel, so that only a tick can take the processor away.
fn spin() {
    for _ in 0..100_000 {
        core::hint::spin_loop();
    }
}

/// Divides one by zero with that error unmasked, and does nothing after it that waits for the unit: the error is pending.
fn leave_error_pending() {
    const ZERO_DIVIDE_UNMASKED: u16 = 0x037b;
    // SAFETY: the unit is used by nobody else in this process, and the operand is only read.
    unsafe {
        asm!("fninit", "fldcw [{0}]", "fld1", "fldz", "fdivp", in(reg) &ZERO_DIVIDE_UNMASKED);
    }
}

/// Ends the process by the error that is pending, if there is one.
fn wait_for_error() -> ! {
    attempt!("fwait")
}

/// Runs `keep` in three processes at once.
fn at_once(keep: fn(u16, Duration)) {
    let children = [1, 2, 3].map(|owner| {
        start(|| {
            keep(owner, Duration::from_millis(200));
            0
        })
    });
    for child in children {
        check_eq!(wait(child), Status(0), "the end of process {child}");
    }
}

/// Skips the case on a processor without SSE.
fn needs_sse() {
    if !cpu::has_sse() {
        skip(format_args!("this processor has no SSE"));
    }
}

/// x87: registers, stack and control word.
pub fn x87_registers_of_processes_do_not_mix() {
    at_once(keep_x87);
}

/// SSE: registers and control word.
pub fn sse_registers_of_processes_do_not_mix() {
    needs_sse();
    at_once(keep_sse);
}

/// A child computes on with its parent's numbers; what it does to them, the parent does not see.
pub fn child_inherits_the_x87_registers() {
    X87::load(2);
    let mine = X87::save();
    run_well(|| {
        check!(X87::save().contents() == mine.contents(), "the child's x87 registers are not its parent's");
        X87::load(3);
    });
    check!(X87::save().contents() == mine.contents(), "the parent's x87 registers have changed");
}

/// The same for SSE.
pub fn child_inherits_the_sse_registers() {
    needs_sse();
    Sse::load(2);
    let mine = Sse::save();
    run_well(|| {
        check!(Sse::save() == mine, "the child's SSE registers are not its parent's");
        Sse::load(3);
    });
    check!(Sse::save() == mine, "the parent's SSE registers have changed");
}

/// A pending error goes with who made it: the parent's own numbers come back, as often as it likes.
pub fn pending_error_dies_with_its_process() {
    X87::load(2);
    let mine = X87::save();
    for round in 0..10 {
        run_well(leave_error_pending);
        check!(X87::save().contents() == mine.contents(), "the parent's x87 registers have changed in round {round}");
    }
}

/// The same when who comes next has never used the unit: it finds it empty.
pub fn pending_error_does_not_meet_a_newcomer() {
    for _ in 0..10 {
        run_well(leave_error_pending);
        run_well(assert_fresh);
    }
}

/// Nor does the next program of the same process find it, nor anybody who computes meanwhile.
pub fn pending_error_does_not_survive_execve() {
    X87::load(3);
    let mine = X87::save();
    for program in ["fpu", "bss"] {
        let status = run(|| {
            leave_error_pending();
            become_program(program, &[])
        });
        check_eq!(status, Status(0), "the end of program {program}");
        check!(X87::save().contents() == mine.contents(), "the parent's x87 registers have changed");
    }
}

/// While both live, the error is its maker's alone, and is still there when that one waits for it at last.
pub fn pending_error_stays_with_its_process() {
    let maker = start(|| {
        leave_error_pending();
        let end = now() + Duration::from_millis(200);
        while now() < end {
            spin();
            let _ = linux::sched_yield();
        }
        wait_for_error()
    });
    keep_x87(1, Duration::from_millis(300));
    let status = wait_at_most(maker, Duration::from_secs(10));
    check_eq!(status.signal(), Some(SIGFPE), "the signal that killed the process with the error ({status})");
}

/// The same without a moment of computing in between: two that leave an error each time they get the processor.
pub fn pending_errors_of_two_do_not_mix() {
    let makers = [(); 2].map(|()| {
        start(|| {
            for _ in 0..20 {
                leave_error_pending();
                sleep(Duration::from_millis(5));
            }
            wait_for_error()
        })
    });
    for maker in makers {
        let status = wait_at_most(maker, Duration::from_secs(10));
        check_eq!(status.signal(), Some(SIGFPE), "the signal that killed process {maker} ({status})");
    }
}

/// A child inherits the error too, as it inherits everything in the unit.
pub fn child_inherits_a_pending_error() {
    run_well(|| {
        leave_error_pending();
        let status = run(|| wait_for_error());
        check_eq!(status.signal(), Some(SIGFPE), "the signal that killed the child ({status})");
    });
}

/// A program begins with the unit as the System V ABI says: nobody's numbers in it, and every error masked.
pub fn assert_fresh() {
    let image = X87::save();
    let word = |offset: usize| u16::from_le_bytes([image.0[offset], image.0[offset + 1]]);
    check_eq!(word(0), 0x037f, "the x87 control word");
    check_eq!(word(4) & 0x3800, 0, "the top of the x87 stack");
    check_eq!(word(8), 0xffff, "the x87 tag word (all registers empty)");
    if cpu::has_sse() {
        let image = Sse::save();
        check_eq!(image.control, 0x1f80, "mxcsr");
        check!(image.registers == [[0; 16]; 8], "an SSE register is not zero");
    }
}

/// What `fninit` leaves in the registers that it calls empty can still be read: nobody finds another's numbers there.
pub fn empty_x87_registers_hold_nobodys_numbers() {
    for _ in 0..10 {
        run_well(leave_traces);
        run_well(|| {
            let image = X87::save();
            check!(image.0[28..].iter().all(|&byte| byte == 0), "an x87 register that is empty is not zero");
        });
    }
}

/// Fills both units, so that a program that begins afterwards would notice.
pub fn leave_traces() {
    X87::load(1);
    if cpu::has_sse() {
        Sse::load(1);
    }
}
