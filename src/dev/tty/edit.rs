//! Editing the line being typed: taking back a character, a word, all of it, and showing it again.
//!
//! What is taken back also disappears from the screen, by backspaces and blanks: one for each column that the
//! character took, which for a tab depends on where it began. A line that is wider than a screen is not rubbed
//! out so, since backspace does not go back up a row, and every byte takes its time on a serial line: its end is
//! shown as if rubbing out were not wanted.

use super::discipline::Discipline;
use super::output::{Outlet, TAB_WIDTH, columns_of, continues_character};
use linux_raw_sys::general as linux;

/// Bytes of a line that are still rubbed out one by one.
const WIDE: usize = 256;

impl Discipline {
    /// VERASE: takes the last character back.
    pub(super) fn erase_character(&mut self, out: &mut Outlet<'_>) {
        if let Some(first) = self.take_back() {
            if !self.settings.has_local(linux::ECHOE) {
                self.echo_if_wanted(self.settings.character(linux::VERASE), out);
            } else {
                self.rub_out(first, out);
            }
        }
    }

    /// VWERASE: takes back the last word and what stands behind it.
    pub(super) fn erase_word(&mut self, out: &mut Outlet<'_>) {
        let is_of_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii();
        let mut has_seen_word = false;
        while let Some(last) = self.input.last() {
            if has_seen_word && !is_of_word(last) {
                break;
            }
            has_seen_word |= is_of_word(last);
            self.erase_character(out);
        }
    }

    /// VKILL: takes the whole line back.
    pub(super) fn kill_line(&mut self, out: &mut Outlet<'_>) {
        let rubs_out = [linux::ECHOK, linux::ECHOKE, linux::ECHOE].iter().all(|&bit| self.settings.has_local(bit));
        if rubs_out && self.input.unfinished_length() <= WIDE {
            while let Some(first) = self.take_back() {
                self.rub_out(first, out);
            }
            return;
        }
        let was_empty = self.take_back().is_none();
        while self.take_back().is_some() {}
        if !was_empty && self.settings.has_local(linux::ECHO) {
            self.echo_visibly(self.settings.character(linux::VKILL), out);
            if self.settings.has_local(linux::ECHOK) {
                self.echo(b'\n', out);
            }
        }
    }

    /// VREPRINT: shows the line again, in a row of its own.
    pub(super) fn reprint(&mut self, out: &mut Outlet<'_>) {
        self.echo_visibly(self.settings.character(linux::VREPRINT), out);
        self.echo(b'\n', out);
        self.line_column = self.column;
        let length = self.input.unfinished_length();
        for index in length.saturating_sub(WIDE)..length {
            if let Some(byte) = self.input.unfinished_byte(index) {
                self.echo_visibly(byte, out);
            }
        }
    }

    /// Takes the last character out of the line; returns its first byte.
    fn take_back(&mut self) -> Option<u8> {
        let mut byte = self.input.pop()?;
        while self.settings.has_input(linux::IUTF8) && continues_character(byte) {
            match self.input.pop() {
                Some(previous) => byte = previous,
                None => break,
            }
        }
        Some(byte)
    }

    /// Makes the character that begins with `first`, which stood at the end of the line, disappear.
    fn rub_out(&mut self, first: u8, out: &mut Outlet<'_>) {
        if !self.settings.has_local(linux::ECHO) {
            return;
        }
        if first == b'\t' {
            (0..self.width_of_tab_at_end()).for_each(|_| self.echo(0x08, out));
            return;
        }
        let shows_control = self.settings.has_local(linux::ECHOCTL);
        let columns = match first.is_ascii_control() {
            true if shows_control => 2,
            true => 0,
            false => 1,
        };
        for _ in 0..columns {
            b"\x08 \x08".iter().for_each(|&byte| self.echo(byte, out));
        }
    }

    /// The columns of a tab behind the line as it is now. Before it count only those since the last tab stop that is
    /// known: the tab before, or where the line began.
    fn width_of_tab_at_end(&self) -> usize {
        let shows_control = self.settings.has_local(linux::ECHOCTL);
        let (mut columns, mut has_tab) = (0, false);
        for byte in self.input.unfinished().rev() {
            if byte == b'\t' {
                has_tab = true;
                break;
            }
            columns += if shows_control && byte.is_ascii_control() { 2 } else { columns_of(byte) };
        }
        if !has_tab {
            columns += self.line_column.0;
        }
        TAB_WIDTH - columns % TAB_WIDTH
    }

    fn echo_if_wanted(&mut self, byte: u8, out: &mut Outlet<'_>) {
        if self.settings.has_local(linux::ECHO) {
            self.echo_visibly(byte, out);
        }
    }
}
