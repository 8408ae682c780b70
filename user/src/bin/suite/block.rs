//! A block of the book's heap, as a Rust value.

use crate::check::{check, check_eq};
use tusk_user::book;

/// A block that `malloc` gave, and nobody else has.
pub struct Block {
    pointer: *mut u8,
    size: usize,
}

impl Block {
    /// Takes a block; `None` when there is no memory for it.
    #[track_caller]
    pub fn try_new(size: usize) -> Option<Block> {
        let pointer = book::malloc(size);
        let (first, last) = (pointer.addr(), pointer.addr().wrapping_add(size));
        if pointer.is_null() {
            return None;
        }
        check!(first >= 0x0804_8000 && first < last && last <= 0xc000_0000, "malloc({size}) gave {first:#x}");
        Some(Block { pointer, size })
    }

    /// Takes a block; the case fails when there is none.
    #[track_caller]
    pub fn new(size: usize) -> Block {
        let block = Block::try_new(size);
        check!(block.is_some(), "malloc({size}) gave nothing");
        block.unwrap_or(Block { pointer: core::ptr::null_mut(), size: 0 })
    }

    /// Takes a block filled with `byte`.
    #[track_caller]
    pub fn filled(size: usize, byte: u8) -> Block {
        let mut block = Block::new(size);
        block.bytes().fill(byte);
        block
    }

    /// Where it is.
    pub fn address(&self) -> usize {
        self.pointer.addr()
    }

    /// The memory of it.
    pub fn bytes(&mut self) -> &mut [u8] {
        if self.size == 0 {
            return &mut [];
        }
        // SAFETY: malloc gave these bytes to this block only, zeroed, within the program's addresses (checked in
        // `try_new`), and they are not given back before the block is consumed.
        unsafe { core::slice::from_raw_parts_mut(self.pointer, self.size) }
    }

    /// Checks that all of it is `byte`.
    #[track_caller]
    pub fn check(&mut self, byte: u8) {
        let (address, wrong) = (self.address(), self.bytes().iter().position(|&found| found != byte));
        check_eq!(wrong, None, "the place of a wrong byte in the block at {address:#x}");
    }

    /// Gives it back.
    #[track_caller]
    pub fn free(self) {
        // SAFETY: the block is consumed.
        let result = unsafe { book::free(self.pointer) };
        check!(result != -1, "free refused {:#x}, which malloc had given", self.pointer.addr());
    }
}

/// Calls `free` with an address that no block in use begins at; returns what it says.
pub fn free_address(address: usize) -> i32 {
    // SAFETY: should the kernel take anything away, it is nothing that any block consists of; that the blocks stay
    // whole is what the callers check afterwards.
    unsafe { book::free(core::ptr::with_exposed_provenance_mut(address)) }
}
