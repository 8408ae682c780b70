//! `tail`: the end of files.

use crate::call::{Call, Stop, Tool};
use crate::head::{LINES, title};
use crate::input::Input;
use crate::number;
use crate::output::Output;
use alloc::vec::Vec;
use core::ffi::CStr;
use tusk_user::Errno;

/// The tool.
pub const TAIL: Tool = Tool {
    name: "tail",
    help: "usage: tail [-n [+]LINES | -c [+]BYTES] [FILE…]
Prints the last 10 lines of the files, or so many lines or bytes. With + it begins at that line or byte, the first
being 1. -NUMBER is -n NUMBER.",
    main: tail,
};

/// How much may be kept beyond what will be printed, in bytes, before it is thrown away.
const SLACK: usize = 65_536;

/// What is asked for.
#[derive(Clone, Copy)]
struct Wanted {
    unit: Unit,
    count: u64,
    from_start: bool,
}

/// What is counted.
#[derive(Clone, Copy, PartialEq)]
enum Unit {
    Lines,
    Bytes,
}

fn tail(call: &mut Call) -> Result<(), Stop> {
    let options = call.options("#n:c:q")?;
    let (unit, letter) = if options.last_of("nc") == Some('c') { (Unit::Bytes, 'c') } else { (Unit::Lines, 'n') };
    let wanted = match options.value(letter) {
        None => Wanted { unit, count: LINES, from_start: false },
        Some(text) => parse(text, unit).ok_or_else(|| call.misuse_of(text, "is no number"))?,
    };
    let titled = options.operands.len() > 1 && !options.has('q');
    let mut first = true;
    call.each_input(&options.operands, &mut |call, path, input| {
        if titled {
            title(call, path, &mut first);
        }
        if wanted.from_start {
            print_from(wanted, input, &mut call.out)
        } else {
            print_last(wanted, input, &mut call.out)
        }
    });
    Ok(())
}

/// Reads `5`, `-5` or `+5`.
fn parse(text: &CStr, unit: Unit) -> Option<Wanted> {
    let (from_start, digits) = match text.to_bytes() {
        [b'+', digits @ ..] => (true, digits),
        [b'-', digits @ ..] | digits => (false, digits),
    };
    Some(Wanted { unit, count: number::with_unit(digits)?, from_start })
}

/// Leaves out the beginning and prints the rest.
fn print_from(wanted: Wanted, input: &mut Input, out: &mut Output) -> Result<(), Errno> {
    let mut left = wanted.count.saturating_sub(1);
    loop {
        let chunk = input.chunk()?;
        if chunk.is_empty() {
            return Ok(());
        }
        let mut start = 0;
        if wanted.unit == Unit::Bytes {
            start = chunk.len().min(usize::try_from(left).unwrap_or(usize::MAX));
            left -= start as u64;
        }
        while left > 0 && start < chunk.len() {
            left -= u64::from(chunk[start] == b'\n');
            start += 1;
        }
        out.bytes(&chunk[start..]);
    }
}

/// Reads to the end, keeping what may be the end of it.
fn print_last(wanted: Wanted, input: &mut Input, out: &mut Output) -> Result<(), Errno> {
    let mut kept: Vec<u8> = Vec::new();
    let mut limit = SLACK;
    loop {
        let chunk = input.chunk()?;
        if chunk.is_empty() {
            out.bytes(&kept[start_of_last(wanted, &kept)..]);
            return Ok(());
        }
        kept.try_reserve(chunk.len()).map_err(|_| Errno::ENOMEM)?;
        kept.extend_from_slice(chunk);
        if kept.len() > limit {
            kept.drain(..start_of_last(wanted, &kept));
            // Moving the rest to the front must not cost more than reading it did.
            limit = 2 * kept.len() + SLACK;
        }
    }
}

/// Where the last lines or bytes begin.
fn start_of_last(wanted: Wanted, kept: &[u8]) -> usize {
    let count = usize::try_from(wanted.count).unwrap_or(usize::MAX);
    match (wanted.unit, count) {
        (_, 0) => kept.len(),
        (Unit::Bytes, _) => kept.len().saturating_sub(count),
        (Unit::Lines, _) => {
            // The end of the last line begins no other.
            let before = &kept[..kept.len().saturating_sub(1)];
            let ends = before.iter().enumerate().rev().filter(|(_, byte)| **byte == b'\n');
            ends.map(|(place, _)| place + 1).nth(count - 1).unwrap_or(0)
        }
    }
}
