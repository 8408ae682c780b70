//! Which physical memory is free at boot: what is usable, less what is in use already.
//!
//! Pure arithmetic on ranges, so that odd memory maps can be tried on the host: holes, overlaps,
//! regions that are no whole pages, modules anywhere.

use arrayvec::ArrayVec;

/// Bytes in a page.
const PAGE: u32 = 4096;
/// How many free ranges are kept; a PC has a handful.
pub const MAX_RANGES: usize = 32;

/// A range of physical bytes: first, and one past the last.
pub type Bytes = (u32, u32);

/// Free ranges, sorted, apart from each other, of whole pages.
pub type FreeRanges = ArrayVec<Bytes, MAX_RANGES>;

/// What of `usable` lies at or above `lowest` and not in `reserved`, in whole pages: `usable`
/// rounded inwards, `reserved` outwards. What does not fit the list is left out.
pub fn free_ranges(usable: impl Iterator<Item = Bytes>, reserved: &[Bytes], lowest: u32) -> FreeRanges {
    let mut free = FreeRanges::new();
    for (start, end) in usable {
        let start = round_up(start.max(lowest));
        insert(&mut free, (start, end / PAGE * PAGE));
    }
    for &(start, end) in reserved {
        remove(&mut free, (start / PAGE * PAGE, round_up(end)));
    }
    free
}

/// Pages in all of `ranges`.
pub fn count_pages(ranges: &[Bytes]) -> u32 {
    ranges.iter().map(|(start, end)| (end - start) / PAGE).sum()
}

/// The address below which `count` pages of `ranges` lie, or the end of the last range.
pub fn split_after(ranges: &[Bytes], count: u32) -> u32 {
    let mut left = count;
    for &(start, end) in ranges {
        let pages = (end - start) / PAGE;
        if left <= pages {
            return start + left * PAGE;
        }
        left -= pages;
    }
    ranges.last().map_or(0, |range| range.1)
}

fn round_up(address: u32) -> u32 {
    address.checked_next_multiple_of(PAGE).unwrap_or(u32::MAX / PAGE * PAGE)
}

/// Adds a range in order; one that overlaps others is merged with them.
fn insert(free: &mut FreeRanges, (mut start, mut end): Bytes) {
    if start >= end {
        return;
    }
    free.retain(|&mut (other_start, other_end)| {
        let apart = other_end < start || end < other_start;
        if !apart {
            start = start.min(other_start);
            end = end.max(other_end);
        }
        apart
    });
    let place = free.iter().position(|range| range.0 > start).unwrap_or(free.len());
    // A full list loses the range: memory stays unused, nothing breaks.
    let _ = free.try_insert(place, (start, end));
}

/// Cuts a range out of all others.
fn remove(free: &mut FreeRanges, (start, end): Bytes) {
    let mut rest = FreeRanges::new();
    for &(other_start, other_end) in free.iter() {
        let below = (other_start, other_end.min(start));
        let above = (other_start.max(end), other_end);
        for piece in [below, above] {
            if piece.0 < piece.1 && start < end {
                let _ = rest.try_push(piece);
            }
        }
        if start >= end {
            let _ = rest.try_push((other_start, other_end));
        }
    }
    *free = rest;
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: u32 = 1 << 20;

    fn free(usable: &[Bytes], reserved: &[Bytes]) -> Vec<Bytes> {
        free_ranges(usable.iter().copied(), reserved, MIB).to_vec()
    }

    #[test]
    fn low_memory_is_left_alone() {
        assert_eq!(free(&[(0, 0x9fc00), (MIB, 16 * MIB)], &[]), [(MIB, 16 * MIB)]);
    }

    #[test]
    fn a_reserved_range_is_cut_out_in_whole_pages() {
        let ranges = free(&[(MIB, 8 * MIB)], &[(2 * MIB + 1, 3 * MIB - 1)]);
        assert_eq!(ranges, [(MIB, 2 * MIB), (3 * MIB, 8 * MIB)]);
    }

    #[test]
    fn an_empty_reserved_range_takes_nothing() {
        assert_eq!(free(&[(MIB, 8 * MIB)], &[(2 * MIB, 2 * MIB)]), [(MIB, 8 * MIB)]);
    }

    #[test]
    fn overlapping_and_unsorted_regions_are_merged() {
        let usable = [(6 * MIB, 8 * MIB), (MIB, 3 * MIB), (2 * MIB, 4 * MIB)];
        assert_eq!(free(&usable, &[]), [(MIB, 4 * MIB), (6 * MIB, 8 * MIB)]);
    }

    #[test]
    fn regions_are_rounded_inwards() {
        assert_eq!(free(&[(MIB + 1, MIB + 3 * PAGE - 1)], &[]), [(MIB + PAGE, MIB + 2 * PAGE)]);
        assert_eq!(free(&[(MIB + 1, MIB + PAGE)], &[]), []);
    }

    #[test]
    fn the_end_of_the_address_space_is_no_trouble() {
        let ranges = free(&[(3 << 30, u32::MAX / PAGE * PAGE)], &[(0xffff_f000, u32::MAX)]);
        assert_eq!(ranges, [(3 << 30, 0xffff_f000)]);
    }

    #[test]
    fn half_of_memory_is_found_across_a_hole() {
        let ranges = [(MIB, 2 * MIB), (8 * MIB, 11 * MIB)];
        assert_eq!(count_pages(&ranges), 1024);
        assert_eq!(split_after(&ranges, 512), 9 * MIB);
        assert_eq!(split_after(&ranges, 256), 2 * MIB);
        assert_eq!(split_after(&ranges, 5000), 11 * MIB);
    }
}
