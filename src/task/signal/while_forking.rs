//! Signals for many processes at once that come while one of them forks.
//!
//! A child in the making is on no list, so whoever sends a signal to its whole group does not find it. The thread that
//! makes it listens meanwhile, and the child is born with what was heard: nobody escapes `^C` or `kill` by being copied
//! at that moment. That SIGKILL has come the thread sees by its own end. Linux's `multiprocess_signals`; `man 2 fork`.

use super::number::Signal;
use super::set::SignalSet;
use super::state::note_work;
use crate::task::process::Process;
use crate::task::task_ref::{TaskRef, running_thread};

/// Lets the running thread listen while it lives.
pub struct Listening(());

impl Listening {
    /// Begins to listen.
    pub fn begin() -> Self {
        running_thread().signals.heard.set(Some(SignalSet::EMPTY));
        Self(())
    }

    /// Gives `child`, which has just been born as a process of its own, what was heard.
    pub fn tell(self, child: TaskRef) {
        let heard = running_thread().signals.heard.get().unwrap_or(SignalSet::EMPTY);
        if !heard.is_empty() {
            child.process().pending.add_bare(heard);
            note_work(child);
        }
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        running_thread().signals.heard.set(None);
    }
}

/// `signal` is sent to `process` as one of many: its threads that listen hear it.
pub(super) fn hear(process: &Process, signal: Signal) {
    let undone = match signal {
        Signal::CONT => SignalSet::stopping(),
        _ if SignalSet::stopping().contains(signal) => SignalSet::of(Signal::CONT),
        _ => SignalSet::EMPTY,
    };
    for thread in process.threads() {
        if let Some(heard) = thread.signals.heard.get() {
            thread.signals.heard.set(Some(heard.without(undone).union(SignalSet::of(signal))));
        }
    }
}
