//! How long the processor has been halted.
//!
//! The idle thread halts until an interrupt comes; whatever the interrupt's handler does, and whoever runs before the
//! idle thread goes on, is no longer halting. So the time ends at the interrupt's entry ([`end`]), not where the halt
//! returns. Uptime less this is the work that was done: in instructions where the machine counts them as cycles.

use super::cpu;
use core::sync::atomic::{AtomicU64, Ordering};

/// The cycle counter when the halt began; 0 while the processor runs.
static BEGAN: AtomicU64 = AtomicU64::new(0);
static HALTED_CYCLES: AtomicU64 = AtomicU64::new(0);

/// The processor is about to be halted.
pub(super) fn begin() {
    BEGAN.store(cpu::cycles(), Ordering::Relaxed);
}

/// An interrupt has arrived.
pub(super) fn end() {
    let began = BEGAN.load(Ordering::Relaxed);
    if began != 0 {
        BEGAN.store(0, Ordering::Relaxed);
        HALTED_CYCLES.fetch_add(cpu::cycles() - began, Ordering::Relaxed);
    }
}

/// Cycles spent halted since the start.
pub fn halted_cycles() -> u64 {
    HALTED_CYCLES.load(Ordering::Relaxed)
}
