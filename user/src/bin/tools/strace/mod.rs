//! `strace`: runs a program and prints its system calls.
//!
//! The kernel writes the lines (`/proc/PID/strace`) to a pipe; what is left to do is to choose among them ([`filter`]), to
//! lay them out as Linux's strace does ([`lines`]), and to count ([`counts`]). The child asks for itself and becomes the
//! program, so that the first line is that execve.

mod counts;
mod filter;
mod lines;

use crate::call::{Call, Stop, Tool};
use crate::env::{candidates, pointers};
use crate::number;
use alloc::ffi::CString;
use alloc::format;
use core::ffi::CStr;
use filter::Filter;
use lines::{Lines, Style};
use tusk_user::file::{self, Descriptor, O_CLOEXEC, O_CREAT, O_TRUNC, O_WRONLY};
use tusk_user::linux::{self, Fork};
use tusk_user::print::STANDARD_ERROR;
use tusk_user::signal::{self, Action};
use tusk_user::stat::{Kind, stat};
use tusk_user::{Errno, Status};

/// The tool.
pub const STRACE: Tool = Tool {
    name: "strace",
    help: "usage: strace [-cfT] [-o FILE] [-e NAME,…] PROGRAM [ARGUMENT…] | -p PID
Runs the program and prints each of its system calls and signals on standard error; the exit status is the program's.
  -f        its children and threads too: each line has a [pid N]
  -p PID    a process that runs already, until it ends or strace does
  -e NAMES  these calls only: -e open,read, -e trace=open,read, -e trace=!write, -e trace=none for signals alone
  -c        no lines but, at the end, how often each call was made, how often it failed and how long it took
  -T        how long each call took, in seconds
  -o FILE   into this file",
    main: strace,
};

/// How many bytes are read at once.
const CHUNK: usize = 4096;

fn strace(call: &mut Call) -> Result<(), Stop> {
    let options = call.options("+cfTo:e:p:")?;
    let mut filter = Filter::all();
    for value in options.values('e') {
        filter =
            Filter::parse(value.to_bytes()).ok_or_else(|| call.misuse_of(value, "is not understood: -e NAME,…"))?;
    }
    let style = Style {
        follows: options.has('f'),
        counts: options.has('c'),
        times: options.has('T'),
        to_file: options.has('o'),
    };
    let pid = options.value('p');
    match (pid, options.operands.is_empty()) {
        (None, true) => return Err(call.misuse(format_args!("which program?"))),
        (Some(_), false) => return Err(call.misuse(format_args!("a program or -p PID, not both"))),
        _ if options.values('p').count() > 1 => return Err(call.misuse(format_args!("-p takes one process"))),
        _ => {}
    }
    let output = match options.value('o') {
        Some(path) => file::open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC)
            .map_err(|error| stop_of(call, path, error))?
            .into_number(),
        None => STANDARD_ERROR,
    };

    let (reader, writer) = file::pipe(O_CLOEXEC).map_err(|error| call.fail("pipe", error))?;
    let child = match pid {
        Some(pid) => {
            attach(call, pid, &writer, style)?;
            None
        }
        None => Some(start(call, &options.operands, &writer, style)?),
    };
    drop(writer);
    if child.is_some() && style.to_file {
        // Linux's strace does so too: what ends the program ends us, and the file is whole.
        for signal in [signal::SIGHUP, signal::SIGINT, signal::SIGQUIT, signal::SIGTERM] {
            let _ = signal::set_action(signal, Action::Ignore);
        }
    }
    let mut lines = Lines::new(output, style, filter);
    copy(&reader, &mut lines).map_err(|error| call.fail("pipe", error))?;
    lines.finish();
    if let Some(child) = child {
        call.status = end_like(linux::waitpid(child).map_err(|error| call.fail("wait", error))?.1);
    }
    Ok(())
}

/// Shows what comes out of the pipe, to its end; a line that is not complete as soon as nothing more is there.
fn copy(reader: &Descriptor, lines: &mut Lines) -> Result<(), Errno> {
    let mut chunk = [0; CHUNK];
    loop {
        match file::read(reader.number(), &mut chunk) {
            Ok(0) => return Ok(()),
            Ok(length) => lines.take(&chunk[..length]),
            Err(Errno::EINTR) => {}
            Err(error) => return Err(error),
        }
    }
}

/// Ends as the program did: by the same signal, if it was one.
fn end_like(status: Status) -> i32 {
    if let Some(number) = status.signal() {
        let _ = signal::set_action(number, Action::Default);
        let _ = signal::kill(linux::getpid(), number);
    }
    status.shell_code()
}

/// What is written to /proc/PID/strace.
fn order(writer: &Descriptor, style: Style) -> alloc::string::String {
    let follows = if style.follows { "f" } else { "" };
    let times = if style.times || style.counts { "T" } else { "" };
    format!("{} {follows}{times}", writer.number())
}

fn stop_of(call: &mut Call, path: &CStr, error: Errno) -> Stop {
    call.complain(path, error);
    Stop(call.trouble)
}

/// Lets the kernel write the lines of the process in that folder of /proc. The file stays open: closing it would be
/// the first call to be shown.
fn ask(folder: &[u8], order: &str) -> Result<(), Errno> {
    let path = crate::path::from_bytes([b"/proc/", folder, b"/strace"].concat());
    let file = file::open(&path, O_WRONLY | O_CLOEXEC)?.into_number();
    linux::write_all(file, order.as_bytes())
}

fn attach(call: &mut Call, pid: &'static CStr, writer: &Descriptor, style: Style) -> Result<(), Stop> {
    if number::decimal(pid.to_bytes()).is_none() {
        return Err(call.misuse_of(pid, "is no process number"));
    }
    ask(pid.to_bytes(), &order(writer, style)).map_err(|error| match error {
        Errno::ENOENT => {
            call.object(pid, format_args!("there is no such process, or this kernel has no /proc/PID/strace"));
            Stop(call.trouble)
        }
        error => stop_of(call, pid, error),
    })?;
    call.note(format_args!("Process {} attached", pid.to_str().unwrap_or_default()));
    Ok(())
}

/// Starts the program; returns its pid.
fn start(call: &mut Call, command: &[&'static CStr], writer: &Descriptor, style: Style) -> Result<i32, Stop> {
    let name = command[0];
    let path = find(name, &call.variables).map_err(|error| stop_of(call, name, error))?;
    let (words, strings) = (pointers(command), pointers(&call.variables));
    let order = order(writer, style);
    match linux::fork().map_err(|error| call.fail("fork", error))? {
        Fork::Parent(child) => Ok(child),
        Fork::Child => {
            if let Err(error) = ask(b"self", &order) {
                call.object(c"/proc/self/strace", format_args!("{error}: on another kernel its own strace may help"));
                linux::exit_group(call.trouble);
            }
            let error = linux::execve_at(path.as_ptr().addr(), words.as_ptr().addr(), strings.as_ptr().addr());
            call.complain(name, error);
            linux::exit_group(call.trouble)
        }
    }
}

/// The file of the program called `name`.
fn find(name: &CStr, variables: &[&CStr]) -> Result<CString, Errno> {
    let is_file = |path: &CString| stat(path).is_ok_and(|about| about.kind() == Kind::File);
    candidates(name, variables).into_iter().find(is_file).ok_or(Errno::ENOENT)
}
