//! `seq`: counts.

use crate::call::{Call, Stop, Tool};
use crate::put;
use alloc::vec::Vec;
use core::ffi::CStr;

/// The tool.
pub const SEQ: Tool = Tool {
    name: "seq",
    help: "usage: seq [-w] [-s TEXT] [FIRST [STEP]] LAST
Prints the whole numbers from FIRST (1) to LAST, STEP (1) apart, all of one width with -w, with TEXT between them
instead of line ends.",
    main: seq,
};

fn seq(call: &mut Call) -> Result<(), Stop> {
    // -1 is a number here: what looks like one, and all behind it, are operands.
    let is_number =
        |argument: &&'static CStr| matches!(argument.to_bytes(), [b'-', digit, ..] if digit.is_ascii_digit());
    let split = call.arguments.iter().position(is_number).unwrap_or(call.arguments.len());
    let numbers = call.arguments.split_off(split);
    let options = call.options("+ws:")?;
    let mut values = Vec::new();
    for &operand in options.operands.iter().chain(&numbers) {
        let value = operand.to_str().ok().and_then(|text| text.parse::<i64>().ok());
        values.push(value.ok_or_else(|| call.misuse_of(operand, "is no whole number"))?);
    }
    let (first, step, last) = match *values {
        [last] => (1, 1, last),
        [first, last] => (first, 1, last),
        [first, step, last] => (first, step, last),
        _ => return Err(call.misuse(format_args!("it takes one to three numbers"))),
    };
    if step == 0 {
        return Err(call.misuse(format_args!("steps of 0 lead nowhere")));
    }

    let width = if options.has('w') { length(first).max(length(last)) } else { 0 };
    let separator = options.value('s').map_or(&b"\n"[..], CStr::to_bytes);
    let mut next = Some(first).filter(|&first| if step > 0 { first <= last } else { first >= last });
    while let Some(value) = next {
        put!(call.out, "{value:0width$}");
        next = value.checked_add(step).filter(|&value| if step > 0 { value <= last } else { value >= last });
        call.out.bytes(if next.is_some() { separator } else { b"\n" });
    }
    Ok(())
}

/// How long a number is, with its sign.
fn length(number: i64) -> usize {
    crate::number::digits(number.unsigned_abs()) + usize::from(number < 0)
}
