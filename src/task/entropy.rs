//! Sixteen bytes that differ from one program to the next (AT_RANDOM).
//!
//! They seed a program's stack protector and nothing that must stay secret: Tusk has no source of
//! true randomness, so the cycle counter and the time are stirred (xorshift64*, Vigna 2016).

use super::clock;
use crate::arch::cpu;
use core::sync::atomic::{AtomicU64, Ordering};

static STATE: AtomicU64 = AtomicU64::new(0x9e37_79b9_7f4a_7c15);

/// Sixteen bytes.
pub fn bytes() -> [u8; 16] {
    let mut bytes = [0; 16];
    for half in bytes.chunks_mut(8) {
        half.copy_from_slice(&next().to_le_bytes());
    }
    bytes
}

fn next() -> u64 {
    let mut x = STATE.load(Ordering::Relaxed) ^ cpu::cycles() ^ clock::unix_ns();
    // Zero would stay zero for ever.
    x |= 1;
    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    STATE.store(x, Ordering::Relaxed);
    x.wrapping_mul(0x2545_f491_4f6c_dd1d)
}
