//! Users, groups and capabilities: there is one user, root, who may do anything.
//!
//! Nobody can become anybody else: what would is EPERM. `man 7 credentials`, `man 7 capabilities`.

use crate::arch::interrupt;
use crate::errno::{Errno, Result};
use crate::mm::user;

/// The only user, and the only group.
const ROOT: u32 = 0;
/// Leave as it is.
const UNCHANGED: u32 = u32::MAX;

/// The user, the group, whichever of them is asked for: `getuid` and its like.
pub fn root() -> Result<u32> {
    Ok(ROOT)
}

fn allow(ids: &[u32], unchanged: u32) -> Result<u32> {
    if ids.iter().all(|&id| id == ROOT || id == unchanged) { Ok(0) } else { Err(Errno::PERM) }
}

/// `man 2 setuid`, `setgid`.
pub fn set(id: u32) -> Result<u32> {
    if id == UNCHANGED { Err(Errno::INVAL) } else { allow(&[id], ROOT) }
}

/// `man 2 setreuid`, `setregid`.
pub fn set_two(real: u32, effective: u32) -> Result<u32> {
    allow(&[real, effective], UNCHANGED)
}

/// `man 2 setresuid`, `setresgid`.
pub fn set_three(real: u32, effective: u32, saved: u32) -> Result<u32> {
    allow(&[real, effective, saved], UNCHANGED)
}

/// `setuid` and its like as they were with 16-bit numbers.
pub fn set_16(id: u32) -> Result<u32> {
    if id & 0xffff == 0xffff { Err(Errno::INVAL) } else { allow(&[id & 0xffff], ROOT) }
}

/// `man 2 setfsuid`, `setfsgid`: returns the old one, and says nothing of failure.
pub fn set_for_files(_id: u32) -> Result<u32> {
    Ok(ROOT)
}

/// `man 2 getresuid`, `getresgid`.
pub fn get_three(real: u32, effective: u32, saved: u32) -> Result<u32> {
    for place in [real, effective, saved] {
        user::write_u32(place, ROOT)?;
    }
    Ok(0)
}

/// `man 2 getgroups`: none beside the first.
pub fn getgroups(size: u32, _list: u32) -> Result<u32> {
    if (size as i32) < 0 { Err(Errno::INVAL) } else { Ok(0) }
}

/// `man 2 setgroups`: root's own group, or none at all, changes nothing.
pub fn setgroups(size: u32, list: u32) -> Result<u32> {
    const MOST: u32 = 65536;
    if size > MOST {
        return Err(Errno::INVAL);
    }
    for index in 0..size {
        if user::read_u32(list.wrapping_add(index * 4))? != ROOT {
            return Err(Errno::PERM);
        }
        interrupt::window();
    }
    Ok(0)
}

/// Version 3 of the capability calls, and bytes of its data: twice effective, permitted, inheritable.
const VERSION: u32 = 0x2008_0522;
const CAPABILITIES: u64 = (1 << 41) - 1;

fn check_version(header: u32) -> Result<()> {
    if user::read_u32(header)? == VERSION {
        return Ok(());
    }
    user::write_u32(header, VERSION)?;
    Err(Errno::INVAL)
}

/// `man 2 capget`: root has them all.
pub fn capget(header: u32, data: u32) -> Result<u32> {
    match check_version(header) {
        // Only asked for the version.
        Err(Errno::INVAL) if data == 0 => return Ok(0),
        other => other?,
    }
    if data == 0 {
        return Ok(0);
    }
    let halves = [CAPABILITIES as u32, (CAPABILITIES >> 32) as u32];
    for (index, half) in (0..).zip(halves) {
        for (offset, word) in (index * 12..).step_by(4).zip([half, half, 0]) {
            user::write_u32(data.wrapping_add(offset), word)?;
        }
    }
    Ok(0)
}

/// `man 2 capset`: accepted, and kept by nobody, as nothing asks for a capability.
pub fn capset(header: u32, data: u32) -> Result<u32> {
    check_version(header)?;
    user::read_u32(data.wrapping_add(20))?;
    Ok(0)
}
