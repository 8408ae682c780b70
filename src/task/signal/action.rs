//! What a process wants done about its signals: the table of handlers.
//!
//! Most programs handle a few signals or none, so the table lists only those whose action is not the default;
//! a process without a table has only defaults. It is counted: fork copies it, and those that share their
//! handlers refer to one. `man 2 sigaction`.

use super::number::Signal;
use super::set::{SignalSet, is_ignored_by_default};
use crate::errno::{Errno, Result};
use alloc::vec::Vec;
use core::cell::RefCell;
use linux_raw_sys::general as linux;

/// `SIG_DFL`.
const BY_DEFAULT: u32 = 0;
/// `SIG_IGN`.
const IGNORED: u32 = 1;

/// What is to be done about a signal: Linux's `struct sigaction`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Action {
    /// Where the handler is; 0 for the default, 1 for nothing.
    pub handler: u32,
    /// `SA_…`
    pub flags: u32,
    /// Where a handler returns to, with `SA_RESTORER`.
    pub restorer: u32,
    /// Blocked while the handler runs.
    pub mask: SignalSet,
}

impl Action {
    /// The default.
    pub const DEFAULT: Self = Self { handler: BY_DEFAULT, flags: 0, restorer: 0, mask: SignalSet::EMPTY };

    /// Says whether it has `flag`.
    pub fn has(&self, flag: u32) -> bool {
        self.flags & flag != 0
    }

    /// Says whether the default is wanted.
    pub fn is_default(&self) -> bool {
        self.handler == BY_DEFAULT
    }

    /// Says whether nothing is to be done about `signal`, be it by default.
    pub fn ignores(&self, signal: Signal) -> bool {
        self.handler == IGNORED || self.is_default() && is_ignored_by_default(signal)
    }

    /// Says whether the program has asked for nothing to be done.
    pub fn is_ignored(&self) -> bool {
        self.handler == IGNORED
    }

    /// Says whether a function of the program is to be called.
    pub fn is_handled(&self) -> bool {
        !matches!(self.handler, BY_DEFAULT | IGNORED)
    }

    /// Says whether children that end need not be waited for.
    pub fn disowns_children(&self) -> bool {
        self.handler == IGNORED || self.has(linux::SA_NOCLDWAIT)
    }
}

/// The actions of a process.
pub struct Handlers(RefCell<Vec<(Signal, Action)>>);

impl Handlers {
    /// All are the default.
    pub const fn new() -> Self {
        Self(RefCell::new(Vec::new()))
    }

    /// The action for `signal`.
    pub fn get(&self, signal: Signal) -> Action {
        self.0.borrow().iter().find(|entry| entry.0 == signal).map_or(Action::DEFAULT, |entry| entry.1)
    }

    /// Sets the action for `signal`.
    ///
    /// # Errors
    /// ENOMEM; never for an action that was set before.
    pub fn set(&self, signal: Signal, action: Action) -> Result<()> {
        let mut entries = self.0.borrow_mut();
        if let Some(entry) = entries.iter_mut().find(|entry| entry.0 == signal) {
            entry.1 = action;
            return Ok(());
        }
        entries.try_reserve(1).map_err(|_| Errno::NOMEM)?;
        entries.push((signal, action));
        Ok(())
    }

    /// The action for `signal` becomes the default; this cannot fail.
    pub fn reset(&self, signal: Signal) {
        self.0.borrow_mut().retain(|entry| entry.0 != signal);
    }

    /// A new program begins: it has none of the old one's functions, but what was ignored stays so.
    pub fn reset_for_exec(&self) {
        let mut entries = self.0.borrow_mut();
        entries.retain(|entry| entry.1.handler == IGNORED);
        for (_, action) in entries.iter_mut() {
            *action = Action { handler: IGNORED, ..Action::DEFAULT };
        }
    }

    /// The same actions, in a table of their own.
    ///
    /// # Errors
    /// ENOMEM.
    pub fn copy(&self) -> Result<Self> {
        let entries = self.0.borrow();
        let mut copy = Vec::new();
        copy.try_reserve_exact(entries.len()).map_err(|_| Errno::NOMEM)?;
        copy.extend_from_slice(&entries);
        Ok(Self(RefCell::new(copy)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HANDLED: Action = Action { handler: 0x804_9000, ..Action::DEFAULT };
    const NOTHING: Action = Action { handler: IGNORED, flags: linux::SA_RESTART, ..Action::DEFAULT };

    #[test]
    fn defaults_ignore_what_they_ignore() {
        assert!(Action::DEFAULT.ignores(Signal::CHLD) && Action::DEFAULT.ignores(Signal::CONT));
        assert!(!Action::DEFAULT.ignores(Signal::TERM) && !HANDLED.ignores(Signal::CHLD));
        assert!(NOTHING.ignores(Signal::TERM));
    }

    #[test]
    fn only_what_is_ignored_survives_exec() {
        let handlers = Handlers::new();
        assert!(handlers.set(Signal::TERM, HANDLED).is_ok());
        assert!(handlers.set(Signal::INT, NOTHING).is_ok());
        handlers.reset_for_exec();
        assert!(handlers.get(Signal::TERM).is_default());
        assert!(handlers.get(Signal::INT) == Action { handler: IGNORED, ..Action::DEFAULT });
    }

    #[test]
    fn a_copy_goes_its_own_way() {
        let handlers = Handlers::new();
        assert!(handlers.set(Signal::USR1, HANDLED).is_ok());
        let copy = handlers.copy().unwrap_or_else(|_| unreachable!());
        handlers.reset(Signal::USR1);
        assert!(copy.get(Signal::USR1) == HANDLED && handlers.get(Signal::USR1).is_default());
    }
}
