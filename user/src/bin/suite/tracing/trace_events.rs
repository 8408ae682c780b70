//! The events: that each is told, in its order, and when.

use super::reader::{Line, PATH, ROOM_PAGES, Trace, fork_once, read_all, write};
use crate::call::sys;
use crate::check::{check, check_eq, must, only_on_tusk, skip};
use crate::child::is_injecting;
use crate::files::shorthand::{close, open};
use linux_raw_sys::general::O_RDONLY;
use tusk_user::heap::Heap;
use tusk_user::linux::{self, Fork};
use tusk_user::measure::{self, Unit, median};
use tusk_user::{Errno, cpu, println};

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
