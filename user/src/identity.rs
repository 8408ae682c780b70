//! Whom a process acts for: the numbers of its user and its groups.
//!
//! See `credentials(7)`. The calls are those with 32-bit numbers; the older ones would cut them to 16.

use crate::errno::Errno;
use crate::syscall::{check, syscall0, syscall3};
use linux_raw_sys::general;

/// The most groups a process of ours asks for; Linux allows more, and nobody has them.
pub const GROUPS_MAX: usize = 64;

/// The user who started this process.
pub fn user() -> u32 {
    number(general::__NR_getuid32)
}

/// The user whose rights it has.
pub fn effective_user() -> u32 {
    number(general::__NR_geteuid32)
}

/// The group of who started it.
pub fn group() -> u32 {
    number(general::__NR_getgid32)
}

/// The group whose rights it has.
pub fn effective_group() -> u32 {
    number(general::__NR_getegid32)
}

/// The further groups it belongs to.
///
/// # Errors
/// EINVAL when they are more than [`GROUPS_MAX`].
pub fn groups(buffer: &mut [u32; GROUPS_MAX]) -> Result<&[u32], Errno> {
    let arguments = [buffer.len(), buffer.as_mut_ptr().addr(), 0];
    // SAFETY: the buffer is ours alone for the call.
    let count = check(unsafe { syscall3(general::__NR_getgroups32 as usize, arguments) })?;
    Ok(&buffer[..count.min(GROUPS_MAX)])
}

/// Makes a call that takes nothing, answers with a number and cannot fail.
fn number(call: u32) -> u32 {
    // SAFETY: the calls above touch no memory.
    unsafe { syscall0(call as usize) as u32 }
}
