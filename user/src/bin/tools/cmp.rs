//! `cmp`: whether two files are the same.

use crate::call::{Call, Stop, Tool};
use crate::input::Input;
use crate::{number, put};
use tusk_user::print::STANDARD_ERROR;
use tusk_user::usage;

/// The tool.
pub const CMP: Tool = Tool {
    name: "cmp",
    help: "usage: cmp [-ls] [-n LENGTH] FILE1 [FILE2]
Compares two files, the second being standard input when it is not named, and tells where they first differ, all places
and bytes (-l), or nothing (-s). The exit status is 0 when they are the same, 1 when not, 2 after an error.",
    main: cmp,
};

/// The status when they differ.
const DIFFERENT_STATUS: i32 = 1;

fn cmp(call: &mut Call) -> Result<(), Stop> {
    call.trouble = usage::USAGE_STATUS;
    let options = call.options("lsn:")?;
    let (first, second) = match *options.operands {
        [first] => (first, c"-"),
        [first, second] => (first, second),
        _ => return Err(call.misuse(format_args!("which two files?"))),
    };
    let mut left = match options.value('n') {
        None => u64::MAX,
        Some(text) => number::with_unit(text.to_bytes()).ok_or_else(|| call.misuse_of(text, "is no number"))?,
    };
    let mut open = |path| {
        Input::open(path).map_err(|error| {
            call.complain(path, error);
            Stop(call.status)
        })
    };
    let mut inputs = (open(first)?, open(second)?);
    let (mut place, mut line) = (0u64, 1u64);
    while left > 0 {
        let mut next = |path, input: &mut Input| {
            input.byte().map_err(|error| {
                call.complain(path, error);
                Stop(call.status)
            })
        };
        let pair = (next(first, &mut inputs.0)?, next(second, &mut inputs.1)?);
        place += 1;
        left -= 1;
        match pair {
            (None, None) => break,
            (Some(one), Some(other)) if one == other => line += u64::from(one == b'\n'),
            (Some(one), Some(other)) => {
                call.status = DIFFERENT_STATUS;
                if options.has('l') {
                    put!(call.out, "{place} {one:3o} {other:3o}\n");
                    continue;
                }
                if !options.has('s') {
                    call.out.bytes(first.to_bytes());
                    call.out.byte(b' ');
                    call.out.bytes(second.to_bytes());
                    put!(call.out, " differ: char {place}, line {line}\n");
                }
                break;
            }
            (one, _) => {
                call.status = DIFFERENT_STATUS;
                if !options.has('s') {
                    end_of(call, if one.is_none() { first.to_bytes() } else { second.to_bytes() }, place - 1);
                }
                break;
            }
        }
    }
    Ok(())
}

/// Says which file is the shorter one.
fn end_of(call: &mut Call, path: &[u8], length: u64) {
    call.out.flush();
    let mut line = crate::output::Output::new(STANDARD_ERROR, call.name());
    line.text("cmp: EOF on ");
    line.bytes(path);
    put!(line, " after byte {length}\n");
    line.flush();
}
