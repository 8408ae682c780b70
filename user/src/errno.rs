//! Error numbers, with the names and the words people know them by.

use core::fmt;
use linux_raw_sys::errno;

/// An error a Linux call came back with, as a positive number.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Errno(pub u16);

/// Names, numbers and words from one list, so that a number cannot be known under one and not the other.
macro_rules! errors {
    ($($name:ident $words:literal,)*) => {
        impl Errno {
            $(#[doc = $words] pub const $name: Errno = Errno(errno::$name as u16);)*

            /// The name in C's `errno.h`, and the error in words.
            fn known(self) -> Option<(&'static str, &'static str)> {
                match self {
                    $(Self::$name => Some((stringify!($name), $words)),)*
                    _ => None,
                }
            }
        }
    };
}

errors! {
    E2BIG "argument list too long",
    EACCES "permission denied",
    EAGAIN "no room for one more now",
    EBADF "no such open file",
    EBUSY "in use already",
    ECHILD "no child to wait for",
    EFAULT "bad address",
    EINTR "interrupted",
    EINVAL "invalid argument",
    EIO "input or output error",
    EISDIR "is a directory",
    ELOOP "too many symbolic links",
    ENAMETOOLONG "name too long",
    ENOENT "no such file or directory",
    ENOEXEC "not a program",
    ENOMEM "out of memory",
    ENOSYS "no such system call",
    ENOTDIR "not a directory",
    EPERM "not permitted",
    ESRCH "no such process",
}

impl fmt::Display for Errno {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.known() {
            Some((name, words)) => write!(out, "{name} ({words})"),
            None => write!(out, "error {}", self.0),
        }
    }
}

impl fmt::Debug for Errno {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.known() {
            Some((name, _)) => out.write_str(name),
            None => write!(out, "errno {}", self.0),
        }
    }
}
