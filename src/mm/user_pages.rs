//! A program's pages: giving it memory, and taking it back.
//!
//! Everything here works on the address space in use, whose bitmap the caller passes: the two must
//! belong together. A page is filled with zeros before the program can see it (the book's
//! `get_a_page` leaves what another program had there, X8). Book: chapter 8, `get_user_pages`,
//! `get_a_page`, `get_a_page_without_opvaddrbitmap`, `mfree_page`.

use super::frame::{self, Pool};
use super::page_table;
use super::user_addresses::{USER_END, USER_START, UserAddresses};
use crate::arch::interrupt;
use crate::arch::paging::{self, Flags, PAGE_SIZE, Page};
use crate::errno::{Errno, Result};

/// Says whether all of `count` pages from `first` on may belong to a program.
pub fn are_user_pages(first: Page, count: u32) -> bool {
    let length = count.checked_mul(PAGE_SIZE);
    let end = length.and_then(|length| first.address().checked_add(length));
    first.address() >= USER_START && end.is_some_and(|end| end <= USER_END)
}

/// Maps `page` to a new frame without touching the bitmap: fork has copied that already. The
/// frame's contents are whatever was there; the caller overwrites them.
///
/// # Errors
/// ENOMEM when a frame, or one for a page table, is not to be had; nothing is kept then (F2: the
/// book does not look at the result).
pub fn get_a_page_without_opvaddrbitmap(page: Page, flags: Flags) -> Result<()> {
    assert!(page.is_user());
    let frame = frame::allocate(Pool::User)?;
    // SAFETY: a user page; the kernel keeps no references into those.
    unsafe { page_table::page_table_add(page, frame, flags) }.inspect_err(|_| frame::put(frame))
}

/// Gives the program one page at `page`, filled with zeros.
///
/// # Errors
/// EINVAL when it is no user page or taken already; ENOMEM.
pub fn get_a_page(addresses: &mut UserAddresses, page: Page) -> Result<()> {
    if !are_user_pages(page, 1) || addresses.is_taken(page) {
        return Err(Errno::INVAL);
    }
    get_a_page_without_opvaddrbitmap(page, Flags::USER_DATA)?;
    // SAFETY: mapped writable on the line before, and nobody knows of it yet.
    unsafe { paging::zero_page(page) };
    addresses.take(page);
    Ok(())
}

/// Gives the program `count` pages in a row somewhere, filled with zeros, and returns the first.
///
/// # Errors
/// ENOMEM when addresses or frames are out, or for a count of 0; nothing is kept then (M1).
#[doc(alias = "malloc_page")]
pub fn get_user_pages(addresses: &mut UserAddresses, count: u32) -> Result<Page> {
    // More frames than there are would only be taken and given back again (M4).
    if count > frame::free_and_total(Pool::User).0 {
        return Err(Errno::NOMEM);
    }
    let first = addresses.allocate(count).ok_or(Errno::NOMEM)?;
    for index in 0..count {
        let page = first.add(index);
        if let Err(error) = get_a_page_without_opvaddrbitmap(page, Flags::USER_DATA) {
            mfree_page(addresses, first, count);
            return Err(error);
        }
        // SAFETY: mapped writable just now.
        unsafe { paging::zero_page(page) };
        interrupt::window();
    }
    Ok(first)
}

/// Takes write access to `page` from the program.
///
/// # Panics
/// When it is no mapped user page.
pub fn make_read_only(page: Page) {
    assert!(page.is_user());
    // SAFETY: a user page; `set_flags` sees that it is mapped.
    unsafe { page_table::set_flags(page, Flags::PRESENT | Flags::USER) };
}

/// Takes `count` user pages from `first` on from the program, mapped or not, and the page tables
/// that nothing is left in. Interrupts get in between two pages.
///
/// # Panics
/// When they are no user pages: the caller has checked them.
pub fn mfree_page(addresses: &mut UserAddresses, first: Page, count: u32) {
    assert!(are_user_pages(first, count));
    for index in 0..count {
        let page = first.add(index);
        // SAFETY: a user page; the kernel keeps no references into those.
        if let Some(frame) = unsafe { page_table::page_table_pte_remove(page) } {
            frame::put(frame);
        }
        addresses.release(page);
        if page.next_table() == page.add(1) || index + 1 == count {
            page_table::remove_table_if_empty(page);
        }
        interrupt::window();
    }
}
