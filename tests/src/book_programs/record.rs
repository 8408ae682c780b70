//! What the runner prints of each program, and how it is compared. `tests/book/run.c` says the form.

use crate::log;
use crate::runner::Form;

/// A line of what is expected that stands for any lines, one at least.
const ANY_LINES: &str = "...";

/// The record of one program.
#[derive(Debug)]
pub struct Ran {
    /// Its name.
    pub name: String,
    /// What it printed, line by line; the last one is empty when the end of a line came before it.
    lines: Vec<String>,
    /// What it ended with.
    pub status: i32,
}

impl Form for Ran {
    fn begun_by(line: &str) -> Option<Self> {
        let name = line.strip_prefix("== ")?.strip_suffix(" begins").filter(|name| !name.contains(' '))?;
        Some(Self { name: name.to_owned(), lines: Vec::new(), status: -1 })
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn hear(&mut self, line: &str) -> bool {
        let end = line.strip_prefix("== ").and_then(|rest| rest.strip_prefix(self.name.as_str()));
        if let Some(status) = end.and_then(|rest| rest.strip_prefix(" ended with ")) {
            self.status = status.parse().unwrap_or(-1);
            return true;
        }
        // The kernel's log comes with stamps, on a stream of its own.
        if log::line(line).is_none() {
            self.lines.push(line.to_owned());
        }
        false
    }

    fn is_farewell(line: &str) -> bool {
        line == "== all done"
    }
}

impl Ran {
    /// Where what was printed differs from what is expected; `None` when it does not.
    pub fn differs(&self, expected: &str) -> Option<String> {
        let mut seen = self.lines.iter().map(String::as_str).peekable();
        let mut lines = expected.split('\n').peekable();
        while let Some(line) = lines.next() {
            if line == ANY_LINES {
                let next = lines.peek().copied();
                if seen.next().is_none() {
                    return Some("nothing stands where any lines may".to_owned());
                }
                while seen.peek().is_some_and(|&seen| Some(seen) != next) {
                    seen.next();
                }
                continue;
            }
            match seen.next() {
                Some(seen) if seen == line => {}
                seen => return Some(format!("{:?} instead of {line:?}", seen.unwrap_or("the end"))),
            }
        }
        seen.next().map(|more| format!("{more:?} behind the end"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runner::Reader;

    fn read(text: &str) -> (Vec<Ran>, Reader<Ran>) {
        let mut reader = Reader::default();
        let all = text.split('\n').filter_map(|line| reader.hear(line)).map(|(ran, _)| ran).collect();
        (all, reader)
    }

    #[test]
    fn records_are_found_among_other_lines() {
        let (all, reader) =
            read("noise\n== a begins\nx\n[    0.500000] log\n\n== b ended with 1\n\n== a ended with 66\n== all done\n");
        assert_eq!((all.len(), all[0].name.as_str(), all[0].status), (1, "a", 66));
        assert_eq!(all[0].differs("x\n\n== b ended with 1\n"), None);
        assert_eq!((reader.unfinished(), reader.last_begun(), reader.is_done()), (None, Some("a"), true));
    }

    #[test]
    fn last_line_may_have_no_end() {
        assert_eq!(read("== a begins\nx\n== a ended with 0\n").0[0].differs("x"), None);
        assert!(read("== a begins\nx\n== a ended with 0\n").0[0].differs("x\n").is_some());
        assert_eq!(read("== a begins\nx\n\n== a ended with 0\n").0[0].differs("x\n"), None);
    }

    #[test]
    fn program_that_ended_all_is_known() {
        let (all, reader) = read("== a begins\n\n== a ended with 0\n== b begins\nhalf\n");
        assert_eq!((all.len(), reader.unfinished(), reader.is_done()), (1, Some("b"), false));
    }

    #[test]
    fn dots_stand_for_any_lines() {
        let ran = read("== a begins\nhead\none\ntwo\ntail\n\n== a ended with 0\n").0.remove(0);
        assert_eq!(ran.differs("head\n...\ntail\n"), None);
        assert_eq!(ran.differs("head\n...\ntwo\ntail\n"), None);
        assert!(ran.differs("head\n...\nother\n").is_some());
        assert!(ran.differs("head\none\ntwo\n...\ntail\n").is_some());
        assert!(ran.differs("head\none\n").is_some());
    }
}
