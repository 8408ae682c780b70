//! The devices that every program may rely on.

use super::shorthand::{close, open, try_open};
use crate::call::sys;
use crate::check::{check, check_eq, must};
use crate::child::run_well;
use core::ffi::CStr;
use linux_raw_sys::general::{O_DIRECTORY, O_RDONLY, O_RDWR, O_WRONLY};
use tusk_user::stat::{Kind, stat};
use tusk_user::{Errno, linux};

/// Takes everything, gives nothing.
pub fn null_takes_all_and_gives_nothing() {
    let null = open(c"/dev/null", O_RDWR);
    check_eq!(linux::write(null, &[7; 10_000]), Ok(10_000), "write");
    let mut buffer = [7; 16];
    check_eq!((linux::read(null, &mut buffer), buffer), (Ok(0), [7; 16]), "read");
    close(open(c"/dev/null", O_WRONLY | linux_raw_sys::general::O_TRUNC | linux_raw_sys::general::O_CREAT));
}

/// Takes everything, gives zeros without end.
pub fn zero_gives_zeros() {
    let zero = open(c"/dev/zero", O_RDWR);
    for _ in 0..3 {
        let mut buffer = [7; 9000];
        check_eq!(linux::read(zero, &mut buffer), Ok(9000), "read");
        check!(buffer.iter().all(|&byte| byte == 0), "not all bytes are zero");
    }
    check_eq!(linux::write(zero, b"gone"), Ok(4), "write");
}

/// Gives zeros, and has no room for anything.
pub fn full_takes_nothing() {
    let full = open(c"/dev/full", O_RDWR);
    check_eq!(linux::write(full, b"x"), Err(Errno::ENOSPC), "write");
    let mut buffer = [7; 100];
    check_eq!((linux::read(full, &mut buffer), buffer), (Ok(100), [0; 100]), "read");
}

/// Thirty-two bytes that come twice are not random.
pub fn random_devices_give_other_bytes_each_time() {
    for path in [c"/dev/random", c"/dev/urandom"] {
        let device = open(path, O_RDONLY);
        let mut readings = [[0; 32]; 2];
        for reading in &mut readings {
            check_eq!(linux::read(device, reading), Ok(32), "read from {path:?}");
        }
        check!(readings[0] != readings[1], "{path:?} has given the same bytes twice");
    }
    check_eq!(linux::write(open(c"/dev/urandom", O_WRONLY), b"a little more"), Ok(13), "write to /dev/urandom");
}

/// A process without a terminal has no `/dev/tty`.
pub fn tty_needs_a_terminal() {
    run_well(|| {
        must!(sys!(__NR_setsid));
        check_eq!(try_open(c"/dev/tty", O_RDWR), Err(Errno::ENXIO), "open of /dev/tty without a terminal");
    });
}

/// The numbers that Linux gives them (Documentation/admin-guide/devices.txt).
pub fn devices_have_linux_numbers() {
    for (path, number) in [
        (c"/dev/null", (1, 3)),
        (c"/dev/zero", (1, 5)),
        (c"/dev/full", (1, 7)),
        (c"/dev/random", (1, 8)),
        (c"/dev/urandom", (1, 9)),
        (c"/dev/tty", (5, 0)),
    ] {
        let found = must!(stat(path));
        check_eq!((found.kind(), found.device()), (Kind::CharacterDevice, number), "kind and number of {path:?}");
    }
}

/// A device is no directory, and nothing is below it.
pub fn devices_are_no_directories() {
    check_eq!(try_open(c"/dev/null", O_RDONLY | O_DIRECTORY), Err(Errno::ENOTDIR), "open of a device as a directory");
    let paths: [&CStr; 3] = [c"/dev/null/x", c"/dev/zero/", c"/dev/null/.."];
    for path in paths {
        check_eq!(try_open(path, O_RDONLY), Err(Errno::ENOTDIR), "open of {path:?}");
    }
}
