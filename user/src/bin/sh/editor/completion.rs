//! What Tab makes of a line: commands where a command is expected, else file names.

use crate::builtins::BUILTINS;
use crate::glob;
use crate::shell::{DEFAULT_PATH, Shell};
use alloc::ffi::CString;
use alloc::vec::Vec;
use tusk_user::directory::access;
use tusk_user::stat::{self, Kind};

/// What the word before the cursor can become.
pub struct Completion {
    /// What is to be inserted at the cursor, made safe for the quotes it is in.
    pub insertion: Vec<u8>,
    /// The names there are, sorted.
    pub candidates: Vec<Vec<u8>>,
}

/// The word the cursor is behind.
struct Current {
    /// Its text, without quotes.
    text: Vec<u8>,
    /// The quote that is open in it.
    quote: Option<u8>,
    /// Whether it is where a command is expected.
    is_command: bool,
}

/// Finds what could stand behind `line`.
pub fn complete(shell: &Shell, line: &[u8]) -> Completion {
    let current = current_word(line);
    let slash = current.text.iter().rposition(|&byte| byte == b'/');
    let (typed_directory, prefix) = current.text.split_at(slash.map_or(0, |slash| slash + 1));
    let is_name = current.is_command && slash.is_none();
    let mut directory = typed_directory.to_vec();
    if typed_directory.starts_with(b"~/") && current.quote.is_none() {
        directory.splice(..1, shell.home().iter().copied());
    }

    let mut candidates = if is_name { commands(shell, prefix) } else { files(&directory, prefix) };
    candidates.sort_unstable();
    candidates.dedup();
    let mut rest = common_beginning(&candidates).get(prefix.len()..).unwrap_or(&[]).to_vec();
    rest = escape(&rest, current.quote);
    if let [only] = candidates.as_slice() {
        let is_directory = !is_name && is_directory(&[&directory, only.as_slice()].concat());
        match (is_directory, current.quote) {
            (true, _) => rest.push(b'/'),
            (false, Some(quote)) => rest.extend_from_slice(&[quote, b' ']),
            (false, None) => rest.push(b' '),
        }
    }
    Completion { insertion: rest, candidates }
}

/// The last word of a line that need not be finished.
fn current_word(line: &[u8]) -> Current {
    let mut current = Current { text: Vec::new(), quote: None, is_command: true };
    let mut begun = false;
    let mut bytes = line.iter().copied();
    while let Some(byte) = bytes.next() {
        match (current.quote, byte) {
            (Some(quote), byte) if byte == quote => current.quote = None,
            (Some(b'"') | None, b'\\') => {
                begun = true;
                current.text.extend(bytes.next());
            }
            (Some(_), byte) => current.text.push(byte),
            (None, b'\'' | b'"') => {
                begun = true;
                current.quote = Some(byte);
            }
            (None, b' ' | b'\t' | b'<' | b'>') => {
                // A name has come, or a file's name is to come.
                current.is_command = current.is_command && !begun && !matches!(byte, b'<' | b'>');
                begun = false;
                current.text.clear();
            }
            (None, b'|' | b'&' | b';' | b'(' | b'`') => {
                current.is_command = true;
                begun = false;
                current.text.clear();
            }
            (None, byte) => {
                begun = true;
                current.text.push(byte);
            }
        }
    }
    current
}

/// The commands that begin so: builtins, and what can be run in the directories of `PATH`.
fn commands(shell: &Shell, prefix: &[u8]) -> Vec<Vec<u8>> {
    let names = BUILTINS.iter().map(|builtin| builtin.name.as_bytes());
    let mut commands: Vec<Vec<u8>> = names.filter(|name| name.starts_with(prefix)).map(<[u8]>::to_vec).collect();
    let path = shell.variables.get(b"PATH").unwrap_or(DEFAULT_PATH);
    for directory in path.split(|&byte| byte == b':') {
        let directory = if directory.is_empty() { b"." } else { directory };
        glob::for_each_name(directory, |name| {
            if name.starts_with(prefix) && can_run(&[directory, b"/", name].concat()) {
                commands.push(name.to_vec());
            }
        });
    }
    commands
}

/// The names in a directory that begin so; those with a dot in front only when one was typed.
fn files(directory: &[u8], prefix: &[u8]) -> Vec<Vec<u8>> {
    let mut names = Vec::new();
    glob::for_each_name(directory, |name| {
        let wanted = if prefix.is_empty() { !name.starts_with(b".") } else { !matches!(name, b"." | b"..") };
        if wanted && name.starts_with(prefix) {
            names.push(name.to_vec());
        }
    });
    names
}

fn can_run(path: &[u8]) -> bool {
    let Ok(path) = CString::new(path) else { return false };
    stat::stat(&path).is_ok_and(|stat| stat.kind() == Kind::File) && access(&path, linux_raw_sys::general::X_OK).is_ok()
}

fn is_directory(path: &[u8]) -> bool {
    CString::new(path).is_ok_and(|path| stat::stat(&path).is_ok_and(|stat| stat.kind() == Kind::Directory))
}

/// What all names begin with, in whole characters.
fn common_beginning(names: &[Vec<u8>]) -> &[u8] {
    let Some((first, others)) = names.split_first() else { return &[] };
    let same = |other: &Vec<u8>| first.iter().zip(other).take_while(|(one, another)| one == another).count();
    let mut length = others.iter().map(same).min().unwrap_or(first.len());
    while length > 0 && first.get(length).is_some_and(|byte| byte & 0xc0 == 0x80) {
        length -= 1;
    }
    &first[..length]
}

/// The text as it has to be typed to mean itself.
fn escape(text: &[u8], quote: Option<u8>) -> Vec<u8> {
    let special: &[u8] = match quote {
        None => b" \t\\'\"`$|&;<>()*?[#~!",
        Some(b'"') => b"\\\"`$",
        Some(_) => b"",
    };
    let mut escaped = Vec::with_capacity(text.len());
    for &byte in text {
        if special.contains(&byte) {
            escaped.push(b'\\');
        }
        escaped.push(byte);
    }
    escaped
}
