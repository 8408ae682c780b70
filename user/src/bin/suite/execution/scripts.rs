//! Scripts: files that name the program which is to read them.
//!
//! `#!PATH ARGUMENT` makes of `execve(SCRIPT, [name, x …])` the program PATH with the arguments PATH, ARGUMENT (if there
//! is one, spaces and all), SCRIPT, x …: see `execve(2)`.

use super::programs::{execute, execute_in_child};
use crate::check::{check, check_eq, must};
use crate::child::run;
use crate::mapping::scratch::Scratch;
use crate::program;
use core::ffi::CStr;
use tusk_user::launch::StringList;
use tusk_user::{Environment, Errno, Status, linux};

/// How the suite ends as an interpreter without and with an argument.
const WITHOUT: i32 = 51;
const WITH: i32 = 52;
/// The argument in the script.
const ARGUMENT: &CStr = c"--interpret two  words";
/// The arguments behind the script's name.
const REST: [&CStr; 3] = [c"x", c"", c"y z"];

/// What the suite is when a script has named it; `None` when none has.
pub fn as_the_interpreter(environment: &Environment) -> Option<i32> {
    let is_script = |argument: Option<&CStr>| argument.is_some_and(|path| path.to_bytes().starts_with(b"/tmp/suite-"));
    let mut arguments = environment.arguments();
    let own_path = arguments.next();
    let first = arguments.next();
    let has_argument = first == Some(ARGUMENT);
    let script = if has_argument { arguments.next() } else { first };
    if !is_script(script) {
        return None;
    }
    check_eq!(own_path, Some(program::path()), "the interpreter's first argument");
    // In a chain of scripts each one's path comes before the next one's.
    let rest = arguments.clone().skip_while(|path| is_script(Some(path)));
    check!(rest.clone().count() == 0 || rest.eq(REST), "the arguments behind the script's are not what they were");
    Some(if has_argument { WITH } else { WITHOUT })
}

/// A script of one line, `#!` and the parts given, and a second line that nobody reads.
fn script(letter: u8, parts: &[&[u8]]) -> Scratch {
    let mut text = [0; 512];
    let mut length = 0;
    for part in [b"#!".as_slice()].iter().chain(parts).chain(&[b"\nsecond line\n".as_slice()]) {
        text[length..length + part.len()].copy_from_slice(part);
        length += part.len();
    }
    Scratch::with_mode(letter, 0o755, &text[..length])
}

/// Executes a script with the arguments that the interpreter expects.
fn interpret(script: &Scratch) -> Status {
    run(|| {
        let arguments = must!(StringList::new([c"forgotten"].into_iter().chain(REST)));
        let variables = must!(StringList::new([]));
        100 + i32::from(linux::execve(script.path(), arguments.strings(), variables.strings()).0)
    })
}

/// The interpreter's path, as bytes.
fn interpreter() -> &'static [u8] {
    program::path().to_bytes()
}

/// The interpreter alone, with spaces and tabs before and behind it, and without a line's end.
pub fn script_names_its_interpreter() {
    let spaces: [(&[u8], &[u8]); 4] = [(b"", b""), (b" ", b""), (b"\t  ", b" \t"), (b"", b"  ")];
    for (before, behind) in spaces {
        let status = interpret(&script(b's', &[before, interpreter(), behind]));
        check_eq!(status.exit_code(), Some(WITHOUT as u8), "the interpreter's end");
    }
    let mut text = [0; 64];
    let length = 2 + interpreter().len();
    text[..2].copy_from_slice(b"#!");
    text[2..length].copy_from_slice(interpreter());
    let status = interpret(&Scratch::with_mode(b's', 0o755, &text[..length]));
    check_eq!(status.exit_code(), Some(WITHOUT as u8), "the interpreter's end without a line's end");
}

/// And one argument, whatever it is.
pub fn script_gives_one_argument() {
    for behind in [b"".as_slice(), b"  \t"] {
        let status = interpret(&script(b's', &[interpreter(), b"  ", ARGUMENT.to_bytes(), behind]));
        check_eq!(status.exit_code(), Some(WITH as u8), "the interpreter's end");
    }
}

/// An interpreter may be a script itself, five times in a row, and no more.
pub fn interpreter_may_be_a_script() {
    let first = script(b'0', &[interpreter()]);
    let second = script(b'1', &[first.path().to_bytes()]);
    let third = script(b'2', &[second.path().to_bytes()]);
    let fourth = script(b'3', &[third.path().to_bytes()]);
    let fifth = script(b'4', &[fourth.path().to_bytes()]);
    for script in [&second, &third, &fifth] {
        check_eq!(interpret(script).exit_code(), Some(WITHOUT as u8), "the end of {:?}", script.path());
    }
    let sixth = script(b'5', &[fifth.path().to_bytes()]);
    check_eq!(execute(sixth.path()), Errno::ELOOP, "execve of a chain of six scripts");
}

/// A script that names itself has no end.
pub fn script_that_names_itself_is_eloop() {
    let first = script(b's', &[b"placeholder"]);
    // Of the same name, so that it names itself.
    let second = script(b's', &[first.path().to_bytes()]);
    check_eq!(execute(second.path()), Errno::ELOOP, "execve of a script that names itself");
}

/// Interpreters that are none.
pub fn unfit_interpreters_are_refused() {
    let cases: [(&[u8], Errno); 5] = [
        (b"/no/such/interpreter", Errno::ENOENT),
        (b"", Errno::ENOEXEC),
        (b"  \t ", Errno::ENOEXEC),
        (b"/tmp", Errno::EACCES),
        (b"/dev/null/x", Errno::ENOTDIR),
    ];
    for (path, expected) in cases {
        check_eq!(execute(script(b's', &[path]).path()), expected, "execve of a script for {path:?}");
    }
    // 256 bytes are looked at: a path that goes on behind them is none.
    let long = script(b's', &[&[b'/'; 300]]);
    check_eq!(execute(long.path()), Errno::ENOEXEC, "execve of a script with a path of 300 bytes");
    let garbage = Scratch::with_mode(b'g', 0o755, b"no program");
    let of_garbage = script(b's', &[garbage.path().to_bytes()]);
    check_eq!(execute(of_garbage.path()), Errno::ENOEXEC, "execve of a script for garbage");
}

/// The script, too, must be executable; the suite that reads it need not be able to.
pub fn script_needs_its_x_bit() {
    let mut text = [0; 64];
    let length = 3 + interpreter().len();
    text[..2].copy_from_slice(b"#!");
    text[2..length - 1].copy_from_slice(interpreter());
    text[length - 1] = b'\n';
    let plain = Scratch::with_mode(b's', 0o644, &text[..length]);
    check_eq!(execute(plain.path()), Errno::EACCES, "execve of a script without an x bit");
    let secret = Scratch::with_mode(b't', 0o100, &text[..length]);
    check_eq!(execute_in_child(secret.path()).exit_code(), Some(WITHOUT as u8), "the interpreter's end");
}
