//! A file of events.

use std::path::Path;

use anyhow::{Context, Result, bail};

use super::event::Event;

/// Reads a trace.
///
/// # Errors
/// It cannot be read, has no events, or a line of it is none.
pub fn read(file: &Path) -> Result<Vec<Event>> {
    let bytes = std::fs::read(file).with_context(|| format!("cannot read the trace {}", file.display()))?;
    parse(&String::from_utf8_lossy(&bytes)).with_context(|| format!("in the trace {}", file.display()))
}

/// Reads a trace's text.
///
/// # Errors
/// It has no events, or a line of it is none; or the last one was cut off.
pub fn parse(text: &str) -> Result<Vec<Event>> {
    if text.trim().is_empty() {
        bail!("it is empty: the kernel sent nothing to port 0xe9. Does its command line have trace=?");
    }
    if !text.ends_with('\n') {
        bail!("it was cut off in line {}: the machine ended before its last event", text.lines().count());
    }
    text.lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'))
        .map(|(index, line)| Event::parse(line.trim_end()).with_context(|| format!("line {}, '{line}'", index + 1)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_read_in_order_and_remarks_are_not() {
        let events = parse("10 1 > fork:sys_fork\n\n# a remark\n20 1 < fork:sys_fork\r\n").unwrap();
        assert_eq!(events.iter().map(|event| event.cycles).collect::<Vec<_>>(), [10, 20]);
    }

    #[test]
    fn an_empty_trace_says_what_to_do() {
        assert!(parse("\n").unwrap_err().to_string().contains("trace="));
    }

    #[test]
    fn a_trace_that_was_cut_off_is_refused() {
        let error = parse("10 1 > fork:sys_fork\n20 1 < fork:sys_fo").unwrap_err();
        assert!(error.to_string().contains("cut off in line 2"), "{error}");
    }

    #[test]
    fn a_bad_line_is_named_by_its_number() {
        let error = parse("10 1 > a:b\nnonsense\n").unwrap_err();
        assert!(format!("{error:#}").starts_with("line 2, 'nonsense'"), "{error:#}");
    }
}
