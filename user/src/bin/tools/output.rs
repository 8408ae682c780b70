//! Standard output with a buffer, and one way to end when it is gone.
//!
//! On a terminal each line goes out when it is complete, else when there is a buffer full. A reader that wants no more
//! is no error of ours (`yes | head`): the tool just ends. Any other failure is told; either way there is nothing left
//! that a tool could do, so none of this returns an error.

use alloc::vec::Vec;
use core::fmt;
use tusk_user::print::STANDARD_ERROR;
use tusk_user::{Errno, eprintln, linux, terminal};

/// How much is gathered before it is written, in bytes.
const ROOM: usize = 8192;

/// The exit status when the output is gone.
const OUTPUT_STATUS: i32 = 1;

/// Formats into an [`Output`].
#[macro_export]
macro_rules! put {
    ($out:expr, $($text:tt)*) => { $out.format(format_args!($($text)*)) };
}

/// An output with a buffer.
pub struct Output {
    descriptor: i32,
    name: &'static str,
    buffer: Vec<u8>,
    by_line: bool,
}

impl Output {
    /// An output to `descriptor` for the tool `name`.
    pub fn new(descriptor: i32, name: &'static str) -> Self {
        let by_line = descriptor != STANDARD_ERROR && terminal::is_terminal(descriptor);
        Output { descriptor, name, buffer: Vec::new(), by_line }
    }

    /// Writes a byte.
    #[inline(never)]
    pub fn byte(&mut self, byte: u8) {
        self.bytes(&[byte]);
    }

    /// Writes text.
    #[inline(never)]
    pub fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    /// Writes bytes.
    #[inline(never)]
    pub fn bytes(&mut self, bytes: &[u8]) {
        if self.buffer.len() + bytes.len() > ROOM {
            self.flush();
        }
        if bytes.len() >= ROOM {
            self.write(bytes);
        } else {
            if self.buffer.capacity() == 0 {
                self.buffer.reserve(ROOM);
            }
            self.buffer.extend_from_slice(bytes);
        }
        if self.by_line && bytes.contains(&b'\n') {
            self.flush();
        }
    }

    /// Writes `bytes` in a column of at least `width`, to its left side.
    #[inline(never)]
    pub fn column(&mut self, bytes: &[u8], width: usize) {
        self.bytes(bytes);
        for _ in bytes.len()..width {
            self.byte(b' ');
        }
    }

    /// Writes what [`put!`](crate::put) says.
    #[inline(never)]
    pub fn format(&mut self, text: fmt::Arguments<'_>) {
        // The writer itself never fails, and a Display that does leaves what it had written.
        let _ = fmt::write(self, text);
    }

    /// Hands everything to the kernel.
    #[inline(never)]
    pub fn flush(&mut self) {
        if !self.buffer.is_empty() {
            let buffer = core::mem::take(&mut self.buffer);
            self.write(&buffer);
            self.buffer = buffer;
            self.buffer.clear();
        }
    }

    /// Writes past the buffer, or ends the program.
    fn write(&self, bytes: &[u8]) {
        match linux::write_all(self.descriptor, bytes) {
            Ok(()) => {}
            Err(Errno::EPIPE) => linux::exit_group(OUTPUT_STATUS),
            Err(error) => {
                if self.descriptor != STANDARD_ERROR {
                    eprintln!("{}: cannot write: {error}", self.name);
                }
                linux::exit_group(OUTPUT_STATUS)
            }
        }
    }
}

impl fmt::Write for Output {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.text(text);
        Ok(())
    }
}
