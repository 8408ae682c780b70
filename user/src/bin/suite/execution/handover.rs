//! What one program hands over to the next: open files, a name, a timer; and what stays when that fails.

use super::afterwards::{become_program, become_program_by};
use super::programs::execute;
use crate::call::sys;
use crate::check::{check, check_eq, must};
use crate::child::{dies_of, run};
use crate::mapping::pages;
use crate::mapping::scratch::Scratch;
use crate::program::{self, number_as_text};
use crate::signals::catch::{Action, SEEN, note, set, set_timer};
use crate::signals::masks::{mask, only};
use crate::signals::sigaction::raise;
use core::ffi::CStr;
use linux_raw_sys::general::{F_GETFD, SIGALRM, SIGUSR1, SIGUSR2};
use tusk_user::file::{self, O_CLOEXEC, O_RDONLY, O_RDWR, SEEK_CUR};
use tusk_user::heap::PAGE_SIZE;
use tusk_user::signal::set_mask;
use tusk_user::{Environment, Errno, Status, linux, on_tusk};

/// `prctl`: the name of a thread.
const PR_GET_NAME: usize = 16;

/// Files stay open, at the place where they were, but for those that were to be closed.
pub fn files_stay_open_unless_they_were_to_be_closed() {
    let scratch = Scratch::new(b"0123456789");
    let (kept, closed) = (scratch.open(O_RDWR), scratch.open(O_RDWR | O_CLOEXEC));
    check_eq!(linux::read(kept.number(), &mut [0; 4]), Ok(4), "read");
    let duplicate = must!(file::duplicate_above(kept.number(), 20));
    let numbers = [&kept, &closed, &duplicate].map(|file| number_as_text(file.number()));
    let status = run(|| become_program("descriptors", &numbers.each_ref().map(program::Text::as_c_str)));
    check_eq!(status, Status(0), "the program's end");
    check_eq!(file::fcntl(closed.number(), F_GETFD, 0), Ok(1), "the flag of the parent's descriptor");
    check_eq!(file::seek(kept.number(), 0, SEEK_CUR), Ok(6), "the place in the file, after the program read two bytes");
}

/// What the next program finds at the three numbers.
pub fn as_the_next_program(arguments: impl Iterator<Item = &'static CStr>) {
    let mut numbers = arguments.map(|text| text.to_str().ok().and_then(|text| text.parse().ok()).unwrap_or(-1));
    let mut next = || numbers.next().unwrap_or(-1);
    let mut bytes = [0; 2];
    check_eq!(linux::read(next(), &mut bytes), Ok(2), "read from the descriptor that stays");
    check_eq!(bytes, *b"45", "what was read");
    for what in ["closed", "duplicated to be closed"] {
        check_eq!(linux::read(next(), &mut bytes), Err(Errno::EBADF), "read from the descriptor that is {what}");
    }
}

/// A program is called by the last part of the path it was started by, as far as 15 bytes go; and `/proc/self/exe` says
/// which file it is.
pub fn program_is_named_after_its_path() {
    // The name is free: the file that had it is gone.
    let scratch = Scratch::with_mode(b'l', 0o755, b"");
    scratch.unlink();
    let file = program_file();
    let [target, link] = [file.as_ref(), scratch.path()].map(|path| path.as_ptr().expose_provenance());
    must!(sys!(__NR_symlink, target, link));
    let status = run(|| become_program_by(scratch.path(), "name", &[scratch.path()]));
    check_eq!(status, Status(0), "the program's end");
}

/// A path, and NULs behind it.
struct Path([u8; 256]);

impl AsRef<CStr> for Path {
    fn as_ref(&self) -> &CStr {
        CStr::from_bytes_until_nul(&self.0).unwrap_or_default()
    }
}

/// What `/proc/self/exe` leads to.
fn program_file() -> Path {
    let mut path = Path([0; 256]);
    let length = path.0.len() - 1;
    must!(sys!(__NR_readlink, c"/proc/self/exe", &mut path.0, length));
    path
}

/// What the next program finds: its path is the last argument.
pub fn as_a_program_with_a_name(environment: &Environment) {
    check_eq!(environment.arguments().next(), Some(c"any name"), "the first argument");
    let mut name = [0u8; 16];
    must!(sys!(__NR_prctl, PR_GET_NAME, &mut name));
    let link = environment.arguments().last().unwrap_or_default().to_bytes();
    let expected = link.strip_prefix(b"/tmp/").unwrap_or_default();
    let length = expected.len().min(15);
    check!(name[..length] == expected[..length] && name[length] == 0, "the name is {name:?}");
    let file = program_file();
    let path: &CStr = file.as_ref();
    check!(path.to_bytes().ends_with(b"/suite") && path.to_bytes() != link, "/proc/self/exe is {path:?}");
    check!(!on_tusk() || path == c"/tests/suite", "/proc/self/exe is {path:?}");
}

/// A timer that was set goes on.
pub fn timer_goes_on_in_the_next_program() {
    dies_of(SIGALRM, || {
        set_timer(100, 0);
        become_program("sleep", &[])
    });
}

/// When it fails nothing has happened: handlers, mask, memory and files are as they were.
pub fn failed_execve_changes_nothing() {
    set(SIGUSR1, &Action::plain(note, 0));
    must!(set_mask(only(SIGUSR2)));
    let scratch = Scratch::with_mode(b'g', 0o755, b"\x7fELF, but no more");
    let closed = scratch.open(O_RDONLY | O_CLOEXEC);
    let memory = pages::anonymous(1);
    pages::fill(memory, PAGE_SIZE, 0x5a);
    for (path, expected) in
        [(scratch.path(), Errno::ENOEXEC), (c"/no/such/file", Errno::ENOENT), (c"/tmp", Errno::EACCES)]
    {
        check_eq!(execute(path), expected, "execve of {path:?}");
        raise(SIGUSR1);
        check_eq!(mask(), only(SIGUSR2), "the mask");
        check_eq!(file::fcntl(closed.number(), F_GETFD, 0), Ok(1), "the flag of the descriptor");
        check!(pages::holds(memory, PAGE_SIZE, 0x5a), "the memory has changed");
    }
    check_eq!(SEEN.count(), 3, "the calls of the handler");
}
