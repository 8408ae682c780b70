//! What a child gets of its parent's page: a copy, the same frame, or a copy that neither may look at.
//!
//! Copying is fork's [`PageCarrier`]'s work. A borrowed page is not copied: the child borrows it too, so the text of a
//! program costs its fork next to nothing, and shared memory stays shared.

use super::bounce::{Handed, PageCarrier};
use super::frame;
use super::page_changes::write_entry;
use super::page_directory::PageDirectory;
use super::page_table;
use crate::arch::paging::{Entry, Flags, Page};
use crate::errno::Result;
use crate::trace::tracepoint;

/// Gives `child` what the parent, whose address space is in use, has at `page`; `entry` is the parent's.
///
/// # Errors
/// ENOMEM; what `child` has got so far stays its own.
pub fn pass_on(page: Page, entry: Entry, child: &PageDirectory, carrier: &mut impl PageCarrier) -> Result<()> {
    if entry.flags().contains(Flags::BORROWED) {
        lend(page, entry, child)
    } else if entry.is_present() {
        carrier.carry(page, entry, child)
    } else {
        carry_hidden(page, entry, child, carrier)
    }
}

/// Lets `child` borrow what the parent has borrowed.
fn lend(page: Page, entry: Entry, child: &PageDirectory) -> Result<()> {
    frame::share(entry.frame())?;
    let _in_child = child.enter();
    // The entry may also be one that keeps the page from the program, so it is not simply mapped.
    page_table::need_table(page).inspect_err(|_| frame::put(entry.frame()))?;
    write_entry(page, Entry::new(entry.frame(), entry.flags()));
    let frame = entry.frame().address();
    tracepoint!(fork::page(page.address(), frame, 0, frame, Handed::Shared as u32));
    Ok(())
}

/// Copies a page that the program may not use now (PROT_NONE): for the copy it is there.
fn carry_hidden(page: Page, entry: Entry, child: &PageDirectory, carrier: &mut impl PageCarrier) -> Result<()> {
    let visible = Entry::new(entry.frame(), Flags::USER_READ);
    write_entry(page, visible);
    let result = carrier.carry(page, visible, child);
    write_entry(page, entry);
    result?;
    let _in_child = child.enter();
    if let Some(copy) = page_table::lookup(page) {
        write_entry(page, Entry::new(copy.frame(), Flags::empty()));
    }
    Ok(())
}
