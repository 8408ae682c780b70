//! The interrupt flag: off in small sections, on in windows between long steps.
//!
//! Tusk runs on one CPU, so "nobody else runs" and "interrupts are off" are the same sentence. A
//! system call enters with the flag off (`int 0x80` is an interrupt gate, as in the book) and
//! stays so, which keeps the ring-0 stack shallow; work that is long opens a [`window`] wherever
//! its state is whole, so that no tick and no key is lost and other tasks get their turn. The
//! book keeps the flag off for all of fork: 115 million instructions for 1,024 pages.

use core::arch::asm;

/// The interrupt-enable flag in EFLAGS (SDM 3A, 2.3).
const INTERRUPT_FLAG: u32 = 1 << 9;

/// Says whether interrupts are enabled. The book's `intr_get_status`.
#[doc(alias = "intr_get_status")]
pub fn are_enabled() -> bool {
    let flags: u32;
    // SAFETY: reads EFLAGS through the stack; nothing else changes.
    unsafe { asm!("pushfd", "pop {}", out(reg) flags, options(preserves_flags)) };
    flags & INTERRUPT_FLAG != 0
}

/// Turns interrupts off. The book's `intr_disable`.
#[doc(alias = "intr_disable")]
pub fn disable() {
    // SAFETY: being uninterrupted breaks nothing; the default memory clobber keeps accesses inside.
    unsafe { asm!("cli") };
}

/// Turns interrupts on. The book's `intr_enable`.
///
/// No lock of the kernel may be held: a handler that takes it would find it taken.
#[doc(alias = "intr_enable")]
pub fn enable() {
    // SAFETY: every handler works on the stack it interrupts and takes only locks, whose guards
    // keep interrupts off, so none is held here.
    unsafe { asm!("sti") };
}

/// Lets pending interrupts in, then closes the door again.
///
/// Called with interrupts off at a point where the caller's state is whole: the scheduler may
/// run other tasks before this returns. With interrupts on there is nothing to do.
///
/// # Panics
/// While a lock is held.
pub fn window() {
    if are_enabled() {
        return;
    }
    assert!(!super::lock::any_is_held(), "a window was opened under a lock");
    // SAFETY: as for `enable`. `sti` takes effect after the next instruction, hence the `nop`.
    unsafe { asm!("sti", "nop", "cli") };
}

/// Enables interrupts and halts until one arrives, then disables them.
///
/// `sti; hlt` is one step to the CPU: an interrupt cannot slip in between and leave us halted
/// with its work undone.
pub fn wait() {
    super::halt::begin();
    // SAFETY: as for `enable`.
    unsafe { asm!("sti", "hlt", "cli") };
}

/// Keeps interrupts off while it lives, then restores what was before.
pub struct Disabled {
    were_enabled: bool,
}

/// Turns interrupts off until the returned guard is dropped. The book's `intr_set_status` pair.
#[doc(alias = "intr_set_status")]
#[must_use = "interrupts come back on when the guard is dropped"]
pub fn disabled() -> Disabled {
    let were_enabled = are_enabled();
    disable();
    Disabled { were_enabled }
}

impl Drop for Disabled {
    fn drop(&mut self) {
        if self.were_enabled {
            enable();
        }
    }
}
