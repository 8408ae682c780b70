//! What stands at a place of a pattern, after backslashes have been understood.

use super::Syntax;
use crate::matcher::Assertion;

/// A sign of the pattern.
#[derive(Clone, Copy, PartialEq)]
pub enum Token {
    /// A group begins.
    Open,
    /// A group ends.
    Close,
    /// What stands before, or what stands behind.
    Or,
    /// Any number of the piece before.
    Star,
    /// One of it, or more.
    Plus,
    /// One of it, or none.
    Question,
    /// As many of it as the numbers behind say.
    Brace,
    /// The beginning of the line.
    Start,
    /// The end of the line.
    End,
    /// Any byte.
    Any,
    /// A set of bytes follows.
    Bracket,
    /// A byte of a word, or one of none.
    Word(bool),
    /// A space of any kind, or anything else.
    Space(bool),
    /// Something is asked about the place.
    Assert(Assertion),
    /// A byte that means itself.
    Byte(u8),
    /// What a group matched is to come again.
    BackReference,
    /// A backslash that ends the pattern.
    Dangling,
}

/// The first token of the rest of a pattern, and its length.
pub fn first(rest: &[u8], syntax: Syntax) -> Option<(Token, usize)> {
    let extended = syntax == Syntax::Extended;
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
