//! `init`: process 1, the ancestor of all others and the parent of those that lost theirs.
//!
//! The kernel starts it with `["init"]`, or with `["init", COMMAND]` when there is `run=COMMAND` on the kernel's
//! command line. It runs the command, or a prompt, in a child, and collects every process that ends in the meantime:
//! that is the book's init too. When the child has ended, init ends with the same status, and the kernel switches the
//! machine off.
#![no_std]
#![no_main]

use core::ffi::CStr;
use tusk_user::launch::{StringList, become_program, reap_until, spawn};
use tusk_user::words::{self, Words};
use tusk_user::{Environment, Errno, Status, entry, eprintln, linux, print, println, usage};

entry!(main);

const HELP: &str = "usage: init [COMMAND]
Runs the command (words as in a shell: quotes and backslashes count) and ends with its exit status, or with 128 and
the signal that killed it. Without a command: a demonstration of fork, and a prompt. Whatever process loses its parent
becomes init's child, and init collects it when it ends.";

/// The longest command line, in bytes.
const COMMAND_MAX: usize = 4096;
/// The status of a command that could not be started, as in shells.
const NOT_STARTED: i32 = 127;

fn main(environment: &Environment) -> i32 {
    if usage::help_was_asked(environment, HELP) {
        return 0;
    }
    let result = match environment.arguments().nth(1) {
        Some(command) => run(environment, command.to_bytes()),
        None => {
            welcome(environment);
            // The prompt waits for keys, and init must not: orphans may end at any moment.
            spawn(|| prompt(environment)).and_then(reap_until)
        }
    };
    match result {
        Ok(status) => status.shell_code(),
        Err(error) => {
            eprintln!("init: cannot make a process: {error}");
            NOT_STARTED
        }
    }
}

/// Runs one command line in a child and waits for it; returns how it ended.
///
/// A line that makes no sense is a command that could not be started. A fork that fails is the caller's to report: we
/// are still the only process, and must not behave as if we were the child (the book's shell does, F11).
fn run(environment: &Environment, command: &[u8]) -> Result<Status, Errno> {
    let mut storage = [0; COMMAND_MAX + 1];
    match words::split(command, &mut storage) {
        Ok(words) => spawn(|| become_command(environment, words)).and_then(reap_until),
        Err(why) => {
            eprintln!("init: not a command line: {why}");
            Ok(Status((NOT_STARTED as u32) << 8))
        }
    }
}

/// In the child: becomes the program; returns the exit status when it cannot.
fn become_command(environment: &Environment, words: Words<'_>) -> i32 {
    let Some(name) = words.clone().next() else {
        eprintln!("init: the command is empty");
        return NOT_STARTED;
    };
    let error = match StringList::new(words) {
        Ok(arguments) => become_program(name, arguments.strings(), environment.variables_as_given()),
        Err(error) => error,
    };
    eprintln!("init: cannot run {}: {error}", Lossy(name));
    NOT_STARTED
}

/// Says hello to whoever watches, and shows what this kernel is about.
fn welcome(environment: &Environment) {
    println!();
    println!("This is Tusk, a small kernel that shows how a process comes to be.");
    println!("Its first process, init, is pid {}. It will now run the command: forktree 2", linux::getpid());
    println!();
    if let Err(error) = run(environment, b"forktree 2") {
        eprintln!("init: cannot make a process: {error}");
    }
    println!();
    println!("Your turn. Commands are the programs in /bin: forktree, forkstorm, bench, ps, echo, true, false.");
    println!("Each knows --help. `exit` switches the machine off; in QEMU's terminal, so does Ctrl-A x.");
}

/// Reads command lines and runs them until `exit` or the end of the input; returns the status to end with.
fn prompt(environment: &Environment) -> i32 {
    let mut buffer = [0; COMMAND_MAX];
    let mut last = 0;
    loop {
        print!("tusk# ");
        let line = match read_line(&mut buffer) {
            Ok(Some(line)) => line,
            Ok(None) => return last,
            Err(error) => {
                eprintln!("init: cannot read the keyboard: {error}");
                return 1;
            }
        };
        match line.trim_ascii() {
            [] => continue,
            b"exit" => return last,
            b"help" => {
                println!("Programs: forktree, forkstorm, bench, ps, echo, true, false, /tests/suite. `exit` ends it.");
                continue;
            }
            command => match run(environment, command) {
                Ok(status) => {
                    last = status.shell_code();
                    if last != 0 {
                        println!("[{status}]");
                    }
                }
                Err(error) => eprintln!("cannot make a process: {error}"),
            },
        }
    }
}

/// Reads a line from the terminal, without its end; `None` at the end of the input.
///
/// Byte by byte: what is behind the line belongs to the next, or to the program that this line starts.
fn read_line(buffer: &mut [u8; COMMAND_MAX]) -> Result<Option<&[u8]>, Errno> {
    let mut length = 0;
    loop {
        let mut byte = [0];
        match (linux::read(0, &mut byte)?, byte) {
            (0, _) if length == 0 => return Ok(None),
            (0, _) | (_, [b'\n']) => return Ok(Some(&buffer[..length])),
            _ if length < COMMAND_MAX => {
                buffer[length] = byte[0];
                length += 1;
            }
            // Longer than any command: what is too much is left out, and the command will say so itself.
            _ => {}
        }
    }
}

/// Shows a string that need not be UTF-8.
struct Lossy<'a>(&'a CStr);

impl core::fmt::Display for Lossy<'_> {
    fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        for chunk in self.0.to_bytes().utf8_chunks() {
            out.write_str(chunk.valid())?;
            if !chunk.invalid().is_empty() {
                out.write_str("\u{fffd}")?;
            }
        }
        Ok(())
    }
}
