//! The line editor.
//!
//! While a line is typed, the terminal is raw and the shell shows what is typed itself; before the line runs, the
//! terminal is as it was. Where the terminal cannot be set, lines come as it gives them.

mod completion;
pub mod history;
mod keys;
pub mod text;
mod view;

use crate::shell::{LINE_MAX, Line, Shell};
use crate::{columns, prompt};
use alloc::vec::Vec;
use keys::Key;
use tusk_user::Errno;
use tusk_user::terminal::{self, Settings};
use view::View;

/// What empties the screen (ECMA-48): the cursor goes home, and what is behind it is erased.
pub const CLEAR_SCREEN: &[u8] = b"\x1b[H\x1b[2J";
/// What a terminal rings its bell at.
const BELL: &[u8] = b"\x07";

/// Lets the user type a line.
///
/// # Errors
/// Those of `read`, and of setting the terminal.
pub fn read_line(shell: &Shell) -> Result<Line, Errno> {
    let before = terminal::settings(0)?;
    terminal::set_settings(0, &before.raw())?;
    let _restored = Restored(before);
    Editor::new(shell).run()
}

/// Sets the terminal back when it is dropped.
struct Restored(Settings);

impl Drop for Restored {
    fn drop(&mut self) {
        // A terminal that has gone away needs no settings.
        let _ = terminal::set_settings(0, &self.0);
    }
}

/// A line in the making.
struct Editor<'a> {
    shell: &'a Shell,
    view: View,
    line: Vec<u8>,
    /// The byte that the cursor is before.
    cursor: usize,
    /// Which line of the history is shown; one behind the last is the new one.
    position: usize,
    /// The new line, while another one is shown.
    new_line: Vec<u8>,
    /// Whether the last key was a Tab that did not help: another one shows what there is.
    tab_before: bool,
}

impl<'a> Editor<'a> {
    fn new(shell: &'a Shell) -> Self {
        let columns = columns::window_width();
        Editor {
            shell,
            // At least half of the row is for the text.
            view: View::new(prompt::text(columns / 2), columns),
            line: Vec::new(),
            cursor: 0,
            position: shell.history.len(),
            new_line: Vec::new(),
            tab_before: false,
        }
    }

    fn run(&mut self) -> Result<Line, Errno> {
        self.view.show(&self.line, self.cursor);
        loop {
            let Some(key) = keys::read()? else { return Ok(Line::End) };
            match key {
                Key::Enter => {
                    self.view.leave(&self.line, "");
                    return Ok(Line::Text(core::mem::take(&mut self.line)));
                }
                Key::Interrupt => {
                    self.view.leave(&self.line, "^C");
                    return Ok(Line::Interrupted);
                }
                Key::EndOfInput if self.line.is_empty() => return Ok(Line::End),
                Key::Tab => self.complete(),
                key => {
                    self.tab_before = false;
                    self.edit(key);
                }
            }
            if !keys::is_pending() {
                self.view.show(&self.line, self.cursor);
            }
        }
    }

    /// Does what a key says.
    fn edit(&mut self, key: Key) {
        let (cursor, end) = (self.cursor, self.line.len());
        match key {
            Key::Character(bytes) => self.insert(&bytes),
            Key::Left => self.cursor = text::previous(&self.line, cursor),
            Key::Right => self.cursor = text::next(&self.line, cursor),
            Key::WordLeft => self.cursor = self.word_start(),
            Key::WordRight => self.cursor = self.word_end(),
            Key::Home => self.cursor = 0,
            Key::End => self.cursor = end,
            Key::Up => self.recall(self.position.checked_sub(1)),
            Key::Down => self.recall(self.position.checked_add(1)),
            Key::Backspace => self.remove(text::previous(&self.line, cursor), cursor),
            Key::Delete | Key::EndOfInput => self.remove(cursor, text::next(&self.line, cursor)),
            Key::KillRight => self.remove(cursor, end),
            Key::KillLeft => self.remove(0, cursor),
            Key::KillWord => self.remove(self.word_start(), cursor),
            Key::ClearScreen => {
                view::write(CLEAR_SCREEN);
                self.view.forget();
            }
            Key::Enter | Key::Interrupt | Key::Tab | Key::Other => {}
        }
    }

    fn insert(&mut self, bytes: &[u8]) {
        if self.line.len() + bytes.len() > LINE_MAX {
            return view::write(BELL);
        }
        self.line.splice(self.cursor..self.cursor, bytes.iter().copied());
        self.cursor += bytes.len();
    }

    fn remove(&mut self, start: usize, end: usize) {
        self.line.drain(start..end);
        self.cursor = start;
    }

    /// Where the word begins that the cursor is in or behind.
    fn word_start(&self) -> usize {
        let before = &self.line[..self.cursor];
        let end = before.iter().rposition(|&byte| byte != b' ').map_or(0, |last| last + 1);
        before[..end].iter().rposition(|&byte| byte == b' ').map_or(0, |blank| blank + 1)
    }

    /// Where the word ends that the cursor is in or before.
    fn word_end(&self) -> usize {
        let behind = &self.line[self.cursor..];
        let start = behind.iter().position(|&byte| byte != b' ').unwrap_or(behind.len());
        let length = behind[start..].iter().position(|&byte| byte == b' ').unwrap_or(behind.len() - start);
        self.cursor + start + length
    }

    /// Shows another line of the history, if there is one.
    fn recall(&mut self, position: Option<usize>) {
        let Some(position) = position.filter(|&position| position <= self.shell.history.len()) else { return };
        if self.position == self.shell.history.len() {
            self.new_line = core::mem::take(&mut self.line);
        }
        self.position = position;
        self.line = self.shell.history.get(position).unwrap_or(&self.new_line).to_vec();
        self.cursor = self.line.len();
    }

    /// Completes the word before the cursor; shows what there is when that is asked for twice.
    fn complete(&mut self) {
        let completion = completion::complete(self.shell, &self.line[..self.cursor]);
        if !completion.insertion.is_empty() {
            self.tab_before = false;
            return self.insert(&completion.insertion);
        }
        if self.tab_before && !completion.candidates.is_empty() {
            self.view.leave(&self.line, "");
            columns::print(&completion.candidates, columns::window_width());
        } else {
            view::write(BELL);
        }
        self.tab_before = true;
    }
}
