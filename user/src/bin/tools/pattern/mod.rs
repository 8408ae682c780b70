//! Regular expressions: from their text to a program for the little machine in `matcher`.
//!
//! Both kinds of POSIX are read, basic ones (`\(`, `\|`, `\{`, and GNU's `\+` and `\?`) and extended ones. A pattern is
//! compiled while it is read, by Thompson's construction (K. Thompson, "Regular Expression Search Algorithm",
//! CACM 11(6), 1968): every piece becomes a stretch of instructions that ends where the next begins. What is repeated is
//! copied. Back-references are no regular expressions and are refused.

mod bytes;
mod repetition;
mod token;

use crate::matcher::{Assertion, Instruction, Set};
use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;
pub use bytes::{class_test, is_space, is_word};
use token::Token;

/// The most instructions a pattern may have: `a{9}{9}{9}…` must not eat the memory.
const INSTRUCTIONS_MAX: usize = 20_000;
/// How deep groups may be nested, since reading one takes stack.
const DEPTH_MAX: usize = 100;

/// Which kind of expression.
#[derive(Clone, Copy, PartialEq)]
pub enum Syntax {
    /// Groups, repetitions by number and `|` have a backslash before them.
    Basic,
    /// They have none.
    Extended,
}

/// Compiles an expression; the error says what is wrong with it.
pub fn compile(pattern: &[u8], syntax: Syntax, fold_case: bool) -> Result<Vec<Instruction>, &'static str> {
    let mut reader = Reader { pattern, place: 0, syntax, fold_case, depth: 0 };
    let program = reader.alternatives()?;
    match reader.peek() {
        None => Ok(program),
        Some(_) => Err("a group is closed that was not opened"),
    }
}

/// Instructions, in their order.
type Program = Vec<Instruction>;

struct Reader<'a> {
    pattern: &'a [u8],
    place: usize,
    syntax: Syntax,
    fold_case: bool,
    depth: usize,
}

impl Reader<'_> {
    /// The token here and its length.
    fn peek(&self) -> Option<(Token, usize)> {
        token::first(&self.pattern[self.place..], self.syntax)
    }

    /// Reads `A|B|C`.
    fn alternatives(&mut self) -> Result<Program, &'static str> {
        let mut program = self.sequence()?;
        while let Some((Token::Or, length)) = self.peek() {
            self.place += length;
            let other = self.sequence()?;
            // try A, else jump to B; A ends with a jump behind B.
            let mut both = vec![Instruction::Split(1, program.len() as isize + 2)];
            both.append(&mut program);
            both.push(Instruction::Jump(other.len() as isize + 1));
            both.extend(other);
            program = limited(both)?;
        }
        Ok(program)
    }

    /// Reads pieces up to a `|`, a `)` or the end.
    fn sequence(&mut self) -> Result<Program, &'static str> {
        let mut program = Program::new();
        let mut at_start = true;
        while let Some((token, length)) = self.peek() {
            if token == Token::Or || token == Token::Close && (self.depth > 0 || self.syntax == Syntax::Basic) {
                break;
            }
            self.place += length;
            let piece = self.piece(token, at_start)?;
            // A basic expression's `*` is ordinary behind a `^` that begins it, as it is at the start.
            at_start = at_start && token == Token::Start && self.syntax == Syntax::Basic;
            let piece = if at_start { piece } else { self.repeated(piece)? };
            program.extend(piece);
            program = limited(program)?;
        }
        Ok(program)
    }

    /// Compiles what a token begins.
    fn piece(&mut self, token: Token, at_start: bool) -> Result<Program, &'static str> {
        let basic = self.syntax == Syntax::Basic;
        Ok(match token {
            Token::Open => {
                self.depth += 1;
                if self.depth > DEPTH_MAX {
                    return Err("groups are nested too deeply");
                }
                let program = self.alternatives()?;
                let Some((Token::Close, length)) = self.peek() else { return Err("a group is not closed") };
                self.place += length;
                self.depth -= 1;
                program
            }
            Token::Any => vec![Instruction::Any],
            Token::Bracket => {
                let (set, length) = bytes::bracket(&self.pattern[self.place..], self.fold_case)?;
                self.place += length;
                vec![Instruction::Set(Box::new(set))]
            }
            Token::Word(inside) => vec![Instruction::Set(Box::new(Set::of(|byte| is_word(byte) == inside)))],
            Token::Space(inside) => vec![Instruction::Set(Box::new(Set::of(|byte| is_space(byte) == inside)))],
            Token::Assert(assertion) => vec![Instruction::Assert(assertion)],
            // In a basic expression `^` and `$` are ordinary but at its two ends.
            Token::Start if !basic || at_start => vec![Instruction::Assert(Assertion::LineStart)],
            Token::End if !basic || self.at_end() => vec![Instruction::Assert(Assertion::LineEnd)],
            Token::Start => vec![Instruction::Byte(b'^')],
            Token::End => vec![Instruction::Byte(b'$')],
            Token::Byte(byte) if self.fold_case && byte.is_ascii_alphabetic() => {
                vec![Instruction::Set(Box::new(Set::of(|other| other.eq_ignore_ascii_case(&byte))))]
            }
            Token::Byte(byte) => vec![Instruction::Byte(byte)],
            // With nothing before it to repeat, a sign means itself; `{` of extended ones alone is an error to us.
            Token::Star => vec![Instruction::Byte(b'*')],
            Token::Plus => vec![Instruction::Byte(b'+')],
            Token::Question => vec![Instruction::Byte(b'?')],
            Token::Brace if !basic => vec![Instruction::Byte(b'{')],
            Token::Brace => return Err("nothing is there to repeat"),
            Token::Close | Token::Or => vec![Instruction::Byte(b')')],
            Token::BackReference => return Err("back-references are not regular expressions, and not for this grep"),
            Token::Dangling => return Err("nothing follows the last backslash"),
        })
    }

    /// Whether a `$` just read is the last thing of a basic expression.
    fn at_end(&self) -> bool {
        matches!(self.peek(), None | Some((Token::Or | Token::Close, _)))
    }

    /// Applies the repetitions behind a piece.
    fn repeated(&mut self, mut piece: Program) -> Result<Program, &'static str> {
        while let Some((token, length)) = self.peek() {
            let (least, most) = match token {
                Token::Star => (0, None),
                Token::Plus => (1, None),
                Token::Question => (0, Some(1)),
                Token::Brace => match repetition::bounds(&self.pattern[self.place + length..], self.syntax)? {
                    Some((least, most, of_bounds)) => {
                        self.place += length + of_bounds;
                        piece = repetition::repeat(&piece, least, most)?;
                        continue;
                    }
                    None => break,
                },
                _ => break,
            };
            self.place += length;
            piece = repetition::repeat(&piece, least, most)?;
        }
        Ok(piece)
    }
}

/// The program, if it is not too long.
fn limited(program: Program) -> Result<Program, &'static str> {
    if program.len() > INSTRUCTIONS_MAX { Err("the pattern is too large") } else { Ok(program) }
}
