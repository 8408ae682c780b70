//! System calls that meet a memory that is out: `inject=calls` on the kernel's command line.
//!
//! Each call named here is swept by itself ([`Sweep`]): made again and again, it fails at each of its allocations in
//! turn. Only in calls whose failure a program can take, and which a test makes on purpose: what every program needs
//! to begin and to say how it ends must go on working. Fork has an option of its own.

use super::call::Call;
use crate::mm::fault_injection::{Sweep, Try};
use core::sync::atomic::{AtomicBool, Ordering};

/// The calls, by name; their sweeps stand in the same order.
const CALLS: [&str; 20] = [
    "open",
    "link",
    "rename",
    "mkdir",
    "dup2",
    "pipe",
    "symlink",
    "pwrite64",
    "truncate",
    "getdents64",
    "poll",
    "brk",
    "mmap2",
    "munmap",
    "mprotect",
    "mremap",
    "execve",
    "rt_sigaction",
    "setitimer",
    "setrlimit",
];

static SWEEPS: [Sweep; CALLS.len()] = [const { Sweep::new() }; CALLS.len()];
static IS_ON: AtomicBool = AtomicBool::new(false);

/// Lets the calls fail from now on.
pub fn turn_on() {
    IS_ON.store(true, Ordering::Relaxed);
}

/// Arms the failure of `call` until what is returned is dropped; one load while calls do not fail.
pub fn begin(call: &Call) -> Option<Try> {
    if !IS_ON.load(Ordering::Relaxed) {
        return None;
    }
    let place = CALLS.iter().position(|name| *name == call.name)?;
    Some(SWEEPS[place].begin())
}
