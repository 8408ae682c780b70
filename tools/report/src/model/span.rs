//! Spans: from where a thing begins to where it ends, each within the one around it.

use std::collections::HashMap;

use anyhow::{Result, bail};

use crate::trace::{Event, Mark};

/// A thing that began and, mostly, ended.
#[derive(Clone, Debug)]
pub struct Span {
    /// Its group: `fork`, `exec`, ….
    pub group: String,
    /// Its name within the group.
    pub name: String,
    /// Who did it.
    pub pid: u32,
    /// When it began, in cycles.
    pub begin: u64,
    /// When it ended; `None` when it did not, as of a process that ended within.
    pub end: Option<u64>,
    /// Where it begins among the events, and where it ends.
    pub events: (usize, usize),
}

impl Span {
    /// Whether it is that thing.
    pub fn is(&self, group: &str, name: &str) -> bool {
        self.group == group && self.name == name
    }
}

/// Finds all spans, in the order in which they begin.
///
/// # Errors
/// Something ends that did not begin, or time goes back.
pub fn spans(events: &[Event]) -> Result<Vec<Span>> {
    let mut spans: Vec<Span> = Vec::new();
    let mut open: HashMap<u32, Vec<usize>> = HashMap::new();
    let mut now = 0;
    for (index, event) in events.iter().enumerate() {
        if event.cycles < now {
            bail!("event {}: time goes back, from {now} to {}", index + 1, event.cycles);
        }
        now = event.cycles;
        let stack = open.entry(event.pid).or_default();
        match event.mark {
            Mark::Begin => {
                spans.push(Span {
                    group: event.group.clone(),
                    name: event.name.clone(),
                    pid: event.pid,
                    begin: event.cycles,
                    end: None,
                    events: (index, events.len()),
                });
                stack.push(spans.len() - 1);
            }
            Mark::End => {
                let Some(last) = stack.pop().filter(|&last| spans[last].is(&event.group, &event.name)) else {
                    bail!(
                        "event {}: {}:{} of pid {} ends but did not begin",
                        index + 1,
                        event.group,
                        event.name,
                        event.pid
                    );
                };
                spans[last].end = Some(event.cycles);
                spans[last].events.1 = index;
            }
            // Its number may come again, and what it was doing will not end.
            Mark::Point if event.is("exit", "ended") => stack.clear(),
            Mark::Point => {}
        }
    }
    Ok(spans)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::parse;

    #[test]
    fn spans_lie_within_each_other_and_apart_by_process() {
        let events = parse("10 1 > a:x\n12 2 > a:x\n15 1 > a:y\n19 1 < a:y\n20 1 < a:x\n30 2 < a:x\n").unwrap();
        let spans = spans(&events).unwrap();
        let told: Vec<_> = spans.iter().map(|span| (span.pid, span.begin, span.end)).collect();
        assert_eq!(told, [(1, 10, Some(20)), (2, 12, Some(30)), (1, 15, Some(19))]);
    }

    #[test]
    fn a_process_that_ends_leaves_its_spans_open() {
        let events = parse("10 2 > exit:sys_exit\n11 2 . exit:ended status=0\n20 2 > a:x\n21 2 < a:x\n").unwrap();
        let spans = spans(&events).unwrap();
        assert_eq!(spans[0].end, None);
        assert_eq!(spans[1].end, Some(21));
    }

    #[test]
    fn an_end_without_a_begin_is_refused() {
        let error = spans(&parse("10 1 < a:x\n").unwrap()).unwrap_err();
        assert!(error.to_string().contains("did not begin"));
    }

    #[test]
    fn time_does_not_go_back() {
        let error = spans(&parse("10 1 > a:x\n9 1 < a:x\n").unwrap()).unwrap_err();
        assert!(error.to_string().contains("time goes back"));
    }
}
