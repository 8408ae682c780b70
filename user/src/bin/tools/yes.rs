//! `yes`: says the same for ever.

use crate::call::{Call, Stop, Tool};

/// The tool.
pub const YES: Tool = Tool {
    name: "yes",
    help: "usage: yes [WORD…]
Prints y, or the words, until nobody reads it.",
    main: yes,
};

fn yes(call: &mut Call) -> Result<(), Stop> {
    let options = call.options("+")?;
    let words = if options.operands.is_empty() { &[c"y"][..] } else { &options.operands };
    loop {
        for (index, word) in words.iter().enumerate() {
            call.out.text(if index == 0 { "" } else { " " });
            call.out.bytes(word.to_bytes());
        }
        call.out.byte(b'\n');
    }
}
