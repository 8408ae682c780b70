//! Answers to `--help` and to arguments that make no sense: the same in every program.

use crate::environment::Environment;
use crate::{eprintln, println};

/// The exit status of a program that was called wrongly.
pub const USAGE_STATUS: i32 = 2;

/// Prints the help text and says so, when the first argument asks for it.
///
/// The text's first line is `usage: NAME …`.
pub fn help_was_asked(environment: &Environment, text: &str) -> bool {
    let asked = matches!(environment.argument(1), Some("--help"));
    if asked {
        println!("{text}");
    }
    asked
}

/// Complains about the arguments on standard error, with the usage line below; returns the status to end with.
pub fn refuse(text: &str, why: core::fmt::Arguments<'_>) -> i32 {
    eprintln!("{why}");
    eprintln!("{}", text.lines().next().unwrap_or(text));
    USAGE_STATUS
}
