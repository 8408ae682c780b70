//! A record as a line: `CYCLES PID MARK GROUP:NAME key=value …`.
//!
//! Written in small pieces straight to where it goes: a tracepoint may lie where little is left of the ring-0 stack.
//! docs/trace.md is the format's description.

use super::event::{Arguments, EventLine, Kind, Mark, Record};
use super::events::GROUPS;
use core::fmt::{self, Write};

/// What a system call is called, and its words: its name at place 0, those of what it is given, with how they are printed,
/// from place 1 on. Asked for by number. The tables lie far above us (src/abi), so they are a hook.
pub type CallNames = fn(number: u32, place: usize) -> Option<(&'static str, Kind)>;

/// Writes `record` to `out`, without the end of the line.
///
/// # Errors
/// As writing to `out`.
pub fn write(out: &mut dyn Write, record: &Record, calls: Option<CallNames>) -> fmt::Result {
    write!(out, "{} {} {} ", record.cycles, record.pid, record.mark.sign())?;
    let group = GROUPS.get(record.event.group());
    let found = group.and_then(|group| Some((group, group.events.get(record.event.number())?)));
    let Some((group, line)) = found else { return write!(out, "unknown:{}", record.event.0) };
    write!(out, "{}:{}", group.name, line.name)?;

    let words = &record.words[..usize::from(record.count).min(record.words.len())];
    for (index, (&(name, kind), &word)) in arguments(line, record.mark).iter().zip(words).enumerate() {
        write_word(out, name, kind, word, &words[index..], words[0], calls)?;
    }
    Ok(())
}

fn arguments(line: &EventLine, mark: Mark) -> Arguments {
    match mark {
        Mark::End => line.results.unwrap_or(&[]),
        Mark::Begin | Mark::Point => line.arguments,
    }
}

/// Writes ` name=word`; `rest` is the word and what follows, `first` the first of all.
fn write_word(
    out: &mut dyn Write,
    name: &str,
    kind: Kind,
    word: u32,
    rest: &[u32],
    first: u32,
    calls: Option<CallNames>,
) -> fmt::Result {
    match kind {
        Kind::Decimal => write!(out, " {name}={word}"),
        Kind::Signed => write!(out, " {name}={}", word as i32),
        Kind::Hex => write!(out, " {name}={word:#x}"),
        Kind::Choice(names) => match names.get(word as usize) {
            Some(value) => write!(out, " {name}={value}"),
            None => write!(out, " {name}={word}"),
        },
        Kind::Text => {
            write!(out, " {name}=\"")?;
            let bytes = rest.iter().flat_map(|word| word.to_le_bytes()).take_while(|&byte| byte != 0);
            bytes.into_iter().try_for_each(|byte| write!(out, "{}", byte.escape_ascii()))?;
            out.write_str("\"")
        }
        Kind::Call => {
            write!(out, " {name}={word}")?;
            match calls.and_then(|calls| calls(word, 0)) {
                Some((call, _)) => write!(out, " call=\"{call}\""),
                None => Ok(()),
            }
        }
        Kind::CallWord(place) => match calls.map(|calls| calls(first, place)) {
            Some(Some((name, kind))) => write_word(out, name, kind, word, rest, first, None),
            // The call is known and has no more words.
            Some(None) if calls.is_some_and(|calls| calls(first, 0).is_some()) => Ok(()),
            _ => write!(out, " {name}={word:#x}"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::super::event::{Event, WORDS, pack};
    use super::super::events::Group;
    use super::*;

    /// The line of the event called `name` in `group`, with those words.
    fn line(group: Group, name: &str, mark: Mark, words: &[u32]) -> String {
        let events = GROUPS[group as usize].events;
        let number = events.iter().position(|event| event.name == name).expect("an event's name");
        let mut all = [0; WORDS];
        all[..words.len()].copy_from_slice(words);
        let event = Event::new(group as u8, number as u8);
        let record = Record { cycles: 1 << 40, pid: 3, event, mark, count: words.len() as u8, words: all };
        let mut text = String::new();
        write(&mut text, &record, Some(calls)).unwrap();
        text.strip_prefix("1099511627776 3 ").expect("cycles and pid").to_string()
    }

    fn calls(number: u32, place: usize) -> Option<(&'static str, Kind)> {
        match (number, place) {
            (4, 0) => Some(("write", Kind::Decimal)),
            (4, 1) => Some(("fd", Kind::Signed)),
            (4, 2) => Some(("buf", Kind::Hex)),
            _ => None,
        }
    }

    #[test]
    fn steps_begin_and_end() {
        assert_eq!(line(Group::Fork, "sys_fork", Mark::Begin, &[]), "> fork:sys_fork");
        assert_eq!(line(Group::Fork, "sys_fork", Mark::End, &[]), "< fork:sys_fork");
    }

    #[test]
    fn words_by_kind() {
        let words = [0x804_8000, 0x123_4000, 0xc010_0000, 0x77_7000, 0];
        assert_eq!(
            line(Group::Fork, "page", Mark::Point, &words),
            ". fork:page page=0x8048000 parent_frame=0x1234000 through=0xc0100000 child_frame=0x777000 how=bounce"
        );
        assert_eq!(line(Group::Fork, "ready", Mark::Point, &[1, 2]), ". fork:ready parent=1 pid=2");
    }

    #[test]
    fn names_are_quoted() {
        for (name, shown) in [("ls", "ls"), ("a b", "a b"), ("a\"b\n", "a\\\"b\\n"), ("é", "\\xc3\\xa9"), ("", "")] {
            let (words, count) = pack(name.as_bytes());
            let text = line(Group::Exec, "program", Mark::Point, &words[..count]);
            // A name of no bytes has no words: nothing is said of it.
            let shown = if name.is_empty() { String::new() } else { format!(" name=\"{shown}\"") };
            assert_eq!(text, format!(". exec:program{shown}"));
        }
        let (words, count) = pack(&[b'x'; 100]);
        assert!(
            line(Group::Exec, "program", Mark::Point, &words[..count]).ends_with(&format!("\"{}\"", "x".repeat(32)))
        );
    }

    #[test]
    fn system_calls_have_names_where_they_are_known() {
        let call = |mark, words: &[u32]| line(Group::Syscall, "call", mark, words);
        assert_eq!(
            call(Mark::Begin, &[4, u32::MAX, 0x1000, 7, 8, 9, 10]),
            "> syscall:call number=4 call=\"write\" fd=-1 buf=0x1000"
        );
        assert_eq!(call(Mark::End, &[4, -9_i32 as u32]), "< syscall:call number=4 call=\"write\" result=-9");
        assert_eq!(
            call(Mark::Begin, &[999, 1, 2, 3, 4, 5, 6]),
            "> syscall:call number=999 word1=0x1 word2=0x2 word3=0x3 word4=0x4 word5=0x5 word6=0x6"
        );
    }

    #[test]
    fn a_record_that_is_no_event_is_not_followed() {
        let record =
            Record { cycles: 1, pid: 2, event: Event(0xffff), mark: Mark::Point, count: 200, words: [0; WORDS] };
        let mut text = String::new();
        write(&mut text, &record, None).unwrap();
        assert_eq!(text, "1 2 . unknown:65535");
    }

    /// docs/trace.md lists each event, in order, with what its lines have.
    #[test]
    fn the_document_lists_every_event() {
        let document = include_str!("../../docs/trace.md");
        let listed: Vec<_> = document.lines().filter_map(|row| row.strip_prefix("| `")).map(row_of_document).collect();
        let mut table = Vec::new();
        for group in GROUPS {
            for event in group.events {
                let names =
                    |arguments: Arguments| arguments.iter().map(|(name, _)| name.to_string()).collect::<Vec<_>>();
                let mark = if event.results.is_some() { "step" } else { "point" };
                let [words, results] = [names(event.arguments), event.results.map(names).unwrap_or_default()];
                table.push((format!("{}:{}", group.name, event.name), mark.to_string(), words, results));
            }
        }
        assert_eq!(listed, table, "docs/trace.md and src/trace/events.rs differ");
    }

    /// A row: ``| `group:name` | step or point | `word` `word` → `result` | … |``.
    fn row_of_document(row: &str) -> (String, String, Vec<String>, Vec<String>) {
        let mut cells = row.split('|').map(str::trim);
        let mut cell = || cells.next().expect("a cell");
        let (name, mark, words) = (cell(), cell(), cell());
        let (words, results) = words.split_once('→').unwrap_or((words, ""));
        let quoted = |text: &str| text.split('`').skip(1).step_by(2).map(str::to_string).collect::<Vec<_>>();
        (name.trim_end_matches('`').to_string(), mark.to_string(), quoted(words), quoted(results))
    }
}
