//! Memory on demand: what a program's page becomes when it is touched.
//!
//! The page fault handler asks here first. A page of ordinary memory becomes a frame of zeros; a page of a file becomes
//! the file's own frame, read-only and marked as borrowed, and is exchanged for a copy at the first write when the
//! region is private. A shared region writes to the file's frame itself; its first write to a page comes here too, so
//! that the file learns of it. Kernel copies from and to programs take the same way. `man 2 mmap`; the book maps
//! everything beforehand.

use super::file_page::{FilePage, PageSource};
use super::frame::{self, Pool};
use super::page_changes::flags_for;
use super::page_table;
use super::user_addresses::{Backing, Region, USER_END, USER_START, UserAddresses, page_at};
use super::user_pages::{get_a_page, get_a_page_without_opvaddrbitmap};
use crate::arch::paging::{self, Flags, PAGE_SIZE, Page};
use crate::errno::Errno;
use crate::trace::tracepoint;

/// Why a program cannot have what it touched.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Trouble {
    /// There is nothing at that address: SIGSEGV.
    NoRegion,
    /// There is, but not for this kind of access: SIGSEGV.
    Forbidden,
    /// It lies wholly beyond the end of the file that is mapped there, or the file cannot give it: SIGBUS.
    BeyondFile,
    /// There is no memory left: SIGKILL.
    OutOfMemory,
}

impl From<Errno> for Trouble {
    fn from(error: Errno) -> Self {
        if error == Errno::NOMEM { Self::OutOfMemory } else { Self::BeyondFile }
    }
}

/// How a program touches its memory.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Touch {
    Read,
    Write,
}

/// Brings the page at `address` into the address space in use, which is that of `addresses`, so that it can be
/// touched like this.
///
/// # Errors
/// What [`Trouble`] says; nothing has changed then, but that the stack may have grown.
pub fn bring(addresses: &mut UserAddresses, address: u32, touch: Touch) -> Result<(), Trouble> {
    if !(USER_START..USER_END).contains(&address) {
        return Err(Trouble::NoRegion);
    }
    let number = address / PAGE_SIZE;
    if addresses.find(number).is_none() {
        addresses.grow_stack(number);
        if addresses.find(number).is_some() {
            tracepoint!(fault::stack_grows(page_at(number).address()));
        }
    }
    let region = addresses.find(number).ok_or(Trouble::NoRegion)?;
    let is_allowed = match touch {
        Touch::Read => !region.protection.is_empty(),
        Touch::Write => region.is_writable(),
    };
    if !is_allowed {
        return Err(Trouble::Forbidden);
    }

    let page = page_at(number);
    match (&region.backing, page_table::lookup(page)) {
        (Backing::Anonymous, None) => {
            get_a_page(page, flags_for(region.protection))?;
            told(page, Brought::Zeros)
        }
        (Backing::File { source, index }, None) => {
            let contents = source.page(index.wrapping_add(number - region.first))?;
            bring_from_file(region, page, &**source, &contents, touch)
        }
        (Backing::File { source, index }, Some(entry)) if touch == Touch::Write => {
            if !entry.flags().contains(Flags::BORROWED) || region.is_shared() {
                make_writable(page, entry.flags());
                note_change(region, &**source);
                return told(page, Brought::Writable);
            }
            let contents = source.page(index.wrapping_add(number - region.first))?;
            exchange_for_copy(page, &contents)?;
            told(page, Brought::Copy)
        }
        (Backing::Anonymous, Some(entry)) if touch == Touch::Write => {
            make_writable(page, entry.flags());
            told(page, Brought::Writable)
        }
        // It is there: the TLB did not know yet.
        (_, Some(_)) => told(page, Brought::There),
    }
}

/// What a page became when it was touched: its number in the trace's table.
enum Brought {
    Zeros,
    File,
    Copy,
    Writable,
    There,
}

/// `page` is where it can be touched; tells the trace how it came there.
fn told(page: Page, how: Brought) -> Result<(), Trouble> {
    tracepoint!(fault::brought(page.address(), how as u32));
    Ok(())
}

/// Maps the file's page, or a copy of it when the program is about to change its own.
fn bring_from_file(
    region: &Region,
    page: Page,
    source: &dyn PageSource,
    contents: &FilePage,
    touch: Touch,
) -> Result<(), Trouble> {
    let is_written = touch == Touch::Write;
    // A frame can be mapped only so often; a private page may then be a copy as well.
    let is_copied = !region.is_shared() && (is_written || frame::share(contents.frame()).is_err());
    if is_copied {
        get_a_page_without_opvaddrbitmap(page, Flags::USER_DATA)?;
        // SAFETY: mapped writable on the line before, nobody knows of it yet; the file's page is mapped while we
        // hold it.
        unsafe { paging::copy_page(page, contents.page()) };
        if !region.is_writable() {
            // SAFETY: a user page, mapped above.
            unsafe { page_table::set_flags(page, Flags::USER_READ) };
        }
        return told(page, Brought::Copy);
    }
    if region.is_shared() {
        frame::share(contents.frame())?;
    }
    let mut flags = Flags::USER_READ | Flags::BORROWED;
    flags.set(Flags::WRITABLE, is_written);
    let frame = contents.frame();
    // SAFETY: a user page, into which the kernel holds no references; the use of the frame is the mapping's.
    unsafe { page_table::page_table_add(page, frame, flags) }.inspect_err(|_| frame::put(frame))?;
    if is_written {
        note_change(region, source);
    }
    told(page, Brought::File)
}

/// Gives the program a page of its own in place of one that it borrowed, with the same contents.
fn exchange_for_copy(page: Page, contents: &FilePage) -> Result<(), Errno> {
    let own = frame::allocate(Pool::User)?;
    // SAFETY: a user page, into which the kernel holds no references; its table exists, so the second step cannot
    // fail; the file's page is mapped while we hold it.
    unsafe {
        let borrowed = page_table::page_table_pte_remove(page);
        page_table::page_table_add(page, own, Flags::USER_DATA)?;
        paging::copy_page(page, contents.page());
        borrowed.into_iter().for_each(frame::put);
    }
    Ok(())
}

fn make_writable(page: Page, flags: Flags) {
    // SAFETY: a user page that is mapped: the caller has its entry.
    unsafe { page_table::set_flags(page, flags | Flags::WRITABLE) };
}

fn note_change(region: &Region, source: &dyn PageSource) {
    if region.is_shared() {
        source.note_change();
    }
}
