//! Error numbers, with the names and the words people know them by.
//!
//! All of Linux's are here, not only those Tusk gives: the programs run on Linux too, and an error without a name says
//! nothing to anybody. They stand in the order of their numbers, which come from Linux's own header.

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
    EPERM "not permitted",
    ENOENT "no such file or directory",
    ESRCH "no such process",
    EINTR "interrupted",
    EIO "input or output error",
    ENXIO "no such device or address",
    E2BIG "argument list too long",
    ENOEXEC "not a program",
    EBADF "no such open file",
    ECHILD "no child to wait for",
    EAGAIN "not possible just now",
    ENOMEM "out of memory",
    EACCES "permission denied",
    EFAULT "bad address",
    ENOTBLK "not a block device",
    EBUSY "in use already",
    EEXIST "exists already",
    EXDEV "on another file system",
    ENODEV "no such device",
    ENOTDIR "not a directory",
    EISDIR "is a directory",
    EINVAL "invalid argument",
    ENFILE "too many open files in the system",
    EMFILE "too many open files",
    ENOTTY "not for this kind of file",
    ETXTBSY "is a program that runs",
    EFBIG "file too large",
    ENOSPC "no space left",
    ESPIPE "cannot seek in it",
    EROFS "read-only file system",
    EMLINK "too many links",
    EPIPE "nobody reads the pipe",
    EDOM "number out of domain",
    ERANGE "result out of range",
    EDEADLK "would wait for itself",
    ENAMETOOLONG "name too long",
    ENOLCK "no locks left",
    ENOSYS "no such system call",
    ENOTEMPTY "directory not empty",
    ELOOP "too many symbolic links",
    ENOMSG "no message of that type",
    EIDRM "identifier removed",
    ECHRNG "channel out of range",
    EL2NSYNC "level 2 not synchronised",
    EL3HLT "level 3 halted",
    EL3RST "level 3 reset",
    ELNRNG "link out of range",
    EUNATCH "protocol driver not attached",
    ENOCSI "no CSI structure",
    EL2HLT "level 2 halted",
    EBADE "invalid exchange",
    EBADR "invalid request descriptor",
    EXFULL "exchange full",
    ENOANO "no anode",
    EBADRQC "invalid request code",
    EBADSLT "invalid slot",
    EBFONT "bad font file",
    ENOSTR "not a stream",
    ENODATA "no data",
    ETIME "timer expired",
    ENOSR "out of stream resources",
    ENONET "not on the network",
    ENOPKG "package not installed",
    EREMOTE "is remote",
    ENOLINK "link was cut",
    EADV "advertise error",
    ESRMNT "remote mount error",
    ECOMM "communication error",
    EPROTO "protocol error",
    EMULTIHOP "several hops attempted",
    EDOTDOT "remote file sharing error",
    EBADMSG "bad message",
    EOVERFLOW "value too large for its type",
    ENOTUNIQ "name not unique on the network",
    EBADFD "descriptor in a bad state",
    EREMCHG "remote address changed",
    ELIBACC "shared library not accessible",
    ELIBBAD "shared library damaged",
    ELIBSCN "bad library section",
    ELIBMAX "too many shared libraries",
    ELIBEXEC "shared library is no program",
    EILSEQ "invalid bytes for a character",
    ERESTART "to be begun again",
    ESTRPIPE "stream pipe error",
    EUSERS "too many users",
    ENOTSOCK "not a socket",
    EDESTADDRREQ "destination address needed",
    EMSGSIZE "message too long",
    EPROTOTYPE "wrong protocol for the socket",
    ENOPROTOOPT "no such option of the protocol",
    EPROTONOSUPPORT "protocol not supported",
    ESOCKTNOSUPPORT "kind of socket not supported",
    EOPNOTSUPP "operation not supported",
    EPFNOSUPPORT "protocol family not supported",
    EAFNOSUPPORT "address family not supported",
    EADDRINUSE "address in use already",
    EADDRNOTAVAIL "address not available",
    ENETDOWN "network is down",
    ENETUNREACH "network unreachable",
    ENETRESET "network dropped the connection",
    ECONNABORTED "connection aborted",
    ECONNRESET "connection reset by the other side",
    ENOBUFS "no buffer space",
    EISCONN "connected already",
    ENOTCONN "not connected",
    ESHUTDOWN "shut down already",
    ETOOMANYREFS "too many references",
    ETIMEDOUT "timed out",
    ECONNREFUSED "connection refused",
    EHOSTDOWN "host is down",
    EHOSTUNREACH "no way to the host",
    EALREADY "under way already",
    EINPROGRESS "now under way",
    ESTALE "stale file handle",
    EUCLEAN "structure needs cleaning",
    ENOTNAM "not a XENIX named type file",
    ENAVAIL "no XENIX semaphores available",
    EISNAM "is a named type file",
    EREMOTEIO "remote input or output error",
    EDQUOT "quota exceeded",
    ENOMEDIUM "no medium in it",
    EMEDIUMTYPE "wrong type of medium",
    ECANCELED "cancelled",
    ENOKEY "key not available",
    EKEYEXPIRED "key expired",
    EKEYREVOKED "key revoked",
    EKEYREJECTED "key rejected",
    EOWNERDEAD "the owner died",
    ENOTRECOVERABLE "state not recoverable",
    ERFKILL "radio is switched off",
    EHWPOISON "memory page is broken",
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

#[cfg(test)]
mod tests {
    use super::Errno;

    #[test]
    fn every_number_of_linux_has_a_name() {
        // These two are left free, for names that have the number of another.
        let nameless = (1..=133).filter(|&number| Errno(number).known().is_none());
        assert!(nameless.eq([41, 58]));
        assert_eq!([0, 134].map(|number| Errno(number).known()), [None; 2]);
    }

    #[test]
    fn error_is_shown_by_name_and_words() {
        assert_eq!(Errno::EPIPE.to_string(), "EPIPE (nobody reads the pipe)");
        assert_eq!(format!("{:?}, {:?}", Errno::EEXIST, Errno(41)), "EEXIST, errno 41");
        assert_eq!(Errno(4000).to_string(), "error 4000");
    }
}
