//! Mapping pages in the address space in use, through the recursive window.
//!
//! The kernel's page tables all exist from boot on and are shared by every page directory, so a
//! kernel page mapped here appears in all of them. A program's page tables are made when its first
//! page in their 4 MiB is mapped, from the kernel's pool. Book: chapter 8, `page_table_add`,
//! `page_table_pte_remove`, `addr_v2p`.

use super::frame::{self, Pool};
use crate::arch::paging::{self, ENTRIES, Entry, FIRST_KERNEL_ENTRY, Flags, Frame, Page};
use crate::errno::Result;

/// The entry that maps `page`, or `None` when it is not mapped. The book's `addr_v2p` asks the
/// same for the physical address.
#[doc(alias = "addr_v2p")]
pub fn lookup(page: Page) -> Option<Entry> {
    if !has_table(page) {
        return None;
    }
    // SAFETY: its page table exists, as just checked, so the entry lies in the recursive window.
    let entry = unsafe { paging::table_entry(page).read() };
    entry.is_present().then_some(entry)
}

/// Says whether the page table that covers `page` exists; if not, none of its 1,024 pages is
/// mapped.
pub fn has_table(page: Page) -> bool {
    // SAFETY: the directory is always visible in its own last entry.
    unsafe { paging::directory_entry(page).read() }.is_present()
}

/// The first page at or above `page`, a user page, that lies in 4 MiB for which there is a page
/// table; `None` when no page from there on can be mapped.
pub fn next_with_table(page: Page) -> Option<Page> {
    let directory = paging::directory_entry(Page::containing(0));
    let first = page.directory_index();
    // SAFETY: the directory is always visible in its own last entry.
    let found = unsafe { paging::next_used(directory, first, FIRST_KERNEL_ENTRY) };
    (found < FIRST_KERNEL_ENTRY).then(|| page.max(Page::containing(found << 22)))
}

/// The pages from `start` up to `end` whose entries are not empty, with the entries: those that are there, and those
/// that are kept from the program. Who goes through them may change their entries, but not the page tables.
pub fn used_pages(start: Page, end: Page) -> impl Iterator<Item = (Page, Entry)> {
    let mut page = start;
    // Up to here the page table is known to exist.
    let mut table_end = start;
    core::iter::from_fn(move || {
        loop {
            if page >= table_end {
                page = next_with_table(page).filter(|&page| page < end)?;
                table_end = page.next_table().min(end);
            }
            let entries = paging::table_entry(page);
            let left = table_end.pages_above(page);
            // SAFETY: the table exists, and `left` of its entries are left, at least one.
            let (found, entry) = unsafe {
                // What is used mostly lies close together.
                let found = if entries.read() != Entry::EMPTY { 0 } else { paging::next_used(entries, 1, left) };
                if found == left {
                    page = table_end;
                    continue;
                }
                (page.add(found), entries.add(found as usize).read())
            };
            page = found.add(1);
            return Some((found, entry));
        }
    })
}

/// Maps `page` to `frame`. The book's `page_table_add`.
///
/// # Errors
/// ENOMEM when a page table is needed and the kernel's pool is empty (F3: the book then installs
/// physical page 0 as a page table).
///
/// # Panics
/// When the page is mapped already.
///
/// # Safety
/// What the page's address meant so far is nobody's: no reference into it exists.
pub unsafe fn page_table_add(page: Page, frame: Frame, flags: Flags) -> Result<()> {
    need_table(page)?;
    let place = paging::table_entry(page);
    // SAFETY: the table exists now; interrupts are off or the address is the caller's alone.
    unsafe {
        assert!(!place.read().is_present(), "page {:#x} is mapped twice", page.address());
        place.write(Entry::new(frame, flags));
    }
    // An entry that was not present is never cached: nothing to flush (SDM 3A, 4.10.4.3).
    Ok(())
}

fn add_table(page: Page) -> Result<()> {
    assert!(page.is_user(), "a kernel page table is missing for {:#x}", page.address());
    let table = frame::allocate(Pool::Kernel)?;
    let window = paging::table_page(page);
    // SAFETY: the entry was empty, so the table's place in the recursive window was nobody's; the
    // new frame is ours.
    unsafe {
        paging::directory_entry(page).write(Entry::new(table, Flags::USER_DATA));
        paging::flush(window);
        paging::zero_page(window);
    }
    Ok(())
}

/// Makes the page table that covers `page`, a user page, unless there is one.
///
/// # Errors
/// ENOMEM.
pub fn need_table(page: Page) -> Result<()> {
    if has_table(page) { Ok(()) } else { add_table(page) }
}

/// Unmaps `page` and returns the frame it led to; `None` when it was not mapped. The frame's use
/// passes to the caller. The book's `page_table_pte_remove`.
///
/// # Safety
/// Nobody holds a reference into the page.
pub unsafe fn page_table_pte_remove(page: Page) -> Option<Frame> {
    let entry = lookup(page)?;
    // SAFETY: `lookup` found the table; the caller's contract for what the page held.
    unsafe { paging::table_entry(page).write(Entry::EMPTY) };
    paging::flush(page);
    Some(entry.frame())
}

/// Gives back the page table that covers `page`, a user page, if it maps nothing any more.
pub fn remove_table_if_empty(page: Page) {
    assert!(page.is_user());
    if !has_table(page) {
        return;
    }
    let first = Page::containing(page.directory_index() << 22);
    let place = paging::directory_entry(page);
    // SAFETY: the table exists, so it can be read; when it is empty nothing is reached through it.
    unsafe {
        if paging::next_used(paging::table_entry(first), 0, ENTRIES) < ENTRIES {
            return;
        }
        let table = place.read().frame();
        place.write(Entry::EMPTY);
        paging::flush(paging::table_page(page));
        frame::put(table);
    }
}

/// Changes the flags of a mapped page.
///
/// # Safety
/// The page is mapped, and is no page of the kernel's that something relies on writing to.
pub unsafe fn set_flags(page: Page, flags: Flags) {
    let entry = lookup(page).expect("flags of an unmapped page");
    // SAFETY: `lookup` found the table; the caller's contract for the flags.
    unsafe { paging::table_entry(page).write(Entry::new(entry.frame(), flags)) };
    paging::flush(page);
}
