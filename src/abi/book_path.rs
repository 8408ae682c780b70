//! Paths and names as the book has them: shorter than Linux's.
//!
//! A directory entry on the book's disc has room for 15 bytes and a NUL, and a path is kept in 512. The book does not
//! look at either length before it is too late (S8). Book: chapter 14, `MAX_FILE_NAME_LEN`, `MAX_PATH_LEN`.

use super::strings::copy_string;
use crate::errno::{Errno, Result};
use alloc::vec::Vec;

/// Bytes in a name, its NUL included.
#[doc(alias = "MAX_FILE_NAME_LEN")]
pub const NAME_BYTES: usize = 16;
/// Bytes in a path, its NUL included.
#[doc(alias = "MAX_PATH_LEN")]
const PATH_BYTES: usize = 512;

/// Copies the path at the program's `address`, without its NUL.
///
/// # Errors
/// EFAULT, ENAMETOOLONG, ENOMEM.
pub fn copy(address: u32) -> Result<Vec<u8>> {
    copy_string(address, PATH_BYTES)
}

/// As [`copy`], for a file or a directory that is to be made.
///
/// # Errors
/// As [`copy`]; ENAMETOOLONG also for a last name that no entry of the book's has room for.
pub fn copy_new(address: u32) -> Result<Vec<u8>> {
    let path = copy(address)?;
    let last = path.rsplit(|&byte| byte == b'/').find(|name| !name.is_empty());
    let is_too_long = last.is_some_and(|name| name.len() >= NAME_BYTES);
    if is_too_long { Err(Errno::NAMETOOLONG) } else { Ok(path) }
}
