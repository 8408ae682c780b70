//! The two ends of a pipe: what each may, and what happens when the other is gone.

use super::shorthand::{close, gives, lowest_free, pipe};
use crate::call::sys;
use crate::check::{check, check_eq, must};
use crate::child::{dies_of, start, wait};
use core::time::Duration;
use linux_raw_sys::general::{
    F_GETFD, F_GETFL, F_SETFL, FD_CLOEXEC, O_ACCMODE, O_APPEND, O_CLOEXEC, O_NONBLOCK, O_RDONLY, O_WRONLY,
};
use tusk_user::file::{POLLOUT, poll, pollfd};
use tusk_user::signal::{Action, SIGPIPE, set_action};
use tusk_user::time::sleep;
use tusk_user::{Errno, Status, linux};

/// How long somebody waits at least who is made to wait.
const WHILE: Duration = Duration::from_millis(60);

/// The two lowest numbers, the first to read from and the second to write to.
pub fn pipe_takes_the_two_lowest_numbers() {
    let first = lowest_free();
    let mut ends = [-1; 2];
    check_eq!(sys!(__NR_pipe, &mut ends), Ok(0), "pipe");
    check_eq!(ends, [first, first + 1], "the ends");
    check_eq!(linux::read(ends[1], &mut [0; 4]), Err(Errno::EBADF), "read from the end to write to");
    check_eq!(linux::write(ends[0], b"text"), Err(Errno::EBADF), "write to the end to read from");
    let modes = ends.map(|end| must!(sys!(__NR_fcntl64, end, F_GETFL, 0)) as u32 & O_ACCMODE);
    check_eq!(modes, [O_RDONLY, O_WRONLY], "the access modes");
}

/// The flags of `pipe2` are those of both ends.
pub fn pipe2_flags_both_ends() {
    for (flags, descriptor_flags) in [(0, 0), (O_CLOEXEC, FD_CLOEXEC), (O_NONBLOCK | O_CLOEXEC, FD_CLOEXEC)] {
        for end in pipe(flags) {
            check_eq!(sys!(__NR_fcntl64, end, F_GETFD, 0), Ok(descriptor_flags as usize), "the descriptor's flags");
            let status = must!(sys!(__NR_fcntl64, end, F_GETFL, 0)) as u32;
            check_eq!(status & O_NONBLOCK, flags & O_NONBLOCK, "O_NONBLOCK");
        }
    }
    let (first, mut ends) = (lowest_free(), [-1; 2]);
    for flags in [O_APPEND, 1, 0x8000_0000, u32::MAX] {
        check_eq!(sys!(__NR_pipe2, &mut ends, flags), Err(Errno::EINVAL), "pipe2 with flags {flags:#x}");
    }
    check_eq!((ends, lowest_free()), ([-1; 2], first), "what the refused calls have left");
}

/// Without a writer there is what is left, and then the end.
pub fn last_writer_is_the_end() {
    let [reader, writer] = pipe(0);
    let second = must!(sys!(__NR_dup, writer)) as i32;
    must!(linux::write_all(writer, b"first"));
    close(writer);
    must!(linux::write_all(second, b" second"));
    close(second);
    gives(reader, b"first second");
    check_eq!(linux::read(reader, &mut [0; 4]), Ok(0), "read at the end");
}

/// Without a reader, writing is an error, for who does not let himself be killed.
pub fn writing_without_a_reader_is_epipe() {
    must!(set_action(SIGPIPE, Action::Ignore));
    let [reader, writer] = pipe(0);
    must!(linux::write_all(writer, b"nobody will read this"));
    close(reader);
    for length in [1, 100, 5000] {
        check_eq!(linux::write(writer, &[0; 5000][..length]), Err(Errno::EPIPE), "write of {length} bytes");
    }
    check_eq!(sys!(__NR_write, writer, 0, 0), Ok(0), "write of nothing");
}

/// By default, one is killed.
pub fn writing_without_a_reader_is_sigpipe() {
    dies_of(SIGPIPE, || {
        must!(set_action(SIGPIPE, Action::Default));
        let [reader, writer] = pipe(0);
        close(reader);
        i32::from(linux::write(writer, b"x").is_ok())
    });
}

/// Who waits for a writer sees the last one go.
pub fn blocked_reader_sees_the_last_writer_go() {
    let [reader, writer] = pipe(0);
    let child = start(|| {
        close(writer);
        gives(reader, b"");
        0
    });
    sleep(WHILE);
    check_eq!(must!(linux::try_waitpid(child)), None, "what has become of the reader meanwhile");
    close(writer);
    check_eq!(wait(child), Status(0), "the child's end");
}

/// Who waits for a reader sees the last one go.
pub fn blocked_writer_sees_the_last_reader_go() {
    must!(set_action(SIGPIPE, Action::Ignore));
    let [reader, writer] = pipe(0);
    let child = start(|| {
        close(reader);
        static LONG: [u8; 70_000] = [0; 70_000];
        let result = linux::write(writer, &LONG);
        check_eq!(result, Ok(65_536), "what could be written of a long piece");
        check_eq!(linux::write(writer, b"x"), Err(Errno::EPIPE), "write afterwards");
        0
    });
    // Not before the pipe is full: the child would have written less.
    let mut entry = pollfd { fd: writer, events: POLLOUT as i16, revents: 0 };
    while must!(poll(core::slice::from_mut(&mut entry), 0)) > 0 {
        sleep(WHILE / 10);
    }
    sleep(WHILE);
    check_eq!(must!(linux::try_waitpid(child)), None, "what has become of the writer meanwhile");
    close(reader);
    check_eq!(wait(child), Status(0), "the child's end");
}

/// A writer that was killed is gone like any other.
pub fn death_of_a_writer_is_the_end_too() {
    let [reader, writer] = pipe(0);
    let child = start(|| {
        must!(linux::write_all(writer, b"last words"));
        must!(tusk_user::signal::kill(linux::getpid(), tusk_user::signal::SIGKILL));
        0
    });
    close(writer);
    gives(reader, b"last words");
    check_eq!(wait(child).signal(), Some(tusk_user::signal::SIGKILL), "the signal that killed the child");
}

/// Waiting or not is a matter of the moment: it can be changed.
pub fn o_nonblock_can_be_switched() {
    let [reader, writer] = pipe(0);
    let mut buffer = [0; 4];
    must!(sys!(__NR_fcntl64, reader, F_SETFL, O_NONBLOCK));
    check_eq!(linux::read(reader, &mut buffer), Err(Errno::EAGAIN), "read that does not wait");
    must!(sys!(__NR_fcntl64, reader, F_SETFL, 0));
    let child = start(|| {
        sleep(WHILE);
        must!(linux::write_all(writer, b"x"));
        0
    });
    check_eq!(linux::read(reader, &mut buffer), Ok(1), "read that waits");
    check_eq!(wait(child), Status(0), "the child's end");
    check!(must!(sys!(__NR_fcntl64, writer, F_GETFL, 0)) as u32 & O_NONBLOCK == 0, "the other end has changed too");
}
