//! The machine as a whole: how long it runs and what memory it has.

use crate::errno::Errno;
use crate::syscall::{check, syscall3};
use linux_raw_sys::{general, system};

/// What `sysinfo(2)` tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Info {
    /// Seconds since the start.
    pub uptime_s: u32,
    /// The load over 1, 5 and 15 minutes, times 65536.
    pub loads: [u32; 3],
    /// Memory there is, in bytes.
    pub total: u64,
    /// Memory that nobody uses, in bytes.
    pub free: u64,
    /// Memory that holds file contents which could be read again, in bytes.
    pub buffers: u64,
    /// How many processes there are.
    pub processes: u16,
}

/// Asks the kernel.
///
/// # Errors
/// None for a good buffer, and this one is.
pub fn info() -> Result<Info, Errno> {
    let mut raw = core::mem::MaybeUninit::<system::sysinfo>::zeroed();
    // SAFETY: the call writes the structure.
    check(unsafe { syscall3(general::__NR_sysinfo as usize, [raw.as_mut_ptr().addr(), 0, 0]) })?;
    // SAFETY: it was zeroed, and all of its fields are numbers.
    let raw = unsafe { raw.assume_init() };
    let bytes = |units: u32| u64::from(units) * u64::from(raw.mem_unit.max(1));
    Ok(Info {
        uptime_s: raw.uptime as u32,
        loads: raw.loads,
        total: bytes(raw.totalram),
        free: bytes(raw.freeram),
        buffers: bytes(raw.bufferram),
        processes: raw.procs,
    })
}
