//! `cut`: some columns of each line.

use crate::call::{Call, Stop, Tool};
use crate::input::without_end;
use crate::number;
use alloc::vec::Vec;
use core::ffi::CStr;

/// The tool.
pub const CUT: Tool = Tool {
    name: "cut",
    help: "usage: cut -b LIST | -c LIST | -f LIST [-d BYTE] [-s] [FILE…]
Prints bytes (-b, or -c) or fields (-f) of each line. LIST is like 1,3-5,7-. Fields end at a tab or at the byte of -d; a
line without one is printed whole, or with -s not at all.",
    main: cut,
};

/// First and last of what is wanted, from 1 on.
type Range = (u64, u64);

fn cut(call: &mut Call) -> Result<(), Stop> {
    let options = call.options("b:c:f:d:s")?;
    let Some(kind) = options.last_of("bcf") else {
        return Err(call.misuse(format_args!("which columns? -b, -c or -f")));
    };
    let list = options.value(kind).unwrap_or_default();
    let ranges = parse(list.to_bytes()).ok_or_else(|| call.misuse_of(list, "is no list like 1,3-5,7-"))?;
    let delimiter = match options.value('d').map(CStr::to_bytes) {
        None => b'\t',
        Some([byte]) => *byte,
        Some(_) => return Err(call.misuse(format_args!("-d takes one byte"))),
    };
    let wanted = |place: usize| ranges.iter().any(|range| (range.0..=range.1).contains(&(place as u64 + 1)));

    let mut line = Vec::new();
    call.each_input(&options.operands, &mut |call, _, input| {
        while input.line(&mut line)? {
            let text = without_end(&line);
            if kind != 'f' {
                text.iter().enumerate().filter(|(place, _)| wanted(*place)).for_each(|(_, &byte)| call.out.byte(byte));
            } else if !text.contains(&delimiter) {
                if options.has('s') {
                    continue;
                }
                call.out.bytes(text);
            } else {
                let fields = text.split(|&byte| byte == delimiter).enumerate().filter(|(place, _)| wanted(*place));
                for (index, (_, field)) in fields.enumerate() {
                    if index > 0 {
                        call.out.byte(delimiter);
                    }
                    call.out.bytes(field);
                }
            }
            call.out.byte(b'\n');
        }
        Ok(())
    });
    Ok(())
}

/// Reads a list of ranges.
fn parse(list: &[u8]) -> Option<Vec<Range>> {
    list.split(|&byte| byte == b',')
        .map(|text| {
            let range = match text.iter().position(|&byte| byte == b'-') {
                None => number::decimal(text).map(|place| (place, place))?,
                Some(_) if text == b"-" => return None,
                Some(dash) => {
                    let (first, last) = (&text[..dash], &text[dash + 1..]);
                    let first = if first.is_empty() { 1 } else { number::decimal(first)? };
                    (first, if last.is_empty() { u64::MAX } else { number::decimal(last)? })
                }
            };
            (range.0 > 0 && range.0 <= range.1).then_some(range)
        })
        .collect()
}
