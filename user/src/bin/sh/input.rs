//! Lines from a file, a pipe, or a terminal without the editor.

use crate::shell::{LINE_MAX, Line};
use alloc::vec::Vec;
use tusk_user::file::{self, Descriptor};
use tusk_user::{Errno, linux};

/// How much is read at once from a file that is the shell's alone.
const CHUNK_SIZE: usize = 4096;

/// Where lines come from.
pub struct Input {
    source: Source,
    chunk: Vec<u8>,
    /// The next byte of the chunk.
    at: usize,
}

enum Source {
    /// Standard input, byte by byte: what is behind the line belongs to the program that the line starts.
    Shared,
    /// A file of our own.
    File(Descriptor),
}

impl Input {
    /// Lines of standard input.
    pub fn from_standard_input() -> Self {
        Input { source: Source::Shared, chunk: alloc::vec![0; 1], at: 1 }
    }

    /// Lines of a file. Its descriptor moves out of the way of those that redirections name.
    pub fn from_file(descriptor: Descriptor) -> Self {
        let moved = file::duplicate_above(descriptor.number(), crate::redirect::FIRST_OWN);
        Input { source: Source::File(moved.unwrap_or(descriptor)), chunk: Vec::new(), at: 0 }
    }

    /// The next line; those that end with a backslash are joined with what follows by the lexer.
    ///
    /// # Errors
    /// Those of `read`, EISDIR for one.
    pub fn line(&mut self) -> Result<Line, Errno> {
        let mut line = Vec::new();
        let mut too_long = false;
        loop {
            match self.byte() {
                Ok(Some(b'\n') | None) if too_long => return Ok(Line::TooLong),
                Ok(Some(byte)) if too_long || byte != b'\n' && line.len() >= LINE_MAX => too_long = true,
                Ok(Some(b'\n')) if ends_with_backslash(&line) => line.push(b'\n'),
                Ok(Some(b'\n')) => return Ok(Line::Text(line)),
                Ok(Some(byte)) => line.push(byte),
                Ok(None) if line.is_empty() => return Ok(Line::End),
                Ok(None) => return Ok(Line::Text(line)),
                Err(Errno::EINTR) => return Ok(Line::Interrupted),
                Err(error) => return Err(error),
            }
        }
    }

    fn byte(&mut self) -> Result<Option<u8>, Errno> {
        if self.at == self.chunk.len() {
            let descriptor = match &self.source {
                Source::Shared => 0,
                Source::File(descriptor) => {
                    self.chunk.resize(CHUNK_SIZE, 0);
                    descriptor.number()
                }
            };
            let length = linux::read(descriptor, &mut self.chunk);
            if !matches!(length, Ok(1..)) {
                self.at = self.chunk.len();
                return length.map(|_| None);
            }
            self.chunk.truncate(length?);
            self.at = 0;
        }
        self.at += 1;
        Ok(Some(self.chunk[self.at - 1]))
    }
}

/// Whether the last byte is a backslash that no other one takes its meaning from.
fn ends_with_backslash(line: &[u8]) -> bool {
    line.iter().rev().take_while(|&&byte| byte == b'\\').count() % 2 == 1
}
