//! Counting what something costs, in ticks of the time stamp counter.
//!
//! Under `qemu-system-i386 -icount shift=0,sleep=off` one tick is one instruction, and a figure repeats from run to
//! run; elsewhere ticks are cycles, and only their order of magnitude means anything.

use crate::cpu::ticks;
use crate::time::{self, sleep};
use core::arch::asm;
use core::time::Duration;

/// What a tick stands for on this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Instructions: the machine counts them.
    Instructions,
    /// Cycles of some clock.
    Cycles,
}

/// Finds out what a tick is: a loop of a known number of instructions is timed, at two lengths.
pub fn unit() -> Unit {
    let exact = [1_000u64, 50_000].iter().all(|&rounds| {
        // Two instructions a round, and the handful around the loop. A tick of the timer in between costs thousands:
        // three tries, of which the best counts.
        let best = (0..3).map(|_| loop_ticks(rounds as u32)).min().unwrap_or(0);
        (2 * rounds..2 * rounds + 16).contains(&best)
    });
    if exact { Unit::Instructions } else { Unit::Cycles }
}

/// Times a loop of two instructions a round.
fn loop_ticks(rounds: u32) -> u64 {
    let before = ticks();
    // SAFETY: a register counts down to zero.
    unsafe { asm!("2:", "dec {0:e}", "jnz 2b", inout(reg) rounds => _, options(nomem, nostack)) };
    ticks() - before
}

/// The middle one of the samples, which end up in order; 0 of none.
pub fn median(samples: &mut [u64]) -> u64 {
    samples.sort_unstable();
    samples.get(samples.len() / 2).copied().unwrap_or(0)
}

/// Ticks in a millisecond, as far as the kernel's clock can tell.
pub fn ticks_per_millisecond() -> u64 {
    // From one change of the clock to another, 30 ms later; the clock may move in steps of 10 ms.
    sleep(Duration::from_millis(1));
    let (start, first_tick) = (time::now(), ticks());
    while time::now() < start + Duration::from_millis(30) {}
    let elapsed = time::now() - start;
    let spent = ticks() - first_tick;
    (spent * 1000 / (elapsed.as_micros() as u64).max(1)).max(1)
}

/// Keeps the processor busy for so many ticks, without a system call.
pub fn spin(duration_ticks: u64) {
    let start = ticks();
    while ticks() - start < duration_ticks {
        core::hint::spin_loop();
    }
}
