//! The ground that the lies are told on: good pages, each with something after it that is none.
//!
//! Whatever is good lies at the very end of a page, and behind that page is nothing: a call that reads or writes one
//! byte more than it says is found out, and so is one that believes a count.

use super::argument::{Contents, Pointer};
use crate::check::{check, must};
use crate::mapping::pages::{ANONYMOUS, NO_FILE, READ_WRITE, fill, holds, map, poke, protect, unmap};
use linux_raw_sys::general::{PROT_NONE, PROT_READ};
use tusk_user::heap::PAGE_SIZE;

/// The most arguments a call has, and a page for each.
pub const ARGUMENTS: usize = 6;

/// The first page; the kernel's first on Tusk, where Linux has nothing either; the last byte.
const NOWHERE: [usize; 3] = [0, 0xc000_0000, 0xffff_ffff];

/// Pages in a row, every second one good and all of the letter x.
pub struct Ground {
    start: usize,
}

/// What follows the good page of a pair.
#[derive(Clone, Copy)]
enum Edge {
    /// Addresses without memory.
    Hole,
    /// Memory that nothing may be done to.
    Closed,
    /// Memory that may only be read.
    ReadOnly,
}

/// Which good page the edges have: those behind the arguments'.
const EDGES: [(Edge, usize); 3] =
    [(Edge::Hole, ARGUMENTS), (Edge::Closed, ARGUMENTS + 1), (Edge::ReadOnly, ARGUMENTS + 2)];
const PAIRS: usize = ARGUMENTS + EDGES.len();

impl Ground {
    /// Maps it.
    #[track_caller]
    pub fn new() -> Ground {
        let start = must!(map(0, 2 * PAIRS * PAGE_SIZE, READ_WRITE, ANONYMOUS, NO_FILE, 0));
        let ground = Ground { start };
        for pair in 0..PAIRS {
            let edge = EDGES.iter().find(|edge| edge.1 == pair).map_or(Edge::Hole, |edge| edge.0);
            let behind = ground.end(pair);
            must!(match edge {
                Edge::Hole => unmap(behind, PAGE_SIZE),
                Edge::Closed => protect(behind, PAGE_SIZE, PROT_NONE),
                Edge::ReadOnly => protect(behind, PAGE_SIZE, PROT_READ),
            });
            fill(ground.end(pair) - PAGE_SIZE, PAGE_SIZE, b'x');
        }
        ground
    }

    /// Where the good page of a pair ends.
    fn end(&self, pair: usize) -> usize {
        self.start + (2 * pair + 1) * PAGE_SIZE
    }

    /// Lays out something good for argument `index`; returns its address.
    pub fn lay(&self, index: usize, pointer: &Pointer<'_>) -> usize {
        let start = self.end(index) - pointer.size;
        let byte = |offset: usize| match pointer.contents {
            Contents::Name(text) => text.to_bytes_with_nul()[offset],
            Contents::Words(words) => words[offset / size_of::<usize>()].to_ne_bytes()[offset % size_of::<usize>()],
            Contents::Room => b'x',
        };
        (0..pointer.size).for_each(|offset| poke(start + offset, byte(offset)));
        start
    }

    /// The addresses that are bad for what is read or written there.
    pub fn bad_addresses(&self, pointer: &Pointer<'_>) -> impl Iterator<Item = usize> {
        let Pointer { contents, size, is_optional, .. } = *pointer;
        let is_written = matches!(contents, Contents::Room);
        let edges = EDGES.into_iter().filter(move |(edge, _)| is_written || !matches!(edge, Edge::ReadOnly));
        // Beyond the edge, with the first half before it, with all but the last byte before it.
        let ends = edges.map(|(_, pair)| self.end(pair));
        let crossing = ends.flat_map(move |end| [end, end - size / 2, end - (size - 1)]);
        NOWHERE.into_iter().filter(move |&address| address != 0 || !is_optional).chain(crossing)
    }

    /// Places where there is nothing.
    pub fn empty_places(&self) -> impl Iterator<Item = usize> {
        NOWHERE.into_iter().chain([1, self.end(ARGUMENTS)])
    }

    /// Makes good what a call has changed before the edges.
    pub fn restore(&self) {
        for (_, pair) in EDGES {
            fill(self.end(pair) - PAGE_SIZE / 8, PAGE_SIZE / 8, b'x');
        }
    }

    /// Checks that the page which may only be read is as it was.
    #[track_caller]
    pub fn check(&self) {
        for (edge, pair) in EDGES {
            let is_same = !matches!(edge, Edge::ReadOnly) || holds(self.end(pair), PAGE_SIZE, 0);
            check!(is_same, "the read-only page has changed");
        }
    }
}

impl Drop for Ground {
    fn drop(&mut self) {
        must!(unmap(self.start, 2 * PAIRS * PAGE_SIZE));
    }
}
