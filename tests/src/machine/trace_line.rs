//! A line of the trace, as docs/trace.md says what is on it.

use anyhow::{Context, Result};

/// One event.
pub struct Line {
    /// When.
    pub cycles: u64,
    /// In which process.
    pub pid: u64,
    /// `>` begins, `<` ends, `.` happens.
    pub mark: char,
    /// What, with its group: `fork:sys_fork`.
    pub name: String,
    /// Its words, as they stand there.
    pub rest: String,
}

impl Line {
    /// Reads a line, which must be a whole one.
    pub fn read(line: &str) -> Result<Self> {
        let mut parts = line.splitn(5, ' ');
        let mut part = || parts.next().with_context(|| format!("{line:?} is cut off"));
        let (cycles, pid) = (part()?.parse()?, part()?.parse()?);
        let (mark, name) = (part()?.parse()?, part()?.to_owned());
        Ok(Self { cycles, pid, mark, name, rest: parts.next().unwrap_or_default().to_owned() })
    }

    /// The word behind `key=`. (A name with a space in it is cut off there.)
    pub fn word(&self, key: &str) -> Result<&str> {
        let found = self.rest.split(' ').find_map(|word| word.strip_prefix(key)?.strip_prefix('='));
        found.with_context(|| format!("{} has no {key}", self.name))
    }

    /// The same as a number.
    pub fn value(&self, key: &str) -> Option<u64> {
        let word = self.word(key).ok()?;
        word.strip_prefix("0x").map_or_else(|| word.parse().ok(), |digits| u64::from_str_radix(digits, 16).ok())
    }

    /// Mark and name: `> fork:sys_fork`.
    pub fn title(&self) -> String {
        format!("{} {}", self.mark, self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_numbers_are_found() {
        let line = Line::read("4294967296 3 . fork:page page=0x8048000 parent=12 how=shared").unwrap();
        assert_eq!((line.cycles, line.pid, line.title().as_str()), (1 << 32, 3, ". fork:page"));
        assert_eq!((line.value("page"), line.value("parent")), (Some(0x804_8000), Some(12)));
        assert_eq!((line.word("how").unwrap(), line.value("how"), line.value("pid")), ("shared", None, None));
    }

    #[test]
    fn what_is_cut_off_is_no_line() {
        assert!(Line::read("1 2 >").is_err() && Line::read("1 2 >> a:b").is_err() && Line::read("").is_err());
        assert_eq!(Line::read("1 2 < a:b").unwrap().rest, "");
    }
}
