//! The book's calls on processes, where they differ from Linux's.

use super::{book_path, process};
use crate::errno::{Errno, Result};
use crate::mm::user;
use crate::task::wait::{Hang, Which, sys_wait};

/// The book's `execv`: an execve without an environment. A failed one changes nothing (X9).
#[doc(alias = "sys_execv")]
pub fn execv(path: u32, argv: u32) -> Result<u32> {
    const NO_ENVIRONMENT: u32 = 0;
    process::become_program(book_path::copy(path)?, argv, NO_ENVIRONMENT)
}

/// The book's `wait`: any child; its exit code, as it is, goes where `status` points, if anywhere.
/// A child that was killed, which the book does not know, shows as 128 and the signal.
///
/// A place that cannot be written to is found out first: the child can still be waited for.
#[doc(alias = "sys_wait")]
pub fn wait(status: u32) -> Result<u32> {
    if status != 0 {
        user::write_u32(status, user::read_u32(status)?)?;
    }
    let (pid, ended) = sys_wait(Which::Any, Hang::Wait)?.ok_or(Errno::CHILD)?;
    if status != 0 {
        user::write_u32(status, ended.shell_code().into())?;
    }
    Ok(pid.number())
}
