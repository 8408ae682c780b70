//! Patterns: `*`, `?` and `[…]`, and the files whose names they match (POSIX, "Pattern Matching Notation").
//!
//! A backslash in a pattern takes its meaning from the byte behind it: that is how quoted text comes here.

use alloc::ffi::CString;
use alloc::vec::Vec;
use core::ffi::CStr;
use tusk_user::directory;
use tusk_user::file::{self, Descriptor, O_CLOEXEC, O_DIRECTORY, O_RDONLY};
use tusk_user::stat;

/// Bytes of names that are read at once.
const BUFFER_SIZE: usize = 4096;

/// Adds a byte to a pattern so that it stands for itself.
pub fn push_literal(pattern: &mut Vec<u8>, byte: u8) {
    if matches!(byte, b'*' | b'?' | b'[' | b']' | b'\\' | b'-' | b'!' | b'^') {
        pattern.push(b'\\');
    }
    pattern.push(byte);
}

/// The pattern as text, which it is when nothing matches.
pub fn unescape(pattern: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(pattern.len());
    let mut bytes = pattern.iter().copied();
    while let Some(byte) = bytes.next() {
        text.push(if byte == b'\\' { bytes.next().unwrap_or(b'\\') } else { byte });
    }
    text
}

/// The paths that match, sorted; none when there is nothing in the pattern to match with, or nothing does.
pub fn expand(pattern: &[u8]) -> Vec<Vec<u8>> {
    if !is_pattern(pattern) {
        return Vec::new();
    }
    let mut paths = alloc::vec![Vec::new()];
    let mut components = pattern.split(|&byte| byte == b'/').peekable();
    while let Some(component) = components.next() {
        let last = components.peek().is_none();
        if is_pattern(component) {
            paths = paths.iter().flat_map(|path| matches_in(path, component)).collect();
        } else {
            let text = unescape(component);
            paths.iter_mut().for_each(|path| path.extend_from_slice(&text));
        }
        if !last {
            paths.iter_mut().for_each(|path| path.push(b'/'));
        }
    }
    paths.retain(|path| CString::new(path.as_slice()).is_ok_and(|path| stat::link_stat(&path).is_ok()));
    paths.sort_unstable();
    paths
}

/// The paths in `directory` (empty, or with a slash at its end) whose last component matches.
fn matches_in(directory: &[u8], pattern: &[u8]) -> Vec<Vec<u8>> {
    let mut paths = Vec::new();
    for_each_name(directory, |name| {
        // A name with a dot in front is only found by who says so.
        if (!name.starts_with(b".") || pattern.starts_with(b".")) && matches(pattern, name) {
            paths.push([directory, name].concat());
        }
    });
    paths
}

/// Calls `body` with each name in a directory (the current one when the path is empty); one that cannot be read has
/// none.
pub fn for_each_name(path: &[u8], mut body: impl FnMut(&[u8])) {
    let path = if path.is_empty() { b"." } else { path };
    let Ok(path) = CString::new(path) else { return };
    let Ok(descriptor) = open_directory(&path) else { return };
    let mut buffer = [0; BUFFER_SIZE];
    while let Ok(entries) = directory::entries(&descriptor, &mut buffer) {
        let mut count = 0;
        for entry in entries {
            body(entry.name.to_bytes());
            count += 1;
        }
        if count == 0 {
            return;
        }
    }
}

/// Opens a directory to read its names.
pub fn open_directory(path: &CStr) -> Result<Descriptor, tusk_user::Errno> {
    file::open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
}

/// Whether there is anything in it that could match something else than itself.
fn is_pattern(pattern: &[u8]) -> bool {
    let mut bytes = pattern.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'*' | b'?' | b'[' => return true,
            b'\\' => drop(bytes.next()),
            _ => {}
        }
    }
    false
}

/// Whether the pattern stands for the name.
///
/// Only the last `*` is ever tried again: what an earlier one could take instead, the later one can take too.
fn matches(mut pattern: &[u8], mut name: &[u8]) -> bool {
    let mut retry = None;
    loop {
        if let [b'*', rest @ ..] = pattern {
            pattern = rest;
            retry = Some((rest, name));
            continue;
        }
        if pattern.is_empty() && name.is_empty() {
            return true;
        }
        if let Some((pattern_rest, name_rest)) = match_one(pattern, name) {
            (pattern, name) = (pattern_rest, name_rest);
            continue;
        }
        let Some((after_star, from)) = retry else { return false };
        let Some((_, shorter)) = split_character(from) else { return false };
        retry = Some((after_star, shorter));
        (pattern, name) = (after_star, shorter);
    }
}

/// Matches one character; returns what is left of both.
fn match_one<'p, 'n>(pattern: &'p [u8], name: &'n [u8]) -> Option<(&'p [u8], &'n [u8])> {
    let (character, name_rest) = split_character(name)?;
    if let [b'?', rest @ ..] = pattern {
        return Some((rest, name_rest));
    }
    if let [b'[', set @ ..] = pattern
        && let Some((is_in, rest)) = match_set(set, character)
    {
        return is_in.then_some((rest, name_rest));
    }
    let (literal, rest) = split_literal(pattern)?;
    (literal == character).then_some((rest, name_rest))
}

/// Looks for a character in a set, from behind its `[` on; returns the pattern behind the `]` too. `None` when there
/// is no `]`: then the `[` is an ordinary one.
fn match_set(mut set: &[u8], character: u32) -> Option<(bool, &[u8])> {
    let negated = matches!(set, [b'!' | b'^', ..]);
    if negated {
        set = &set[1..];
    }
    let mut found = false;
    let mut first = true;
    loop {
        match set {
            [] => return None,
            [b']', rest @ ..] if !first => return Some((found != negated, rest)),
            _ => {}
        }
        first = false;
        let (low, rest) = split_literal(set)?;
        let (high, rest) = match rest {
            [b'-', after @ ..] if !matches!(after, [] | [b']', ..]) => split_literal(after)?,
            _ => (low, rest),
        };
        found |= (low..=high).contains(&character);
        set = rest;
    }
}

/// The first character of a pattern, where a backslash hides it or not.
fn split_literal(pattern: &[u8]) -> Option<(u32, &[u8])> {
    match pattern {
        [b'\\', rest @ ..] if !rest.is_empty() => split_character(rest),
        _ => split_character(pattern),
    }
}

/// The first character and what is behind it; a byte that is not text counts as a character of its own.
fn split_character(text: &[u8]) -> Option<(u32, &[u8])> {
    /// Beyond all characters.
    const NO_TEXT: u32 = 0x11_0000;
    let first = *text.first()?;
    let length = match first {
        0..0x80 => return Some((first.into(), &text[1..])),
        0xf0.. => 4,
        0xe0.. => 3,
        _ => 2,
    };
    let character = text.get(..length).and_then(|bytes| core::str::from_utf8(bytes).ok()?.chars().next());
    Some(match character {
        Some(character) => (character.into(), &text[length..]),
        None => (NO_TEXT + u32::from(first), &text[1..]),
    })
}
