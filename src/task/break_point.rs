//! brk: a program's heap that grows and shrinks at its end.
//!
//! The break moves by bytes, memory by pages, which are given at once; so a break that was set is
//! memory that is there. `man 2 brk`.

use super::task_ref::running_thread;
use super::task_struct::Brk;
use crate::arch::interrupt;
use crate::arch::paging::{PAGE_SIZE, Page};
use crate::mm::user_addresses::{STACK_BOTTOM, UserAddresses};
use crate::mm::user_pages::{get_a_page, mfree_page};

/// Moves the running process's break to `address`, if there is room and memory, and returns where
/// it is then.
pub fn set(address: u32) -> u32 {
    let task = running_thread();
    let brk = task.brk.get();
    if !(brk.start..STACK_BOTTOM).contains(&address) {
        return brk.end;
    }
    let mut addresses = task.userprog_vaddr.borrow_mut();
    let Some(addresses) = addresses.as_mut() else { return brk.end };
    let (old, new) = (page_after(brk.end), page_after(address));
    if new > old && !grow(addresses, old, new) {
        return brk.end;
    }
    shrink(addresses, new, old);
    task.brk.set(Brk { end: address, ..brk });
    address
}

/// The first page that a heap ending at `end` does not need.
fn page_after(end: u32) -> Page {
    Page::containing(end.next_multiple_of(PAGE_SIZE))
}

/// Gives the pages from `start` up to `end`; all or none.
fn grow(addresses: &mut UserAddresses, start: Page, end: Page) -> bool {
    let mut page = start;
    while page < end {
        if get_a_page(addresses, page).is_err() {
            shrink(addresses, start, page);
            return false;
        }
        page = page.add(1);
        interrupt::window();
    }
    true
}

/// Takes the pages from `start` up to `end`.
fn shrink(addresses: &mut UserAddresses, start: Page, end: Page) {
    if start < end {
        mfree_page(addresses, start, (end.address() - start.address()) / PAGE_SIZE);
    }
}
