//! What errors mean, in the words of the C library.

use crate::errno::Errno;

/// The numbers by which a call tells the way out of the kernel that a signal cut it short; no program sees them.
const RESTARTS: [(u32, &str); 3] = [
    (512, "ERESTARTSYS (To be restarted if SA_RESTART is set)"),
    (514, "ERESTARTNOHAND (To be restarted if no handler)"),
    (516, "ERESTART_RESTARTBLOCK (Interrupted by signal)"),
];

/// How a call that a signal cut short is to go on, if it was.
pub fn restart(error: Errno) -> Option<&'static str> {
    let number = error.to_eax().wrapping_neg();
    RESTARTS.iter().find(|(restart, _)| *restart == number).map(|(_, text)| *text)
}

macro_rules! meanings {
    ($($error:ident: $meaning:literal,)*) => {
        /// What an error means: nothing for those that Tusk never gives.
        pub fn meaning(error: Errno) -> &'static str {
            match error {
                $(Errno::$error => $meaning,)*
                _ => "",
            }
        }
    };
}

meanings! {
    PERM: "Operation not permitted",
    NOENT: "No such file or directory",
    SRCH: "No such process",
    INTR: "Interrupted system call",
    IO: "Input/output error",
    NXIO: "No such device or address",
    TOO_BIG: "Argument list too long",
    NOEXEC: "Exec format error",
    BADF: "Bad file descriptor",
    CHILD: "No child processes",
    AGAIN: "Resource temporarily unavailable",
    NOMEM: "Cannot allocate memory",
    ACCES: "Permission denied",
    FAULT: "Bad address",
    BUSY: "Device or resource busy",
    EXIST: "File exists",
    XDEV: "Invalid cross-device link",
    NODEV: "No such device",
    NOTDIR: "Not a directory",
    ISDIR: "Is a directory",
    INVAL: "Invalid argument",
    NFILE: "Too many open files in system",
    MFILE: "Too many open files",
    NOTTY: "Inappropriate ioctl for device",
    TXTBSY: "Text file busy",
    FBIG: "File too large",
    NOSPC: "No space left on device",
    SPIPE: "Illegal seek",
    ROFS: "Read-only file system",
    MLINK: "Too many links",
    PIPE: "Broken pipe",
    RANGE: "Numerical result out of range",
    DEADLK: "Resource deadlock avoided",
    NAMETOOLONG: "File name too long",
    NOSYS: "Function not implemented",
    NOTEMPTY: "Directory not empty",
    LOOP: "Too many levels of symbolic links",
    OVERFLOW: "Value too large for defined data type",
    OPNOTSUPP: "Operation not supported",
    TIMEDOUT: "Connection timed out",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_have_meanings_and_restarts_have_ways() {
        assert_eq!(meaning(Errno::NOENT), "No such file or directory");
        assert_eq!(restart(Errno::NOENT), None);
        assert!(restart(Errno::RESTART).unwrap().starts_with("ERESTARTSYS "));
        assert!(restart(Errno::RESTART_RECORD).unwrap().starts_with("ERESTART_RESTARTBLOCK "));
    }
}
