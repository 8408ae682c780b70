//! Files to read from: in chunks, or line by line.

use alloc::vec::Vec;
use core::ffi::CStr;
use tusk_user::file::{self, Descriptor, O_CLOEXEC, O_RDONLY, SEEK_CUR};
use tusk_user::{Errno, linux};

/// How much is read at once, in bytes.
const ROOM: usize = 16384;
/// The descriptor that is ours to read and not to close.
pub const STANDARD_INPUT: i32 = 0;

/// An open file with a buffer.
pub struct Input {
    file: Option<Descriptor>,
    buffer: Vec<u8>,
    /// What was read and not yet handed out is between these two.
    start: usize,
    end: usize,
}

impl Input {
    /// Opens a file; `-` is standard input.
    ///
    /// # Errors
    /// Those of `open(2)`.
    #[inline(never)]
    pub fn open(path: &CStr) -> Result<Input, Errno> {
        let file = if path == c"-" { None } else { Some(file::open(path, O_RDONLY | O_CLOEXEC)?) };
        Ok(Input { file, buffer: Vec::new(), start: 0, end: 0 })
    }

    /// Takes a file that is open.
    pub fn from_descriptor(descriptor: Descriptor) -> Input {
        Input { file: Some(descriptor), buffer: Vec::new(), start: 0, end: 0 }
    }

    /// The number the calls want.
    pub fn descriptor(&self) -> i32 {
        self.file.as_ref().map_or(STANDARD_INPUT, Descriptor::number)
    }

    /// The next bytes, as many as there are now; none at the end.
    ///
    /// # Errors
    /// Those of `read(2)`: EISDIR, EIO …
    #[inline(never)]
    pub fn chunk(&mut self) -> Result<&[u8], Errno> {
        self.fill()?;
        let start = core::mem::replace(&mut self.start, self.end);
        Ok(&self.buffer[start..self.end])
    }

    /// The next byte; `None` at the end.
    ///
    /// # Errors
    /// As for [`chunk`](Self::chunk).
    #[inline(never)]
    pub fn byte(&mut self) -> Result<Option<u8>, Errno> {
        self.fill()?;
        let byte = self.buffer[self.start..self.end].first().copied();
        self.start += usize::from(byte.is_some());
        Ok(byte)
    }

    /// Reads the next line into `line`, with its end unless the file ends without; false when there is none.
    ///
    /// # Errors
    /// As for [`chunk`](Self::chunk); ENOMEM for a line longer than memory.
    #[inline(never)]
    pub fn line(&mut self, line: &mut Vec<u8>) -> Result<bool, Errno> {
        line.clear();
        loop {
            self.fill()?;
            let rest = &self.buffer[self.start..self.end];
            let length = rest.iter().position(|&byte| byte == b'\n').map_or(rest.len(), |place| place + 1);
            line.try_reserve(length).map_err(|_| Errno::ENOMEM)?;
            line.extend_from_slice(&rest[..length]);
            self.start += length;
            if length == 0 || line.last() == Some(&b'\n') {
                return Ok(!line.is_empty());
            }
        }
    }

    /// Puts back the last `count` bytes of a chunk.
    pub fn unread(&mut self, count: usize) {
        self.start -= count.min(self.start);
    }

    /// Leaves what was read too much to the next reader of the same open file, where the file has places at all.
    pub fn give_back(&mut self) {
        let count = self.end - self.start;
        if count > 0 && file::seek(self.descriptor(), -(count as i64), SEEK_CUR).is_ok() {
            self.start = self.end;
        }
    }

    /// Reads into an empty buffer.
    #[inline(never)]
    fn fill(&mut self) -> Result<(), Errno> {
        if self.start < self.end {
            return Ok(());
        }
        if self.buffer.is_empty() {
            self.buffer.resize(ROOM, 0);
        }
        let descriptor = self.descriptor();
        self.start = 0;
        self.end = 0;
        self.end = loop {
            match linux::read(descriptor, &mut self.buffer) {
                Err(Errno::EINTR) => {}
                result => break result?,
            }
        };
        Ok(())
    }
}

/// All of a file, for those that are small: tables of the system, and what cannot be done line by line.
///
/// # Errors
/// Those of `open(2)` and `read(2)`; ENOMEM when it is larger than memory.
#[inline(never)]
pub fn whole(path: &CStr) -> Result<Vec<u8>, Errno> {
    let mut all = Vec::new();
    let mut input = Input::open(path)?;
    loop {
        let chunk = input.chunk()?;
        if chunk.is_empty() {
            return Ok(all);
        }
        all.try_reserve(chunk.len()).map_err(|_| Errno::ENOMEM)?;
        all.extend_from_slice(chunk);
    }
}

/// A line without its end.
pub fn without_end(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\n").unwrap_or(line)
}
