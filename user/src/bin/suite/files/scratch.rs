//! A directory of the case's own, and nothing left of it.
//!
//! Each case that makes files makes a directory below `/tmp` first, goes there, and uses short relative names. When it
//! is done, whatever is in the directory goes with it. What a failed case of the same number has left is cleared first.

use crate::call::sys;
use crate::check::{check, check_eq, must};
use core::ffi::CStr;
use core::fmt::{self, Write};
use linux_raw_sys::general::{O_DIRECTORY, O_RDONLY};
use tusk_user::directory::{self, Entries};
use tusk_user::file::Descriptor;
use tusk_user::{Errno, linux};

/// Room for the names of one reading.
const LISTING: usize = 1024;

/// The directory; the case is in it until it is dropped.
pub struct Scratch {
    path: Path,
}

impl Scratch {
    /// Makes the directory and goes there. The mask is 022 from here on.
    #[track_caller]
    pub fn new() -> Scratch {
        must!(sys!(__NR_umask, 0o022));
        let path = Path::new(format_args!("/tmp/suite-{}", linux::getpid()));
        if sys!(__NR_mkdir, path.as_c_str(), 0o755) == Err(Errno::EEXIST) {
            remove(path.as_c_str());
            must!(sys!(__NR_mkdir, path.as_c_str(), 0o755));
        }
        must!(sys!(__NR_chdir, path.as_c_str()));
        Scratch { path }
    }

    /// Where it is, from the root.
    pub fn path(&self) -> &CStr {
        self.path.as_c_str()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        must!(sys!(__NR_chdir, c"/"));
        remove(self.path.as_c_str());
    }
}

/// Removes a directory and all that is below it, one level a call.
fn remove(path: &CStr) {
    match sys!(__NR_rmdir, path) {
        Err(error) if error == Errno::ENOTEMPTY || error == Errno::EEXIST => {}
        result => {
            must!(result);
            return;
        }
    }
    must!(sys!(__NR_chdir, path));
    clear();
    must!(sys!(__NR_chdir, c".."));
    must!(sys!(__NR_rmdir, path));
}

/// Empties the current directory. After each round of removing, it is read from its beginning again.
fn clear() {
    let mut buffer = [0; LISTING];
    loop {
        let here = Descriptor::from_number(must!(sys!(__NR_open, c".", O_RDONLY | O_DIRECTORY)) as i32);
        let mut removed = 0;
        let mut is_end = false;
        while removed == 0 && !is_end {
            let entries = must!(directory::entries(&here, &mut buffer));
            is_end = entries.clone().next().is_none();
            removed = remove_all(entries);
        }
        if is_end {
            return;
        }
    }
}

/// Removes what was listed but `.` and `..`; returns how many names that were.
fn remove_all(entries: Entries<'_>) -> usize {
    let names = entries.map(|entry| entry.name).filter(|&name| name != c"." && name != c"..");
    names
        .map(|name| match sys!(__NR_unlink, name) {
            Err(Errno::EISDIR | Errno::EPERM) => remove(name),
            result => check_eq!(result, Ok(0), "unlink of {name:?}"),
        })
        .count()
}

/// A short path, with a NUL behind it.
pub struct Path {
    bytes: [u8; 128],
    length: usize,
}

impl Path {
    /// Puts a path together.
    #[track_caller]
    pub fn new(text: fmt::Arguments<'_>) -> Path {
        let mut path = Path { bytes: [0; 128], length: 0 };
        check!(path.write_fmt(text).is_ok(), "a path is too long");
        path
    }

    /// The path as the kernel wants it.
    pub fn as_c_str(&self) -> &CStr {
        CStr::from_bytes_until_nul(&self.bytes).unwrap_or_default()
    }
}

impl Write for Path {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.length + text.len();
        // The last byte stays a NUL.
        if end >= self.bytes.len() {
            return Err(fmt::Error);
        }
        self.bytes[self.length..end].copy_from_slice(text.as_bytes());
        self.length = end;
        Ok(())
    }
}
