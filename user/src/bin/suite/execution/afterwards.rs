//! The suite as the next program: what it is when a case of these has become it.
//!
//! `suite --afterwards NAME …` looks around in a fresh program, and ends with status 0 if all is as it should be. And
//! as the interpreter of a script, the suite gets the script's path where its own arguments would be.

use super::{handover, scripts};
use crate::check::{check, fail, must};
use crate::files::reopening;
use crate::program;
use crate::signals::inheritance;
use core::ffi::CStr;
use core::panic::Location;
use tusk_user::launch::StringList;
use tusk_user::{Environment, linux};

/// The first argument.
const AFTERWARDS: &CStr = c"--afterwards";

/// Becomes the program `name` with further arguments; returns only when that failed, with a status that says so.
#[track_caller]
pub fn become_program(name: &str, arguments: &[&CStr]) -> i32 {
    become_program_by(program::path(), name, arguments)
}

/// The same by another path of the suite.
#[track_caller]
pub fn become_program_by(path: &CStr, name: &str, arguments: &[&CStr]) -> i32 {
    let mut storage = [0; 32];
    storage[..name.len()].copy_from_slice(name.as_bytes());
    let name = CStr::from_bytes_until_nul(&storage).unwrap_or_default();
    let first = [c"any name", AFTERWARDS, name];
    let list = must!(StringList::new(first.into_iter().chain(arguments.iter().copied())));
    let none = must!(StringList::new([]));
    let error = linux::execve(path, list.strings(), none.strings());
    fail(Location::caller(), format_args!("execve of {path:?}: {error:?}"))
}

/// Runs the program that [`become_program`] or a script has named; `None` when there is none.
pub fn by_arguments(environment: &Environment) -> Option<i32> {
    if let Some(status) = scripts::as_the_interpreter(environment) {
        return Some(status);
    }
    let mut arguments = environment.arguments().skip(1);
    if arguments.next() != Some(AFTERWARDS) {
        return None;
    }
    match arguments.next().unwrap_or_default().to_bytes() {
        b"signals" => inheritance::as_the_next_program(),
        b"descriptors" => handover::as_the_next_program(arguments),
        b"name" => handover::as_a_program_with_a_name(environment),
        b"itself" => reopening::as_the_next_program(arguments),
        b"sleep" => tusk_user::time::sleep(core::time::Duration::from_secs(5)),
        b"nothing" => {}
        other => check!(false, "there is no program {other:?}"),
    }
    Some(0)
}
