//! Options and operands, by the rules of POSIX' utility conventions.
//!
//! `-ab` is `-a -b`, an option's value stands in the same argument or the next, `--` ends the options. As GNU's tools
//! do, options may also stand behind operands, but for a tool whose operands are a command of its own.

use crate::number;
use alloc::vec::Vec;
use core::ffi::CStr;
use core::fmt;

/// What a call was told.
pub struct Options {
    given: Vec<(u8, &'static CStr)>,
    /// The arguments that are no options.
    pub operands: Vec<&'static CStr>,
}

/// Why the arguments make no sense.
pub enum OptionError {
    /// The tool has no such option.
    Unknown(u8),
    /// The last argument is an option that wants a value.
    NoValue(u8),
    /// Options of more than a letter are not for these tools.
    Long,
    /// But for one: `--help`, which is no error of anybody.
    Help,
}

impl fmt::Display for OptionError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            OptionError::Unknown(letter) => write!(out, "there is no option -{}", char::from(letter)),
            OptionError::NoValue(letter) => write!(out, "option -{} wants a value", char::from(letter)),
            OptionError::Long => out.write_str("options are single letters"),
            OptionError::Help => out.write_str("help is wanted"),
        }
    }
}

impl Options {
    /// Reads the arguments. `letters` has the options, each with a `:` behind it when it takes a value; a `+` before
    /// them says that options end with the first operand, a `#` that `-NUMBER` means `-n NUMBER`.
    pub fn parse(arguments: &[&'static CStr], letters: &str) -> Result<Options, OptionError> {
        let mut options = Options { given: Vec::new(), operands: Vec::new() };
        let mut arguments = arguments.iter().copied();
        while let Some(argument) = arguments.next() {
            match argument.to_bytes() {
                b"--" => options.operands.extend(&mut arguments),
                b"--help" => return Err(OptionError::Help),
                [b'-', b'-', ..] => return Err(OptionError::Long),
                [b'-', digits @ ..] if letters.contains('#') && number::decimal(digits).is_some() => {
                    options.given.push((b'n', tail(argument, 1)));
                }
                [b'-', _, ..] => options.cluster(argument, letters, &mut arguments)?,
                _ => {
                    options.operands.push(argument);
                    if letters.contains('+') {
                        options.operands.extend(&mut arguments);
                    }
                }
            }
        }
        Ok(options)
    }

    /// Reads one argument of options.
    fn cluster(
        &mut self,
        argument: &'static CStr,
        letters: &str,
        more: &mut dyn Iterator<Item = &'static CStr>,
    ) -> Result<(), OptionError> {
        for (index, &letter) in argument.to_bytes().iter().enumerate().skip(1) {
            let known = letters.bytes().position(|known| known == letter && letter.is_ascii_alphanumeric());
            let place = known.ok_or(OptionError::Unknown(letter))?;
            if letters.as_bytes().get(place + 1) != Some(&b':') {
                self.given.push((letter, c""));
                continue;
            }
            let value = match tail(argument, index + 1) {
                rest if !rest.is_empty() => rest,
                _ => more.next().ok_or(OptionError::NoValue(letter))?,
            };
            self.given.push((letter, value));
            break;
        }
        Ok(())
    }

    /// Whether an option was given.
    #[inline(never)]
    pub fn has(&self, letter: char) -> bool {
        self.value(letter).is_some()
    }

    /// The value an option was given last.
    #[inline(never)]
    pub fn value(&self, letter: char) -> Option<&'static CStr> {
        self.values(letter).last()
    }

    /// All values an option was given.
    pub fn values(&self, letter: char) -> impl Iterator<Item = &'static CStr> {
        self.given.iter().filter(move |option| char::from(option.0) == letter).map(|option| option.1)
    }

    /// Which of some options that exclude each other was given last.
    #[inline(never)]
    pub fn last_of(&self, letters: &str) -> Option<char> {
        self.given.iter().rev().map(|option| char::from(option.0)).find(|&letter| letters.contains(letter))
    }
}

/// What is left of a string behind its first `start` bytes.
fn tail(string: &'static CStr, start: usize) -> &'static CStr {
    CStr::from_bytes_with_nul(&string.to_bytes_with_nul()[start..]).unwrap_or_default()
}
