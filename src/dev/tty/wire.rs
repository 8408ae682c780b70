//! What lies between a terminal and the person at it: the screen, or the first serial line.

use super::settings::Settings;
use super::{Tty, terminals};
use crate::arch::uart::COM1;
use crate::dev::{console, vga};

/// What the device has to say about what was sent.
pub type Reply = vga::Reply;

/// The device of a terminal.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Wire {
    /// Screen and keyboard.
    Screen,
    /// The first serial line.
    Com1,
}

impl Wire {
    /// Sends bytes. On a real serial line a byte takes 87 µs, with interrupts off.
    pub fn send(self, bytes: &[u8]) -> Reply {
        match self {
            Wire::Screen => console::show(bytes),
            Wire::Com1 => {
                console::send_to_com1(bytes);
                Reply::new()
            }
        }
    }

    /// The settings that a new user finds.
    pub fn settings(self) -> Settings {
        match self {
            Wire::Com1 if console::is_com1_raw() => Settings::FOR_A_FILE,
            _ => Settings::FOR_A_PERSON,
        }
    }
}

impl Tty {
    /// Takes what the serial line has received, as long as it can be kept: the chip's buffer keeps the rest, and its
    /// sender waits. So this is also called when there is room again, of which no interrupt tells.
    pub(super) fn take_received(&'static self) {
        if self.wire != Wire::Com1 {
            return;
        }
        while self.state.lock().discipline.wants_input() {
            let byte = COM1.lock().read_byte();
            match byte {
                Some(byte) => terminals::SERIAL.receive(byte),
                None => return,
            }
        }
    }
}
