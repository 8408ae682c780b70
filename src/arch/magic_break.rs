//! The magic breakpoint: an instruction at which Bochs' debugger stops, and that does nothing elsewhere.
//!
//! Bochs takes `xchg bx, bx` for it where its configuration says `magic_break: enabled=1`; to every other machine it is a
//! `nop` of three bytes. It needs no address, so it stops at the same place in every build, before a breakpoint can be
//! set. The kernel executes one only where the command line asks for it (`magic=fork`); without, each place costs one
//! test of a flag. `make bochs DEBUG=1` asks. (Bochs user manual, "magic_break".)

use core::arch::asm;
use core::sync::atomic::{AtomicBool, Ordering};

/// Whether fork's entry has one.
static AT_FORK: AtomicBool = AtomicBool::new(false);

/// Has every fork, vfork and clone begin with a magic breakpoint.
pub fn turn_on_at_fork() {
    AT_FORK.store(true, Ordering::Relaxed);
}

/// Fork's entry: stops here if that was asked for.
#[inline(always)]
pub fn at_fork() {
    if AT_FORK.load(Ordering::Relaxed) {
        // SAFETY: a register exchanged with itself, which changes nothing.
        unsafe { asm!("xchg bx, bx", options(nomem, nostack, preserves_flags)) };
    }
}
