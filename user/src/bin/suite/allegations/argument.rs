//! What an argument of a call is: good as it stands here, and with a lie of its own for each way to be bad.

use core::ffi::CStr;

/// An argument.
#[derive(Clone, Copy)]
pub enum Argument<'a> {
    /// A number that is good and stays so.
    Word(usize),
    /// A count, of bytes mostly, which may be given any value.
    Count(usize),
    /// The address of something to read or to write.
    Pointer(Pointer<'a>),
    /// An address that is only a place: it is kept for later, or says where in memory something is to be done. The call
    /// may take any or refuse it, and nothing more is asked.
    Place(usize),
}

/// The address of something.
#[derive(Clone, Copy)]
pub struct Pointer<'a> {
    /// What lies there.
    pub contents: Contents<'a>,
    /// How many bytes the call surely touches.
    pub size: usize,
    /// Whether a null pointer leaves it out.
    pub is_optional: bool,
    /// Whether what can be done before memory ends may be done: the call then counts that, and is no failure.
    pub is_partial: bool,
}

/// What lies at a good address.
#[derive(Clone, Copy)]
pub enum Contents<'a> {
    /// A string.
    Name(&'a CStr),
    /// Words to be read.
    Words(&'a [usize]),
    /// Room for a result.
    Room,
}

/// A number that is no count; or one that must not be varied, for a reason that stands beside it.
pub fn word<'a>(value: impl crate::call::Argument) -> Argument<'a> {
    Argument::Word(value.word())
}

/// A count that may be varied.
pub fn count<'a>(value: usize) -> Argument<'a> {
    Argument::Count(value)
}

/// A string.
pub fn name(text: &CStr) -> Argument<'_> {
    pointer(Contents::Name(text), text.count_bytes() + 1)
}

/// A structure of these words, to be read.
pub fn request(words: &[usize]) -> Argument<'_> {
    pointer(Contents::Words(words), size_of_val(words))
}

/// Room of which the first `size` bytes are surely written to.
pub fn room<'a>(size: usize) -> Argument<'a> {
    pointer(Contents::Room, size)
}

/// An address that is only a place.
pub fn place<'a>(value: usize) -> Argument<'a> {
    Argument::Place(value)
}

fn pointer(contents: Contents<'_>, size: usize) -> Argument<'_> {
    Argument::Pointer(Pointer { contents, size, is_optional: false, is_partial: false })
}

impl Argument<'_> {
    /// The same, but a null pointer leaves it out.
    pub fn optional(mut self) -> Self {
        if let Argument::Pointer(pointer) = &mut self {
            pointer.is_optional = true;
        }
        self
    }

    /// The same, but a part of it is better than nothing.
    pub fn partial(mut self) -> Self {
        if let Argument::Pointer(pointer) = &mut self {
            pointer.is_partial = true;
        }
        self
    }
}
