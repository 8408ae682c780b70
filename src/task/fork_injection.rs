//! Makes allocations inside fork fail on purpose, when the kernel was booted with `inject=fork`.
//!
//! With `inject=fork:N` the N-th allocation of every fork fails. With `inject=fork` forks are swept:
//! the first fails its first allocation, the next its second, and so on until one has too few
//! allocations to fail and gets through; then the sweep begins again. So a test needs nothing but
//! fork to see every error path of it.

use crate::mm::fault_injection;
use core::sync::atomic::{AtomicU32, Ordering};

/// Which allocation of each fork fails: 0 none, else its number.
static FIXED: AtomicU32 = AtomicU32::new(0);
/// In a sweep, which allocation of the next fork fails; 0 while there is none.
static SWEEP: AtomicU32 = AtomicU32::new(0);

/// Lets allocation `number` of every fork fail.
pub fn always(number: u32) {
    FIXED.store(number, Ordering::Relaxed);
}

/// Starts sweeping.
pub fn sweep() {
    SWEEP.store(1, Ordering::Relaxed);
}

/// Covers one fork while it lives.
pub(super) struct Injection;

/// Arms the failure for one fork. Other tasks' allocations in fork's windows may meet it instead;
/// tests run nothing beside.
pub(super) fn begin() -> Injection {
    let sweep = SWEEP.load(Ordering::Relaxed);
    let number = if sweep > 0 { sweep } else { FIXED.load(Ordering::Relaxed) };
    fault_injection::arm(number);
    Injection
}

impl Drop for Injection {
    fn drop(&mut self) {
        let is_still_to_come = fault_injection::disarm();
        let sweep = SWEEP.load(Ordering::Relaxed);
        if sweep > 0 {
            let next = if is_still_to_come { 1 } else { sweep + 1 };
            SWEEP.store(next, Ordering::Relaxed);
        }
    }
}
