//! Bytes from the terminal, as keys.
//!
//! Arrows and their like come as ESC and several bytes (ECMA-48; the numbers are those of the VT220 and of xterm). The
//! bytes are read one at a time: what is behind the line end is for the program that the line starts.

use alloc::vec::Vec;
use tusk_user::file::{self, POLLIN, pollfd};
use tusk_user::{Errno, linux};

/// A key.
#[derive(Debug, PartialEq, Eq)]
pub enum Key {
    /// Text: one character.
    Character(Vec<u8>),
    /// The end of the line.
    Enter,
    /// Tab.
    Tab,
    /// Left, ^B.
    Left,
    /// Right, ^F.
    Right,
    /// ^Left, ESC b: to the beginning of the word.
    WordLeft,
    /// ^Right, ESC f: to the end of the word.
    WordRight,
    /// Up, ^P.
    Up,
    /// Down, ^N.
    Down,
    /// Home, ^A.
    Home,
    /// End, ^E.
    End,
    /// Backspace, ^H.
    Backspace,
    /// Delete.
    Delete,
    /// ^D: Delete, or the end of the input.
    EndOfInput,
    /// ^K: removes what is right of the cursor.
    KillRight,
    /// ^U: removes what is left of it.
    KillLeft,
    /// ^W: removes the word left of it.
    KillWord,
    /// ^L.
    ClearScreen,
    /// ^C.
    Interrupt,
    /// What has no meaning.
    Other,
}

/// How long the rest of a key's bytes may take, in milliseconds: a serial line sends one in less than 10.
const REST_MS: i32 = 100;

/// Waits for a key; `None` at the end of the input.
///
/// # Errors
/// Those of `read`.
pub fn read() -> Result<Option<Key>, Errno> {
    let Some(byte) = read_byte()? else { return Ok(None) };
    Ok(Some(match byte {
        b'\r' | b'\n' => Key::Enter,
        b'\t' => Key::Tab,
        0x7f => Key::Backspace,
        0x1b => escape()?,
        1..=31 => control(byte | 0x60),
        0 => Key::Other,
        _ => character(byte)?,
    }))
}

/// Whether another byte has been typed already: then there is no need to show what the last one did.
pub fn is_pending() -> bool {
    arrives_within(0)
}

/// What a letter means together with the control key.
fn control(letter: u8) -> Key {
    match letter {
        b'a' => Key::Home,
        b'b' => Key::Left,
        b'c' => Key::Interrupt,
        b'd' => Key::EndOfInput,
        b'e' => Key::End,
        b'f' => Key::Right,
        b'h' => Key::Backspace,
        b'k' => Key::KillRight,
        b'l' => Key::ClearScreen,
        b'n' => Key::Down,
        b'p' => Key::Up,
        b'u' => Key::KillLeft,
        b'w' => Key::KillWord,
        _ => Key::Other,
    }
}

/// What comes behind ESC: `[` or `O`, numbers, and a byte that says which; or a letter.
fn escape() -> Result<Key, Errno> {
    match read_rest()? {
        Some(b'[' | b'O') => {}
        Some(b'b') => return Ok(Key::WordLeft),
        Some(b'f') => return Ok(Key::WordRight),
        _ => return Ok(Key::Other),
    }
    let mut numbers = Vec::new();
    loop {
        match read_rest()? {
            Some(byte @ 0x20..=0x3f) => numbers.push(byte),
            Some(last) => return Ok(sequence(&numbers, last)),
            None => return Ok(Key::Other),
        }
    }
}

fn sequence(numbers: &[u8], last: u8) -> Key {
    match (last, numbers) {
        (b'A', _) => Key::Up,
        (b'B', _) => Key::Down,
        (b'C', b"1;5") => Key::WordRight,
        (b'C', _) => Key::Right,
        (b'D', b"1;5") => Key::WordLeft,
        (b'D', _) => Key::Left,
        (b'H', _) | (b'~', b"1" | b"7") => Key::Home,
        (b'F', _) | (b'~', b"4" | b"8") => Key::End,
        (b'~', b"3") => Key::Delete,
        _ => Key::Other,
    }
}

/// A character of which this is the first byte.
fn character(first: u8) -> Result<Key, Errno> {
    let length = match first {
        0xc0..0xe0 => 2,
        0xe0..0xf0 => 3,
        0xf0.. => 4,
        _ => 1,
    };
    let mut bytes = alloc::vec![first];
    while bytes.len() < length {
        match read_rest()? {
            Some(byte) => bytes.push(byte),
            None => break,
        }
    }
    Ok(Key::Character(bytes))
}

/// The next byte of a key, if it comes soon: else it was ESC that was pressed.
fn read_rest() -> Result<Option<u8>, Errno> {
    if arrives_within(REST_MS) { read_byte() } else { Ok(None) }
}

fn arrives_within(time_ms: i32) -> bool {
    let mut files = [pollfd { fd: 0, events: POLLIN as i16, revents: 0 }];
    file::poll(&mut files, time_ms).is_ok_and(|ready| ready > 0)
}

fn read_byte() -> Result<Option<u8>, Errno> {
    let mut byte = [0];
    loop {
        match linux::read(0, &mut byte) {
            Ok(0) => return Ok(None),
            Ok(_) => return Ok(Some(byte[0])),
            Err(Errno::EINTR) => {}
            Err(error) => return Err(error),
        }
    }
}
