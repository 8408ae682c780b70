//! `/proc/trace`: what the kernel tells of itself while it works. Only Tusk has it (docs/trace.md).
//!
//! Each case turns on what it wants, and everything off again; the ring is emptied first.

use crate::call::sys;
use crate::check::{check, check_eq, must, only_on_tusk, skip};
use crate::child::{is_injecting, run_well};
use crate::files::shorthand::{close, open, rewind};
use core::ffi::CStr;
use linux_raw_sys::general::{O_CREAT, O_RDONLY, O_RDWR, O_TRUNC, O_WRONLY};
use tusk_user::heap::Heap;
use tusk_user::linux::{self, Fork};
use tusk_user::measure::{self, Unit, median};
use tusk_user::stat::stat;
use tusk_user::{Errno, cpu, println};

const PATH: &CStr = c"/proc/trace";
/// More than the ring's records take as lines.
const ROOM_PAGES: usize = 96;
/// How many records the ring holds.
const SLOTS: usize = 2048;

/// Writes `words` to the file, as `echo` does.
fn try_write(words: &str) -> Result<usize, Errno> {
    let file = open(PATH, O_WRONLY | O_CREAT | O_TRUNC);
    let result = linux::write(file, words.as_bytes());
    close(file);
    result
}

#[track_caller]
fn write(words: &str) {
    check_eq!(try_write(words), Ok(words.len()), "writing {words:?}");
}

/// What the trace holds.
struct Trace(Heap);

impl Trace {
    /// What `work` leaves in the empty ring when `groups` are on.
    fn of(groups: &str, work: impl FnOnce(&mut Heap)) -> Self {
        only_on_tusk();
        // Before anything is on: memory is no event of the work's.
        let mut room = must!(Heap::new(ROOM_PAGES));
        write("off");
        write("clear\n");
        write(groups);
        work(&mut room);
        write("off\n");
        Self::read_into(room)
    }

    fn read_into(mut room: Heap) -> Self {
        let file = open(PATH, O_RDONLY);
        read_all(file, room.bytes(), usize::MAX);
        close(file);
        Self(room)
    }

    fn text(&mut self) -> &str {
        let bytes = self.0.bytes();
        let end = bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len());
        core::str::from_utf8(&bytes[..end]).unwrap_or_default()
    }

    /// Lines of the process `pid`: what follows the pid.
    fn lines_of(&mut self, pid: i32) -> impl Iterator<Item = &str> {
        self.text().lines().filter_map(Line::read).filter(move |line| line.pid == pid).map(|line| line.what)
    }
}

/// Reads to the end, in pieces of at most `piece` bytes; what is left of the room is zeros.
fn read_all(file: i32, room: &mut [u8], piece: usize) -> usize {
    let mut length = 0_usize;
    loop {
        let end = room.len().min(length.saturating_add(piece));
        check!(end > length, "more than {length} bytes");
        match must!(linux::read(file, &mut room[length..end])) {
            0 => break,
            count => length += count,
        }
    }
    room[length..].fill(0);
    length
}

/// A line that is an event.
#[derive(Clone, Copy)]
struct Line<'a> {
    cycles: u64,
    pid: i32,
    /// Mark, name and words.
    what: &'a str,
}

impl<'a> Line<'a> {
    fn read(line: &'a str) -> Option<Self> {
        let (cycles, rest) = line.split_once(' ')?;
        let (pid, what) = rest.split_once(' ')?;
        Some(Self { cycles: cycles.parse().ok()?, pid: pid.parse().ok()?, what })
    }

    /// The number that the word `key` has, in base 10.
    fn number(&self, key: &str) -> Option<i32> {
        self.what.split(' ').find_map(|word| word.strip_prefix(key)?.strip_prefix('=')?.parse().ok())
    }
}

/// Forks a child that ends at once; returns its pid.
fn fork_once() -> i32 {
    let Fork::Parent(child) = must!(linux::fork()) else { linux::exit(0) };
    must!(linux::waitpid(child));
    child
}

/// How many pages this process has in memory: the second number in /proc/self/statm.
fn resident_pages() -> usize {
    let (file, mut text) = (open(c"/proc/self/statm", O_RDONLY), [0; 64]);
    let count = must!(linux::read(file, &mut text));
    close(file);
    let words = core::str::from_utf8(&text[..count]).unwrap_or_default();
    words.split(' ').nth(1).and_then(|word| word.parse().ok()).unwrap_or(0)
}

fn needs_successful_forks() {
    if is_injecting() {
        skip(format_args!("forks fail here"));
    }
}

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

/// The book's steps, in its order, each within what it belongs to.
pub fn fork_is_told_step_by_step() {
    needs_successful_forks();
    const STEPS: [&str; 18] = [
        "> fork:sys_fork",
        ". fork:pcb_page",
        "> fork:copy_process",
        ". fork:bounce_page",
        "> fork:copy_pcb_vaddrbitmap_stack0",
        "< fork:copy_pcb_vaddrbitmap_stack0",
        "> fork:create_page_dir",
        "< fork:create_page_dir",
        "> fork:copy_body_stack3",
        "< fork:copy_body_stack3",
        "> fork:build_child_stack",
        "< fork:build_child_stack",
        "> fork:update_inode_open_cnts",
        "< fork:update_inode_open_cnts",
        "< fork:copy_process",
        ". fork:ready",
        "< fork:sys_fork",
        "",
    ];
    only_on_tusk();
    // What both need of the program's file is in memory then.
    fork_once();
    resident_pages();
    let (mut child, mut resident) = (0, 0);
    let mut trace = Trace::of("fork", |_| {
        resident = resident_pages();
        child = fork_once();
    });
    let own = linux::getpid();
    let pages = trace.lines_of(own).filter(|line| line.starts_with(". fork:page ")).count();
    let copied = trace.lines_of(own).filter(|line| line.ends_with(" how=bounce")).count();
    check_eq!(pages, resident, "pages handed on");
    check!(copied > 0 && pages > copied, "{pages} pages, {copied} of them copied");
    let mut steps = trace.lines_of(own).filter(|line| !line.starts_with(". fork:page "));
    for expected in STEPS {
        let line = steps.next().unwrap_or_default();
        let (mark, name) = line.split_once(' ').unwrap_or_default();
        let found = (mark, name.split(' ').next().unwrap_or_default());
        check_eq!(found, expected.split_once(' ').unwrap_or_default(), "the step");
        if expected == ". fork:ready" {
            let line = Line { cycles: 0, pid: own, what: line };
            check_eq!((line.number("parent"), line.number("pid")), (Some(own), Some(child)), "parent and child");
        }
    }
}

/// A fork that fails ends its steps too.
pub fn failed_fork_ends_its_steps() {
    only_on_tusk();
    if !is_injecting() {
        skip(format_args!("forks succeed here"));
    }
    let mut failures = 0;
    let mut trace = Trace::of("fork", |_| {
        for _ in 0..20 {
            match linux::fork() {
                Ok(Fork::Child) => linux::exit(0),
                Ok(Fork::Parent(child)) => _ = linux::waitpid(child),
                Err(_) => failures += 1,
            }
        }
    });
    check!(failures > 0, "all of them succeeded");
    let mut depth = 0;
    for line in trace.lines_of(linux::getpid()) {
        depth += match line.as_bytes().first() {
            Some(b'>') => 1,
            Some(b'<') => -1,
            _ => 0,
        };
        check!(depth >= 0, "more ends than beginnings");
    }
    check_eq!(depth, 0, "steps that have not ended");
}

/// A call is told with its name, what it was given, and what came of it.
pub fn system_calls_are_told_by_name() {
    let mut trace = Trace::of("syscall", |_| {
        linux::getpid();
        check_eq!(sys!(__NR_close, -1), Err(Errno::EBADF), "closing nothing");
        check_eq!(sys!(__NR_create_module, 7), Err(Errno::ENOSYS), "a call that does not exist");
    });
    let own = linux::getpid();
    for expected in [
        "> syscall:call number=20 call=\"getpid\"",
        "> syscall:call number=6 call=\"close\" fd=-1",
        "< syscall:call number=6 call=\"close\" result=-9",
        "< syscall:call number=127 result=-38",
    ] {
        check!(trace.lines_of(own).any(|line| line == expected), "no line {expected:?}");
    }
    let begun = trace.lines_of(own).find(|line| line.starts_with("> syscall:call number=127 word1=0x7 "));
    check!(begun.is_some(), "the call that does not exist has no beginning");
}

/// The end of a process, its parent's wait, its faults and switches, and the memory for it.
pub fn life_of_a_child_is_told() {
    needs_successful_forks();
    let (mut child, mut byte) = (0, 0);
    let mut trace = Trace::of("exit,fault,sched,alloc,clone", |_| {
        let Fork::Parent(made) = must!(linux::fork()) else {
            core::hint::black_box(&mut byte);
            linux::exit(7)
        };
        child = made;
        must!(linux::waitpid(child));
    });
    let own = linux::getpid();
    let has = |trace: &mut Trace, pid: i32, beginning: &str| {
        check!(trace.lines_of(pid).any(|line| line.starts_with(beginning)), "no {beginning:?} of process {pid}");
    };
    for line in [". exit:ended status=7", ". exit:released", ". exit:hanging", ". sched:block status=hanging"] {
        has(&mut trace, child, line);
    }
    for line in [
        "> clone:sys_clone flags=0x0 kind=process",
        "> exit:wait",
        "< exit:wait",
        ". exit:collected pid=",
        ". exit:reaped pid=",
    ] {
        has(&mut trace, own, line);
    }
    for line in [". alloc:frame frame=0x", ". alloc:kernel_pages page=0x", ". alloc:kernel_pages_back page=0x"] {
        has(&mut trace, own, line);
    }
    let switches = |line: &Line| line.what.starts_with(". sched:switch ") && line.number("to") == Some(child);
    check!(trace.text().lines().filter_map(Line::read).any(|line| switches(&line)), "no switch to the child");
}

/// A fault is told with its address, and with what came of it.
pub fn faults_are_told_with_what_came_of_them() {
    only_on_tusk();
    const OFFSET: usize = 50 * 4096;
    let mut address = 0;
    let mut trace = Trace::of("fault", |room| {
        // The room has not been touched yet.
        address = room.start() + OFFSET;
        room.bytes()[OFFSET + 5] = 1;
    });
    let own = linux::getpid();
    let mut lines = trace.lines_of(own).skip_while(|line| !line.starts_with("> fault:page "));
    let (begun, brought, ended) = (lines.next(), lines.next(), lines.next());
    let address_of = |line: Option<&str>, key: &str| {
        let word = line?.split(' ').find_map(|word| word.strip_prefix(key))?;
        usize::from_str_radix(word, 16).ok()
    };
    check_eq!(address_of(begun, "address=0x"), Some(address + 5), "the address of the fault");
    check_eq!(address_of(brought, "page=0x"), Some(address), "the page brought");
    check!(brought.is_some_and(|line| line.ends_with(" how=zeros")), "{brought:?}");
    check_eq!(ended, Some("< fault:page"), "the end");
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

/// The times are those of a kernel that is not traced.
pub fn times_are_those_of_an_untraced_kernel() {
    only_on_tusk();
    if measure::unit() != Unit::Instructions || is_injecting() {
        skip(format_args!("nobody counts instructions here (qemu -icount does)"));
    }
    const ROUNDS: usize = 5;
    // The room that the trace is read into, 96 pages, is part of the body in both.
    let mut room = must!(Heap::new(ROOM_PAGES));
    room.touch();
    fork_once();
    let mut untraced = [0; ROUNDS];
    for ticks in &mut untraced {
        let start = cpu::ticks();
        let Fork::Parent(child) = must!(linux::fork()) else { linux::exit(0) };
        *ticks = cpu::ticks() - start;
        must!(linux::waitpid(child));
    }
    let mut traced = [0; ROUNDS];
    for ticks in &mut traced {
        write("clear");
        write("fork,alloc");
        fork_once();
        write("off");
        let file = open(PATH, O_RDONLY);
        read_all(file, room.bytes(), usize::MAX);
        close(file);
        let text = core::str::from_utf8(room.bytes()).unwrap_or_default();
        let time_of =
            |what: &str| text.lines().filter_map(Line::read).find(|line| line.what == what).map(|line| line.cycles);
        let (begun, ended) = (time_of("> fork:sys_fork"), time_of("< fork:sys_fork"));
        *ticks = ended.unwrap_or(0).saturating_sub(begun.unwrap_or(0));
    }
    let (untraced, traced) = (median(&mut untraced), median(&mut traced));
    println!("fork by the program's own clock {untraced}, by the trace {traced}");
    // The program's own clock also counts the way into the kernel and back.
    check!(traced.abs_diff(untraced) * 100 <= untraced * 2, "{traced} traced, {untraced} untraced");
}
