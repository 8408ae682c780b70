//! A word that is tested everywhere and hardly ever changed.
//!
//! An atomic's load is an instruction of its own to the compiler, and takes a register; a plain one becomes part of the
//! test: `test byte ptr [word], 1` and a branch not taken. On paths that are counted in single instructions, such as a
//! system call's or an allocation's, that is worth a type.

use super::interrupt;
use core::cell::UnsafeCell;

/// A word of flags.
pub struct WatchWord(UnsafeCell<u32>);

// SAFETY: one CPU, and every access is one instruction. A handler that interrupts `set` sees the old or the new value; code
// that holds an older one for a while only decides a little late.
unsafe impl Sync for WatchWord {}

impl WatchWord {
    /// All flags off.
    pub const fn new() -> Self {
        Self(UnsafeCell::new(0))
    }

    /// The flags.
    #[inline(always)]
    pub fn get(&self) -> u32 {
        // SAFETY: nobody holds a reference into it, and nobody writes while we read (see `Sync`).
        unsafe { self.0.get().read() }
    }

    /// Makes the flags what `change` makes of them.
    #[inline(never)]
    pub fn change(&self, change: impl FnOnce(u32) -> u32) {
        let _off = interrupt::disabled();
        // SAFETY: as in `get`; interrupts are off, so nobody reads or writes meanwhile.
        unsafe { self.0.get().write(change(self.get())) };
    }
}
