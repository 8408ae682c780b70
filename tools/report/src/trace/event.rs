//! One event: `CYCLES PID MARK GROUP:NAME key=value key="value"…`.

use anyhow::{Context, Result, anyhow, bail};

/// What an event says of the thing it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// It begins: `>`.
    Begin,
    /// It ends: `<`.
    End,
    /// It happened: `.`.
    Point,
}

/// One line of the trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Cycles since the kernel's first instruction, less what tracing cost.
    pub cycles: u64,
    /// Who ran.
    pub pid: u32,
    /// Begin, end, or neither.
    pub mark: Mark,
    /// `fork`, `sched`, ….
    pub group: String,
    /// Within the group; of fork, the book's function.
    pub name: String,
    fields: Vec<(String, String)>,
}

impl Event {
    /// Reads one line.
    ///
    /// # Errors
    /// Says which part of it is not as it should be.
    pub fn parse(line: &str) -> Result<Self> {
        let mut words = line.splitn(5, ' ');
        let mut word = |what: &str| words.next().filter(|word| !word.is_empty()).with_context(|| format!("no {what}"));
        let cycles = word("cycle count")?.parse().context("the cycle count is no number")?;
        let pid = word("pid")?.parse().context("the pid is no number")?;
        let mark = match word("mark")? {
            ">" => Mark::Begin,
            "<" => Mark::End,
            "." => Mark::Point,
            other => bail!("'{other}' is none of the marks > < ."),
        };
        let (group, name) = word("name")?.split_once(':').context("the name has no group")?;
        let fields = fields(words.next().unwrap_or_default())?;
        Ok(Self { cycles, pid, mark, group: group.into(), name: name.into(), fields })
    }

    /// Whether it is about that thing.
    pub fn is(&self, group: &str, name: &str) -> bool {
        self.group == group && self.name == name
    }

    /// The text of a field, without its quotation marks.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.fields.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// The number in a field: decimal, or with 0x.
    ///
    /// # Errors
    /// There is no such field, or no number in it.
    pub fn number(&self, key: &str) -> Result<u32> {
        let text = self.text(key).ok_or_else(|| anyhow!("{}:{} does not tell '{key}'", self.group, self.name))?;
        let number = match text.strip_prefix("0x") {
            Some(digits) => u32::from_str_radix(digits, 16),
            None => text.parse(),
        };
        number.with_context(|| format!("{}:{} has {key}={text}, which is no number", self.group, self.name))
    }
}

/// Splits `key=value key="va lue"`.
fn fields(text: &str) -> Result<Vec<(String, String)>> {
    let mut fields = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (key, after) = rest.split_once('=').with_context(|| format!("'{rest}' is no key=value"))?;
        let (value, after) = match after.strip_prefix('"') {
            Some(quoted) => unquoted(quoted).with_context(|| format!("the text of '{key}' has no end"))?,
            None => {
                let end = after.find(' ').unwrap_or(after.len());
                (after[..end].to_owned(), &after[end..])
            }
        };
        fields.push((key.to_owned(), value));
        rest = after.trim_start();
    }
    Ok(fields)
}

/// What stands before the closing quotation mark, and what after it. A backslash takes the next character as it is.
fn unquoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((index, character)) = characters.next() {
        match character {
            '"' => return Some((value, &text[index + 1..])),
            '\\' => value.push(characters.next()?.1),
            other => value.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_of_a_line_is_read() {
        let event = Event::parse(r#"123456 7 . fork:page page=0x8049000 parent_frame=0x1a3000 how=bounce"#).unwrap();
        assert_eq!((event.cycles, event.pid, event.mark), (123_456, 7, Mark::Point));
        assert!(event.is("fork", "page"));
        assert_eq!(event.number("page").unwrap(), 0x0804_9000);
        assert_eq!(event.text("how"), Some("bounce"));
    }

    #[test]
    fn quoted_text_may_have_spaces_and_quotes() {
        let event = Event::parse(r#"1 2 . exec:program name="a \"b\" c=d" argc=2"#).unwrap();
        assert_eq!(event.text("name"), Some(r#"a "b" c=d"#));
        assert_eq!(event.number("argc").unwrap(), 2);
    }

    #[test]
    fn what_is_wrong_with_a_line_is_said() {
        for (line, words) in [
            ("", "no cycle count"),
            ("x 1 > a:b", "no number"),
            ("1 2 ? a:b", "none of the marks"),
            ("1 2 > fork", "no group"),
            ("1 2 . a:b k", "no key=value"),
            ("1 2 . a:b k=\"v", "has no end"),
        ] {
            let error = Event::parse(line).unwrap_err();
            assert!(format!("{error:#}").contains(words), "{line:?}: {error:#}");
        }
    }

    #[test]
    fn a_field_that_is_not_there_is_named() {
        let event = Event::parse("1 2 . fork:ready parent=4").unwrap();
        assert!(event.number("pid").unwrap_err().to_string().contains("fork:ready does not tell 'pid'"));
    }
}
