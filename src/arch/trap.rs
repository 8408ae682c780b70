//! What an interrupt leaves on the ring-0 stack, and who handles it.
//!
//! asm/trap.s builds a [`TrapFrame`] and calls [`trap_dispatch`], which looks the vector up among
//! the handlers that the upper layers registered at boot: arch knows nothing of tasks or system
//! calls.

use super::idt::{ENTRIES, FIRST_IRQ, SYSTEM_CALL};
use super::{gdt, pic};
use core::arch::global_asm;
use core::mem::offset_of;
use core::sync::atomic::{AtomicPtr, Ordering};

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
    /// What `pushad` stored of esp; not restored.
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

const _: () = assert!(size_of::<TrapFrame>() == 76, "the book's intr_stack");

impl TrapFrame {
    /// Says whether it was a program that was interrupted; else the kernel itself.
    pub const fn is_from_user(&self) -> bool {
        self.cs & 3 == 3
    }
}

global_asm!(
    include_str!("../../asm/trap.s"),
    kernel_data = const gdt::KERNEL_DATA,
    // After the vector word that trap.s has pushed, as the frame says.
    offset_cs = const offset_of!(TrapFrame, cs),
);

/// Handles one vector.
pub type Handler = fn(&mut TrapFrame);

/// Index of the system call's handler, after the numbered vectors.
const SYSTEM_CALL_SLOT: usize = ENTRIES;

/// The registered handlers; a null pointer where there is none. Written at boot, read by every
/// interrupt, hence atomics rather than a lock.
static HANDLERS: [AtomicPtr<()>; ENTRIES + 1] = [const { AtomicPtr::new(core::ptr::null_mut()) }; ENTRIES + 1];

/// Sets who handles `vector`: 0..48 or the system call's. The book's `register_handler`.
pub fn register_handler(vector: u8, handler: Handler) {
    HANDLERS[slot(vector.into())].store(handler as *mut (), Ordering::Relaxed);
}

fn slot(vector: usize) -> usize {
    if vector == usize::from(SYSTEM_CALL) { SYSTEM_CALL_SLOT } else { vector }
}

/// Called by asm/trap.s for every interrupt, with the frame that it built.
#[unsafe(no_mangle)]
extern "C" fn trap_dispatch(frame: &mut TrapFrame) {
    let vector = frame.vector as usize;
    let irq = vector.wrapping_sub(FIRST_IRQ.into());
    if irq < 16 {
        // A spurious request has nothing to handle and, on the first controller, gets no EOI.
        if pic::is_spurious(irq as u8) {
            return;
        }
        // Before the handler, which may switch to another task and come back much later.
        pic::end_of_interrupt(irq as u8);
    }
    let handler = HANDLERS[slot(vector)].load(Ordering::Relaxed);
    assert!(!handler.is_null(), "interrupt {vector:#x} has no handler: {frame:x?}");
    // SAFETY: only `register_handler` stores non-null pointers, and it takes them from a Handler.
    let handler: Handler = unsafe { core::mem::transmute(handler) };
    handler(frame);
}
