//! Files that are programs, and files that are none.

use super::image::{self, ARM, EXECUTABLE, EXIT_7, I386, PAUSE, RELOCATABLE};
use crate::call::sys;
use crate::check::{check_eq, must};
use crate::child::{run, start, wait};
use crate::mapping::scratch::Scratch;
use core::ffi::CStr;
use linux_raw_sys::general::SIGKILL;
use tusk_user::file::{self, O_RDONLY, O_RDWR, O_WRONLY};
use tusk_user::launch::StringList;
use tusk_user::signal::kill;
use tusk_user::{Errno, Status, linux};

/// Calls execve, which fails or does not return.
pub fn execute(path: &CStr) -> Errno {
    let arguments = must!(StringList::new([path]));
    let variables = must!(StringList::new([]));
    linux::execve(path, arguments.strings(), variables.strings())
}

/// Runs a program in a child; 100 and more is an error.
pub fn execute_in_child(path: &CStr) -> Status {
    run(|| 100 + i32::from(execute(path).0))
}

/// A program of a hundred bytes is one.
pub fn smallest_program_runs() {
    let scratch = Scratch::with_mode(b'p', 0o755, &image::program(EXIT_7));
    for _ in 0..3 {
        check_eq!(execute_in_child(scratch.path()), Status(7 << 8), "the program's end");
    }
}

/// Its file may be changed when it does not run, and the next run is the new one.
pub fn changed_program_is_run_as_changed() {
    let scratch = Scratch::with_mode(b'p', 0o755, &image::program(EXIT_7));
    check_eq!(execute_in_child(scratch.path()), Status(7 << 8), "the program's end");
    let file = scratch.open(O_RDWR);
    let mut code = [0; EXIT_7.len()];
    code.copy_from_slice(EXIT_7);
    code[1] = 9;
    check_eq!(linux::write_all(file.number(), &image::program(&code)), Ok(()), "writing the program");
    drop(file);
    check_eq!(execute_in_child(scratch.path()), Status(9 << 8), "the end of the changed program");
}

/// What is no program for this machine.
pub fn garbage_is_enoexec() {
    let good = image::program(EXIT_7);
    let (arm, unlinked) = (image::make(EXECUTABLE, ARM, EXIT_7), image::make(RELOCATABLE, I386, EXIT_7));
    let mut headless = good;
    // No program header at all.
    headless[44] = 0;
    let files: [&[u8]; 8] = [b"", b"x", b"echo no program\n", &[0; 4096], &good[..20], &arm, &unlinked, &headless];
    for (index, contents) in files.into_iter().enumerate() {
        let scratch = Scratch::with_mode(b'g', 0o755, contents);
        check_eq!(execute(scratch.path()), Errno::ENOEXEC, "execve of file {index}");
    }
}

/// What nobody may execute, root cannot either; nor can he what is no file.
pub fn file_that_nobody_may_execute_is_eacces() {
    let scratch = Scratch::with_mode(b'p', 0o644, &image::program(EXIT_7));
    check_eq!(execute(scratch.path()), Errno::EACCES, "execve without an x bit");
    for (mode, expected) in [(0o100, Status(7 << 8)), (0o666, Status((100 + u32::from(Errno::EACCES.0)) << 8))] {
        must!(sys!(__NR_chmod, scratch.path(), mode));
        check_eq!(execute_in_child(scratch.path()), expected, "the end with mode {mode:o}");
    }
    check_eq!(execute(c"/dev/null"), Errno::EACCES, "execve of a device");
    check_eq!(execute(c"/tmp"), Errno::EACCES, "execve of a directory");
}

/// A file that somebody has open for writing cannot be executed.
pub fn file_open_for_writing_is_etxtbsy() {
    let scratch = Scratch::with_mode(b'p', 0o755, &image::program(EXIT_7));
    let reader = scratch.open(O_RDONLY);
    check_eq!(execute_in_child(scratch.path()), Status(7 << 8), "the program's end");
    for flags in [O_WRONLY, O_RDWR] {
        let writer = scratch.open(flags);
        check_eq!(execute(scratch.path()), Errno::ETXTBSY, "execve of a file open for writing");
        drop(writer);
        check_eq!(execute_in_child(scratch.path()), Status(7 << 8), "the program's end");
    }
    drop(reader);
}

/// And a program that runs cannot be opened for writing; it can be read and unlinked.
pub fn running_program_is_etxtbsy() {
    let scratch = Scratch::with_mode(b'p', 0o755, &image::program(PAUSE));
    let (reader, writer) = must!(file::pipe(file::O_CLOEXEC));
    let child = start(|| i32::from(execute(scratch.path()).0));
    drop(writer);
    // The end of the pipe is when the child's copy was closed: by execve, which has made the file busy before.
    check_eq!(linux::read(reader.number(), &mut [0]), Ok(0), "read");
    for flags in [O_WRONLY, O_RDWR, O_WRONLY | file::O_TRUNC] {
        check_eq!(file::open(scratch.path(), flags).err(), Some(Errno::ETXTBSY), "open of a running program");
    }
    let mut bytes = [0; 4];
    check_eq!((scratch.read(&mut bytes), bytes), (4, *b"\x7fELF"), "the running program as a file");
    must!(kill(child, SIGKILL));
    check_eq!(wait(child), Status(SIGKILL), "the program's end");
    drop(scratch.open(O_RDWR));
}
