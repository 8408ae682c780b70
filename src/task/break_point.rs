//! brk: a program's heap that grows and shrinks at its end.
//!
//! The break moves by bytes, the heap's region by pages, which come to be when they are touched. A step that asks for
//! more than there is now is refused (src/mm/user_pages.rs). `man 2 brk`.

use super::task_ref::running_thread;
use super::task_struct::Brk;
use crate::arch::paging::PAGE_SIZE;
use crate::errno::{Errno, Result};
use crate::mm::user_addresses::{STACK_BOTTOM, UserAddresses, page_at};
use crate::mm::user_pages::{check_promise, mfree_page, ordinary_region};

/// Moves the running process's break to `address`, if there is room and memory, and returns where
/// it is then.
pub fn set(address: u32) -> u32 {
    let task = running_thread();
    let brk = task.brk.get();
    if !(brk.start..STACK_BOTTOM).contains(&address) {
        return brk.end;
    }
    let (old, new) = (page_after(brk.end), page_after(address));
    if task.with_addresses(|addresses| resize(addresses, old, new)).is_err() {
        return brk.end;
    }
    task.brk.set(Brk { end: address, ..brk });
    address
}

/// The number of the first page that a heap ending at `end` does not need.
fn page_after(end: u32) -> u32 {
    end.div_ceil(PAGE_SIZE)
}

/// Lets the heap that ended before page `old` end before page `new`.
fn resize(addresses: &mut UserAddresses, old: u32, new: u32) -> Result<()> {
    if new < old {
        return mfree_page(addresses, page_at(new), old - new);
    }
    if new == old {
        return Ok(());
    }
    // A page stays free between the heap and what lies above it, so that overrunning it is a fault.
    if addresses.is_any_taken(old..new + 1) {
        return Err(Errno::NOMEM);
    }
    check_promise(new - old)?;
    addresses.insert(ordinary_region(old, new - old))
}
