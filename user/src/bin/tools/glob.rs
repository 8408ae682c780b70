//! Patterns for names, as shells have them: `*`, `?`, `[a-z]`, `[!a-z]` and the backslash.

/// Whether a pattern matches all of a text.
pub fn matches(pattern: &[u8], text: &[u8]) -> bool {
    let (mut place, mut read) = (0, 0);
    // Where to go on when a later piece does not fit: behind the last `*`, with a byte more taken by it.
    let mut star: Option<(usize, usize)> = None;
    loop {
        let rest = &pattern[place..];
        if let [b'*', ..] = rest {
            place += 1;
            star = Some((place, read));
            continue;
        }
        if rest.is_empty() && read == text.len() {
            return true;
        }
        let fitting = text.get(read).and_then(|&byte| one(rest, byte));
        match (fitting, star) {
            (Some(length), _) => {
                place += length;
                read += 1;
            }
            (None, Some((behind, taken))) if taken < text.len() => {
                star = Some((behind, taken + 1));
                (place, read) = (behind, taken + 1);
            }
            _ => return false,
        }
    }
}

/// Whether the first piece of a pattern, which is no `*`, matches a byte: the piece's length.
fn one(pattern: &[u8], byte: u8) -> Option<usize> {
    match *pattern {
        [] => None,
        [b'?', ..] => Some(1),
        [b'\\', wanted, ..] => (wanted == byte).then_some(2),
        [b'[', ref rest @ ..] => match bracket(rest, byte) {
            Some((true, length)) => Some(length + 1),
            Some((false, _)) => None,
            // Without an end it is an ordinary byte.
            None => (byte == b'[').then_some(1),
        },
        [wanted, ..] => (wanted == byte).then_some(1),
    }
}

/// Whether a byte is in the set behind a `[`, and the set's length with its `]`; `None` when it has no end.
fn bracket(set: &[u8], byte: u8) -> Option<(bool, usize)> {
    let negated = matches!(set.first(), Some(b'!' | b'^'));
    let start = usize::from(negated);
    let mut place = start;
    let mut found = false;
    loop {
        match *set.get(place..)? {
            [] => return None,
            [b']', ..] if place > start => return Some((found != negated, place + 1)),
            [first, b'-', last, ..] if last != b']' => {
                found |= (first..=last).contains(&byte);
                place += 3;
            }
            [only, ..] => {
                found |= only == byte;
                place += 1;
            }
        }
    }
}
