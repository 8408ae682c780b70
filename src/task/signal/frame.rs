//! The frame that a handler finds on its stack, and the way back from it.
//!
//! What is on the stack is the program's to change, so what comes back is looked at as any argument is: no
//! selector but the program's own for code and stack, no flag that ring 3 could not set itself. Data segments
//! are let through as they are: the way out of the kernel survives bad ones (task/fault.rs).

use super::action::Action;
use super::information::{self, Information};
use super::layout::{self, context, full, plain};
use super::set::SignalSet;
use super::state::AlternateStack;
use crate::arch::gdt;
use crate::arch::trap::TrapFrame;
use crate::errno::{Errno, Result};
use crate::mm::user;
use crate::task::floating_point;
use crate::task::task_ref::running_thread;
use linux_raw_sys::general as linux;

/// The flags that a program may set for itself: CF PF AF ZF SF TF DF OF RF AC.
const PROGRAM_FLAGS: u32 = 0x5_0dd5;
/// Cleared when a handler begins: TF DF RF.
const CLEARED_FLAGS: u32 = 0x1_0500;
/// What an exception is; above, `vector` tells no trap that a program would know.
const EXCEPTIONS: u32 = 32;

type Context = [u32; context::WORDS];

/// Lets the program go on in `action`'s handler for `signal`; `mask` is what it goes back to afterwards.
///
/// # Errors
/// EFAULT when the frame cannot be written.
pub(super) fn enter(frame: &mut TrapFrame, what: Information, action: &Action, mask: SignalSet) -> Result<()> {
    let alternate = running_thread().signals.alternate_stack.get();
    let was_on_alternate = alternate.contains(frame.esp);
    let top = if action.has(linux::SA_ONSTACK) && alternate.size > 0 && !was_on_alternate {
        alternate.start.wrapping_add(alternate.size)
    } else {
        frame.esp
    };
    let is_full = action.has(linux::SA_SIGINFO);
    let (registers, below) = floating_point::place_below(top);
    let place = layout::place_below(below, if is_full { full::LENGTH } else { plain::LENGTH });
    if was_on_alternate && action.has(linux::SA_ONSTACK) && !alternate.contains(place) {
        return Err(Errno::FAULT);
    }
    let saved = save(frame, registers, mask);
    if is_full {
        write_full(place, what, action, &saved, mask, alternate, frame.esp)?;
    } else {
        write_plain(place, what, action, &saved, mask)?;
    }
    floating_point::save_to_program(registers)?;

    frame.eip = action.handler;
    frame.esp = place;
    // Handlers that take their arguments in registers find them there, too.
    frame.eax = what.signal.number();
    frame.edx = if is_full { place + full::INFORMATION } else { 0 };
    frame.ecx = if is_full { place + full::UCONTEXT } else { 0 };
    frame.cs = gdt::USER_CODE.into();
    frame.ss = gdt::USER_DATA.into();
    frame.ds = frame.ss;
    frame.es = frame.ss;
    frame.eflags &= !CLEARED_FLAGS;
    Ok(())
}

fn write_plain(place: u32, what: Information, action: &Action, saved: &Context, mask: SignalSet) -> Result<()> {
    write_words(place, &[return_address(action, place + plain::CODE), what.signal.number()])?;
    write_words(place + plain::CONTEXT, saved)?;
    write_words(place + plain::MASK_SECOND_WORD, &[(mask.bits() >> 32) as u32])?;
    user::copy_to_user(place + plain::CODE, &plain::CODE_BYTES)
}

fn write_full(
    place: u32,
    what: Information,
    action: &Action,
    saved: &Context,
    mask: SignalSet,
    stack: AlternateStack,
    esp: u32,
) -> Result<()> {
    let code = return_address(action, place + full::CODE);
    let [information_at, ucontext] = [place + full::INFORMATION, place + full::UCONTEXT];
    write_words(place, &[code, what.signal.number(), information_at, ucontext])?;
    write_information(information_at, what)?;
    write_words(ucontext, &[0, 0, stack.start, stack_flags(stack, esp), stack.size])?;
    write_words(place + full::CONTEXT, saved)?;
    user::copy_to_user(place + full::MASK, &mask.bits().to_le_bytes())?;
    user::copy_to_user(place + full::CODE, &full::CODE_BYTES)
}

/// Writes a whole `siginfo_t` to the program.
///
/// # Errors
/// EFAULT.
pub fn write_information(address: u32, what: Information) -> Result<()> {
    let bytes = what.to_bytes();
    let known = bytes.len() as u32;
    user::copy_to_user(address, &bytes)?;
    user::zero(address.wrapping_add(known), information::LENGTH - known)
}

/// `SS_…` for a program whose stack pointer is `esp`.
pub fn stack_flags(stack: AlternateStack, esp: u32) -> u32 {
    match stack.size {
        0 => linux::SS_DISABLE,
        _ if stack.contains(esp) => linux::SS_ONSTACK,
        _ => 0,
    }
}

fn return_address(action: &Action, code: u32) -> u32 {
    if action.has(linux::SA_RESTORER) { action.restorer } else { code }
}

fn write_words(address: u32, words: &[u32]) -> Result<()> {
    // SAFETY: words are bytes without gaps, and the CPU's order is the program's.
    let bytes = unsafe { core::slice::from_raw_parts(words.as_ptr().cast::<u8>(), size_of_val(words)) };
    user::copy_to_user(address, bytes)
}

/// The registers as a sigcontext; the floating-point ones are at `registers`, or nowhere.
fn save(frame: &TrapFrame, registers: Option<u32>, mask: SignalSet) -> Context {
    let mut words = [0; context::WORDS];
    let is_exception = frame.vector < EXCEPTIONS;
    for (index, word) in [
        (context::GS, frame.gs & 0xffff),
        (context::FS, frame.fs & 0xffff),
        (context::ES, frame.es & 0xffff),
        (context::DS, frame.ds & 0xffff),
        (context::EDI, frame.edi),
        (context::ESI, frame.esi),
        (context::EBP, frame.ebp),
        (context::ESP, frame.esp),
        (context::EBX, frame.ebx),
        (context::EDX, frame.edx),
        (context::ECX, frame.ecx),
        (context::EAX, frame.eax),
        (context::TRAP, if is_exception { frame.vector } else { 0 }),
        (context::ERROR, if is_exception { frame.error_code } else { 0 }),
        (context::EIP, frame.eip),
        (context::CS, frame.cs & 0xffff),
        (context::EFLAGS, frame.eflags),
        (context::ESP_AT_SIGNAL, frame.esp),
        (context::SS, frame.ss & 0xffff),
        (context::FLOATING_POINT, registers.unwrap_or(0)),
        (context::OLD_MASK, mask.bits() as u32),
        (context::CR2, running_thread().signals.fault_address.get()),
    ] {
        words[index] = word;
    }
    words
}

/// Which frame a call takes back.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Plain,
    Full,
}

/// What was in a frame, looked at and ready to go on with.
pub(super) struct Resumed {
    pub registers: TrapFrame,
    pub mask: SignalSet,
}

/// Reads the frame on which `current`, which has called `sigreturn`, stands; the floating-point registers and
/// the alternate stack become what it says.
///
/// # Errors
/// EFAULT for a frame that cannot be read, or that no kernel would have written.
pub(super) fn leave(current: &TrapFrame, kind: Kind) -> Result<Resumed> {
    let (popped, context_at) = match kind {
        Kind::Plain => (plain::POPPED, plain::CONTEXT),
        Kind::Full => (full::POPPED, full::CONTEXT),
    };
    let place = current.esp.wrapping_sub(popped);
    let saved = read_context(place.wrapping_add(context_at))?;
    let mask = match kind {
        Kind::Plain => {
            let second = user::read_u32(place.wrapping_add(plain::MASK_SECOND_WORD))?;
            u64::from(saved[context::OLD_MASK]) | u64::from(second) << 32
        }
        Kind::Full => {
            let mut bytes = [0; 8];
            user::copy_from_user(&mut bytes, place.wrapping_add(full::MASK))?;
            u64::from_le_bytes(bytes)
        }
    };
    let registers = resume(current, &saved)?;
    floating_point::restore_from_program(saved[context::FLOATING_POINT])?;
    if let Kind::Full = kind {
        restore_stack(place, registers.esp)?;
    }
    Ok(Resumed { registers, mask: SignalSet::from_bits(mask) })
}

fn read_context(address: u32) -> Result<Context> {
    let mut words = [0; context::WORDS];
    for (index, word) in words.iter_mut().enumerate() {
        *word = user::read_u32(address.wrapping_add(index as u32 * 4))?;
    }
    Ok(words)
}

fn resume(current: &TrapFrame, saved: &Context) -> Result<TrapFrame> {
    let selector = |index: usize| saved[index] & 0xffff;
    // A null selector as it is; any other with ring 3's privilege.
    let data = |index: usize| if selector(index) > 3 { selector(index) | 3 } else { selector(index) };
    let (code, stack) = (selector(context::CS) | 3, selector(context::SS) | 3);
    if code != u32::from(gdt::USER_CODE) || stack != u32::from(gdt::USER_DATA) {
        return Err(Errno::FAULT);
    }
    Ok(TrapFrame {
        // No system call any more: what eax holds is no result of one.
        vector: 0,
        edi: saved[context::EDI],
        esi: saved[context::ESI],
        ebp: saved[context::EBP],
        esp_dummy: 0,
        ebx: saved[context::EBX],
        edx: saved[context::EDX],
        ecx: saved[context::ECX],
        eax: saved[context::EAX],
        gs: data(context::GS),
        fs: data(context::FS),
        es: data(context::ES),
        ds: data(context::DS),
        error_code: 0,
        eip: saved[context::EIP],
        cs: code,
        eflags: current.eflags & !PROGRAM_FLAGS | saved[context::EFLAGS] & PROGRAM_FLAGS,
        esp: saved[context::ESP],
        ss: stack,
    })
}

/// The alternate stack becomes what the frame says, unless the program is on it; a bad one changes nothing.
fn restore_stack(place: u32, esp: u32) -> Result<()> {
    let [start, flags, size] = [0, 4, 8].map(|offset| user::read_u32(place.wrapping_add(full::STACK + offset)));
    let (start, flags, size) = (start?, flags?, size?);
    let signals = &running_thread().signals;
    if signals.alternate_stack.get().contains(esp) {
        return Ok(());
    }
    let is_off = flags & linux::SS_DISABLE != 0;
    if is_off || size >= linux::MINSIGSTKSZ {
        let stack = if is_off { AlternateStack::default() } else { AlternateStack { start, size } };
        signals.alternate_stack.set(stack);
    }
    Ok(())
}
