//! Memory for programs: Linux's brk, the book's malloc and free, and what a descriptor has to be mapped.

use crate::errno::{Errno, Result};
use crate::fs::open_file::of_usable_descriptor;
pub use crate::fs::open_flags::Access;
use crate::mm::file_page::PageSource;
use crate::mm::user_heap;
use crate::task::address_space::AddressSpace;
use crate::task::break_point;
use crate::task::task_ref::running_thread;
use alloc::sync::Arc;

/// `man 2 brk`, the system call: returns the break, the old one when it could not be set.
pub fn brk(address: u32) -> Result<u32> {
    Ok(break_point::set(address))
}

/// The book's `malloc`: zeroed memory, NULL when there is none (M4).
pub fn malloc(size: u32) -> Result<u32> {
    memory()?.with_heap(|blocks, addresses| user_heap::sys_malloc(blocks, addresses, size))
}

/// The book's `free`; 0, or −1 for an address that malloc did not return (M5).
pub fn free(address: u32) -> Result<u32> {
    memory()?.with_heap(|blocks, addresses| user_heap::sys_free(blocks, addresses, address))?;
    Ok(0)
}

fn memory() -> Result<Arc<AddressSpace>> {
    running_thread().memory().ok_or(Errno::NOMEM)
}

/// The file behind `descriptor` that mmap can map, and for what it was opened.
///
/// # Errors
/// EBADF when the descriptor is not open; ENODEV for what has no pages, as terminals.
pub fn page_source(descriptor: u32) -> Result<(Arc<dyn PageSource>, Access)> {
    let file = of_usable_descriptor(descriptor)?;
    Ok((file.page_source()?, file.access()))
}
