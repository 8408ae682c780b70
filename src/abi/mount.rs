//! Mounting and unmounting. `man 2 mount`, `man 2 umount`.

use super::strings::copy_path;
use crate::errno::{Errno, Result};
use crate::fs::context;
use crate::fs::mount;
use crate::fs::path::LastLink;
use crate::fs::procfs;
use crate::fs::ramfs::{self, RAMFS};

/// `man 2 mount`: a new ramfs, or /proc once more; what the source and the data say means nothing to either.
/// Flags that would change or move a mount are EINVAL.
pub fn mount(_source: u32, target: u32, kind: u32, flags: u32, _data: u32) -> Result<u32> {
    /// MS_REMOUNT, MS_BIND, MS_MOVE, and those that change how mounts spread.
    const OTHER_WORK: u32 = 32 | 4096 | 8192 | 0x1e_0000;
    let kind = copy_path(kind)?;
    let place = context::find(None, &copy_path(target)?, LastLink::Follow)?;
    if flags & OTHER_WORK != 0 {
        return Err(Errno::INVAL);
    }
    let (root, name) = match &*kind {
        b"ramfs" | b"tmpfs" => (ramfs::new(&RAMFS)?, "ramfs"),
        b"proc" => (procfs::root()?, "proc"),
        _ => return Err(Errno::NODEV),
    };
    mount::mount(root, Some(place), name)?;
    Ok(0)
}

/// `man 2 umount`.
pub fn umount(target: u32) -> Result<u32> {
    umount2(target, 0)
}

/// `man 2 umount2`: of its flags UMOUNT_NOFOLLOW; what is in use is EBUSY, and not forced.
pub fn umount2(target: u32, flags: u32) -> Result<u32> {
    const NO_FOLLOW: u32 = 8;
    if flags & !NO_FOLLOW != 0 {
        return Err(Errno::INVAL);
    }
    let links = if flags & NO_FOLLOW != 0 { LastLink::Keep } else { LastLink::Follow };
    mount::unmount(context::find(None, &copy_path(target)?, links)?)?;
    Ok(0)
}
