//! `head`: the beginning of files.

use crate::call::{Call, Stop, Tool};
use crate::number;
use alloc::vec::Vec;
use core::ffi::CStr;

/// The tool.
pub const HEAD: Tool = Tool {
    name: "head",
    help: "usage: head [-n LINES | -c BYTES] [FILE…]
Prints the first 10 lines of the files, or so many lines or bytes. -NUMBER is -n NUMBER.",
    main: head,
};

/// How many lines, when nobody says.
pub const LINES: u64 = 10;

fn head(call: &mut Call) -> Result<(), Stop> {
    let options = call.options("#n:c:q")?;
    let by_bytes = options.last_of("nc") == Some('c');
    let count = match options.value(if by_bytes { 'c' } else { 'n' }) {
        None => LINES,
        Some(text) => number::with_unit(text.to_bytes()).ok_or_else(|| call.misuse_of(text, "is no number"))?,
    };
    let titled = options.operands.len() > 1 && !options.has('q');
    let (mut line, mut first) = (Vec::new(), true);
    call.each_input(&options.operands, &mut |call, path, input| {
        if titled {
            title(call, path, &mut first);
        }
        let mut left = count;
        while left > 0 && by_bytes {
            let chunk = input.chunk()?;
            let length = chunk.len().min(usize::try_from(left).unwrap_or(usize::MAX));
            call.out.bytes(&chunk[..length]);
            let unused = chunk.len() - length;
            input.unread(unused);
            left = if length == 0 { 0 } else { left - length as u64 };
        }
        while left > 0 && input.line(&mut line)? {
            call.out.bytes(&line);
            left -= 1;
        }
        // In `(head -n 1; cat) <file` the rest is for cat.
        input.give_back();
        Ok(())
    });
    Ok(())
}

/// Names the file, where there are several.
pub fn title(call: &mut Call, path: &CStr, first: &mut bool) {
    call.out.text(if core::mem::take(first) { "==> " } else { "\n==> " });
    call.out.bytes(if path == c"-" { b"standard input" } else { path.to_bytes() });
    call.out.text(" <==\n");
}
