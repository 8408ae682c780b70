//! What the processor offers, and its clock.

use core::arch::asm;

/// The flag that can be changed exactly when there is a `cpuid` instruction (SDM Vol 1 §20.1.2).
const FLAG_ID: usize = 1 << 21;
/// cpuid leaf 1, edx: the processor saves and restores SSE registers.
const FEATURE_FXSR: u32 = 1 << 24;
/// cpuid leaf 1, edx: it has SSE.
const FEATURE_SSE: u32 = 1 << 25;

/// Whether SSE instructions may be used.
pub fn has_sse() -> bool {
    features() & (FEATURE_FXSR | FEATURE_SSE) == FEATURE_FXSR | FEATURE_SSE
}

/// The feature bits of cpuid leaf 1 in edx; none on a processor without the instruction.
fn features() -> u32 {
    let changed: usize;
    // SAFETY: the flags are put back at once, and ID has no effect on anything.
    unsafe {
        asm!(
            "pushfd",
            "pop {old}",
            "mov {new}, {old}",
            "xor {new}, {id}",
            "push {new}",
            "popfd",
            "pushfd",
            "pop {new}",
            "push {old}",
            "popfd",
            "xor {new}, {old}",
            old = out(reg) _,
            new = out(reg) changed,
            id = const FLAG_ID,
        );
    }
    if changed & FLAG_ID == 0 {
        return 0;
    }
    let edx;
    // SAFETY: the instruction is there, as was just seen, and changes four registers only.
    unsafe { asm!("cpuid", inout("eax") 1 => _, out("ebx") _, out("ecx") _, out("edx") edx) };
    edx
}

/// Reads the time stamp counter: cycles, or instructions under `qemu -icount shift=0`.
#[inline(always)]
pub fn ticks() -> u64 {
    let (low, high): (u32, u32);
    // SAFETY: ring 3 may read the counter (CR4.TSD is clear), and nothing else happens.
    unsafe { asm!("rdtsc", out("eax") low, out("edx") high, options(nostack)) };
    u64::from(high) << 32 | u64::from(low)
}
