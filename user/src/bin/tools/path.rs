//! Paths as bytes: joining them and taking them apart.

use alloc::ffi::CString;
use alloc::vec::Vec;
use core::ffi::CStr;

/// Bytes as a path. They come from paths and names, in which there is no NUL.
#[inline(never)]
pub fn from_bytes(bytes: Vec<u8>) -> CString {
    CString::new(bytes).unwrap_or_default()
}

/// The path of `name` in `directory`.
#[inline(never)]
pub fn join(directory: &CStr, name: &[u8]) -> CString {
    let mut path = Vec::with_capacity(directory.count_bytes() + name.len() + 2);
    path.extend_from_slice(directory.to_bytes());
    if !path.ends_with(b"/") {
        path.push(b'/');
    }
    path.extend_from_slice(name);
    from_bytes(path)
}

/// The last part of a path, without slashes; `/` for the root.
#[inline(never)]
pub fn last_part(path: &[u8]) -> &[u8] {
    let trimmed = without_slashes(path);
    match trimmed.iter().rposition(|&byte| byte == b'/') {
        Some(place) if trimmed.len() > 1 => &trimmed[place + 1..],
        _ => trimmed,
    }
}

/// The path of the directory the last part is in: `.` when there is none, `/` for the root.
#[inline(never)]
pub fn parent(path: &[u8]) -> &[u8] {
    let trimmed = without_slashes(path);
    match trimmed.iter().rposition(|&byte| byte == b'/') {
        None => b".",
        Some(place) => match without_slashes(&trimmed[..place]) {
            b"" => b"/",
            rest => rest,
        },
    }
}

/// A path without slashes at its end, but for the root.
pub fn without_slashes(path: &[u8]) -> &[u8] {
    match path.iter().rposition(|&byte| byte != b'/') {
        Some(place) => &path[..=place],
        None => &path[..path.len().min(1)],
    }
}
