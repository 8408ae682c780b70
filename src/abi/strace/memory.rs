//! What a trace reads of a program's memory: only by `mm::user`, and the bare address where it cannot be read.

use super::line::Line;
use super::words;
use crate::fs::path::PATH_MAX;
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
    words::escaped(out, shown, shown.len(), is_binary)?;
    out.write_str(if length > SHOWN { "\"..." } else { "\"" })
}

/// Writes the NUL-terminated string at `place`, as far as strings are shown.
pub fn string(out: &mut Line, place: u32) -> fmt::Result {
    terminated(out, place, SHOWN)
}

/// Writes the path at `place`, whole.
pub fn path(out: &mut Line, place: u32) -> fmt::Result {
    terminated(out, place, PATH_MAX as u32 - 1)
}

/// Writes at most `most` bytes of the NUL-terminated string at `place`: piece by piece, and the bare address when it
/// cannot be read to its end, or to the last byte that is shown.
fn terminated(out: &mut Line, place: u32, most: u32) -> fmt::Result {
    let (Some(length), true) = (length(place, most), place != 0) else { return address(out, place) };
    out.write_char('"')?;
    let (mut done, shown) = (0, length.min(most));
    while done < shown {
        let mut bytes = [0; SHOWN as usize + 1];
        let piece = (shown - done).min(SHOWN);
        // One byte more, if there is one: how a byte is written depends on the next.
        let read = &mut bytes[..(shown - done).min(SHOWN + 1) as usize];
        if user::copy_from_user(read, place.wrapping_add(done)).is_err() {
            break;
        }
        words::escaped(out, read, piece as usize, false)?;
        done += piece;
    }
    out.write_str(if length > most { "\"..." } else { "\"" })
}

/// How long the string at `place` is: more than `most` when it is longer than that, `None` when it cannot be read.
fn length(place: u32, most: u32) -> Option<u32> {
    for index in 0..=most {
        let mut byte = [0];
        match user::copy_from_user(&mut byte, place.wrapping_add(index)) {
            Ok(()) if byte[0] == 0 => return Some(index),
            // What is not shown need not be there.
            Err(_) if index < most => return None,
            _ => {}
        }
    }
    Some(most + 1)
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
