//! A program's regions: a sorted list, which says what each of its addresses means.
//!
//! Neighbours that go on in the same way are one region. Whatever needs room in the list takes it before anything
//! changes, so an error leaves the list as it was.

use super::region::{Protection, Region, Source};
use crate::errno::{Errno, Result};
use alloc::vec::Vec;
use core::ops::Range;

/// The most regions of one program: a bound for the kernel memory that it can make us use. Linux's is 65,530.
pub const MOST_REGIONS: usize = 8192;

/// A program's regions.
///
/// # Invariants
/// Sorted by `first`, not empty, apart from each other; no two neighbours could be one.
pub struct Regions<S>(Vec<Region<S>>);

impl<S: Source> Regions<S> {
    /// None.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// A list of the same regions, for a child.
    ///
    /// # Errors
    /// ENOMEM.
    pub fn copy(&self) -> Result<Self> {
        let mut copy = Vec::new();
        copy.try_reserve_exact(self.0.len()).map_err(|_| Errno::NOMEM)?;
        copy.extend(self.0.iter().cloned());
        Ok(Self(copy))
    }

    /// All of them, from low to high addresses.
    pub fn iter(&self) -> impl Iterator<Item = &Region<S>> {
        self.0.iter()
    }

    /// The place of the first region that ends above `page`.
    fn place(&self, page: u32) -> usize {
        self.0.partition_point(|region| region.end() <= page)
    }

    /// The region in which `page` lies.
    pub fn find(&self, page: u32) -> Option<&Region<S>> {
        self.at_or_above(page).filter(|region| region.first <= page)
    }

    /// The region in which `page` lies, or the first above it.
    pub fn at_or_above(&self, page: u32) -> Option<&Region<S>> {
        self.0.get(self.place(page))
    }

    /// Says whether every one of `pages` lies in a region.
    pub fn cover(&self, pages: Range<u32>) -> bool {
        let mut next = pages.start;
        while next < pages.end {
            match self.find(next) {
                Some(region) => next = region.end(),
                None => return false,
            }
        }
        true
    }

    /// Says whether `room` more regions may be, and makes room for them.
    ///
    /// # Errors
    /// ENOMEM.
    fn reserve(&mut self, room: usize) -> Result<()> {
        if self.0.len() + room > MOST_REGIONS {
            return Err(Errno::NOMEM);
        }
        self.0.try_reserve(room).map_err(|_| Errno::NOMEM)
    }

    /// Adds `region`, whose pages lie in no other.
    ///
    /// # Errors
    /// ENOMEM; nothing has changed then.
    ///
    /// # Panics
    /// When it is empty or overlaps another.
    pub fn insert(&mut self, region: Region<S>) -> Result<()> {
        let place = self.place(region.first);
        assert!(region.count > 0 && self.0.get(place).is_none_or(|next| region.end() <= next.first));
        let joins_before = place > 0 && self.0[place - 1].goes_on_as(&region);
        let joins_after = self.0.get(place).is_some_and(|next| region.goes_on_as(next));
        match (joins_before, joins_after) {
            (true, true) => {
                let next = self.0.remove(place);
                self.0[place - 1].count += region.count + next.count;
            }
            (true, false) => self.0[place - 1].count += region.count,
            (false, true) => {
                let next = &mut self.0[place];
                *next = Region { count: region.count + next.count, ..region };
            }
            (false, false) => {
                self.reserve(1)?;
                self.0.insert(place, region);
            }
        }
        Ok(())
    }

    /// Makes room for taking `pages` out of all regions and adding one there, so that neither can fail.
    ///
    /// # Errors
    /// ENOMEM; nothing has changed then.
    pub fn make_room_to_replace(&mut self, pages: &Range<u32>) -> Result<()> {
        let is_inside = |region: &&Region<S>| region.first < pages.end && region.end() > pages.start;
        let goes = self.0.iter().filter(is_inside).count();
        // As many at first, when what lies across an end has been parted; and in the end.
        let parted = self.0.len() + self.cuts(pages);
        let replaced = self.0.len() - goes + self.cuts(pages) + 1;
        if parted.max(replaced) > MOST_REGIONS {
            return Err(Errno::NOMEM);
        }
        // At the most: one region becomes two, and there is the new one.
        self.0.try_reserve(2).map_err(|_| Errno::NOMEM)
    }

    /// How many of the two ends of `pages` lie within a region, which they part in two.
    fn cuts(&self, pages: &Range<u32>) -> usize {
        let is_cut = |page: u32| self.find(page).is_some_and(|region| region.first < page);
        usize::from(is_cut(pages.start)) + usize::from(is_cut(pages.end))
    }

    /// Cuts regions in two where `pages` begin and end, so that none lies across; returns the places of those inside.
    ///
    /// # Errors
    /// ENOMEM; nothing has changed then.
    fn split_around(&mut self, pages: &Range<u32>) -> Result<Range<usize>> {
        self.reserve(self.cuts(pages))?;
        self.split_at(pages.start);
        self.split_at(pages.end);
        Ok(self.place(pages.start)..self.0.partition_point(|region| region.first < pages.end))
    }

    /// Cuts the region across `page`, if there is one, in two; there is room for one more.
    fn split_at(&mut self, page: u32) {
        let place = self.place(page);
        let Some(region) = self.0.get(place).filter(|region| region.first < page) else { return };
        let lower = region.cut_to(&(region.first..page));
        let upper = region.cut_to(&(page..region.end()));
        self.0[place] = upper;
        self.0.insert(place, lower);
    }

    /// Takes `pages` out of all regions.
    ///
    /// # Errors
    /// ENOMEM when a region is to become two and there is no room; nothing has changed then.
    pub fn remove(&mut self, pages: Range<u32>) -> Result<()> {
        // Not even a split: its two halves would go on alike.
        if pages.is_empty() {
            return Ok(());
        }
        let inside = self.split_around(&pages)?;
        self.0.drain(inside);
        Ok(())
    }

    /// Changes all regions in `pages` by `change`, which leaves `first` and `count` alone.
    ///
    /// # Errors
    /// ENOMEM; nothing has changed then.
    fn change(&mut self, pages: Range<u32>, change: impl Fn(&mut Region<S>)) -> Result<()> {
        let inside = self.split_around(&pages)?;
        self.0[inside].iter_mut().for_each(change);
        self.join();
        Ok(())
    }

    /// Joins neighbours that have become alike. Once through the list, however many they are.
    fn join(&mut self) {
        self.0.dedup_by(|next, before| {
            let goes_on = before.goes_on_as(next);
            before.count += if goes_on { next.count } else { 0 };
            goes_on
        });
    }

    /// Lets the program do in `pages` what `protection` says, wherever there is a region.
    ///
    /// # Errors
    /// ENOMEM; nothing has changed then.
    pub fn protect(&mut self, pages: Range<u32>, protection: Protection) -> Result<()> {
        self.change(pages, |region| region.protection = protection)
    }

    /// Extends the region that begins at `first` down to `new`; the pages between lie in no region.
    pub fn grow_down(&mut self, first: u32, new: u32) {
        let place = self.place(first);
        if let Some(region) = self.0.get_mut(place).filter(|region| region.first == first) {
            region.count += first - new;
            region.first = new;
            // It may have come to what a hole had parted from it.
            self.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::region::{Backing, Traits};
    use super::*;

    impl Source for char {
        fn is_same(&self, other: &Self) -> bool {
            self == other
        }
    }

    const READ: Protection = Protection::READ;
    const BOTH: Protection = Protection::READ.union(Protection::WRITE);

    fn zeros(first: u32, count: u32) -> Region<char> {
        Region { first, count, protection: BOTH, traits: Traits::empty(), backing: Backing::Anonymous }
    }

    fn file(first: u32, count: u32, source: char, index: u32) -> Region<char> {
        Region { backing: Backing::File { source, index }, ..zeros(first, count) }
    }

    fn list(regions: &[Region<char>]) -> Regions<char> {
        let mut list = Regions::new();
        regions.iter().for_each(|region| list.insert(region.clone()).unwrap());
        list
    }

    /// First page, count, and the file's page or 0.
    fn shape(list: &Regions<char>) -> Vec<(u32, u32, u32)> {
        let index = |region: &Region<char>| match region.backing {
            Backing::Anonymous => 0,
            Backing::File { index, .. } => index,
        };
        list.iter().map(|region| (region.first, region.count, index(region))).collect()
    }

    #[test]
    fn neighbours_that_go_on_alike_are_one() {
        assert_eq!(shape(&list(&[zeros(10, 2), zeros(14, 2), zeros(12, 2)])), [(10, 6, 0)]);
        assert_eq!(shape(&list(&[file(10, 2, 'a', 5), file(12, 1, 'a', 7)])), [(10, 3, 5)]);
        let apart = [
            (file(10, 2, 'a', 5), file(12, 1, 'b', 7)),
            (file(10, 2, 'a', 5), file(12, 1, 'a', 6)),
            (zeros(10, 2), file(12, 1, 'a', 0)),
            (zeros(10, 2), Region { protection: READ, ..zeros(12, 1) }),
            (zeros(10, 2), Region { traits: Traits::SHARED, ..zeros(12, 1) }),
            (zeros(10, 2), zeros(13, 1)),
        ];
        for (one, other) in apart {
            assert_eq!(shape(&list(&[one, other])).len(), 2);
        }
    }

    #[test]
    fn a_page_is_found_in_its_region_only() {
        let list = list(&[zeros(10, 5), zeros(20, 5)]);
        for (page, found) in [(9, None), (10, Some(10)), (14, Some(10)), (15, None), (24, Some(20)), (25, None)] {
            assert_eq!(list.find(page).map(|region| region.first), found, "page {page}");
        }
        assert_eq!(list.at_or_above(15).map(|region| region.first), Some(20));
        assert!(list.cover(10..15) && list.cover(12..12) && !list.cover(10..16) && !list.cover(14..21));
    }

    #[test]
    fn removing_the_middle_leaves_both_ends_with_their_pages_of_the_file() {
        let mut list = list(&[file(10, 10, 'a', 100)]);
        list.remove(13..16).unwrap();
        assert_eq!(shape(&list), [(10, 3, 100), (16, 4, 106)]);
        list.remove(0..11).unwrap();
        list.remove(19..30).unwrap();
        assert_eq!(shape(&list), [(11, 2, 101), (16, 3, 106)]);
        list.remove(13..16).unwrap();
        list.remove(0..100).unwrap();
        assert!(shape(&list).is_empty());
    }

    #[test]
    fn protecting_splits_and_protecting_back_joins() {
        let mut list = list(&[file(10, 10, 'a', 0), zeros(20, 5)]);
        list.protect(12..15, READ).unwrap();
        assert_eq!(shape(&list), [(10, 2, 0), (12, 3, 2), (15, 5, 5), (20, 5, 0)]);
        assert_eq!(list.find(13).unwrap().protection, READ);
        list.protect(18..22, READ).unwrap();
        assert_eq!(shape(&list).len(), 6);
        list.protect(0..100, BOTH).unwrap();
        assert_eq!(shape(&list), [(10, 10, 0), (20, 5, 0)]);
    }

    #[test]
    fn a_full_list_refuses_and_keeps_what_it_has() {
        let mut list: Regions<char> = Regions::new();
        for index in 0..MOST_REGIONS as u32 - 1 {
            list.insert(zeros(index * 10, 5)).unwrap();
        }
        let before = shape(&list);
        assert_eq!(list.remove(1..2), Err(Errno::NOMEM));
        assert_eq!(list.protect(1..2, READ), Err(Errno::NOMEM));
        assert_eq!(shape(&list), before);
        list.insert(zeros(900_000, 1)).unwrap();
        assert_eq!(list.insert(zeros(900_002, 1)), Err(Errno::NOMEM));
        list.insert(zeros(900_001, 1)).unwrap();
        // What needs no room is possible.
        list.remove(0..5).unwrap();
        assert_eq!(list.iter().count(), MOST_REGIONS - 1);
    }

    #[test]
    fn a_stack_grows_down() {
        let mut list = list(&[zeros(100, 5)]);
        list.grow_down(100, 90);
        assert_eq!(shape(&list), [(90, 15, 0)]);
    }

    #[test]
    fn a_stack_that_grows_over_a_hole_is_one_again() {
        let mut list = list(&[zeros(100, 5)]);
        list.remove(101..103).unwrap();
        list.grow_down(103, 101);
        assert_eq!(shape(&list), [(100, 5, 0)]);
    }

    #[test]
    fn removing_nothing_changes_nothing() {
        let mut list = list(&[zeros(10, 10)]);
        list.remove(15..15).unwrap();
        assert_eq!(shape(&list), [(10, 10, 0)]);
    }

    #[test]
    fn what_there_is_no_room_to_replace_stays() {
        let mut list: Regions<char> = Regions::new();
        (0..MOST_REGIONS as u32 - 1).for_each(|index| list.insert(zeros(index * 10, 5)).unwrap());
        // In two by the new one: one too many. Alone at its end, or in its place, it is not.
        assert_eq!(list.make_room_to_replace(&(2..3)), Err(Errno::NOMEM));
        for pages in [20..33, 4..5, 10..15] {
            list.make_room_to_replace(&pages).unwrap();
            list.remove(pages.clone()).unwrap();
            list.insert(file(pages.start, pages.end - pages.start, 'a', 0)).unwrap();
        }
    }

    #[test]
    fn random_changes_agree_with_a_plain_array() {
        const PAGES: u32 = 64;
        let mut plain = [None; PAGES as usize];
        let mut list: Regions<char> = Regions::new();
        let mut state = 12345u32;
        let mut random = |below: u32| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) % below
        };
        for _ in 0..20_000 {
            let first = random(PAGES - 1);
            let count = 1 + random((PAGES - first).min(12));
            let pages = first..first + count;
            let slots = first as usize..(first + count) as usize;
            match random(3) {
                0 => {
                    list.remove(pages).unwrap();
                    plain[slots].fill(None);
                }
                1 => {
                    let protection = if random(2) == 0 { READ } else { BOTH };
                    list.protect(pages, protection).unwrap();
                    plain[slots].iter_mut().flatten().for_each(|(_, has)| *has = protection);
                }
                _ if plain[slots.clone()].iter().all(Option::is_none) => {
                    // The file's page is the address's, so that neighbours can join.
                    list.insert(file(first, count, 'f', first)).unwrap();
                    slots.for_each(|slot| plain[slot] = Some((slot as u32, BOTH)));
                }
                _ => {}
            }
            for page in 0..PAGES {
                let found = list.find(page).map(|region| match region.backing {
                    Backing::File { index, .. } => (index + page - region.first, region.protection),
                    Backing::Anonymous => unreachable!(),
                });
                assert_eq!(found, plain[page as usize], "page {page}");
            }
            let regions: Vec<_> = list.iter().collect();
            assert!(regions.windows(2).all(|pair| pair[0].end() <= pair[1].first && !pair[0].goes_on_as(pair[1])));
        }
    }
}
