//! Splitting a line as a shell does.
//!
//! Words are separated by spaces; `"…"` and `'…'` keep spaces in a word, a backslash takes the next
//! byte as it is (except within `'…'`). This is also what GRUB needs: it hands an argument with a
//! space over as `"argument"`, with a backslash before each `\`, `'` and `"` in it. A word never
//! grows when its quotes are taken off, so that is done in place.

/// Splits a line into words, taking quotes and backslashes off in place. A quote that is never
/// closed ends with the line, a backslash at the very end stands for itself.
pub fn words(line: &mut [u8]) -> Words<'_> {
    Words { rest: line }
}

/// The iterator behind [`words`].
pub struct Words<'a> {
    rest: &'a mut [u8],
}

impl<'a> Iterator for Words<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let line = core::mem::take(&mut self.rest);
        let start = line.iter().position(|byte| !byte.is_ascii_whitespace())?;
        let line = &mut line[start..];
        let (read, written) = unquote_word(line);

        let (word, rest) = line.split_at_mut(read);
        self.rest = rest;
        Some(&word[..written])
    }
}

/// Moves the first word's bytes together at the front of `line`. Says how many bytes were read,
/// and how many of them are the word.
fn unquote_word(line: &mut [u8]) -> (usize, usize) {
    let (mut read, mut written) = (0, 0);
    let mut quote = None;
    while let Some(&byte) = line.get(read) {
        read += 1;
        let kept = match (quote, byte) {
            (None, byte) if byte.is_ascii_whitespace() => break,
            (None, b'"' | b'\'') => {
                quote = Some(byte);
                continue;
            }
            (Some(open), byte) if byte == open => {
                quote = None;
                continue;
            }
            (None | Some(b'"'), b'\\') => match line.get(read) {
                Some(&escaped) => {
                    read += 1;
                    escaped
                }
                None => byte,
            },
            _ => byte,
        };
        line[written] = kept;
        written += 1;
    }
    (read, written)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(line: &str) -> Vec<String> {
        let mut line = line.as_bytes().to_vec();
        words(&mut line).map(|word| String::from_utf8(word.to_vec()).unwrap()).collect()
    }

    #[test]
    fn quotes_and_backslashes() {
        assert_eq!(split("  a  bc\td "), ["a", "bc", "d"]);
        assert_eq!(split(r#"run="echo hi" 'x y'z"#), ["run=echo hi", "x yz"]);
        assert_eq!(split(r#"a\ b \"q\" '\' "\\\"""#), ["a b", "\"q\"", "\\", "\\\""]);
        assert_eq!(split(r#""" '' "open end "#), ["", "", "open end "]);
        assert_eq!(split("end\\"), ["end\\"]);
        assert!(split("   ").is_empty());
    }
}
