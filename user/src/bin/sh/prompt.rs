//! The prompt: `[root@tusk CWD]$ `, after the book's `[rabbit@localhost CWD]$ `.

use alloc::vec::Vec;
use tusk_user::directory::{self, PATH_MAX};
use tusk_user::linux;

/// What stands before and behind the directory.
const BEFORE: &[u8] = b"[root@tusk ";
const BEHIND: &[u8] = b"]$ ";

/// The prompt, in a form of at most `columns` characters: with the whole directory, or its last part, or none.
pub fn text(columns: usize) -> Vec<u8> {
    let mut buffer = [0; PATH_MAX];
    let directory = directory::current(&mut buffer).map_or(&b"?"[..], |path| path.to_bytes());
    let last = directory.rsplit(|&byte| byte == b'/').next().unwrap_or(directory);
    let candidates = [[BEFORE, directory, BEHIND].concat(), [BEFORE, last, BEHIND].concat()];
    candidates.into_iter().find(|text| text.len() <= columns).unwrap_or_else(|| b"$ ".to_vec())
}

/// Prints the prompt as it is.
pub fn print() {
    // A terminal that takes nothing more shows no complaint either.
    let _ = linux::write_all(1, &text(usize::MAX));
}
