//! The line on the screen.
//!
//! It takes one row, however long it is: the part around the cursor is shown. Only `\r`, `\b`, blanks and the text itself
//! are written, which every terminal understands; nothing needs to be known about it but its width. What is only added at
//! the end is all that is written then: a serial line takes longer for a row than a fast typist for a key.

use super::text;
use alloc::vec::Vec;
use tusk_user::linux;

/// What is on the row.
pub struct View {
    prompt: Vec<u8>,
    /// Columns there are for prompt and text; the last one stays free, since terminals differ in what follows it.
    columns: usize,
    /// The first byte of the text that is shown.
    first: usize,
    /// Columns in use.
    used: usize,
    /// The text on the row, while the cursor is at its end.
    shown: Option<Vec<u8>>,
}

impl View {
    /// An empty row of a terminal that is so wide.
    pub fn new(prompt: Vec<u8>, columns: usize) -> Self {
        View { prompt, columns: columns.saturating_sub(1), first: 0, used: 0, shown: None }
    }

    /// Shows the line with the cursor before its byte `cursor`.
    pub fn show(&mut self, line: &[u8], cursor: usize) {
        let room = self.columns.saturating_sub(text::width(&self.prompt)).max(1);
        let first = self.first;
        self.scroll(line, cursor, room);
        let mut end = self.first;
        let mut width = 0;
        while end < line.len() {
            let next = text::next(line, end);
            let with_this = width + text::width(&line[end..next]);
            if with_this > room {
                break;
            }
            (end, width) = (next, with_this);
        }

        let used = text::width(&self.prompt) + width;
        let visible = &line[self.first..end];
        let shown = self.shown.take().filter(|_| self.first == first);
        if cursor == end {
            self.shown = Some(visible.to_vec());
            if let Some(added) = shown.and_then(|shown| visible.strip_prefix(shown.as_slice())) {
                self.used = used;
                return write(added);
            }
        }

        let mut row = [b"\r", self.prompt.as_slice(), visible].concat();
        row.resize(row.len() + self.used.saturating_sub(used), b' ');
        row.push(b'\r');
        row.extend_from_slice(&self.prompt);
        row.extend_from_slice(&line[self.first..cursor]);
        self.used = used;
        write(&row);
    }

    /// Moves the part that is shown so that the cursor is in it.
    fn scroll(&mut self, line: &[u8], cursor: usize, room: usize) {
        if cursor >= self.first && text::width(&line[self.first..cursor]) < room {
            return;
        }
        // With some text on both sides of it, so that the next keys do not move it again.
        self.first = cursor;
        while self.first > 0 {
            let previous = text::previous(line, self.first);
            if text::width(&line[previous..cursor]) > room * 3 / 4 {
                break;
            }
            self.first = previous;
        }
    }

    /// Goes to the row below, with `mark` behind the text.
    pub fn leave(&mut self, line: &[u8], mark: &str) {
        self.show(line, line.len());
        write(mark.as_bytes());
        write(b"\n");
        self.forget();
    }

    /// Goes on at a row that is empty.
    pub fn forget(&mut self) {
        self.used = 0;
        self.shown = None;
    }
}

/// Writes to the terminal.
pub fn write(bytes: &[u8]) {
    // There is no other way to the user than this one.
    let _ = linux::write_all(1, bytes);
}
