//! The root file system: a cpio archive in memory, read where the loader put it.
//!
//! Programs are run from it without being copied first, and nothing can be written to it.

use super::cpio::{Archive, Entry, components};
use crate::errno::{Errno, Result};
use alloc::vec::Vec;
use spin::Once;

/// The archive, once [`mount`] has checked it.
static ROOT: Once<Archive<'static>> = Once::new();

/// Takes `bytes` as the root file system and returns how many entries it has.
///
/// # Errors
/// EINVAL when it is no newc archive, or a damaged one.
pub fn mount(bytes: &'static [u8]) -> Result<usize> {
    let archive = Archive::new(bytes).map_err(|_| Errno::INVAL)?;
    Ok(ROOT.call_once(|| archive).entries().count())
}

/// The file at `path`.
///
/// # Errors
/// ENOENT; ENOTDIR when a part of the path before the last is no directory, or the last is none and
/// a slash follows it; ENOMEM.
fn find(path: &[u8]) -> Result<Entry<'static>> {
    let root = ROOT.get().filter(|_| !path.is_empty()).ok_or(Errno::NOENT)?;
    let wants_directory = path.ends_with(b"/") || path.ends_with(b"/.");
    let path = normalised(path)?;
    match root.find(&path) {
        Some(entry) if wants_directory && !entry.is_directory() => Err(Errno::NOTDIR),
        Some(entry) => Ok(entry),
        None if root.runs_through_a_file(&path) => Err(Errno::NOTDIR),
        None => Err(Errno::NOENT),
    }
}

/// The path without what names nothing: empty parts and `.`. What is searched for again and again
/// should be short, however many slashes a program writes.
fn normalised(path: &[u8]) -> Result<Vec<u8>> {
    let mut short = Vec::new();
    short.try_reserve(path.len() + 1).map_err(|_| Errno::NOMEM)?;
    for part in components(path) {
        short.push(b'/');
        short.extend_from_slice(part);
    }
    Ok(short)
}

/// The contents of the file at `path`.
///
/// # Errors
/// ENOENT; EISDIR, EACCES for what is not a regular file.
pub fn contents(path: &[u8]) -> Result<&'static [u8]> {
    let entry = find(path)?;
    match (entry.is_regular(), entry.is_directory()) {
        (true, _) => Ok(entry.data),
        (_, true) => Err(Errno::ISDIR),
        _ => Err(Errno::ACCES),
    }
}

/// The contents of the program at `path`.
///
/// # Errors
/// ENOENT; EACCES when it is no regular file or has no execute permission (`man 2 execve`).
pub fn executable(path: &[u8]) -> Result<&'static [u8]> {
    const ANY_EXECUTE: u32 = 0o111;
    let entry = find(path)?;
    if entry.is_regular() && entry.mode & ANY_EXECUTE != 0 { Ok(entry.data) } else { Err(Errno::ACCES) }
}
