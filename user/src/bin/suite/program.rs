//! The other programs that the suite can be: what the cases about `execve` turn into.
//!
//! `suite --program NAME …` checks something from the inside of a fresh program and ends with status 0 if it is as it
//! should be.

use crate::check::{check, check_eq, fail, must};
use crate::signals::masks;
use crate::threads_review::fates::wait_for_own;
use crate::{child, fpu, probe, stack};
use core::ffi::CStr;
use core::panic::Location;
use core::sync::atomic::{AtomicU32, Ordering};
use linux_raw_sys::general::{F_GETFD, SIGSEGV};
use tusk_user::launch::StringList;
use tusk_user::signal::SignalSet;
use tusk_user::{Environment, Errno, Status, file, linux, on_tusk};

/// Strings that a careless kernel could lose: empty, with spaces, not UTF-8.
pub const ODD_STRINGS: &[&CStr] = &[c"", c" ", c"two words", c"", c"tab\there", c"\xff\xfe", c"-", c"last"];

/// What the variables are when the suite becomes one of these programs.
const VARIABLES: [&CStr; 3] = [c"TUSK=a small kernel", c"EMPTY=", c"=odd"];

/// bss of more than one page, and a mark in initialised data.
static BSS: [AtomicU32; 4096] = [const { AtomicU32::new(0) }; 4096];
static DATA: AtomicU32 = AtomicU32::new(0x0dd_f00d);

/// The suite's own file.
pub fn path() -> &'static CStr {
    if on_tusk() { c"/tests/suite" } else { c"/proc/thread-self/exe" }
}

/// Becomes the program `name` with further arguments; returns only when that failed, with a status that says so.
#[track_caller]
pub fn become_program(name: &str, arguments: &[&CStr]) -> i32 {
    let name = text(format_args!("{name}"));
    let first = [c"suite", c"--program", name.as_c_str()];
    let arguments = must!(StringList::new(first.into_iter().chain(arguments.iter().copied())));
    let variables = must!(StringList::new(VARIABLES));
    let error = linux::execve(path(), arguments.strings(), variables.strings());
    fail(Location::caller(), format_args!("execve: {error:?}"))
}

/// How the suite ends when its only argument is empty, or the longest there can be.
pub const EMPTY_NAME: i32 = 60;
pub const LONGEST_NAME: i32 = 61;

/// The most bytes of arguments that every kernel takes, and of one argument that Linux takes, with the NUL.
pub const ARGUMENTS_MAX: usize = 32 * 4096;

/// What the suite is when its only argument, its name, is an odd one; `None` when it is not.
pub fn by_first_argument(environment: &Environment) -> Option<i32> {
    let mut arguments = environment.arguments();
    match (arguments.next()?.to_bytes(), arguments.next()) {
        ([], None) => {
            check_eq!(environment.variables().len(), 0, "the number of variables");
            Some(EMPTY_NAME)
        }
        ([b'x', ..], None) => {
            check!(environment.arguments().all(|name| is_all_x(name, ARGUMENTS_MAX - 1)), "the name has changed");
            Some(LONGEST_NAME)
        }
        _ => None,
    }
}

/// Whether a string consists of `length` times an x.
fn is_all_x(string: &CStr, length: usize) -> bool {
    string.count_bytes() == length && string.to_bytes().iter().all(|&byte| byte == b'x')
}

/// Runs the program that `become_program` has named; returns its exit status.
pub fn main(environment: &Environment) -> i32 {
    let mut arguments = environment.arguments().skip(3);
    match environment.argument(2) {
        Some("strings") => {
            check!(arguments.eq(ODD_STRINGS.iter().copied()), "the arguments are not what they were");
            check!(environment.variables().eq(VARIABLES), "the variables are not what they were");
        }
        Some("long") => {
            check_eq!(arguments.len(), 20, "the number of arguments");
            check!(arguments.all(|argument| argument.to_bytes() == [b'x'; 1000]), "a long argument has changed");
        }
        Some("many") => {
            let count = arguments.next().map_or(0, number);
            check_eq!(arguments.len(), count as usize, "the number of arguments");
            check!(arguments.all(CStr::is_empty), "an argument is not empty");
        }
        Some("total") => {
            let strings = || environment.arguments().chain(environment.variables());
            let total: usize = strings().map(|string| string.count_bytes() + 1).sum();
            check_eq!(total, arguments.next().map_or(0, number) as usize, "the bytes of all strings");
            let mut long = strings().filter(|string| string.count_bytes() >= 20);
            check!(long.all(|string| is_all_x(string, string.count_bytes())), "a long string has changed");
        }
        Some("entry") => check_entry(environment),
        Some("identity") => check_identity(arguments.map(number)),
        Some("fpu") => fpu::assert_fresh(),
        Some("bss") => check_bss(),
        Some("status") => return arguments.next().map_or(0, number),
        Some("own") => {
            check_eq!(wait_for_own(arguments.next().map_or(0, number)), Ok(0), "waitid for a child of its own")
        }
        Some("gone") => check_gone(arguments.map(number)),
        Some("alone") => check_alone(arguments.map(number)),
        Some("waiting") => {
            check_eq!(linux::read(0, &mut [0]), Ok(0), "read of the standard input");
            check_alone(arguments.map(number));
        }
        Some("masked") => {
            let mask = arguments.map(number).fold(SignalSet::EMPTY, |set, signal| set.with(signal as u32));
            check_eq!(masks::mask(), mask, "the mask");
        }
        Some("files") => check_files(arguments.map(number)),
        Some("chain") => match arguments.next().map_or(0, number) {
            0 => {}
            remaining => return become_program("chain", &[number_as_text(remaining - 1).as_c_str()]),
        },
        other => check!(false, "there is no program {other:?}"),
    }
    0
}

/// The first instruction's view (System V ABI, i386 supplement).
fn check_entry(environment: &Environment) {
    use linux_raw_sys::auxvec::{AT_ENTRY, AT_PAGESZ, AT_PHDR, AT_PHENT, AT_PHNUM, AT_RANDOM, AT_SECURE};
    check_eq!(environment.entry_esp() % 16, 0, "the stack pointer's distance from a multiple of 16");
    check_eq!(environment.entry_edx(), 0, "edx");
    let value = |kind: u32| environment.auxiliary(kind as usize);
    check_eq!(value(AT_PAGESZ), Some(4096), "AT_PAGESZ");
    check_eq!(value(AT_PHENT), Some(32), "AT_PHENT");
    check_eq!(value(AT_SECURE), Some(0), "AT_SECURE");
    check!(value(AT_ENTRY).is_some_and(|entry| entry > 0x0804_8000), "AT_ENTRY is {:x?}", value(AT_ENTRY));
    check!(value(AT_PHNUM).is_some_and(|count| (3..20).contains(&count)), "AT_PHNUM is {:?}", value(AT_PHNUM));
    // The linker puts the headers at the beginning of the file, behind the 52 bytes of the file's own.
    check_eq!(value(AT_PHDR), Some(0x0804_8034), "AT_PHDR");
    check!(value(AT_RANDOM).is_some_and(|address| address > environment.entry_esp()), "AT_RANDOM is missing");
}

/// Pid, parent and child are those of the process before it became this program.
fn check_identity(mut numbers: impl Iterator<Item = i32>) {
    let mut next = || numbers.next().unwrap_or(-1);
    check_eq!(linux::getpid(), next(), "getpid");
    check_eq!(linux::getppid(), next(), "getppid");
    let child = next();
    check_eq!(linux::waitpid(child), Ok((child, Status(5 << 8))), "waitpid for the child of before");
}

/// This is the only thread of the process with that pid and that parent.
fn check_alone(mut numbers: impl Iterator<Item = i32>) {
    let mut next = || numbers.next().unwrap_or(-1);
    check_eq!(linux::getpid(), next(), "getpid");
    check_eq!(linux::gettid(), linux::getpid(), "gettid");
    check_eq!(linux::getppid(), next(), "getppid");
    child::none_left();
}

/// The first two descriptors are closed, the third is open.
fn check_files(numbers: impl Iterator<Item = i32>) {
    for (number, expected) in numbers.zip([Err(Errno::EBADF), Err(Errno::EBADF), Ok(0)]) {
        check_eq!(file::fcntl(number, F_GETFD, 0), expected, "descriptor {number}");
    }
}

/// Writes all over data and bss, so that a program which found traces of it would notice.
pub fn dirty_bss() {
    BSS.iter().chain([&DATA]).for_each(|word| word.store(0xbad, Ordering::Relaxed));
}

/// Data is as in the file, and bss is zero, up to its last byte (X8).
fn check_bss() {
    check_eq!(DATA.load(Ordering::Relaxed), 0x0dd_f00d, "a word of initialised data");
    check!(BSS.iter().all(|word| word.load(Ordering::Relaxed) == 0), "a word of bss is not zero");
}

/// Nothing is left at addresses that the program before had used, and nothing in the stack.
fn check_gone(addresses: impl Iterator<Item = i32>) {
    for address in addresses {
        child::dies_of(SIGSEGV, || probe::read(address as usize));
    }
    stack::fresh_stack_is_zeroed();
}

/// A short text with a NUL behind it.
pub struct Text {
    bytes: [u8; 32],
    length: usize,
}

impl Text {
    /// The text as a C string.
    pub fn as_c_str(&self) -> &CStr {
        CStr::from_bytes_until_nul(&self.bytes).unwrap_or_default()
    }
}

impl core::fmt::Write for Text {
    fn write_str(&mut self, text: &str) -> core::fmt::Result {
        // The last byte stays a NUL.
        let end = self.length + text.len();
        if end >= self.bytes.len() {
            return Err(core::fmt::Error);
        }
        self.bytes[self.length..end].copy_from_slice(text.as_bytes());
        self.length = end;
        Ok(())
    }
}

/// Makes a text that fits into one of these: a name or a number.
fn text(what: core::fmt::Arguments<'_>) -> Text {
    let mut text = Text { bytes: [0; 32], length: 0 };
    check!(core::fmt::write(&mut text, what).is_ok(), "a text is too long");
    text
}

/// A number as an argument.
pub fn number_as_text(number: i32) -> Text {
    text(format_args!("{number}"))
}

/// An argument as a number; -1 if it is none.
fn number(argument: &CStr) -> i32 {
    argument.to_str().ok().and_then(|text| text.parse().ok()).unwrap_or(-1)
}
