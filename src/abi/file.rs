//! Reading and writing what is open.

use crate::errno::Result;
use crate::mm::user;
use crate::task::task_ref::running_thread;

/// The most that one call transfers, as on Linux.
const MOST: u32 = 0x7fff_f000;

/// `man 2 read`.
pub fn read(descriptor: u32, address: u32, count: u32) -> Result<u32> {
    let file = running_thread().descriptors().get(descriptor)?;
    if count == 0 {
        return Ok(0);
    }
    user::check_range(address, 1)?;
    file.read(address, count.min(MOST))
}

/// `man 2 write`. The book copies any count into 1,024 bytes on the ring-0 stack (K3).
pub fn write(descriptor: u32, address: u32, count: u32) -> Result<u32> {
    let file = running_thread().descriptors().get(descriptor)?;
    if count == 0 {
        return Ok(0);
    }
    user::check_range(address, 1)?;
    file.write(address, count.min(MOST))
}
