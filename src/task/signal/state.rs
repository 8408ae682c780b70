//! What a task has to do with signals: its actions, its mask, and what waits for it.
//!
//! Touched with interrupts off only. A signal that waits is a bit and, usually, what comes along with it; a
//! standard signal waits once at most, and when memory is out it waits without its words rather than being
//! lost, as on Linux.

use super::action::{Action, Handlers};
use super::information::Information;
use super::number::Signal;
use super::set::SignalSet;
use super::timers::Timers;
use crate::arch::trap;
use crate::errno::{Errno, Result};
use crate::mm::fault_injection;
use crate::task::restart::Record;
use crate::task::task_ref::{TaskRef, running_thread};
use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};
use linux_raw_sys::general as linux;

/// How many real-time signals may wait for a task.
const MOST_WAITING: usize = 64;

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

/// A task's signals.
pub struct Signals {
    /// `None`: all are the default.
    handlers: RefCell<Option<Arc<Handlers>>>,
    /// What must wait.
    blocked: Cell<SignalSet>,
    /// What waits, blocked or not.
    pending: Cell<SignalSet>,
    /// What comes along with what waits, oldest first.
    words: RefCell<Vec<Information>>,
    /// What sigtimedwait sleeps for: wakes though blocked.
    awaited: Cell<SignalSet>,
    /// The mask to go back to after sigsuspend.
    saved_mask: Cell<Option<SignalSet>>,
    pub alternate_stack: Cell<AlternateStack>,
    /// The address of the last page fault, for the handler's frame.
    pub fault_address: Cell<u32>,
    /// There is something to be done before the task goes back to ring 3.
    has_work: Cell<bool>,
    /// How a call that was cut short goes on.
    pub restart: Cell<Option<Record>>,
    /// `None` until one is set.
    pub timers: RefCell<Option<Box<Timers>>>,
}

impl Signals {
    /// Nothing is handled, blocked, or waiting.
    pub const fn new() -> Self {
        Self {
            handlers: RefCell::new(None),
            blocked: Cell::new(SignalSet::EMPTY),
            pending: Cell::new(SignalSet::EMPTY),
            words: RefCell::new(Vec::new()),
            awaited: Cell::new(SignalSet::EMPTY),
            saved_mask: Cell::new(None),
            alternate_stack: Cell::new(AlternateStack { start: 0, size: 0 }),
            fault_address: Cell::new(0),
            has_work: Cell::new(false),
            restart: Cell::new(None),
            timers: RefCell::new(None),
        }
    }

    /// Makes these, which are new, those of a child of fork: the same actions and mask; nothing waits, and no
    /// timer runs.
    ///
    /// # Errors
    /// ENOMEM.
    pub fn inherit(&self, parent: &Self) -> Result<()> {
        let Self {
            handlers,
            blocked,
            pending: _,    // the parent's alone
            words: _,      // with `pending`
            awaited: _,    // nobody forks while it waits
            saved_mask: _, // nor between sigsuspend and its handler
            alternate_stack,
            fault_address: _, // of the parent's last fault
            has_work: _,      // nothing waits
            restart: _,       // a call of the parent's
            timers: _,        // man 2 fork: not inherited
        } = self;
        blocked.set(parent.blocked.get());
        alternate_stack.set(parent.alternate_stack.get());
        if let Some(table) = &*parent.handlers.borrow() {
            fault_injection::check()?;
            *handlers.borrow_mut() = Some(Arc::try_new(table.copy()?).map_err(|_| Errno::NOMEM)?);
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
        self.pending.set(SignalSet::EMPTY);
        drop(self.handlers.take());
        drop(self.words.take());
        drop(self.timers.take());
    }

    /// The action for `signal`.
    pub fn action(&self, signal: Signal) -> Action {
        self.handlers.borrow().as_ref().map_or(Action::DEFAULT, |handlers| handlers.get(signal))
    }

    /// Sets the action for `signal`; when it is to be ignored from now on, what waits of it is dropped.
    ///
    /// # Errors
    /// ENOMEM.
    pub fn set_action(&self, signal: Signal, action: Action) -> Result<()> {
        let mut handlers = self.handlers.borrow_mut();
        match &*handlers {
            Some(handlers) => handlers.set(signal, action)?,
            None if action == Action::DEFAULT => {}
            None => {
                let new = Handlers::new();
                new.set(signal, action)?;
                *handlers = Some(Arc::try_new(new).map_err(|_| Errno::NOMEM)?);
            }
        }
        if action.ignores(signal) {
            self.discard(SignalSet::of(signal));
        }
        Ok(())
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

    /// What waits.
    pub fn pending(&self) -> SignalSet {
        self.pending.get()
    }

    /// Says whether a signal waits that is to be delivered.
    pub fn is_any_deliverable(&self) -> bool {
        !self.pending.get().without(self.blocked.get()).is_empty()
    }

    /// Says whether a signal ends the task's sleep.
    pub fn ends_sleep(&self) -> bool {
        self.is_any_deliverable() || !self.pending.get().intersection(self.awaited.get()).is_empty()
    }

    /// Says whether the task is to be killed as soon as it can be.
    pub fn is_killed(&self) -> bool {
        self.pending.get().contains(Signal::KILL)
    }

    /// What sigtimedwait sleeps for from now on; empty when it does not.
    pub fn await_signals(&self, set: SignalSet) {
        self.awaited.set(set);
    }

    /// Puts a signal among those that wait.
    ///
    /// # Errors
    /// AGAIN when a real-time one cannot be kept; a standard one always can.
    pub(super) fn push(&self, information: Information) -> Result<()> {
        let signal = information.signal;
        let is_pending = self.pending.get().contains(signal);
        if is_pending && !signal.is_real_time() {
            return Ok(());
        }
        let mut words = self.words.borrow_mut();
        let is_kept = words.len() < MOST_WAITING && words.try_reserve(1).is_ok();
        if is_kept {
            words.push(information);
        } else if signal.is_real_time() {
            return Err(Errno::AGAIN);
        }
        self.pending.set(self.pending.get().union(SignalSet::of(signal)));
        Ok(())
    }

    /// Takes out the first of those in `set` that waits.
    pub fn take(&self, set: SignalSet) -> Option<Information> {
        let signal = self.pending.get().intersection(set).first()?;
        let mut words = self.words.borrow_mut();
        let place = words.iter().position(|waiting| waiting.signal == signal);
        let information = match place {
            Some(place) => words.remove(place),
            None => Information::sent(signal, linux::SI_USER as i32, 0),
        };
        if !words.iter().any(|waiting| waiting.signal == signal) {
            self.pending.set(self.pending.get().without(SignalSet::of(signal)));
        }
        Some(information)
    }

    /// Takes out the next to be delivered.
    pub(super) fn take_deliverable(&self) -> Option<Information> {
        self.take(SignalSet::from_bits(!self.blocked.get().bits()))
    }

    /// Drops what waits of `set`.
    pub(super) fn discard(&self, set: SignalSet) {
        if !self.pending.get().intersection(set).is_empty() {
            self.pending.set(self.pending.get().without(set));
            self.words.borrow_mut().retain(|waiting| !set.contains(waiting.signal));
        }
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
/// to ring 3.
pub fn set_blocked(set: SignalSet) {
    let task = running_thread();
    task.signals.blocked.set(set.as_mask());
    if task.signals.is_any_deliverable() {
        note_work(task);
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
