//! `sh`: Tusk's shell.
//!
//! The book's shell, grown up: its prompt, its builtins, its pipelines, but here the programs of a pipeline run at
//! the same time, a line that makes no sense is an error message instead of a dead shell, and a failed fork says so
//! (bugs F11, X7, P1, P4 to P6 of the book's). What a line means is POSIX' where it is there at all: quoting,
//! expansion, redirection, `;` `&&` `||` `&`, exit statuses, job control. There are no compound commands (`if`, `for`).
//!
//! The way of a line through the files: `input` or `editor` reads it, `lexer` and `parser` make a tree of it, `execute`
//! walks the tree, `expand` makes words into arguments, `stage` becomes a program in a child, `jobs` waits for it.
#![no_std]
#![no_main]

extern crate alloc;

mod builtins;
mod columns;
mod control;
mod editor;
mod execute;
mod expand;
mod failure;
mod glob;
mod input;
mod jobs;
mod lexer;
mod parser;
mod prompt;
mod redirect;
mod shell;
mod signals;
mod stage;
mod substitute;
mod token;
mod variables;
mod word;

use alloc::vec::Vec;
use input::Input;
use shell::Shell;
use tusk_user::file::{self, O_CLOEXEC, O_RDONLY};
use tusk_user::{Environment, Errno, entry, usage};

tusk_user::allocator!();
entry!(main);

const HELP: &str = "usage: sh [FILE [ARGUMENT…]]
       sh -c LINE [NAME [ARGUMENT…]]
Runs commands: from the terminal with a prompt, from the file, from the text LINE, or from the standard input. `help` at
the prompt tells what there is. The exit status is the last command's: 127 when it was not found, 126 when it could not
be run, 128 and the signal's number when one killed it, 2 when the line made no sense.";

fn main(environment: &Environment) -> i32 {
    if usage::help_was_asked(environment, HELP) {
        return 0;
    }
    keep_standard_descriptors();
    let arguments: Vec<Vec<u8>> = environment.arguments().map(|argument| argument.to_bytes().to_vec()).collect();
    let mut shell = Shell::new(environment);
    match arguments.get(1).map(Vec::as_slice) {
        None | Some(b"-") => {
            if shell::somebody_is_there() {
                shell.become_interactive();
                shell.converse();
            } else {
                shell.run_input(&mut Input::from_standard_input());
            }
        }
        Some(b"-c") => {
            let Some(line) = arguments.get(2) else {
                return usage::refuse(HELP, format_args!("sh: -c needs a line to run"));
            };
            shell.set_parameters(arguments.get(3..).unwrap_or(&[]));
            shell.run_text(line);
        }
        Some(option) if option.len() > 1 && option[0] == b'-' => {
            return usage::refuse(HELP, format_args!("sh: unknown option {}", failure::Lossy(option)));
        }
        Some(_) => {
            shell.set_parameters(&arguments[1..]);
            return run_file(environment, shell);
        }
    }
    shell.leave()
}

/// Runs the file that is the first argument.
fn run_file(environment: &Environment, mut shell: Shell) -> i32 {
    let path = environment.arguments().nth(1).unwrap_or(c"");
    match file::open(path, O_RDONLY | O_CLOEXEC) {
        Ok(descriptor) => {
            shell.run_input(&mut Input::from_file(descriptor));
            shell.leave()
        }
        Err(error) => {
            complain!("{}: {error}", failure::Lossy(path.to_bytes()));
            if error == Errno::ENOENT { failure::NOT_FOUND } else { failure::NOT_RUNNABLE }
        }
    }
}

/// Sees to it that 0, 1 and 2 are open: else a pipe of ours could get one of these numbers, and be mistaken for it.
fn keep_standard_descriptors() {
    while let Ok(descriptor) = file::open(c"/dev/null", file::O_RDWR) {
        if descriptor.number() > 2 {
            return;
        }
        descriptor.into_number();
    }
}
