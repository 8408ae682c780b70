//! Repetitions: how often, and the copies of the piece that make it so.

use super::{Program, Syntax, limited};
use crate::matcher::Instruction;

/// The most a piece may be repeated by number (POSIX: RE_DUP_MAX).
const REPEAT_MAX: usize = 255;

/// How often something is to be repeated, at least and at most, and how long the text is that says so.
pub type Bounds = (usize, Option<usize>, usize);

/// Reads `2}`, `2,}`, `,3}` or `2,3}` at the beginning of the rest of a pattern. `None` means that an extended
/// expression's `{` was an ordinary one.
pub fn bounds(rest: &[u8], syntax: Syntax) -> Result<Option<Bounds>, &'static str> {
    let closing: &[u8] = if syntax == Syntax::Basic { b"\\}" } else { b"}" };
    let Some(length) = rest.windows(closing.len()).position(|window| window == closing) else {
        return if syntax == Syntax::Basic { Err("a \\{ is not closed") } else { Ok(None) };
    };
    let number = |text: &[u8]| crate::number::decimal(text).and_then(|number| usize::try_from(number).ok());
    let text = &rest[..length];
    let bounds = match text.iter().position(|&byte| byte == b',') {
        None => number(text).map(|number| (number, Some(number))),
        Some(comma) => {
            let (least, most) = (&text[..comma], &text[comma + 1..]);
            let least = if least.is_empty() { Some(0) } else { number(least) };
            let most = if most.is_empty() { Some(None) } else { number(most).map(Some) };
            least.zip(most)
        }
    };
    match bounds {
        Some((least, most)) if least <= REPEAT_MAX && most.is_none_or(|most| (least..=REPEAT_MAX).contains(&most)) => {
            Ok(Some((least, most, length + closing.len())))
        }
        None if syntax == Syntax::Extended => Ok(None),
        _ => Err("a repetition's numbers make no sense"),
    }
}

/// The repetition of a piece: `least` copies, and then up to `most`, or any number.
pub fn repeat(piece: &[Instruction], least: usize, most: Option<usize>) -> Result<Program, &'static str> {
    let length = piece.len() as isize;
    let mut program = Program::new();
    for _ in 0..least {
        program.extend_from_slice(piece);
        program = limited(program)?;
    }
    match most {
        None => {
            program.push(Instruction::Split(1, length + 2));
            program.extend_from_slice(piece);
            program.push(Instruction::Jump(-length - 1));
        }
        Some(most) => {
            for left in (1..=most - least).rev() {
                // Who stops here leaves out all that are left.
                program.push(Instruction::Split(1, left as isize * (length + 1)));
                program.extend_from_slice(piece);
                program = limited(program)?;
            }
        }
    }
    limited(program)
}
