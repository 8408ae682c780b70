//! A system call in one line: its number, then whatever it takes.
//!
//! The words a call gets are numbers or addresses, and these cases hand over a great many of both. A trait turns each
//! kind of argument into its word, so that a case reads `sys!(__NR_read, file, &mut buffer, 10)`.

use core::ffi::CStr;
use tusk_user::Errno;
use tusk_user::syscall::{check, syscall6};

/// What can be handed to a system call.
pub trait Argument {
    /// The word the kernel gets: the number itself, or the address.
    fn word(self) -> usize;
}

impl Argument for usize {
    fn word(self) -> usize {
        self
    }
}

impl Argument for u32 {
    fn word(self) -> usize {
        self as usize
    }
}

impl Argument for i32 {
    fn word(self) -> usize {
        self as usize
    }
}

impl Argument for &CStr {
    fn word(self) -> usize {
        self.as_ptr().expose_provenance()
    }
}

impl<T> Argument for &T {
    fn word(self) -> usize {
        core::ptr::from_ref(self).expose_provenance()
    }
}

impl<T> Argument for &[T] {
    fn word(self) -> usize {
        self.as_ptr().expose_provenance()
    }
}

impl<T> Argument for &mut T {
    fn word(self) -> usize {
        core::ptr::from_mut(self).expose_provenance()
    }
}

impl<T> Argument for &mut [T] {
    fn word(self) -> usize {
        self.as_mut_ptr().expose_provenance()
    }
}

/// The address of what a call reads.
pub fn input<T: ?Sized>(place: &T) -> usize {
    core::ptr::from_ref(place).expose_provenance()
}

/// The address of what a call writes.
pub fn output<T: ?Sized>(place: &mut T) -> usize {
    core::ptr::from_mut(place).expose_provenance()
}

/// Makes the call `number` with its arguments, six at most; those that are not given are 0.
///
/// # Errors
/// The call's.
pub fn call<const COUNT: usize>(number: u32, arguments: [usize; COUNT]) -> Result<usize, Errno> {
    let mut words = [0; 6];
    words[..COUNT].copy_from_slice(&arguments);
    // SAFETY: the cases hand over room of their own that is as large as they say, pages they have mapped and to which
    // there is no reference, or addresses where nothing of ours may be changed: that the kernel keeps to that is what
    // is tested.
    check(unsafe { syscall6(number as usize, words) })
}

/// The low and the high word of a 64-bit number, in the order in which i386 passes them.
pub fn words(number: i64) -> [usize; 2] {
    [number as usize, (number >> 32) as usize]
}

/// Makes the call whose number has the given name.
macro_rules! sys {
    ($number:ident $(, $argument:expr)* $(,)?) => {
        $crate::call::call(
            linux_raw_sys::general::$number,
            [$($crate::call::Argument::word($argument)),*],
        )
    };
}

pub(crate) use sys;
