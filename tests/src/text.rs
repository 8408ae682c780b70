//! What has arrived on a stream so far, in lines and as a whole.

/// Bytes in order of arrival.
#[derive(Default)]
pub struct Text {
    bytes: Vec<u8>,
    /// Where the first line starts that [`Text::next_line`] has not given out.
    line_start: usize,
    /// Up to where [`Text::find`] has looked.
    searched: usize,
}

impl Text {
    /// Appends what has arrived.
    pub fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// How many bytes there are.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// All of it.
    pub fn all(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// Looks for the words behind what was found last, and remembers where they end.
    pub fn find(&mut self, words: &str) -> bool {
        let rest = &self.bytes[self.searched..];
        let found = rest.windows(words.len()).position(|window| window == words.as_bytes());
        self.searched += found.map_or(0, |at| at + words.len());
        found.is_some()
    }

    /// The next whole line, without its end (`\n` or `\r\n`).
    pub fn next_line(&mut self) -> Option<String> {
        let rest = &self.bytes[self.line_start..];
        let length = rest.iter().position(|byte| *byte == b'\n')?;
        let line = String::from_utf8_lossy(&rest[..length]).trim_end_matches('\r').to_owned();
        self.line_start += length + 1;
        Some(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_when_they_are_whole() {
        let mut text = Text::default();
        text.push(b"one\r\ntw");
        assert_eq!(text.next_line().as_deref(), Some("one"));
        assert_eq!(text.next_line(), None);
        text.push(b"o\n\nrest");
        assert_eq!(text.next_line().as_deref(), Some("two"));
        assert_eq!(text.next_line().as_deref(), Some(""));
        assert_eq!(text.next_line(), None);
        assert_eq!((text.all().as_str(), text.len()), ("one\r\ntwo\n\nrest", 14));
    }

    #[test]
    fn each_find_goes_on_behind_the_last() {
        let mut text = Text::default();
        text.push(b"tusk# a tus");
        assert!(text.find("tusk# "));
        assert!(!text.find("tusk# "));
        text.push(b"k# b");
        assert!(text.find("tusk# "));
        assert!(!text.find("a"));
        assert!(text.find("b"));
    }
}
