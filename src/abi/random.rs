//! getrandom.

use crate::arch::interrupt;
use crate::errno::{Errno, Result};
use crate::mm::user;
use crate::task::entropy;

/// `man 2 getrandom`; there is one source for all flags (docs/CAVEATS.md), and it is always ready.
pub fn getrandom(address: u32, count: u32, flags: u32) -> Result<u32> {
    const KNOWN: u32 = 7;
    const RANDOM_AND_INSECURE: u32 = 6;
    if flags & !KNOWN != 0 || flags & RANDOM_AND_INSECURE == RANDOM_AND_INSECURE {
        return Err(Errno::INVAL);
    }
    let count = count.min(i32::MAX as u32);
    let mut done = 0;
    while done < count {
        let bytes = entropy::bytes();
        let length = bytes.len().min((count - done) as usize);
        match user::copy_to_user(address.wrapping_add(done), &bytes[..length]) {
            Err(error) if done == 0 => return Err(error),
            Err(_) => break,
            Ok(()) => done += length as u32,
        }
        interrupt::window();
    }
    Ok(done)
}
