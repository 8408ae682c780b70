//! The names in a directory, all at once and in order.

use crate::order::sorted;
use alloc::ffi::CString;
use alloc::vec::Vec;
use core::ffi::CStr;
use tusk_user::Errno;
use tusk_user::directory;
use tusk_user::file::{self, O_CLOEXEC, O_DIRECTORY, O_RDONLY};
use tusk_user::stat::Kind;

/// How much of a directory is read at once, in bytes.
const ROOM: usize = 4096;

/// A name in a directory.
pub struct Name {
    /// The name itself.
    pub name: CString,
    /// What it is, where the file system says so.
    pub kind: Kind,
}

/// Reads a directory: every name but `.` and `..`, ordered by their bytes.
///
/// It is read to its end before anything is done to it: what changes under a reader may come twice or not at all.
///
/// # Errors
/// Those of `open(2)`; ENOTDIR.
#[inline(never)]
pub fn names(path: &CStr) -> Result<Vec<Name>, Errno> {
    let directory = file::open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)?;
    let mut buffer = alloc::vec![0; ROOM];
    let mut names = Vec::new();
    loop {
        let mut entries = directory::entries(&directory, &mut buffer)?.peekable();
        if entries.peek().is_none() {
            break;
        }
        for entry in entries {
            if entry.name != c"." && entry.name != c".." {
                names.push(Name { name: entry.name.into(), kind: entry.kind });
            }
        }
    }
    Ok(sorted(names, |one, other| one.name.cmp(&other.name)))
}
