//! Where text goes: the screen, and a serial line for programs and for the log.
//!
//! Screen and COM1 are two terminals (tty). The log goes to both, unless the kernel was booted with `log=ttyS1`: then
//! COM2 has it in place of COM1, which carries nothing but what programs wrote.

use super::vga::{Reply, Screen};
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

/// Says whether the last byte on COM1 was no end of a line.
static COM1_IS_WITHIN_LINE: AtomicBool = AtomicBool::new(false);

/// Prepares the screen and the serial lines.
#[doc(alias = "console_init")]
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

/// Says whether [`make_com1_raw`] was called.
pub fn is_com1_raw() -> bool {
    COM1_IS_RAW.load(Ordering::Relaxed)
}

/// Shows bytes of a terminal's stream on the screen, and returns what it answers. A screenful takes its time:
/// callers pass a few dozen bytes at a time.
pub fn show(bytes: &[u8]) -> Reply {
    let mut screen = SCREEN.lock();
    screen.write_bytes(bytes);
    screen.take_reply()
}

/// Sends bytes on COM1 as they are. A line of some length keeps interrupts off for milliseconds on a real serial
/// line: callers pass a few dozen bytes at a time.
pub fn send_to_com1(bytes: &[u8]) {
    send_bytes_to_com1(bytes, true);
}

/// Begins a line of the log: not behind what a program has left unfinished, a prompt above all.
pub fn begin_log_line() {
    if COM1_IS_WITHIN_LINE.load(Ordering::Relaxed) && !LOG_GOES_TO_COM2.load(Ordering::Relaxed) {
        send_bytes_to_com1(b"\n", is_com1_raw());
    }
    SCREEN.lock().begin_line();
}

/// Shows a piece of the log.
pub fn write_log(bytes: &[u8]) {
    SCREEN.lock().write_text(bytes);
    if LOG_GOES_TO_COM2.load(Ordering::Relaxed) {
        send(&COM2, bytes, true);
    } else {
        send_bytes_to_com1(bytes, is_com1_raw());
    }
}

/// Shows escape sequences that only the screen is to see: the log's colours.
pub fn write_screen(bytes: &[u8]) {
    SCREEN.lock().write_bytes(bytes);
}

fn send_bytes_to_com1(bytes: &[u8], is_raw: bool) {
    if let Some(&last) = bytes.last() {
        COM1_IS_WITHIN_LINE.store(last != b'\n', Ordering::Relaxed);
    }
    send(&COM1, bytes, is_raw);
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
