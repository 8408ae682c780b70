//! The error numbers of Linux, as every layer of the kernel passes them.
//!
//! A failing system call returns the negated number in `eax` (`man 3 errno`). The kernel has no
//! error vocabulary of its own: what cannot be said to a program in these words is a bug of the
//! kernel and a panic.

use linux_raw_sys::errno as linux;

/// One of Linux's error numbers, 1..=133, or one of the internal ones above 511.
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
    NXIO = ENXIO,
    TOO_BIG = E2BIG,
    NOEXEC = ENOEXEC,
    BADF = EBADF,
    CHILD = ECHILD,
    AGAIN = EAGAIN,
    NOMEM = ENOMEM,
    ACCES = EACCES,
    FAULT = EFAULT,
    BUSY = EBUSY,
    EXIST = EEXIST,
    XDEV = EXDEV,
    NODEV = ENODEV,
    NOTDIR = ENOTDIR,
    ISDIR = EISDIR,
    INVAL = EINVAL,
    NFILE = ENFILE,
    MFILE = EMFILE,
    NOTTY = ENOTTY,
    TXTBSY = ETXTBSY,
    FBIG = EFBIG,
    NOSPC = ENOSPC,
    SPIPE = ESPIPE,
    ROFS = EROFS,
    MLINK = EMLINK,
    PIPE = EPIPE,
    RANGE = ERANGE,
    DEADLK = EDEADLK,
    NAMETOOLONG = ENAMETOOLONG,
    NOSYS = ENOSYS,
    NOTEMPTY = ENOTEMPTY,
    LOOP = ELOOP,
    OVERFLOW = EOVERFLOW,
    OPNOTSUPP = EOPNOTSUPP,
    TIMEDOUT = ETIMEDOUT,
}

impl Errno {
    /// Not an error for programs: the call was cut short by a signal, and begins again or becomes EINTR once
    /// the signal has been dealt with. Linux's internal ERESTARTSYS.
    pub const RESTART: Self = Self(512);

    /// As [`Errno::RESTART`], but any handler that was run makes it EINTR. Linux's internal ERESTARTNOHAND.
    pub const RESTART_UNLESS_HANDLED: Self = Self(514);

    /// As [`Errno::RESTART_UNLESS_HANDLED`], but the call goes on from a record (task/restart.rs). Linux's internal
    /// ERESTART_RESTARTBLOCK.
    pub const RESTART_RECORD: Self = Self(516);

    /// The error that is in `eax`, if there is one.
    pub fn of_eax(eax: u32) -> Option<Self> {
        let number = eax.wrapping_neg();
        (1..=516).contains(&number).then_some(Self(number as u16))
    }

    /// The internal error that a system call has left in `eax`, if it is one.
    pub fn of_restart(eax: u32) -> Option<Self> {
        [Self::RESTART, Self::RESTART_UNLESS_HANDLED, Self::RESTART_RECORD]
            .into_iter()
            .find(|error| error.to_eax() == eax)
    }

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
