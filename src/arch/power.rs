//! The ways to end it all.
//!
//! Each machine we run on is switched off by a different port, and writing to a port that nobody
//! listens to does nothing. So they are tried one after the other, and if we are still here, the
//! CPU halts for good.

use super::uart;
use core::arch::asm;
use core::sync::atomic::{AtomicBool, Ordering};
use x86::io::{outb, outw};

/// QEMU's `isa-debug-exit`: writing N makes QEMU exit with (N << 1) | 1.
const DEBUG_EXIT: u16 = 0xf4;
/// Power-management control register of QEMU's chip set, where its firmware puts it.
const ACPI_CONTROL: u16 = 0x604;
/// Sleep enable, with sleep type 0: soft off on that chip set.
const ACPI_SOFT_OFF: u16 = 0x2000;
/// Bochs switches off when it has seen the letters of "Shutdown" here.
const BOCHS_SHUTDOWN: u16 = 0x8900;

/// Set when nobody sits before the screen, see [`set_unattended`].
static UNATTENDED: AtomicBool = AtomicBool::new(false);

/// Has [`panic_exit`] switch the machine off, for a boot that is to end by itself (`run=`, `ktest`,
/// `suite`). Otherwise a panic leaves its message on the screen.
pub fn set_unattended() {
    UNATTENDED.store(true, Ordering::Relaxed);
}

/// Ends the machine with `status`, which the host sees where it can (QEMU, 7 bits of it; all 8 are
/// in the log's last line).
pub fn power_off(status: u8) -> ! {
    flush();
    exit_emulator(status);
    switch_off();
    halt()
}

/// Ends the machine after a panic: QEMU exits with 3 if it was given a debug-exit port.
pub fn panic_exit() -> ! {
    flush();
    exit_emulator(1);
    if UNATTENDED.load(Ordering::Relaxed) {
        switch_off();
    }
    halt()
}

fn exit_emulator(status: u8) {
    // SAFETY: the port ends QEMU. On a PC without it, 0xf4 belongs to no device of ours (an 80287
    // had its ports there; it takes no data unless its instructions asked for it).
    unsafe { outb(DEBUG_EXIT, status) };
}

fn switch_off() {
    // SAFETY: after either the machine is off. Where these ports are not what we think they are,
    // we are about to halt anyway.
    unsafe {
        outw(ACPI_CONTROL, ACPI_SOFT_OFF);
        for letter in *b"Shutdown" {
            outb(BOCHS_SHUTDOWN, letter);
        }
    }
}

/// Stops the CPU for good. A loop, because a non-maskable interrupt wakes it up.
pub fn halt() -> ! {
    loop {
        // SAFETY: with interrupts off nothing runs any more, which is what is wanted.
        unsafe { asm!("cli", "hlt", options(nomem, nostack)) };
    }
}

/// Starts the machine anew through the keyboard controller, which drives the CPU's reset line.
pub fn restart() -> ! {
    const CONTROLLER: u16 = 0x64;
    const PULSE_RESET: u8 = 0xfe;
    flush();
    // SAFETY: the machine restarts, which is what is wanted; elsewhere we halt.
    unsafe { outb(CONTROLLER, PULSE_RESET) };
    halt()
}

/// Waits until the serial lines have sent everything: what is still in them would be lost.
fn flush() {
    for line in [&uart::COM1, &uart::COM2] {
        // A panic may have interrupted a writer; its byte is on its way all the same.
        if let Some(mut line) = line.try_lock() {
            line.flush();
        }
    }
}
