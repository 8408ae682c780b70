//! Commands: a line becomes words, and these a program in a child.

use super::NOT_STARTED;
use tusk_user::launch::{StringList, Strings, become_program, reap_until, spawn};
use tusk_user::print::Lossy;
use tusk_user::words::{self, Words};
use tusk_user::{Environment, Errno, Status, eprintln};

/// The longest command line, in bytes.
pub const COMMAND_MAX: usize = 4096;

/// Runs one command line in a child and waits for it; returns how it ended.
///
/// A line that makes no sense is a command that could not be started. A fork that fails is the caller's to report: we
/// are still the only process, and must not behave as if we were the child (the book's shell does, F11).
pub fn run(environment: &Environment, command: &[u8]) -> Result<Status, Errno> {
    let mut storage = [0; COMMAND_MAX + 1];
    match words::split(command, &mut storage) {
        Ok(words) => spawn(|| become_command(environment.variables_as_given(), words)).and_then(reap_until),
        Err(why) => {
            eprintln!("init: not a command line: {why}");
            Ok(Status((NOT_STARTED as u32) << 8))
        }
    }
}

/// Becomes the program that a command line names; returns the exit status when it cannot.
pub fn become_line(variables: Strings<'_>, command: &[u8]) -> i32 {
    let mut storage = [0; COMMAND_MAX + 1];
    match words::split(command, &mut storage) {
        Ok(words) => become_command(variables, words),
        Err(why) => {
            eprintln!("init: not a command line: {why}");
            NOT_STARTED
        }
    }
}

/// In the child: becomes the program; returns the exit status when it cannot.
fn become_command(variables: Strings<'_>, words: Words<'_>) -> i32 {
    let Some(name) = words.clone().next() else {
        eprintln!("init: the command is empty");
        return NOT_STARTED;
    };
    let error = match StringList::new(words) {
        Ok(arguments) => become_program(name, arguments.strings(), variables),
        Err(error) => error,
    };
    eprintln!("init: cannot run {}: {error}", Lossy(name.to_bytes()));
    NOT_STARTED
}
