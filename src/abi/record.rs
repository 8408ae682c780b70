//! Structures that cross the boundary, built word by word.
//!
//! Linux's i386 structures have no holes that matter but the ones written here as zeros; so nothing of the
//! kernel's memory can leak through one. Little-endian, as the CPU.

use crate::errno::Result;
use crate::mm::user;
use arrayvec::ArrayVec;

/// Bytes of the largest structure: `struct statx`.
const MOST: usize = 256;

/// A structure being built, from its first byte on.
#[derive(Default)]
pub struct Record(ArrayVec<u8, MOST>);

impl Record {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds bytes.
    ///
    /// # Panics
    /// Beyond 256 bytes: a mistake of the kernel's.
    pub fn bytes(mut self, bytes: &[u8]) -> Self {
        self.0.try_extend_from_slice(bytes).expect("a structure is larger than all of Linux's");
        self
    }

    /// Adds a 16-bit number.
    pub fn u16(self, value: u16) -> Self {
        self.bytes(&value.to_le_bytes())
    }

    /// Adds a 32-bit number.
    pub fn u32(self, value: u32) -> Self {
        self.bytes(&value.to_le_bytes())
    }

    /// Adds a 64-bit number.
    pub fn u64(self, value: u64) -> Self {
        self.bytes(&value.to_le_bytes())
    }

    /// Adds zeros up to byte `length`.
    pub fn zeros_to(mut self, length: usize) -> Self {
        while self.0.len() < length {
            self.0.push(0);
        }
        self
    }

    /// Copies the structure to the program's `address`.
    ///
    /// # Errors
    /// EFAULT.
    pub fn store(&self, address: u32) -> Result<u32> {
        user::copy_to_user(address, &self.0)?;
        Ok(0)
    }

    /// What was built.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}
