//! The two terminals there are, and which of them is the console.

use super::wire::Wire;
use super::{Tty, WindowSize};
use crate::arch::idt::FIRST_IRQ;
use crate::arch::pic;
use crate::arch::trap::{TrapFrame, register_handler};
use crate::arch::uart::COM1;
use crate::dev::{keyboard, vga};
use crate::fs::device::number;
use crate::task::scheduler;
use core::sync::atomic::{AtomicBool, Ordering};

const KEYBOARD_IRQ: u8 = 1;
const COM1_IRQ: u8 = 4;

/// tty1: the screen and the keyboard.
#[doc(alias = "kbd_buf")]
pub static SCREEN: Tty =
    Tty::new(Wire::Screen, number(4, 1), WindowSize { rows: vga::ROWS as u16, columns: vga::COLUMNS as u16 });

/// ttyS0: the first serial line, whose other end is taken for a terminal of the usual size.
pub static SERIAL: Tty = Tty::new(Wire::Com1, number(4, 64), WindowSize { rows: 24, columns: 80 });

static CONSOLE_IS_SERIAL: AtomicBool = AtomicBool::new(false);

/// Makes ttyS0 the console in place of tty1.
pub fn set_console_to_serial() {
    CONSOLE_IS_SERIAL.store(true, Ordering::Relaxed);
}

/// The console: the terminal of whoever has no other.
pub fn console() -> &'static Tty {
    if CONSOLE_IS_SERIAL.load(Ordering::Relaxed) { &SERIAL } else { &SCREEN }
}

/// Says in the log when programs first waited for input, which is how long the way from the first instruction to the
/// shell's prompt was: in instructions where the machine counts them as cycles (`make bench`).
pub fn report_first_waits() {
    for (name, tty) in [("tty1", &SCREEN), ("ttyS0", &SERIAL)] {
        let waited = tty.state.lock().first_wait_cycles;
        if let Some(cycles) = waited {
            log::info!(target: "boot", "{name} first waited for input after {cycles} cycles of work");
        }
    }
}

/// Lets keys and received bytes in. The book's `keyboard_init`.
#[doc(alias = "keyboard_init")]
pub fn init() {
    for tty in [&SCREEN, &SERIAL] {
        tty.with(|state, out| state.discipline.set(tty.wire.settings(), out));
    }
    keyboard::init();
    register_handler(FIRST_IRQ + KEYBOARD_IRQ, |_: &mut TrapFrame| {
        keyboard::on_interrupt(&mut |byte| SCREEN.receive(byte));
        scheduler::preempt_if_woken();
    });
    pic::unmask(KEYBOARD_IRQ);
    register_handler(FIRST_IRQ + COM1_IRQ, |_: &mut TrapFrame| {
        SERIAL.take_received();
        scheduler::preempt_if_woken();
    });
    COM1.lock().enable_receive_interrupt();
    pic::unmask(COM1_IRQ);
}
