//! Unmapping, protecting and moving a range of a program's pages: what becomes of the entries when regions change.
//!
//! Only what is there costs something: absent pages are passed over a page table at a time. Interrupts get in
//! between two pages. All of it is about the address space in use.

use super::frame;
use super::page_table::{self, used_pages};
use super::region::Protection;
use crate::arch::interrupt;
use crate::arch::paging::{self, Entry, Flags, Page};
use crate::errno::Result;

/// The flags of a page of the process's own that has this protection, if it may be there at all.
pub fn flags_for(protection: Protection) -> Flags {
    match protection {
        _ if protection.contains(Protection::WRITE) => Flags::USER_DATA,
        // Without a way to forbid reading or executing alone, any access allows both (i386 without PAE).
        _ if !protection.is_empty() => Flags::USER_READ,
        _ => Flags::empty(),
    }
}

/// Changes the entry of a user page whose page table exists.
pub(super) fn write_entry(page: Page, entry: Entry) {
    assert!(page.is_user());
    // SAFETY: the table exists, as the callers know from having found or made it; a user page, into which the
    // kernel holds no references.
    unsafe { paging::table_entry(page).write(entry) };
    paging::flush(page);
}

/// Unmaps the user pages from `start` up to `end`, and gives back their frames and the page tables that nothing is
/// left in.
pub fn unmap(start: Page, end: Page) {
    unmap_with(start, end, interrupt::window);
}

/// As [`unmap`], letting nobody in between: for pages of a program that does not run, in whose address space we are.
pub fn unmap_at_once(start: Page, end: Page) {
    unmap_with(start, end, || {});
}

fn unmap_with(start: Page, end: Page, between: impl Fn()) {
    let mut last: Option<Page> = None;
    for (page, entry) in used_pages(start, end) {
        if let Some(last) = last.filter(|last| last.directory_index() != page.directory_index()) {
            page_table::remove_table_if_empty(last);
        }
        write_entry(page, Entry::EMPTY);
        frame::put(entry.frame());
        last = Some(page);
        between();
    }
    if let Some(last) = last {
        page_table::remove_table_if_empty(last);
    }
}

/// Gives the user pages from `start` up to `end` the protection that their region has got.
///
/// A borrowed page is never made writable here: the first write to it must be noticed.
pub fn protect(start: Page, end: Page, protection: Protection) {
    let flags = flags_for(protection);
    for (page, entry) in used_pages(start, end) {
        let borrowed = entry.flags() & Flags::BORROWED;
        let writable = if borrowed.is_empty() { Flags::empty() } else { Flags::WRITABLE };
        write_entry(page, Entry::new(entry.frame(), (flags - writable) | borrowed));
        interrupt::window();
    }
}

/// Makes the page tables for [`relocate`].
///
/// # Errors
/// ENOMEM; none of them is left then.
pub fn prepare_move(from: Page, to: Page, count: u32) -> Result<()> {
    for (page, _) in used_pages(from, from.add(count)) {
        let target = to.add(page.pages_above(from));
        page_table::need_table(target).inspect_err(|_| remove_empty_tables(to, to.add(count)))?;
    }
    Ok(())
}

/// Moves what is mapped in the `count` user pages from `from` on to `to` and what follows, where nothing is mapped
/// and [`prepare_move`] made the page tables.
pub fn relocate(from: Page, to: Page, count: u32) {
    let end = from.add(count);
    for (page, entry) in used_pages(from, end) {
        write_entry(page, Entry::EMPTY);
        write_entry(to.add(page.pages_above(from)), entry);
        interrupt::window();
    }
    remove_empty_tables(from, end);
}

/// Gives back the page tables that cover the user pages from `start` up to `end` and map nothing.
pub fn remove_empty_tables(start: Page, end: Page) {
    let mut next = page_table::next_with_table(start);
    while let Some(page) = next.filter(|&page| page < end) {
        page_table::remove_table_if_empty(page);
        next = page_table::next_with_table(page.next_table());
    }
}
