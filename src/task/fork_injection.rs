//! Makes allocations inside fork fail on purpose, when the kernel was booted with `inject=fork`.
//!
//! With `inject=fork:N` the N-th allocation of every fork fails. With `inject=fork` forks are swept:
//! the first fails its first allocation, the next its second, and so on until one has too few
//! allocations to fail and gets through; then the sweep begins again. So a test needs nothing but
//! fork to see every error path of it.

use crate::mm::fault_injection::{self, Sweep, Try};
use core::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// Which allocation of each fork fails: 0 none, else its number.
static FIXED: AtomicU32 = AtomicU32::new(0);
static SWEEP: Sweep = Sweep::new();
static IS_SWEEPING: AtomicBool = AtomicBool::new(false);

/// Lets allocation `number` of every fork fail.
pub fn always(number: u32) {
    FIXED.store(number, Ordering::Relaxed);
}

/// Starts sweeping.
pub fn sweep() {
    IS_SWEEPING.store(true, Ordering::Relaxed);
}

/// Covers one fork while it lives: as a try of the sweep, if forks are swept.
pub(super) struct Injection(Option<Try>);

/// Arms the failure for one fork. Other tasks' allocations in fork's windows may meet it instead;
/// tests run nothing beside.
pub(super) fn begin() -> Injection {
    if IS_SWEEPING.load(Ordering::Relaxed) {
        return Injection(Some(SWEEP.begin()));
    }
    fault_injection::arm(FIXED.load(Ordering::Relaxed));
    Injection(None)
}

impl Drop for Injection {
    fn drop(&mut self) {
        if self.0.is_none() {
            fault_injection::disarm();
        }
    }
}
