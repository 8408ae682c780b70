//! Splits a line into words and operators.
//!
//! The rules are POSIX' (Shell Command Language, "Token Recognition" and "Quoting"). Nothing is recursive, not even
//! `"$("$(…)")"`, since how deep a line nests is up to who types it.

use crate::token::{Direction, Lexeme, Operator, SyntaxError, Token};
use crate::word::{Part, Quoting, Word, is_name_byte};
use alloc::vec::Vec;

/// Splits `source`.
///
/// # Errors
/// See [`SyntaxError`].
pub fn split(source: &[u8]) -> Result<Vec<Lexeme>, SyntaxError> {
    if source.contains(&0) {
        return Err(SyntaxError::NulByte);
    }
    let mut lexer = Lexer { source, at: 0 };
    let mut lexemes = Vec::new();
    loop {
        lexer.skip_blanks();
        let start = lexer.at;
        if start >= source.len() {
            return Ok(lexemes);
        }
        let token = lexer.token()?;
        lexemes.push(Lexeme { token, start, end: lexer.at });
    }
}

/// A place in the line.
struct Lexer<'a> {
    source: &'a [u8],
    at: usize,
}

impl Lexer<'_> {
    fn peek(&self) -> Option<u8> {
        self.source.get(self.at).copied()
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    /// Goes on when the line goes on so.
    fn take(&mut self, text: &[u8]) -> bool {
        let found = self.source[self.at..].starts_with(text);
        if found {
            self.at += text.len();
        }
        found
    }

    /// Goes to the next token: over blanks, joined lines, and a comment up to its line's end.
    fn skip_blanks(&mut self) {
        loop {
            match self.peek() {
                Some(b' ' | b'\t' | b'\r') => self.at += 1,
                Some(b'\\') if self.take(b"\\\n") => {}
                Some(b'#') => {
                    while self.peek().is_some_and(|byte| byte != b'\n') {
                        self.at += 1;
                    }
                }
                _ => return,
            }
        }
    }

    /// Reads what begins here, where neither a blank nor the end is.
    fn token(&mut self) -> Result<Token, SyntaxError> {
        if let Some(operator) = self.operator()? {
            return Ok(Token::Operator(operator));
        }
        match self.redirection()? {
            Some(token) => Ok(token),
            None => self.word().map(Token::Word),
        }
    }

    fn operator(&mut self) -> Result<Option<Operator>, SyntaxError> {
        const OPERATORS: [(&[u8], Operator); 6] = [
            (b"&&", Operator::And),
            (b"||", Operator::Or),
            (b"&", Operator::Background),
            (b"|", Operator::Pipe),
            (b";", Operator::Semicolon),
            (b"\n", Operator::Newline),
        ];
        match self.peek() {
            Some(byte @ (b'(' | b')')) => Err(SyntaxError::Parenthesis(char::from(byte))),
            _ => Ok(OPERATORS.iter().find(|(text, _)| self.take(text)).map(|&(_, operator)| operator)),
        }
    }

    /// `<`, `>`, `>>`, `<&` or `>&`, with the number of the descriptor before it, if there is one.
    fn redirection(&mut self) -> Result<Option<Token>, SyntaxError> {
        const UNKNOWN: [&str; 3] = ["<<", "<>", ">|"];
        const REDIRECTIONS: [(&str, i32, Direction); 5] = [
            (">>", 1, Direction::Append),
            (">&", 1, Direction::Duplicate),
            ("<&", 0, Direction::Duplicate),
            (">", 1, Direction::Write),
            ("<", 0, Direction::Read),
        ];
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        let number = core::str::from_utf8(&self.source[start..self.at]).ok().and_then(|digits| digits.parse().ok());
        if let Some(text) = UNKNOWN.into_iter().find(|text| self.take(text.as_bytes())) {
            return Err(SyntaxError::NoSuchRedirection(text));
        }
        Ok(match REDIRECTIONS.iter().find(|(text, ..)| self.take(text.as_bytes())) {
            Some(&(text, usual, direction)) => Some(Token::Redirect(number.unwrap_or(usual), direction, text)),
            None => {
                // A word that begins with digits, then.
                self.at = start;
                None
            }
        })
    }

    fn word(&mut self) -> Result<Word, SyntaxError> {
        let mut word = Word::default();
        while let Some(byte) = self.peek() {
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' | b'|' | b'&' | b';' | b'<' | b'>' | b'(' | b')' => break,
                b'\'' => {
                    self.at += 1;
                    self.single_quotes(&mut word)?;
                }
                b'"' => {
                    self.at += 1;
                    self.double_quotes(&mut word)?;
                }
                b'\\' => {
                    self.at += 1;
                    match self.next() {
                        None => return Err(SyntaxError::TrailingBackslash),
                        Some(b'\n') => {}
                        Some(byte) => word.push(byte, Quoting::Quoted),
                    }
                }
                b'$' | b'`' => self.dollar(&mut word, Quoting::Bare)?,
                byte => {
                    self.at += 1;
                    word.push(byte, Quoting::Bare);
                }
            }
        }
        Ok(word)
    }

    /// Up to the second `'`: everything as it is.
    fn single_quotes(&mut self, word: &mut Word) -> Result<(), SyntaxError> {
        word.push_quotes();
        loop {
            match self.next().ok_or(SyntaxError::Open("'"))? {
                b'\'' => return Ok(()),
                byte => word.push(byte, Quoting::Quoted),
            }
        }
    }

    /// Up to the second `"`: a backslash acts on `$`, a backtick, `"`, `\` and a line end, and `$` means something.
    fn double_quotes(&mut self, word: &mut Word) -> Result<(), SyntaxError> {
        word.push_quotes();
        loop {
            match self.peek().ok_or(SyntaxError::Open("\""))? {
                b'"' => {
                    self.at += 1;
                    return Ok(());
                }
                b'$' | b'`' => self.dollar(word, Quoting::Quoted)?,
                b'\\' => {
                    self.at += 1;
                    match self.peek() {
                        Some(byte @ (b'$' | b'`' | b'"' | b'\\')) => {
                            self.at += 1;
                            word.push(byte, Quoting::Quoted);
                        }
                        Some(b'\n') => self.at += 1,
                        _ => word.push(b'\\', Quoting::Quoted),
                    }
                }
                byte => {
                    self.at += 1;
                    word.push(byte, Quoting::Quoted);
                }
            }
        }
    }

    /// What begins with `$` or a backtick: a parameter, a substitution, or the character itself.
    fn dollar(&mut self, word: &mut Word, quoting: Quoting) -> Result<(), SyntaxError> {
        if self.take(b"`") {
            let script = self.backticks()?;
            word.parts.push(Part::Substitution(script, quoting));
            return Ok(());
        }
        self.at += 1;
        if self.take(b"(") {
            let start = self.at;
            self.skip_to_parenthesis()?;
            word.parts.push(Part::Substitution(self.source[start..self.at - 1].to_vec(), quoting));
        } else if self.take(b"{") {
            let name = self.name();
            if name.is_empty() || !self.take(b"}") {
                return Err(SyntaxError::BadParameter);
            }
            word.parts.push(Part::Parameter(name, quoting));
        } else {
            match self.name() {
                name if name.is_empty() => word.push(b'$', quoting),
                name => word.parts.push(Part::Parameter(name, quoting)),
            }
        }
        Ok(())
    }

    /// A variable's name, one digit, or one of the characters that are parameters; empty when it is neither.
    fn name(&mut self) -> Vec<u8> {
        let start = self.at;
        match self.peek() {
            Some(b'0'..=b'9' | b'?' | b'$' | b'!' | b'#' | b'@' | b'*') => self.at += 1,
            _ => {
                while self.peek().is_some_and(is_name_byte) {
                    self.at += 1;
                }
            }
        }
        self.source[start..self.at].to_vec()
    }

    /// The commands up to the second backtick; a backslash acts on a backtick, `$` and `\`.
    fn backticks(&mut self) -> Result<Vec<u8>, SyntaxError> {
        let mut script = Vec::new();
        loop {
            match self.next().ok_or(SyntaxError::Open("`"))? {
                b'`' => return Ok(script),
                b'\\' => {
                    let escaped = self.peek().filter(|byte| matches!(byte, b'`' | b'$' | b'\\'));
                    self.at += usize::from(escaped.is_some());
                    script.push(escaped.unwrap_or(b'\\'));
                }
                byte => script.push(byte),
            }
        }
    }

    /// Goes behind the parenthesis that ends `$(`: not one between quotes, nor one of a `$(` within.
    fn skip_to_parenthesis(&mut self) -> Result<(), SyntaxError> {
        /// What we are inside of.
        #[derive(PartialEq)]
        enum Inside {
            Parenthesis,
            Quotes,
        }
        let mut nesting = alloc::vec![Inside::Parenthesis];
        while let Some(innermost) = nesting.last() {
            let quoted = *innermost == Inside::Quotes;
            match self.next().ok_or(SyntaxError::Open("$("))? {
                b'\\' => self.at += 1,
                b'\'' if !quoted => while self.next().ok_or(SyntaxError::Open("'"))? != b'\'' {},
                b'"' if quoted => drop(nesting.pop()),
                b'"' => nesting.push(Inside::Quotes),
                b'$' if self.take(b"(") => nesting.push(Inside::Parenthesis),
                b'(' if !quoted => nesting.push(Inside::Parenthesis),
                b')' if !quoted => drop(nesting.pop()),
                _ => {}
            }
        }
        Ok(())
    }
}
