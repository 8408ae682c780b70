//! Makes arguments of words: tildes, variables, substitutions, splitting, file names, in POSIX' order.
//!
//! While a word is expanded, its text is kept as a pattern, in which a backslash protects what was quoted (see `glob`).

use crate::failure::Failure;
use crate::glob;
use crate::shell::Shell;
use crate::word::{Part, Quoting, Word};
use alloc::vec::Vec;

/// The fields that a word becomes, as patterns.
#[derive(Default)]
struct Fields {
    done: Vec<Vec<u8>>,
    current: Vec<u8>,
    /// Whether there is a current field, be it empty.
    begun: bool,
}

impl Fields {
    /// Adds text to the current field as it is.
    fn push(&mut self, text: &[u8]) {
        self.begun = true;
        text.iter().for_each(|&byte| glob::push_literal(&mut self.current, byte));
    }

    /// Adds text in which `*` and its like mean something.
    fn push_pattern(&mut self, text: &[u8]) {
        self.begun |= !text.is_empty();
        for &byte in text {
            if byte == b'\\' {
                self.current.push(b'\\');
            }
            self.current.push(byte);
        }
    }

    /// Adds text in which blanks begin a new field.
    fn push_split(&mut self, text: &[u8]) {
        for (index, piece) in text.split(u8::is_ascii_whitespace).enumerate() {
            if index > 0 {
                self.finish();
            }
            self.push_pattern(piece);
        }
    }

    /// Ends the current field.
    fn finish(&mut self) {
        if core::mem::take(&mut self.begun) {
            self.done.push(core::mem::take(&mut self.current));
        }
    }
}

impl Shell {
    /// The arguments that words become.
    ///
    /// # Errors
    /// When a substitution cannot be run.
    pub fn expand_words(&mut self, words: &[Word]) -> Result<Vec<Vec<u8>>, Failure> {
        let mut arguments = Vec::new();
        for word in words {
            self.expand_into(word, &mut arguments)?;
        }
        Ok(arguments)
    }

    fn expand_into(&mut self, word: &Word, arguments: &mut Vec<Vec<u8>>) -> Result<(), Failure> {
        for pattern in self.fields(word)? {
            let mut names = glob::expand(&pattern);
            if names.is_empty() {
                names.push(glob::unescape(&pattern));
            }
            arguments.append(&mut names);
        }
        Ok(())
    }

    /// The one file that a redirection names.
    ///
    /// # Errors
    /// When the word becomes none or several; when a substitution cannot be run.
    pub fn expand_target(&mut self, word: &Word) -> Result<Vec<u8>, Failure> {
        let mut names = Vec::new();
        self.expand_into(word, &mut names)?;
        match names.pop() {
            Some(name) if names.is_empty() => Ok(name),
            Some(_) => Err(Failure::new(format_args!("a redirection wants one file, and these are several"))),
            None => Err(Failure::new(format_args!("a redirection wants a file, and this is an empty name"))),
        }
    }

    /// The value that a word becomes in an assignment: neither split nor matched.
    ///
    /// # Errors
    /// When a substitution cannot be run.
    pub fn expand_value(&mut self, word: &Word) -> Result<Vec<u8>, Failure> {
        let mut value = Vec::new();
        for (index, part) in word.parts.iter().enumerate() {
            match part {
                Part::Text(text, Quoting::Bare) if index == 0 && self.has_tilde(text, word) => {
                    value.extend_from_slice(self.home());
                    value.extend_from_slice(&text[1..]);
                }
                Part::Text(text, _) => value.extend_from_slice(text),
                Part::Parameter(name, _) => value.append(&mut self.parameter(name)),
                Part::Substitution(script, _) => value.append(&mut self.substitute(script)?),
            }
        }
        Ok(value)
    }

    fn fields(&mut self, word: &Word) -> Result<Vec<Vec<u8>>, Failure> {
        let mut fields = Fields::default();
        for (index, part) in word.parts.iter().enumerate() {
            match part {
                Part::Text(text, Quoting::Bare) if index == 0 && self.has_tilde(text, word) => {
                    fields.push(self.home());
                    fields.push_pattern(&text[1..]);
                }
                Part::Text(text, Quoting::Bare) => fields.push_pattern(text),
                // "$@" is no field at all when there are no arguments, although there are quotes.
                Part::Text(text, Quoting::Quoted) if text.is_empty() && has_all_parameters(word) => {}
                Part::Text(text, Quoting::Quoted) => fields.push(text),
                Part::Parameter(name, Quoting::Quoted) if name == b"@" => {
                    for (index, parameter) in self.parameters.iter().skip(1).enumerate() {
                        if index > 0 {
                            fields.finish();
                        }
                        fields.push(parameter);
                    }
                }
                Part::Parameter(name, Quoting::Bare) => fields.push_split(&self.parameter(name)),
                Part::Parameter(name, Quoting::Quoted) => fields.push(&self.parameter(name)),
                Part::Substitution(script, Quoting::Bare) => fields.push_split(&self.substitute(script)?),
                Part::Substitution(script, Quoting::Quoted) => fields.push(&self.substitute(script)?),
            }
        }
        fields.finish();
        Ok(fields.done)
    }

    /// Whether the text, the first of its word, begins with a `~` that stands for the home directory.
    fn has_tilde(&self, text: &[u8], word: &Word) -> bool {
        text.starts_with(b"~/") || text == b"~" && word.parts.len() == 1
    }

    /// The directory that `~` and a bare `cd` mean.
    pub fn home(&self) -> &[u8] {
        self.variables.get(b"HOME").filter(|home| !home.is_empty()).unwrap_or(b"/")
    }
}

/// Whether there is a `"$@"` in it.
fn has_all_parameters(word: &Word) -> bool {
    word.parts.iter().any(|part| matches!(part, Part::Parameter(name, Quoting::Quoted) if name == b"@"))
}
