//! How a page of the parent reaches the child: here through a bounce page.
//!
//! fork walks the parent's pages and hands each to a [`PageCarrier`]; which one is chosen at boot
//! (`fork=`). The book's way is the bounce page: a program's frame has no address in the kernel,
//! and parent and child have the same addresses in different address spaces, so a page is copied
//! into a kernel page, the address space changes, and it is copied out again. Book: chapter 15,
//! `copy_body_stack3`.

use super::kernel_pages::{KernelPages, get_unset_kernel_pages};
use super::page_directory::PageDirectory;
use super::page_table;
use super::user_pages::get_a_page_without_opvaddrbitmap;
use crate::arch::paging::{self, Entry, Flags, Page};
use crate::errno::Result;
use crate::trace::tracepoint;

/// How a page reached a child: its number in the trace's table.
pub(super) enum Handed {
    ThroughBounce,
    Shared,
}

/// A way to give a child the contents of its parent's own pages.
pub trait PageCarrier {
    /// Gives `child` a page at `page` with the contents and protection of the parent's, whose
    /// address space is in use and whose entry there is `entry`.
    ///
    /// # Errors
    /// ENOMEM; what `child` has got so far stays its own.
    fn carry(&mut self, page: Page, entry: Entry, child: &PageDirectory) -> Result<()>;
}

/// The book's way: two copies and two changes of address space a page.
pub struct BouncePage(KernelPages);

impl BouncePage {
    /// Takes the kernel page that every page passes through. The book's `buf_page`.
    ///
    /// # Errors
    /// ENOMEM.
    #[doc(alias = "buf_page")]
    pub fn new() -> Result<Self> {
        let page = get_unset_kernel_pages(1)?;
        tracepoint!(fork::bounce_page(page.address(), page.first_frame().address()));
        Ok(Self(page))
    }
}

impl PageCarrier for BouncePage {
    fn carry(&mut self, page: Page, entry: Entry, child: &PageDirectory) -> Result<()> {
        let bounce = self.0.first();
        // SAFETY: the parent's page is mapped (`entry` is present), the bounce page is ours.
        unsafe { paging::copy_page(bounce, page) };

        let _in_child = child.enter();
        get_a_page_without_opvaddrbitmap(page, Flags::USER_DATA)?;
        // SAFETY: mapped writable on the line before; the child does not run yet.
        unsafe { paging::copy_page(page, bounce) };
        if entry.flags() != Flags::USER_DATA {
            // SAFETY: a user page, mapped above; now as protected as the parent's.
            unsafe { page_table::set_flags(page, entry.flags()) };
        }
        tracepoint!(fork::page(
            page.address(),
            entry.frame().address(),
            bounce.address(),
            page_table::lookup(page).map_or(0, |copy| copy.frame().address()),
            Handed::ThroughBounce as u32,
        ));
        Ok(())
    }
}
