//! One fork, of all that the trace tells.

use anyhow::{Context, Result, bail};
use serde::Serialize;

use super::page_way::{PageWay, ways};
use super::process::{Process, find};
use super::schedule::{Run, away};
use super::span::Span;
use super::step::Step;
use crate::trace::Event;

/// A function of fork with the time that it took.
#[derive(Clone, Debug, Serialize)]
pub struct Timed {
    /// The book's name.
    pub function: String,
    /// When it began, in cycles.
    pub begin: u64,
    /// When it ended, in cycles.
    pub end: u64,
    /// Instructions of the parent's in it: end less begin, less what others ran meanwhile.
    pub instructions: u64,
}

/// A fork, from call to return in the parent.
#[derive(Clone, Debug, Serialize)]
pub struct Fork {
    /// The program that forked.
    pub program: String,
    /// Who forked.
    pub parent: u32,
    /// Who came to be.
    pub child: u32,
    /// All of it.
    pub whole: Timed,
    /// What lies in it and holds the steps.
    pub copy_process: Timed,
    /// Steps a to e.
    pub steps: Vec<(Step, Timed)>,
    /// When the child was put on the lists.
    pub ready: u64,
    /// The child's PCB page.
    pub pcb_page: u32,
    /// The bounce page and its frame.
    pub bounce: Option<(u32, u32)>,
    /// The pages handed on.
    pub pages: Vec<PageWay>,
}

impl Fork {
    /// A step's time.
    pub fn step(&self, step: Step) -> Option<&Timed> {
        self.steps.iter().find(|(other, _)| *other == step).map(|(_, timed)| timed)
    }

    /// Instructions of `copy_process` that are in none of its steps: the bounce page taken and given back, and the like.
    pub fn rest_of_copy_process(&self) -> u64 {
        self.copy_process.instructions - self.steps.iter().map(|(_, timed)| timed.instructions).sum::<u64>()
    }

    /// Instructions of `sys_fork` before and after `copy_process`.
    pub fn rest_of_sys_fork(&self) -> u64 {
        self.whole.instructions - self.copy_process.instructions
    }
}

/// Finds fork number `number` (from 1) that `program` made.
///
/// # Errors
/// There is none, or the trace does not tell all of it.
pub fn find_fork(
    events: &[Event],
    spans: &[Span],
    runs: &[Run],
    processes: &[Process],
    program: &str,
    number: usize,
) -> Result<Fork> {
    let forks: Vec<_> = spans.iter().enumerate().filter(|(_, span)| copies_memory(span, spans)).collect();
    let maker = |span: &Span| find(processes, span.pid, span.begin).and_then(|process| process.program_at(span.begin));
    let mut own = forks.iter().filter(|(_, span)| maker(span) == Some(program));
    let Some(&(place, whole)) = own.nth(number.saturating_sub(1)) else {
        let made = forks.iter().filter(|(_, span)| maker(span) == Some(program)).count();
        bail!("{}", no_such_fork(program, number, made, forks.iter().map(|(_, span)| maker(span).unwrap_or("?"))));
    };
    read_fork(events, spans, runs, place, program)
        .with_context(|| format!("of the fork that pid {} of {program} began at cycle {}", whole.pid, whole.begin))
}

/// Whether it is a fork that gives the child memory of its own: neither a thread's making, nor vfork's.
fn copies_memory(span: &Span, spans: &[Span]) -> bool {
    let inside = |other: &&Span| {
        other.pid == span.pid && span.begin <= other.begin && span.end.is_none_or(|end| other.begin <= end)
    };
    span.is("fork", "sys_fork") && spans.iter().filter(inside).any(|other| other.is("fork", Step::B.function()))
}

/// Why there is none, and what there is.
fn no_such_fork<'a>(program: &str, number: usize, made: usize, makers: impl Iterator<Item = &'a str>) -> String {
    if made > 0 {
        return format!("{program} forked {made} times, so there is no fork {number}: FORK=1 to FORK={made} are");
    }
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for maker in makers {
        match counts.iter_mut().find(|(name, _)| *name == maker) {
            Some((_, count)) => *count += 1,
            None => counts.push((maker, 1)),
        }
    }
    if counts.is_empty() {
        return format!("{program} did not fork, and nobody did; is fork among the groups of trace=?");
    }
    let told: Vec<_> = counts.iter().map(|(name, count)| format!("{name} ({count})")).collect();
    format!("{program} did not fork; those who did: {}. PROG= chooses a program that forks", told.join(", "))
}

/// Reads the fork whose `sys_fork` is the span at `place`.
fn read_fork(events: &[Event], spans: &[Span], runs: &[Run], place: usize, program: &str) -> Result<Fork> {
    let whole = &spans[place];
    let inside = |name: &'static str| {
        spans
            .iter()
            .filter(|span| span.pid == whole.pid && span.is("fork", name))
            .find(|span| span.begin >= whole.begin && whole.end.is_none_or(|end| span.begin <= end))
            .with_context(|| format!("the trace does not tell of {name}"))
    };
    let timed = |span: &Span| {
        let end = span.end.with_context(|| format!("{} does not end: the trace stops within", span.name))?;
        let instructions = end - span.begin - away(runs, span.pid, span.begin, end);
        Ok::<_, anyhow::Error>(Timed { function: span.name.clone(), begin: span.begin, end, instructions })
    };
    let steps = Step::FUNCTIONS
        .into_iter()
        .map(|step| Ok((step, timed(inside(step.function())?)?)))
        .collect::<Result<Vec<_>>>()?;
    let own = |index: (usize, usize)| events[index.0..index.1].iter().filter(|event| event.pid == whole.pid);
    let point = |name: &str| own(whole.events).find(|event| event.is("fork", name));

    let body = inside(Step::C.function())?;
    let ready = point("ready").context("it failed: no child was put on the lists")?;
    let bounce =
        point("bounce_page").map(|event| Ok::<_, anyhow::Error>((event.number("page")?, event.number("frame")?)));
    Ok(Fork {
        program: program.to_owned(),
        parent: whole.pid,
        child: ready.number("pid")?,
        whole: timed(whole)?,
        copy_process: timed(inside("copy_process")?)?,
        steps,
        ready: ready.cycles,
        pcb_page: point("pcb_page").context("the trace does not tell the child's page")?.number("page")?,
        bounce: bounce.transpose()?,
        pages: ways(own(body.events), body.begin, |from, to| to - from - away(runs, whole.pid, from, to))?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::page_way::How;
    use crate::model::{process, schedule, span};
    use crate::sample;
    use crate::trace::parse;

    fn fork_in(text: &str, program: &str, number: usize) -> Result<Fork> {
        let events = parse(text)?;
        let runs = schedule::runs(&events);
        let processes = process::processes(&events, &runs)?;
        find_fork(&events, &span::spans(&events)?, &runs, &processes, program, number)
    }

    #[test]
    fn steps_and_rests_add_up_to_the_whole() {
        let fork = fork_in(sample::TRACE, "forktree", 1).unwrap();
        let steps: u64 = fork.steps.iter().map(|(_, timed)| timed.instructions).sum();
        assert_eq!(steps + fork.rest_of_copy_process() + fork.rest_of_sys_fork(), fork.whole.instructions);
        assert_eq!((fork.parent, fork.child, fork.pcb_page), (2, 3, 0xc03a_0000));
        assert_eq!(fork.bounce, Some((0xc03a_1000, 0x003a_1000)));
    }

    #[test]
    fn pages_tell_their_way_and_their_cost() {
        let fork = fork_in(sample::TRACE, "forktree", 1).unwrap();
        let ways: Vec<_> = fork.pages.iter().map(|way| (way.page, way.how, way.instructions)).collect();
        assert_eq!(
            ways,
            [(0x0804_9000, How::Shared, 300), (0x0804_d000, How::Bounce, 2_300), (0xbfff_f000, How::Bounce, 2_400)]
        );
    }

    #[test]
    fn time_that_others_ran_is_not_the_forks() {
        let fork = fork_in(sample::TRACE, "forktree", 1).unwrap();
        let body = fork.step(Step::C).unwrap();
        assert_eq!((body.end - body.begin, body.instructions), (6_000, 5_500));
    }

    #[test]
    fn who_did_fork_is_told_when_the_program_did_not() {
        let error = fork_in(sample::TRACE, "true", 1).unwrap_err().to_string();
        assert!(error.contains("those who did: init (1), forktree (1)"), "{error}");
        let error = fork_in(sample::TRACE, "forktree", 3).unwrap_err().to_string();
        assert!(error.contains("no fork 3"), "{error}");
        let error = fork_in("1 1 . exec:program name=\"a\"\n", "a", 1).unwrap_err().to_string();
        assert!(error.contains("nobody did"), "{error}");
    }

    #[test]
    fn a_fork_that_the_trace_tells_half_is_refused() {
        let cut = sample::TRACE.rfind("36000 2 < fork:copy_body_stack3").unwrap();
        let half = &sample::TRACE[..cut];
        // The first complete fork is init's; forktree's is the one that is cut.
        let error = format!("{:#}", fork_in(half, "forktree", 1).unwrap_err());
        assert!(error.contains("copy_body_stack3 does not end"), "{error}");
    }

    #[test]
    fn a_fork_that_failed_is_told_so() {
        let failed: String =
            sample::TRACE.split_inclusive('\n').filter(|line| !line.contains("ready parent=2")).collect();
        let error = format!("{:#}", fork_in(&failed, "forktree", 1).unwrap_err());
        assert!(error.contains("it failed"), "{error}");
    }
}
