//! Bytes put together where memory may be out.

use crate::errno::{Errno, Result};
use alloc::vec::Vec;
use core::fmt::{self, Write};

/// Puts `more` behind `bytes`.
///
/// # Errors
/// ENOMEM.
pub fn append(bytes: &mut Vec<u8>, more: &[u8]) -> Result<()> {
    bytes.try_reserve(more.len()).map_err(|_| Errno::NOMEM)?;
    bytes.extend_from_slice(more);
    Ok(())
}

/// Puts a slash, unless there is one, and `name` behind `path`.
///
/// # Errors
/// ENOMEM.
pub fn join(path: &mut Vec<u8>, name: &[u8]) -> Result<()> {
    if path.last() != Some(&b'/') {
        append(path, b"/")?;
    }
    append(path, name)
}

/// A copy of `bytes`.
///
/// # Errors
/// ENOMEM.
pub fn copy(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut copy = Vec::new();
    append(&mut copy, bytes)?;
    Ok(copy)
}

/// Text into bytes that grow where they can.
pub struct Text(pub Vec<u8>);

impl Write for Text {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        append(&mut self.0, text.as_bytes()).map_err(|_| fmt::Error)
    }
}

/// Formatted text.
///
/// # Errors
/// ENOMEM.
pub fn format(arguments: fmt::Arguments) -> Result<Vec<u8>> {
    let mut text = Text(Vec::new());
    text.write_fmt(arguments).map_err(|_| Errno::NOMEM)?;
    Ok(text.0)
}
