//! Builtins about jobs.

use super::misused;
use crate::complain;
use crate::failure::{FAILED, Lossy, NOT_FOUND};
use crate::jobs::{Job, State};
use crate::shell::Shell;
use crate::signals::INTERRUPTED_STATUS;
use alloc::vec::Vec;
use tusk_user::signal::{self, SIGTERM};
use tusk_user::{Errno, println};

/// `jobs`
pub fn jobs(shell: &mut Shell, _arguments: &[Vec<u8>]) -> i32 {
    shell.collect();
    shell.jobs.print();
    shell.jobs.forget_done();
    0
}

/// `fg [%JOB]`
pub fn fg(shell: &mut Shell, arguments: &[Vec<u8>]) -> i32 {
    if arguments.len() > 2 {
        return misused(arguments, "one job at a time");
    }
    let Some(mut job) = take(shell, arguments, 1) else { return FAILED };
    println!("{}", Lossy(&job.text));
    if let Some(control) = &shell.control {
        if let Some(settings) = job.settings.take() {
            control.restore(&settings);
        }
        control.lend(job.group);
    }
    // One that is gone is told by the wait.
    let _ = job.resume();
    shell.wait_for(job)
}

/// `bg [%JOB…]`
pub fn bg(shell: &mut Shell, arguments: &[Vec<u8>]) -> i32 {
    let mut status = 0;
    for index in 1..arguments.len().max(2) {
        let Some(mut job) = take(shell, arguments, index) else {
            status = FAILED;
            continue;
        };
        let _ = job.resume();
        shell.jobs.add(job).print('+');
    }
    status
}

/// Takes the job out of the list that the argument names, or the current one; complains when there is none.
fn take(shell: &mut Shell, arguments: &[Vec<u8>], index: usize) -> Option<Job> {
    shell.collect();
    let name = arguments.get(index).map(Vec::as_slice);
    let job = shell.jobs.take(name);
    if job.is_none() {
        complain!("{}: there is no job {}", Lossy(&arguments[0]), Lossy(name.unwrap_or(b"to go on")));
    }
    job
}

/// `wait [%JOB | PID…]`
pub fn wait(shell: &mut Shell, arguments: &[Vec<u8>]) -> i32 {
    if arguments.len() == 1 {
        shell.collect();
        while shell.jobs.any_running().is_some() {
            if shell.wait_for_any() == Err(Errno::EINTR) {
                return interrupt(shell);
            }
        }
        if !shell.interactive {
            shell.jobs.forget_done();
        }
        return 0;
    }
    let mut status = 0;
    for name in &arguments[1..] {
        shell.collect();
        status = loop {
            let Some(job) = shell.jobs.find(Some(name)) else {
                complain!("wait: {} is no child of this shell", Lossy(name));
                break NOT_FOUND;
            };
            let state = job.state();
            match state {
                State::Running => {}
                State::Stopped(_) => break state.shell_code(),
                State::Done(_) => {
                    shell.jobs.take(Some(name));
                    break state.shell_code();
                }
            }
            if shell.wait_for_any() == Err(Errno::EINTR) {
                return interrupt(shell);
            }
        };
    }
    status
}

/// ^C ended the wait, and what else is on the line.
fn interrupt(shell: &mut Shell) -> i32 {
    shell.interrupted = true;
    println!();
    INTERRUPTED_STATUS
}

/// `kill [-SIGNAL] %JOB | PID…`: builtin, as no program knows the jobs' numbers.
pub fn kill(shell: &mut Shell, arguments: &[Vec<u8>]) -> i32 {
    let (number, names) = match &arguments[1..] {
        [option, names @ ..] if option.len() > 1 && option[0] == b'-' => {
            let number = core::str::from_utf8(&option[1..]).ok().and_then(signal::from_name);
            let Some(number) = number else { return misused(arguments, "there is no such signal") };
            (number, names)
        }
        names => (SIGTERM, names),
    };
    if names.is_empty() {
        return misused(arguments, "which one?");
    }
    let mut status = 0;
    for name in names {
        if let Err(error) = send(shell, name, number) {
            complain!("kill: {}: {error}", Lossy(name));
            status = FAILED;
        }
    }
    status
}

fn send(shell: &Shell, name: &[u8], number: u32) -> Result<(), Errno> {
    if name.starts_with(b"%") {
        return shell.jobs.find(Some(name)).ok_or(Errno::ESRCH)?.signal(number);
    }
    let pid = core::str::from_utf8(name).ok().and_then(|digits| digits.parse::<i32>().ok()).ok_or(Errno::EINVAL)?;
    signal::kill(pid, number)
}
