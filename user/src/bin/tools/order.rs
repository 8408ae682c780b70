//! Sorting, once for everything that is sorted here.
//!
//! The library's sorts are quicker, and are compiled anew for each type and comparison: three of them would be a fifth
//! of the whole file. This one sorts numbers of things, so that its code is there once; it is a merge sort from below
//! and leaves what is equal as it was.

use alloc::vec::Vec;
use core::cmp::Ordering;

/// The numbers from 0 to `count`, in the order that `compare` gives to the things they stand for.
pub fn order(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut sorted: Vec<usize> = (0..count).collect();
    let mut next = Vec::with_capacity(count);
    let mut width = 1;
    while width < count {
        next.clear();
        for pair in sorted.chunks(2 * width) {
            let (mut one, mut other) = pair.split_at(width.min(pair.len()));
            while let ([first, rest @ ..], [second, others @ ..]) = (one, other) {
                if compare(*second, *first).is_lt() {
                    next.push(*second);
                    other = others;
                } else {
                    next.push(*first);
                    one = rest;
                }
            }
            next.extend_from_slice(one);
            next.extend_from_slice(other);
        }
        core::mem::swap(&mut sorted, &mut next);
        width *= 2;
    }
    sorted
}

/// The things themselves in that order.
pub fn sorted<T>(things: Vec<T>, compare: impl Fn(&T, &T) -> Ordering) -> Vec<T> {
    let order = order(things.len(), &|one, other| compare(&things[one], &things[other]));
    let mut things: Vec<Option<T>> = things.into_iter().map(Some).collect();
    order.into_iter().filter_map(|place| things[place].take()).collect()
}
