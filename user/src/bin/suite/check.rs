//! How a case says that something is not as it should be, or that it does not apply.
//!
//! A case is a function that returns when all is well. Whatever it finds wrong ends the process at once, with status 1
//! and a line that says what and where; in a child of the case too, whose parent then finds the status.

use core::fmt;
use core::panic::Location;
use tusk_user::{eprintln, linux, println};

/// The status of a case that found something wrong.
pub const FAILED: i32 = 1;
/// The status of a case that does not apply on this machine or kernel.
pub const SKIPPED: u8 = 77;

/// Ends the process: something is wrong at `place`.
pub fn fail(place: &Location<'_>, why: fmt::Arguments<'_>) -> ! {
    eprintln!("FAILED: {why} ({}:{})", place.file(), place.line());
    linux::exit_group(FAILED)
}

/// Ends the process: the case does not apply here. The line goes to standard output, as the case's result.
pub fn skip(why: fmt::Arguments<'_>) -> ! {
    println!("skipped: {why}");
    linux::exit_group(SKIPPED.into())
}

/// Skips the case on other kernels: what it asks for, only Tusk has.
pub fn only_on_tusk() {
    if !tusk_user::on_tusk() {
        skip(format_args!("only Tusk has this"));
    }
}

/// Fails unless the condition holds; more arguments say what it means.
macro_rules! check {
    ($condition:expr) => {
        check!($condition, "{} does not hold", stringify!($condition))
    };
    ($condition:expr, $($why:tt)+) => {
        if !$condition {
            $crate::check::fail(core::panic::Location::caller(), format_args!($($why)+))
        }
    };
}

/// Fails unless both are equal, and shows both.
macro_rules! check_eq {
    ($found:expr, $expected:expr) => {
        check_eq!($found, $expected, "{}", stringify!($found))
    };
    ($found:expr, $expected:expr, $($what:tt)+) => {
        match (&$found, &$expected) {
            (found, expected) if *found != *expected => $crate::check::fail(
                core::panic::Location::caller(),
                format_args!("{} is {found:?}, not {expected:?}", format_args!($($what)+)),
            ),
            _ => {}
        }
    };
}

/// The value of a call that has to succeed; fails with its error otherwise.
macro_rules! must {
    ($call:expr) => {
        match $call {
            Ok(value) => value,
            Err(error) => {
                $crate::check::fail(core::panic::Location::caller(), format_args!("{}: {error:?}", stringify!($call)))
            }
        }
    };
}

pub(crate) use {check, check_eq, must};
