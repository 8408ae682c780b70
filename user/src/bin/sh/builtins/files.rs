//! Builtins that make and remove: `mkdir`, `rmdir`, `rm`.

use super::{complain_about, for_each_path, misused, options};
use crate::failure::{FAILED, Lossy};
use crate::shell::Shell;
use crate::{complain, glob};
use alloc::ffi::CString;
use alloc::vec::Vec;
use core::ffi::CStr;
use tusk_user::Errno;
use tusk_user::directory::{self, NEW_DIRECTORY_MODE};
use tusk_user::stat::{self, Kind};

/// `mkdir [-p] DIRECTORY…`
pub fn mkdir(_shell: &mut Shell, arguments: &[Vec<u8>]) -> i32 {
    match options(arguments, b"p") {
        Err(status) => status,
        Ok((_, [])) => misused(arguments, "which directory?"),
        Ok((letters, paths)) if letters.is_empty() => {
            for_each_path("mkdir", paths, |path| directory::make(path, NEW_DIRECTORY_MODE))
        }
        Ok((_, paths)) => for_each_path("mkdir", paths, make_with_parents),
    }
}

/// Makes a directory and those above it that are missing.
fn make_with_parents(path: &CStr) -> Result<(), Errno> {
    let bytes = path.to_bytes();
    for end in (1..=bytes.len()).filter(|&end| end == bytes.len() || bytes[end] == b'/') {
        let part = CString::new(&bytes[..end]).map_err(|_| Errno::EINVAL)?;
        let is_there = || stat::stat(&part).is_ok_and(|stat| stat.kind() == Kind::Directory);
        if let Err(error) = directory::make(&part, NEW_DIRECTORY_MODE)
            && !is_there()
        {
            return Err(error);
        }
    }
    Ok(())
}

/// `rmdir DIRECTORY…`
pub fn rmdir(_shell: &mut Shell, arguments: &[Vec<u8>]) -> i32 {
    match options(arguments, b"") {
        Err(status) => status,
        Ok((_, [])) => misused(arguments, "which directory?"),
        Ok((_, paths)) => for_each_path("rmdir", paths, directory::remove),
    }
}

/// `rm [-r] [-f] FILE…`
pub fn rm(_shell: &mut Shell, arguments: &[Vec<u8>]) -> i32 {
    let (letters, paths) = match options(arguments, b"rRf") {
        Ok(split) => split,
        Err(status) => return status,
    };
    let has = |letter| letters.contains(&letter);
    let (recursive, force) = (has(b'r') || has(b'R'), has(b'f'));
    if paths.is_empty() && !force {
        return misused(arguments, "which file?");
    }
    let mut status = 0;
    for path in paths {
        if matches!(path.rsplit(|&byte| byte == b'/').next(), Some(b"." | b"..")) {
            complain!("rm: {}: that directory is in use", Lossy(path));
            status = FAILED;
        } else if !remove(path, recursive, force) {
            status = FAILED;
        }
    }
    status
}

/// Removes what a path names; false when something of it is left. A directory is emptied by way of a list of what is
/// still to be removed, since how deep directories nest is not up to us.
fn remove(path: &[u8], recursive: bool, force: bool) -> bool {
    let mut left = alloc::vec![(path.to_vec(), false)];
    let mut removed_all = true;
    while let Some((path, emptied)) = left.pop() {
        let Ok(text) = CString::new(path.as_slice()) else { continue };
        let kind = stat::link_stat(&text).map(|stat| stat.kind());
        let result = match kind {
            Err(Errno::ENOENT) if force => Ok(()),
            Err(error) => Err(error),
            Ok(Kind::Directory) if emptied => directory::remove(&text),
            Ok(Kind::Directory) if recursive => {
                left.push((path.clone(), true));
                glob::for_each_name(&path, |name| {
                    if !matches!(name, b"." | b"..") {
                        left.push(([&path, &b"/"[..], name].concat(), false));
                    }
                });
                Ok(())
            }
            Ok(Kind::Directory) => Err(Errno::EISDIR),
            Ok(_) => directory::unlink(&text),
        };
        if let Err(error) = result {
            complain_about("rm", &path, error);
            removed_all = false;
        }
    }
    removed_all
}
