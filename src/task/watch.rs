//! Watched processes: each system call and signal of theirs is a line for somebody else. What strace needs of a kernel.
//!
//! Who watches has given a descriptor, to which the lines go ([`Watcher`]): children that are watched too write to the
//! same. Nobody can watch from outside but through that file, so there are no stops and no second process that has to
//! be asked, as with `ptrace`. The lines are made a layer above ([`set_tale`]). Linux: `man 2 ptrace`, `man 1 strace`.

use super::descriptor::Descriptor;
use super::pid::Pid;
use super::process::Process;
use super::signal::{Information, Signal};
use super::status::WaitStatus;
use super::task_ref::running_thread;
use super::wait_queue::{WaitQueue, wait_for};
use crate::arch::interrupt;
use crate::arch::lock::IrqLock;
use crate::errno::{Errno, Result};
use crate::trace::recorder;
use alloc::sync::Arc;
use core::sync::atomic::{AtomicU32, Ordering};
use spin::Once;

/// How many watch. Whether it is any is in the word that tracepoints look at: a system call tests one word.
static WATCHING: AtomicU32 = AtomicU32::new(0);

/// Says whether any process may be watched.
pub fn is_on() -> bool {
    recorder::is_strace_on()
}

/// Somebody watches: a [`Watcher`], or the log, for ever.
pub fn begin() {
    let _off = interrupt::disabled();
    WATCHING.fetch_add(1, Ordering::Relaxed);
    recorder::set_strace(true);
}

/// Somebody watches no more.
fn end_one() {
    let _off = interrupt::disabled();
    let before = WATCHING.fetch_sub(1, Ordering::Relaxed);
    recorder::set_strace(before > 1);
}

/// What is told beside system calls.
pub struct Tale {
    /// A signal is about to be acted on by the running thread.
    pub signal: fn(&Information),
    /// The running thread is stopped by a signal.
    pub stopped: fn(Signal),
    /// The running thread ends.
    pub ended: fn(WaitStatus),
}

static TALE: Once<Tale> = Once::new();

/// Sets who makes lines of what is told.
pub fn set_tale(tale: Tale) {
    TALE.call_once(|| tale);
}

/// Tells something of the running thread, if anybody watches at all.
pub(super) fn tell(what: impl FnOnce(&Tale)) {
    if let Some(tale) = TALE.get().filter(|_| is_on() && running_thread().is_process()) {
        what(tale);
    }
}

/// What a watcher wants to know.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Wanted {
    /// What the process's children and other threads do, too.
    pub follows: bool,
    /// How long each call takes.
    pub times: bool,
}

/// Who watches one or more processes.
pub struct Watcher {
    file: Descriptor,
    wanted: Wanted,
    page: IrqLock<Page>,
}

/// The lines so far.
struct Page {
    /// A thread writes.
    is_taken: bool,
    waiting: WaitQueue,
    end: End,
}

/// How the last line ends.
#[derive(Clone, Copy, Default)]
pub struct End {
    /// Whose line is not complete, if it is not.
    pub open: Option<Pid>,
    /// How long that one is so far.
    pub column: usize,
    /// Nobody reads any more.
    pub is_broken: bool,
}

impl Watcher {
    /// Somebody who reads the lines from what `file` refers to.
    ///
    /// # Errors
    /// ENOMEM.
    pub fn new(file: Descriptor, wanted: Wanted) -> Result<Arc<Self>> {
        let page = Page { is_taken: false, waiting: WaitQueue::new(), end: End::default() };
        // Counted first: where there is no memory it is dropped, like any other, before `try_new` returns.
        begin();
        Arc::try_new(Self { file, wanted, page: IrqLock::new(page) }).map_err(|_| Errno::NOMEM)
    }

    /// Where the lines go.
    pub fn file(&self) -> &Descriptor {
        &self.file
    }

    /// What is to be told.
    pub fn wanted(&self) -> Wanted {
        self.wanted
    }

    /// Lets the running thread write: `write` is told how the last line ends and says how it ends then. What sleeps in
    /// it is woken by the thread's end alone: no signal cuts a line short, and none comes of writing it.
    ///
    /// # Errors
    /// RESTART when the thread is to end before its turn comes.
    pub fn take_turn(&self, write: impl FnOnce(End) -> End) -> Result<()> {
        let task = running_thread();
        task.is_telling.set(true);
        let take = |page: &mut Page| (!page.is_taken).then(|| page.is_taken = true);
        let turn = wait_for(&self.page, |page| &mut page.waiting, None, take);
        if turn.is_ok() {
            let before = self.page.lock().end;
            let after = write(before);
            let mut page = self.page.lock();
            page.end = after;
            page.is_taken = false;
            page.waiting.wake_one();
        }
        task.is_telling.set(false);
        turn
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        end_one();
    }
}

impl Process {
    /// Who watches it.
    pub fn watcher(&self) -> Option<Arc<Watcher>> {
        self.watcher.borrow().clone()
    }

    /// Lets somebody watch it from now on, or nobody.
    pub fn set_watcher(&self, watcher: Option<Arc<Watcher>>) {
        // Dropped when the cell is free again: closing a file wakes others.
        let before = self.watcher.replace(watcher);
        drop(before);
    }

    /// Ends the watching by `watcher`, which nobody reads any more. One that has come after it stays.
    pub fn forget_watcher(&self, watcher: &Arc<Watcher>) {
        let is_present = self.watcher.borrow().as_ref().is_some_and(|present| Arc::ptr_eq(present, watcher));
        if is_present {
            self.set_watcher(None);
        }
    }

    /// Says whether it is watched.
    pub fn is_watched(&self) -> bool {
        self.watcher.borrow().is_some()
    }

    /// Who watches a child that it makes now.
    pub(super) fn watcher_of_child(&self) -> Option<Arc<Watcher>> {
        self.watcher().filter(|watcher| watcher.wanted.follows)
    }
}
