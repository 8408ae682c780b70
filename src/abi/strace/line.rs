//! A line of a trace while it is being written: on the heap, since the ring-0 stack is scarce.

use crate::mm::fault_injection;
use alloc::vec::Vec;
use core::fmt;

/// The most bytes of a line; what is longer is cut off. Two of the longest paths fit, each of whose bytes may be shown as
/// four; strings and lists are cut off long before.
const MOST: usize = 40 << 10;

/// Where the result stands, as long as there is room before it: strace's column.
const RESULT_COLUMN: usize = 40;

/// Part of a line.
#[derive(Default)]
pub struct Line {
    text: Vec<u8>,
    /// Where spaces may be put so that the result stands in its column.
    result: Option<usize>,
    /// How much of it was told already.
    told: usize,
}

impl Line {
    /// Nothing yet.
    pub const fn new() -> Self {
        Self { text: Vec::new(), result: None, told: 0 }
    }

    /// What was written.
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// What of it was not told yet.
    pub fn untold(&self) -> &[u8] {
        self.text.get(self.told..).unwrap_or_default()
    }

    /// All of it was told.
    pub fn note_told(&mut self) {
        self.told = self.text.len();
    }

    /// From here on it is the result.
    pub fn begin_result(&mut self) {
        self.result = Some(self.text.len());
    }

    /// Puts the result into its column, for a text whose untold part begins in column `start`.
    pub fn align(&mut self, start: usize) {
        let Some(place) = self.result.take() else { return };
        let spaces = RESULT_COLUMN.saturating_sub(start + place.saturating_sub(self.told));
        for _ in 0..spaces {
            self.push(b" ");
        }
        if let Some(result) = self.text.get_mut(place..) {
            result.rotate_right(spaces.min(result.len()));
        }
    }

    fn push(&mut self, bytes: &[u8]) {
        let bytes = &bytes[..bytes.len().min(MOST.saturating_sub(self.text.len()))];
        // A trace is no part of the call whose allocations are to fail.
        if fault_injection::suspended(|| self.text.try_reserve(bytes.len())).is_ok() {
            self.text.extend_from_slice(bytes);
        }
    }
}

impl fmt::Write for Line {
    /// Never fails: where memory is out the line is shorter.
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push(text.as_bytes());
        Ok(())
    }
}
