//! `hexdump`: bytes as numbers and letters.

use crate::call::{Call, Stop, Tool};
use crate::number;
use crate::output::Output;
use crate::put;
use alloc::vec::Vec;

/// The tool.
pub const HEXDUMP: Tool = Tool {
    name: "hexdump",
    help: "usage: hexdump [-Cv] [-n LENGTH] [-s SKIP] [FILE…]
Prints bytes in hexadecimal and as letters, 16 a line, as hexdump -C does everywhere. Lines like the one before are left
out, and a * stands for them; -v prints them all. -s leaves out so many bytes at the start, -n ends after so many.",
    main: hexdump,
};

/// Bytes in a line.
const WIDTH: usize = 16;

fn hexdump(call: &mut Call) -> Result<(), Stop> {
    let options = call.options("Cvn:s:")?;
    let mut value = |letter, default| match options.value(letter) {
        None => Ok(default),
        Some(text) => number::with_unit(text.to_bytes()).ok_or_else(|| call.misuse_of(text, "is no number")),
    };
    let (mut skip, length) = (value('s', 0)?, value('n', u64::MAX)?);
    let mut dump = Dump { place: skip, line: Vec::new(), last: Vec::new(), starred: false, all: options.has('v') };
    let mut left = length;
    // All files are one stream: a line may begin in one and end in the next.
    call.each_input(&options.operands, &mut |call, _, input| {
        while left > 0 {
            let chunk = input.chunk()?;
            if chunk.is_empty() {
                break;
            }
            let start = chunk.len().min(usize::try_from(skip).unwrap_or(usize::MAX));
            skip -= start as u64;
            for &byte in chunk[start..].iter().take(usize::try_from(left).unwrap_or(usize::MAX)) {
                dump.byte(byte, &mut call.out);
                left -= 1;
            }
        }
        Ok(())
    });
    dump.place -= skip.min(dump.place);
    dump.end(&mut call.out);
    Ok(())
}

/// The line in the making and what went before.
struct Dump {
    place: u64,
    line: Vec<u8>,
    last: Vec<u8>,
    starred: bool,
    all: bool,
}

impl Dump {
    /// Adds a byte.
    fn byte(&mut self, byte: u8, out: &mut Output) {
        self.line.push(byte);
        if self.line.len() == WIDTH {
            self.print(out);
        }
    }

    /// Prints a line, or says that it is like the one before.
    fn print(&mut self, out: &mut Output) {
        if self.line == self.last && !self.all {
            if !core::mem::replace(&mut self.starred, true) {
                out.text("*\n");
            }
        } else {
            self.starred = false;
            put!(out, "{:08x} ", self.place);
            for index in 0..WIDTH {
                if index == WIDTH / 2 {
                    out.byte(b' ');
                }
                match self.line.get(index) {
                    Some(byte) => put!(out, " {byte:02x}"),
                    None => out.text("   "),
                }
            }
            out.text("  |");
            for &byte in &self.line {
                out.byte(if matches!(byte, b' '..=b'~') { byte } else { b'.' });
            }
            out.text("|\n");
        }
        self.place += self.line.len() as u64;
        core::mem::swap(&mut self.line, &mut self.last);
        self.line.clear();
    }

    /// Prints what is left, and where the end is.
    fn end(&mut self, out: &mut Output) {
        if !self.line.is_empty() {
            self.print(out);
        }
        if self.place > 0 {
            put!(out, "{:08x}\n", self.place);
        }
    }
}
