//! What goes wrong, and how the shell says it.

use alloc::string::String;
use core::fmt;
pub use tusk_user::print::Lossy;

/// The status of a command that could not do what it should.
pub const FAILED: i32 = 1;
/// The status of a line or of arguments that make no sense.
pub const MISUSED: i32 = 2;
/// The status of a command that is there but cannot be run (POSIX, "Exit Status for Commands").
pub const NOT_RUNNABLE: i32 = 126;
/// The status of a command that is not there.
pub const NOT_FOUND: i32 = 127;
/// What is added to the number of the signal that killed a command.
pub const KILLED: i32 = 128;

/// A reason why a command was not run, with the status it counts as.
#[derive(Debug)]
pub struct Failure {
    /// In words, without `sh: `.
    pub message: String,
    /// What `$?` will be.
    pub status: i32,
}

impl Failure {
    /// A failure with status [`FAILED`].
    pub fn new(message: fmt::Arguments<'_>) -> Self {
        Failure { message: alloc::fmt::format(message), status: FAILED }
    }

    /// Tells the user; returns the status.
    pub fn report(&self) -> i32 {
        crate::complain!("{}", self.message);
        self.status
    }
}

/// Prints a message of the shell's on standard error: `sh: …`.
#[macro_export]
macro_rules! complain {
    ($($text:tt)*) => { tusk_user::eprintln!("sh: {}", format_args!($($text)*)) };
}
