//! The commands that run in the shell's own process.
//!
//! Some have to (`cd` in a child would move the child only); the book's others are here because the book has them here,
//! and because a system without a single program, or without memory for one more, can still be looked at. Those are
//! programs too, which know more options: an option that the builtin has not got goes to the program.

mod environment;
mod files;
mod jobs;
mod listing;
mod processes;
mod session;

use crate::failure::{FAILED, Lossy, MISUSED};
use crate::shell::Shell;
use alloc::ffi::CString;
use alloc::string::String;
use alloc::vec::Vec;
use core::ffi::CStr;
use tusk_user::{Errno, println};

/// A command of the shell's.
pub struct Builtin {
    /// Its name.
    pub name: &'static str,
    /// What may stand behind the name.
    usage: &'static str,
    /// What it does, in one line.
    summary: &'static str,
    /// Does it; the first argument is the name, the result is the exit status.
    run: fn(&mut Shell, &[Vec<u8>]) -> i32,
}

/// One line a builtin: this is the list that `help` prints.
macro_rules! builtins {
    ($($name:literal $usage:literal $summary:literal $run:path;)*) => {
        /// All builtins, in the order of `help`.
        pub const BUILTINS: &[Builtin] =
            &[$(Builtin { name: $name, usage: $usage, summary: $summary, run: $run },)*];
    };
}

builtins! {
    "cd" "[DIRECTORY | -]" "go to a directory; without one, to $HOME" session::cd;
    "pwd" "" "print the directory we are in" session::pwd;
    "ls" "[-a] [-l | -h] [PATH…]" "list directories: -a what is hidden, -l details, -h this line" listing::ls;
    "mkdir" "[-p] DIRECTORY…" "make directories, with -p also those above them" files::mkdir;
    "rmdir" "DIRECTORY…" "remove empty directories" files::rmdir;
    "rm" "[-r] [-f] FILE…" "remove files, with -r directories and all in them, with -f without complaint" files::rm;
    "ps" "" "list the processes" processes::ps;
    "clear" "" "clear the screen" session::clear;
    "history" "" "print the lines that were typed" session::history;
    "export" "[NAME[=VALUE]…]" "hand variables to programs" environment::export;
    "unset" "NAME…" "forget variables" environment::unset;
    "jobs" "" "list the jobs in the background" jobs::jobs;
    "fg" "[%JOB]" "bring a job to the foreground" jobs::fg;
    "bg" "[%JOB…]" "let a stopped job run in the background" jobs::bg;
    "wait" "[%JOB | PID…]" "wait for jobs; without one, for all" jobs::wait;
    "kill" "[-SIGNAL] %JOB | PID…" "send a signal, SIGTERM if none is named" jobs::kill;
    ":" "" "do nothing, with success" session::nothing;
    "exit" "[STATUS]" "leave the shell, as ^D does on an empty line" session::exit;
    "help" "" "print this list" help;
}

/// The builtins that are programs too, with the letters that may stand in their options.
const PROGRAMS_TOO: &[(&str, &[u8])] = &[
    ("pwd", b""),
    ("ls", b"a1"),
    ("mkdir", b"p"),
    ("rmdir", b""),
    ("rm", b"rRf"),
    ("ps", b""),
    ("clear", b""),
    // Names and numbers of signals, but not -l and -s.
    ("kill", b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
];

/// The builtin of this name.
pub fn named(name: &[u8]) -> Option<&'static Builtin> {
    BUILTINS.iter().find(|builtin| builtin.name.as_bytes() == name)
}

/// The builtin that a command line means; none when there is a program that may know its options better.
pub fn find(arguments: &[Vec<u8>]) -> Option<&'static Builtin> {
    let builtin = named(arguments.first()?)?;
    if builtin.is_asked_in_the_books_way(arguments) {
        return Some(builtin);
    }
    let known = PROGRAMS_TOO.iter().find(|(name, _)| *name == builtin.name).map(|(_, letters)| *letters);
    let is_known = |option: &[u8]| known.is_none_or(|known| option.iter().all(|letter| known.contains(letter)));
    let options = arguments[1..].iter().take_while(|argument| *argument != b"--");
    let mut letters = options.filter_map(|argument| argument.strip_prefix(b"-"));
    letters.all(is_known).then_some(builtin)
}

impl Builtin {
    /// Runs it; returns its exit status.
    pub fn run(&self, shell: &mut Shell, arguments: &[Vec<u8>]) -> i32 {
        let is_asked = arguments.len() == 2 && arguments[1] == b"--help" && self.name != ":";
        if is_asked || self.is_asked_in_the_books_way(arguments) {
            println!("{}\nThe shell's own: {}.", self.usage_line(), self.summary);
            return 0;
        }
        (self.run)(shell, arguments)
    }

    /// `ls -h` and nothing else asks for help, as in the book; beside other words it is the program's option.
    fn is_asked_in_the_books_way(&self, arguments: &[Vec<u8>]) -> bool {
        self.name == "ls" && arguments.len() == 2 && arguments[1] == b"-h"
    }

    fn usage_line(&self) -> String {
        alloc::format!("usage: {} {}", self.name, self.usage).trim_end().into()
    }
}

fn help(_shell: &mut Shell, _arguments: &[Vec<u8>]) -> i32 {
    println!("The shell's own commands:");
    for Builtin { name, usage, summary, .. } in BUILTINS {
        println!("  {name} {usage:width$} {summary}", width = 25 - name.len());
    }
    println!("All other commands are programs in the directories of $PATH; most know --help.");
    println!("Lines: a | b   a && b   a || b   a ; b   a &   <file >file >>file 2>file 2>&1   'text' \"text\" \\");
    println!("       $NAME $? $$ $(command)   * ? [a-z]   ~   # comment");
    println!("Keys: arrows, ^A ^E ^K ^U ^W ^L, Tab completes; ^C ends a program, ^Z stops it.");
    println!("To leave: exit, or ^D.");
    0
}

/// Complains about arguments that make no sense, with the builtin's usage below.
fn misused(arguments: &[Vec<u8>], why: &str) -> i32 {
    let builtin = arguments.first().and_then(|name| named(name));
    if let Some(builtin) = builtin {
        crate::complain!("{}: {why}\n{}", builtin.name, builtin.usage_line());
    }
    MISUSED
}

/// Splits off the options, one letter each, of which `known` are allowed; `--` ends them.
///
/// # Errors
/// The status, after a complaint about the unknown one.
fn options<'a>(arguments: &'a [Vec<u8>], known: &[u8]) -> Result<(Vec<u8>, &'a [Vec<u8>]), i32> {
    let mut letters = Vec::new();
    let mut operands = arguments.get(1..).unwrap_or(&[]);
    while let [first, rest @ ..] = operands {
        match first.as_slice() {
            b"--" => return Ok((letters, rest)),
            [b'-', these @ ..] if !these.is_empty() => {
                if !these.iter().all(|letter| known.contains(letter)) {
                    return Err(misused(arguments, "unknown option"));
                }
                letters.extend_from_slice(these);
                operands = rest;
            }
            _ => break,
        }
    }
    Ok((letters, operands))
}

/// Does something with each path, complains where it fails, and returns the status of it all.
fn for_each_path(name: &str, paths: &[Vec<u8>], mut body: impl FnMut(&CStr) -> Result<(), Errno>) -> i32 {
    let mut status = 0;
    for path in paths {
        let result = CString::new(path.as_slice()).map_err(|_| Errno::EINVAL).and_then(|path| body(&path));
        if let Err(error) = result {
            complain_about(name, path, error);
            status = FAILED;
        }
    }
    status
}

/// `sh: NAME: PATH: why`
fn complain_about(name: &str, path: &[u8], error: Errno) {
    crate::complain!("{name}: {}: {error}", Lossy(path));
}
