//! Pids: a bitmap of 1,024, and the task behind each.
//!
//! As in the book pids come from a bitmap; ours goes on from the last one given, so that a pid is
//! not used again at once. The lowest are 1 for init and 2 for the thread that boots; 0 is nobody's.
//! When all are taken, fork fails with EAGAIN (F4: the book asserts, or goes on with -1). Book:
//! chapter 15, `allocate_pid`, `release_pid`, `pid2thread`.

use super::task_ref::TaskRef;
use crate::arch::lock::IrqLock;
use crate::errno::{Errno, Result};
use crate::mm::bitmap::Bitmap;
use crate::mm::fault_injection;
use alloc::vec::Vec;
use core::fmt;
use core::num::NonZeroU16;

/// How many pids there are, 0 included.
const PIDS: usize = 1024;

/// A task's number, 1..1024.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pid(NonZeroU16);

impl Pid {
    /// init's.
    pub const INIT: Self = Self(NonZeroU16::new(1).unwrap());

    /// The pid of that number, if it can be one.
    pub fn new(number: u32) -> Option<Self> {
        let number = u16::try_from(number).ok().filter(|&number| usize::from(number) < PIDS)?;
        NonZeroU16::new(number).map(Self)
    }

    /// All pids there can be, from the lowest.
    pub fn all() -> impl Iterator<Item = Self> {
        (1..PIDS as u32).filter_map(Self::new)
    }

    /// The number.
    pub fn number(self) -> u32 {
        self.0.get().into()
    }

    fn index(self) -> usize {
        self.0.get().into()
    }
}

impl fmt::Display for Pid {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        // With the width that was asked for.
        fmt::Display::fmt(&self.0, out)
    }
}

/// The pool of pids. The book's `pid_pool`.
#[doc(alias = "pid_pool")]
struct Pool {
    /// `None` until [`init`].
    taken: Option<Bitmap>,
    tasks: [Option<TaskRef>; PIDS],
    /// What each number is used for: a task's pid, and once for each member of the group and of the session that
    /// have it. It is free when nothing uses it.
    uses: [u16; PIDS],
    free: u32,
}

/// Nothing else is locked while it is held. Its 4 KiB must never pass through a stack.
static POOL: IrqLock<Pool> = IrqLock::new(Pool { taken: None, tasks: [None; PIDS], uses: [0; PIDS], free: 0 });

impl Pool {
    fn taken(&mut self) -> &mut Bitmap {
        self.taken.as_mut().expect("pids are used before task::init")
    }
}

/// Makes the pool; pid 0 is taken for ever. The book's `pid_pool_init`.
///
/// # Errors
/// ENOMEM.
#[doc(alias = "pid_pool_init")]
pub(super) fn init() -> Result<()> {
    let mut words = Vec::new();
    words.try_reserve_exact(PIDS / 32).map_err(|_| Errno::NOMEM)?;
    words.resize(PIDS / 32, 0);
    let mut taken = Bitmap::new(Vec::leak(words), PIDS);
    taken.take(0);
    let mut pool = POOL.lock();
    pool.taken = Some(taken);
    pool.free = PIDS as u32 - 1;
    Ok(())
}

/// Takes the next free pid. The book's `allocate_pid`, and `fork_pid` around it.
///
/// # Errors
/// EAGAIN when all are taken, as Linux says it.
#[doc(alias = "fork_pid")]
pub fn allocate_pid() -> Result<Pid> {
    fault_injection::check()?;
    let mut pool = POOL.lock();
    let index = pool.taken().allocate_one().ok_or(Errno::AGAIN)?;
    pool.free -= 1;
    pool.uses[index] = 1;
    Ok(Pid::new(index as u32).expect("pid 0 is taken for ever"))
}

/// Keeps a number that is taken from being given out again, until it has been released once more: a group or a
/// session has it.
pub fn hold(pid: Pid) {
    POOL.lock().uses[pid.index()] += 1;
}

/// Gives a number back that was allocated or held; it is free when nothing else uses it.
pub fn release_pid(pid: Pid) {
    let mut pool = POOL.lock();
    pool.uses[pid.index()] -= 1;
    if pool.uses[pid.index()] == 0 {
        pool.taken().release(pid.index());
        pool.free += 1;
    }
}

/// Gives the pid of a task back that is no more: nobody is behind it.
pub(super) fn forget_task(pid: Pid) {
    POOL.lock().tasks[pid.index()] = None;
    release_pid(pid);
}

/// Says that `task` has the pid `pid`, from now on to be found by it.
pub(super) fn set_task(pid: Pid, task: TaskRef) {
    POOL.lock().tasks[pid.index()] = Some(task);
}

/// Gives `a` the pid of `b`, and the other way round: a thread becomes its process's leader.
pub(super) fn exchange(a: &TaskRef, b: &TaskRef) {
    a.pid.swap(&b.pid);
    for task in [a, b] {
        if let Some(pid) = task.pid() {
            set_task(pid, *task);
        }
    }
}

/// The task with that pid. The book's `pid2thread`, which walks the list of all tasks.
#[doc(alias = "pid_check")]
#[doc(alias = "pid2thread")]
pub fn find(pid: Pid) -> Option<TaskRef> {
    POOL.lock().tasks[pid.index()]
}

/// How many pids are free.
pub fn free_pids() -> u32 {
    POOL.lock().free
}
