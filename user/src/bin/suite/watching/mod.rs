//! `/proc/PID/strace`: the calls of a process as lines, for who has given a descriptor. Only Tusk has it.

pub mod watch_ends;

use crate::call::{call, sys};
use crate::check::{check, check_eq, must, only_on_tusk};
use crate::child::{start, wait, wait_at_most};
use crate::files::scratch::Path;
use crate::threads::thread;
use core::ffi::CStr;
use core::time::Duration;
use linux_raw_sys::general::{SIGKILL, SIGWINCH};
use tusk_user::file::{self, Descriptor, O_CLOEXEC, O_CREAT, O_RDONLY, O_RDWR, O_TRUNC, O_WRONLY};
use tusk_user::time::sleep;
use tusk_user::{Errno, Status, linux};

/// More than any of these cases reads.
const ROOM: usize = 4096;

/// What was read.
struct Text {
    bytes: [u8; ROOM],
    length: usize,
}

impl Text {
    /// Reads to the end.
    #[track_caller]
    fn read(file: i32) -> Text {
        let mut text = Text { bytes: [0; ROOM], length: 0 };
        loop {
            match must!(linux::read(file, &mut text.bytes[text.length..])) {
                0 => return text,
                count => text.length += count,
            }
        }
    }

    /// Reads a file to its end.
    #[track_caller]
    fn of(path: &CStr) -> Text {
        let file = must!(file::open(path, O_RDONLY));
        Text::read(file.number())
    }

    fn as_str(&self) -> &str {
        core::str::from_utf8(&self.bytes[..self.length]).unwrap_or_default()
    }

    /// How many lines have that in them.
    fn count(&self, words: &str) -> usize {
        self.as_str().lines().filter(|line| line.contains(words)).count()
    }
}

/// Writes an order to the own file.
fn try_order(text: &str) -> Result<(), Errno> {
    let file = file::open(c"/proc/self/strace", O_WRONLY | O_CLOEXEC)?;
    let result = linux::write_all(file.number(), text.as_bytes());
    // Closing it would be a call more.
    file.into_number();
    result
}

/// An order of one digit, for `descriptor`, and letters.
#[track_caller]
fn order<'a>(descriptor: &Descriptor, letters: &str, place: &'a mut [u8; 8]) -> &'a str {
    check!(descriptor.number() < 10, "too many files are open");
    place[0] = b'0' + descriptor.number() as u8;
    place[1] = b' ';
    place[2..2 + letters.len()].copy_from_slice(letters.as_bytes());
    core::str::from_utf8(&place[..2 + letters.len()]).unwrap_or_default()
}

/// Lets the lines of this process go to `descriptor`, as `letters` say.
#[track_caller]
fn watch(descriptor: &Descriptor, letters: &str) {
    must!(try_order(order(descriptor, letters, &mut [0; 8])));
}

/// A pipe, of which a child that is watched has the one end.
#[track_caller]
fn pipe() -> (Descriptor, Descriptor) {
    only_on_tusk();
    must!(file::pipe(O_CLOEXEC))
}

/// Starts a child that is watched through the pipe and ends with 7.
#[track_caller]
fn watched(ends: &(Descriptor, Descriptor), letters: &str, body: impl FnOnce()) -> i32 {
    start(|| {
        must!(file::close(ends.0.number()));
        watch(&ends.1, letters);
        body();
        linux::exit_group(7)
    })
}

/// All lines of that child, which then has ended.
#[track_caller]
fn lines_of(letters: &str, body: impl FnOnce()) -> (Text, Status) {
    let ends = pipe();
    let child = watched(&ends, letters, body);
    drop(ends.1);
    let text = Text::read(ends.0.number());
    (text, wait(child))
}

/// The pipe ends with the process: the kernel's reference is gone then.
pub fn lines_go_to_the_descriptor_until_the_end() {
    let (text, status) = lines_of("", || {
        let mut path = [0u8; 64];
        must!(sys!(__NR_getcwd, &mut path, 64));
        check_eq!(sys!(__NR_close, 99), Err(Errno::EBADF), "close of what is not open");
    });
    check_eq!(status.exit_code(), Some(7), "how it ended");
    let lines = "getcwd(\"/\", 64)                         = 2\n\
                 close(99)                               = -1 EBADF (Bad file descriptor)\n\
                 exit_group(7)                           = ?\n\
                 +++ exited with 7 +++\n";
    check_eq!(text.as_str(), lines, "the lines");
}

/// Without `f` a child is its own business.
pub fn children_are_told_of_if_that_was_wanted() {
    let family = || {
        wait(start(|| sys!(__NR_umask, 0o77).map_or(1, |_| 3)));
    };
    let (text, _) = lines_of("", family);
    check_eq!((text.count("umask"), text.count("+++ exited with 7")), (0, 1), "lines without children");
    let (text, _) = lines_of("f", family);
    check_eq!((text.count("umask(077)"), text.count("+++ exited with 3 +++")), (1, 1), "lines with children");
    check!(text.as_str().lines().all(|line| line.starts_with("[pid ")), "lines without a pid: {:?}", text.as_str());
}

/// What one waits in is broken off, and taken up again.
pub fn lines_of_several_are_not_mixed() {
    let (text, _) = lines_of("f", || {
        wait(start(|| {
            sleep(Duration::from_millis(30));
            0
        }));
    });
    check_eq!(text.count("waitpid("), 1, "beginnings");
    let is_broken_off =
        text.as_str().lines().any(|line| line.contains("waitpid(") && line.ends_with("<unfinished ...>"));
    check!(is_broken_off, "the parent's line is whole: {}", text.as_str());
    check_eq!(text.count("<... waitpid resumed>[{WIFEXITED(s) && WEXITSTATUS(s) == 0}], 0) = "), 1, "ends");
}

/// More lines than a pipe takes.
pub fn full_pipe_makes_it_wait_and_loses_nothing() {
    const CALLS: usize = 2000;
    let ends = pipe();
    let child = watched(&ends, "", || {
        for _ in 0..CALLS {
            must!(sys!(__NR_getpgrp));
        }
    });
    drop(ends.1);
    sleep(Duration::from_millis(200));
    check_eq!(linux::try_waitpid(child), Ok(None), "who ended before anybody read");
    let (mut buffer, mut calls) = ([0u8; ROOM], 0);
    loop {
        let length = must!(linux::read(ends.0.number(), &mut buffer));
        if length == 0 {
            break;
        }
        // Each call has one of these.
        calls += buffer[..length].iter().filter(|&&byte| byte == b'(').count();
    }
    check_eq!(calls, CALLS + 1, "calls that were told of, with the exit");
    check_eq!(wait(child).exit_code(), Some(7), "how it ended");
}

/// Nothing but SIGKILL ends the wait for room, and that does.
pub fn kill_ends_one_that_waits_for_a_reader() {
    let ends = pipe();
    let child = watched(&ends, "", || {
        loop {
            must!(sys!(__NR_getpgrp));
        }
    });
    sleep(Duration::from_millis(200));
    must!(sys!(__NR_kill, child, SIGWINCH));
    must!(sys!(__NR_kill, child, SIGKILL));
    check_eq!(wait_at_most(child, Duration::from_secs(5)).signal(), Some(SIGKILL), "what ended it");
}

/// The one who reads goes away.
pub fn broken_pipe_ends_the_watching_without_a_signal() {
    let (reader, writer) = pipe();
    let child = start(|| {
        watch(&writer, "");
        must!(file::close(reader.number()));
        must!(sys!(__NR_getpgrp));
        check_eq!(Text::of(c"/proc/self/strace").as_str(), "off\n", "the state behind a broken pipe");
        7
    });
    drop(reader);
    check_eq!(wait(child).exit_code(), Some(7), "how it ended");
}

/// As on Linux; and a handler's signal is still the handler's.
pub fn signals_are_told_of_though_ignored() {
    let (text, status) = lines_of("", || {
        must!(sys!(__NR_kill, linux::getpid(), SIGWINCH));
    });
    check_eq!(status.exit_code(), Some(7), "how it ended");
    check_eq!(text.count("--- SIGWINCH {si_signo=SIGWINCH, si_code=SI_USER, si_pid="), 1, "lines about the signal");
    let (text, status) = lines_of("", || {
        must!(sys!(__NR_kill, linux::getpid(), SIGKILL));
    });
    check_eq!((status.signal(), text.count("+++ killed by SIGKILL +++")), (Some(SIGKILL), 1), "the end");
}

/// The lines go to the file that it reads, and to the pipe of which it is the only reader.
pub fn one_may_watch_oneself() {
    only_on_tusk();
    let child = start(|| {
        let file = must!(file::open(c"/tmp/watched", O_RDWR | O_CREAT | O_TRUNC));
        must!(linux::write_all(file.number(), b"0123456789"));
        watch(&file, "");
        let mut buffer = [0u8; 100];
        // Its own line is there by the time it reads: the position is behind it.
        check_eq!(linux::read(file.number(), &mut buffer), Ok(0), "what is behind its own line");
        must!(try_order("off"));
        let text = Text::of(c"/tmp/watched");
        check_eq!(text.count("0123456789read("), 1, "lines about the reading: {}", text.as_str());
        must!(sys!(__NR_unlink, c"/tmp/watched"));
        let (reader, writer) = must!(file::pipe(0));
        watch(&writer, "");
        let length = must!(linux::read(reader.number(), &mut buffer));
        check!(buffer[..length].starts_with(b"read("), "it read {:?}", buffer[..length].escape_ascii());
        0
    });
    check_eq!(wait_at_most(child, Duration::from_secs(5)).exit_code(), Some(0), "how it ended");
}

/// `off`, or `-`; and the file tells how it is.
pub fn off_ends_it() {
    let ends = pipe();
    check_eq!(Text::of(c"/proc/self/strace").as_str(), "off\n", "the state before");
    let child = start(|| {
        watch(&ends.1, "fT");
        let text = Text::of(c"/proc/self/strace");
        check!(text.as_str().starts_with("pipe:["), "the state is {}", text.as_str());
        check!(text.as_str().ends_with("] f T\n"), "the state is {}", text.as_str());
        must!(try_order("-\n"));
        check_eq!(Text::of(c"/proc/self/strace").as_str(), "off\n", "the state after");
        must!(sys!(__NR_getpgrp));
        7
    });
    drop(ends.1);
    let text = Text::read(ends.0.number());
    check_eq!(wait(child).exit_code(), Some(7), "how it ended");
    check_eq!((text.count("getpgrp"), text.count("exit")), (0, 0), "lines after the end");
    let are_timed = text.as_str().lines().all(|line| line.ends_with('>') && line.contains(" <0."));
    check!(are_timed, "lines without a time: {}", text.as_str());
}

/// Nonsense, and descriptors that cannot be written to.
pub fn order_that_is_none_is_refused() {
    let (reader, writer) = pipe();
    let only_read = try_order(order(&reader, "", &mut [0; 8]));
    check_eq!(only_read, Err(Errno::EBADF), "a descriptor that is open for reading");
    for (order, error) in [
        ("99", Errno::EBADF),
        ("", Errno::EINVAL),
        ("\n", Errno::EINVAL),
        ("x", Errno::EINVAL),
        ("-1", Errno::EINVAL),
        ("1 x", Errno::EINVAL),
        ("1 f f", Errno::EINVAL),
        ("off 1", Errno::EINVAL),
        ("1                                       f", Errno::EINVAL),
    ] {
        let expected = if order.is_empty() { Ok(()) } else { Err(error) };
        check_eq!(try_order(order), expected, "the answer to {order:?}");
    }
    check_eq!(Text::of(c"/proc/self/strace").as_str(), "off\n", "the state");
    check_eq!(file::open(c"/proc/9999/strace", O_WRONLY).map(drop), Err(Errno::ENOENT), "of nobody");
    let zombie = start(|| 0);
    sleep(Duration::from_millis(50));
    let path = Path::new(format_args!("/proc/{zombie}/strace"));
    let file = must!(file::open(path.as_c_str(), O_WRONLY));
    let answer = linux::write_all(file.number(), order(&writer, "", &mut [0; 8]).as_bytes());
    check_eq!(answer, Err(Errno::ESRCH), "the answer about one that has ended");
    wait(zombie);
}

/// With `f` other threads are, too; without it the first one alone, as on Linux.
pub fn every_thread_is_told_of() {
    let body = || {
        thread::start(|| {
            must!(sys!(__NR_getsid, 0));
        })
        .join();
    };
    // But for those that were injected.
    let births = |text: &Text| text.count("clone(child_stack=0x") - text.count("= -1 ENOMEM (");
    let (text, _) = lines_of("f", body);
    check_eq!((births(&text), text.count("getsid(0)")), (1, 1), "lines with f: {}", text.as_str());
    check_eq!(text.count("+++ exited with "), 2, "ends of threads");
    let (text, _) = lines_of("", body);
    check_eq!((births(&text), text.count("getsid(0)")), (1, 0), "lines without f");
}

/// The book's calls have their names, and a number that nobody has is shown.
pub fn calls_of_the_book_and_of_nobody() {
    let (text, _) = lines_of("", || {
        tusk_user::book::getpid();
        check_eq!(call(400, [1, 2, 3]), Err(Errno::ENOSYS), "a call that is not there");
    });
    check_eq!(text.count("getpid() "), 1, "lines about the book's call: {}", text.as_str());
    check_eq!(text.count("syscall_0x190(0x1, 0x2, 0x3, "), 1, "lines about the unknown call");
    check_eq!(text.count("= -1 ENOSYS (Function not implemented)"), 1, "its result");
}
