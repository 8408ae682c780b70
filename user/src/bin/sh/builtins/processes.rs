//! `ps`, from `/proc`; where that is not mounted, from the book's call, which prints the kernel's own table.

use crate::complain;
use crate::failure::{FAILED, Lossy};
use crate::glob;
use crate::shell::Shell;
use alloc::ffi::CString;
use alloc::vec::Vec;
use tusk_user::file::{self, O_CLOEXEC, O_RDONLY};
use tusk_user::{book, linux, println};

/// `ps`
pub fn ps(_shell: &mut Shell, _arguments: &[Vec<u8>]) -> i32 {
    let mut pids = Vec::new();
    glob::for_each_name(b"/proc", |name| {
        if let Some(pid) = core::str::from_utf8(name).ok().and_then(|digits| digits.parse::<u32>().ok()) {
            pids.push(pid);
        }
    });
    if pids.is_empty() {
        if book::ps() >= 0 {
            return 0;
        }
        complain!("ps: there is nothing in /proc");
        return FAILED;
    }
    println!("  PID  PPID STAT COMMAND");
    pids.into_iter().for_each(print);
    0
}

/// Prints one process; one that has ended since is left out.
fn print(pid: u32) {
    let Some(stat) = read(pid, "stat") else { return };
    // `PID (NAME) STATE PPID …`, and the name may have anything in it, parentheses too (`proc_pid_stat(5)`).
    let Some(open) = stat.iter().position(|&byte| byte == b'(') else { return };
    let Some(close) = stat.iter().rposition(|&byte| byte == b')') else { return };
    let mut fields = stat[close + 1..].split(|&byte| byte == b' ').filter(|field| !field.is_empty());
    let state = fields.next().unwrap_or(b"?");
    let parent = fields.next().unwrap_or(b"?");

    // The arguments have a NUL behind each; a process of the kernel's has none.
    let mut command = read(pid, "cmdline").unwrap_or_default();
    command.iter_mut().filter(|byte| **byte == 0).for_each(|byte| *byte = b' ');
    if command.is_empty() {
        command = [b"[", &stat[open + 1..close], b"]"].concat();
    }
    println!("{pid:>5} {:>5} {:4} {}", Lossy(parent), Lossy(state), Lossy(command.trim_ascii_end()));
}

/// The beginning of a file of a process, as much as a line shows.
fn read(pid: u32, name: &str) -> Option<Vec<u8>> {
    let path = CString::new(alloc::format!("/proc/{pid}/{name}")).ok()?;
    let descriptor = file::open(&path, O_RDONLY | O_CLOEXEC).ok()?;
    let mut text = alloc::vec![0; 256];
    let length = linux::read(descriptor.number(), &mut text).ok()?;
    text.truncate(length);
    Some(text)
}
