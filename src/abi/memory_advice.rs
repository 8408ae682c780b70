//! What a program says and asks about memory that it has: madvise, msync, mincore, mlock.
//!
//! There is no swap and no write-back: what is in memory stays there, so most of it is heard and needs no doing.

use super::mapping::USER_PAGES;
use crate::arch::interrupt;
use crate::arch::paging::{Flags, PAGE_SIZE};
use crate::errno::{Errno, Result};
use crate::mm::file_page::PageSource;
use crate::mm::page_changes;
use crate::mm::page_table;
use crate::mm::user;
use crate::mm::user_addresses::{Backing, Region, USER_END, UserAddresses, page_at};
use crate::task::task_ref::running_thread;
use alloc::sync::Arc;
use core::ops::Range;
use linux_raw_sys::general as nr;

/// What a range must be like for a call.
///
/// # Errors
/// EINVAL when it does not begin with a page, `overflow` when it goes beyond the end of all addresses.
fn pages_of(address: u32, length: u32, overflow: Errno) -> Result<Range<u32>> {
    if !address.is_multiple_of(PAGE_SIZE) {
        return Err(Errno::INVAL);
    }
    let length = length.checked_next_multiple_of(PAGE_SIZE).ok_or(overflow)?;
    let end = address.checked_add(length).ok_or(overflow)?;
    Ok(address / PAGE_SIZE..end / PAGE_SIZE)
}

/// Calls `visit` for what each region has of `pages`, in order.
///
/// # Errors
/// ENOMEM for a gap, once all is visited; what `visit` returns, at once.
fn visit(addresses: &UserAddresses, pages: Range<u32>, mut visit: impl FnMut(Region) -> Result<()>) -> Result<()> {
    let is_whole = addresses.regions().cover(pages.clone());
    let mut next = pages.start;
    while next < pages.end {
        let Some(region) = addresses.regions().at_or_above(next).filter(|region| region.first < pages.end) else {
            break;
        };
        let part = region.cut_to(&(next..pages.end));
        next = part.end();
        visit(part)?;
        interrupt::window();
    }
    if is_whole { Ok(()) } else { Err(Errno::NOMEM) }
}

/// `man 2 madvise`.
pub fn madvise(address: u32, length: u32, advice: u32) -> Result<u32> {
    let is_hint = matches!(
        advice,
        nr::MADV_NORMAL
            | nr::MADV_RANDOM
            | nr::MADV_SEQUENTIAL
            | nr::MADV_WILLNEED
            | nr::MADV_DOFORK
            | nr::MADV_MERGEABLE
            | nr::MADV_UNMERGEABLE
            | nr::MADV_HUGEPAGE
            | nr::MADV_NOHUGEPAGE
            | nr::MADV_DONTDUMP
            | nr::MADV_DODUMP
            | nr::MADV_KEEPONFORK
            | nr::MADV_COLD
            | nr::MADV_PAGEOUT
    );
    let drops = matches!(advice, nr::MADV_DONTNEED | nr::MADV_FREE);
    if !is_hint && !drops {
        return Err(Errno::INVAL);
    }
    let pages = pages_of(address, length, Errno::INVAL)?;
    running_thread().with_addresses(|addresses| {
        visit(addresses, pages, |region| {
            // What may be freed some time may be freed now; but only what is nobody else's.
            if advice == nr::MADV_FREE && (region.is_shared() || !matches!(region.backing, Backing::Anonymous)) {
                return Err(Errno::INVAL);
            }
            if drops {
                page_changes::unmap(page_at(region.first), page_at(region.end()));
            }
            Ok(())
        })?;
        Ok(0)
    })
}

/// `man 2 msync`: the file itself is what is mapped, so it only learns that it has changed.
pub fn msync(address: u32, length: u32, flags: u32) -> Result<u32> {
    const BOTH: u32 = nr::MS_ASYNC | nr::MS_SYNC;
    if flags & !(BOTH | nr::MS_INVALIDATE) != 0 || flags & BOTH == BOTH {
        return Err(Errno::INVAL);
    }
    let pages = pages_of(address, length, Errno::NOMEM)?;
    running_thread().with_addresses(|addresses| {
        visit(addresses, pages, |region| {
            if let (Backing::File { source, .. }, true) = (&region.backing, region.is_shared()) {
                note_writes(source, &region);
            }
            Ok(())
        })?;
        Ok(0)
    })
}

/// Tells the file of what was written since it was told last, and makes the next write to each page noticed again.
fn note_writes(source: &Arc<dyn PageSource>, region: &Region) {
    let mut written = page_table::used_pages(page_at(region.first), page_at(region.end()));
    if written.any(|(_, entry)| entry.flags().contains(Flags::WRITABLE)) {
        source.note_change();
        page_changes::protect(page_at(region.first), page_at(region.end()), region.protection);
    }
}

/// `man 2 mincore`: a byte for each page, 1 where it is there.
pub fn mincore(address: u32, length: u32, vector: u32) -> Result<u32> {
    let pages = pages_of(address, length, Errno::NOMEM)?;
    if pages.end > USER_PAGES.end {
        return Err(Errno::NOMEM);
    }
    if pages.is_empty() {
        return Ok(0);
    }
    user::check_range(vector.min(USER_END), pages.len() as u32)?;
    for (place, number) in (vector..).zip(pages) {
        let is_taken = running_thread().with_addresses(|addresses| Ok(addresses.find(number).is_some()))?;
        if !is_taken {
            return Err(Errno::NOMEM);
        }
        user::copy_to_user(place, &[u8::from(page_table::lookup(page_at(number)).is_some())])?;
        interrupt::window();
    }
    Ok(0)
}

/// `man 2 mlock`: pages are never taken away, so all there is to do is to look whether there is something.
pub fn mlock(address: u32, length: u32) -> Result<u32> {
    let start = address / PAGE_SIZE * PAGE_SIZE;
    let length = length.checked_add(address - start).ok_or(Errno::INVAL)?;
    let pages = pages_of(start, length, Errno::INVAL)?;
    running_thread().with_addresses(
        |addresses| {
            if addresses.regions().cover(pages) { Ok(0) } else { Err(Errno::NOMEM) }
        },
    )
}

/// `man 2 mlock2`.
pub fn mlock2(address: u32, length: u32, flags: u32) -> Result<u32> {
    if flags & !nr::MLOCK_ONFAULT != 0 { Err(Errno::INVAL) } else { mlock(address, length) }
}

/// `man 2 munlock`.
pub fn munlock(address: u32, length: u32) -> Result<u32> {
    mlock(address, length)
}

/// `man 2 mlockall`.
pub fn mlockall(flags: u32) -> Result<u32> {
    const KNOWN: u32 = nr::MCL_CURRENT | nr::MCL_FUTURE | nr::MCL_ONFAULT;
    if flags == 0 || flags & !KNOWN != 0 || flags == nr::MCL_ONFAULT { Err(Errno::INVAL) } else { Ok(0) }
}

/// `man 2 munlockall`.
pub fn munlockall() -> Result<u32> {
    Ok(0)
}
