//! What the runner prints of each command: read line by line, and compared. `tests/busybox/run.sh` says the form.

use std::time::{Duration, Instant};

/// How much of a difference is shown, in lines of each side.
const SHOWN_LINES: usize = 12;

/// The record of one command.
#[derive(Debug, PartialEq, Eq)]
pub struct Case {
    /// Its name.
    pub name: String,
    /// What it wrote, each line behind the number of its stream.
    pub lines: Vec<String>,
    /// Its exit status, as a shell counts.
    pub status: i32,
}

/// Reads records from lines among which others may stand.
#[derive(Default)]
pub struct Reader {
    current: Option<(Case, Instant)>,
    last: Option<String>,
    done: bool,
}

impl Reader {
    /// Takes a line; returns the record that it ends, and how long the command took by our clock.
    pub fn hear(&mut self, line: &str) -> Option<(Case, Duration)> {
        let words: Vec<_> = line.split(' ').collect();
        match (words.as_slice(), &mut self.current) {
            (["case", name], _) => {
                self.last = Some((*name).to_owned());
                let case = Case { name: (*name).to_owned(), lines: Vec::new(), status: 0 };
                self.current = Some((case, Instant::now()));
            }
            (["end", name, status], Some((case, _))) if case.name == *name => {
                let (mut case, started) = self.current.take()?;
                case.status = status.parse().unwrap_or(-1);
                return Some((case, started.elapsed()));
            }
            (["done"], None) => self.done = true,
            (_, Some((case, _))) if line.starts_with("1|") || line.starts_with("2|") => {
                case.lines.push(line.to_owned());
            }
            _ => {}
        }
        None
    }

    /// The command that has begun and not ended.
    pub fn unfinished(&self) -> Option<&str> {
        self.current.as_ref().map(|(case, _)| case.name.as_str())
    }

    /// The command that began last, whether it has ended or not.
    pub fn last_begun(&self) -> Option<&str> {
        self.last.as_deref()
    }

    /// Whether the runner has said that it is through.
    pub fn is_done(&self) -> bool {
        self.done
    }
}

impl Case {
    /// How another system's record differs from this one, which is Linux's; `None` when it does not.
    pub fn differs(&self, other: &Self) -> Option<String> {
        if self == other {
            return None;
        }
        let same = self.lines.iter().zip(&other.lines).take_while(|(one, two)| one == two).count();
        Some(format!(
            "the first {same} lines are equal, then\n  on Linux:\n{}  on Tusk:\n{}",
            self.show_from(same),
            other.show_from(same)
        ))
    }

    fn show_from(&self, first: usize) -> String {
        let rest = &self.lines[first..];
        let mut text: String = rest.iter().take(SHOWN_LINES).map(|line| format!("    {line}\n")).collect();
        if let Some(more @ 1..) = rest.len().checked_sub(SHOWN_LINES) {
            text += &format!("    and {more} lines more\n");
        }
        text + &format!("    exit status {}\n", self.status)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Vec<Case>, Reader) {
        let mut reader = Reader::default();
        let cases = text.lines().filter_map(|line| reader.hear(line)).map(|(case, _)| case).collect();
        (cases, reader)
    }

    #[test]
    fn records_are_found_among_other_lines() {
        let (cases, reader) =
            read("noise\ncase a\n1|x$\nKilled\n2|end a 3$\nend b 0\nend a 137\n1|lost\ncase b\nend b 0\ndone\n");
        let expected = Case { name: "a".into(), lines: vec!["1|x$".into(), "2|end a 3$".into()], status: 137 };
        assert_eq!(cases[0], expected);
        assert_eq!((cases.len(), reader.unfinished(), reader.is_done()), (2, None, true));
        assert_eq!(reader.last_begun(), Some("b"));
    }

    #[test]
    fn the_command_that_ended_all_is_known() {
        let (cases, reader) = read("case a\nend a 0\ncase b\n1|half\n");
        assert_eq!((cases.len(), reader.unfinished(), reader.is_done()), (1, Some("b"), false));
        // A command may print the runner's last word, but only behind the number of its stream.
        assert!(!read("case b\ndone\n").1.is_done());
    }

    #[test]
    fn difference_is_shown_from_where_it_begins() {
        let case = |lines: &[&str], status| Case {
            name: "a".into(),
            lines: lines.iter().map(ToString::to_string).collect(),
            status,
        };
        let linux = case(&["1|same$", "1|one$"], 0);
        assert_eq!(linux.differs(&case(&["1|same$", "1|one$"], 0)), None);
        let how = linux.differs(&case(&["1|same$", "2|two$"], 1)).unwrap();
        assert!(how.contains("first 1 lines") && !how.contains("same$"), "{how}");
        assert!(how.contains("1|one$\n    exit status 0\n") && how.contains("2|two$\n    exit status 1\n"), "{how}");
        assert!(linux.differs(&case(&["1|same$", "1|one$"], 1)).is_some());
        let long = vec!["1|x$"; 40];
        assert!(linux.differs(&case(&long, 0)).unwrap().contains("and 28 lines more"));
    }
}
