//! Where a process is: its working directory, its root, its umask.

use super::strings::copy_path;
use crate::errno::{Errno, Result};
use crate::fs::context;
use crate::fs::open_file::of_descriptor;
use crate::fs::path::{LastLink, PATH_MAX};
use crate::fs::text;
use crate::mm::user;

/// `man 2 getcwd`, the system call: returns the length with the NUL.
pub fn getcwd(buffer: u32, size: u32) -> Result<u32> {
    let context = context::of_running()?;
    let mut path = context.path_of(&context.working())?;
    text::append(&mut path, b"\0")?;
    if path.len() > size as usize {
        return Err(Errno::RANGE);
    }
    if path.len() > PATH_MAX {
        return Err(Errno::NAMETOOLONG);
    }
    user::copy_to_user(buffer, &path)?;
    Ok(path.len() as u32)
}

/// `man 2 chdir`.
pub fn chdir(path: u32) -> Result<u32> {
    go_to(&copy_path(path)?)
}

/// Makes what `path` names the working directory.
///
/// # Errors
/// As a path walk's; ENOTDIR.
pub fn go_to(path: &[u8]) -> Result<u32> {
    let place = context::find(None, path, LastLink::Follow)?;
    context::of_running()?.set_working(place)?;
    Ok(0)
}

/// `man 2 fchdir`.
pub fn fchdir(descriptor: u32) -> Result<u32> {
    let place = of_descriptor(descriptor)?.place()?;
    context::of_running()?.set_working(place)?;
    Ok(0)
}

/// `man 2 chroot`.
pub fn chroot(path: u32) -> Result<u32> {
    let place = context::find(None, &copy_path(path)?, LastLink::Follow)?;
    context::of_running()?.set_root(place)?;
    Ok(0)
}

/// `man 2 umask`.
pub fn umask(mask: u32) -> Result<u32> {
    Ok(context::of_running()?.set_umask(mask as u16).into())
}
