//! Waiting for children, with Linux's rules.
//!
//! A child is reported when it has ended, and, to who asks for it, when it has stopped or goes on again. Book:
//! chapter 15, `sys_wait`; `man 2 wait4`, `man 2 waitid`.

use super::exit::{reap, reap_unclaimed};
use super::kinship;
use super::pid::Pid;
use super::process;
use super::scheduler;
use super::signal::{Information, Signal};
use super::status::WaitStatus;
use super::task_ref::{TaskRef, running_thread};
use super::usage::Ticks;
use crate::arch::interrupt;
use crate::errno::{Errno, Result};
use crate::trace::{step, tracepoint};

/// Which children are waited for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Which {
    Any,
    One(Pid),
    /// Those in the process group.
    Group(Option<Pid>),
}

/// What to do when none has ended yet.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Hang {
    /// Sleep until one does.
    Wait,
    /// Return (Linux's WNOHANG).
    No,
}

/// What is to be reported of which children, beside what [`Which`] says.
#[derive(Clone, Copy)]
pub struct Wanted {
    pub ended: bool,
    pub stopped: bool,
    pub continued: bool,
    /// Children whose end sends SIGCHLD, and those whose end does not (Linux's `__WCLONE`).
    pub ordinary: bool,
    pub others: bool,
    /// Only children that the calling thread made itself (Linux's `__WNOTHREAD`).
    pub own: bool,
    /// Leave the child as it is: the next call reports the same (Linux's WNOWAIT).
    pub only_look: bool,
    pub hang: Hang,
}

impl Wanted {
    /// The ends of all children.
    pub const fn ends(hang: Hang) -> Self {
        Self {
            ended: true,
            stopped: false,
            continued: false,
            ordinary: true,
            others: true,
            own: false,
            only_look: false,
            hang,
        }
    }
}

/// What a child is reported for.
#[derive(Clone, Copy)]
pub struct Report {
    pub pid: Pid,
    pub status: WaitStatus,
    /// What it and the children that it waited for have used.
    pub used: Ticks,
}

impl Report {
    /// The same as SIGCHLD tells it.
    pub fn information(&self) -> Information {
        kinship::told(self.pid, self.status, self.used)
    }
}

/// Reaps a child that has ended and returns its pid and status; `None` when none has and `hang`
/// says not to wait. The book's `sys_wait`.
///
/// # Errors
/// ECHILD when there is no such child; RESTART when a signal came first.
pub fn sys_wait(which: Which, hang: Hang) -> Result<Option<(Pid, WaitStatus)>> {
    Ok(wait_for(which, Wanted::ends(hang))?.map(|report| (report.pid, report.status)))
}

/// Waits until there is something to report that is wanted; `None` when there is nothing yet and nobody is to
/// wait for it.
///
/// # Errors
/// As [`sys_wait`].
pub fn wait_for(which: Which, wanted: Wanted) -> Result<Option<Report>> {
    let _off = interrupt::disabled();
    let _step = step!(exit::wait());
    reap_unclaimed();
    loop {
        let mut has_child = false;
        for child in children_of(running_thread()).filter(|&child| is_meant(which, wanted, child)) {
            has_child = true;
            if let Some(report) = look_at(child, wanted) {
                return Ok(Some(report));
            }
        }
        if !has_child {
            return Err(Errno::CHILD);
        }
        if wanted.hang == Hang::No {
            return Ok(None);
        }
        scheduler::wait_interruptibly()?;
        reap_unclaimed();
    }
}

/// What is to be reported of `child`, if anything; it is not reported again unless it is only looked at.
fn look_at(child: TaskRef, wanted: Wanted) -> Option<Report> {
    let process = child.process();
    let pid = child.pid().expect("a task on the list has a pid");
    let used = process.usage.total();
    if process.has_ended() {
        if !wanted.ended {
            return None;
        }
        let status = child.exit_status.get();
        tracepoint!(exit::collected(pid.number(), status.shell_code().into()));
        if !wanted.only_look {
            running_thread().process().usage.add_child(&process.usage);
            reap(child);
        }
        return Some(Report { pid, status, used });
    }
    let status = process.kinship.change.get()?;
    let is_wanted = if status == WaitStatus::CONTINUED { wanted.continued } else { wanted.stopped };
    if !is_wanted {
        return None;
    }
    if !wanted.only_look {
        process.kinship.change.set(None);
    }
    Some(Report { pid, status, used })
}

fn children_of(parent: TaskRef) -> impl Iterator<Item = TaskRef> {
    process::all().filter(move |child| child.parent_pid() == parent.tgid())
}

fn is_meant(which: Which, wanted: Wanted, child: TaskRef) -> bool {
    // One for which nobody waits is as good as gone.
    if child.general_tag.get().is_linked() && child.process().has_ended() {
        return false;
    }
    let kinship = &child.process().kinship;
    let is_ordinary = kinship.exit_signal.get() == Some(Signal::CHLD);
    let is_kind = if is_ordinary { wanted.ordinary } else { wanted.others };
    let is_own = !wanted.own || kinship.maker.get() == running_thread().pid();
    is_kind
        && is_own
        && match which {
            Which::Any => true,
            Which::One(pid) => child.pid() == Some(pid),
            Which::Group(group) => child.membership().group() == group,
        }
}
