//! The x87 and SSE registers: each program has its own, saved only when another wants them.
//!
//! While a task runs whose values are not in the registers, CR0.TS is set, so that its first
//! floating-point instruction faults (#NM); only then are the registers saved to their owner and
//! loaded for the task that runs.
//! Most programs never touch them and cost nothing. Reference: SDM volume 3A, 2.5 and 13.4.

use super::cpu::{self, Feature};
use core::arch::asm;

/// Room for one set of registers: 512 bytes for `fxsave`, of which `fsave` uses 108.
///
/// 16-byte alignment is what `fxsave` demands.
#[repr(C, align(16))]
#[derive(Clone, Copy)]
pub struct State([u8; 512]);

const _: () = assert!(size_of::<State>() == 512);

impl State {
    /// Registers of all zeros: to be overwritten by [`save`].
    pub const ZERO: Self = Self([0; 512]);

    /// The bytes as [`save`] stores them: see [`is_long`].
    pub fn bytes(&mut self) -> &mut [u8; 512] {
        &mut self.0
    }
}

/// Says whether this CPU stores the registers as `fxsave` does; else as `fsave`.
pub fn is_long() -> bool {
    cpu::has(Feature::Fxsr)
}

/// Makes the next floating-point instruction fault. Cheap: one write to CR0.
pub fn disable() {
    // SAFETY: sets TS; the #NM handler clears it again before the registers are used.
    unsafe {
        asm!("mov {0}, cr0", "or {0}, 8", "mov cr0, {0}", out(reg) _, options(nomem, nostack));
    }
}

/// Lets floating-point instructions run.
pub fn enable() {
    // SAFETY: clears TS; the caller makes the registers' contents the running task's.
    unsafe { asm!("clts", options(nomem, nostack)) };
}

/// Stores the registers in `state`; their contents are undefined afterwards.
///
/// [`enable`] must have been called.
pub fn save(state: &mut State) {
    let place = state.0.as_mut_ptr();
    // SAFETY: `State` has the size and alignment that both instructions need; TS is clear.
    unsafe {
        if cpu::has(Feature::Fxsr) {
            asm!("fxsave [{}]", in(reg) place, options(nostack));
        } else {
            asm!("fnsave [{}]", "fwait", in(reg) place, options(nostack));
        }
    }
}

/// Loads the registers, all of them, from `state`, which [`save`] or [`fpu_image::reset`](super::fpu_image::reset) has
/// filled.
///
/// [`enable`] must have been called.
///
/// An exception may be pending in the registers that are overwritten, left by a program that has
/// ended; `frstor` would raise it here. So it is cleared first.
pub fn restore(state: &State) {
    let place = state.0.as_ptr();
    // SAFETY: as for `save`; no reserved MXCSR bit is set, neither by those two nor by
    // who changes what they made (`fpu_image::clean_mxcsr`).
    unsafe {
        if cpu::has(Feature::Fxsr) {
            asm!("fnclex", "fxrstor [{}]", in(reg) place, options(nostack));
        } else {
            asm!("fnclex", "frstor [{}]", in(reg) place, options(nostack));
        }
    }
}
