//! Times as programs pass them: seconds and a fraction, of 32 or of 64 bits.

use crate::errno::{Errno, Result};
use crate::mm::user;
use crate::task::clock::SECOND_NS;

/// Reads i386's old `struct timespec`: two signed words.
///
/// # Errors
/// EFAULT.
pub fn read_timespec32(address: u32) -> Result<(i64, i64)> {
    let seconds = user::read_u32(address)? as i32;
    let nanoseconds = user::read_u32(address.wrapping_add(4))? as i32;
    Ok((seconds.into(), nanoseconds.into()))
}

/// Reads a `struct __kernel_timespec`: 64 bits of seconds, and of nanoseconds 32 that count.
///
/// # Errors
/// EFAULT.
pub fn read_timespec64(address: u32) -> Result<(i64, i64)> {
    let mut bytes = [0; 16];
    user::copy_from_user(&mut bytes, address)?;
    let (seconds, nanoseconds) = bytes.split_at(8);
    let word = |bytes: &[u8]| bytes.first_chunk().map_or(0, |bytes| i64::from_le_bytes(*bytes));
    Ok((word(seconds), i64::from(word(nanoseconds) as i32)))
}

/// A length of time in nanoseconds.
///
/// # Errors
/// EINVAL when it is below 0 or has a second of nanoseconds.
pub fn duration_ns((seconds, nanoseconds): (i64, i64)) -> Result<u64> {
    let seconds = u64::try_from(seconds).map_err(|_| Errno::INVAL)?;
    let nanoseconds = u64::try_from(nanoseconds).ok().filter(|&ns| ns < SECOND_NS).ok_or(Errno::INVAL)?;
    Ok(seconds.saturating_mul(SECOND_NS).saturating_add(nanoseconds))
}

/// Reads a length of time as [`read_timespec32`] does; nanoseconds.
///
/// # Errors
/// EFAULT; as [`duration_ns`].
pub fn read_duration32(address: u32) -> Result<u64> {
    duration_ns(read_timespec32(address)?)
}

/// Reads a length of time as [`read_timespec64`] does; nanoseconds.
///
/// # Errors
/// EFAULT; as [`duration_ns`].
pub fn read_duration64(address: u32) -> Result<u64> {
    duration_ns(read_timespec64(address)?)
}

/// Reads a length of time as seconds and microseconds of 32 bits each (`struct timeval`); nanoseconds.
///
/// # Errors
/// EFAULT; EINVAL when it is below 0 or has a second of microseconds.
pub fn read_timeval_ns(address: u32) -> Result<u64> {
    let (seconds, microseconds) = read_timespec32(address)?;
    duration_ns((seconds, microseconds.saturating_mul(1_000)))
}
