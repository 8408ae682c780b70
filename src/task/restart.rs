//! How a system call that a signal cut short goes on.
//!
//! A call that sleeps for a time cannot simply begin again when no handler was run: it would sleep for all of
//! that time once more. It leaves a record of what is left to do and returns `Errno::RESTART_RECORD`; the
//! program then comes back with `restart_syscall`, which goes on from the record. `man 2 restart_syscall`.

use super::task_ref::running_thread;
use crate::errno::{Errno, Result};

/// What is left to do.
#[derive(Clone, Copy)]
pub struct Record {
    /// Does it.
    pub function: fn(Record) -> Result<u32>,
    /// The tick at which the call ends.
    pub deadline: u64,
    /// What else the function wants to know.
    pub words: [u32; 4],
}

/// Leaves `record` for [`go_on`]; what the call is to return.
pub fn leave(record: Record) -> Errno {
    running_thread().signals.restart.set(Some(record));
    Errno::RESTART_RECORD
}

/// Goes on with what was left to do.
///
/// # Errors
/// EINTR when there is nothing, as on Linux; else what the call returns.
pub fn go_on() -> Result<u32> {
    let record = running_thread().signals.restart.take().ok_or(Errno::INTR)?;
    (record.function)(record)
}
