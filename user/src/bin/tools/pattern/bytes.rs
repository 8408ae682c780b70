//! Sets of bytes: bracket expressions, and the classes that have names.

use crate::matcher::Set;

/// Reads a bracket expression at the beginning of the rest of a pattern, behind its `[`; returns its length too.
pub fn bracket(rest: &[u8], fold_case: bool) -> Result<(Set, usize), &'static str> {
    const OPEN: &str = "a [ is not closed";
    let mut set = Set::EMPTY;
    let negated = rest.first() == Some(&b'^');
    let start = usize::from(negated);
    let mut place = start;
    loop {
        let byte = match *rest.get(place..).unwrap_or_default() {
            [] => return Err(OPEN),
            [b']', ..] if place > start => break,
            [b'[', kind @ (b':' | b'=' | b'.'), ref inner @ ..] => {
                let end = inner.windows(2).position(|window| window == [kind, b']']).ok_or(OPEN)?;
                place += end + 4;
                if kind == b':' {
                    class(&inner[..end], &mut set)?;
                    continue;
                }
                let [byte] = inner[..end] else { return Err("it is only single letters that collate here") };
                byte
            }
            [byte, ..] => {
                place += 1;
                byte
            }
        };
        match *rest.get(place..).unwrap_or_default() {
            [b'-', last, ..] if last != b']' => {
                place += 2;
                if last < byte {
                    return Err("a range ends before it begins");
                }
                (byte..=last).for_each(|byte| set.add(byte));
            }
            _ => set.add(byte),
        }
    }
    if fold_case {
        set = Set::of(|byte| set.has(byte.to_ascii_lowercase()) || set.has(byte.to_ascii_uppercase()));
    }
    Ok((if negated { Set::of(|byte| !set.has(byte)) } else { set }, place + 1))
}

/// Adds the bytes of a class, `alpha` and so on.
fn class(name: &[u8], set: &mut Set) -> Result<(), &'static str> {
    let test = class_test(name).ok_or("there is no such class of bytes")?;
    (0..=u8::MAX).filter(test).for_each(|byte| set.add(byte));
    Ok(())
}

/// What tells whether a byte is in the class of that name.
pub fn class_test(name: &[u8]) -> Option<fn(&u8) -> bool> {
    Some(match name {
        b"alpha" => u8::is_ascii_alphabetic,
        b"digit" => u8::is_ascii_digit,
        b"alnum" => u8::is_ascii_alphanumeric,
        b"upper" => u8::is_ascii_uppercase,
        b"lower" => u8::is_ascii_lowercase,
        b"punct" => u8::is_ascii_punctuation,
        b"xdigit" => u8::is_ascii_hexdigit,
        b"cntrl" => u8::is_ascii_control,
        b"graph" => u8::is_ascii_graphic,
        b"print" => |byte| matches!(byte, b' '..=b'~'),
        b"blank" => |byte| matches!(byte, b' ' | b'\t'),
        b"space" => |&byte| is_space(byte),
        _ => return None,
    })
}

/// Whether a byte belongs to a word.
pub fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Whether a byte is a space of any kind.
pub fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}
