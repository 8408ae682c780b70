//! `select` and `pselect6`: the same question as `poll`'s, asked with bits.

use super::shorthand::{close, pipe};
use crate::call::sys;
use crate::check::{check, check_eq, must};
use crate::child::{start, wait};
use core::time::Duration;
use linux_raw_sys::general::{__kernel_old_timespec, __kernel_timespec, O_NONBLOCK};
use tusk_user::time::{now, sleep};
use tusk_user::{Errno, Status, linux};

/// A set of the lowest 64 descriptors.
type Set = [u32; 2];

/// The set with one descriptor in it.
fn set(descriptor: i32) -> Set {
    let bit = 1u64 << descriptor;
    [bit as u32, (bit >> 32) as u32]
}

/// Asks without waiting whether the one can be read and the other be written.
fn ready(reader: i32, writer: i32) -> (usize, bool, bool) {
    let (mut readers, mut writers) = (set(reader), set(writer));
    let count = must!(sys!(__NR__newselect, 64, &mut readers, &mut writers, 0, &mut [0i32; 2]));
    let is_left = |found: Set, asked: Set| {
        check!(found == asked || found == [0; 2], "the set is {found:x?}");
        found == asked
    };
    (count, is_left(readers, set(reader)), is_left(writers, set(writer)))
}

/// The sets come back with those in them that are ready.
pub fn sets_keep_who_is_ready() {
    let [reader, writer] = pipe(O_NONBLOCK);
    check_eq!(ready(reader, writer), (1, false, true), "an empty pipe");
    must!(linux::write_all(writer, b"x"));
    check_eq!(ready(reader, writer), (2, true, true), "a pipe with a byte");
    while linux::write(writer, &[0; 4096]).is_ok() {}
    check_eq!(ready(reader, writer), (1, true, false), "a full pipe");
    let second = pipe(0)[1];
    close(writer);
    check_eq!(ready(reader, second), (2, true, true), "a pipe with something left and no writer");
    while must!(linux::read(reader, &mut [0; 4096])) > 0 {}
    check_eq!(ready(reader, second), (2, true, true), "a pipe at its end");
}

/// Only those below the number given are looked at.
pub fn descriptors_from_the_number_on_are_left_out() {
    let [reader, writer] = pipe(0);
    must!(linux::write_all(writer, b"x"));
    let mut readers = set(reader);
    check_eq!(sys!(__NR__newselect, reader, &mut readers, 0, 0, &mut [0i32; 2]), Ok(0), "select below the reader");
    let mut readers = set(reader);
    check_eq!(sys!(__NR__newselect, reader + 1, &mut readers, 0, 0, &mut [0i32; 2]), Ok(1), "select up to it");
    check_eq!(sys!(__NR__newselect, 0, 0, 0, 0, &mut [0i32; 2]), Ok(0), "select of nothing");
}

/// What is not open, what cannot be, and times that are none.
pub fn impossible_questions_are_refused() {
    let [reader, _writer] = pipe(0);
    let mut readers = set(60);
    check_eq!(sys!(__NR__newselect, 64, &mut readers, 0, 0, 0), Err(Errno::EBADF), "select of what is not open");
    for count in [-1, i32::MIN] {
        check_eq!(sys!(__NR__newselect, count, 0, 0, 0, 0), Err(Errno::EINVAL), "select up to {count}");
    }
    let mut room = [[0u8; 1 << 12]; 3];
    let [readers, writers, others] = &mut room;
    let result = sys!(__NR__newselect, 1 << 15, readers, writers, others, &mut [0i32; 2]);
    check_eq!(result, Ok(0), "select up to more than there are");
    for mut time in [[-1, 0], [0, -1]] {
        let mut readers = set(reader);
        let result = sys!(__NR__newselect, 64, &mut readers, 0, 0, &mut time);
        check_eq!(result, Err(Errno::EINVAL), "select for {time:?}");
    }
    let mut bad = __kernel_old_timespec { tv_sec: 0, tv_nsec: 1_000_000_000 };
    check_eq!(sys!(__NR_pselect6, 0, 0, 0, 0, &mut bad, 0), Err(Errno::EINVAL), "pselect6 for a bad time");
}

/// When nothing happens, it takes as long as was said, and the sets come back empty.
pub fn timeouts_last_as_long_as_asked() {
    let [reader, _writer] = pipe(0);
    let (mut readers, mut time) = (set(reader), [0, 60_000]);
    let began = now();
    check_eq!(sys!(__NR__newselect, 64, &mut readers, 0, 0, &mut time), Ok(0), "select of an empty pipe");
    check!(now() - began >= Duration::from_millis(60), "it took {} ms", (now() - began).as_millis());
    check_eq!((readers, time), ([0; 2], [0, 0]), "the set, and the time that is left");
    let began = now();
    let mut short = __kernel_old_timespec { tv_sec: 0, tv_nsec: 40_000_000 };
    check_eq!(sys!(__NR_pselect6, 64, &mut set(reader), 0, 0, &mut short, 0), Ok(0), "pselect6");
    let mut long = __kernel_timespec { tv_sec: 0, tv_nsec: 40_000_000 };
    check_eq!(sys!(__NR_pselect6_time64, 64, &mut set(reader), 0, 0, &mut long, 0), Ok(0), "pselect6_time64");
    check!(now() - began >= Duration::from_millis(80), "both together took {} ms", (now() - began).as_millis());
}

/// Somebody writes, and who waits goes on, with time left.
pub fn waiting_ends_when_something_happens() {
    let [reader, writer] = pipe(0);
    let child = start(|| {
        sleep(Duration::from_millis(50));
        must!(linux::write_all(writer, b"x"));
        0
    });
    let (mut readers, mut time) = (set(reader), [30, 0]);
    check_eq!(sys!(__NR__newselect, 64, &mut readers, 0, 0, &mut time), Ok(1), "select");
    check_eq!(readers, set(reader), "the set");
    check!(time[0] < 30 && time[0] > 20, "{time:?} is left of thirty seconds");
    check_eq!(wait(child), Status(0), "the child's end");
    must!(linux::read(reader, &mut [0; 4]));
    close(writer);
    check_eq!(sys!(__NR__newselect, 64, &mut readers, 0, 0, 0), Ok(1), "select without a time, at the end");
}
