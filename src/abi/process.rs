//! Making, replacing, ending, and waiting for processes.

use super::strings::{copy_path, copy_strings};
use super::usage;
use crate::errno::{Errno, Result};
use crate::fs::program;
use crate::mm::user;
use crate::task::exec::{self, ARGUMENTS_LIMIT, Arguments};
use crate::task::exit::{exit_thread, sys_exit};
use crate::task::fork::sys_fork;
use crate::task::pid::Pid;
use crate::task::session;
use crate::task::signal::information_to_program;
use crate::task::task_ref::running_thread;
use crate::task::wait::{self, Hang, Wanted, Which};
use alloc::vec::Vec;
use linux_raw_sys::general::{
    __WALL, __WCLONE, __WNOTHREAD, P_ALL, P_PGID, P_PID, WCONTINUED, WEXITED, WNOHANG, WNOWAIT, WSTOPPED, WUNTRACED,
};

/// `man 2 exit`, the system call: the thread ends.
pub fn exit(status: u32) -> Result<u32> {
    exit_thread(status)
}

/// `man 2 exit_group`: all threads of the process end. The book's `exit`.
pub fn exit_group(status: u32) -> Result<u32> {
    sys_exit(status)
}

/// `man 2 fork`: the child's pid in the parent, 0 in the child.
pub fn fork() -> Result<u32> {
    sys_fork().map(Pid::number)
}

/// `man 2 getpid`.
#[doc(alias = "sys_getpid")]
pub fn getpid() -> Result<u32> {
    Ok(running_thread().tgid().map_or(0, Pid::number))
}

/// `man 2 gettid`.
pub fn gettid() -> Result<u32> {
    Ok(running_thread().pid().map_or(0, Pid::number))
}

/// `man 2 getppid`: 0 for init.
pub fn getppid() -> Result<u32> {
    Ok(running_thread().parent_pid().map_or(0, Pid::number))
}

/// `man 2 waitpid`.
pub fn waitpid(pid: u32, status: u32, options: u32) -> Result<u32> {
    wait4(pid, status, options, 0)
}

/// `man 2 wait4`. The book stores the status wherever it is told (X4).
pub fn wait4(pid: u32, status: u32, options: u32, rusage: u32) -> Result<u32> {
    const KNOWN: u32 = WNOHANG | WUNTRACED | WCONTINUED | __WALL | __WNOTHREAD | __WCLONE;
    if options & !KNOWN != 0 {
        return Err(Errno::INVAL);
    }
    let which = match pid as i32 {
        0 => Which::Group(session::group_of_running()),
        -1 => Which::Any,
        1.. => Which::One(Pid::new(pid).ok_or(Errno::CHILD)?),
        // The one number whose group cannot be said: it has no positive counterpart.
        i32::MIN => return Err(Errno::SRCH),
        group => Which::Group(Some(Pid::new(group.unsigned_abs()).ok_or(Errno::CHILD)?)),
    };
    let wanted = Wanted { stopped: options & WUNTRACED != 0, continued: options & WCONTINUED != 0, ..ends(options) };
    let Some(report) = wait::wait_for(which, wanted)? else { return Ok(0) };
    if status != 0 {
        user::write_u32(status, report.status.word())?;
    }
    if rusage != 0 {
        usage::write(rusage, report.used)?;
    }
    Ok(report.pid.number())
}

/// The ends of those children that `options` mean: with `__WCLONE` those whose end sends no SIGCHLD, without it
/// those whose end does, with `__WALL` both.
fn ends(options: u32) -> Wanted {
    let has = |option: u32| options & option != 0;
    let hang = if has(WNOHANG) { Hang::No } else { Hang::Wait };
    let (ordinary, others) = (!has(__WCLONE) || has(__WALL), has(__WCLONE) || has(__WALL));
    Wanted { ordinary, others, own: has(__WNOTHREAD), ..Wanted::ends(hang) }
}

/// `man 2 waitid`, with the system call's fifth argument.
pub fn waitid(kind: u32, id: u32, information: u32, options: u32, rusage: u32) -> Result<u32> {
    const CHANGES: u32 = WEXITED | WSTOPPED | WCONTINUED;
    const KNOWN: u32 = CHANGES | WNOHANG | WNOWAIT | __WALL | __WNOTHREAD | __WCLONE;
    if options & !KNOWN != 0 || options & CHANGES == 0 {
        return Err(Errno::INVAL);
    }
    let which = match kind {
        P_ALL => Which::Any,
        P_PID | P_PGID if (id as i32) < 0 || kind == P_PID && id == 0 => return Err(Errno::INVAL),
        P_PID => Which::One(Pid::new(id).ok_or(Errno::CHILD)?),
        P_PGID if id == 0 => Which::Group(session::group_of_running()),
        P_PGID => Which::Group(Some(Pid::new(id).ok_or(Errno::CHILD)?)),
        _ => return Err(Errno::INVAL),
    };
    let has = |option: u32| options & option != 0;
    let wanted = Wanted {
        ended: has(WEXITED),
        stopped: has(WSTOPPED),
        continued: has(WCONTINUED),
        only_look: has(WNOWAIT),
        ..ends(options)
    };
    let report = wait::wait_for(which, wanted)?;
    if rusage != 0
        && let Some(report) = report
    {
        usage::write(rusage, report.used)?;
    }
    if information != 0 {
        match report {
            Some(report) => information_to_program(information, report.information())?,
            // Nothing yet: signal and pid are 0, and that is how a program knows.
            None => user::zero(information, 20)?,
        }
    }
    Ok(0)
}

/// `man 2 execve`.
pub fn execve(path: u32, argv: u32, envp: u32) -> Result<u32> {
    become_program(copy_path(path)?, argv, envp)
}

/// Replaces the running program by the one at `path`, with copies of the strings at `argv` and `envp`.
///
/// # Errors
/// As `man 2 execve`; nothing has changed then.
pub fn become_program(path: Vec<u8>, argv: u32, envp: u32) -> Result<u32> {
    let mut strings = copy_strings(argv, ARGUMENTS_LIMIT)?;
    if strings.is_empty() {
        // A program may rely on argv[0]; Linux gives it an empty one since 5.18.
        strings.try_reserve(1).map_err(|_| Errno::NOMEM)?;
        strings.push(0);
    }
    let mut arguments = Arguments { path, arguments: strings, environment: copy_strings(envp, ARGUMENTS_LIMIT)? };
    let file = program::find(&mut arguments)?;
    let start = exec::load(&file, &arguments)?;
    running_thread().restart_at(start);
    Ok(0)
}
