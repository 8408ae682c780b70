//! What a handler finds, and what the process finds afterwards: everything as it was.

use super::catch::{Action, Context, Information, SEEN, note, set, set_timer};
use super::sigaction::raise;
use crate::call::sys;
use crate::check::{check, check_eq, must, skip};
use crate::child::{run_well, start, wait};
use crate::registers::{self, FLAG_DIRECTION, Registers};
use core::arch::asm;
use core::sync::atomic::{AtomicU32, Ordering::Relaxed};
use core::time::Duration;
use linux_raw_sys::general::{__NR_getpid, SA_RESTART, SI_USER, SIGALRM, SIGUSR1, SIGUSR2};
use tusk_user::signal::{SignalSet, kill, set_mask};
use tusk_user::time::now;
use tusk_user::{Status, cpu, linux};

/// What the last informed handler was told.
static TOLD: [AtomicU32; 4] = [const { AtomicU32::new(0) }; 4];

/// Leaves what it was told about the sender.
extern "C" fn tell(signal: u32, information: &Information, _: &mut Context) {
    SEEN.add(signal);
    let told = [information.signal, information.code as u32, information.pid_or_address, information.user];
    TOLD.iter().zip(told).for_each(|(place, value)| place.store(value, Relaxed));
}

/// Who sent the signal, and how.
pub fn handler_is_told_who_sent_the_signal() {
    set(SIGUSR1, &Action::informed(tell, SA_RESTART));
    raise(SIGUSR1);
    let told = || TOLD.each_ref().map(|place| place.load(Relaxed));
    check_eq!(told(), [SIGUSR1, SI_USER, linux::getpid() as u32, 0], "signal, code, pid and user from kill");
    let parent = linux::getpid();
    let child = start(|| kill(parent, SIGUSR1).is_err().into());
    check_eq!(wait(child), Status(0), "the child's end");
    check_eq!(told(), [SIGUSR1, SI_USER, child as u32, 0], "signal, code, pid and user from a child");
    must!(sys!(__NR_tkill, linux::gettid(), SIGUSR1));
    check_eq!(told(), [SIGUSR1, -6i32 as u32, parent as u32, 0], "signal, code (SI_TKILL), pid and user from tkill");
}

/// Changes all it may, and leaves the arithmetic flags and the direction as no caller expects them.
extern "C" fn disturb(signal: u32) {
    SEEN.add(signal);
    let flags: u32;
    // SAFETY: only the flags and named registers change, and the direction is clear again at the end.
    unsafe {
        asm!(
            "pushfd", "pop {flags}", "std", "cld", "xor eax, eax", "mov ecx, eax", "mov edx, eax", "cmp eax, 1",
            flags = out(reg) flags, out("eax") _, out("ecx") _, out("edx") _,
        );
    }
    SEEN.add(flags & FLAG_DIRECTION);
}

/// The same, and disturbs both units as well.
extern "C" fn disturb_units(signal: u32) {
    SEEN.add(signal);
    crate::fpu::leave_traces();
}

/// A signal that comes with a system call's return: every register but the result is kept, the direction flag is clear
/// in the handler and set again behind it.
pub fn registers_are_kept_across_a_handler() {
    let pid = linux::getpid() as u32;
    for action in [Action::plain(disturb, 0), Action::informed(disturb_informed, 0)] {
        SEEN.clear();
        set(SIGUSR1, &action);
        let child = start(|| kill(pid as i32, SIGUSR1).is_err().into());
        let mut calls = 0;
        while SEEN.count() == 0 {
            let after = registers::call(__NR_getpid as usize);
            check_eq!(after.eax, pid, "getpid");
            check_eq!(after.kept(), Registers::MARKS, "the registers after call {calls}");
            calls += 1;
        }
        check_eq!(SEEN.first(), [SIGUSR1, 0], "the signal, and the direction flag in the handler");
        check_eq!(wait(child), Status(0), "the child's end");
    }
}

/// [`disturb`] in the other kind of frame.
extern "C" fn disturb_informed(signal: u32, _: &Information, _: &mut Context) {
    disturb(signal);
}

/// A signal that comes at any instruction at all: a sum that is kept in registers comes out right.
pub fn computing_is_not_disturbed() {
    const ROUNDS: u32 = 3_000_000;
    set(SIGALRM, &Action::plain(disturb, 0));
    set_timer(1, 1);
    let end = now() + Duration::from_secs(5);
    while SEEN.count() < 8 && now() < end {
        let (sum, carries): (u32, u32);
        // SAFETY: registers only; the loop lives on its flags, as `dec` keeps the carry that `adc` needs.
        unsafe {
            asm!(
                "xor {sum:e}, {sum:e}", "xor {carries:e}, {carries:e}", "clc",
                "2:", "adc {sum:e}, 0x10000001", "adc {carries:e}, 0", "dec {rounds:e}", "jnz 2b",
                sum = out(reg) sum, carries = out(reg) carries, rounds = inout(reg) ROUNDS => _,
            );
        }
        // The carry into `carries` is always consumed there, so that the sums can be told in advance.
        let total = u64::from(ROUNDS) * 0x1000_0001;
        check_eq!((carries, sum), ((total >> 32) as u32, total as u32), "the sum");
    }
    set_timer(0, 0);
    check!(SEEN.count() >= 8, "the timer came {} times only", SEEN.count());
}

/// x87 and SSE registers are the process' own again after a handler that used both.
pub fn floating_point_is_kept_across_a_handler() {
    for action in [Action::plain(disturb_units, 0), Action::informed(disturb_units_informed, 0)] {
        set(SIGUSR1, &action);
        let control = 0x0f7fu16;
        let (mut sum, mut after) = (0i32, 0u16);
        // SAFETY: the unit is used by nobody else; the operands are ours.
        unsafe {
            asm!("fninit", "fldcw [{0}]", "fldpi", "fld1", "fadd st(0), st(0)", in(reg) &control);
        }
        raise(SIGUSR1);
        // SAFETY: as above; the stack of the unit holds two numbers, which are both taken off.
        unsafe {
            asm!("fistp dword ptr [{0}]", "fstp st(0)", "fnstcw [{1}]", in(reg) &mut sum, in(reg) &mut after);
        }
        check_eq!((sum, after), (2, control), "the number and the control word of the x87 unit");
    }
    if !cpu::has_sse() {
        skip(format_args!("this processor has no SSE"));
    }
    let before = [[0x11u32; 4], [0x22; 4]];
    let mut after = [[0u32; 4]; 2];
    // SAFETY: there is SSE, as was just seen, and our programs use none of it themselves.
    unsafe { asm!("movups xmm0, [{0}]", "movups xmm7, [{0} + 16]", in(reg) &before) };
    raise(SIGUSR1);
    // SAFETY: as above; 32 bytes are stored.
    unsafe { asm!("movups [{0}], xmm0", "movups [{0} + 16], xmm7", in(reg) &mut after) };
    check_eq!(after, before, "two SSE registers");
}

/// [`disturb_units`] in the other kind of frame.
extern "C" fn disturb_units_informed(signal: u32, _: &Information, _: &mut Context) {
    disturb_units(signal);
}

/// Looks at the registers in the frame, changes one of them, and has one more signal held back from now on.
extern "C" fn change(signal: u32, _: &Information, context: &mut Context) {
    SEEN.add(signal);
    SEEN.add(context.general[0]);
    SEEN.add(context.general[4]);
    SEEN.add(u32::from(context.cs & 3 == 3 && context.ss & 3 == 3));
    SEEN.add(u32::from(context.mask.has(SIGALRM)));
    context.general[6] = 0x600d;
    context.mask = SignalSet::EMPTY.with(SIGUSR2);
}

/// The frame holds the registers, and what the handler makes of them is what the process goes on with.
pub fn handler_may_change_registers_and_mask() {
    set(SIGUSR1, &Action::informed(change, 0));
    must!(set_mask(SignalSet::EMPTY.with(SIGALRM)));
    let changed: u32;
    // SAFETY: the call is kill, and ecx, which holds the signal, is what the handler changes.
    unsafe {
        asm!(
            "xchg ebx, {pid:e}", "int 0x80", "xchg ebx, {pid:e}",
            pid = inout(reg) linux::getpid() => _,
            inout("eax") linux_raw_sys::general::__NR_kill => _,
            inout("ecx") SIGUSR1 => changed,
            in("edi") 0x0d1d_1d1d,
        );
    }
    check_eq!(changed, 0x600d, "ecx after the handler");
    let pid = linux::getpid() as u32;
    check_eq!(SEEN.first(), [SIGUSR1, 0x0d1d_1d1d, pid, 1, 1], "signal, edi, ebx, rings and mask in the frame");
    let mut mask = SignalSet::EMPTY;
    must!(sys!(__NR_rt_sigprocmask, 0, 0, &mut mask, super::catch::SET_SIZE));
    check_eq!(mask, SignalSet::EMPTY.with(SIGUSR2), "what is held back after the handler");
}

/// Handlers in handlers in handlers, a hundred deep, and back.
pub fn deep_nesting_unwinds() {
    extern "C" fn nest(_: u32) {
        let depth = SEEN.count();
        SEEN.add(depth);
        if depth < 100 {
            raise(SIGUSR1);
        }
    }
    set(SIGUSR1, &Action::plain(nest, linux_raw_sys::general::SA_NODEFER));
    raise(SIGUSR1);
    check_eq!(SEEN.count(), 101, "the calls of the handler");
}

/// A stack on which no frame fits: the process is killed, and nobody else is.
pub fn handler_without_a_stack_is_sigsegv() {
    set(SIGALRM, &Action::plain(note, 0));
    crate::child::dies_of(linux_raw_sys::general::SIGSEGV, || {
        set_timer(10, 0);
        crate::probe::attempt!("mov esp, 0x1000", "2:", "jmp 2b")
    });
    run_well(|| raise(SIGALRM));
}
