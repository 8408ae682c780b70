//! Regular expressions: from their text to a program for the little machine in `matcher`.
//!
//! Both kinds of POSIX are read, basic ones (`\(`, `\|`, `\{`, and GNU's `\+` and `\?`) and extended ones. A pattern is
//! compiled while it is read, by Thompson's construction (K. Thompson, "Regular Expression Search Algorithm",
//! CACM 11(6), 1968): every piece becomes a stretch of instructions that ends where the next begins. What is repeated is
//! copied. Back-references are no regular expressions and are refused.

use crate::matcher::{Assertion, Instruction, Set};
use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

/// The most instructions a pattern may have: `a{9}{9}{9}…` must not eat the memory.
const INSTRUCTIONS_MAX: usize = 20_000;
/// The most a piece may be repeated by number (POSIX: RE_DUP_MAX).
const REPEAT_MAX: usize = 255;
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

/// What stands at a place of the pattern, after backslashes have been understood.
#[derive(Clone, Copy, PartialEq)]
enum Token {
    Open,
    Close,
    Or,
    Star,
    Plus,
    Question,
    Brace,
    Start,
    End,
    Any,
    Bracket,
    Word(bool),
    Space(bool),
    Assert(Assertion),
    Byte(u8),
    BackReference,
    Dangling,
}

struct Reader<'a> {
    pattern: &'a [u8],
    place: usize,
    syntax: Syntax,
    fold_case: bool,
    depth: usize,
}

type Program = Vec<Instruction>;

/// How often something is to be repeated, at least and at most, and where the pattern goes on behind that.
type Bounds = (usize, Option<usize>, usize);

impl Reader<'_> {
    /// The token here and its length.
    fn peek(&self) -> Option<(Token, usize)> {
        let rest = &self.pattern[self.place..];
        let extended = self.syntax == Syntax::Extended;
        let special = |byte: u8| match byte {
            b'(' => Token::Open,
            b')' => Token::Close,
            b'|' => Token::Or,
            b'+' => Token::Plus,
            b'?' => Token::Question,
            b'{' => Token::Brace,
            other => Token::Byte(other),
        };
        Some(match *rest {
            [] => return None,
            [b'\\'] => (Token::Dangling, 1),
            [b'\\', byte, ..] => match byte {
                b'1'..=b'9' => (Token::BackReference, 2),
                b'w' | b'W' => (Token::Word(byte == b'w'), 2),
                b's' | b'S' => (Token::Space(byte == b's'), 2),
                b'b' => (Token::Assert(Assertion::WordEdge), 2),
                b'B' => (Token::Assert(Assertion::NoWordEdge), 2),
                b'<' => (Token::Assert(Assertion::WordStart), 2),
                b'>' => (Token::Assert(Assertion::WordEnd), 2),
                byte if extended => (Token::Byte(byte), 2),
                byte => (special(byte), 2),
            },
            [b'*', ..] => (Token::Star, 1),
            [b'.', ..] => (Token::Any, 1),
            [b'[', ..] => (Token::Bracket, 1),
            [b'^', ..] => (Token::Start, 1),
            [b'$', ..] => (Token::End, 1),
            [byte, ..] if extended => (special(byte), 1),
            [byte, ..] => (Token::Byte(byte), 1),
        })
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
            Token::Bracket => vec![Instruction::Set(Box::new(self.bracket()?))],
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
                Token::Brace => match self.bounds(self.place + length)? {
                    Some((least, most, end)) => {
                        self.place = end;
                        piece = repeat(&piece, least, most)?;
                        continue;
                    }
                    None => break,
                },
                _ => break,
            };
            self.place += length;
            piece = repeat(&piece, least, most)?;
        }
        Ok(piece)
    }

    /// Reads `2}`, `2,}`, `,3}` or `2,3}` from `place` on: least, most, and where it ends. `None` means that an extended
    /// expression's `{` was an ordinary one.
    fn bounds(&self, place: usize) -> Result<Option<Bounds>, &'static str> {
        let closing: &[u8] = if self.syntax == Syntax::Basic { b"\\}" } else { b"}" };
        let rest = &self.pattern[place..];
        let Some(length) = rest.windows(closing.len()).position(|window| window == closing) else {
            return if self.syntax == Syntax::Basic { Err("a \\{ is not closed") } else { Ok(None) };
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
            Some((least, most))
                if least <= REPEAT_MAX && most.is_none_or(|most| (least..=REPEAT_MAX).contains(&most)) =>
            {
                Ok(Some((least, most, place + length + closing.len())))
            }
            None if self.syntax == Syntax::Extended => Ok(None),
            _ => Err("a repetition's numbers make no sense"),
        }
    }

    /// Reads a bracket expression, behind its `[`.
    fn bracket(&mut self) -> Result<Set, &'static str> {
        const OPEN: &str = "a [ is not closed";
        let mut set = Set::EMPTY;
        let rest = &self.pattern[self.place..];
        let negated = rest.first() == Some(&b'^');
        let start = usize::from(negated);
        let mut place = start;
        loop {
            let byte = match *rest.get(place..).unwrap_or_default() {
                [] => return Err(OPEN),
                [b']', ..] if place > start => break,
                [b'[', kind @ (b':' | b'=' | b'.'), ref inner @ ..] => {
                    let end = inner.windows(2).position(|window| window == [kind, b']']).ok_or(OPEN)?;
                    place += end + 4;
                    if kind == b':' {
                        class(&inner[..end], &mut set)?;
                        continue;
                    }
                    let [byte] = inner[..end] else { return Err("it is only single letters that collate here") };
                    byte
                }
                [byte, ..] => {
                    place += 1;
                    byte
                }
            };
            match *rest.get(place..).unwrap_or_default() {
                [b'-', last, ..] if last != b']' => {
                    place += 2;
                    if last < byte {
                        return Err("a range ends before it begins");
                    }
                    (byte..=last).for_each(|byte| set.add(byte));
                }
                _ => set.add(byte),
            }
        }
        self.place += place + 1;
        if self.fold_case {
            set = Set::of(|byte| set.has(byte.to_ascii_lowercase()) || set.has(byte.to_ascii_uppercase()));
        }
        Ok(if negated { Set::of(|byte| !set.has(byte)) } else { set })
    }
}

/// Adds the bytes of a class, `alpha` and so on.
fn class(name: &[u8], set: &mut Set) -> Result<(), &'static str> {
    let test = class_test(name).ok_or("there is no such class of bytes")?;
    (0..=u8::MAX).filter(test).for_each(|byte| set.add(byte));
    Ok(())
}

/// What tells whether a byte is in the class of that name.
pub fn class_test(name: &[u8]) -> Option<fn(&u8) -> bool> {
    Some(match name {
        b"alpha" => u8::is_ascii_alphabetic,
        b"digit" => u8::is_ascii_digit,
        b"alnum" => u8::is_ascii_alphanumeric,
        b"upper" => u8::is_ascii_uppercase,
        b"lower" => u8::is_ascii_lowercase,
        b"punct" => u8::is_ascii_punctuation,
        b"xdigit" => u8::is_ascii_hexdigit,
        b"cntrl" => u8::is_ascii_control,
        b"graph" => u8::is_ascii_graphic,
        b"print" => |byte| matches!(byte, b' '..=b'~'),
        b"blank" => |byte| matches!(byte, b' ' | b'\t'),
        b"space" => |&byte| is_space(byte),
        _ => return None,
    })
}

/// The repetition of a piece: `least` copies, and then up to `most`, or any number.
fn repeat(piece: &[Instruction], least: usize, most: Option<usize>) -> Result<Program, &'static str> {
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

/// The program, if it is not too long.
fn limited(program: Program) -> Result<Program, &'static str> {
    if program.len() > INSTRUCTIONS_MAX { Err("the pattern is too large") } else { Ok(program) }
}

/// Whether a byte belongs to a word.
pub fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Whether a byte is a space of any kind.
pub fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}
