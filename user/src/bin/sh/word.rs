//! A word as it was written: text, quoted or not, and what is to be put in when it is used.

use alloc::vec::Vec;

/// Whether something stood between quotes (or behind a backslash), which protects it from being split and matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quoting {
    /// It did not.
    Bare,
    /// It did.
    Quoted,
}

/// A piece of a word.
#[derive(Clone, Debug)]
pub enum Part {
    /// Bytes as they are.
    Text(Vec<u8>, Quoting),
    /// `$NAME`: a variable, an argument or one of `? $ ! # @ *`.
    Parameter(Vec<u8>, Quoting),
    /// `$(…)`: the output of these commands.
    Substitution(Vec<u8>, Quoting),
}

/// The pieces that stand side by side.
#[derive(Clone, Debug, Default)]
pub struct Word {
    /// In the order of the line.
    pub parts: Vec<Part>,
}

impl Word {
    /// Adds one byte of text.
    pub fn push(&mut self, byte: u8, quoting: Quoting) {
        match self.parts.last_mut() {
            Some(Part::Text(text, this)) if *this == quoting => text.push(byte),
            _ => self.parts.push(Part::Text(alloc::vec![byte], quoting)),
        }
    }

    /// Notes that there were quotes here, even with nothing between them: `''` is an argument.
    pub fn push_quotes(&mut self) {
        if !matches!(self.parts.last(), Some(Part::Text(_, Quoting::Quoted))) {
            self.parts.push(Part::Text(Vec::new(), Quoting::Quoted));
        }
    }

    /// Whether it is exactly this, without quotes.
    pub fn is_bare(&self, text: &[u8]) -> bool {
        matches!(self.parts.as_slice(), [Part::Text(bytes, Quoting::Bare)] if bytes == text)
    }

    /// `NAME=value`, as name and value, when it has that form; else the word itself.
    pub fn into_assignment(mut self) -> Result<(Vec<u8>, Word), Word> {
        let Some(Part::Text(text, Quoting::Bare)) = self.parts.first_mut() else { return Err(self) };
        let Some(sign) = text.iter().position(|&byte| byte == b'=') else { return Err(self) };
        if !is_name(&text[..sign]) {
            return Err(self);
        }
        let value = text.split_off(sign + 1);
        let mut name = core::mem::replace(text, value);
        name.pop();
        Ok((name, self))
    }
}

/// Whether a variable can be called so.
pub fn is_name(text: &[u8]) -> bool {
    text.first().is_some_and(|byte| !byte.is_ascii_digit()) && text.iter().all(|&byte| is_name_byte(byte))
}

/// Whether the byte can be in a variable's name.
pub fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}
