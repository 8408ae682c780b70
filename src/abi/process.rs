//! Making, replacing, ending, and waiting for processes.

use crate::arch::interrupt;
use crate::errno::{Errno, Result};
use crate::fs::root;
use crate::mm::user;
use crate::task::exec::{self, ARGUMENTS_LIMIT, Arguments};
use crate::task::exit::sys_exit;
use crate::task::fork::sys_fork;
use crate::task::pid::Pid;
use crate::task::scheduler;
use crate::task::task_ref::running_thread;
use crate::task::wait::{Hang, Which, sys_wait};
use alloc::vec::Vec;
use linux_raw_sys::general::{__WALL, __WCLONE, __WNOTHREAD, WCONTINUED, WNOHANG, WUNTRACED};

/// `man 2 exit`, and `exit_group`: a process is one thread.
pub fn exit(status: u32) -> Result<u32> {
    sys_exit(status)
}

/// `man 2 fork`: the child's pid in the parent, 0 in the child.
pub fn fork() -> Result<u32> {
    sys_fork().map(Pid::number)
}

/// `man 2 getpid`, and `gettid`.
pub fn getpid() -> Result<u32> {
    Ok(running_thread().pid().map_or(0, Pid::number))
}

/// `man 2 getppid`: 0 for init.
pub fn getppid() -> Result<u32> {
    Ok(running_thread().parent_pid().map_or(0, Pid::number))
}

/// `man 2 sched_yield`.
pub fn sched_yield() -> Result<u32> {
    scheduler::yield_now();
    Ok(0)
}

/// The book's `wait`: any child; its exit code, as it is, goes where `status` points, if anywhere.
/// A child that was killed, which the book does not know, shows as 128 and the signal.
pub fn wait(status: u32) -> Result<u32> {
    let (pid, ended) = sys_wait(Which::Any, Hang::Wait)?.ok_or(Errno::CHILD)?;
    if status != 0 {
        user::write_u32(status, ended.shell_code().into())?;
    }
    Ok(pid.number())
}

/// `man 2 waitpid`.
pub fn waitpid(pid: u32, status: u32, options: u32) -> Result<u32> {
    wait4(pid, status, options, 0)
}

/// `man 2 wait4`. All processes are one group: 0 means any child, other groups have none.
///
/// The book stores the status wherever it is told (X4).
pub fn wait4(pid: u32, status: u32, options: u32, rusage: u32) -> Result<u32> {
    /// Bytes in i386's `struct rusage`; what it would tell is not counted.
    const RUSAGE: u32 = 72;
    // No child ever stops or goes on again, and every child is a process that ends with SIGCHLD: of
    // what may be asked for, only __WCLONE, for children of the other kind, makes a difference.
    const KNOWN: u32 = WNOHANG | WUNTRACED | WCONTINUED | __WALL | __WNOTHREAD | __WCLONE;
    if options & !KNOWN != 0 {
        return Err(Errno::INVAL);
    }
    let which = match pid as i32 {
        0 | -1 => Which::Any,
        1.. => Which::One(Pid::new(pid).ok_or(Errno::CHILD)?),
        // The one number whose group cannot be said: it has no positive counterpart.
        i32::MIN => return Err(Errno::SRCH),
        _ => return Err(Errno::CHILD),
    };
    if options & (__WCLONE | __WALL) == __WCLONE {
        return Err(Errno::CHILD);
    }
    let hang = if options & WNOHANG != 0 { Hang::No } else { Hang::Wait };
    let Some((pid, ended)) = sys_wait(which, hang)? else { return Ok(0) };
    if status != 0 {
        user::write_u32(status, ended.word())?;
    }
    if rusage != 0 {
        user::zero(rusage, RUSAGE)?;
    }
    Ok(pid.number())
}

/// `man 2 execve`.
pub fn execve(path: u32, argv: u32, envp: u32) -> Result<u32> {
    let mut strings = copy_strings(argv, ARGUMENTS_LIMIT)?;
    if strings.is_empty() {
        // A program may rely on argv[0]; Linux gives it an empty one since 5.18.
        strings.try_reserve(1).map_err(|_| Errno::NOMEM)?;
        strings.push(0);
    }
    let arguments =
        Arguments { path: copy_path(path)?, arguments: strings, environment: copy_strings(envp, ARGUMENTS_LIMIT)? };
    let file = root::executable(&arguments.path)?;
    let start = exec::load(file, &arguments)?;
    running_thread().restart_at(start);
    Ok(0)
}

/// Copies a path of at most 4,095 bytes.
fn copy_path(address: u32) -> Result<Vec<u8>> {
    const PATH_MAX: usize = 4096;
    let mut path = Vec::new();
    push_string(&mut path, address, PATH_MAX, Errno::NAMETOOLONG)?;
    path.pop();
    Ok(path)
}

/// Copies a NULL-terminated array of strings, each with its NUL; none for a null pointer, which is
/// Linux's leniency.
fn copy_strings(array: u32, limit: usize) -> Result<Vec<u8>> {
    let mut strings = Vec::new();
    let mut place = array;
    while place != 0 {
        let string = user::read_u32(place)?;
        if string == 0 {
            break;
        }
        push_string(&mut strings, string, limit, Errno::TOO_BIG)?;
        place = place.checked_add(4).ok_or(Errno::FAULT)?;
        interrupt::window();
    }
    Ok(strings)
}

/// Appends the program's string at `address` with its NUL, a piece at a time, until `all` is
/// `limit` long.
fn push_string(all: &mut Vec<u8>, address: u32, limit: usize, too_long: Errno) -> Result<()> {
    let mut place = address;
    loop {
        // Never past the end of a page that is there: what lies behind the NUL need not exist.
        let start = all.len();
        let piece = ((64 - place % 64) as usize).min(limit - start);
        if piece == 0 {
            return Err(too_long);
        }
        all.try_reserve(piece).map_err(|_| Errno::NOMEM)?;
        all.resize(start + piece, 0);
        user::copy_from_user(&mut all[start..], place)?;
        if let Some(end) = all[start..].iter().position(|&byte| byte == 0) {
            all.truncate(start + end + 1);
            return Ok(());
        }
        place = place.checked_add(piece as u32).ok_or(Errno::FAULT)?;
        interrupt::window();
    }
}
