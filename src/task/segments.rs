//! A program file's segments become regions: nothing is read before the program touches it.
//!
//! A page that the file and the memory have alike is mapped from the file; what lies beyond the file's part is
//! ordinary memory. Some pages are neither: one that two segments share, one at which the file's part ends and zeros
//! begin (X8), and those of a segment that does not lie in memory as it does in the file. They are put together here
//! and are the program's own from the beginning. Book: chapter 15, `segment_load`.

use super::elf::{Access, Image, Segment};
use crate::arch::interrupt;
use crate::arch::paging::{Flags, PAGE_SIZE};
use crate::errno::{Errno, Result};
use crate::mm::file_page::PageSource;
use crate::mm::page_changes;
use crate::mm::region::{Protection, Traits};
use crate::mm::user;
use crate::mm::user_addresses::{Backing, Region, UserAddresses, page_at};
use crate::mm::user_pages::{check_promise, get_a_page};
use crate::trace::tracepoint;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ops::Range;

/// Maps the segments of `image`, which is `file`'s, into the address space in use, which has nothing yet.
///
/// # Errors
/// ENOMEM; what reading the file gives.
pub fn map(image: &Image, file: &Arc<dyn PageSource>, addresses: &mut UserAddresses) -> Result<()> {
    for segment in image.segments() {
        map_segment(image, &segment, file, addresses)?;
    }
    Ok(())
}

fn map_segment(
    image: &Image,
    segment: &Segment,
    file: &Arc<dyn PageSource>,
    addresses: &mut UserAddresses,
) -> Result<()> {
    tracepoint!(exec::segment(
        segment.memory.start,
        segment.memory.len() as u32,
        segment.file.len() as u32,
        segment.access.bits(),
    ));
    let Layout { from_file, zeros, made } = Layout::of(image, segment);
    if segment.access.contains(Access::WRITE) {
        check_promise(from_file.len() as u32 + zeros.len() as u32)?;
    }
    for number in made.into_iter().flatten().flatten() {
        // The segment before may have the page too, and made it.
        if !addresses.is_taken(page_at(number)) {
            make_page(image, number, file, addresses)?;
        }
    }
    // Where the segment's first page begins in the file; the layout has pages of the file only if that is a page's
    // beginning too.
    let (start, offset) = (segment.memory.start, segment.file.start as u32);
    let backing = |first: u32| Backing::File {
        source: file.clone(),
        index: (offset / PAGE_SIZE).wrapping_add(first - start / PAGE_SIZE),
    };
    let protection = protection_of(segment.access);
    for (pages, backing) in [(from_file.clone(), backing(from_file.start)), (zeros, Backing::Anonymous)] {
        if !pages.is_empty() {
            let (first, count) = (pages.start, pages.len() as u32);
            addresses.insert(Region { first, count, protection, traits: Traits::empty(), backing })?;
        }
    }
    Ok(())
}

/// What becomes of a segment's pages, by number.
struct Layout {
    /// Mapped from the file.
    from_file: Range<u32>,
    /// Zeros, on demand.
    zeros: Range<u32>,
    /// To be made of several pieces: up to two pages, or all that have a part of the file.
    made: [Option<Range<u32>>; 3],
}

impl Layout {
    fn of(image: &Image, segment: &Segment) -> Self {
        let pages = segment.pages();
        let (first, end) = (pages.start / PAGE_SIZE, pages.end / PAGE_SIZE);
        let file_end = segment.memory.start + segment.file.len() as u32;
        let split = if segment.file.is_empty() { first } else { file_end.div_ceil(PAGE_SIZE) };
        let mut layout = Self { from_file: first..split, zeros: split..end, made: [None, None, None] };

        let is_congruent = segment.memory.start % PAGE_SIZE == segment.file.start as u32 % PAGE_SIZE;
        if !is_congruent {
            layout.made[0] = Some(layout.from_file.clone());
            layout.from_file.start = split;
        }
        let ends_within_page = file_end < segment.memory.end && !file_end.is_multiple_of(PAGE_SIZE);
        if ends_within_page && !layout.from_file.is_empty() {
            layout.from_file.end -= 1;
            layout.made[0] = Some(split - 1..split);
        }
        let is_shared = |number: u32| {
            let touches = |other: &Segment| other.pages().contains(&(number * PAGE_SIZE));
            image.segments().filter(touches).count() > 1
        };
        if is_shared(first) {
            layout.from_file.start = layout.from_file.start.max(first + 1);
            layout.zeros.start = layout.zeros.start.max(first + 1);
            layout.made[1] = Some(first..first + 1);
        }
        if is_shared(end - 1) {
            layout.from_file.end = layout.from_file.end.min(end - 1);
            layout.zeros.end = layout.zeros.end.min(end - 1);
            layout.made[2] = Some(end - 1..end);
        }
        layout
    }
}

/// Makes the program's page with that number: of the file what each segment has there, and zeros.
fn make_page(image: &Image, number: u32, file: &Arc<dyn PageSource>, addresses: &mut UserAddresses) -> Result<()> {
    let start = number * PAGE_SIZE;
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(PAGE_SIZE as usize).map_err(|_| Errno::NOMEM)?;
    bytes.resize(PAGE_SIZE as usize, 0);
    for segment in image.segments() {
        let Segment { memory, file: part, .. } = segment;
        let (from, to) = (memory.start.max(start), (memory.start + part.len() as u32).min(start + PAGE_SIZE));
        if from < to {
            let offset = part.start as u64 + u64::from(from - memory.start);
            file.read_at(offset, &mut bytes[(from - start) as usize..(to - start) as usize])?;
        }
    }
    let page = page_at(number);
    let protection = protection_of(image.page_access(start));
    addresses.insert(Region {
        first: number,
        count: 1,
        protection,
        traits: Traits::empty(),
        backing: Backing::Anonymous,
    })?;
    get_a_page(page, Flags::USER_DATA)?;
    user::copy_to_user(start, &bytes)?;
    page_changes::protect(page, page.add(1), protection);
    interrupt::window();
    Ok(())
}

/// What `p_flags` means for a program's pages.
fn protection_of(access: Access) -> Protection {
    let mut protection = Protection::empty();
    protection.set(Protection::READ, access.contains(Access::READ));
    protection.set(Protection::WRITE, access.contains(Access::WRITE));
    protection.set(Protection::EXECUTE, access.contains(Access::EXECUTE));
    protection
}
