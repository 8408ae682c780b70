//! The book's malloc for programs: arenas in the program's own pages.
//!
//! The lists' heads are in the PCB, headers and links in the program's memory. Every access goes
//! through `mm::user`, so whatever a program makes of them, it gets an error and nobody else
//! notices (M5). The address space in use must be the one of the addresses passed.

use super::arena::{BlockDescriptors, LARGEST_BLOCK, Memory, block_size_for};
use super::user;
use super::user_addresses::UserAddresses;
use super::user_pages::{are_user_pages, get_user_pages, mfree_page};
use crate::arch::paging::Page;
use crate::errno::{Errno, Result};

/// Who has a program's addresses, and lends them only while pages are taken or given back: touching memory may be what
/// makes it be there, and that needs them too.
pub trait Lender {
    /// Lends them to `work`.
    ///
    /// # Errors
    /// What `work` returns.
    fn lend<R>(&self, work: impl FnOnce(&mut UserAddresses) -> Result<R>) -> Result<R>;
}

/// A program's pages as the memory of a heap.
struct UserMemory<'a, L>(&'a L);

impl<L: Lender> Memory for UserMemory<'_, L> {
    fn read(&self, address: u32) -> Result<u32> {
        user::read_u32(address)
    }

    fn write(&mut self, address: u32, value: u32) -> Result<()> {
        user::write_u32(address, value)
    }

    fn get_pages(&mut self, count: u32) -> Result<u32> {
        self.0.lend(|addresses| Ok(get_user_pages(addresses, count)?.address()))
    }

    fn free_pages(&mut self, address: u32, count: u32) -> Result<()> {
        let first = Page::containing(address);
        // The count comes from a header that the program can write to.
        if !are_user_pages(first, count) {
            return Err(Errno::INVAL);
        }
        self.0.lend(|addresses| mfree_page(addresses, first, count))
    }
}

/// Takes `size` bytes, 16-byte aligned and all zeros, from the program's heap. The book's
/// `sys_malloc`.
///
/// # Errors
/// EINVAL for 0 bytes, ENOMEM, EFAULT or EINVAL when the program has damaged its heap.
pub fn sys_malloc(blocks: &mut BlockDescriptors, addresses: &impl Lender, size: u32) -> Result<u32> {
    let address = blocks.allocate(&mut UserMemory(addresses), size)?;
    // Whole pages are zeros already.
    if size <= LARGEST_BLOCK {
        user::zero(address, block_size_for(size))?;
    }
    Ok(address)
}

/// Gives memory back to the program's heap. The book's `sys_free`.
///
/// # Errors
/// EINVAL or EFAULT for an address that [`sys_malloc`] did not return, that is free already, or
/// whose heap the program has damaged.
pub fn sys_free(blocks: &mut BlockDescriptors, addresses: &impl Lender, address: u32) -> Result<()> {
    blocks.free(&mut UserMemory(addresses), address)
}
