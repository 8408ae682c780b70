//! A line of the tables: a call, what its arguments are, and what has to be seen to around it.

use super::argument::Argument;
use super::ground::ARGUMENTS;
use tusk_user::Errno;
use tusk_user::book::number;
use tusk_user::on_tusk;

/// How a call says that it failed.
#[derive(Clone, Copy, PartialEq)]
pub enum Convention {
    /// With the error's number.
    Linux,
    /// With −1.
    Book,
    /// With a null pointer.
    BookPointer,
}

/// What is done after a call, with the words it was given and its result.
pub type After<'a> = &'a dyn Fn(&[usize; ARGUMENTS], Result<usize, Errno>);

/// A line.
#[derive(Clone, Copy)]
pub struct Line<'a> {
    /// The call's name.
    pub name: &'static str,
    /// Its number.
    pub number: u32,
    /// Its arguments.
    pub arguments: &'a [Argument<'a>],
    /// How it fails.
    pub convention: Convention,
    /// Errors that are as good as EFAULT, where the call looks at something else first.
    pub also: &'a [Errno],
    /// What is to be done before each time.
    pub before: &'a dyn Fn(),
    /// What is to be done afterwards.
    pub after: After<'a>,
}

impl<'a> Line<'a> {
    /// A line for one of Linux's calls.
    pub fn linux(name: &'static str, number: u32, arguments: &'a [Argument<'a>]) -> Self {
        Line { name, number, arguments, convention: Convention::Linux, also: &[], before: &|| (), after: &|_, _| () }
    }

    /// A line for one of the book's.
    pub fn book(name: &'static str, of_book: usize, arguments: &'a [Argument<'a>]) -> Self {
        let is_pointer = matches!(of_book, number::MALLOC | number::GETCWD | number::OPENDIR | number::READDIR);
        let convention = if is_pointer { Convention::BookPointer } else { Convention::Book };
        let number = (tusk_user::syscall::BOOK + of_book) as u32;
        Line { convention, ..Line::linux(name, number, arguments) }
    }

    /// With more errors that will do.
    pub fn also(self, errors: &'a [Errno]) -> Self {
        Line { also: errors, ..self }
    }

    /// With something to be done before.
    pub fn before(self, before: &'a dyn Fn()) -> Self {
        Line { before, ..self }
    }

    /// With something to be done afterwards.
    pub fn after(self, after: After<'a>) -> Self {
        Line { after, ..self }
    }

    /// Whether the call has refused what it was told.
    pub fn is_refused(&self, result: Result<usize, Errno>) -> bool {
        match (self.convention, result) {
            (Convention::Linux, Err(error)) => {
                error == Errno::EFAULT || self.also.contains(&error) || is_of_this_linux(error)
            }
            (Convention::Book, Err(error)) => error == MINUS_ONE,
            (Convention::BookPointer, result) => result == Ok(0),
            (_, Ok(_)) => false,
        }
    }

    /// Whether that is an answer at all. ENOSYS is none: the tables have only calls that there are.
    pub fn is_answer(&self, result: Result<usize, Errno>) -> bool {
        match (self.convention, result) {
            (Convention::Linux, Err(error)) => error != Errno::ENOSYS || is_of_this_linux(error),
            (_, Err(error)) => error == MINUS_ONE,
            (_, Ok(_)) => true,
        }
    }
}

/// The book's −1, taken for an error's number.
const MINUS_ONE: Errno = Errno::EPERM;

/// Whether the Linux we are on has not got the call, or does not let us use it: too old, or in a container.
fn is_of_this_linux(error: Errno) -> bool {
    !on_tusk() && matches!(error, Errno::ENOSYS | Errno::EPERM)
}

/// A line for the call of Linux's whose number has that name.
macro_rules! line {
    ($number:ident $(, $argument:expr)+ $(,)?) => {
        $crate::allegations::line::Line::linux(stringify!($number), linux_raw_sys::general::$number, &[$($argument),+])
    };
}

/// A line for the call of the book's with that name.
macro_rules! book_line {
    ($number:ident $(, $argument:expr)+ $(,)?) => {
        $crate::allegations::line::Line::book(stringify!($number), tusk_user::book::number::$number, &[$($argument),+])
    };
}

pub(super) use {book_line, line};
