//! Where text goes: the screen, and a serial line for programs and for the log.
//!
//! Programs write to the screen and COM1. The log goes there too, unless the kernel was booted with
//! `log=ttyS1`: then COM2 has it, and COM1 carries nothing but what programs wrote.

use super::vga::Screen;
use crate::arch::lock::IrqLock;
use crate::arch::uart::{COM1, COM2, Uart};
use core::sync::atomic::{AtomicBool, Ordering};

/// The screen's text memory in the kernel's mapping of the first megabyte.
const TEXT_MEMORY: usize = 0xc00b_8000;

// SAFETY: asm/boot.s maps the first megabyte for good, and this is the only user of the text memory
// and of the CRT controller.
static SCREEN: IrqLock<Screen> = IrqLock::new(unsafe { Screen::new(TEXT_MEMORY) });

static LOG_GOES_TO_COM2: AtomicBool = AtomicBool::new(false);

/// Says whether a newline on COM1 is sent as it is, for a host that takes COM1 as a file; a
/// terminal wants a carriage return before it.
static COM1_IS_RAW: AtomicBool = AtomicBool::new(false);

/// Prepares the screen and the serial lines.
pub fn init() {
    SCREEN.lock().init();
    COM1.lock().init();
    COM2.lock().init();
}

/// Sends the log to COM2 instead of COM1 (`log=ttyS1`).
pub fn log_to_com2() {
    LOG_GOES_TO_COM2.store(true, Ordering::Relaxed);
}

/// Sends newlines on COM1 as they are.
pub fn make_com1_raw() {
    COM1_IS_RAW.store(true, Ordering::Relaxed);
}

/// Shows what a program writes. A line of some length keeps interrupts off for milliseconds on a
/// real serial line: callers pass a few dozen bytes at a time.
pub fn write_program(bytes: &[u8]) {
    SCREEN.lock().write_bytes(bytes);
    send(&COM1, bytes, COM1_IS_RAW.load(Ordering::Relaxed));
}

/// Shows a piece of the log.
pub fn write_log(bytes: &[u8]) {
    SCREEN.lock().write_bytes(bytes);
    if LOG_GOES_TO_COM2.load(Ordering::Relaxed) {
        send(&COM2, bytes, true);
    } else {
        send(&COM1, bytes, COM1_IS_RAW.load(Ordering::Relaxed));
    }
}

/// Shows escape sequences that only the screen is to see: the log's colours.
pub fn write_screen(bytes: &[u8]) {
    SCREEN.lock().write_bytes(bytes);
}

fn send(line: &IrqLock<Uart>, bytes: &[u8], is_raw: bool) {
    for &byte in bytes {
        let mut line = line.lock();
        if byte == b'\n' && !is_raw {
            line.write_byte(b'\r');
        }
        line.write_byte(byte);
    }
}

/// Makes all of it usable again for a panic's message.
///
/// # Safety
/// Nothing but the panic runs any more.
pub unsafe fn seize() {
    // SAFETY: the caller's contract.
    unsafe {
        SCREEN.force_unlock();
        COM1.force_unlock();
        COM2.force_unlock();
    }
}
