//! `init`: process 1, the ancestor of all others and the parent of those that lost theirs.
//!
//! The kernel starts it with `["init"]`, or with `["init", "--shell", COMMAND]` or `["init", COMMAND]` when there is
//! `shell=COMMAND` or `run=COMMAND` on the kernel's command line. With a command it runs that in a child and ends with
//! its status, and the kernel switches the machine off. Without one it keeps a shell on each terminal, in a session of
//! its own, and starts another when it ends. All the time it collects every process that ends: that is the book's init
//! too.
#![no_std]
#![no_main]

use tusk_user::{Environment, entry, eprintln, usage};

entry!(main);

const HELP: &str = "usage: init [COMMAND | --shell COMMAND]
Runs the command (words as in a shell: quotes and backslashes count) and ends with its exit status, or with 128 and
the signal that killed it. Without a command, or with --shell: a demonstration of fork, and then a shell on each
terminal for as long as the machine runs: /bin/sh, or COMMAND, or a prompt of init's own where there is neither.
Whatever process loses its parent becomes init's child, and init collects it when it ends.";

mod command;
mod prompt;
mod terminals;

/// The status of a command that could not be started, as in shells.
const NOT_STARTED: i32 = 127;

fn main(environment: &Environment) -> i32 {
    if usage::help_was_asked(environment, HELP) {
        return 0;
    }
    let mut arguments = environment.arguments().skip(1);
    let result = match (arguments.next(), arguments.next()) {
        (None, _) => terminals::keep_shells(environment, None),
        (Some(option), command) if option == c"--shell" => terminals::keep_shells(environment, command),
        (Some(command), _) => command::run(environment, command.to_bytes()),
    };
    match result {
        Ok(status) => status.shell_code(),
        Err(error) => {
            eprintln!("init: cannot make a process: {error}");
            NOT_STARTED
        }
    }
}
