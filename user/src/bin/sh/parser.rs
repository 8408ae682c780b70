//! Makes a tree of a line's tokens: lists of pipelines of commands.

use crate::lexer;
use crate::token::{Direction, Lexeme, Operator, SyntaxError, Token};
use crate::word::Word;
use alloc::vec::Vec;
use core::iter::Peekable;

/// Everything up to a `;`, `&` or line end: pipelines with `&&` and `||` between them.
pub struct List {
    /// The pipelines in their order; what is said with the first one has no meaning.
    pub pipelines: Vec<(Condition, Pipeline)>,
    /// Whether the shell waits for it.
    pub place: Place,
    /// As it was written.
    pub text: Vec<u8>,
}

/// When a pipeline of a list runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// `&&`, or the first: when the last status was 0.
    Success,
    /// `||`: when it was not.
    Failure,
}

/// Where a job runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The shell waits, and the job has the terminal.
    Foreground,
    /// `&`
    Background,
}

/// Commands with a pipe from each to the next.
pub struct Pipeline {
    /// At least one.
    pub commands: Vec<Command>,
    /// `!`: what counts as success is failure.
    pub negated: bool,
    /// As it was written.
    pub text: Vec<u8>,
}

/// A command as it was written.
#[derive(Default)]
pub struct Command {
    /// `NAME=value` before it.
    pub assignments: Vec<(Vec<u8>, Word)>,
    /// Its name and arguments.
    pub words: Vec<Word>,
    /// `>file` and its like.
    pub redirections: Vec<Redirection>,
}

/// A redirection of one descriptor.
pub struct Redirection {
    /// Which.
    pub descriptor: i32,
    /// What is done.
    pub direction: Direction,
    /// With which file.
    pub target: Word,
}

/// Reads a line, or several.
///
/// # Errors
/// See [`SyntaxError`].
pub fn parse(source: &[u8]) -> Result<Vec<List>, SyntaxError> {
    let mut parser = Parser { source, lexemes: lexer::split(source)?.into_iter().peekable(), end: 0 };
    let mut lists = Vec::new();
    loop {
        parser.skip_newlines();
        if parser.lexemes.peek().is_none() {
            return Ok(lists);
        }
        lists.push(parser.list()?);
    }
}

/// The tokens that are left.
struct Parser<'a> {
    source: &'a [u8],
    lexemes: Peekable<alloc::vec::IntoIter<Lexeme>>,
    /// Where the last token ended that was taken.
    end: usize,
}

impl Parser<'_> {
    fn peek_operator(&mut self) -> Option<Operator> {
        match self.lexemes.peek()?.token {
            Token::Operator(operator) => Some(operator),
            _ => None,
        }
    }

    fn next(&mut self) -> Option<Token> {
        let lexeme = self.lexemes.next()?;
        self.end = lexeme.end;
        Some(lexeme.token)
    }

    fn skip_newlines(&mut self) {
        while self.peek_operator() == Some(Operator::Newline) {
            self.next();
        }
    }

    /// Where the next token begins.
    fn start(&mut self) -> usize {
        self.lexemes.peek().map_or(self.source.len(), |lexeme| lexeme.start)
    }

    fn list(&mut self) -> Result<List, SyntaxError> {
        let start = self.start();
        let mut pipelines = alloc::vec![(Condition::Success, self.pipeline(None)?)];
        loop {
            let text = self.source[start..self.end].to_vec();
            let operator = self.peek_operator();
            if operator.is_some() {
                self.next();
            }
            let (operator, condition) = match operator {
                Some(operator @ Operator::And) => (operator, Condition::Success),
                Some(operator @ Operator::Or) => (operator, Condition::Failure),
                Some(Operator::Background) => return Ok(List { pipelines, place: Place::Background, text }),
                _ => return Ok(List { pipelines, place: Place::Foreground, text }),
            };
            self.skip_newlines();
            pipelines.push((condition, self.pipeline(Some(operator))?));
        }
    }

    /// A pipeline, which stands behind `before` if that is anything.
    fn pipeline(&mut self, before: Option<Operator>) -> Result<Pipeline, SyntaxError> {
        let start = self.start();
        let mut negated = false;
        while matches!(self.lexemes.peek(), Some(Lexeme { token: Token::Word(word), .. }) if word.is_bare(b"!")) {
            self.next();
            negated = !negated;
        }
        let mut commands = Vec::new();
        let mut before = before;
        loop {
            let command = self.command()?;
            if command.words.is_empty() && command.assignments.is_empty() && command.redirections.is_empty() {
                return Err(match (before, self.peek_operator()) {
                    (Some(operator), _) => SyntaxError::NothingAfter(operator),
                    (None, Some(operator)) if !negated => SyntaxError::NothingBefore(operator),
                    _ => SyntaxError::NothingToNegate,
                });
            }
            commands.push(command);
            if self.peek_operator() != Some(Operator::Pipe) {
                return Ok(Pipeline { commands, negated, text: self.source[start..self.end].to_vec() });
            }
            self.next();
            self.skip_newlines();
            before = Some(Operator::Pipe);
        }
    }

    /// A command; an empty one when there is none.
    fn command(&mut self) -> Result<Command, SyntaxError> {
        let mut command = Command::default();
        while !matches!(self.lexemes.peek(), None | Some(Lexeme { token: Token::Operator(_), .. })) {
            match self.next() {
                Some(Token::Redirect(descriptor, direction, text)) => {
                    let Some(Token::Word(target)) = self.next() else { return Err(SyntaxError::NoTarget(text)) };
                    command.redirections.push(Redirection { descriptor, direction, target });
                }
                Some(Token::Word(word)) if command.words.is_empty() => match word.into_assignment() {
                    Err(word) if let Some(reserved) = reserved(&word) => return Err(SyntaxError::Compound(reserved)),
                    Ok(assignment) => command.assignments.push(assignment),
                    Err(word) => command.words.push(word),
                },
                Some(Token::Word(word)) => command.words.push(word),
                Some(Token::Operator(_)) | None => break,
            }
        }
        Ok(command)
    }
}

/// The word of POSIX' compound commands that this is, if it is one. Most stand at the beginning of several commands in
/// a row: better none of these is run than those that happen to make sense.
fn reserved(word: &Word) -> Option<&'static str> {
    const RESERVED: [&str; 14] =
        ["if", "then", "elif", "else", "fi", "for", "while", "until", "do", "done", "case", "esac", "{", "}"];
    RESERVED.into_iter().find(|text| word.is_bare(text.as_bytes()))
}
