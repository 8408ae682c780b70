//! Who had the processor when.

use serde::Serialize;

use crate::trace::Event;

/// A stretch of time in which one task ran.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Run {
    /// Who ran.
    pub pid: u32,
    /// From, in cycles.
    pub begin: u64,
    /// To, in cycles.
    pub end: u64,
}

/// The switches of the trace as stretches, up to its last event. Nothing is known of the time before the first.
pub fn runs(events: &[Event]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut current: Option<(u32, u64)> = None;
    for event in events.iter().filter(|event| event.is("sched", "switch")) {
        let Ok(to) = event.number("to") else { continue };
        let (from, began) = current.unwrap_or((event.pid, events[0].cycles));
        runs.push(Run { pid: from, begin: began, end: event.cycles });
        current = Some((to, event.cycles));
    }
    if let (Some((pid, begin)), Some(last)) = (current, events.last()) {
        runs.push(Run { pid, begin, end: last.cycles });
    }
    runs.retain(|run| run.begin < run.end);
    runs
}

/// How much of begin..end others than `pid` ran.
pub fn away(runs: &[Run], pid: u32, begin: u64, end: u64) -> u64 {
    runs.iter().filter(|run| run.pid != pid).map(|run| run.end.min(end).saturating_sub(run.begin.max(begin))).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::parse;

    fn sample() -> Vec<Run> {
        runs(&parse("0 1 . a:b\n10 1 . sched:switch to=2\n25 2 . sched:switch to=1\n40 1 . a:b\n").unwrap())
    }

    #[test]
    fn stretches_cover_all_time() {
        let run = |pid, begin, end| Run { pid, begin, end };
        assert_eq!(sample(), [run(1, 0, 10), run(2, 10, 25), run(1, 25, 40)]);
    }

    #[test]
    fn time_of_others_is_found() {
        assert_eq!(away(&sample(), 1, 5, 30), 15);
        assert_eq!(away(&sample(), 2, 0, 12), 10);
    }
}
