//! The book's pipe and fd_redirect, and what execv and wait do with what they are given.

use crate::book_files::{BAD_ADDRESSES, raw};
use crate::check::{check, check_eq, must, only_on_tusk};
use crate::child::{none_left, run, run_well, start};
use crate::program;
use core::ffi::CStr;
use tusk_user::book::{self, number};
use tusk_user::launch::StringList;
use tusk_user::{Status, linux};

/// Makes a pipe.
#[track_caller]
fn new_pipe() -> [i32; 2] {
    let mut ends = [0; 2];
    check_eq!(book::pipe(&mut ends), 0, "pipe");
    ends
}

/// A pipe has an end for each direction (P2: in the book they are the same), and an end.
pub fn pipe_has_two_ends() {
    only_on_tusk();
    let ends @ [reader, writer] = new_pipe();
    check_eq!(ends, [3, 4], "the lowest descriptors that are free");
    check_eq!((book::write(reader, b"x"), book::read(writer, &mut [0])), (-1, -1), "the wrong ends");
    check_eq!(book::lseek(reader, 0, book::SEEK_SET), -1, "lseek");
    check_eq!(book::write(writer, b"through the pipe"), 16, "write");
    check_eq!(book::close(writer), 0, "close");
    let mut text = [0; 32];
    check_eq!((book::read(reader, &mut text), &text[..16]), (16, &b"through the pipe"[..]), "read");
    check_eq!(book::read(reader, &mut text), 0, "read when nobody can write");
    check_eq!(book::close(reader), 0, "close");
}

/// What a descriptor was redirected to stays open; what it was before is closed.
pub fn fd_redirect_closes_what_was_there() {
    only_on_tusk();
    let [reader, writer] = new_pipe();
    let [other_reader, other_writer] = new_pipe();
    check_eq!(book::fd_redirect(writer, other_writer), 0, "fd_redirect");
    check_eq!(book::read(reader, &mut [0; 4]), 0, "read of the pipe that nobody can write to now");
    check_eq!((book::write(writer, b"ab"), book::write(other_writer, b"cd")), (2, 2), "write to both");
    let mut text = [0; 8];
    check_eq!((book::read(other_reader, &mut text), &text[..4]), (4, &b"abcd"[..]), "read");
    check_eq!(book::fd_redirect(other_writer, other_writer), 0, "fd_redirect of a descriptor to itself");
    check_eq!(book::write(other_writer, b"e"), 1, "write");
    check_eq!(book::fd_redirect(9, other_reader), 0, "fd_redirect of a descriptor that was not open");
    for descriptor in [reader, writer, other_reader, other_writer, 9] {
        check_eq!(book::close(descriptor), 0, "close of {descriptor}");
    }
}

/// Below 3 the new descriptor stands for the terminal, whatever it means at the moment.
pub fn fd_redirect_leads_back_to_the_terminal() {
    only_on_tusk();
    let [reader, writer] = new_pipe();
    run_well(|| {
        for descriptor in 0..3 {
            check_eq!(book::fd_redirect(descriptor, writer), 0, "fd_redirect into the pipe");
        }
        check_eq!(book::write(1, b"one"), 3, "write to 1, the pipe");
        for (old, new) in [(0, 2), (1, 1), (2, 0)] {
            check_eq!(book::fd_redirect(old, new), 0, "fd_redirect({old}, {new})");
        }
        check_eq!(book::write(1, b"on the terminal again\n"), 22, "write to 1");
        check_eq!(book::close(1), 0, "close of 1");
        check_eq!(book::fd_redirect(1, 2), 0, "fd_redirect of what is closed");
        check_eq!(book::write(1, b"and again\n"), 10, "write to 1");
    });
    check_eq!(book::close(writer), 0, "close");
    let mut text = [0; 8];
    check_eq!((book::read(reader, &mut text), &text[..3]), (3, &b"one"[..]), "what came through the pipe");
    check_eq!(book::read(reader, &mut text), 0, "its end");
    check_eq!(book::close(reader), 0, "close");
}

/// What is no descriptor is −1, and changes none.
pub fn fd_redirect_of_no_descriptor_is_minus_one() {
    only_on_tusk();
    for (old, new) in [(1, 3), (1, 99), (1, -1), (-1, 1), (i32::MAX, 2), (1 << 20, 0)] {
        check_eq!(book::fd_redirect(old, new), -1, "fd_redirect({old}, {new})");
    }
    check_eq!(book::write(1, b"still here\n"), 11, "write to 1");
}

/// wait with a place that cannot be written to collects nobody.
pub fn wait_with_a_bad_pointer_keeps_the_child() {
    only_on_tusk();
    let child = start(|| 9);
    for address in BAD_ADDRESSES.into_iter().filter(|&address| address != 0) {
        check_eq!(raw(number::WAIT, [address, 0, 0]), -1, "wait with {address:#x}");
    }
    // A constant of this program: there is memory, and it is not to be written to.
    check_eq!(raw(number::WAIT, [c"read-only".as_ptr().addr(), 0, 0]), -1, "wait with read-only memory");
    let mut status = -7;
    check_eq!((book::wait(Some(&mut status)), status), (child, 9), "wait");
    none_left();
}

/// execv passes arguments and no environment; without arguments there is one, which is empty.
pub fn execv_passes_arguments_and_no_environment() {
    only_on_tusk();
    let status = run(|| {
        let arguments = must!(StringList::new([c"suite", c"--program", c"long"].into_iter().chain([LONG; 20])));
        book::execv(program::path(), arguments.strings())
    });
    check_eq!(status, Status(0), "the end of a program with 20 arguments of 1,000 bytes");
    let status = run(|| book::execv(program::path(), must!(StringList::new([c""])).strings()));
    check_eq!(status.exit_code(), Some(program::EMPTY_NAME as u8), "the status of a program with an empty name");
    let status = run(|| raw(number::EXECV, [program::path().as_ptr().addr(), 0, 0]));
    check_eq!(status.exit_code(), Some(program::EMPTY_NAME as u8), "the status of a program without argv");
    none_left();
}

/// 1,000 x.
const LONG: &CStr = {
    const BYTES: [u8; 1001] = {
        let mut bytes = [b'x'; 1001];
        bytes[1000] = 0;
        bytes
    };
    match CStr::from_bytes_with_nul(&BYTES) {
        Ok(string) => string,
        Err(_) => c"",
    }
};

/// What cannot be run leaves the caller as it was (X9).
pub fn failed_execv_changes_nothing() {
    only_on_tusk();
    let (self_pid, mark) = (linux::getpid(), book::malloc(64));
    let arguments = must!(StringList::new([c"x"]));
    for path in [c"/nothing", c"/", c"/dev/null", c"/tests/cases", c""] {
        check_eq!(book::execv(path, arguments.strings()), -1, "execv of {path:?}");
    }
    for address in BAD_ADDRESSES {
        check_eq!(raw(number::EXECV, [address, 0, 0]), -1, "execv of the path {address:#x}");
        if address != 0 {
            let path = program::path().as_ptr().addr();
            check_eq!(raw(number::EXECV, [path, address, 0]), -1, "execv with argv at {address:#x}");
        }
    }
    check!(!mark.is_null() && linux::getpid() == self_pid, "this process is another one");
    // SAFETY: nobody has ever used the block.
    check_eq!(unsafe { book::free(mark) }, 0, "free of a block from before");
}
