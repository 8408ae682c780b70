//! Open files across `fork` and `execve`: what is shared, what is one's own, and what is closed.

use super::scratch::Scratch;
use super::shorthand::{close, gives, make_open, offset, open, pipe, rewind};
use crate::call::sys;
use crate::check::{check, check_eq, must};
use crate::child::{run_well, start, wait};
use crate::program;
use core::ffi::CStr;
use linux_raw_sys::general::{F_GETFD, F_SETFD, FD_CLOEXEC, O_CLOEXEC, O_RDONLY};
use tusk_user::launch::StringList;
use tusk_user::{Errno, Status, linux};

/// There is one offset, whoever reads.
pub fn offset_is_shared_with_the_child() {
    let _scratch = Scratch::new();
    let file = make_open(c"file", b"0123456789");
    rewind(file);
    run_well(|| {
        check_eq!(linux::read(file, &mut [0; 4]), Ok(4), "read by the child");
    });
    check_eq!(offset(file), 4, "the parent's offset");
    let mut rest = [0; 10];
    check_eq!(linux::read(file, &mut rest), Ok(6), "read by the parent");
    check_eq!(rest[..6], *b"456789", "what the child has left");
}

/// Three write to one file, and nobody's bytes are lost.
pub fn relatives_write_behind_each_other() {
    let _scratch = Scratch::new();
    let file = make_open(c"file", b"");
    let children = [b"aaaa", b"bbbb"].map(|text| {
        start(|| {
            for _ in 0..25 {
                check_eq!(linux::write(file, text), Ok(4), "write by a child");
            }
            0
        })
    });
    for _ in 0..25 {
        check_eq!(linux::write(file, b"cccc"), Ok(4), "write by the parent");
    }
    for child in children {
        check_eq!(wait(child), Status(0), "the child's end");
    }
    rewind(file);
    let mut text = [0; 400];
    check_eq!(linux::read(file, &mut text), Ok(300), "the bytes in the file");
    for letter in [b'a', b'b', b'c'] {
        check_eq!(text.iter().filter(|&&byte| byte == letter).count(), 100, "how often it has {:?}", letter as char);
    }
}

/// A child that opens for itself has an offset of its own.
pub fn openings_after_fork_are_apart() {
    let _scratch = Scratch::new();
    let file = make_open(c"file", b"0123456789");
    rewind(file);
    run_well(|| {
        let own = open(c"file", O_RDONLY);
        gives(own, b"0123456789");
        check_eq!(offset(file), 0, "the inherited offset");
    });
    check_eq!(offset(file), 0, "the parent's offset");
}

/// Numbers are one's own: closing, opening and duplicating in the child change nothing here.
pub fn childs_numbers_are_its_own() {
    let _scratch = Scratch::new();
    let file = make_open(c"file", b"text");
    rewind(file);
    run_well(|| {
        close(file);
        check_eq!(sys!(__NR_dup2, 1, file), Ok(file as usize), "dup2 in the child");
        must!(sys!(__NR_fcntl64, file, F_SETFD, FD_CLOEXEC));
    });
    check_eq!(sys!(__NR_fcntl64, file, F_GETFD, 0), Ok(0), "the parent's flags");
    gives(file, b"text");
}

/// Becomes the suite that prints its list, into `output`, which is closed on the way if `flags` say so.
fn list_to(output: i32, flags: usize) -> i32 {
    must!(sys!(__NR_dup2, output, 1));
    close(output);
    must!(sys!(__NR_fcntl64, 1, F_SETFD, flags));
    let arguments = must!(StringList::new([c"suite", c"--list"]));
    let error = linux::execve(program::path(), arguments.strings(), must!(StringList::new([])).strings());
    check!(false, "execve: {error:?}");
    1
}

/// How many bytes the program behind `list_to` got out.
fn listed(flags: usize) -> usize {
    let [reader, writer] = pipe(O_CLOEXEC);
    let child = start(|| list_to(writer, flags));
    close(writer);
    let mut total = 0;
    let mut buffer = [0; 512];
    loop {
        match must!(linux::read(reader, &mut buffer)) {
            0 => break,
            count => total += count,
        }
    }
    check_eq!(wait(child), Status(0), "the program's end");
    close(reader);
    total
}

/// A program has the descriptors of the one before, but for those that are closed on the way.
pub fn close_on_exec_closes_on_exec() {
    check!(listed(0) > 1000, "the program could not write to the descriptor it inherited");
    check_eq!(listed(FD_CLOEXEC as usize), 0, "the bytes that went through a descriptor closed on exec");
}

/// When nothing became of the other program, nothing was closed.
pub fn failed_exec_closes_nothing() {
    let _scratch = Scratch::new();
    let [reader, writer] = pipe(O_CLOEXEC);
    let list = must!(StringList::new([c"none"]));
    let paths: [&CStr; 3] = [c"none", c".", c""];
    for path in paths {
        linux::execve(path, list.strings(), list.strings());
    }
    check_eq!(linux::write(writer, b"text"), Ok(4), "write after a failed execve");
    close(writer);
    gives(reader, b"text");
}

/// A pipe is open as long as anybody has it.
pub fn last_of_all_relatives_closes() {
    let [reader, writer] = pipe(0);
    let child = start(|| {
        close(reader);
        tusk_user::time::sleep(core::time::Duration::from_millis(30));
        check_eq!(linux::write(writer, b"late"), Ok(4), "write by the child");
        0
    });
    close(writer);
    gives(reader, b"late");
    check_eq!(wait(child), Status(0), "the child's end");
    check_eq!(sys!(__NR_close, writer), Err(Errno::EBADF), "a second close");
}
