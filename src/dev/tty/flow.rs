//! Flow control: output that waits, and a sender that is asked to.
//!
//! `^S` and `^Q` of whoever types stop and start what comes out (IXON); what is echoed meanwhile is kept. The other
//! way round the terminal sends the same characters when its queue is nearly full (IXOFF). `man 3 termios`.

use super::discipline::Discipline;
use super::output::Outlet;
use linux_raw_sys::general as linux;

/// With IXOFF the sender is stopped and started when there is room for that many bytes.
const STOP_ROOM: usize = 512;
const START_ROOM: usize = 2048;

impl Discipline {
    /// Stops and starts output if the byte says so.
    pub(super) fn obeys_flow_control(&mut self, byte: u8, out: &mut Outlet<'_>) -> bool {
        if !self.settings.has_input(linux::IXON) {
            return false;
        }
        if self.settings.is(linux::VSTART, byte) {
            self.start(out);
            return true;
        }
        if self.settings.is(linux::VSTOP, byte) {
            self.stop();
            return true;
        }
        if self.settings.has_input(linux::IXANY) && self.key(byte).is_none() {
            self.start(out);
        }
        false
    }

    /// Says whether output waits.
    pub fn is_stopped(&self) -> bool {
        self.is_stopped
    }

    /// Lets output wait.
    pub fn stop(&mut self) {
        self.is_stopped = true;
    }

    /// Lets output go on.
    pub fn start(&mut self, out: &mut Outlet<'_>) {
        if core::mem::take(&mut self.is_stopped) {
            for byte in core::mem::take(&mut self.held_echo) {
                self.echo(byte, out);
            }
        }
    }

    /// Sends a special character itself (TCIOFF, TCION).
    pub fn send_character(&mut self, index: u32, out: &mut Outlet<'_>) {
        let byte = self.settings.character(index);
        self.output(&[byte], out);
    }

    /// Asks whoever types to stop before the queue is full.
    pub(super) fn stop_sender(&mut self, out: &mut Outlet<'_>) {
        if self.settings.has_input(linux::IXOFF) && !self.has_stopped_sender && self.input.room() < STOP_ROOM {
            self.has_stopped_sender = true;
            self.send_character(linux::VSTOP, out);
        }
    }

    /// Asks whoever types to go on, if there is room again.
    pub(super) fn start_sender(&mut self, out: &mut Outlet<'_>) {
        if self.has_stopped_sender && self.input.room() > START_ROOM {
            self.has_stopped_sender = false;
            self.send_character(linux::VSTART, out);
        }
    }
}
