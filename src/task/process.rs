//! A process: what its threads have in common.
//!
//! Each thread is a PCB page of its own, and all of a process refer to one [`Process`], which is counted and goes with
//! the last of them. The thread that was there first is the leader, whose number is the process's; it stays, as a
//! zombie, until all others have ended, and is what the parent waits for. The book's process is one thread, so there
//! all of this is in `task_struct`. Linux's `struct signal_struct`; `man 2 clone` (CLONE_THREAD), `man 2 execve`.

use super::kinship::Kinship;
use super::limits::Limits;
use super::membership::Membership;
use super::pid::Pid;
use super::scheduler;
use super::signal::action::Action;
use super::signal::pending::Pending;
use super::signal::posix_timers::PosixTimers;
use super::signal::timers::Timers;
use super::signal::{Signal, state::note_work};
use super::status::WaitStatus;
use super::task_ref::{TaskRef, running_thread};
use super::task_struct::{Status, Task};
use super::usage::Usage;
use super::watch::Watcher;
use crate::errno::{Errno, Result};
use crate::mm::fault_injection;
use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};

/// What the threads of a process have in common.
pub struct Process {
    /// The thread whose number is the process's; there is one as soon as the process is on the lists, and its page
    /// stays as long as any thread lives.
    pub(super) leader: Cell<Option<TaskRef>>,
    /// Threads that have not ended.
    pub(super) living: Cell<u32>,
    /// The number of the process that may wait for it; `None` for the first ones.
    pub(super) parent_pid: Cell<Option<Pid>>,
    /// Its process group, session and terminal.
    pub membership: Membership,
    /// What its parent is told.
    pub kinship: Kinship,
    /// The time that its threads and its children have used.
    pub usage: Usage,
    /// How much it may use.
    pub limits: Limits,
    /// Signals that wait for whichever thread takes them.
    pub pending: Pending,
    /// `None` until one is set.
    pub timers: RefCell<Option<Box<Timers>>>,
    pub posix_timers: PosixTimers,
    /// The arguments that its program was started with, each with its NUL; shared with what fork makes of it.
    command_line: RefCell<Option<Arc<Vec<u8>>>>,
    /// How it ends, once that is decided for all threads.
    pub(super) ending: Cell<Option<WaitStatus>>,
    /// The thread that waits, in execve, until it is the only one.
    pub(super) successor: Cell<Option<TaskRef>>,
    /// The signal by which all threads are stopped, or about to be.
    pub(super) stopped_by: Cell<Option<Signal>>,
    /// Who is told what its threads do.
    pub(super) watcher: RefCell<Option<Arc<Watcher>>>,
}

impl Process {
    /// A process without threads.
    ///
    /// # Errors
    /// ENOMEM.
    pub(super) fn new() -> Result<Arc<Self>> {
        fault_injection::check()?;
        Arc::try_new(Self {
            leader: Cell::new(None),
            living: Cell::new(0),
            parent_pid: Cell::new(None),
            membership: Membership::new(),
            kinship: Kinship::new(),
            usage: Usage::new(),
            limits: Limits::new(),
            pending: Pending::new(),
            timers: RefCell::new(None),
            posix_timers: PosixTimers::new(),
            command_line: RefCell::new(None),
            ending: Cell::new(None),
            successor: Cell::new(None),
            stopped_by: Cell::new(None),
            watcher: RefCell::new(None),
        })
        .map_err(|_| Errno::NOMEM)
    }

    /// Makes this, which is new, a child of fork's of `parent`. Adding a field does not compile until it is said here
    /// what becomes of it.
    ///
    /// # Errors
    /// ENOMEM.
    pub(super) fn inherit(&self, parent: &Self) -> Result<()> {
        let Self {
            leader: _,     // set by add
            living: _,     // none yet
            parent_pid: _, // who it is depends on CLONE_PARENT: fork.rs says
            membership,
            kinship: _, // new
            usage: _,   // nothing used yet
            limits,
            pending: _, // the parent's alone
            timers: _,  // man 2 fork: not inherited
            posix_timers: _,
            command_line,
            ending: _,     // it lives
            successor: _,  // and has one thread
            stopped_by: _, // which runs
            watcher,       // told of the child too if that was wanted
        } = self;
        membership.inherit(&parent.membership);
        limits.inherit(&parent.limits)?;
        command_line.borrow_mut().clone_from(&parent.command_line.borrow());
        *watcher.borrow_mut() = parent.watcher_of_child();
        Ok(())
    }

    /// A thread that is about to run belongs to it; the first one leads.
    pub(super) fn add(&self, task: TaskRef) {
        if self.leader.get().is_none() {
            self.leader.set(Some(task));
        }
        self.living.set(self.living.get() + 1);
    }

    /// One thread less lives; says whether it was the last one.
    pub(super) fn remove_living(&self) -> bool {
        self.living.set(self.living.get() - 1);
        self.living.get() == 0
    }

    /// The leader.
    ///
    /// # Panics
    /// When it has no thread yet.
    pub fn leader(&self) -> TaskRef {
        self.leader.get().expect("a process on the lists has a leader")
    }

    /// Its number: the leader's.
    pub fn pid(&self) -> Option<Pid> {
        self.leader.get().and_then(|leader| leader.pid())
    }

    /// How many threads have not ended.
    pub fn living_threads(&self) -> u32 {
        self.living.get()
    }

    /// Says whether all threads have ended: it is a zombie.
    pub fn has_ended(&self) -> bool {
        self.living.get() == 0
    }

    /// The threads that have not ended. Good until the caller gives up the CPU.
    pub fn threads(&self) -> impl Iterator<Item = TaskRef> {
        let process = core::ptr::from_ref(self);
        // Most have one thread, which need not be searched for. A leader that is about to end may not be the one.
        let is_alone = |leader: &TaskRef| self.living.get() == 1 && !leader.has_ended() && !leader.is_doomed();
        let leader = self.leader.get().filter(is_alone);
        let others = leader.is_none().then(|| scheduler::all_tasks().filter(move |task| task.is_of(process)));
        leader.into_iter().chain(others.into_iter().flatten().filter(|task| !task.has_ended()))
    }

    /// What it does about `signal`: its threads have one table of actions, but a leader that has ended has none any more.
    pub fn action(&self, signal: Signal) -> Action {
        self.threads().next().map_or(Action::DEFAULT, |thread| thread.signals.action(signal))
    }

    /// The arguments that its program was started with, each with its NUL; `None` without a program.
    pub fn command_line(&self) -> Option<Arc<Vec<u8>>> {
        self.command_line.borrow().clone()
    }

    /// It begins a program with those arguments.
    pub(super) fn set_command_line(&self, line: Option<Arc<Vec<u8>>>) {
        drop(self.command_line.replace(line));
    }

    /// How it ends, once that is decided.
    pub fn ending(&self) -> Option<WaitStatus> {
        self.ending.get()
    }

    /// The signal by which its threads are stopped, or about to be.
    pub fn stopped_by(&self) -> Option<Signal> {
        self.stopped_by.get()
    }

    /// Stops all threads, each as soon as it can.
    pub(super) fn stop(&self, signal: Signal) {
        self.stopped_by.set(Some(signal));
        for task in self.threads().filter(|&task| task != running_thread()) {
            note_work(task);
            scheduler::wake_for_signal(task);
        }
    }

    /// Lets all threads go on; says whether they were stopped.
    pub(super) fn go_on(&self) -> bool {
        let was_stopped = self.stopped_by.take().is_some();
        for task in self.threads().filter(|task| task.status() == Status::Stopped) {
            scheduler::unblock(task);
        }
        was_stopped
    }

    /// Says whether every living thread but `leaving` has stopped.
    pub(super) fn have_all_stopped_but(&self, leaving: TaskRef) -> bool {
        self.threads().all(|task| task == leaving || task.status() == Status::Stopped)
    }

    /// Says whether it is stopped: no thread runs.
    pub fn is_stopped(&self) -> bool {
        self.stopped_by.get().is_some()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.membership.leave();
    }
}

/// All processes, by their leaders, those that have ended and wait to be waited for among them. Good until the caller
/// gives up the CPU.
pub fn all() -> impl Iterator<Item = TaskRef> {
    scheduler::all_tasks().filter(|task| task.is_leader())
}

/// The process of that number, by its leader.
pub fn find(pid: Pid) -> Option<TaskRef> {
    super::pid::find(pid).filter(|task| task.is_leader())
}

/// The number of the running process.
pub fn running_pid() -> Option<Pid> {
    running_thread().process().pid()
}

impl Task {
    /// The process that it is a thread of.
    pub fn process(&self) -> &Process {
        &self.process
    }

    /// The number of its process: Linux's `tgid`.
    pub fn tgid(&self) -> Option<Pid> {
        self.process.pid()
    }

    /// Says whether it leads its process.
    pub fn is_leader(&self) -> bool {
        self.process.leader.get().is_some_and(|leader| core::ptr::eq(&raw const *leader, self))
    }

    /// Says whether it is a thread of `process`.
    pub(super) fn is_of(&self, process: *const Process) -> bool {
        core::ptr::eq(self.process(), process)
    }

    /// Says whether it has ended.
    pub fn has_ended(&self) -> bool {
        matches!(self.status(), Status::Hanging | Status::Died)
    }
}
