//! Builtins about the shell itself: where it is, what was typed, and the way out.

use super::{for_each_path, misused};
use crate::complain;
use crate::failure::FAILED;
use crate::shell::Shell;
use alloc::vec::Vec;
use tusk_user::directory::{self, PATH_MAX};
use tusk_user::linux;
use tusk_user::print::{Line, STANDARD_OUTPUT};

/// `cd [DIRECTORY | -]`
pub fn cd(shell: &mut Shell, arguments: &[Vec<u8>]) -> i32 {
    let target = match arguments {
        [_] => shell.home().to_vec(),
        [_, target] if target == b"-" => match shell.variables.get(b"OLDPWD") {
            Some(before) => before.to_vec(),
            None => {
                complain!("cd: there is no directory to go back to");
                return FAILED;
            }
        },
        [_, target] => target.clone(),
        _ => return misused(arguments, "one directory at a time"),
    };

    let mut buffer = [0; PATH_MAX];
    let before = directory::current(&mut buffer).map(|path| path.to_bytes().to_vec());
    let status = for_each_path("cd", &[target], directory::change_to);
    if status == 0 {
        // A directory that was removed has no path: then there is none to go back to.
        if let Ok(before) = before {
            shell.variables.set(b"OLDPWD", &before);
        }
        if let Ok(path) = directory::current(&mut buffer) {
            shell.variables.set(b"PWD", path.to_bytes());
        }
        if arguments.get(1).is_some_and(|target| target == b"-") {
            return pwd(shell, arguments);
        }
    }
    status
}

/// `pwd`
pub fn pwd(_shell: &mut Shell, _arguments: &[Vec<u8>]) -> i32 {
    let mut buffer = [0; PATH_MAX];
    match directory::current(&mut buffer) {
        Ok(path) => {
            print_line(path.to_bytes());
            0
        }
        Err(error) => {
            complain!("pwd: {error}");
            FAILED
        }
    }
}

/// `clear`
pub fn clear(_shell: &mut Shell, _arguments: &[Vec<u8>]) -> i32 {
    i32::from(linux::write_all(STANDARD_OUTPUT, crate::editor::CLEAR_SCREEN).is_err())
}

/// `history`
pub fn history(shell: &mut Shell, _arguments: &[Vec<u8>]) -> i32 {
    for (number, line) in shell.history.lines() {
        tusk_user::print!("{number:5}  ");
        print_line(line);
    }
    0
}

/// `:`
pub fn nothing(_shell: &mut Shell, _arguments: &[Vec<u8>]) -> i32 {
    0
}

/// `exit [STATUS]`
pub fn exit(shell: &mut Shell, arguments: &[Vec<u8>]) -> i32 {
    let status = match arguments {
        [_] => shell.status,
        [_, number] => match core::str::from_utf8(number).ok().and_then(|digits| digits.parse::<i32>().ok()) {
            // The low byte is what a parent learns.
            Some(number) => number & 0xff,
            None => return misused(arguments, "the status is a number"),
        },
        _ => return misused(arguments, "one status at a time"),
    };
    shell.try_to_leave();
    if shell.leaving { status } else { FAILED }
}

/// Prints bytes, which need not be text, as a line.
pub fn print_line(text: &[u8]) {
    let mut line = Line::new(STANDARD_OUTPUT);
    text.iter().chain(b"\n").for_each(|&byte| line.push(byte));
}
