//! The error numbers of Linux, as every layer of the kernel passes them.
//!
//! A failing system call returns the negated number in `eax` (`man 3 errno`). The kernel has no
//! error vocabulary of its own: what cannot be said to a program in these words is a bug of the
//! kernel and a panic.

use linux_raw_sys::errno as linux;

/// One of Linux's error numbers, 1..=133.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Errno(u16);

/// What a fallible operation of the kernel returns.
pub type Result<T> = core::result::Result<T, Errno>;

macro_rules! errors {
    ($($name:ident = $number:ident,)*) => {
        impl Errno {
            $(#[doc = concat!("Linux's `", stringify!($number), "`.")]
            pub const $name: Self = Self(linux::$number as u16);)*
        }

        impl core::fmt::Display for Errno {
            fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                match *self {
                    $(Self::$name => out.write_str(stringify!($number)),)*
                    Self(number) => write!(out, "errno {number}"),
                }
            }
        }
    };
}

errors! {
    PERM = EPERM,
    NOENT = ENOENT,
    SRCH = ESRCH,
    INTR = EINTR,
    IO = EIO,
    TOO_BIG = E2BIG,
    NOEXEC = ENOEXEC,
    BADF = EBADF,
    CHILD = ECHILD,
    AGAIN = EAGAIN,
    NOMEM = ENOMEM,
    ACCES = EACCES,
    FAULT = EFAULT,
    NOTDIR = ENOTDIR,
    ISDIR = EISDIR,
    INVAL = EINVAL,
    NAMETOOLONG = ENAMETOOLONG,
    NOSYS = ENOSYS,
}

impl Errno {
    /// What a failing Linux system call leaves in `eax`: the number negated.
    pub const fn to_eax(self) -> u32 {
        (self.0 as u32).wrapping_neg()
    }
}

impl core::fmt::Debug for Errno {
    fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        core::fmt::Display::fmt(self, out)
    }
}
