//! Tells every call of a table every lie, and looks whether anything is lost.

use super::argument::Argument;
use super::ground::{ARGUMENTS, Ground};
use super::line::Line;
use crate::call::call;
use crate::check::{check, check_eq};
use crate::child;
use crate::files::shorthand::lowest_free;
use tusk_user::{Errno, machine, on_tusk};

/// None; as many as there are numbers; 2^31, which is negative where numbers have a sign.
const BAD_COUNTS: [usize; 3] = [0, usize::MAX, 1 << 31];

/// Tries all lines, twice: the first time may leave something behind that is used again, the second may not.
pub fn all(lines: &[Line<'_>]) {
    let ground = Ground::new();
    let descriptor = lowest_free();
    lines.iter().for_each(|line| each(line, &ground, descriptor));
    let memory = free_memory();
    lines.iter().for_each(|line| each(line, &ground, descriptor));
    check_eq!(free_memory(), memory, "the memory that is free");
    ground.check();
    child::none_left();
}

/// Bytes of memory that nobody uses; on Linux others are at it too, and what it is says nothing.
fn free_memory() -> u64 {
    if on_tusk() { machine::info().map_or(0, |info| info.free) } else { 0 }
}

/// Gives each argument of a call in turn what is bad for it, the others being good.
fn each(line: &Line<'_>, ground: &Ground, descriptor: i32) {
    for (index, argument) in line.arguments.iter().enumerate() {
        let attempt = |value| {
            let result = once(line, ground, index, value);
            let lowest = lowest_free();
            check_eq!(lowest, descriptor, "the lowest free descriptor after {} with {value:#x}", line.name);
            result
        };
        match argument {
            Argument::Word(_) => {}
            Argument::Count(_) => BAD_COUNTS.into_iter().for_each(|count| {
                let result = attempt(count);
                check!(line.is_answer(result), "{} with {count:#x} as argument {index}: {result:?}", line.name);
            }),
            Argument::Place(_) => ground.empty_places().for_each(|address| {
                let result = attempt(address);
                check!(line.is_answer(result), "{} with {address:#x} as argument {index}: {result:?}", line.name);
            }),
            Argument::Pointer(pointer) => ground.bad_addresses(pointer).for_each(|address| {
                let result = attempt(address);
                let is_part = pointer.is_partial && matches!(result, Ok(count) if (1..pointer.size).contains(&count));
                let is_right = is_part || line.is_refused(result);
                check!(is_right, "{} with {address:#x} as argument {index} is not EFAULT: {result:?}", line.name);
            }),
        }
    }
}

/// Makes a call with one argument replaced.
fn once(line: &Line<'_>, ground: &Ground, replaced: usize, value: usize) -> Result<usize, Errno> {
    ground.restore();
    let mut words = [0; ARGUMENTS];
    for (index, argument) in line.arguments.iter().enumerate() {
        words[index] = match argument {
            _ if index == replaced => value,
            Argument::Word(word) | Argument::Count(word) | Argument::Place(word) => *word,
            Argument::Pointer(pointer) => ground.lay(index, pointer),
        };
    }
    (line.before)();
    let result = call(line.number, words);
    (line.after)(&words, result);
    result
}
