//! What a line is made of, and what can be wrong with it.

use crate::word::Word;
use core::fmt;

/// What stands between commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `|`
    Pipe,
    /// `&&`
    And,
    /// `||`
    Or,
    /// `&`
    Background,
    /// `;`
    Semicolon,
    /// A line end.
    Newline,
}

impl Operator {
    /// As it is written.
    pub fn text(self) -> &'static str {
        match self {
            Operator::Pipe => "|",
            Operator::And => "&&",
            Operator::Or => "||",
            Operator::Background => "&",
            Operator::Semicolon => ";",
            Operator::Newline => "the line's end",
        }
    }
}

/// What a redirection does to its descriptor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// `<`
    Read,
    /// `>`
    Write,
    /// `>>`
    Append,
    /// `<&` and `>&`
    Duplicate,
}

/// A word or what is none.
#[derive(Debug)]
pub enum Token {
    /// A word.
    Word(Word),
    /// Something between commands.
    Operator(Operator),
    /// A redirection of this descriptor; the word behind it says where to. The text is for messages.
    Redirect(i32, Direction, &'static str),
}

/// A token and where it is in the line.
#[derive(Debug)]
pub struct Lexeme {
    /// What it is.
    pub token: Token,
    /// Its first byte.
    pub start: usize,
    /// The byte behind its last.
    pub end: usize,
}

/// Why a line makes no sense.
#[derive(Debug, PartialEq, Eq)]
pub enum SyntaxError {
    /// A quote (`'`, `"`, a backtick, or the parenthesis of `$(`) has no partner.
    Open(&'static str),
    /// The last byte is a backslash with nothing to act on.
    TrailingBackslash,
    /// A byte of value 0, which no argument of a program can hold.
    NulByte,
    /// `${` with something behind it that is no name and a brace.
    BadParameter,
    /// A parenthesis, which has no meaning here.
    Parenthesis(char),
    /// There is no command before this operator.
    NothingBefore(Operator),
    /// There is no command behind this operator.
    NothingAfter(Operator),
    /// There is no word behind this redirection.
    NoTarget(&'static str),
    /// A `!` without a command.
    NothingToNegate,
    /// A word of POSIX' shell that begins or ends what this one has not got.
    Compound(&'static str),
    /// A redirection of POSIX' shell that this one has not got.
    NoSuchRedirection(&'static str),
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SyntaxError::Open(quote) => write!(out, "a {quote} is not closed"),
            SyntaxError::TrailingBackslash => out.write_str("nothing follows the last backslash"),
            SyntaxError::NulByte => out.write_str("a byte of value 0 is in the line"),
            SyntaxError::BadParameter => out.write_str("`${` wants a variable's name and a `}` behind it"),
            SyntaxError::Parenthesis(which) => write!(out, "`{which}` has no meaning here, unless quoted"),
            SyntaxError::NothingBefore(operator) => write!(out, "a command is missing before `{}`", operator.text()),
            SyntaxError::NothingAfter(operator) => write!(out, "a command is missing behind `{}`", operator.text()),
            SyntaxError::NoTarget(redirection) => write!(out, "a file's name is missing behind `{redirection}`"),
            SyntaxError::NothingToNegate => out.write_str("a command is missing behind `!`"),
            SyntaxError::Compound(word) => write!(out, "`{word}` has no meaning here: commands are single lines"),
            SyntaxError::NoSuchRedirection(text) => write!(out, "`{text}` has no meaning here, unless quoted"),
        }
    }
}
