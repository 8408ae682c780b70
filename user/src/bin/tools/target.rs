//! Where `cp`, `mv` and `ln` put things: `SOURCE TARGET`, or `SOURCE… DIRECTORY`.

use crate::call::{Call, Stop};
use crate::path::{join, last_part};
use alloc::ffi::CString;
use alloc::vec::Vec;
use core::ffi::CStr;
use tusk_user::stat::{Kind, stat};

/// Pairs each source with its target. A last operand that is a directory takes each source under its own name.
pub fn pairs(call: &mut Call, operands: &[&'static CStr]) -> Result<Vec<(&'static CStr, CString)>, Stop> {
    let [sources @ .., last] = operands else {
        return Err(call.misuse(format_args!("from where, and where to?")));
    };
    if is_directory(last) && !sources.is_empty() {
        return Ok(sources.iter().map(|&source| (source, join(last, last_part(source.to_bytes())))).collect());
    }
    match sources {
        [source] => Ok(alloc::vec![(*source, CString::from(*last))]),
        [] => Err(call.misuse(format_args!("where to?"))),
        _ => Err(call.misuse_of(last, "is no directory to put several things into")),
    }
}

/// Whether a path leads to a directory.
pub fn is_directory(path: &CStr) -> bool {
    stat(path).is_ok_and(|stat| stat.kind() == Kind::Directory)
}
