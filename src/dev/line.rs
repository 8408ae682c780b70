//! The line editor of the terminal: typed bytes into lines, with echo.
//!
//! What Linux calls canonical mode. A program's `read` gets nothing until a line is finished;
//! until then Backspace, `^W` and `^U` take back a character, a word, all of it. Bytes in, echo
//! and lines out: nothing here knows a device.
//!
//! As on Linux: control bytes are echoed as `^X`, and a character of several UTF-8 bytes is erased
//! as one. Unlike Linux a tab is echoed as a single space, because erasing a wider one would take
//! knowing the column where the line began. There are no signals yet, so `^C` is a byte like any
//! other.
//!
//! After: POSIX.1-2017, section 11.1.6 (Canonical Mode Input Processing); `man 3 termios`.

use arrayvec::ArrayVec;

/// Bytes a line may have, its newline not counted.
pub const MAX_LINE: usize = 255;

const BELL: u8 = 0x07;
const BACKSPACE: u8 = 0x08;
const DELETE: u8 = 0x7f;
const END_OF_FILE: u8 = control(b'D');
const KILL_LINE: u8 = control(b'U');
const ERASE_WORD: u8 = control(b'W');

/// The byte that Ctrl and a letter send; the same bit turns it back into the letter.
const fn control(letter: u8) -> u8 {
    letter ^ 0x40
}

/// The line being typed.
#[derive(Default)]
pub struct LineEditor {
    line: ArrayVec<u8, { MAX_LINE + 1 }>,
    /// The line has been handed out and goes away with the next byte.
    is_finished: bool,
}

impl LineEditor {
    /// Nothing typed yet.
    pub const fn new() -> Self {
        Self { line: ArrayVec::new_const(), is_finished: false }
    }

    /// Takes a typed byte and hands the bytes that show it to `echo`, where a new line is a line
    /// feed, as in what programs write. Returns the line when this byte finishes it: with a newline
    /// at its end, or without one when `^D` cut it short. An empty one is `^D` at the start of a
    /// line, the end of the file.
    pub fn feed(&mut self, byte: u8, echo: &mut dyn FnMut(u8)) -> Option<&[u8]> {
        if self.is_finished {
            self.line.clear();
            self.is_finished = false;
        }
        match byte {
            b'\r' | b'\n' => {
                echo(b'\n');
                self.line.push(b'\n');
                self.is_finished = true;
            }
            END_OF_FILE => self.is_finished = true,
            BACKSPACE | DELETE => _ = self.erase_character(echo),
            KILL_LINE => while self.erase_character(echo) {},
            ERASE_WORD => self.erase_word(echo),
            _ => self.insert(byte, echo),
        }
        self.is_finished.then_some(&self.line)
    }

    fn insert(&mut self, byte: u8, echo: &mut dyn FnMut(u8)) {
        // The last place is the newline's.
        if self.line.len() == MAX_LINE {
            echo(BELL);
            return;
        }
        self.line.push(byte);
        match byte {
            b'\t' => echo(b' '),
            0..=0x1f => {
                echo(b'^');
                echo(control(byte));
            }
            _ => echo(byte),
        }
    }

    /// Takes the last character back. False when there is none.
    fn erase_character(&mut self, echo: &mut dyn FnMut(u8)) -> bool {
        let Some(mut byte) = self.line.pop() else {
            return false;
        };
        // Bytes 10xxxxxx continue a character of UTF-8.
        while byte & 0xc0 == 0x80 {
            let Some(previous) = self.line.pop() else {
                break;
            };
            byte = previous;
        }
        let columns = if byte < 0x20 && byte != b'\t' { 2 } else { 1 };
        for _ in 0..columns {
            b"\x08 \x08".iter().for_each(|&byte| echo(byte));
        }
        true
    }

    /// Takes back the blanks at the end of the line and the word before them.
    fn erase_word(&mut self, echo: &mut dyn FnMut(u8)) {
        let is_blank = |byte: &u8| byte.is_ascii_whitespace();
        while self.line.last().is_some_and(is_blank) {
            self.erase_character(echo);
        }
        while self.line.last().is_some_and(|byte| !is_blank(byte)) {
            self.erase_character(echo);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines and the echo for `bytes`, typed into one editor.
    fn typed(bytes: &[u8]) -> (Vec<String>, String) {
        let (mut editor, mut lines, mut echo) = (LineEditor::new(), Vec::new(), Vec::new());
        for &byte in bytes {
            if let Some(line) = editor.feed(byte, &mut |byte| echo.push(byte)) {
                lines.push(String::from_utf8(line.to_vec()).unwrap());
            }
        }
        (lines, String::from_utf8(echo).unwrap())
    }

    #[test]
    fn lines_come_whole_and_with_a_newline() {
        let (lines, echo) = typed(b"ls -l\rcat\n\rrest");
        assert_eq!(lines, ["ls -l\n", "cat\n", "\n"]);
        assert_eq!(echo, "ls -l\ncat\n\nrest");
    }

    #[test]
    fn erasing() {
        assert_eq!(typed(b"\x7fab\x08c\r"), (vec!["ac\n".into()], "ab\x08 \x08c\n".into()));
        assert_eq!(typed(b"one two  \x17x\r").0, ["one x\n"]);
        assert_eq!(typed(b"\x17one\x17\x15abc\x15z\r").0, ["z\n"]);
        assert_eq!(typed("a\u{e9}\u{20ac}\x7f\x7fb\r".as_bytes()).0, ["ab\n"]);
        // A control byte takes two columns, a tab one.
        let erase = "\x08 \x08";
        assert_eq!(typed(b"\x01\t\x7f\x7f").1, format!("^A {erase}{erase}{erase}"));
    }

    #[test]
    fn control_d_ends_the_file_only_at_the_start_of_a_line() {
        assert_eq!(typed(b"ab\x04\x04cd\r\x04").0, ["ab", "", "cd\n", ""]);
    }

    #[test]
    fn a_full_line_rings_and_still_ends() {
        let (lines, echo) = typed(&[&[b'x'; 300][..], b"\x7fy\r"].concat());
        assert_eq!(lines[0], "x".repeat(254) + "y\n");
        assert_eq!(echo.matches('\x07').count(), 45);
    }
}
