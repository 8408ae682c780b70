//! `poll` and `ppoll`.

use super::scratch::Scratch;
use super::shorthand::{close, make_open, open, pipe};
use crate::call::sys;
use crate::check::{check, check_eq, must};
use crate::child::{start, wait};
use core::time::Duration;
use linux_raw_sys::general::{
    __kernel_old_timespec, __kernel_timespec, O_NONBLOCK, O_RDWR, POLLERR, POLLHUP, POLLIN, POLLNVAL, POLLOUT, pollfd,
};
use tusk_user::time::{now, sleep};
use tusk_user::{Errno, Status, linux};

/// Asks about one descriptor; returns how many answered, and what.
fn poll(descriptor: i32, events: u32, timeout_ms: i32) -> (Result<usize, Errno>, u32) {
    let mut entry = pollfd { fd: descriptor, events: events as i16, revents: -1 };
    let result = sys!(__NR_poll, &mut entry, 1, timeout_ms);
    (result, u32::from(entry.revents as u16))
}

/// A pipe can be read when something is in it, and written while there is room.
pub fn pipe_is_ready_when_it_is() {
    let [reader, writer] = pipe(O_NONBLOCK);
    check_eq!(poll(reader, POLLIN, 0), (Ok(0), 0), "the reader of an empty pipe");
    check_eq!(poll(writer, POLLOUT, 0), (Ok(1), POLLOUT), "the writer of an empty pipe");
    must!(linux::write_all(writer, b"x"));
    check_eq!(poll(reader, POLLIN, 0), (Ok(1), POLLIN), "the reader when there is a byte");
    check_eq!(poll(reader, 0, 0), (Ok(0), 0), "the reader when nobody asks for anything");
    while linux::write(writer, &[0; 4096]).is_ok() {}
    while linux::write(writer, &[0]).is_ok() {}
    check_eq!(poll(writer, POLLOUT, 0), (Ok(0), 0), "the writer of a full pipe");
    while linux::read(reader, &mut [0; 4096]).is_ok() {}
    check_eq!(poll(writer, POLLOUT, 0), (Ok(1), POLLOUT), "the writer when all was read");
}

/// The other end is gone: that is told without having been asked for.
pub fn missing_ends_are_told_unasked() {
    let [reader, writer] = pipe(0);
    must!(linux::write_all(writer, b"x"));
    close(writer);
    check_eq!(poll(reader, POLLIN, 0), (Ok(1), POLLIN | POLLHUP), "the reader with a byte left and no writer");
    check_eq!(linux::read(reader, &mut [0; 4]), Ok(1), "read");
    check_eq!(poll(reader, POLLIN, 0), (Ok(1), POLLHUP), "the reader without a writer");
    check_eq!(poll(reader, 0, -1), (Ok(1), POLLHUP), "the reader when nobody asks for anything");
    let [reader, writer] = pipe(0);
    close(reader);
    check_eq!(poll(writer, POLLOUT, 0), (Ok(1), POLLOUT | POLLERR), "the writer without a reader");
    check_eq!(poll(writer, 0, 0), (Ok(1), POLLERR), "the writer when nobody asks for anything");
}

/// What is not open is told too; negative numbers are left out.
pub fn unopened_descriptors_are_pollnval() {
    check_eq!(poll(99, POLLIN, 1000), (Ok(1), POLLNVAL), "a descriptor that is not open");
    check_eq!(poll(-1, POLLIN, 0), (Ok(0), 0), "a negative number");
    let [reader, writer] = pipe(0);
    must!(linux::write_all(writer, b"x"));
    let mut entries = [(-5, 0), (reader, 0), (99, 0), (writer, 0), (reader, 0)].map(|(fd, revents)| pollfd {
        fd,
        events: POLLIN as i16,
        revents,
    });
    check_eq!(sys!(__NR_poll, &mut entries, 5, -1), Ok(3), "poll of five");
    let answers = entries.map(|entry| entry.revents as u32);
    check_eq!(answers, [0, POLLIN, POLLNVAL, 0, POLLIN], "the answers");
}

/// Files and devices never make one wait.
pub fn files_are_always_ready() {
    let _scratch = Scratch::new();
    for file in [make_open(c"file", b""), open(c"/dev/null", O_RDWR), open(c"/dev/zero", O_RDWR)] {
        check_eq!(poll(file, POLLIN | POLLOUT, -1), (Ok(1), POLLIN | POLLOUT), "a file or device");
    }
}

/// When nothing happens, it takes as long as was said.
pub fn timeouts_last_as_long_as_asked() {
    let [reader, _writer] = pipe(0);
    for milliseconds in [1, 30, 80] {
        let began = now();
        check_eq!(poll(reader, POLLIN, milliseconds), (Ok(0), 0), "poll of an empty pipe");
        let taken = now() - began;
        check!(taken >= Duration::from_millis(milliseconds as u64), "it took {} ms", taken.as_millis());
    }
    let began = now();
    check_eq!(sys!(__NR_poll, 0, 0, 50), Ok(0), "poll of nothing");
    check!(now() - began >= Duration::from_millis(50), "it took {} ms", (now() - began).as_millis());
}

/// Somebody writes, or goes, and who waits is told, whichever of many pipes it is.
pub fn waiting_ends_when_something_happens() {
    let pipes = [(); 5].map(|()| pipe(0));
    for (index, action) in [(3, POLLIN), (1, POLLHUP)] {
        let began = now();
        let child = start(|| {
            sleep(Duration::from_millis(50));
            if action == POLLIN {
                must!(linux::write_all(pipes[index][1], b"x"));
            }
            0
        });
        if action == POLLHUP {
            close(pipes[index][1]);
        }
        let mut entries = pipes.map(|[fd, _]| pollfd { fd, events: POLLIN as i16, revents: 0 });
        check_eq!(sys!(__NR_poll, &mut entries, 5, 10_000), Ok(1), "poll of five pipes");
        check!(now() - began >= Duration::from_millis(50), "poll came back before something had happened");
        let answers = entries.map(|entry| entry.revents as u32);
        check_eq!(answers.iter().position(|&answer| answer != 0), Some(index), "the pipe that answered");
        check_eq!(answers[index], action, "its answer");
        check_eq!(wait(child), Status(0), "the child's end");
        if action == POLLIN {
            check_eq!(linux::read(pipes[index][0], &mut [0; 4]), Ok(1), "read");
        }
    }
}

/// With a time in nanoseconds, of either width, that has to be one.
pub fn ppoll_takes_times_of_both_widths() {
    let [reader, writer] = pipe(0);
    let mut entry = pollfd { fd: reader, events: POLLIN as i16, revents: 0 };
    let began = now();
    let mut short = __kernel_old_timespec { tv_sec: 0, tv_nsec: 40_000_000 };
    check_eq!(sys!(__NR_ppoll, &mut entry, 1, &mut short, 0, 8), Ok(0), "ppoll of an empty pipe");
    let mut long = __kernel_timespec { tv_sec: 0, tv_nsec: 40_000_000 };
    check_eq!(sys!(__NR_ppoll_time64, &mut entry, 1, &mut long, 0, 8), Ok(0), "ppoll with a 64-bit time");
    check!(now() - began >= Duration::from_millis(80), "both together took {} ms", (now() - began).as_millis());
    for (seconds, nanoseconds) in [(0, -1), (0, 1_000_000_000), (-1, 0)] {
        let mut bad = __kernel_old_timespec { tv_sec: seconds, tv_nsec: nanoseconds };
        let result = sys!(__NR_ppoll, &mut entry, 1, &mut bad, 0, 8);
        check_eq!(result, Err(Errno::EINVAL), "ppoll for {seconds} s and {nanoseconds} ns");
    }
    check_eq!(sys!(__NR_ppoll, &mut entry, 1, 0, &0u64, 5), Err(Errno::EINVAL), "ppoll with five bytes of signals");
    must!(linux::write_all(writer, b"x"));
    check_eq!(sys!(__NR_ppoll, &mut entry, 1, 0, &0u64, 8), Ok(1), "ppoll without a time");
}

/// No more entries than there may be descriptors.
pub fn too_many_entries_are_einval() {
    for count in [usize::MAX, 1 << 31] {
        check_eq!(sys!(__NR_poll, 0, count, 0), Err(Errno::EINVAL), "poll of {count} entries");
    }
}
