//! The names of kernel and machine, all of them: what `uname -a` prints.
//!
//! [`linux::uname`](crate::linux::uname) has the three that tests ask for; here are the others too, as bytes to print.

use crate::errno::Errno;
use crate::syscall::{check, syscall3};
use linux_raw_sys::general;

/// Bytes in each name, with its NUL (`__NEW_UTS_LEN` + 1).
const FIELD: usize = 65;
/// How many names there are.
const FIELDS: usize = 6;

/// What `uname(2)` fills in.
pub struct Names([u8; FIELD * FIELDS]);

/// Asks the kernel.
///
/// # Errors
/// None for a good buffer, and this one is.
pub fn names() -> Result<Names, Errno> {
    let mut names = Names([0; FIELD * FIELDS]);
    // SAFETY: the call writes six fields, which is all there is room for.
    check(unsafe { syscall3(general::__NR_uname as usize, [names.0.as_mut_ptr().addr(), 0, 0]) })?;
    Ok(names)
}

impl Names {
    /// The kernel's name.
    pub fn system(&self) -> &[u8] {
        self.field(0)
    }

    /// The machine's name among others.
    pub fn node(&self) -> &[u8] {
        self.field(1)
    }

    /// The kernel's version.
    pub fn release(&self) -> &[u8] {
        self.field(2)
    }

    /// Which build of it this is.
    pub fn version(&self) -> &[u8] {
        self.field(3)
    }

    /// The processor's family.
    pub fn machine(&self) -> &[u8] {
        self.field(4)
    }

    /// A name without the NUL behind it.
    fn field(&self, index: usize) -> &[u8] {
        let field = &self.0[index * FIELD..][..FIELD];
        let end = field.iter().position(|&byte| byte == 0).unwrap_or(FIELD);
        &field[..end]
    }
}
