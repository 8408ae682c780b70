//! The book's calls that write to the screen by themselves.

use super::book::{self, BOOK};
use crate::dev::tty;
use crate::errno::Result;
use crate::task::pid::{self, Pid};
use crate::task::task_struct::Status;
use core::fmt::Write;

/// The book's `putchar`.
#[doc(alias = "sys_putchar")]
pub fn putchar(character: u32) -> Result<u32> {
    tty::write(&[character as u8])?;
    Ok(0)
}

/// The book's `clear`.
pub fn clear() -> Result<u32> {
    const HOME_AND_ERASE: &[u8] = b"\x1b[H\x1b[2J";
    tty::write(HOME_AND_ERASE)?;
    Ok(0)
}

/// The book's `ps`: one line a task. The book prints the pid twice, once in hex (T2).
///
/// Tasks come and go while a line is written, so each is looked up by its pid.
#[doc(alias("pad_print", "elem2thread_info"))]
#[doc(alias = "sys_ps")]
pub fn ps() -> Result<u32> {
    let mut out = tty::Output::acquire()?;
    let _ = writeln!(out, "{:<8}{:<8}{:<10}{:<10}COMMAND", "PID", "PPID", "STAT", "TICKS");
    for pid in Pid::all() {
        let Some(task) = pid::find(pid) else { continue };
        let parent = task.parent_pid().map_or(0, Pid::number);
        let status = match task.status() {
            Status::Running => "RUNNING",
            Status::Ready => "READY",
            Status::Blocked => "BLOCKED",
            Status::Waiting => "WAITING",
            Status::Stopped => "STOPPED",
            Status::Hanging => "HANGING",
            Status::Died => "DIED",
        };
        let (ticks, name) = (task.elapsed_ticks(), task.name());
        // What is shown was copied: from here on the task may end.
        let _ = writeln!(out, "{pid:<8}{parent:<8}{status:<10}{ticks:<10}{}", name.as_str());
    }
    Ok(0)
}

/// The book's `help`: what calls there are.
#[doc(alias = "sys_help")]
pub fn help() -> Result<u32> {
    let mut out = tty::Output::acquire()?;
    let _ = writeln!(out, "The book's calls on Tusk (int 0x80, eax = {:#x} + n):", book::FIRST);
    for call in BOOK.calls() {
        let _ = write!(out, "  {:>2}  {}(", call.number, call.name);
        for (index, (name, _)) in call.arguments.iter().enumerate() {
            let _ = write!(out, "{}{name}", if index > 0 { ", " } else { "" });
        }
        let _ = writeln!(out, ")");
    }
    Ok(0)
}
