//! The chain of calls that led here, by frame pointers.
//!
//! The kernel is compiled with a frame pointer in every function, so each frame starts with the
//! caller's `ebp` and the return address:
//!
//! ```text
//! ebp → caller's ebp → … → 0, or an ebp outside of the stack
//!       return address
//! ```
//!
//! The chain may be what is broken, so it is followed only within the stack given, upwards, and
//! not for ever.

use super::symbols;
use core::fmt::{self, Write};
use core::ops::Range;

/// No chain of ours is longer: a ring-0 stack is less than a page.
const MAX_FRAMES: usize = 32;

/// Size of a saved `ebp` or return address.
const WORD: usize = size_of::<usize>();

/// The return addresses on a stack, innermost first.
pub struct Frames {
    frame: usize,
    stack: Range<usize>,
    left: usize,
}

impl Frames {
    /// Starts at the frame that `frame` (an `ebp`) points to. It may be any number.
    ///
    /// # Safety
    /// The addresses `stack` must be mapped and readable for as long as the value is used.
    pub const unsafe fn new(frame: usize, stack: Range<usize>) -> Self {
        Self { frame, stack, left: MAX_FRAMES }
    }
}

impl Iterator for Frames {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        self.left = self.left.checked_sub(1)?;
        let end = self.frame.checked_add(2 * WORD)?;
        let is_on_stack = self.stack.start <= self.frame && end <= self.stack.end;
        if !is_on_stack || !self.frame.is_multiple_of(WORD) {
            return None;
        }
        // SAFETY: both words are within the stack and aligned, checked on the previous lines, and
        // the stack is readable by the contract of `new`. Volatile: the compiler knows nothing of
        // who writes there.
        let [caller, address] = unsafe { (self.frame as *const [usize; 2]).read_volatile() };
        // The next frame has to lie above this one, or we would go round in circles.
        self.stack.start = end;
        self.frame = caller;
        (address != 0).then_some(address)
    }
}

/// The frame pointer of the function that calls this.
#[cfg(target_arch = "x86")]
#[inline(always)]
pub fn current_frame() -> usize {
    let frame: usize;
    // SAFETY: copies a register and touches nothing.
    unsafe { core::arch::asm!("mov {}, ebp", out(reg) frame, options(nomem, nostack, preserves_flags)) };
    frame
}

/// Prints `#0 0xc0101234 function+0x12` for each address, one a line: first `instruction` (where
/// a trap came from), if there is one, then the return addresses of `frames`.
///
/// # Errors
/// Those of `out`.
pub fn print(out: &mut dyn Write, instruction: Option<usize>, frames: Frames) -> fmt::Result {
    // A return address is the place behind a call, and behind the function when a call that never
    // returns is its last instruction. One byte back is always within the call.
    let calls = frames.map(|address| (address, 1));
    let all = instruction.map(|address| (address, 0)).into_iter().chain(calls);
    for (number, (address, back)) in all.enumerate() {
        write!(out, "#{number} {address:#010x}")?;
        match symbols::lookup((address - back) as u32) {
            Some((name, offset)) => writeln!(out, " {name:#}+{:#x}", offset + back as u32)?,
            None => writeln!(out)?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Walks a stack of these words; a frame pointer is given as the index of a word.
    fn walk(words: &[usize], links: &[(usize, usize)], start: usize) -> Vec<usize> {
        let mut stack = words.to_vec();
        let base = stack.as_ptr() as usize;
        links.iter().for_each(|&(at, to)| stack[at] = base + to * WORD);
        let bounds = base..base + stack.len() * WORD;
        // SAFETY: the bounds are those of a vector that outlives the walk.
        unsafe { Frames::new(base + start * WORD, bounds) }.collect()
    }

    #[test]
    fn follows_the_chain_to_its_end() {
        let words = [0, 11, 99, 0, 12, 0, 13, 99];
        assert_eq!(walk(&words, &[(0, 3), (3, 5)], 0), [11, 12, 13]);
    }

    #[test]
    fn a_broken_chain_ends() {
        let words = [0, 11, 0, 12, 0, 13];
        assert_eq!(walk(&words, &[(0, 2), (2, 0)], 0), [11, 12], "backwards");
        assert_eq!(walk(&words, &[(0, 0)], 0), [11], "to itself");
        assert_eq!(walk(&words, &[(0, 5)], 0), [11], "half outside");
        assert_eq!(walk(&words, &[(0, 600)], 0), [11], "outside");
        assert_eq!(walk(&[3, 11, 0, 12], &[], 0), [11], "not a pointer");
        assert_eq!(walk(&words, &[], 6), [], "starts outside");
        let long: Vec<_> = (0..200).map(|_| 7).collect();
        let links: Vec<_> = (0..99).map(|frame| (2 * frame, 2 * frame + 2)).collect();
        assert_eq!(walk(&long, &links, 0).len(), MAX_FRAMES);
    }
}
