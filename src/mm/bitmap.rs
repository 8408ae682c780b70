//! A bitmap of resources: a bit is 1 while what it stands for is taken.
//!
//! Frames, kernel pages, a program's pages, and pids are all given out by one of these. The book's
//! `bitmap_scan` starts from bit 0 each time (M6), asserts instead of failing when the map is full
//! (M2), and reads past its end (M3). This one goes on from where it last found something and
//! wraps around once, which also keeps a freed number from being used again at once.
//!
//! Runs are `bitvec`'s work. What fork does once a page, taking one bit, looks at the words themselves: a
//! tenth of the instructions. Book:
//! chapter 8, `lib/kernel/bitmap.c`.

use bitvec::order::Lsb0;
use bitvec::slice::BitSlice;
use core::ops::Range;

const WORD: usize = u32::BITS as usize;

/// Bits that each stand for a resource; 1 means taken.
///
/// # Invariants
/// `words` has room for `length` bits, and `hint` is at most `length`.
#[doc(alias = "struct bitmap")]
pub struct Bitmap {
    words: &'static mut [u32],
    length: usize,
    hint: usize,
}

impl Bitmap {
    /// A bitmap of the first `length` bits of `words`, as they stand. The book's `bitmap_init`.
    ///
    /// # Panics
    /// When `words` has fewer bits.
    #[doc(alias = "bitmap_init")]
    pub fn new(words: &'static mut [u32], length: usize) -> Self {
        assert!(length <= words.len() * WORD);
        Self { words, length, hint: 0 }
    }

    fn bits(&self) -> &BitSlice<u32, Lsb0> {
        &BitSlice::from_slice(self.words)[..self.length]
    }

    fn bits_mut(&mut self) -> &mut BitSlice<u32, Lsb0> {
        &mut BitSlice::from_slice_mut(self.words)[..self.length]
    }

    /// How many bits there are.
    pub fn len(&self) -> usize {
        self.length
    }

    /// Says whether `index` is taken. The book's `bitmap_scan_test`.
    ///
    /// # Panics
    /// Beyond the last bit.
    #[doc(alias = "bitmap_scan_test")]
    pub fn is_taken(&self, index: usize) -> bool {
        self.bits()[index]
    }

    /// Takes `index`. The book's `bitmap_set` with 1.
    ///
    /// # Panics
    /// Beyond the last bit.
    #[doc(alias = "bitmap_set")]
    pub fn take(&mut self, index: usize) {
        self.bits_mut().set(index, true);
    }

    /// Gives `index` back. The book's `bitmap_set` with 0.
    ///
    /// # Panics
    /// Beyond the last bit.
    pub fn release(&mut self, index: usize) {
        self.bits_mut().set(index, false);
    }

    /// Takes every bit of `range`.
    pub fn take_range(&mut self, range: Range<usize>) {
        self.bits_mut()[range].fill(true);
    }

    /// Gives every bit of `range` back.
    pub fn release_range(&mut self, range: Range<usize>) {
        self.bits_mut()[range].fill(false);
    }

    /// How many bits are free; counts them all.
    pub fn count_free(&self) -> usize {
        self.bits().count_zeros()
    }

    /// Finds `count` free bits in a row, takes them, and returns the first; `None` when there is
    /// no such run. The book's `bitmap_scan`, which leaves the setting to its caller.
    #[doc(alias = "bitmap_scan")]
    pub fn allocate(&mut self, count: usize) -> Option<usize> {
        self.allocate_within(0..self.len(), count)
    }

    /// As [`Bitmap::allocate`], with the whole run inside `window`.
    pub fn allocate_within(&mut self, window: Range<usize>, count: usize) -> Option<usize> {
        let middle = self.hint.clamp(window.start, window.end);
        // A run that begins before the hint may reach beyond it.
        let wrapped_end = (middle + count.saturating_sub(1)).min(window.end);
        let start =
            self.free_run(middle..window.end, count).or_else(|| self.free_run(window.start..wrapped_end, count))?;
        self.take_range(start..start + count);
        self.hint = start + count;
        Some(start)
    }

    /// As [`Bitmap::allocate`] for a single bit: what fork asks for once a page.
    pub fn allocate_one(&mut self) -> Option<usize> {
        let index = match self.first_free(self.hint..self.length) {
            Some(index) => index,
            None => self.first_free(0..self.hint)?,
        };
        self.words[index / WORD] |= 1 << (index % WORD);
        self.hint = index + 1;
        Some(index)
    }

    /// The first free bit of `range`.
    fn first_free(&self, range: Range<usize>) -> Option<usize> {
        let mut start = range.start;
        while start < range.end {
            let free = !self.words[start / WORD] & (u32::MAX << (start % WORD));
            let base = start - start % WORD;
            if free != 0 {
                let index = base + free.trailing_zeros() as usize;
                return (index < range.end).then_some(index);
            }
            start = base + WORD;
        }
        None
    }

    /// The first of `count` free bits in a row within `range`.
    fn free_run(&self, range: Range<usize>, count: usize) -> Option<usize> {
        let mut start = range.start;
        while count > 0 && start < range.end {
            start += self.bits()[start..range.end].first_zero()?;
            let end = start.checked_add(count).filter(|&end| end <= range.end)?;
            match self.bits()[start..end].last_one() {
                None => return Some(start),
                Some(taken) => start += taken + 1,
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bitmap(length: usize) -> Bitmap {
        Bitmap::new(Box::leak(vec![0; length.div_ceil(32)].into_boxed_slice()), length)
    }

    #[test]
    fn m6_allocation_goes_on_behind_the_last_one() {
        let mut map = bitmap(100);
        assert_eq!(map.allocate(10), Some(0));
        map.release_range(0..10);
        assert_eq!(map.allocate(10), Some(10), "a freed run is not used again at once");
        assert_eq!(map.allocate_one(), Some(20));
    }

    #[test]
    fn allocation_wraps_around_at_the_end() {
        let mut map = bitmap(64);
        assert_eq!(map.allocate(60), Some(0));
        map.release_range(0..60);
        assert_eq!(map.allocate(8), Some(0), "only four are left behind the hint");
    }

    #[test]
    fn m2_a_full_map_says_so() {
        let mut map = bitmap(33);
        for index in 0..33 {
            assert_eq!(map.allocate_one(), Some(index));
        }
        assert_eq!(map.allocate_one(), None);
        assert_eq!(map.allocate(1), None);
        assert_eq!(map.count_free(), 0);
    }

    #[test]
    fn m3_nothing_lies_beyond_the_last_bit() {
        let mut map = bitmap(37);
        assert_eq!(map.allocate(38), None);
        assert_eq!(map.allocate(37), Some(0));
        assert!((0..37).all(|index| map.is_taken(index)));
    }

    #[test]
    fn a_run_is_found_between_taken_bits() {
        let mut map = bitmap(200);
        map.take_range(0..200);
        map.release_range(70..75);
        map.release_range(130..140);
        assert_eq!(map.allocate(6), Some(130));
        assert_eq!(map.allocate(5), Some(70));
        assert_eq!(map.allocate(5), None);
        assert_eq!(map.allocate(4), Some(136));
    }

    #[test]
    fn a_window_bounds_the_run() {
        let mut map = bitmap(100);
        assert_eq!(map.allocate_within(50..60, 10), Some(50));
        assert_eq!(map.allocate_within(50..60, 1), None);
        assert_eq!(map.allocate_within(0..50, 50), Some(0));
        assert_eq!(map.allocate(0), None);
    }
}
