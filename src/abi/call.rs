//! System calls as data: what a table's line says, and how a call finds its line.
//!
//! A line names the call, its number, its arguments with their kinds, and the function that does
//! the work; that function takes plain words and knows nothing of registers. Everything else that
//! is said about calls (the book's `help`, `strace=1`) comes from the same lines.

use crate::errno::Result;

/// How an argument is to be understood by who reads it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A signed number.
    Int,
    /// A number of bytes or the like.
    Size,
    /// Flags, best read in base 16.
    Flags,
    /// A descriptor.
    Descriptor,
    /// An address in the program.
    Address,
    /// The address of a NUL-terminated string.
    String,
}

/// One line of a table.
pub struct Call {
    /// Its number in its table.
    pub number: u32,
    /// Its name, Linux's or the book's.
    pub name: &'static str,
    /// Names and kinds of its arguments, in the order ebx, ecx, edx, esi, edi, ebp.
    pub arguments: &'static [(&'static str, Kind)],
    /// Does the work. Words beyond the call's own arguments are ignored.
    pub function: fn([u32; 6]) -> Result<u32>,
}

/// A table and its index.
pub struct Table<const NUMBERS: usize> {
    calls: &'static [Call],
    /// For each number the line's place plus 1, or 0.
    index: [u8; NUMBERS],
}

impl<const NUMBERS: usize> Table<NUMBERS> {
    /// Indexes `calls`, whose numbers must be below `NUMBERS` and differ.
    pub const fn new(calls: &'static [Call]) -> Self {
        let mut index = [0; NUMBERS];
        let mut place = 0;
        while place < calls.len() {
            let number = calls[place].number as usize;
            assert!(index[number] == 0, "two system calls have one number");
            place += 1;
            assert!(place <= u8::MAX as usize, "more calls than the index can tell apart");
            index[number] = place as u8;
        }
        Self { calls, index }
    }

    /// The line for `number`.
    pub fn find(&self, number: u32) -> Option<&'static Call> {
        let place = *self.index.get(number as usize)?;
        self.calls.get(usize::from(place).checked_sub(1)?)
    }

    /// All lines.
    pub fn calls(&self) -> &'static [Call] {
        self.calls
    }
}

/// Writes a table's lines: `number name(argument: Kind, …) => function;`.
macro_rules! calls {
    ($($number:expr, $name:ident($($argument:ident: $kind:ident),*) => $function:path;)*) => {
        &[$($crate::abi::call::Call {
            number: $number as u32,
            name: stringify!($name),
            arguments: &[$((stringify!($argument), $crate::abi::call::Kind::$kind)),*],
            function: |words| {
                let [$($argument,)* ..] = words;
                $function($($argument),*)
            },
        }),*]
    };
}
pub(super) use calls;
