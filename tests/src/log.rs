//! Reads the kernel's log: stamps, verdicts of tests, stack use, the exit status.
//!
//! A line is `[    1.234567] words`: seconds since the kernel's first instruction, then the text.
//! What judges a boot is in fixed forms, described at each function; everything else is for people.

use std::time::Duration;

use crate::verdict::Verdict;

/// One line of the log, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    /// When it was written, since the kernel's first instruction.
    pub at: Duration,
    /// What stands after the stamp.
    pub text: &'a str,
}

/// The deepest that any ring-0 stack was used in a boot.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct StackUse {
    /// Bytes used.
    pub used: u32,
    /// Bytes there are: a page less the `Task`.
    pub room: u32,
    /// Which task it was, as the kernel names it.
    pub task: String,
}

impl StackUse {
    /// What was left, in percent of the room.
    pub fn free_percent(&self) -> u32 {
        100 * self.room.saturating_sub(self.used) / self.room.max(1)
    }
}

/// Takes a line of the log apart; `None` when it has no stamp (a boot loader's words, say).
pub fn line(raw: &str) -> Option<Line<'_>> {
    let (stamp, text) = raw.trim_start_matches('\r').strip_prefix('[')?.split_once(']')?;
    let (seconds, micros) = stamp.trim().split_once('.')?;
    if micros.len() != 6 {
        return None;
    }
    let at = Duration::from_secs(seconds.parse().ok()?) + Duration::from_micros(micros.parse().ok()?);
    Some(Line { at, text: text.trim_start().trim_end() })
}

/// A test's verdict: `test NAME ... ok`, `... FAILED: reason` or `... skipped: reason`. The name of
/// who speaks may stand before it.
pub fn verdict(text: &str) -> Option<(&str, Verdict)> {
    let spoken = text.split_once(": ").map_or("", |(_speaker, words)| words);
    let test = text.strip_prefix("test ").or_else(|| spoken.strip_prefix("test "))?;
    let (name, verdict) = test.split_once(" ... ")?;
    let (word, reason) = verdict.split_once(':').unwrap_or((verdict, ""));
    let reason = reason.trim().to_owned();
    let verdict = match word.trim() {
        "ok" => Verdict::Passed,
        "FAILED" => Verdict::Failed(reason),
        "skipped" => Verdict::Skipped(reason),
        _ => return None,
    };
    Some((name.trim(), verdict))
}

/// `stack: deepest use 1234 of 3456 bytes (NAME)`.
pub fn stack_use(text: &str) -> Option<StackUse> {
    let (used, rest) = text.strip_prefix("stack: deepest use ")?.split_once(" of ")?;
    let (room, rest) = rest.split_once(" bytes (")?;
    let task = rest.strip_suffix(')')?.to_owned();
    Some(StackUse { used: used.parse().ok()?, room: room.parse().ok()?, task })
}

/// `tusk: exit status N`, the last line of a machine that powered off by itself.
pub fn exit_status(text: &str) -> Option<i32> {
    text.strip_prefix("tusk: exit status ")?.parse().ok()
}

/// The lines of a log that have a stamp.
pub fn lines(log: &str) -> impl Iterator<Item = Line<'_>> {
    log.lines().filter_map(line)
}

/// The last `count` lines of a text, indented: what a failure shows.
pub fn tail(text: &str, count: usize) -> String {
    let lines: Vec<_> = text.lines().map(|line| line.trim_end_matches('\r')).collect();
    let first = lines.len().saturating_sub(count);
    lines[first..].iter().map(|line| format!("    {line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamp_is_split_off() {
        let parsed = line("[    1.002300] mm: 32 MiB\r").unwrap();
        assert_eq!(parsed, Line { at: Duration::from_micros(1_002_300), text: "mm: 32 MiB" });
        let late = line("[12345.000001] x").unwrap();
        assert_eq!(late.at, Duration::from_micros(12_345_000_001));
    }

    #[test]
    fn lines_without_a_stamp_are_none_of_ours() {
        for raw in ["", "Booting `Tusk'", "[x] y", "[1.5] short fraction", "[    1.234567"] {
            assert_eq!(line(raw), None, "{raw:?}");
        }
    }

    #[test]
    fn verdicts() {
        assert_eq!(verdict("test ktest::bitmap ... ok"), Some(("ktest::bitmap", Verdict::Passed)));
        assert_eq!(verdict("ktest: test ktest::bitmap ... ok"), Some(("ktest::bitmap", Verdict::Passed)));
        assert_eq!(
            verdict("test ring3::fork::tree ... FAILED: lost 2 frames: kernel pool"),
            Some(("ring3::fork::tree", Verdict::Failed("lost 2 frames: kernel pool".into())))
        );
        assert_eq!(
            verdict("test ring3::fpu::kept ... skipped: no FPU"),
            Some(("ring3::fpu::kept", Verdict::Skipped("no FPU".into())))
        );
    }

    #[test]
    fn half_lines_are_no_verdicts() {
        for text in ["test ktest::x ...", "test ktest::x ... maybe", "ktest: 4 passed, 0 failed", "testing ... ok"] {
            assert_eq!(verdict(text), None, "{text:?}");
        }
    }

    #[test]
    fn stack_line() {
        let found = stack_use("stack: deepest use 1234 of 3456 bytes (forktree 17)").unwrap();
        assert_eq!(found, StackUse { used: 1234, room: 3456, task: "forktree 17".into() });
        assert_eq!(found.free_percent(), 64);
        assert_eq!(stack_use("stack: deepest use many of 3456 bytes (x)"), None);
    }

    #[test]
    fn exit_status_line() {
        assert_eq!(exit_status("tusk: exit status 139"), Some(139));
        assert_eq!(exit_status("tusk: exit status"), None);
    }

    #[test]
    fn tail_is_short_and_indented() {
        assert_eq!(tail("a\r\nb\nc\n", 2), "    b\n    c\n");
    }
}
