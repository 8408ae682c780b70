//! A program's pages: giving it memory, and taking it back.
//!
//! Everything here works on the address space in use, whose bitmap the caller passes: the two must
//! belong together. A page is filled with zeros before the program can see it (the book's
//! `get_a_page` leaves what another program had there, X8). Book: chapter 8, `get_user_pages`,
//! `get_a_page`, `get_a_page_without_opvaddrbitmap`, `mfree_page`.
//!
//! # How much a program may ask for
//! Memory is given when it is touched, so more can be promised than there is. A single request, by mmap, brk,
//! mprotect or a program file, for more private writable pages than programs' frames are free at that moment is
//! refused with ENOMEM ([`check_promise`]); but not what is mapped with MAP_NORESERVE, MAP_STACK or PROT_NONE, which
//! asks for addresses rather than memory. Several requests together may exceed what there is: then the process
//! that touches a page for which no frame is left is killed (SIGKILL), and nobody else notices.

use super::frame::{self, Pool};
use super::page_changes;
use super::page_table;
use super::region::{Protection, Traits};
use super::user_addresses::{Backing, Region, USER_END, USER_START, UserAddresses, number, page_at};
use crate::arch::interrupt;
use crate::arch::paging::{self, Flags, PAGE_SIZE, Page};
use crate::errno::{Errno, Result};
use crate::trace::tracepoint;

/// Says whether all of `count` pages from `first` on may belong to a program.
pub fn are_user_pages(first: Page, count: u32) -> bool {
    let length = count.checked_mul(PAGE_SIZE);
    let end = length.and_then(|length| first.address().checked_add(length));
    first.address() >= USER_START && end.is_some_and(|end| end <= USER_END)
}

/// Refuses to promise `count` pages when there are not so many now.
///
/// # Errors
/// ENOMEM.
pub fn check_promise(count: u32) -> Result<()> {
    if count > frame::free_and_total(Pool::User).0 { Err(Errno::NOMEM) } else { Ok(()) }
}

/// A region of a program's ordinary memory: zeros at first, its own, to be read and written.
pub fn ordinary_region(first: u32, count: u32) -> Region {
    Region {
        first,
        count,
        protection: Protection::READ | Protection::WRITE,
        traits: Traits::empty(),
        backing: Backing::Anonymous,
    }
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

/// Gives the program the page at `page`, which lies in a region and is not there, filled with zeros.
///
/// # Errors
/// ENOMEM; nothing is kept then.
pub fn get_a_page(page: Page, flags: Flags) -> Result<()> {
    get_a_page_without_opvaddrbitmap(page, Flags::USER_DATA)?;
    // SAFETY: mapped writable on the line before, and nobody knows of it yet; a user page, which may then be made
    // as protected as it is to be.
    unsafe {
        paging::zero_page(page);
        if flags != Flags::USER_DATA {
            page_table::set_flags(page, flags);
        }
    }
    tracepoint!(alloc::user_page(page.address()));
    Ok(())
}

/// Gives the program `count` pages in a row somewhere, there and filled with zeros, and returns the first.
///
/// # Errors
/// ENOMEM when addresses or frames are out, or for a count of 0; nothing is kept then (M1).
#[doc(alias = "malloc_page")]
pub fn get_user_pages(addresses: &mut UserAddresses, count: u32) -> Result<Page> {
    // More frames than there are would only be taken and given back again (M4).
    check_promise(count)?;
    let first = addresses.reserve(count)?;
    // The region comes last: taking it away again could want memory.
    let result = fill(page_at(first), count).and_then(|()| addresses.insert(ordinary_region(first, count)));
    if let Err(error) = result {
        page_changes::unmap(page_at(first), page_at(first + count));
        addresses.unreserve(first..first + count);
        return Err(error);
    }
    Ok(page_at(first))
}

fn fill(first: Page, count: u32) -> Result<()> {
    for index in 0..count {
        get_a_page(first.add(index), Flags::USER_DATA)?;
        interrupt::window();
    }
    Ok(())
}

/// Takes `count` user pages from `first` on from the program, mapped or not, and the page tables
/// that nothing is left in. Interrupts get in between two pages.
///
/// # Errors
/// ENOMEM when a region is to become two and there is no room for both; nothing has changed then.
///
/// # Panics
/// When they are no user pages: the caller has checked them.
pub fn mfree_page(addresses: &mut UserAddresses, first: Page, count: u32) -> Result<()> {
    assert!(are_user_pages(first, count));
    addresses.remove(number(first)..number(first) + count)?;
    page_changes::unmap(first, first.add(count));
    Ok(())
}
