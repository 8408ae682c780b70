//! Mapping memory and files: mmap, munmap, mprotect.
//!
//! Here the arguments are checked, in Linux's order and with its errors; regions and pages are changed in `mm`. What
//! Tusk cannot do: addresses below 0x08048000 belong to no program (ENOMEM).

use super::memory::{Access, page_source};
use crate::arch::paging::PAGE_SIZE;
use crate::errno::{Errno, Result};
use crate::mm::page_changes;
use crate::mm::region::{Protection, Traits};
use crate::mm::shared_memory::{self, SharedMemory};
use crate::mm::user;
use crate::mm::user_addresses::{Backing, Region, STACK_BOTTOM, USER_END, USER_START, UserAddresses, page_at};
use crate::mm::user_pages::{check_promise, mfree_page};
use crate::task::task_ref::running_thread;
use core::ops::Range;
use linux_raw_sys::general as nr;

/// The numbers of the pages that a program may have.
pub(super) const USER_PAGES: Range<u32> = USER_START / PAGE_SIZE..USER_END / PAGE_SIZE;
/// What may be asked for in `prot`; the two about growing are for mprotect alone.
const PROT_KNOWN: u32 = nr::PROT_READ | nr::PROT_WRITE | nr::PROT_EXEC | nr::PROT_SEM;
/// The flags that MAP_SHARED_VALIDATE lets pass.
const FLAGS_KNOWN: u32 = nr::MAP_TYPE
    | nr::MAP_FIXED
    | nr::MAP_FIXED_NOREPLACE
    | nr::MAP_ANONYMOUS
    | nr::MAP_GROWSDOWN
    | nr::MAP_DENYWRITE
    | nr::MAP_EXECUTABLE
    | nr::MAP_LOCKED
    | nr::MAP_NORESERVE
    | nr::MAP_POPULATE
    | nr::MAP_NONBLOCK
    | nr::MAP_STACK
    | nr::MAP_HUGETLB;

/// `man 2 mmap2`: `offset` in pages.
pub fn mmap2(address: u32, length: u32, protection: u32, flags: u32, descriptor: u32, offset: u32) -> Result<u32> {
    let file = if flags & nr::MAP_ANONYMOUS == 0 { Some(page_source(descriptor)?) } else { None };
    let pages = pages_in(length)?;
    offset.checked_add(pages).ok_or(Errno::OVERFLOW)?;
    let is_fixed = flags & (nr::MAP_FIXED | nr::MAP_FIXED_NOREPLACE) != 0;
    let place = if is_fixed { Some(fixed_place(address, pages)?) } else { None };
    if flags & nr::MAP_FIXED_NOREPLACE != 0 && is_taken(place, pages)? {
        return Err(Errno::EXIST);
    }
    let mut region = Region {
        first: 0,
        count: pages,
        protection: protection_of(protection),
        traits: traits_of(flags)?,
        backing: Backing::Anonymous,
    };
    match file {
        Some((source, access)) => {
            check_access(access, &mut region)?;
            region.backing = Backing::File { source, index: offset };
        }
        None if region.is_shared() => {
            if pages > shared_memory::available_frames() && !region.traits.contains(Traits::NO_RESERVE) {
                return Err(Errno::NOMEM);
            }
            region.backing = Backing::File { source: SharedMemory::new(pages)?, index: 0 };
        }
        None => {}
    }
    if is_promise(&region) && flags & nr::MAP_STACK == 0 {
        check_promise(pages)?;
    }
    let hint = address / PAGE_SIZE;
    running_thread().with_addresses(|addresses| {
        let first = match place {
            Some(first) => {
                // What is there goes only if the new one is sure to come.
                addresses.make_room_to_replace(&(first..first + pages))?;
                mfree_page(addresses, page_at(first), pages)?;
                addresses.insert(Region { first, ..region })?;
                first
            }
            None if is_free_below_stack(addresses, hint, pages) => {
                addresses.insert(Region { first: hint, ..region })?;
                hint
            }
            None => addresses.insert_anywhere(region)?,
        };
        Ok(first * PAGE_SIZE)
    })
}

/// The old `mmap`: its arguments as six words in memory, the offset in bytes.
pub fn mmap(arguments: u32) -> Result<u32> {
    let mut words = [0; 6];
    for (place, word) in (0..).step_by(4).zip(&mut words) {
        *word = user::read_u32(arguments.checked_add(place).ok_or(Errno::FAULT)?)?;
    }
    let [address, length, protection, flags, descriptor, offset] = words;
    if !offset.is_multiple_of(PAGE_SIZE) {
        return Err(Errno::INVAL);
    }
    mmap2(address, length, protection, flags, descriptor, offset / PAGE_SIZE)
}

/// How many pages `length` bytes are.
///
/// # Errors
/// EINVAL for 0, ENOMEM for more than there are addresses.
fn pages_in(length: u32) -> Result<u32> {
    match length {
        0 => Err(Errno::INVAL),
        1..=USER_END => Ok(length.div_ceil(PAGE_SIZE)),
        _ => Err(Errno::NOMEM),
    }
}

/// The page at which MAP_FIXED wants `pages` pages to begin.
///
/// # Errors
/// ENOMEM when a program cannot have all of them, EINVAL when `address` is none's beginning.
fn fixed_place(address: u32, pages: u32) -> Result<u32> {
    let (first, last) = (address / PAGE_SIZE, USER_PAGES.end - pages);
    if first > last || (first == last && !address.is_multiple_of(PAGE_SIZE)) {
        return Err(Errno::NOMEM);
    }
    if !address.is_multiple_of(PAGE_SIZE) {
        return Err(Errno::INVAL);
    }
    if first < USER_PAGES.start { Err(Errno::NOMEM) } else { Ok(first) }
}

fn is_taken(place: Option<u32>, pages: u32) -> Result<bool> {
    let Some(first) = place else { return Ok(false) };
    running_thread().with_addresses(|addresses| Ok(addresses.is_any_taken(first..first + pages)))
}

/// Says whether a mapping that may go anywhere may go to `hint`.
fn is_free_below_stack(addresses: &UserAddresses, hint: u32, pages: u32) -> bool {
    // As in the search: a page stays free below the stack.
    let end = STACK_BOTTOM / PAGE_SIZE - 1;
    hint >= USER_PAGES.start && hint + pages <= end && !addresses.is_any_taken(hint..hint + pages)
}

fn protection_of(protection: u32) -> Protection {
    // The bits are the same; what else may be asked for means nothing here.
    Protection::from_bits_truncate(protection as u8)
}

/// # Errors
/// EINVAL for a mapping that is neither shared nor private, or is shared and grows; EOPNOTSUPP for flags that
/// MAP_SHARED_VALIDATE does not let pass.
fn traits_of(flags: u32) -> Result<Traits> {
    let kind = flags & nr::MAP_TYPE;
    if kind == nr::MAP_SHARED_VALIDATE && flags & !FLAGS_KNOWN != 0 {
        return Err(Errno::OPNOTSUPP);
    }
    let mut traits = match kind {
        nr::MAP_PRIVATE => Traits::empty(),
        // What is validated is a file's: without one the kind is unknown.
        nr::MAP_SHARED_VALIDATE if flags & nr::MAP_ANONYMOUS != 0 => return Err(Errno::INVAL),
        nr::MAP_SHARED | nr::MAP_SHARED_VALIDATE if flags & nr::MAP_GROWSDOWN == 0 => Traits::SHARED,
        _ => return Err(Errno::INVAL),
    };
    traits.set(Traits::NO_RESERVE, flags & nr::MAP_NORESERVE != 0);
    Ok(traits)
}

/// Checks that a file opened for `access` may be mapped as `region` says.
///
/// # Errors
/// EACCES.
fn check_access(access: Access, region: &mut Region) -> Result<()> {
    if region.is_shared() && !access.contains(Access::WRITE) {
        if region.is_writable() {
            return Err(Errno::ACCES);
        }
        region.traits |= Traits::NEVER_WRITABLE;
    }
    if access.contains(Access::READ) { Ok(()) } else { Err(Errno::ACCES) }
}

/// Says whether memory is promised by `region`: see user_pages.rs.
pub(super) fn is_promise(region: &Region) -> bool {
    region.is_writable() && !region.is_shared() && !region.traits.contains(Traits::NO_RESERVE)
}

/// `man 2 munmap`. Where nothing is mapped, nothing happens.
pub fn munmap(address: u32, length: u32) -> Result<u32> {
    if !address.is_multiple_of(PAGE_SIZE) || length == 0 || address > USER_END || length > USER_END - address {
        return Err(Errno::INVAL);
    }
    let pages = clipped(address, length.div_ceil(PAGE_SIZE));
    if !pages.is_empty() {
        running_thread().with_addresses(|addresses| unmap(addresses, pages))?;
    }
    Ok(0)
}

/// Those of `count` pages from `address` on that a program may have.
pub(super) fn clipped(address: u32, count: u32) -> Range<u32> {
    let first = address / PAGE_SIZE;
    first.max(USER_PAGES.start)..(first + count).min(USER_PAGES.end)
}

pub(super) fn unmap(addresses: &mut UserAddresses, pages: Range<u32>) -> Result<()> {
    mfree_page(addresses, page_at(pages.start), pages.len() as u32)
}

/// `man 2 mprotect`. As on Linux, what lies before a gap has been changed when the gap is ENOMEM.
pub fn mprotect(address: u32, length: u32, protection: u32) -> Result<u32> {
    const GROWS: u32 = nr::PROT_GROWSDOWN | nr::PROT_GROWSUP;
    if protection & GROWS == GROWS || !address.is_multiple_of(PAGE_SIZE) {
        return Err(Errno::INVAL);
    }
    if length == 0 {
        return Ok(0);
    }
    let length = length.checked_next_multiple_of(PAGE_SIZE).ok_or(Errno::NOMEM)?;
    address.checked_add(length).ok_or(Errno::NOMEM)?;
    if protection & !(PROT_KNOWN | GROWS) != 0 {
        return Err(Errno::INVAL);
    }
    let protection = protection_of(protection);
    let end = (address + length) / PAGE_SIZE;
    running_thread().with_addresses(|addresses| {
        let mut next = address / PAGE_SIZE;
        while next < end {
            let region = addresses.find(next).ok_or(Errno::NOMEM)?;
            let pages = next..region.end().min(end);
            let changed = Region { protection, ..region.cut_to(&pages) };
            if changed.is_writable() && changed.traits.contains(Traits::NEVER_WRITABLE) {
                return Err(Errno::ACCES);
            }
            if is_promise(&changed) && !is_promise(region) {
                check_promise(changed.count)?;
            }
            addresses.protect(pages.clone(), protection)?;
            page_changes::protect(page_at(pages.start), page_at(pages.end), protection);
            next = pages.end;
        }
        Ok(0)
    })
}
