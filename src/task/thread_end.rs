//! What a thread that ends tells those who share its memory.
//!
//! The locks of its robust list get the mark that their owner has died, and whoever waits for one of them is woken. Then
//! its number is taken away from where it was promised to be (`CLONE_CHILD_CLEARTID`), and one sleeper there is woken:
//! that is how libraries join threads. Cleared first, woken then; a bad address only means that nobody is told, as on
//! Linux. `man 2 get_robust_list`, `man 2 set_tid_address`.

use super::futex::{self, Scope};
use super::pid::Pid;
use super::task_ref::running_thread;
use crate::arch::interrupt;
use crate::errno::{Errno, Result};
use crate::mm::user;
use alloc::sync::Arc;
use linux_raw_sys::general as linux;

/// How many locks of a robust list are looked at: the list is the program's, and may be a ring.
const MOST_LOCKS: u32 = linux::ROBUST_LIST_LIMIT;
/// In the address of a lock in the list: it is of the kind with priority inheritance.
const INHERITS_PRIORITY: u32 = 1;

/// Tells them: the running thread ends, or leaves its memory for a new program.
pub(super) fn tell_others() {
    let task = running_thread();
    let head = task.thread_id.robust_list.take();
    if head != 0 {
        // A list that is not whole ends where it breaks.
        let _ = leave_locks(head);
    }
    let clear_at = task.thread_id.clear_at.take();
    let is_shared = task.memory().is_some_and(|memory| Arc::strong_count(&memory) > 2);
    if clear_at != 0 && is_shared && user::write_u32(clear_at, 0).is_ok() {
        let _ = futex::wake(clear_at, Scope::Shared, 1, u32::MAX);
    }
}

/// Walks the list that begins at `head`: Linux's `struct robust_list_head`, of three words: the first lock, how far a
/// lock's word lies from its place in the list, and the lock that was being taken or given when the thread ended.
fn leave_locks(head: u32) -> Result<()> {
    let [mut lock, offset, pending] = [user::read_u32(head)?, user::read_u32(head + 4)?, user::read_u32(head + 8)?];
    let pending_place = pending & !INHERITS_PRIORITY;
    let mut left = MOST_LOCKS;
    while lock & !INHERITS_PRIORITY != head && left > 0 {
        let place = lock & !INHERITS_PRIORITY;
        // Read before the lock is left: then it is another's.
        let next = user::read_u32(place);
        if place != pending_place {
            leave_lock(place.wrapping_add(offset), IsPending::No)?;
        }
        lock = next?;
        left -= 1;
        interrupt::window();
    }
    if pending_place != 0 {
        leave_lock(pending_place.wrapping_add(offset), IsPending::Yes)?;
    }
    Ok(())
}

/// Whether the thread ended while it took or gave a lock, which it then may not have.
#[derive(PartialEq, Eq)]
enum IsPending {
    Yes,
    No,
}

/// Marks the lock at `address` as left by its dead owner, if that is who we are, and wakes one who waits for it.
fn leave_lock(address: u32, is_pending: IsPending) -> Result<()> {
    if !address.is_multiple_of(4) {
        return Err(Errno::INVAL);
    }
    let own = running_thread().pid().map_or(0, Pid::number);
    let is_own = |word: u32| word & linux::FUTEX_TID_MASK == own;
    let left = |word: u32| if is_own(word) { word & linux::FUTEX_WAITERS | linux::FUTEX_OWNER_DIED } else { word };
    let was = futex::exchange(address, left)?;
    let has_waiters = is_own(was) && was & linux::FUTEX_WAITERS != 0;
    if has_waiters || is_pending == IsPending::Yes && was == 0 {
        futex::wake(address, Scope::Shared, 1, u32::MAX)?;
    }
    Ok(())
}
