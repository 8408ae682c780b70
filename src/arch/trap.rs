//! What an interrupt leaves on the ring-0 stack, and who handles it.
//!
//! asm/trap.s builds a [`TrapFrame`] and calls [`trap_dispatch`], which looks the vector up among
//! the handlers that the upper layers registered at boot: arch knows nothing of tasks or system
//! calls.

use super::halt;
use super::idt::{ENTRIES, FIRST_IRQ, SYSTEM_CALL};
use super::{gdt, pic};
use core::arch::global_asm;
use core::mem::offset_of;
use core::sync::atomic::{AtomicBool, AtomicPtr, Ordering};

/// The registers of what was interrupted: the book's `struct intr_stack`, 76 bytes, from low to
/// high address.
#[doc(alias = "intr_stack")]
#[repr(C)]
#[derive(Clone, Copy, Default, Debug)]
pub struct TrapFrame {
    /// The vector: 0..32 exceptions, 32..48 interrupt requests, 0x80 a system call.
    pub vector: u32,
    pub edi: u32,
    pub esi: u32,
    pub ebp: u32,
    /// What `pushad` stored of esp; not restored. Of a system call, its number, which `eax` loses.
    pub esp_dummy: u32,
    pub ebx: u32,
    pub edx: u32,
    pub ecx: u32,
    pub eax: u32,
    pub gs: u32,
    pub fs: u32,
    pub es: u32,
    pub ds: u32,
    /// What the CPU pushed for the exceptions that have one, else 0.
    pub error_code: u32,
    pub eip: u32,
    pub cs: u32,
    pub eflags: u32,
    /// On the stack only when the interrupt came from ring 3, as `ss`.
    pub esp: u32,
    pub ss: u32,
}

// The book's intr_stack. asm/trap.s pushes it, and fork's child and signal frames rely on it.
const _: () = {
    assert!(size_of::<TrapFrame>() == 76);
    assert!(offset_of!(TrapFrame, vector) == 0);
    assert!(offset_of!(TrapFrame, edi) == 4);
    assert!(offset_of!(TrapFrame, esi) == 8);
    assert!(offset_of!(TrapFrame, ebp) == 12);
    assert!(offset_of!(TrapFrame, esp_dummy) == 16);
    assert!(offset_of!(TrapFrame, ebx) == 20);
    assert!(offset_of!(TrapFrame, edx) == 24);
    assert!(offset_of!(TrapFrame, ecx) == 28);
    assert!(offset_of!(TrapFrame, eax) == 32);
    assert!(offset_of!(TrapFrame, gs) == 36);
    assert!(offset_of!(TrapFrame, fs) == 40);
    assert!(offset_of!(TrapFrame, es) == 44);
    assert!(offset_of!(TrapFrame, ds) == 48);
    assert!(offset_of!(TrapFrame, error_code) == 52);
    assert!(offset_of!(TrapFrame, eip) == 56);
    assert!(offset_of!(TrapFrame, cs) == 60);
    assert!(offset_of!(TrapFrame, eflags) == 64);
    assert!(offset_of!(TrapFrame, esp) == 68);
    assert!(offset_of!(TrapFrame, ss) == 72);
};

/// Where a program begins.
#[derive(Clone, Copy)]
pub struct Start {
    pub eip: u32,
    pub esp: u32,
}

impl TrapFrame {
    /// A program's first registers: all zero but where it is and where its stack is.
    #[doc(alias("EFLAGS_IOPL_0", "EFLAGS_MBS", "EFLAGS_IF_1"))]
    pub fn at(start: Start) -> Self {
        const INTERRUPTS_ON: u32 = 0x202;
        let data = gdt::USER_DATA.into();
        Self {
            eip: start.eip,
            esp: start.esp,
            cs: gdt::USER_CODE.into(),
            ss: data,
            ds: data,
            es: data,
            eflags: INTERRUPTS_ON,
            ..Self::default()
        }
    }

    /// Says whether it was a program that was interrupted; else the kernel itself.
    ///
    /// A program in virtual-8086 mode counts too, where the low bits of cs say nothing. `iret` in
    /// ring 3 must not lead there (SDM volume 2A, IRET), but QEMU's TCG lets it; all that such a
    /// program can do is fault, as nothing is mapped at its addresses.
    pub const fn is_from_user(&self) -> bool {
        self.cs & 3 == 3 || self.is_virtual_8086()
    }

    /// Says whether it was a program in virtual-8086 mode.
    pub const fn is_virtual_8086(&self) -> bool {
        const VIRTUAL_8086: u32 = 1 << 17;
        self.eflags & VIRTUAL_8086 != 0
    }
}

global_asm!(
    include_str!("../../asm/trap.s"),
    kernel_data = const gdt::KERNEL_DATA,
    user_data = const gdt::USER_DATA,
    // After the vector word that trap.s has pushed, as the frame says.
    offset_cs = const offset_of!(TrapFrame, cs),
    return_work = sym RETURN_WORK,
);

unsafe extern "C" {
    // Labels in the code, of which only the addresses matter.
    static pop_segments_begin: u8;
    static pop_segments_end: u8;
    static return_to_program: u8;
    static return_has_failed: u8;
}

/// Whether the running task has something to do before it goes back to ring 3. asm/trap.s looks at it on each way
/// out, so it is a byte of its own.
static RETURN_WORK: AtomicBool = AtomicBool::new(false);
static RETURN_WORK_HANDLER: AtomicPtr<()> = AtomicPtr::new(core::ptr::null_mut());

/// Says whether the running task has something to do before it goes back to ring 3.
pub fn set_return_work(is_there: bool) {
    RETURN_WORK.store(is_there, Ordering::Relaxed);
}

/// Sets who does what is to be done before the running task goes back to ring 3, with the registers that it goes
/// back to.
pub fn register_return_work(handler: Handler) {
    RETURN_WORK_HANDLER.store(handler as *mut (), Ordering::Relaxed);
}

/// Called by asm/trap.s on the way out while there is return work.
///
/// # Safety
/// `frame` is what is about to be restored, and nobody else refers to it.
#[unsafe(no_mangle)]
unsafe extern "C" fn trap_return_work(frame: *mut TrapFrame) {
    // SAFETY: the caller's contract. An interrupt of the kernel itself is no way back to ring 3, and its frame has
    // no esp and ss, which are not read.
    if unsafe { !(*frame).is_from_user() } {
        return;
    }
    let handler = RETURN_WORK_HANDLER.load(Ordering::Relaxed);
    if !handler.is_null() {
        // SAFETY: only `register_return_work` stores non-null pointers, and it takes them from a Handler; the frame is
        // ours until the handler returns.
        unsafe {
            let handler: Handler = core::mem::transmute(handler);
            handler(&mut *frame);
        }
    }
}

/// Mends a fault at the instructions that restore a program's segment registers: the selector has become invalid
/// since the program loaded it, and is replaced by the null selector, as on Linux. Says whether it was one.
pub fn mend_segment(frame: &mut TrapFrame) -> bool {
    let [begin, end] = [&raw const pop_segments_begin, &raw const pop_segments_end].map(|label| label as u32);
    let is_meant = !frame.is_from_user() && (begin..end).contains(&frame.eip);
    if is_meant {
        // From ring 0 the CPU pushed no esp: the word about to be popped lies right behind eflags.
        frame.esp = 0;
        // What has not been popped yet is another task's, left in the registers by the switch from it; it would not
        // survive the way back from this fault either. `pop gs` comes first and has two bytes.
        const POP_GS_LENGTH: u32 = 2;
        if frame.eip < begin + POP_GS_LENGTH {
            frame.gs = 0;
        }
        if frame.eip < begin + 2 * POP_GS_LENGTH {
            frame.fs = 0;
        }
    }
    is_meant
}

/// Mends a fault at the instruction that goes back to a program: its stack segment has become invalid since it loaded
/// it. No program can do without one, so the fault becomes the program's own. Says whether it was that.
pub fn mend_stack_segment(frame: &mut TrapFrame) -> bool {
    let is_meant = !frame.is_from_user() && frame.eip == &raw const return_to_program as u32;
    if is_meant {
        frame.eip = &raw const return_has_failed as u32;
    }
    is_meant
}

/// Handles one exception or interrupt request.
pub type Handler = fn(&mut TrapFrame);

/// Does a system call: takes the number (eax) and ebx, ecx, edx, esi, edi, ebp, returns eax. It does
/// not get the frame: fork copies the page that the frame lies in, and exec writes a new one.
pub type SystemCallHandler = fn(u32, [u32; 6]) -> u32;

/// The registered handlers; a null pointer where there is none. Written at boot, read by every
/// interrupt, hence atomics rather than a lock.
#[doc(alias = "idt_table")]
static HANDLERS: [AtomicPtr<()>; ENTRIES] = [const { AtomicPtr::new(core::ptr::null_mut()) }; ENTRIES];
static SYSTEM_CALL_HANDLER: AtomicPtr<()> = AtomicPtr::new(core::ptr::null_mut());

/// Sets who handles `vector`, 0..48. The book's function of that name.
pub fn register_handler(vector: u8, handler: Handler) {
    HANDLERS[usize::from(vector)].store(handler as *mut (), Ordering::Relaxed);
}

/// Sets who does the system calls.
pub fn register_system_calls(handler: SystemCallHandler) {
    SYSTEM_CALL_HANDLER.store(handler as *mut (), Ordering::Relaxed);
}

/// Called by asm/trap.s for every interrupt, with the frame that it built.
///
/// # Safety
/// `frame` lies on the stack in use, and nobody else refers to it.
#[unsafe(no_mangle)]
unsafe extern "C" fn trap_dispatch(frame: *mut TrapFrame) {
    // SAFETY: the caller's contract.
    let vector = unsafe { (*frame).vector } as usize;
    if vector == usize::from(SYSTEM_CALL) {
        // SAFETY: as above.
        return unsafe { system_call(frame) };
    }
    let irq = vector.wrapping_sub(FIRST_IRQ.into());
    if irq < usize::from(pic::LINES) {
        halt::end();
        // A spurious request has nothing to handle and, on the first controller, gets no EOI.
        if pic::is_spurious(irq as u8) {
            return;
        }
        // Before the handler, which may switch to another task and come back much later.
        pic::end_of_interrupt(irq as u8);
    }
    let handler = HANDLERS[vector].load(Ordering::Relaxed);
    assert!(!handler.is_null(), "interrupt {vector:#x} has no handler");
    // SAFETY: only `register_handler` stores non-null pointers, and it takes them from a Handler;
    // the frame is ours until the handler returns.
    unsafe {
        let handler: Handler = core::mem::transmute(handler);
        handler(&mut *frame);
    }
}

/// # Safety
/// As [`trap_dispatch`].
unsafe fn system_call(frame: *mut TrapFrame) {
    let handler = SYSTEM_CALL_HANDLER.load(Ordering::Relaxed);
    assert!(!handler.is_null(), "a system call before there are any");
    // SAFETY: only `register_system_calls` stores non-null pointers. The frame is read before the
    // call and written to after it, and not referred to in between.
    unsafe {
        let handler: SystemCallHandler = core::mem::transmute(handler);
        let &TrapFrame { eax, ebx, ecx, edx, esi, edi, ebp, .. } = &*frame;
        (*frame).esp_dummy = eax;
        (*frame).eax = handler(eax, [ebx, ecx, edx, esi, edi, ebp]);
    }
}
