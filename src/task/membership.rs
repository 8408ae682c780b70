//! Which process group and which session a process belongs to, and on what terminal.
//!
//! Both have the number of the process that began them, and live as long as they have members; until then
//! no new process gets that number ([`pid::hold`](super::pid::hold)). `man 7 credentials`, `man 2 setpgid`.

use super::pid::{self, Pid};
use super::session::ControllingTerminal;
use alloc::sync::Arc;
use core::cell::{Cell, RefCell};

/// A process's place among the others.
pub struct Membership {
    group: Cell<Option<Pid>>,
    session: Cell<Option<Pid>>,
    /// It has a program: it is no thread of the kernel's.
    pub is_process: Cell<bool>,
    /// It has begun a program of its own: its parent may not put it into another group any more.
    pub has_executed: Cell<bool>,
    /// The session's terminal.
    terminal: RefCell<Option<Arc<dyn ControllingTerminal>>>,
}

impl Membership {
    /// In no group.
    pub const fn new() -> Self {
        Self {
            group: Cell::new(None),
            session: Cell::new(None),
            is_process: Cell::new(false),
            has_executed: Cell::new(false),
            terminal: RefCell::new(None),
        }
    }

    /// The process group.
    pub fn group(&self) -> Option<Pid> {
        self.group.get()
    }

    /// The session.
    pub fn session(&self) -> Option<Pid> {
        self.session.get()
    }

    /// The controlling terminal.
    pub fn terminal(&self) -> Option<Arc<dyn ControllingTerminal>> {
        self.terminal.borrow().clone()
    }

    /// Sets the controlling terminal, or none.
    pub fn set_terminal(&self, terminal: Option<Arc<dyn ControllingTerminal>>) {
        drop(self.terminal.replace(terminal));
    }

    /// Moves to `group`.
    pub fn set_group(&self, group: Pid) {
        pid::hold(group);
        if let Some(old) = self.group.replace(Some(group)) {
            pid::release_pid(old);
        }
    }

    /// Moves to `session`.
    pub fn set_session(&self, session: Pid) {
        pid::hold(session);
        if let Some(old) = self.session.replace(Some(session)) {
            pid::release_pid(old);
        }
    }

    /// Makes this, which is new, a child's of one with `parent`.
    pub fn inherit(&self, parent: &Self) {
        let Self { group: _, session: _, is_process, has_executed: _, terminal } = self;
        is_process.set(parent.is_process.get());
        parent.group.get().inspect(|&group| self.set_group(group));
        parent.session.get().inspect(|&session| self.set_session(session));
        *terminal.borrow_mut() = parent.terminal();
    }

    /// Leaves group, session and terminal.
    pub fn leave(&self) {
        self.set_terminal(None);
        for number in [self.group.take(), self.session.take()].into_iter().flatten() {
            pid::release_pid(number);
        }
    }
}
