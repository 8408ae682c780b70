//! `print!` and `println!`: one write a line.
//!
//! Several processes share one terminal. A line that reaches the kernel in one piece comes out in one piece, whoever
//! else is printing; so the text is gathered here and written when a line is full, and nothing is kept for later.

use crate::linux;
use core::fmt;

/// Where programs print.
pub const STANDARD_OUTPUT: i32 = 1;
/// Where they complain.
pub const STANDARD_ERROR: i32 = 2;

/// The longest line that is written in one piece, in bytes.
const LINE_MAX: usize = 512;

/// A line in the making, for text that is not a format string.
///
/// It is written when it is full, at each line end, and when it is dropped.
pub struct Line {
    descriptor: i32,
    text: [u8; LINE_MAX],
    length: usize,
}

impl Line {
    /// Begins an empty line for `descriptor`.
    pub fn new(descriptor: i32) -> Self {
        Line { descriptor, text: [0; LINE_MAX], length: 0 }
    }

    /// Adds a byte, which need not be part of any text.
    pub fn push(&mut self, byte: u8) {
        if self.length == LINE_MAX {
            self.flush();
        }
        self.text[self.length] = byte;
        self.length += 1;
        if byte == b'\n' {
            self.flush();
        }
    }

    /// Writes what was gathered. There is nobody to tell when that fails: the terminal was how.
    fn flush(&mut self) {
        let _ = linux::write_all(self.descriptor, &self.text[..self.length]);
        self.length = 0;
    }
}

impl fmt::Write for Line {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        text.bytes().for_each(|byte| self.push(byte));
        Ok(())
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.flush();
    }
}

/// Shows bytes that need not be text.
pub struct Lossy<'a>(pub &'a [u8]);

impl fmt::Display for Lossy<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for chunk in self.0.utf8_chunks() {
            out.write_str(chunk.valid())?;
            if !chunk.invalid().is_empty() {
                out.write_str("\u{fffd}")?;
            }
        }
        Ok(())
    }
}

/// Prints to a descriptor; the macros below are how this is said.
pub fn print_to(descriptor: i32, text: fmt::Arguments<'_>) {
    // The writer itself never fails, and a Display that does leaves what it had written.
    let _ = fmt::write(&mut Line::new(descriptor), text);
}

/// Prints to standard output.
#[macro_export]
macro_rules! print {
    ($($text:tt)*) => {
        $crate::print::print_to($crate::print::STANDARD_OUTPUT, format_args!($($text)*))
    };
}

/// Prints a line to standard output.
#[macro_export]
macro_rules! println {
    () => { $crate::print!("\n") };
    ($($text:tt)*) => { $crate::print!("{}\n", format_args!($($text)*)) };
}

/// Prints a line to standard error.
#[macro_export]
macro_rules! eprintln {
    ($($text:tt)*) => {
        $crate::print::print_to($crate::print::STANDARD_ERROR, format_args!("{}\n", format_args!($($text)*)))
    };
}
