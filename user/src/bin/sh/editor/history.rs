//! The lines that were typed.

use alloc::collections::VecDeque;
use alloc::vec::Vec;

/// How many are kept.
const LINES_MAX: usize = 100;

/// The last lines, the oldest first.
#[derive(Default)]
pub struct History {
    lines: VecDeque<Vec<u8>>,
    /// How many have been forgotten.
    forgotten: usize,
}

impl History {
    /// Keeps a line, unless it is blank or the same as the one before.
    pub fn add(&mut self, line: &[u8]) {
        let line = line.trim_ascii();
        if line.is_empty() || self.lines.back().is_some_and(|last| last == line) {
            return;
        }
        if self.lines.len() == LINES_MAX {
            self.lines.pop_front();
            self.forgotten += 1;
        }
        self.lines.push_back(line.to_vec());
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// The `index`-th of them.
    pub fn get(&self, index: usize) -> Option<&[u8]> {
        self.lines.get(index).map(Vec::as_slice)
    }

    /// All of them, with the number that each was typed as.
    pub fn lines(&self) -> impl Iterator<Item = (usize, &[u8])> {
        self.lines.iter().enumerate().map(|(index, line)| (self.forgotten + index + 1, line.as_slice()))
    }
}
