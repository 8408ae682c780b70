//! The names behind the numbers of users and groups.

use crate::input::whole;
use crate::number;
use alloc::vec::Vec;
use core::ffi::CStr;

/// `/etc/passwd` or `/etc/group`, as far as this matters: both have the name first and the number third.
pub struct Names {
    text: Vec<u8>,
}

impl Names {
    /// The users' names.
    pub fn users() -> Self {
        Self::read(c"/etc/passwd")
    }

    /// The groups' names.
    pub fn groups() -> Self {
        Self::read(c"/etc/group")
    }

    /// Reads a table. A system without one has one user, whose name everybody knows.
    #[inline(never)]
    fn read(path: &CStr) -> Self {
        Names { text: whole(path).unwrap_or_else(|_| b"root:x:0:".to_vec()) }
    }

    /// The name that belongs to a number.
    #[inline(never)]
    pub fn name(&self, number: u32) -> Option<&[u8]> {
        self.text.split(|&byte| byte == b'\n').find_map(|line| {
            let mut fields = line.split(|&byte| byte == b':');
            let name = fields.next()?;
            let this = number::decimal(fields.nth(1)?)?;
            (this == u64::from(number)).then_some(name)
        })
    }

    /// The name, or the number where there is none.
    #[inline(never)]
    pub fn name_or_number(&self, number: u32) -> Vec<u8> {
        match self.name(number) {
            Some(name) => name.to_vec(),
            None => alloc::format!("{number}").into_bytes(),
        }
    }
}
