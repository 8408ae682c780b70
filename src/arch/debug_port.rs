//! Port 0xe9: what is written there the emulator passes on to its user.
//!
//! QEMU's isa-debugcon device, and Bochs' `port_e9_hack`. It has no state and never waits. Whoever has it answers a read
//! with the port's own number; a machine without one has nothing there.

use x86::io::{inb, outb};

const PORT: u16 = 0xe9;

/// Says whether somebody listens.
pub fn is_there() -> bool {
    // SAFETY: no device of a PC has this port; reading changes nothing.
    unsafe { inb(PORT) == PORT as u8 }
}

/// Passes `bytes` on.
pub fn write(bytes: &[u8]) {
    for &byte in bytes {
        // SAFETY: no device of a PC has this port.
        unsafe { outb(PORT, byte) };
    }
}
