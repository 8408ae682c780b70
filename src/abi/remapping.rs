//! mremap: a mapping grows, shrinks, or goes elsewhere, with what is in it.
//!
//! `man 2 mremap`. MREMAP_DONTUNMAP is EINVAL, as before Linux 5.7.

use super::mapping::{USER_PAGES, clipped, is_promise, unmap};
use crate::arch::paging::PAGE_SIZE;
use crate::errno::{Errno, Result};
use crate::mm::page_changes;
use crate::mm::user_addresses::{Backing, Region, UserAddresses, page_at};
use crate::mm::user_pages::check_promise;
use crate::task::task_ref::running_thread;
use core::ops::Range;
use linux_raw_sys::general::{MREMAP_FIXED, MREMAP_MAYMOVE};

/// `man 2 mremap`.
pub fn mremap(old: u32, old_length: u32, new_length: u32, flags: u32, new: u32) -> Result<u32> {
    let is_fixed = flags & MREMAP_FIXED != 0;
    let may_move = flags & MREMAP_MAYMOVE != 0;
    let is_known = flags & !(MREMAP_FIXED | MREMAP_MAYMOVE) == 0;
    if !is_known || (is_fixed && !may_move) || !old.is_multiple_of(PAGE_SIZE) {
        return Err(Errno::INVAL);
    }
    // Lengths that wrap around when they are rounded up become 0, as on Linux.
    let round_up = |length: u32| length.checked_next_multiple_of(PAGE_SIZE).unwrap_or(0) / PAGE_SIZE;
    let (first, old_count, new_count) = (old / PAGE_SIZE, round_up(old_length), round_up(new_length));
    // What would be given back must be addresses; numbers of pages cannot overflow, addresses can.
    let shrinks_beyond_all = new_count < old_count && first + old_count > USER_PAGES.end;
    if new_count == 0 || shrinks_beyond_all {
        return Err(Errno::INVAL);
    }
    running_thread().with_addresses(|addresses| {
        addresses.find(first).ok_or(Errno::FAULT)?;
        let place = if is_fixed { Some(fixed_target(first, old_count, new, new_count)?) } else { None };
        if let Some(place) = place {
            unmap(addresses, place..place + new_count)?;
        }
        if new_count < old_count {
            if old_count > USER_PAGES.end || first > USER_PAGES.end - old_count {
                return Err(Errno::INVAL);
            }
            let surplus = clipped((first + new_count) * PAGE_SIZE, old_count - new_count);
            if !surplus.is_empty() {
                unmap(addresses, surplus)?;
            }
        }
        if place.is_none() && new_count <= old_count {
            return Ok(old);
        }
        let view = View::of(addresses, first..first + old_count.min(new_count), new_count)?;
        match place {
            None if view.may_be_extended(addresses) => view.extend(addresses),
            None if may_move => {
                let place = addresses.reserve(new_count)?;
                let moved = view.put_at(place, addresses);
                moved.inspect_err(|_| addresses.unreserve(place..place + new_count))
            }
            None => Err(Errno::NOMEM),
            Some(place) => view.put_at(place, addresses),
        }
    })
}

/// Where MREMAP_FIXED wants `new_count` pages.
///
/// # Errors
/// EINVAL when that cannot be, or is where the old ones are; ENOMEM for addresses that no program has.
fn fixed_target(first: u32, old_count: u32, new: u32, new_count: u32) -> Result<u32> {
    let place = new / PAGE_SIZE;
    if !new.is_multiple_of(PAGE_SIZE) || new_count > USER_PAGES.end || place > USER_PAGES.end - new_count {
        return Err(Errno::INVAL);
    }
    if first + old_count > place && place + new_count > first {
        return Err(Errno::INVAL);
    }
    if place < USER_PAGES.start { Err(Errno::NOMEM) } else { Ok(place) }
}

/// A part of a region that is to have another size or place.
struct View {
    /// The region around it.
    region: Region,
    /// The part; empty for a second view of a shared region, which begins at `old.start`.
    old: Range<u32>,
    /// How many pages it is to have, not fewer than it has.
    count: u32,
}

impl View {
    /// # Errors
    /// EFAULT when `old` does not lie in one region, EINVAL when it is empty and not shared or ends beyond what a file
    /// can have, ENOMEM when so much more cannot be promised.
    fn of(addresses: &UserAddresses, old: Range<u32>, count: u32) -> Result<Self> {
        let region = addresses.find(old.start).ok_or(Errno::FAULT)?.clone();
        if old.is_empty() && !region.is_shared() {
            return Err(Errno::INVAL);
        }
        if old.end > region.end() {
            return Err(Errno::FAULT);
        }
        if let Backing::File { index, .. } = region.backing {
            index.wrapping_add(old.start - region.first).checked_add(count).ok_or(Errno::INVAL)?;
        }
        if is_promise(&region) {
            check_promise(count - old.len() as u32)?;
        }
        Ok(Self { region, old, count })
    }

    /// Says whether there is room behind it, where its region ends too.
    fn may_be_extended(&self, addresses: &UserAddresses) -> bool {
        let end = self.old.start + self.count;
        self.old.end == self.region.end() && end <= USER_PAGES.end && !addresses.is_any_taken(self.old.end..end)
    }

    /// Makes it as large as it is to be, where it is.
    fn extend(self, addresses: &mut UserAddresses) -> Result<u32> {
        let mut added = self.region.cut_to(&(self.old.end - 1..self.old.end));
        if let Backing::File { index, .. } = &mut added.backing {
            *index = index.wrapping_add(1);
        }
        let count = self.count - self.old.len() as u32;
        addresses.insert(Region { first: self.old.end, count, ..added })?;
        Ok(self.old.start * PAGE_SIZE)
    }

    /// Makes it as large as it is to be at page `place`, where no region is.
    fn put_at(self, place: u32, addresses: &mut UserAddresses) -> Result<u32> {
        let (from, to, moved) = (page_at(self.old.start), page_at(place), self.old.len() as u32);
        let begin = self.region.cut_to(&(self.old.start..self.old.start + 1));
        page_changes::prepare_move(from, to, moved)?;
        let result = addresses.insert(Region { first: place, count: self.count, ..begin }).and_then(|()| {
            // Taking out what was just added needs no more room than there was before.
            addresses.remove(self.old.clone()).inspect_err(|_| _ = addresses.remove(place..place + self.count))
        });
        match result {
            Ok(()) => page_changes::relocate(from, to, moved),
            Err(_) => page_changes::remove_empty_tables(to, to.add(moved)),
        }
        result.map(|()| place * PAGE_SIZE)
    }
}
