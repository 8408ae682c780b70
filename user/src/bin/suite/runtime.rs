//! The runtime under these very programs: what a kernel is judged by must be right itself.

use crate::check::{check, check_eq, must};
use core::ffi::CStr;
use tusk_user::Status;
use tusk_user::words::{self, SplitError};

/// Command lines are split as a shell would, which `init` relies on.
pub fn command_lines_are_split_like_a_shells() {
    let mut storage = [0; 64];
    let expected = [c"a b", c"c'd", c"", c"e\\f", c"g"];
    let words = must!(words::split(br#" 'a b'  "c'd" '' e\\f	g "#, &mut storage));
    check!(words.eq(expected), "the words are not those expected");
    check_eq!(words::split(b"'", &mut storage).err(), Some(SplitError::OpenQuote), "the error of an open quote");
}

/// A status is one thing or the other.
pub fn statuses_are_told_apart() {
    let code = Status(0x2a00);
    check_eq!((code.exit_code(), code.signal(), code.shell_code()), (Some(42), None, 42), "exit(42)");
    let signal = Status(11);
    check_eq!((signal.exit_code(), signal.signal(), signal.shell_code()), (None, Some(11), 139), "signal 11");
    let stopped = Status(0x137f);
    check_eq!((stopped.exit_code(), stopped.signal()), (None, None), "a stopped child");
}

/// The functions the compiler calls for copies and fills.
pub fn memory_functions_work() {
    let mut bytes = core::hint::black_box([0u8; 300]);
    bytes[10..200].fill(7);
    bytes.copy_within(10..200, 50);
    check!(bytes[10..240].iter().all(|&byte| byte == 7), "a copy upwards over itself");
    bytes.copy_within(50..240, 5);
    check!(bytes[5..195].iter().all(|&byte| byte == 7), "a copy downwards over itself");
    check_eq!(bytes[..5], [0; 5], "the bytes below");
    check_eq!(CStr::from_bytes_until_nul(b"abc\0def").map(CStr::count_bytes), Ok(3), "the length of a string");
}
