//! Strings and small records that cross the boundary.

use crate::arch::interrupt;
use crate::errno::{Errno, Result};
use crate::fs::path::PATH_MAX;
use crate::mm::user;
use alloc::vec::Vec;

/// Copies a path of at most 4,095 bytes, without its NUL.
///
/// # Errors
/// EFAULT, ENAMETOOLONG, ENOMEM.
pub fn copy_path(address: u32) -> Result<Vec<u8>> {
    copy_string(address, PATH_MAX)
}

/// Copies a string that has at most `limit` bytes with its NUL, without that.
///
/// # Errors
/// EFAULT, ENAMETOOLONG, ENOMEM.
pub fn copy_string(address: u32, limit: usize) -> Result<Vec<u8>> {
    let mut string = Vec::new();
    push_string(&mut string, address, limit, Errno::NAMETOOLONG)?;
    string.pop();
    Ok(string)
}

/// Copies a NULL-terminated array of strings, each with its NUL; none for a null pointer, which is
/// Linux's leniency.
///
/// # Errors
/// EFAULT, ENOMEM; E2BIG beyond `limit` bytes.
pub fn copy_strings(array: u32, limit: usize) -> Result<Vec<u8>> {
    let mut strings = Vec::new();
    let mut place = array;
    while place != 0 {
        let string = user::read_u32(place)?;
        if string == 0 {
            break;
        }
        push_string(&mut strings, string, limit, Errno::TOO_BIG)?;
        place = place.checked_add(4).ok_or(Errno::FAULT)?;
        interrupt::window();
    }
    Ok(strings)
}

/// Appends the program's string at `address` with its NUL, a piece at a time, until `all` is
/// `limit` long.
fn push_string(all: &mut Vec<u8>, address: u32, limit: usize, too_long: Errno) -> Result<()> {
    let mut place = address;
    loop {
        // Never past the end of a page that is there: what lies behind the NUL need not exist.
        let start = all.len();
        let piece = ((64 - place % 64) as usize).min(limit - start);
        if piece == 0 {
            return Err(too_long);
        }
        all.try_reserve(piece).map_err(|_| Errno::NOMEM)?;
        all.resize(start + piece, 0);
        user::copy_from_user(&mut all[start..], place)?;
        if let Some(end) = all[start..].iter().position(|&byte| byte == 0) {
            all.truncate(start + end + 1);
            return Ok(());
        }
        place = place.checked_add(piece as u32).ok_or(Errno::FAULT)?;
        interrupt::window();
    }
}
