//! What a trace reads of a program's memory: only by `mm::user`, and the bare address where it cannot be read.

use super::line::Line;
use super::words;
use crate::errno::Result;
use crate::mm::user;
use core::fmt::{self, Write};

/// The most bytes of a string, and the most elements of a list, that are shown.
pub const SHOWN: u32 = 32;

/// The words at `address`; `None` when they cannot be read.
pub fn read<const WORDS: usize>(address: u32) -> Option<[u32; WORDS]> {
    let mut all = [0; WORDS];
    for (word, place) in all.iter_mut().zip((address..).step_by(4)) {
        *word = user::read_u32(place).ok()?;
    }
    Some(all)
}

/// Writes an address.
pub fn address(out: &mut Line, address: u32) -> fmt::Result {
    if address == 0 { out.write_str("NULL") } else { write!(out, "{address:#x}") }
}

/// Writes what lies at `place` by `show`, or the address when it is none or cannot be read.
pub fn pointed<const WORDS: usize>(
    out: &mut Line,
    place: u32,
    show: impl FnOnce(&mut Line, [u32; WORDS]) -> fmt::Result,
) -> fmt::Result {
    match read(place).filter(|_| place != 0) {
        Some(words) => show(out, words),
        None => address(out, place),
    }
}

/// Writes the `length` bytes at `place`, as far as strings are shown.
pub fn bytes(out: &mut Line, place: u32, length: u32, is_binary: bool) -> fmt::Result {
    let mut all = [0; SHOWN as usize];
    let shown = &mut all[..length.min(SHOWN) as usize];
    if place == 0 || user::copy_from_user(shown, place).is_err() {
        return address(out, place);
    }
    out.write_char('"')?;
    words::escaped(out, shown, is_binary)?;
    out.write_str(if length > SHOWN { "\"..." } else { "\"" })
}

/// How a program's string begins.
struct Beginning {
    bytes: [u8; SHOWN as usize + 1],
    length: usize,
    is_whole: bool,
}

/// The first bytes of the string at `place`, which may end with a page behind which there is nothing.
fn beginning(place: u32) -> Result<Beginning> {
    let mut found = Beginning { bytes: [0; SHOWN as usize + 1], length: 0, is_whole: false };
    while let Some(byte) = found.bytes.get_mut(found.length) {
        let mut one = [0];
        user::copy_from_user(&mut one, place.wrapping_add(found.length as u32))?;
        if one[0] == 0 {
            found.is_whole = true;
            break;
        }
        *byte = one[0];
        found.length += 1;
    }
    Ok(found)
}

/// Writes the NUL-terminated string at `place`.
pub fn string(out: &mut Line, place: u32) -> fmt::Result {
    let found = match beginning(place) {
        Ok(found) if place != 0 => found,
        _ => return address(out, place),
    };
    out.write_char('"')?;
    words::escaped(out, &found.bytes[..found.length.min(SHOWN as usize)], false)?;
    out.write_str(if found.is_whole { "\"" } else { "\"..." })
}

/// Writes a list of at most `count` elements in brackets, each by `show`, which says whether it was the last.
pub fn list(
    out: &mut Line,
    count: u32,
    mut show: impl FnMut(&mut Line, u32) -> core::result::Result<bool, fmt::Error>,
) -> fmt::Result {
    out.write_char('[')?;
    for index in 0..count {
        if index > 0 {
            out.write_str(", ")?;
        }
        if index == SHOWN {
            out.write_str("...")?;
            break;
        }
        if show(out, index)? {
            break;
        }
    }
    out.write_char(']')
}
