//! Faults of the process itself, as signals that it can catch.

use super::catch::{Action, Context, Information, SEEN, set};
use super::masks::only;
use super::sigaction::raise;
use crate::call::{Argument, sys};
use crate::check::{check, check_eq, must};
use crate::child::{dies_of, run, run_well};
use crate::probe;
use core::arch::asm;
use core::sync::atomic::{AtomicU32, Ordering::Relaxed};
use linux_raw_sys::general::{
    FPE_INTDIV, SA_ONSTACK, SEGV_ACCERR, SEGV_MAPERR, SIGFPE, SIGILL, SIGSEGV, SIGTRAP, SIGUSR1, SS_DISABLE, SS_ONSTACK,
};
use tusk_user::signal::set_mask;
use tusk_user::{Errno, linux};

/// What the handler was told: signal, code, address, and the instruction's own address.
static TOLD: [AtomicU32; 4] = [const { AtomicU32::new(0) }; 4];

/// Leaves what it was told, and has the process go on where esi leads.
extern "C" fn leap(signal: u32, information: &Information, context: &mut Context) {
    let told = [signal, information.code as u32, information.pid_or_address, context.eip];
    TOLD.iter().zip(told).for_each(|(place, value)| place.store(value, Relaxed));
    SEEN.add(signal);
    context.eip = context.general[7];
}

/// Runs one faulting instruction whose handler leaps over it; the address it touches is in ecx, the way on in eax.
macro_rules! leap_over {
    ($instruction:literal, $address:expr) => {{
        let place: u32;
        // SAFETY: the instruction faults before it changes anything, and the handler goes on behind it.
        unsafe {
            asm!(
                "lea edx, [2f]",
                "lea eax, [3f]",
                "2:",
                $instruction,
                "3:",
                in("ecx") $address, out("eax") _, out("edx") place,
            );
        }
        place
    }};
}

fn told() -> [u32; 4] {
    TOLD.each_ref().map(|place| place.load(Relaxed))
}

/// The address of a bad access and what was wrong with it: nothing there, or no right to it. The handler may go on
/// elsewhere, and the next fault is caught again.
pub fn bad_access_can_be_caught() {
    static CONSTANT: [u8; 16] = [1; 16];
    let constant = CONSTANT.as_ptr().expose_provenance();
    set(SIGSEGV, &Action::informed(leap, 0));
    for address in [0usize, 4, 0x1234] {
        let place = leap_over!("mov byte ptr [ecx], 1", address);
        check_eq!(told(), [SIGSEGV, SEGV_MAPERR, address as u32, place], "signal, code, address and eip");
        let place = leap_over!("mov cl, [ecx]", address);
        check_eq!(told(), [SIGSEGV, SEGV_MAPERR, address as u32, place], "signal, code, address and eip");
    }
    let place = leap_over!("mov byte ptr [ecx], 1", constant);
    check_eq!(told(), [SIGSEGV, SEGV_ACCERR, constant as u32, place], "signal, code, address and eip");
    check_eq!(SEEN.count(), 7, "the faults that were caught");
}

/// A division, an instruction that is none, and a privileged one.
pub fn other_faults_can_be_caught() {
    set(SIGFPE, &Action::informed(leap, 0));
    set(SIGILL, &Action::informed(leap, 0));
    set(SIGSEGV, &Action::informed(leap, 0));
    set(SIGTRAP, &Action::informed(leap, 0));
    let place = leap_over!("div ch", 0usize);
    check_eq!(told(), [SIGFPE, FPE_INTDIV, place, place], "signal, code, address and eip of a division by zero");
    let place = leap_over!("ud2", 0usize);
    let [signal, _, address, eip] = told();
    check_eq!([signal, address, eip], [SIGILL, place, place], "signal, address and eip of no instruction");
    let place = leap_over!("hlt", 0usize);
    check_eq!([told()[0], told()[3]], [SIGSEGV, place], "signal and eip of a privileged instruction");
    let place = leap_over!("int3", 0usize);
    check_eq!([told()[0], told()[3]], [SIGTRAP, place + 1], "signal and eip of a breakpoint");
}

/// A handler that only returns meets the same instruction again: once it has mended what was wrong, it goes on.
pub fn handler_may_mend_what_was_wrong() {
    extern "C" fn mend(signal: u32, information: &Information, _: &mut Context) {
        SEEN.add(signal);
        let page = information.pid_or_address as usize & !0xfff;
        must!(sys!(__NR_mprotect, page, 4096, 3));
    }
    use linux_raw_sys::general::{MAP_ANONYMOUS, MAP_PRIVATE};
    let flags = (MAP_PRIVATE | MAP_ANONYMOUS) as usize;
    let start = must!(sys!(__NR_mmap2, 0, 2 * 4096, 0, flags, usize::MAX, 0));
    set(SIGSEGV, &Action::informed(mend, 0));
    let read: u32;
    // SAFETY: the two pages are this function's own, and the handler makes them writable.
    unsafe { asm!("mov dword ptr [ecx], 77", "mov eax, [ecx]", in("ecx") start + 4096, out("eax") read) };
    check_eq!((read, SEEN.count()), (77, 1), "what was written, and the faults until then");
}

/// A fault cannot wait: held back or ignored, it kills.
pub fn fault_that_is_held_back_or_ignored_kills() {
    dies_of(SIGSEGV, || {
        set(SIGSEGV, &Action::informed(leap, 0));
        must!(set_mask(only(SIGSEGV)));
        probe::read(0)
    });
    dies_of(SIGFPE, || {
        set(SIGFPE, &Action::IGNORE);
        probe::attempt!("xor ecx, ecx", "div ecx")
    });
    // Sent by somebody, both can wait and be ignored as any other.
    run_well(|| {
        set(SIGSEGV, &Action::IGNORE);
        raise(SIGSEGV);
    });
    dies_of(SIGSEGV, || {
        extern "C" fn fault(_: u32) {
            probe::read(0)
        }
        set(SIGSEGV, &Action::plain(fault, 0));
        probe::read(0)
    });
}

/// `struct sigaltstack`: address, flags, size.
type AltStack = [usize; 3];

/// Sets another stack and returns the one before.
fn exchange_stack(new: &AltStack) -> Result<AltStack, Errno> {
    let mut old = [0; 3];
    sys!(__NR_sigaltstack, new, &mut old)?;
    Ok(old)
}

/// Where the alternate stack of the cases below is.
static ALTERNATE: [AtomicU32; 4096] = [const { AtomicU32::new(0) }; 4096];

fn alternate() -> AltStack {
    [ALTERNATE.as_ptr().expose_provenance(), 0, size_of_val(&ALTERNATE)]
}

/// Whether the handler that calls this has its locals there, and what the kernel says to that.
extern "C" fn look_where_i_am(signal: u32) {
    SEEN.add(signal);
    let mut now: AltStack = [0; 3];
    let here = Argument::word(&mut now);
    let [start, _, size] = alternate();
    SEEN.add(u32::from((start..start + size).contains(&here)));
    must!(sys!(__NR_sigaltstack, 0, &mut now));
    SEEN.add(now[1] as u32);
    SEEN.add(u32::from(exchange_stack(&[0, SS_DISABLE as usize, 0]) == Err(Errno::EPERM)));
}

/// A stack for handlers only: used by those that want it, and not to be changed meanwhile.
pub fn handler_may_have_a_stack_of_its_own() {
    let none = [0, SS_DISABLE as usize, 0];
    check_eq!(exchange_stack(&alternate()), Ok(none), "the alternate stack at first");
    set(SIGUSR1, &Action::plain(look_where_i_am, SA_ONSTACK));
    raise(SIGUSR1);
    check_eq!(SEEN.first(), [SIGUSR1, 1, SS_ONSTACK, 1], "on the stack, as the kernel knows, which keeps it");
    SEEN.clear();
    run_well(|| {
        raise(SIGUSR1);
        check_eq!(SEEN.first(), [SIGUSR1, 1], "the child has it too");
    });
    check_eq!(exchange_stack(&none), Ok(alternate()), "the alternate stack");
    let [start, ..] = alternate();
    check_eq!(exchange_stack(&[start, 0, 100]), Err(Errno::ENOMEM), "a stack of 100 bytes");
    check_eq!(exchange_stack(&[start, 0x10, 8192]), Err(Errno::EINVAL), "a stack with unknown flags");
}

/// With it, even the end of the stack can be caught.
pub fn end_of_the_stack_can_be_caught() {
    extern "C" fn leave(_: u32) {
        linux::exit(33);
    }
    let status = run(|| {
        must!(exchange_stack(&alternate()));
        set(SIGSEGV, &Action::plain(leave, SA_ONSTACK));
        probe::attempt!("mov esp, 0x2000", "push eax")
    });
    check_eq!(status.exit_code(), Some(33), "the exit code of who ran out of stack");
    check!(status.signal().is_none(), "{status}");
}
