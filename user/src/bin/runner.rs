//! `runner`: runs the one-line scripts and the programs of a list for the host tests, and prints a record of each.
//!
//! The same file runs on Linux and on Tusk: nothing but the kernel below differs then. It is a program and no script, as
//! what it tests is the shell. The form of the records is that of tests/busybox/run.sh, and one reader on the host takes
//! both:
//!
//! ```text
//! case NAME
//! 1|a line of standard output$        as `cat -vet` shows it: every byte visible, $ where the line ends
//! 2|a line of standard error$
//! end NAME STATUS                     128 + signal when a signal ended the shell
//! done                                after the last one
//! ```
#![no_std]
#![no_main]

extern crate alloc;

use alloc::ffi::CString;
use alloc::format;
use alloc::vec::Vec;
use core::ffi::CStr;
use core::fmt::Write;
use core::sync::atomic::{AtomicI32, Ordering};
use linux_raw_sys::general;
use tusk_user::file::{self, Descriptor, O_CREAT, O_RDONLY, O_RDWR, O_TRUNC, O_WRONLY};
use tusk_user::launch::{StringList, spawn};
use tusk_user::print::{Line, STANDARD_OUTPUT};
use tusk_user::signal::{self, Action, SIGALRM, SIGKILL};
use tusk_user::syscall::{check, syscall3};
use tusk_user::{Environment, Errno, allocator, directory, entry, eprintln, linux, println, terminal, usage};

entry!(main);
allocator!();

const HELP: &str = "usage: runner LIST FOLDER [NAME]
Runs the cases of the list, or those behind the one called NAME, each in an empty folder below FOLDER, with the shell
that is the file sh in the first folder of PATH. Of the list's lines (tests/shell/cases.txt tells the format) it takes:
  case: NAME   begins a case
  limit: N     the seconds that it may take (20 otherwise)
  run: LINE    its script, for `sh -c`
  file: LINE   the same in a file, for `sh FILE`
  exec: LINE   no script: a program's whole path, and its arguments
Status: 0 when each was run, whatever came of it; 1 when one could not be.";

/// A case that runs for longer, if it does not say how long, is killed, with all of its session that has not left its group.
const LIMIT_SECONDS: usize = 20;

/// The leader of the session that runs now; 0 when there is none.
static SESSION: AtomicI32 = AtomicI32::new(0);

/// How the shell gets a script; or none, and a program is run without it.
enum Way {
    Argument,
    File,
    Program,
}

/// What stays the same from case to case.
struct Runner<'a> {
    shell: CString,
    path: &'a CStr,
    output: Descriptor,
    errors: Descriptor,
}

fn main(environment: &Environment) -> i32 {
    if usage::help_was_asked(environment, HELP) {
        return 0;
    }
    let mut arguments = environment.arguments().skip(1);
    let (Some(list), Some(folder)) = (arguments.next(), arguments.next()) else {
        return usage::refuse(HELP, format_args!("runner: which list, and where?"));
    };
    match run_list(environment, list, folder, arguments.next()) {
        Ok(()) => 0,
        Err(error) => {
            eprintln!("runner: {error}");
            1
        }
    }
}

fn run_list(environment: &Environment, list: &CStr, folder: &CStr, behind: Option<&CStr>) -> Result<(), Errno> {
    let list = contents(&file::open(list, O_RDONLY)?)?;
    directory::change_to(folder)?;
    directory::set_mask(0o022);
    // What whoever started us ignores is not ignored in a script. Two signals have no action to set.
    for number in 1..32 {
        let _ = signal::set_action(number, Action::Default);
    }
    signal::set_action(SIGALRM, Action::Call(on_alarm, 0))?;

    let path = environment.variables().find(|variable| variable.to_bytes().starts_with(b"PATH="));
    let path = path.unwrap_or(c"PATH=/bin:/sbin:/usr/bin");
    let first = path.to_bytes()[b"PATH=".len()..].split(|&byte| byte == b':').next().unwrap_or_default();
    let runner = Runner {
        shell: string(&[first, b"/sh"])?,
        path,
        output: file::open(c"output", O_RDWR | O_CREAT | file::O_CLOEXEC)?,
        errors: file::open(c"errors", O_RDWR | O_CREAT | file::O_CLOEXEC)?,
    };

    let (mut name, mut number, mut limit) = (&b""[..], 0, LIMIT_SECONDS);
    let mut behind = behind.map(CStr::to_bytes);
    for line in list.split(|&byte| byte == b'\n') {
        let (way, script) = match line.iter().position(|&byte| byte == b' ').map(|blank| line.split_at(blank + 1)) {
            Some((b"case: ", rest)) => {
                (name, limit) = (rest, LIMIT_SECONDS);
                continue;
            }
            Some((b"limit: ", rest)) => {
                let seconds = core::str::from_utf8(rest).ok().and_then(|number| number.parse().ok());
                limit = seconds.ok_or(Errno::EINVAL)?;
                continue;
            }
            Some((b"run: ", rest)) => (Way::Argument, rest),
            Some((b"file: ", rest)) => (Way::File, rest),
            Some((b"exec: ", rest)) => (Way::Program, rest),
            _ => continue,
        };
        if let Some(last) = behind {
            behind = (last != name).then_some(last);
            continue;
        }
        number += 1;
        let name = core::str::from_utf8(name).map_err(|_| Errno::EINVAL)?;
        println!("case {name}");
        let status = runner.run(number, way, script, limit)?;
        show('1', &contents(&runner.output)?);
        show('2', &contents(&runner.errors)?);
        println!("end {name} {status}");
    }
    println!("done");
    Ok(())
}

impl Runner<'_> {
    /// Runs a case in a folder and a session of its own; returns its status as a shell counts.
    fn run(&self, number: u32, way: Way, script: &[u8], limit: usize) -> Result<i32, Errno> {
        let folder = CString::new(format!("{number}")).map_err(|_| Errno::EINVAL)?;
        directory::make(&folder, directory::NEW_DIRECTORY_MODE)?;
        for file in [&self.output, &self.errors] {
            file::truncate(file.number(), 0)?;
            file::seek(file.number(), 0, file::SEEK_SET)?;
        }
        let mut words = Vec::new();
        match way {
            Way::Argument => words.extend([c"sh".into(), c"-c".into(), string(&[script])?]),
            Way::File => {
                let file = file::open(c"script", O_WRONLY | O_CREAT | O_TRUNC)?;
                linux::write_all(file.number(), script)?;
                linux::write_all(file.number(), b"\n")?;
                words.extend([c"sh".into(), c"../script".into()]);
            }
            Way::Program => {
                for word in script.split(|&byte| byte == b' ') {
                    words.push(string(&[word])?);
                }
            }
        }
        let program = if let Way::Program = way { words.first().ok_or(Errno::EINVAL)? } else { &self.shell };

        let child = spawn(|| {
            let error = self.become_program(&folder, program, &words);
            eprintln!("runner: cannot run {}: {error}", program.to_string_lossy());
            127
        })?;
        SESSION.store(child, Ordering::SeqCst);
        set_alarm(limit);
        let status = loop {
            match linux::waitpid(child) {
                Err(Errno::EINTR) => {}
                result => break result?.1,
            }
        };
        SESSION.store(0, Ordering::SeqCst);
        set_alarm(0);
        // What it has left behind ends here. That there is nothing is usual.
        let _ = signal::kill(-child, SIGKILL);
        Ok(status.shell_code())
    }

    /// In a child: returns only when it cannot be done, with the reason.
    fn become_program(&self, folder: &CStr, program: &CStr, words: &[CString]) -> Errno {
        let prepare = || {
            terminal::begin_session()?;
            directory::change_to(folder)?;
            let nothing = file::open(c"/dev/null", O_RDONLY | file::O_CLOEXEC)?;
            for (number, file) in [&nothing, &self.output, &self.errors].into_iter().enumerate() {
                file::duplicate_to(file.number(), number as i32)?;
            }
            let arguments = StringList::new(words.iter().map(CString::as_c_str))?;
            Ok((arguments, StringList::new([self.path, c"HOME=/"])?))
        };
        match prepare() {
            Ok((arguments, variables)) => linux::execve(program, arguments.strings(), variables.strings()),
            Err(error) => error,
        }
    }
}

/// The time of a case is up.
extern "C" fn on_alarm(_signal: i32) {
    let session = SESSION.load(Ordering::SeqCst);
    if session > 0 {
        // The leader too, should it have no group of its own yet.
        let _ = signal::kill(-session, SIGKILL);
        let _ = signal::kill(session, SIGKILL);
    }
}

/// Has SIGALRM sent in so many seconds; 0 calls it off.
fn set_alarm(seconds: usize) {
    // SAFETY: the call touches no memory; the handler only loads a number and sends signals.
    let _ = check(unsafe { syscall3(general::__NR_alarm as usize, [seconds, 0, 0]) });
}

/// All of a file, from its beginning.
fn contents(file: &Descriptor) -> Result<Vec<u8>, Errno> {
    file::seek(file.number(), 0, file::SEEK_SET)?;
    let (mut all, mut piece) = (Vec::new(), [0; 4096]);
    loop {
        match linux::read(file.number(), &mut piece)? {
            0 => return Ok(all),
            length => all.extend_from_slice(&piece[..length]),
        }
    }
}

/// Bytes one behind the other, as a string for the kernel.
fn string(parts: &[&[u8]]) -> Result<CString, Errno> {
    CString::new(parts.concat()).map_err(|_| Errno::EINVAL)
}

/// Prints what was written to a stream, every byte visible.
fn show(stream: char, text: &[u8]) {
    for line in text.split_inclusive(|&byte| byte == b'\n') {
        let mut out = Line::new(STANDARD_OUTPUT);
        // A line never fails.
        let _ = write!(out, "{stream}|");
        for &byte in line {
            let _ = match byte {
                b'\n' => write!(out, "$"),
                0..32 => write!(out, "^{}", char::from(byte + 64)),
                32..127 => write!(out, "{}", char::from(byte)),
                127 => write!(out, "^?"),
                128..160 => write!(out, "M-^{}", char::from(byte - 64)),
                160..255 => write!(out, "M-{}", char::from(byte - 128)),
                255 => write!(out, "M-^?"),
            };
        }
        out.push(b'\n');
    }
}
