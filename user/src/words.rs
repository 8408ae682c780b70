//! Splits a command line into words, the way a shell does it.
//!
//! Spaces and tabs part the words. `'…'` keeps everything as it is; `"…"` does too but for a backslash before `"` or
//! `\`; outside of quotes a backslash makes the next byte an ordinary one. Quotes may stand in the middle of a word,
//! and `''` is a word without a byte. There are no variables, patterns or operators.
//!
//! Only `core` is used, and no system call, so that the host can test this file as it is.

use core::ffi::CStr;
use core::fmt;

/// Why a line cannot be split.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SplitError {
    /// A `'` or `"` has no partner.
    OpenQuote,
    /// The last byte is a backslash with nothing to act on.
    TrailingBackslash,
    /// A byte of value 0, which no argument of a program can hold.
    NulByte,
    /// The words do not fit into the storage.
    TooLong,
}

impl fmt::Display for SplitError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            SplitError::OpenQuote => "a quote is not closed",
            SplitError::TrailingBackslash => "nothing follows the last backslash",
            SplitError::NulByte => "a byte of value 0 is in it",
            SplitError::TooLong => "it is too long",
        })
    }
}

/// The words of a line, each with a NUL behind it, one after the other.
#[derive(Clone, Debug)]
pub struct Words<'a> {
    bytes: &'a [u8],
}

impl<'a> Iterator for Words<'a> {
    type Item = &'a CStr;

    fn next(&mut self) -> Option<&'a CStr> {
        let word = CStr::from_bytes_until_nul(self.bytes).ok()?;
        self.bytes = &self.bytes[word.count_bytes() + 1..];
        Some(word)
    }
}

/// Where the splitter stands within the line.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Between,
    Word,
    SingleQuotes,
    DoubleQuotes,
}

/// Splits `line` into words, which it lays into `storage`.
///
/// A storage one byte longer than the line is always enough.
///
/// # Errors
/// See [`SplitError`]; the storage's contents are then of no use.
pub fn split<'a>(line: &[u8], storage: &'a mut [u8]) -> Result<Words<'a>, SplitError> {
    let mut place = Place::Between;
    let mut used = 0;
    let mut keep = |byte: u8| {
        *storage.get_mut(used).ok_or(SplitError::TooLong)? = byte;
        used += 1;
        Ok(())
    };

    let mut bytes = line.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        place = match (place, byte) {
            (_, 0) => return Err(SplitError::NulByte),

            (Place::SingleQuotes, b'\'') | (Place::DoubleQuotes, b'"') => Place::Word,
            (Place::DoubleQuotes, b'\\') => {
                let escaped = bytes.next_if(|&next| next == b'"' || next == b'\\').unwrap_or(b'\\');
                keep(escaped)?;
                Place::DoubleQuotes
            }
            (Place::SingleQuotes | Place::DoubleQuotes, byte) => {
                keep(byte)?;
                place
            }

            (Place::Between, b' ' | b'\t') => Place::Between,
            (Place::Word, b' ' | b'\t') => {
                keep(0)?;
                Place::Between
            }
            (_, b'\'') => Place::SingleQuotes,
            (_, b'"') => Place::DoubleQuotes,
            (_, b'\\') => {
                match bytes.next() {
                    None => return Err(SplitError::TrailingBackslash),
                    Some(0) => return Err(SplitError::NulByte),
                    Some(next) => keep(next)?,
                }
                Place::Word
            }
            (_, byte) => {
                keep(byte)?;
                Place::Word
            }
        };
    }

    match place {
        Place::SingleQuotes | Place::DoubleQuotes => return Err(SplitError::OpenQuote),
        Place::Word => keep(0)?,
        Place::Between => {}
    }
    Ok(Words { bytes: &storage[..used] })
}

#[cfg(test)]
mod tests {
    use super::{SplitError, split};

    /// Asserts that a line has exactly these words.
    fn assert_words(line: &str, expected: &[&str]) {
        let mut storage = [0; 128];
        let words = split(line.as_bytes(), &mut storage).expect("the line can be split");
        assert!(words.map(|word| word.to_bytes()).eq(expected.iter().map(|word| word.as_bytes())), "{line}");
    }

    /// Returns the error of a line that cannot be split.
    fn error_of(line: &[u8]) -> Option<SplitError> {
        split(line, &mut [0; 128]).err()
    }

    #[test]
    fn spaces_and_tabs_part_words() {
        assert_words("", &[]);
        assert_words("  \t ", &[]);
        assert_words(" forktree\t 3 ", &["forktree", "3"]);
    }

    #[test]
    fn quotes_keep_spaces_and_empty_words() {
        assert_words("echo 'a  b' \"c  d\"", &["echo", "a  b", "c  d"]);
        assert_words("echo '' \"\" x''", &["echo", "", "", "x"]);
        assert_words("a'b c'd", &["ab cd"]);
        assert_words("'\"' \"'\"", &["\"", "'"]);
    }

    #[test]
    fn backslashes_make_bytes_ordinary() {
        assert_words(r"a\ b \' \\", &["a b", "'", r"\"]);
        assert_words(r#""a\"b\\c\d""#, &[r#"a"b\c\d"#]);
        assert_words(r"'a\b'", &[r"a\b"]);
    }

    #[test]
    fn lines_that_make_no_sense_are_refused() {
        assert_eq!(error_of(b"echo 'a"), Some(SplitError::OpenQuote));
        assert_eq!(error_of(b"echo \"a'"), Some(SplitError::OpenQuote));
        assert_eq!(error_of(b"echo \\"), Some(SplitError::TrailingBackslash));
        assert_eq!(error_of(b"a\0b"), Some(SplitError::NulByte));
        assert_eq!(error_of(b"\\\0"), Some(SplitError::NulByte));
        assert_eq!(error_of(&[b'x'; 128]), Some(SplitError::TooLong));
    }
}
