//! The processes of a boot: who made whom, which program each became, and how each ended.

use anyhow::Result;
use serde::Serialize;

use super::schedule::Run;
use crate::trace::Event;

/// One process.
#[derive(Clone, Debug, Serialize)]
pub struct Process {
    /// Its number.
    pub pid: u32,
    /// Who made it; `None` when the trace began later.
    pub parent: Option<u32>,
    /// When fork had made it, in cycles, or when the trace first tells of it.
    pub begin: u64,
    /// When it ended, if it did.
    pub end: Option<u64>,
    /// What it ended with.
    pub status: Option<u32>,
    /// Programs, and when each began. The first of a forked process is its parent's.
    pub programs: Vec<(u64, String)>,
    /// When it forked, and the child.
    pub forks: Vec<(u64, u32)>,
    /// When it had the processor.
    pub runs: Vec<(u64, u64)>,
}

impl Process {
    fn new(pid: u32, parent: Option<u32>, begin: u64) -> Self {
        let (programs, forks, runs) = Default::default();
        Self { pid, parent, begin, end: None, status: None, programs, forks, runs }
    }

    /// The program that it ran at that time.
    pub fn program_at(&self, time: u64) -> Option<&str> {
        self.programs.iter().rev().find(|(begin, _)| *begin <= time).map(|(_, name)| name.as_str())
    }

    /// The last program it ran.
    pub fn program(&self) -> Option<&str> {
        self.programs.last().map(|(_, name)| name.as_str())
    }

    /// Instructions for which it had the processor.
    pub fn ran(&self) -> u64 {
        self.runs.iter().map(|(begin, end)| end - begin).sum()
    }
}

/// The last process with that number that had begun at that time.
pub fn find(processes: &[Process], pid: u32, time: u64) -> Option<&Process> {
    processes.iter().rev().find(|process| process.pid == pid && process.begin <= time)
}

/// All processes in the order of their beginnings.
///
/// # Errors
/// An event does not tell what it should.
pub fn processes(events: &[Event], runs: &[Run]) -> Result<Vec<Process>> {
    let mut processes: Vec<Process> = Vec::new();
    for event in events {
        let now = event.cycles;
        if event.is("fork", "ready") {
            let (parent, pid) = (event.number("parent")?, event.number("pid")?);
            let program = known(&mut processes, parent, now).program_at(now).map(String::from);
            known(&mut processes, parent, now).forks.push((now, pid));
            let mut child = Process::new(pid, Some(parent), now);
            child.programs.extend(program.map(|name| (now, name)));
            processes.push(child);
        } else if event.is("exec", "program") {
            let name = event.text("name").unwrap_or("?");
            let name = name.rsplit('/').next().unwrap_or(name).to_owned();
            known(&mut processes, event.pid, now).programs.push((now, name));
        } else if event.is("exit", "ended") {
            let process = known(&mut processes, event.pid, now);
            process.end = Some(now);
            process.status = Some(event.number("status")?);
        }
    }
    for run in runs {
        // One that goes on when its number is given anew is the one that had begun.
        let owner = processes.iter_mut().rev().find(|process| process.pid == run.pid && process.begin < run.end);
        if let Some(process) = owner {
            process.runs.push((run.begin, run.end));
        }
    }
    Ok(processes)
}

/// Stretches in which no process ran: the kernel's idle thread had the processor.
pub fn idle(processes: &[Process], runs: &[Run]) -> Vec<(u64, u64)> {
    let is_process = |run: &&Run| !processes.iter().any(|process| process.pid == run.pid);
    runs.iter().filter(is_process).map(|run| (run.begin, run.end)).collect()
}

/// The living process with that number, made now if nobody has told of it.
fn known(processes: &mut Vec<Process>, pid: u32, now: u64) -> &mut Process {
    let place = processes.iter().rposition(|process| process.pid == pid && process.end.is_none());
    let place = place.unwrap_or_else(|| {
        processes.push(Process::new(pid, None, now));
        processes.len() - 1
    });
    &mut processes[place]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::schedule::runs;
    use crate::trace::parse;

    #[test]
    fn a_life_is_told_from_fork_to_exit() {
        let events = parse(concat!(
            "5 1 . exec:program name=\"/sbin/init\"\n",
            "10 1 . fork:ready parent=1 pid=2\n",
            "12 1 . sched:switch to=2\n",
            "20 2 . exec:program name=\"/bin/true\"\n",
            "30 2 . exit:ended status=7\n",
            "31 2 . sched:switch to=1\n",
            "40 1 . fork:ready parent=1 pid=2\n",
        ))
        .unwrap();
        let all = processes(&events, &runs(&events)).unwrap();
        assert_eq!(
            all.iter().map(|process| (process.pid, process.parent)).collect::<Vec<_>>(),
            [(1, None), (2, Some(1)), (2, Some(1))]
        );
        assert_eq!(all[0].forks, [(10, 2), (40, 2)]);
        assert_eq!(all[1].programs, [(10, "init".to_owned()), (20, "true".to_owned())]);
        assert_eq!((all[1].end, all[1].status, all[1].ran()), (Some(30), Some(7), 19));
        assert_eq!(all[1].program_at(15), Some("init"));
        assert_eq!(all[2].ran(), 0);
        assert_eq!(find(&all, 2, 35).unwrap().begin, 10);
    }
}
