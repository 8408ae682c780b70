//! Redirections: what 0, 1, 2 and the others stand for while a command runs.

use crate::failure::{Failure, Lossy};
use crate::parser::Redirection;
use crate::shell::Shell;
use crate::token::Direction;
use alloc::ffi::CString;
use alloc::vec::Vec;
use tusk_user::Errno;
use tusk_user::file::{self, Descriptor, O_APPEND, O_CLOEXEC, O_CREAT, O_RDONLY, O_TRUNC, O_WRONLY};

/// The first number of those the shell uses itself: a command that names one of them has to live with it.
pub const FIRST_OWN: i32 = 10;

/// What descriptors stood for before, for a builtin, which must not keep its redirections.
#[derive(Default)]
pub struct Saved(Vec<(i32, Option<Descriptor>)>);

impl Saved {
    /// Keeps what `descriptor` stands for, if it is open.
    fn keep(&mut self, descriptor: i32) {
        self.0.push((descriptor, file::duplicate_above(descriptor, FIRST_OWN).ok()));
    }
}

impl Drop for Saved {
    fn drop(&mut self) {
        while let Some((descriptor, before)) = self.0.pop() {
            // It was open, or was not: either is what it was.
            let _ = match before {
                Some(before) => file::duplicate_to(before.number(), descriptor),
                None => file::close(descriptor),
            };
        }
    }
}

impl Shell {
    /// Carries out redirections, from left to right, and keeps what was there in `saved` if it is given.
    ///
    /// # Errors
    /// When a file cannot be opened; then those before it are done.
    pub fn redirect(&mut self, redirections: &[Redirection], mut saved: Option<&mut Saved>) -> Result<(), Failure> {
        for redirection in redirections {
            let target = self.expand_target(&redirection.target)?;
            let failure = |error: Errno| Failure::new(format_args!("{}: {error}", Lossy(&target)));
            if let Some(saved) = &mut saved {
                saved.keep(redirection.descriptor);
            }
            match redirection.direction {
                Direction::Duplicate if target == b"-" => {
                    // Closing what is closed already is no mistake.
                    let _ = file::close(redirection.descriptor);
                }
                Direction::Duplicate => {
                    let number = core::str::from_utf8(&target).ok().and_then(|digits| digits.parse().ok());
                    let from: i32 = number.ok_or_else(|| failure(Errno::EBADF))?;
                    file::duplicate_to(from, redirection.descriptor).map_err(failure)?;
                }
                direction => {
                    let descriptor = open(&target, direction).map_err(failure)?;
                    place(descriptor, redirection.descriptor).map_err(failure)?;
                }
            }
        }
        Ok(())
    }
}

fn open(target: &[u8], direction: Direction) -> Result<Descriptor, Errno> {
    let flags = match direction {
        Direction::Append => O_WRONLY | O_CREAT | O_APPEND,
        Direction::Write => O_WRONLY | O_CREAT | O_TRUNC,
        Direction::Read | Direction::Duplicate => O_RDONLY,
    };
    let path = CString::new(target).map_err(|_| Errno::EINVAL)?;
    file::open(&path, flags | O_CLOEXEC)
}

/// Makes `to` what `descriptor` is, and lets programs have it.
///
/// # Errors
/// EBADF when `to` is no number a descriptor can have.
pub fn place(descriptor: Descriptor, to: i32) -> Result<(), Errno> {
    if descriptor.number() == to {
        // It happens to have the number: all that is wrong is that `execve` would close it.
        file::fcntl(to, linux_raw_sys::general::F_SETFD, 0)?;
        descriptor.into_number();
        return Ok(());
    }
    file::duplicate_to(descriptor.number(), to)
}
