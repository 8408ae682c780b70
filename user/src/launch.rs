//! Argument lists for `execve`, and the way programs are started by name.

use crate::errno::Errno;
use crate::linux::{self, ANY_CHILD, Fork};
use crate::status::Status;
use core::ffi::{CStr, c_char};
use core::marker::PhantomData;

/// The most strings a list holds.
pub const STRINGS_MAX: usize = 32;

/// Pointers to strings with a null pointer behind them: what `argv` and `envp` are.
pub struct StringList<'a> {
    pointers: [*const c_char; STRINGS_MAX + 1],
    count: usize,
    strings: PhantomData<&'a CStr>,
}

impl<'a> StringList<'a> {
    /// Gathers strings into a list.
    ///
    /// # Errors
    /// E2BIG when they are more than [`STRINGS_MAX`].
    pub fn new(strings: impl IntoIterator<Item = &'a CStr>) -> Result<Self, Errno> {
        let mut list = StringList { pointers: [core::ptr::null(); STRINGS_MAX + 1], count: 0, strings: PhantomData };
        for string in strings {
            if list.count == STRINGS_MAX {
                return Err(Errno::E2BIG);
            }
            list.pointers[list.count] = string.as_ptr();
            list.count += 1;
        }
        Ok(list)
    }

    /// The list as the kernel wants it.
    pub fn strings(&self) -> Strings<'_> {
        Strings { address: self.pointers.as_ptr().addr(), strings: PhantomData }
    }
}

/// Where a list of pointers to strings lies that ends with a null pointer.
#[derive(Clone, Copy)]
pub struct Strings<'a> {
    /// The address of the first pointer.
    pub(crate) address: usize,
    pub(crate) strings: PhantomData<&'a CStr>,
}

/// The longest path that is put together here, with its NUL.
const PATH_MAX: usize = 256;

/// Becomes the program called `name`: a path when there is a slash in it, else a program in `/bin`. Returns only when
/// that failed, with the reason.
pub fn become_program(name: &CStr, arguments: Strings<'_>, variables: Strings<'_>) -> Errno {
    if name.to_bytes().contains(&b'/') {
        return linux::execve(name, arguments, variables);
    }
    let mut path = [0; PATH_MAX];
    match join(c"/bin/", name, &mut path) {
        Some(path) => linux::execve(path, arguments, variables),
        None => Errno::ENAMETOOLONG,
    }
}

/// Lays two strings one behind the other into `storage`.
fn join<'a>(first: &CStr, second: &CStr, storage: &'a mut [u8]) -> Option<&'a CStr> {
    let split = first.count_bytes();
    let end = split + second.count_bytes() + 1;
    storage.get_mut(..split)?.copy_from_slice(first.to_bytes());
    storage.get_mut(split..end)?.copy_from_slice(second.to_bytes_with_nul());
    CStr::from_bytes_with_nul(&storage[..end]).ok()
}

/// Runs `body` in a child whose exit status it returns, and gives the child's pid.
///
/// # Errors
/// Those of [`linux::fork`].
pub fn spawn(body: impl FnOnce() -> i32) -> Result<i32, Errno> {
    match linux::fork()? {
        Fork::Child => linux::exit(body()),
        Fork::Parent(child) => Ok(child),
    }
}

/// Collects children, whoever they are, until `child` has ended; returns how it ended.
///
/// Init has to do it this way: orphans of others become its children at any time.
///
/// # Errors
/// ECHILD when `child` is no child of ours.
pub fn reap_until(child: i32) -> Result<Status, Errno> {
    loop {
        match linux::waitpid(ANY_CHILD) {
            Ok((ended, status)) if ended == child => return Ok(status),
            Ok(_) | Err(Errno::EINTR) => {}
            Err(error) => return Err(error),
        }
    }
}
