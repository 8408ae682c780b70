//! brk: a program's heap that grows and shrinks at its end.
//!
//! The break moves by bytes, the heap's region by pages, which come to be when they are touched. A step that asks for
//! more than there is now is refused (src/mm/user_pages.rs). `man 2 brk`.

use super::address_space::Brk;
use super::task_ref::running_thread;
use crate::arch::paging::PAGE_SIZE;
use crate::errno::{Errno, Result};
use crate::mm::user_addresses::{STACK_BOTTOM, UserAddresses, page_at};
use crate::mm::user_pages::{check_promise, mfree_page, ordinary_region};

/// Moves the running process's break to `address`, if there is room and memory, and returns where
/// it is then.
pub fn set(address: u32) -> u32 {
    let Some(memory) = running_thread().memory() else { return 0 };
    // Under the lock: another thread may move the break, too.
    let moved = memory.with_addresses(|addresses| {
        let brk = memory.brk();
        if !(brk.start..STACK_BOTTOM).contains(&address) {
            return Err(Errno::NOMEM);
        }
        resize(addresses, page_after(brk.end), page_after(address))?;
        memory.set_brk(Brk { end: address, ..brk });
        Ok(address)
    });
    moved.unwrap_or_else(|_| memory.brk().end)
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
