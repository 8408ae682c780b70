//! The machine that runs compiled patterns over a line.
//!
//! It is in all states at once that the pattern allows after the bytes read so far, so the time for a byte depends on
//! the pattern alone: there is no pattern that makes it go back and try again for ever.

use crate::pattern::is_word;
use alloc::boxed::Box;
use alloc::vec::Vec;

/// A step of a compiled pattern. Places are relative to the instruction itself.
#[derive(Clone)]
pub enum Instruction {
    /// This byte.
    Byte(u8),
    /// Any byte.
    Any,
    /// A byte of a set.
    Set(Box<Set>),
    /// Go on only where this holds.
    Assert(Assertion),
    /// Go on at both places.
    Split(isize, isize),
    /// Go on there.
    Jump(isize),
}

/// What can be asked about a place between two bytes.
#[derive(Clone, Copy, PartialEq)]
pub enum Assertion {
    /// The line begins here.
    LineStart,
    /// The line ends here.
    LineEnd,
    /// A word begins here.
    WordStart,
    /// A word ends here.
    WordEnd,
    /// A word begins or ends here.
    WordEdge,
    /// None does.
    NoWordEdge,
    /// No word's letter stands before this place.
    NoLetterBefore,
    /// No word's letter stands behind it.
    NoLetterBehind,
}

impl Assertion {
    /// Whether it holds between these two, `None` being an end of the line.
    fn holds(self, before: Option<u8>, behind: Option<u8>) -> bool {
        let (word_before, word_behind) = (before.is_some_and(is_word), behind.is_some_and(is_word));
        match self {
            Assertion::LineStart => before.is_none(),
            Assertion::LineEnd => behind.is_none(),
            Assertion::WordStart => !word_before && word_behind,
            Assertion::WordEnd => word_before && !word_behind,
            Assertion::WordEdge => word_before != word_behind,
            Assertion::NoWordEdge => word_before == word_behind,
            Assertion::NoLetterBefore => !word_before,
            Assertion::NoLetterBehind => !word_behind,
        }
    }
}

/// A set of bytes.
#[derive(Clone)]
pub struct Set([u32; 8]);

impl Set {
    /// No byte.
    pub const EMPTY: Set = Set([0; 8]);

    /// All bytes that pass a test.
    #[inline(never)]
    pub fn of(test: impl Fn(u8) -> bool) -> Set {
        let mut set = Set::EMPTY;
        (0..=u8::MAX).filter(|&byte| test(byte)).for_each(|byte| set.add(byte));
        set
    }

    /// Adds a byte.
    pub fn add(&mut self, byte: u8) {
        self.0[usize::from(byte) / 32] |= 1 << (byte % 32);
    }

    /// Whether a byte is in it.
    pub fn has(&self, byte: u8) -> bool {
        self.0[usize::from(byte) / 32] & 1 << (byte % 32) != 0
    }
}

/// A compiled pattern and the room to run it in.
pub struct Matcher {
    program: Vec<Instruction>,
    states: States,
    next: States,
    /// Places that are still to be followed.
    pending: Vec<usize>,
}

impl Matcher {
    /// Makes a machine for a program; reaching its end is a match.
    pub fn new(program: Vec<Instruction>) -> Self {
        let length = program.len() + 1;
        Matcher { program, states: States::new(length), next: States::new(length), pending: Vec::new() }
    }

    /// Whether the pattern matches anywhere in a line.
    pub fn matches(&mut self, line: &[u8]) -> bool {
        self.states.clear();
        let mut before = None;
        for place in 0..=line.len() {
            let byte = line.get(place).copied();
            // A match may begin at any place.
            self.enter(0, before, byte, Turn::This);
            if self.states.has(self.program.len()) {
                return true;
            }
            let Some(byte) = byte else { break };
            let behind = line.get(place + 1).copied();
            self.next.clear();
            for index in 0..self.states.list.len() {
                let state = self.states.list[index];
                let takes = match &self.program[state] {
                    Instruction::Byte(wanted) => *wanted == byte,
                    Instruction::Any => true,
                    Instruction::Set(set) => set.has(byte),
                    _ => false,
                };
                if takes {
                    self.enter(state + 1, Some(byte), behind, Turn::Next);
                }
            }
            core::mem::swap(&mut self.states, &mut self.next);
            before = Some(byte);
        }
        false
    }

    /// Comes to a place of the program, and to all that can be reached from there without a byte.
    #[inline(never)]
    fn enter(&mut self, place: usize, before: Option<u8>, behind: Option<u8>, turn: Turn) {
        let states = if turn == Turn::This { &mut self.states } else { &mut self.next };
        self.pending.push(place);
        while let Some(place) = self.pending.pop() {
            if !states.add(place) {
                continue;
            }
            let to = |offset: isize| place.wrapping_add_signed(offset);
            match self.program.get(place) {
                Some(Instruction::Jump(offset)) => self.pending.push(to(*offset)),
                Some(Instruction::Split(one, other)) => self.pending.extend([to(*other), to(*one)]),
                Some(Instruction::Assert(assertion)) if assertion.holds(before, behind) => self.pending.push(place + 1),
                _ => {}
            }
        }
    }
}

/// Whether states are those before the byte or behind it.
#[derive(Clone, Copy, PartialEq)]
enum Turn {
    This,
    Next,
}

/// A set of places in the program, which can be emptied at once.
///
/// # Invariants
/// `place` is in the set exactly when `list[positions[place]]` is `place` (P. Briggs and L. Torczon's sparse set).
struct States {
    list: Vec<usize>,
    positions: Vec<usize>,
}

impl States {
    /// An empty set for places below `length`.
    fn new(length: usize) -> Self {
        States { list: Vec::with_capacity(length), positions: alloc::vec![0; length] }
    }

    fn clear(&mut self) {
        self.list.clear();
    }

    fn has(&self, place: usize) -> bool {
        self.list.get(self.positions[place]) == Some(&place)
    }

    /// Adds a place; false when it was there.
    fn add(&mut self, place: usize) -> bool {
        if self.has(place) {
            return false;
        }
        self.positions[place] = self.list.len();
        self.list.push(place);
        true
    }
}
