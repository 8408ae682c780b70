//! Who runs next: round robin, with the priority as time slice.
//!
//! The running task keeps the CPU until its ticks are used up, it blocks, or it yields; then the
//! first of the ready list gets it. A task that an interrupt wakes does not wait for that: it gets
//! the CPU at once, and the one it interrupts goes on next with what is left of its slice. The idle
//! thread is in no list and runs when nobody else can. Real-time tasks (policy.rs) come before all
//! others. Book: chapter 9, `schedule`, `thread_block`, `thread_unblock`, `thread_yield`.

use super::accounting;
use super::exit;
use super::floating_point;
use super::list::List;
use super::pid::Pid;
use super::policy::Policy;
use super::signal;
use super::signal::state::note_work;
use super::sleep;
use super::switch::switch_to;
use super::task_ref::{AllTag, TaskRef, running_thread};
use super::task_struct::{Sleep, Status};
use super::thread_area;
use crate::arch::interrupt;
use crate::arch::lock::{self, IrqLock};
use crate::errno::{Errno, Result};
use crate::mm::page_directory::page_dir_activate;
use crate::trace::tracepoint;

/// The lists of tasks.
struct Scheduler {
    /// The book's `thread_ready_list`.
    ready: List<TaskRef>,
    /// Those by a real-time rule, highest priority first.
    ready_real_time: List<TaskRef>,
    /// The book's `thread_all_list`.
    all: List<AllTag>,
    idle: Option<TaskRef>,
    /// A task was unblocked since the last switch.
    has_woken: bool,
}

static SCHEDULER: IrqLock<Scheduler> = IrqLock::new(Scheduler {
    ready: List::new(),
    ready_real_time: List::new(),
    all: List::new(),
    idle: None,
    has_woken: false,
});

/// Puts a finished task on both lists: it exists now, and runs when its turn comes.
#[doc(alias = "thread_all_list")]
pub(super) fn add(task: TaskRef) {
    let mut scheduler = SCHEDULER.lock();
    scheduler.append(task);
    scheduler.all.append(AllTag(task));
    accounting::note_new_task();
}

/// Says whether `task` is the one that runs when nobody else can.
pub(super) fn is_idle(task: TaskRef) -> bool {
    SCHEDULER.lock().idle == Some(task)
}

/// Puts the booting thread on the list of all tasks and makes it the one that runs when nobody
/// else can.
pub(super) fn add_idle(task: TaskRef) {
    let mut scheduler = SCHEDULER.lock();
    task.status.set(Status::Running);
    scheduler.all.append(AllTag(task));
    scheduler.idle = Some(task);
}

/// Takes a task that has ended off the list of all tasks.
pub(super) fn remove(task: TaskRef) {
    SCHEDULER.lock().all.remove(AllTag(task));
}

/// All tasks, in the order in which they were made. Good until the caller gives up the CPU.
pub fn all_tasks() -> impl Iterator<Item = TaskRef> {
    SCHEDULER.lock().all.iter().map(|tag| tag.0)
}

/// How many tasks there are.
pub fn count_tasks() -> usize {
    SCHEDULER.lock().all.len()
}

/// Gives the CPU to the next task. The book's `schedule`.
///
/// Called with interrupts off. A caller that is `Running` goes to the end of the ready list with a
/// full time slice; any other waits somewhere and comes back when it is unblocked.
///
/// # Panics
/// Under a lock: its guard would stay alive in a task that does not run.
pub fn schedule() {
    assert!(!lock::any_is_held() && !interrupt::are_enabled(), "a switch under a lock");
    let current = running_thread();
    let next = {
        let mut scheduler = SCHEDULER.lock();
        if current.status.get() == Status::Running {
            current.status.set(Status::Ready);
            current.ticks.set(current.priority.get());
            if Some(current) != scheduler.idle {
                scheduler.append(current);
            }
        }
        scheduler.take_next()
    };
    switch(current, next);
}

impl Scheduler {
    /// Puts `task` behind all that are ready and as important.
    fn append(&mut self, task: TaskRef) {
        let priority = task.policy.get().priority();
        match priority {
            0 => self.ready.append(task),
            _ => self.ready_real_time.insert_before(task, |other| other.policy.get().priority() < priority),
        }
    }

    /// Puts `task` before all that are ready and as important.
    fn push(&mut self, task: TaskRef) {
        let priority = task.policy.get().priority();
        match priority {
            0 => self.ready.push(task),
            _ => self.ready_real_time.insert_before(task, |other| other.policy.get().priority() <= priority),
        }
    }

    /// The one that is to run next.
    fn first(&self) -> Option<TaskRef> {
        self.ready_real_time.first().or_else(|| self.ready.first())
    }

    /// Says whether the next one is to run before `current`, which could go on: it is more important, or was just
    /// woken and as ordinary.
    fn is_to_preempt(&self, current: TaskRef) -> bool {
        let Some(next) = self.first() else { return false };
        let [next, current] = [next, current].map(|task| task.policy.get().priority());
        next > current || current == 0 && self.has_woken
    }

    /// The first of those that are ready, or idle.
    fn take_next(&mut self) -> TaskRef {
        self.has_woken = false;
        let next =
            self.ready_real_time.pop().or_else(|| self.ready.pop()).or(self.idle).expect("there is an idle thread");
        next.status.set(Status::Running);
        next
    }
}

/// A task's pid, for the trace.
fn number(task: TaskRef) -> u32 {
    task.pid().map_or(0, Pid::number)
}

fn switch(current: TaskRef, next: TaskRef) {
    if next != current {
        accounting::note_switch();
        tracepoint!(sched::switch(number(current), number(next)));
        process_activate(next);
        switch_to(current, next);
        // Back, perhaps from one that has ended and waits for somebody else to take its page.
        exit::reap_unclaimed();
    }
}

/// Gives the CPU to a task that was woken by the interrupt being handled, if there is one; the
/// running task is the next to go on. Called at the end of an interrupt's handler.
pub fn preempt_if_woken() {
    let current = running_thread();
    let next = {
        let mut scheduler = SCHEDULER.lock();
        if current.status.get() != Status::Running || !scheduler.is_to_preempt(current) {
            return;
        }
        let next = scheduler.take_next();
        current.status.set(Status::Ready);
        if Some(current) != scheduler.idle {
            scheduler.push(current);
        }
        tracepoint!(sched::preempt(number(next)));
        next
    };
    switch(current, next);
}

/// Makes the address space, the ring-0 stack and the floating-point registers those of `task`.
/// The book's `process_activate`.
fn process_activate(task: TaskRef) {
    page_dir_activate(task.memory.borrow().as_ref().map(|memory| memory.directory()));
    task.use_for_interrupts();
    floating_point::switch_to(task);
    thread_area::switch_to(task);
    signal::state::switch_to(task);
}

/// Stops the running task, which `status` says waits for something, until it is unblocked. The
/// book's `thread_block`. The caller has put it where whoever unblocks it will find it.
#[doc(alias = "thread_block")]
pub fn block(status: Status) {
    assert!(matches!(status, Status::Blocked | Status::Waiting | Status::Stopped | Status::Hanging));
    let _off = interrupt::disabled();
    running_thread().status.set(status);
    tracepoint!(sched::block(status as u32));
    schedule();
}

/// Lets a blocked task run again, first of the ready list. The book's `thread_unblock`.
///
/// # Panics
/// When it is not blocked.
#[doc(alias = "thread_unblock")]
pub fn unblock(task: TaskRef) {
    let mut scheduler = SCHEDULER.lock();
    assert!(matches!(task.status.get(), Status::Blocked | Status::Waiting | Status::Stopped));
    task.status.set(Status::Ready);
    tracepoint!(sched::wake(number(task)));
    scheduler.has_woken = true;
    if task.policy.get().is_real_time() {
        // Behind those of its priority (man 7 sched), but it does not wait for the end of an ordinary task's turn.
        scheduler.append(task);
        note_work(running_thread());
    } else {
        scheduler.push(task);
    }
}

/// Gives the CPU to a task that is more important than the running one, which is about to go back to its program.
pub(super) fn preempt_if_less_important() {
    let current = running_thread();
    let is_less = SCHEDULER
        .lock()
        .ready_real_time
        .first()
        .is_some_and(|next| next.policy.get().priority() > current.policy.get().priority());
    if is_less {
        preempt_if_woken();
    }
}

/// Changes by which rule `task` gets the CPU.
pub fn set_policy(task: TaskRef, policy: Policy) {
    let _off = interrupt::disabled();
    let mut scheduler = SCHEDULER.lock();
    let is_ready = task.status.get() == Status::Ready;
    if is_ready && task.policy.get().is_real_time() {
        scheduler.ready_real_time.remove(task);
    } else if is_ready {
        scheduler.ready.remove(task);
    }
    task.policy.set(policy);
    if is_ready {
        scheduler.append(task);
    }
    drop(scheduler);
    note_work(running_thread());
}

/// Lets `task` run again if it is blocked: what a timer or a signal does, which may come late. Says whether it was.
pub(super) fn wake_if_blocked(task: TaskRef) -> bool {
    let is_blocked = task.status.get() == Status::Blocked;
    if is_blocked {
        unblock(task);
    }
    is_blocked
}

/// Lets `task` run again if it waits for a child: one of them has changed.
pub(super) fn wake_if_waiting(task: TaskRef) {
    if task.status.get() == Status::Waiting {
        unblock(task);
    }
}

/// Lets `task` run again if it sleeps in a way that a signal ends.
pub(super) fn wake_for_signal(task: TaskRef) {
    if matches!(task.status.get(), Status::Blocked | Status::Waiting) && task.sleep.get() == Sleep::Light {
        unblock(task);
    }
}

/// Lets `task`, which is to end, run again if it sleeps in a way that its end ends.
pub(super) fn wake_for_end(task: TaskRef) {
    if matches!(task.status.get(), Status::Blocked | Status::Waiting) && task.sleep.get() != Sleep::Deep {
        unblock(task);
    }
}

/// Stops the running task until it is unblocked, or is to end.
pub(super) fn block_killably() {
    block_with(Sleep::Killable, Status::Blocked);
}

fn block_with(sleep: Sleep, status: Status) {
    let task = running_thread();
    task.sleep.set(sleep);
    block(status);
    task.sleep.set(Sleep::Deep);
}

/// Stops the running task, which waits for a child to change, until one has or a signal arrives.
///
/// # Errors
/// RESTART for a signal.
pub(super) fn wait_interruptibly() -> Result<()> {
    let _off = interrupt::disabled();
    let task = running_thread();
    if task.ends_sleep() {
        return Err(Errno::RESTART);
    }
    block_with(Sleep::Light, Status::Waiting);
    Ok(())
}

/// Stops the running task until it is unblocked, the tick `deadline` comes, or a signal arrives; one that waits
/// already is enough.
///
/// # Errors
/// TIMEDOUT when the deadline has come, RESTART for a signal.
pub fn block_interruptibly(deadline: Option<u64>) -> Result<()> {
    let _off = interrupt::disabled();
    let task = running_thread();
    if task.ends_sleep() {
        return Err(Errno::RESTART);
    }
    if let Some(wake) = deadline {
        sleep::start_timer(task, wake);
    }
    block_with(Sleep::Light, Status::Blocked);
    let is_late = deadline.is_some() && sleep::stop_timer(task);
    match is_late {
        true => Err(Errno::TIMEDOUT),
        false if task.ends_sleep() => Err(Errno::RESTART),
        false => Ok(()),
    }
}

/// Lets the others run first. The book's `thread_yield`.
#[doc(alias = "thread_yield")]
pub fn yield_now() {
    let _off = interrupt::disabled();
    schedule();
}

/// A tick has passed: the running task pays for it, and leaves the CPU when its slice is used up.
/// The second half of the book's `intr_timer_handler`. Interrupts are off.
#[doc(alias = "intr_timer_handler")]
pub fn tick() {
    let current = running_thread();
    assert!(current.is_intact(), "the stack of {} has overflowed", current.name().as_str());
    current.elapsed_ticks.set(current.elapsed_ticks.get().wrapping_add(1));
    match current.ticks.get().checked_sub(1) {
        // Its turn has no end.
        _ if !current.policy.get().takes_turns() => preempt_if_woken(),
        Some(left) => {
            current.ticks.set(left);
            preempt_if_woken();
        }
        None => {
            tracepoint!(sched::slice_over());
            schedule();
        }
    }
}

/// What the idle thread does for ever: halt until an interrupt, then see who is ready. The book's
/// `idle`.
pub fn idle() -> ! {
    interrupt::disable();
    loop {
        schedule();
        interrupt::wait();
    }
}
