//! Makes a chosen allocation fail, so that every error path can be walked on purpose.
//!
//! Memory rarely runs out at the interesting moment. Armed with n, the n-th allocation from then on
//! fails as if memory were out. Whatever gives out frames, kernel addresses, boxes and pids asks here
//! first; the blocks of the kernel's heap come from those. Fork arms it when the kernel was booted
//! with `inject=fork` (src/task/fork_injection.rs).

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
