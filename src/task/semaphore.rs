//! Counting semaphores and the re-entrant lock, on which tasks sleep.
//!
//! For what must be held across a switch of tasks; everything shorter uses `IrqLock`. The book's
//! semaphore is binary and asserts so; its lock may be taken again by its holder, as ours. Book:
//! chapter 10, `thread/sync.c`.

use super::task_ref::{TaskRef, running_thread};
use super::wait_queue::{WaitQueue, block_in_queue};
use crate::arch::interrupt;
use crate::arch::lock::IrqLock;
use core::ops::Deref;

struct Inner {
    value: u32,
    waiters: WaitQueue,
}

/// A count that `down` waits to be above zero. The book's `struct semaphore`.
#[doc(alias = "struct semaphore")]
pub struct Semaphore(IrqLock<Inner>);

impl Semaphore {
    /// With `value` to be taken. The book's `sema_init`.
    #[doc(alias = "sema_init")]
    pub const fn new(value: u32) -> Self {
        Self(IrqLock::new(Inner { value, waiters: WaitQueue::new() }))
    }

    /// Takes one, sleeping until there is one. The book's `sema_down`.
    #[doc(alias = "sema_down")]
    pub fn down(&self) {
        let _off = interrupt::disabled();
        let mut inner = self.0.lock();
        match inner.value.checked_sub(1) {
            Some(rest) => inner.value = rest,
            None => {
                inner.waiters.join(running_thread());
                drop(inner);
                // Who wakes us has handed us the one we wait for.
                block_in_queue();
            }
        }
    }

    /// Gives one, to who has waited longest if anybody waits: nobody can come in between. The
    /// book's `sema_up`.
    #[doc(alias = "sema_up")]
    pub fn up(&self) {
        let mut inner = self.0.lock();
        if !inner.waiters.wake_one() {
            inner.value += 1;
        }
    }

    /// How many can be taken now.
    pub fn value(&self) -> u32 {
        self.0.lock().value
    }
}

/// Who holds a [`Lock`], and how many times over.
#[derive(Clone, Copy)]
struct Holder {
    task: Option<TaskRef>,
    depth: u32,
}

/// A lock that its holder may take again. The book's `struct lock`.
#[doc(alias = "struct lock")]
pub struct Lock<T> {
    semaphore: Semaphore,
    holder: IrqLock<Holder>,
    data: T,
}

/// Holds a [`Lock`] while it lives. Shared access only: the holder may have taken it twice.
#[doc(alias = "lock_release")]
pub struct LockGuard<'a, T>(&'a Lock<T>);

impl<T> Lock<T> {
    /// A free lock around `data`. The book's `lock_init`.
    #[doc(alias = "lock_init")]
    pub const fn new(data: T) -> Self {
        let holder = IrqLock::new(Holder { task: None, depth: 0 });
        Self { semaphore: Semaphore::new(1), holder, data }
    }

    /// Takes the lock, sleeping until it is free or ours. The book's `lock_acquire`.
    #[doc(alias = "lock_acquire")]
    pub fn acquire(&self) -> LockGuard<'_, T> {
        let me = Some(running_thread());
        if self.holder.lock().task != me {
            self.semaphore.down();
            self.holder.lock().task = me;
        }
        self.holder.lock().depth += 1;
        LockGuard(self)
    }

    /// Takes the lock if it is free or ours; `None` when another task has it.
    pub fn try_acquire(&self) -> Option<LockGuard<'_, T>> {
        let _off = interrupt::disabled();
        let me = running_thread();
        let is_free = self.semaphore.value() > 0;
        (is_free || self.holder.lock().task == Some(me)).then(|| self.acquire())
    }
}

impl<T> Deref for LockGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0.data
    }
}

impl<T> Drop for LockGuard<'_, T> {
    fn drop(&mut self) {
        let mut holder = self.0.holder.lock();
        holder.depth -= 1;
        if holder.depth > 0 {
            return;
        }
        holder.task = None;
        drop(holder);
        self.0.semaphore.up();
    }
}
