//! Any system call, by its number.
//!
//! The cases about memory, signals, groups and `execve` ask for much that no ordinary program wants: wrong lengths,
//! flags that exclude each other, addresses of nobody. A wrapper for each of these would only hide what is asked. What
//! all such calls have in common is here.

use core::ptr;
use tusk_user::Errno;
use tusk_user::syscall::{check, syscall6};

/// Makes the call `number` with its arguments, six at most; those that are not given are 0.
///
/// Addresses among them are made by [`input`] and [`output`], or are those of pages that the case has mapped and to
/// which there is no reference, or lead nowhere: the case is about what the kernel says to that.
///
/// # Errors
/// Those of the call.
pub fn call<const COUNT: usize>(number: u32, arguments: [usize; COUNT]) -> Result<usize, Errno> {
    let mut all = [0; 6];
    all[..COUNT].copy_from_slice(&arguments);
    // SAFETY: nothing of Rust's changes but what was passed through `output`, see above; pages of a case's own are
    // looked at only through the functions of `pages`, which expect them to change.
    check(unsafe { syscall6(number as usize, all) })
}

/// The address of a value that a call reads.
pub fn input<T: ?Sized>(value: &T) -> usize {
    ptr::from_ref(value).expose_provenance()
}

/// The address of a value that a call writes.
pub fn output<T: ?Sized>(place: &mut T) -> usize {
    ptr::from_mut(place).expose_provenance()
}

/// An error that has no name in the runtime yet, by its number.
pub const fn error(number: u32) -> Errno {
    Errno(number as u16)
}
