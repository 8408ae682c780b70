//! The line discipline: typed bytes into input, with echo, and written bytes into output.
//!
//! In canonical mode a program gets nothing until a line is finished; until then the line can be edited (edit.rs).
//! In raw mode every byte is input at once. Some bytes are for the terminal itself: those that stop and start
//! output, and those that mean a signal, which the caller has to send. Bytes in, bytes out: nothing here knows a
//! device or a process.
//!
//! After POSIX.1-2017, chapter 11, and `man 3 termios`; where they leave a choice, what Linux does.

use super::output::{Column, Outlet};
use super::queue::{Found, InputQueue};
use super::settings::{Settings, control};
use arrayvec::ArrayVec;
use linux_raw_sys::general as linux;

/// Echo that is kept while output is stopped; what is more is never seen.
const HELD_ECHO: usize = 128;
const BELL: u8 = 0x07;

/// A key that means a signal for the foreground group.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Key {
    /// VINTR, `^C`.
    Interrupt,
    /// VQUIT, `^\`.
    Quit,
    /// VSUSP, `^Z`.
    Suspend,
}

/// What a terminal knows.
pub struct Discipline {
    pub(super) settings: Settings,
    pub(super) input: InputQueue,
    pub(super) column: Column,
    /// Where the line being typed begins.
    pub(super) line_column: Column,
    /// The next byte means nothing special (VLNEXT).
    takes_literally: bool,
    /// Output waits (VSTOP, TCOOFF).
    pub(super) is_stopped: bool,
    pub(super) held_echo: ArrayVec<u8, HELD_ECHO>,
    /// VSTOP was sent to whoever types (IXOFF).
    pub(super) has_stopped_sender: bool,
}

impl Discipline {
    /// Nothing typed, nothing written.
    pub const fn new(settings: Settings) -> Self {
        Self {
            settings,
            input: InputQueue::new(),
            column: Column(0),
            line_column: Column(0),
            takes_literally: false,
            is_stopped: false,
            held_echo: ArrayVec::new_const(),
            has_stopped_sender: false,
        }
    }

    /// The settings.
    pub fn settings(&self) -> Settings {
        self.settings
    }

    /// Changes the settings. What was typed stays: between lines and single bytes all that waits becomes input of
    /// the new kind.
    pub fn set(&mut self, settings: Settings, out: &mut Outlet<'_>) {
        let was_canonical = self.settings.is_canonical();
        self.settings = settings;
        match (was_canonical, settings.is_canonical()) {
            (true, false) => self.input.join_lines(),
            (false, true) => {
                self.input.join_lines();
                self.input.finish();
            }
            _ => {}
        }
        self.takes_literally = false;
        if !settings.has_input(linux::IXON) {
            self.start(out);
        }
    }

    /// Takes a byte that was typed; returns the key if it means a signal.
    pub fn receive(&mut self, byte: u8, out: &mut Outlet<'_>) -> Option<Key> {
        let byte = if self.settings.has_input(linux::ISTRIP) { byte & 0x7f } else { byte };
        if core::mem::take(&mut self.takes_literally) {
            self.accept(byte, out);
            return None;
        }
        if self.obeys_flow_control(byte, out) {
            return None;
        }
        if let Some(key) = self.key(byte) {
            self.signal(byte, out);
            return Some(key);
        }
        let byte = match byte {
            b'\r' if self.settings.has_input(linux::IGNCR) => return None,
            b'\r' if self.settings.has_input(linux::ICRNL) => b'\n',
            b'\n' if self.settings.has_input(linux::INLCR) => b'\r',
            byte => byte,
        };
        if !(self.settings.is_canonical() && self.edits(byte, out)) {
            self.accept(byte, out);
        }
        self.stop_sender(out);
        None
    }

    /// The key that `byte` is.
    pub(super) fn key(&self, byte: u8) -> Option<Key> {
        let keys = [(linux::VINTR, Key::Interrupt), (linux::VQUIT, Key::Quit), (linux::VSUSP, Key::Suspend)];
        let has_meaning = self.settings.has_local(linux::ISIG);
        keys.into_iter().find(|&(index, _)| has_meaning && self.settings.is(index, byte)).map(|(_, key)| key)
    }

    /// What was typed before a signal is not for whoever survives it.
    fn signal(&mut self, byte: u8, out: &mut Outlet<'_>) {
        if !self.settings.has_local(linux::NOFLSH) {
            self.input.clear();
            self.held_echo.clear();
        }
        if self.settings.has_input(linux::IXON) {
            self.start(out);
        }
        if self.settings.has_local(linux::ECHO) {
            self.echo_visibly(byte, out);
        }
    }

    /// Obeys what is special in canonical mode; says whether `byte` was.
    fn edits(&mut self, byte: u8, out: &mut Outlet<'_>) -> bool {
        let settings = self.settings;
        let is_extended = settings.has_local(linux::IEXTEN);
        let echoes = settings.has_local(linux::ECHO);
        let is = |index| settings.is(index, byte);
        if is(linux::VERASE) {
            self.erase_character(out);
        } else if is(linux::VKILL) {
            self.kill_line(out);
        } else if is_extended && is(linux::VWERASE) {
            self.erase_word(out);
        } else if is_extended && is(linux::VLNEXT) {
            self.takes_literally = true;
            if echoes && settings.has_local(linux::ECHOCTL) {
                b"^\x08".iter().for_each(|&byte| self.echo(byte, out));
            }
        } else if is_extended && echoes && is(linux::VREPRINT) {
            self.reprint(out);
        } else if byte == b'\n' {
            if echoes || settings.has_local(linux::ECHONL) {
                self.echo(b'\n', out);
            }
            self.finish_line(byte, out);
        } else if is(linux::VEOF) {
            if !self.input.push_end_of_file() {
                self.refuse(out);
            }
        } else if is(linux::VEOL) || is_extended && is(linux::VEOL2) {
            if echoes {
                self.echo_visibly(byte, out);
            }
            self.finish_line(byte, out);
        } else {
            return false;
        }
        true
    }

    fn finish_line(&mut self, byte: u8, out: &mut Outlet<'_>) {
        if self.input.push(byte) {
            self.input.finish();
        } else {
            self.refuse(out);
        }
    }

    /// Makes a byte input, and shows it.
    fn accept(&mut self, byte: u8, out: &mut Outlet<'_>) {
        // In a line the last place is for what ends it.
        let kept = usize::from(self.settings.is_canonical());
        if self.input.room() <= kept {
            self.refuse(out);
            return;
        }
        if self.input.unfinished_length() == 0 {
            self.line_column = self.column;
        }
        self.input.push(byte);
        if self.settings.has_local(linux::ECHO) {
            match byte {
                b'\n' if !self.settings.is_canonical() => self.echo(byte, out),
                _ => self.echo_visibly(byte, out),
            }
        }
    }

    /// There is no room for a byte.
    fn refuse(&mut self, out: &mut Outlet<'_>) {
        if self.settings.has_input(linux::IMAXBEL) {
            self.echo(BELL, out);
        }
    }

    /// Shows a byte that was typed: a control byte as `^X`.
    pub(super) fn echo_visibly(&mut self, byte: u8, out: &mut Outlet<'_>) {
        if self.settings.has_local(linux::ECHOCTL) && byte.is_ascii_control() && byte != b'\t' {
            self.echo(b'^', out);
            self.echo(control(byte), out);
        } else {
            self.echo(byte, out);
        }
    }

    /// Shows a byte, once output is not stopped any more.
    pub(super) fn echo(&mut self, byte: u8, out: &mut Outlet<'_>) {
        if self.is_stopped {
            let _ = self.held_echo.try_push(byte);
        } else {
            self.column.process(byte, &self.settings, out);
        }
    }

    /// Sends bytes that a program writes. The caller has seen that output is not stopped.
    pub fn output(&mut self, bytes: &[u8], out: &mut Outlet<'_>) {
        for &byte in bytes {
            self.column.process(byte, &self.settings, out);
        }
    }

    /// Says whether another byte would find room, now or in the line being typed, which takes no more once it is
    /// too long: a device with a buffer of its own keeps the others until then.
    pub fn wants_input(&self) -> bool {
        self.input.room() > 1 || self.settings.is_canonical() && self.input.complete() == 0
    }

    /// Says whether a program has something to read: a line, the end of the file, or single bytes.
    pub fn is_readable(&self) -> bool {
        self.waiting() > 0
    }

    /// How many bytes of finished lines wait, ends of files counted; or how many bytes at all.
    pub fn waiting(&self) -> usize {
        if self.settings.is_canonical() { self.input.complete() } else { self.input.length() }
    }

    /// How many bytes a program could read now (FIONREAD).
    pub fn readable(&self) -> usize {
        if self.settings.is_canonical() { self.input.readable_in_lines() } else { self.input.length() }
    }

    /// Copies the beginning of what can be read: of one line, or of all bytes, which have no end.
    pub fn look(&self, piece: &mut [u8]) -> Found {
        if self.settings.is_canonical() {
            return self.input.look_at_line(piece);
        }
        let copied = self.input.look(piece);
        Found { copied, taken: copied, has_ended: copied < piece.len() }
    }

    /// Takes away what was read.
    pub fn consume(&mut self, count: usize, out: &mut Outlet<'_>) {
        self.input.consume(count);
        self.start_sender(out);
    }

    /// Throws away what was typed.
    pub fn flush_input(&mut self, out: &mut Outlet<'_>) {
        self.input.clear();
        self.takes_literally = false;
        self.start_sender(out);
    }

    /// After a hang-up: as for a new user.
    pub fn reset(&mut self, settings: Settings, out: &mut Outlet<'_>) {
        self.flush_input(out);
        self.set(settings, out);
        self.start(out);
    }
}

#[cfg(test)]
#[path = "discipline_tests.rs"]
mod tests;
