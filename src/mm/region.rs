//! A region: pages in a row of a program that are alike throughout.
//!
//! The bitmap says which pages are taken, the page tables which are there; a region says what the others are to
//! become when they are touched: zeros, or a page of a file, and what the program may do there. Pages are numbers here:
//! address / 4,096. Linux: `struct vm_area_struct`; the book has no such thing, as its pages are all there and all alike.

use bitflags::bitflags;
use core::ops::Range;

bitflags! {
    /// What a program may do in a region, with the bits of `PROT_…` (`man 2 mmap`).
    #[derive(Clone, Copy, PartialEq, Eq, Debug)]
    pub struct Protection: u8 {
        const READ = 1;
        const WRITE = 2;
        const EXECUTE = 4;
    }
}

bitflags! {
    /// What else there is to know about a region.
    #[derive(Clone, Copy, PartialEq, Eq, Debug)]
    pub struct Traits: u8 {
        /// What one process writes, all see that have it: MAP_SHARED.
        const SHARED = 1 << 0;
        /// Grows down when the page below it is touched: the stack.
        const GROWS = 1 << 1;
        /// May be larger than memory: MAP_NORESERVE.
        const NO_RESERVE = 1 << 2;
        /// Can never be made writable: a shared mapping of a file that was opened for reading.
        const NEVER_WRITABLE = 1 << 3;
    }
}

/// Something that pages come from, to be told from another such thing.
pub trait Source: Clone {
    /// Says whether both are one and the same.
    fn is_same(&self, other: &Self) -> bool;
}

/// What the pages of a region are before the program writes to them.
#[derive(Clone, Debug)]
pub enum Backing<S> {
    /// Zeros.
    Anonymous,
    /// A file's pages: the first of the region is page `index` of `source`.
    File { source: S, index: u32 },
}

impl<S: Source> Backing<S> {
    /// What a region has that begins `pages` pages further up.
    fn after(&self, pages: u32) -> Self {
        match self {
            Self::Anonymous => Self::Anonymous,
            Self::File { source, index } => Self::File { source: source.clone(), index: index.wrapping_add(pages) },
        }
    }

    /// Says whether `next` is what follows after `pages` pages of this.
    fn goes_on_as(&self, pages: u32, next: &Self) -> bool {
        match (self, next) {
            (Self::Anonymous, Self::Anonymous) => true,
            (Self::File { source, index }, Self::File { source: other, index: next }) => {
                index.checked_add(pages) == Some(*next) && source.is_same(other)
            }
            _ => false,
        }
    }
}

/// Pages in a row that are alike.
#[derive(Clone, Debug)]
pub struct Region<S> {
    /// Number of the first page.
    pub first: u32,
    /// How many pages; never 0.
    pub count: u32,
    pub protection: Protection,
    pub traits: Traits,
    pub backing: Backing<S>,
}

impl<S: Source> Region<S> {
    /// One past the last page.
    pub fn end(&self) -> u32 {
        self.first + self.count
    }

    /// The pages.
    pub fn pages(&self) -> Range<u32> {
        self.first..self.end()
    }

    /// Says whether what is written here is seen by others.
    pub fn is_shared(&self) -> bool {
        self.traits.contains(Traits::SHARED)
    }

    /// Says whether the program may write here.
    pub fn is_writable(&self) -> bool {
        self.protection.contains(Protection::WRITE)
    }

    /// The region with what lies outside `pages` cut away; the two overlap.
    pub fn cut_to(&self, pages: &Range<u32>) -> Self {
        let first = self.first.max(pages.start);
        let count = self.end().min(pages.end) - first;
        Self { first, count, backing: self.backing.after(first - self.first), ..self.clone() }
    }

    /// Says whether `next` goes on where and as this one ends.
    pub fn goes_on_as(&self, next: &Self) -> bool {
        self.end() == next.first
            && self.protection == next.protection
            && self.traits == next.traits
            && self.backing.goes_on_as(self.count, &next.backing)
    }
}
