//! What can be done with an open file without waiting: poll's and select's question.
//!
//! Whoever waits for several files at once waits in one queue for all of them, and every change of any file's
//! readiness wakes that queue: the waiters then look again at what they asked about. With the handful of
//! processes that poll here that costs less than a queue entry for each pair of waiter and file.

use crate::arch::lock::IrqLock;
use crate::task::wait_queue::WaitQueue;
use bitflags::bitflags;

bitflags! {
    /// poll's bits (`man 2 poll`).
    #[derive(Clone, Copy, PartialEq, Eq, Debug)]
    pub struct Readiness: u16 {
        const READ = 0x1;
        const PRIORITY = 0x2;
        const WRITE = 0x4;
        const ERROR = 0x8;
        const HANG_UP = 0x10;
        const INVALID = 0x20;
    }
}

/// Who waits for any change, and how many changes there were.
pub struct Pollers {
    pub changes: u64,
    pub queue: WaitQueue,
}

/// Taken alone, or under the lock of a file whose readiness has changed.
pub static POLLERS: IrqLock<Pollers> = IrqLock::new(Pollers { changes: 0, queue: WaitQueue::new() });

/// Some file's readiness has changed.
pub fn changed() {
    let mut pollers = POLLERS.lock();
    pollers.changes += 1;
    pollers.queue.wake_all();
}
