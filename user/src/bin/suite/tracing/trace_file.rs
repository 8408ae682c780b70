//! The file itself: who may do what with it, what can be written, and that a reader sees one moment.

use super::reader::{Line, PATH, ROOM_PAGES, Trace, read_all, try_write, write};
use crate::call::sys;
use crate::check::{check, check_eq, must, only_on_tusk};
use crate::child::run_well;
use crate::files::shorthand::{close, open, rewind};
use linux_raw_sys::general::{O_RDONLY, O_RDWR, O_WRONLY};
use tusk_user::heap::Heap;
use tusk_user::stat::stat;
use tusk_user::{Errno, linux};

/// How many records the ring holds.
const SLOTS: usize = 2048;

/// With nothing on and nothing recorded a comment says so, and how to turn something on.
pub fn empty_trace_says_how_to_fill_it() {
    let mut trace = Trace::of("off", |_| {});
    let text = trace.text();
    check!(text.starts_with("# on: nothing; turn on with echo "), "it begins {:?}", text.lines().next());
    check!(text.contains(" fork clone exec exit fault sched syscall alloc;"), "no groups in {text:?}");
    check_eq!(text.lines().count(), 1, "lines");
}

/// The names written are on from then on, and no others.
pub fn written_groups_are_on() {
    only_on_tusk();
    for (written, shown) in [
        ("fork", "# on: fork\n"),
        ("sched,exit\n", "# on: exit sched\n"),
        (" fork , exec \n", "# on: fork exec\n"),
        ("all\n", "# on: fork clone exec exit fault sched syscall alloc\n"),
    ] {
        write(written);
        let (file, mut head) = (open(PATH, O_RDONLY), [0; 80]);
        let count = must!(linux::read(file, &mut head));
        close(file);
        write("off");
        check!(head[..count].starts_with(shown.as_bytes()), "after {written:?}: {:?}", head[..count].escape_ascii());
    }
}

/// Whatever else is written is EINVAL, and changes nothing.
pub fn unknown_group_is_einval() {
    only_on_tusk();
    write("exec");
    for written in ["forks", "fork,forks", "fork,", "", "\n", "fork sched", "Fork", "fork\0", "\u{e9}"] {
        let expected = if written.is_empty() { Ok(0) } else { Err(Errno::EINVAL) };
        check_eq!(try_write(written), expected, "writing {written:?}");
    }
    check_eq!(try_write(core::str::from_utf8(&[b','; 200]).unwrap_or_default()), Err(Errno::EINVAL), "200 commas");
    let (file, mut head) = (open(PATH, O_RDONLY), [0; 11]);
    must!(linux::read(file, &mut head));
    close(file);
    write("off");
    check_eq!(&head, b"# on: exec\n", "what is on");
}

/// Everybody may read it, root may write it; who opened it for the one cannot do the other.
pub fn file_is_what_it_is_opened_for() {
    only_on_tusk();
    check_eq!(must!(stat(PATH)).mode(), 0o100_644, "the mode");
    let mut byte = [0];
    let writer = open(PATH, O_WRONLY);
    check_eq!(linux::read(writer, &mut byte), Err(Errno::EBADF), "reading what is open to be written");
    close(writer);
    let reader = open(PATH, O_RDONLY);
    check_eq!(linux::write(reader, b"off"), Err(Errno::EBADF), "writing what is open to be read");
    check_eq!(sys!(__NR_read, reader, 0xc000_0000_u32, 10), Err(Errno::EFAULT), "reading to the kernel's half");
    check_eq!(linux::read(reader, &mut byte), Ok(1), "reading after that");
    close(reader);
    let both = open(PATH, O_RDWR);
    check_eq!(sys!(__NR_write, both, 0xc000_0000_u32, 3), Err(Errno::EFAULT), "writing from the kernel's half");
    check_eq!((linux::write(both, b"off"), linux::read(both, &mut byte)), (Ok(3), Ok(1)), "both");
    close(both);
}

/// What is overwritten is counted in a comment, and what is left is what the ring holds.
pub fn what_was_lost_is_told() {
    const CALLS: usize = 3000;
    let mut trace = Trace::of("syscall", |_| {
        for _ in 0..CALLS {
            linux::getpid();
        }
    });
    let mut lines = trace.text().lines();
    check_eq!(lines.next(), Some("# on: nothing"), "the first line");
    let lost = lines.next().and_then(|line| line.strip_prefix("# lost ")?.split(' ').next()?.parse::<usize>().ok());
    // Each call has two; the writes around them have some more.
    let least = 2 * CALLS - SLOTS;
    check!(lost.is_some_and(|lost| (least..least + 20).contains(&lost)), "lost: {lost:?}");
    let events = lines.filter(|line| Line::read(line).is_some()).count();
    check_eq!(events, SLOTS, "lines");
}

/// Who reads it piece by piece gets what was there when it was opened, and the same again from the beginning, though
/// everything is traced meanwhile.
pub fn reader_sees_one_moment() {
    only_on_tusk();
    let mut room = must!(Heap::new(2 * ROOM_PAGES));
    let (first, second) = room.bytes().split_at_mut(ROOM_PAGES * 4096);
    write("clear");
    write("all");
    run_well(|| {});
    let file = open(PATH, O_RDONLY);
    let lengths = [read_all(file, first, 61), {
        rewind(file);
        read_all(file, second, 4096)
    }];
    close(file);
    write("off");
    check!(lengths[0] == lengths[1] && first == second, "{} bytes and {} bytes", lengths[0], lengths[1]);
    let text = core::str::from_utf8(&first[..lengths[0]]).unwrap_or_default();
    check!(text.lines().all(|line| line.starts_with('#') || Line::read(line).is_some()), "a line is torn");
    let times = || text.lines().filter_map(Line::read).map(|line| line.cycles);
    check!(times().is_sorted(), "times go back");
    check!(times().count() > 50, "{} events only", times().count());
}
