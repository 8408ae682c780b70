//! Every system call as a line in the log, for `strace=1`.
//!
//! `strace: 3 forktree: write(1, 0x804d000, 27) = 27`: pid, program, and the call as its line in the
//! table says. Calls that do not exist are shown too: what a program probed for is often what one
//! wants to know. A call is shown when it returns; exit, execve and sigreturn, which do not return
//! to where they were made, before. `man 1 strace`.

use super::call::{Call, Kind};
use crate::errno::{Errno, Result};
use crate::mm::user;
use crate::mm::user_addresses::USER_START;
use crate::task::task_ref::running_thread;
use crate::trace::recorder;
use core::fmt;

/// Shows all calls from now on.
pub fn turn_on() {
    recorder::set_strace(true);
}

/// Whether calls are shown.
pub fn is_on() -> bool {
    recorder::is_strace_on()
}

/// Shows a call that, if all goes well, does not return to this program.
pub fn show_last(call: &Call, words: &[u32; 6]) {
    show(format_args!("{} = ?", Shown { call, words }));
}

/// Shows a call and what it returned.
pub fn show_returned(call: &Call, words: &[u32; 6], result: Result<u32>) {
    let shown = Shown { call, words };
    match result {
        // An address or a count too large to be one.
        Ok(value) if value >= USER_START => show(format_args!("{shown} = {value:#x}")),
        Ok(value) => show(format_args!("{shown} = {value}")),
        // Whether it begins again or is EINTR is settled on the way out.
        Err(error) if Errno::of_restart(error.to_eax()).is_some() => show(format_args!("{shown} = ? (a signal)")),
        Err(error) => show(format_args!("{shown} = -1 {error}")),
    }
}

/// Shows a call that is in no table.
pub fn show_unknown(number: u32, words: &[u32; 6]) {
    let error = Errno::NOSYS;
    show(format_args!("syscall_{number:#x}({:#x}, {:#x}, {:#x}, …) = -1 {error}", words[0], words[1], words[2]));
}

fn show(what: fmt::Arguments) {
    let task = running_thread();
    let pid = task.pid().map_or(0, |pid| pid.number());
    log::info!(target: "strace", "{pid} {}: {what}", task.name().as_str());
}

/// A call with its arguments, to be printed.
struct Shown<'a> {
    call: &'a Call,
    words: &'a [u32; 6],
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}(", self.call.name)?;
        for (index, ((_, kind), &word)) in self.call.arguments.iter().zip(self.words).enumerate() {
            let comma = if index > 0 { ", " } else { "" };
            match kind {
                Kind::Int | Kind::Descriptor => write!(out, "{comma}{}", word as i32)?,
                Kind::Size => write!(out, "{comma}{word}")?,
                Kind::Address if word == 0 => write!(out, "{comma}NULL")?,
                Kind::Flags | Kind::Address => write!(out, "{comma}{word:#x}")?,
                Kind::String => write!(out, "{comma}{}", Text(word))?,
            }
        }
        write!(out, ")")
    }
}

/// A program's string, in quotes: as far as it can be read, its first bytes.
struct Text(u32);

impl fmt::Display for Text {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: u32 = 32;
        out.write_str("\"")?;
        for index in 0..SHOWN {
            let mut byte = [0];
            if user::copy_from_user(&mut byte, self.0.wrapping_add(index)).is_err() {
                return if index == 0 { write!(out, "\" at {:#x}", self.0) } else { out.write_str("\"…") };
            }
            if byte[0] == 0 {
                return out.write_str("\"");
            }
            write!(out, "{}", byte[0].escape_ascii())?;
        }
        out.write_str("\"…")
    }
}
