//! The record of a command: what it wrote, byte for byte, and its status. `tests/busybox/run.sh` says the form.

use super::Form;

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

impl Form for Case {
    fn begun_by(line: &str) -> Option<Self> {
        let name = line.strip_prefix("case ").filter(|name| !name.contains(' '))?;
        Some(Self { name: name.to_owned(), lines: Vec::new(), status: -1 })
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn hear(&mut self, line: &str) -> bool {
        if line.starts_with("1|") || line.starts_with("2|") {
            self.lines.push(line.to_owned());
        }
        let end = line.strip_prefix("end ").and_then(|rest| rest.strip_prefix(self.name.as_str()));
        let status = end.and_then(|rest| rest.strip_prefix(' ')).filter(|status| !status.contains(' '));
        if let Some(status) = status {
            self.status = status.parse().unwrap_or(-1);
        }
        status.is_some()
    }

    fn is_farewell(line: &str) -> bool {
        line == "done"
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
    use super::super::Reader;
    use super::*;

    fn read(text: &str) -> (Vec<Case>, Reader<Case>) {
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
