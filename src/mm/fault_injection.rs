//! Makes a chosen allocation fail, so that every error path can be walked on purpose.
//!
//! Memory rarely runs out at the interesting moment. Armed with n, the n-th allocation from then on
//! fails as if memory were out. Whatever gives out frames, kernel addresses, the heap's memory and
//! pids asks here first. Fork arms it when the kernel was booted with `inject=fork`
//! (src/task/fork_injection.rs), other system calls with `inject=calls` (src/abi/injection.rs).

use crate::errno::{Errno, Result};
use core::sync::atomic::{AtomicU32, Ordering};

/// How many allocations remain until the one that fails; 0 while disarmed. Read and written with
/// interrupts off.
static REMAINING: AtomicU32 = AtomicU32::new(0);

/// Makes the `n`-th allocation from now fail; 0 disarms.
pub fn arm(n: u32) {
    REMAINING.store(n, Ordering::Relaxed);
}

/// Disarms, and says whether the failure is still to come.
pub fn disarm() -> bool {
    REMAINING.swap(0, Ordering::Relaxed) != 0
}

/// Does `work` disarmed; what is armed waits until it is done.
pub fn suspended<R>(work: impl FnOnce() -> R) -> R {
    let remaining = REMAINING.swap(0, Ordering::Relaxed);
    let result = work();
    REMAINING.store(remaining, Ordering::Relaxed);
    result
}

/// Asked by every allocator before it takes anything.
///
/// # Errors
/// ENOMEM when this is the allocation that must fail.
pub fn check() -> Result<()> {
    let remaining = REMAINING.load(Ordering::Relaxed);
    if remaining == 0 {
        return Ok(());
    }
    REMAINING.store(remaining - 1, Ordering::Relaxed);
    if remaining == 1 { Err(Errno::NOMEM) } else { Ok(()) }
}

/// Failures one after the other: the first try fails at its first allocation, the next at its second, and so on until
/// one has too few allocations to fail; then again. So a test needs nothing but to try again to see every error path.
pub struct Sweep(AtomicU32);

impl Sweep {
    /// At its beginning.
    pub const fn new() -> Self {
        Self(AtomicU32::new(1))
    }

    /// Arms the failure of the next try. Other tasks' allocations may meet it instead; tests run nothing beside.
    #[must_use = "the failure is disarmed when this is dropped"]
    pub fn begin(&'static self) -> Try {
        arm(self.0.load(Ordering::Relaxed));
        Try(self)
    }
}

/// One try of a sweep, which lasts as long as this.
pub struct Try(&'static Sweep);

impl Drop for Try {
    fn drop(&mut self) {
        let is_still_to_come = disarm();
        let failed = self.0.0.load(Ordering::Relaxed);
        self.0.0.store(if is_still_to_come { 1 } else { failed + 1 }, Ordering::Relaxed);
    }
}
