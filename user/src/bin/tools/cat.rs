//! `cat`: files one behind the other.

use crate::call::{Call, Stop, Tool};
use crate::put;

/// The tool.
pub const CAT: Tool = Tool {
    name: "cat",
    help: "usage: cat [-n] [FILE…]
Prints the files, or standard input (also as -). -n numbers the lines.",
    main: cat,
};

fn cat(call: &mut Call) -> Result<(), Stop> {
    let options = call.options("nu")?;
    let numbered = options.has('n');
    let (mut number, mut at_start) = (0u64, true);
    call.each_input(&options.operands, &mut |call, _, input| {
        loop {
            let chunk = input.chunk()?;
            if chunk.is_empty() {
                return Ok(());
            }
            if !numbered {
                call.out.bytes(chunk);
                // Nothing is held back: who reads us may wait for just this.
                call.out.flush();
                continue;
            }
            for piece in chunk.split_inclusive(|&byte| byte == b'\n') {
                if at_start {
                    number += 1;
                    put!(call.out, "{number:6}\t");
                }
                call.out.bytes(piece);
                at_start = piece.ends_with(b"\n");
            }
        }
    });
    Ok(())
}
