//! What a task has to do with signals: its actions, its mask, and what waits for it.
//!
//! Touched with interrupts off only. Signals wait for a thread ([`Signals::pending`]) or for the whole process, of
//! which the first thread takes them that does not block them.

use super::action::{Action, Handlers};
use super::information::Information;
use super::number::Signal;
use super::pending::Pending;
use super::send::find_taker;
use super::set::SignalSet;
use crate::arch::trap;
use crate::errno::{Errno, Result};
use crate::mm::fault_injection;
use crate::task::restart::Record;
use crate::task::task_ref::{TaskRef, running_thread};
use crate::task::task_struct::Task;
use alloc::sync::Arc;
use core::cell::{Cell, RefCell};

/// The stack for handlers that ask for one; none when `size` is 0. `man 2 sigaltstack`.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct AlternateStack {
    pub start: u32,
    pub size: u32,
}

impl AlternateStack {
    /// Says whether `esp` lies on it: a stack that is empty begins beyond its end.
    pub fn contains(&self, esp: u32) -> bool {
        esp > self.start && esp - self.start <= self.size
    }
}

/// Whether a new task has its maker's table of actions or a copy of it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Table {
    /// `CLONE_SIGHAND`.
    Same,
    Copied,
}

/// A task's signals.
pub struct Signals {
    /// `None`: all are the default.
    handlers: RefCell<Option<Arc<Handlers>>>,
    /// What must wait.
    blocked: Cell<SignalSet>,
    /// What waits for this thread alone, blocked or not.
    pub pending: Pending,
    /// What sigtimedwait sleeps for: wakes though blocked.
    awaited: Cell<SignalSet>,
    /// The mask to go back to after sigsuspend.
    saved_mask: Cell<Option<SignalSet>>,
    pub alternate_stack: Cell<AlternateStack>,
    /// The address of the last page fault, for the handler's frame.
    pub fault_address: Cell<u32>,
    /// There is something to be done before the task goes back to ring 3.
    has_work: Cell<bool>,
    /// What came for many processes at once since the thread began to fork; `None` while it does not.
    pub(super) heard: Cell<Option<SignalSet>>,
    /// How a call that was cut short goes on.
    pub restart: Cell<Option<Record>>,
}

impl Signals {
    /// Nothing is handled, blocked, or waiting.
    pub const fn new() -> Self {
        Self {
            handlers: RefCell::new(None),
            blocked: Cell::new(SignalSet::EMPTY),
            pending: Pending::new(),
            awaited: Cell::new(SignalSet::EMPTY),
            saved_mask: Cell::new(None),
            alternate_stack: Cell::new(AlternateStack { start: 0, size: 0 }),
            fault_address: Cell::new(0),
            has_work: Cell::new(false),
            heard: Cell::new(None),
            restart: Cell::new(None),
        }
    }

    /// Makes these, which are new, those of a new task of `parent`'s: the same mask; nothing waits. The table of
    /// actions is the very same or a copy, as `table` says.
    ///
    /// # Errors
    /// ENOMEM.
    pub fn inherit(&self, parent: &Self, table: Table) -> Result<()> {
        let Self {
            handlers,
            blocked,
            pending: _,    // the parent's alone
            awaited: _,    // nobody forks while it waits
            saved_mask: _, // nor between sigsuspend and its handler
            alternate_stack,
            fault_address: _, // of the parent's last fault
            has_work: _,      // nothing waits
            heard: _,         // it does not fork
            restart: _,       // a call of the parent's
        } = self;
        blocked.set(parent.blocked.get());
        alternate_stack.set(parent.alternate_stack.get());
        *handlers.borrow_mut() = match table {
            Table::Same => Some(parent.table()?),
            Table::Copied => parent.copy_of_table()?,
        };
        Ok(())
    }

    /// The table of actions, to be shared: made if there is none yet.
    fn table(&self) -> Result<Arc<Handlers>> {
        let mut handlers = self.handlers.borrow_mut();
        if handlers.is_none() {
            fault_injection::check()?;
            *handlers = Some(Arc::try_new(Handlers::new()).map_err(|_| Errno::NOMEM)?);
        }
        handlers.clone().ok_or(Errno::NOMEM)
    }

    fn copy_of_table(&self) -> Result<Option<Arc<Handlers>>> {
        let handlers = self.handlers.borrow();
        let Some(table) = &*handlers else { return Ok(None) };
        fault_injection::check()?;
        Arc::try_new(table.copy()?).map(Some).map_err(|_| Errno::NOMEM)
    }

    /// Makes sure that nobody else has the table of actions: a new program is about to begin.
    ///
    /// # Errors
    /// ENOMEM.
    pub fn have_own_table(&self) -> Result<()> {
        let is_shared = self.handlers.borrow().as_ref().is_some_and(|table| Arc::strong_count(table) > 1);
        if is_shared {
            let own = self.copy_of_table()?;
            drop(self.handlers.replace(own));
        }
        Ok(())
    }

    /// A new program begins: it has no functions of the old one's, and no stack for them.
    pub fn reset_for_exec(&self) {
        if let Some(handlers) = &*self.handlers.borrow() {
            handlers.reset_for_exec();
        }
        self.alternate_stack.set(AlternateStack::default());
        self.restart.set(None);
    }

    /// Gives back all that is owned; nothing waits any more.
    pub fn clear(&self) {
        self.pending.clear();
        drop(self.handlers.take());
    }

    /// The action for `signal`.
    pub fn action(&self, signal: Signal) -> Action {
        self.handlers.borrow().as_ref().map_or(Action::DEFAULT, |handlers| handlers.get(signal))
    }

    /// Sets the action for `signal`.
    ///
    /// # Errors
    /// ENOMEM.
    pub fn set_action(&self, signal: Signal, action: Action) -> Result<()> {
        if action == Action::DEFAULT && self.handlers.borrow().is_none() {
            return Ok(());
        }
        self.table()?.set(signal, action)
    }

    /// The action for `signal` becomes the default.
    pub fn reset_action(&self, signal: Signal) {
        if let Some(handlers) = &*self.handlers.borrow() {
            handlers.reset(signal);
        }
    }

    /// What must wait.
    pub fn blocked(&self) -> SignalSet {
        self.blocked.get()
    }

    /// What sigtimedwait sleeps for from now on; empty when it does not.
    pub fn await_signals(&self, set: SignalSet) {
        self.awaited.set(set);
    }

    /// What sigtimedwait sleeps for.
    pub(super) fn awaited(&self) -> SignalSet {
        self.awaited.get()
    }

    /// Says that there is nothing more to be done, and whether there was.
    pub(super) fn take_work(&self) -> bool {
        self.has_work.replace(false)
    }

    /// Keeps the mask, to go back to once the call that changes it for its time is over.
    pub fn save_mask(&self) {
        self.saved_mask.set(Some(self.blocked.get()));
    }

    /// The mask that was kept.
    pub(super) fn take_saved_mask(&self) -> Option<SignalSet> {
        self.saved_mask.take()
    }
}

/// Goes back to the mask that [`Signals::save_mask`] kept.
pub fn restore_mask() {
    if let Some(set) = running_thread().signals.take_saved_mask() {
        set_blocked(set);
    }
}

/// Sets the running task's mask, less what cannot be blocked. What waited for it is delivered on the way back
/// to ring 3; what waits for the process and is blocked here now, another thread may take.
pub fn set_blocked(set: SignalSet) {
    let task = running_thread();
    let newly = set.as_mask().without(task.signals.blocked.get());
    task.signals.blocked.set(set.as_mask());
    if task.is_any_deliverable() {
        note_work(task);
    }
    leave_to_others(newly);
}

/// The running thread takes none of `set` any more, because it blocks them or ends: of what waits for the process,
/// other threads are told.
pub fn leave_to_others(set: SignalSet) {
    let mut left = running_thread().process().pending.set().intersection(set);
    while let Some(signal) = left.first() {
        left = left.without(SignalSet::of(signal));
        find_taker(running_thread(), signal);
    }
}

impl Task {
    /// What waits for this thread, or for any of its process.
    pub fn pending_signals(&self) -> SignalSet {
        self.signals.pending.set().union(self.process().pending.set())
    }

    /// Says whether a signal waits that is to be delivered.
    pub fn is_any_deliverable(&self) -> bool {
        !self.pending_signals().without(self.signals.blocked.get()).is_empty()
    }

    /// Says whether something ends the task's sleep: a signal, its end, or that its process stops.
    ///
    /// What waits for the process counts for the thread that was told of it ([`find_taker`]). Another one that went to
    /// sleep for it would find nothing to be settled on its way back to ring 3, where calls begin again.
    pub fn ends_sleep(&self) -> bool {
        if self.is_telling() {
            return self.is_doomed();
        }
        self.is_doomed()
            || self.process().is_stopped()
            || self.signals.has_work.get() && self.is_any_deliverable()
            || !self.pending_signals().intersection(self.signals.awaited.get()).is_empty()
    }

    /// Takes out the first of those in `set` that waits, for this thread or for the process.
    pub fn take_signal(&self, set: SignalSet) -> Option<Information> {
        let what = self.signals.pending.take(set).or_else(|| self.process().pending.take(set))?;
        self.process().posix_timers.note_delivered(&what);
        Some(what)
    }

    /// Takes out the next to be delivered.
    pub(super) fn take_deliverable(&self) -> Option<Information> {
        self.take_signal(SignalSet::from_bits(!self.signals.blocked.get().bits()))
    }
}

/// Says that `task` has something to do before it goes back to ring 3.
pub fn note_work(task: TaskRef) {
    task.signals.has_work.set(true);
    if task == running_thread() {
        trap::set_return_work(true);
    }
}

/// Lets the way back to ring 3 know whether `task`, which runs next, has something to do there.
pub fn switch_to(task: TaskRef) {
    trap::set_return_work(task.signals.has_work.get());
}
