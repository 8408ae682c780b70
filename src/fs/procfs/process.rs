//! The files of procfs about one process.

use super::watching;
use crate::arch::paging::PAGE_SIZE;
use crate::errno::Result;
use crate::fs::text::{self, Text};
use crate::mm::frame::{self, Pool};
use crate::mm::region::Protection;
use crate::mm::user_addresses::{Backing, USER_END, UserAddresses};
use crate::task::pid::Pid;
use crate::task::signal::Signal;
use crate::task::task_ref::TaskRef;
use crate::task::task_struct::Status;
use alloc::vec::Vec;
use core::fmt::Write;

/// Kilobytes in a page.
const PAGE_KB: u32 = PAGE_SIZE / 1024;

macro_rules! process_files {
    ($($variant:ident, $name:literal => $function:path;)*) => {
        /// A file about a process.
        #[derive(Clone, Copy, PartialEq, Eq)]
        pub enum ProcessFile {
            $($variant,)*
        }

        impl ProcessFile {
            /// All names, in the order in which a directory lists them.
            pub const NAMES: &'static [&'static str] = &[$($name),*];

            /// The file of that name.
            pub fn named(name: &[u8]) -> Option<Self> {
                $(if name == $name.as_bytes() {
                    return Some(Self::$variant);
                })*
                None
            }

            /// What is in it now.
            ///
            /// # Errors
            /// ENOMEM.
            pub fn text(self, task: &TaskRef) -> Result<Vec<u8>> {
                match self {
                    $(Self::$variant => $function(task),)*
                }
            }
        }
    };
}

process_files! {
    CommandLine, "cmdline" => command_line;
    Name, "comm" => name;
    Maps, "maps" => maps;
    Statistics, "stat" => statistics;
    MemoryStatistics, "statm" => memory_statistics;
    Status, "status" => status;
    Watching, "strace" => watching::state;
}

/// The arguments as they were given, each with its NUL; nothing for a kernel thread or a zombie.
fn command_line(task: &TaskRef) -> Result<Vec<u8>> {
    text::copy(task.process().command_line().as_ref().map_or(&[], |line| line))
}

fn name(task: &TaskRef) -> Result<Vec<u8>> {
    text::format(format_args!("{}\n", task.name().as_str()))
}

/// The letter and the word for what a task is doing.
fn state(task: &TaskRef) -> (char, &'static str) {
    match task.status() {
        Status::Running | Status::Ready => ('R', "running"),
        Status::Blocked | Status::Waiting => ('S', "sleeping"),
        Status::Stopped => ('T', "stopped"),
        Status::Hanging => ('Z', "zombie"),
        Status::Died => ('X', "dead"),
    }
}

/// The sets of signals of a task, a bit for each.
struct SignalWords {
    pending: u64,
    /// What waits for the whole process.
    shared: u64,
    blocked: u64,
    ignored: u64,
    handled: u64,
}

impl SignalWords {
    fn of(task: &TaskRef) -> Self {
        let signals = task.signals();
        let set = |is_in: &dyn Fn(Signal) -> bool| {
            let all = (1..=64).filter_map(Signal::new).filter(|&signal| is_in(signal));
            all.fold(0, |set, signal| set | 1 << (signal.number() - 1))
        };
        Self {
            pending: signals.pending.set().bits(),
            shared: task.process().pending.set().bits(),
            blocked: signals.blocked().bits(),
            ignored: set(&|signal| signals.action(signal).is_ignored()),
            handled: set(&|signal| signals.action(signal).is_handled()),
        }
    }
}

/// The number of a task's terminal, and the group that is in its foreground; 0 and −1 without one.
fn terminal_of(task: &TaskRef) -> (u32, i32) {
    let Some(terminal) = task.membership().terminal() else { return (0, -1) };
    (terminal.number(), terminal.foreground().map_or(-1, |group| group.number() as i32))
}

/// Pages of addresses taken, and of memory.
fn size_and_resident(task: &TaskRef) -> (u32, u32) {
    (task.look_at_addresses(UserAddresses::size_pages).unwrap_or(0), task.resident_pages())
}

fn number(pid: Option<Pid>) -> u32 {
    pid.map_or(0, Pid::number)
}

/// The 52 figures of /proc/PID/stat; what Tusk does not count is 0.
fn statistics(task: &TaskRef) -> Result<Vec<u8>> {
    let (size, resident) = size_and_resident(task);
    let (own, children) = (task.process().usage.own(), task.process().usage.children());
    let (terminal, foreground) = terminal_of(task);
    let signals = SignalWords::of(task);
    let mut all = Text(Vec::new());
    // From a full heap only a shorter text comes, which `format` would tell; the reader sees the same.
    let _ = write!(
        all,
        "{} ({}) {} {} {} {} {} {} 0 0 0 0 0 {} {} {} {} {} {} {} 0 {} {} {resident} \
         4294967295 {} 0 {} 0 0",
        number(task.pid()),
        task.name().as_str(),
        state(task).0,
        number(task.parent_pid()),
        number(task.membership().group()),
        number(task.membership().session()),
        terminal,
        foreground,
        own.user,
        own.system,
        children.user,
        children.system,
        20 + task.niceness(),
        task.niceness(),
        task.process().living_threads(),
        task.start_tick(),
        size * PAGE_SIZE,
        task.brk().start,
        USER_END,
    );
    // From the signals on, field 31.
    let _ = writeln!(
        all,
        " {} {} {} {} 0 0 0 17 0 0 0 0 0 0 0 {} 0 0 0 0 0 {}",
        signals.pending as u32 & 0x7fff_ffff,
        signals.blocked as u32 & 0x7fff_ffff,
        signals.ignored as u32 & 0x7fff_ffff,
        signals.handled as u32 & 0x7fff_ffff,
        task.brk().start,
        task.exit_status().word(),
    );
    Ok(all.0)
}

fn memory_statistics(task: &TaskRef) -> Result<Vec<u8>> {
    let (size, resident) = size_and_resident(task);
    text::format(format_args!("{size} {resident} 0 0 0 {resident} 0\n"))
}

fn status(task: &TaskRef) -> Result<Vec<u8>> {
    let (size, resident) = size_and_resident(task);
    let (letter, word) = state(task);
    let (pid, process) = (number(task.pid()), number(task.tgid()));
    let signals = SignalWords::of(task);
    let stack = frame::free_and_total(Pool::User).1.min(8192 / PAGE_KB) * PAGE_KB;
    text::format(format_args!(
        "Name:\t{}\nUmask:\t0022\nState:\t{letter} ({word})\nTgid:\t{process}\nNgid:\t0\nPid:\t{pid}\nPPid:\t{}\nTracerPid:\t0\n\
         Uid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nFDSize:\t{}\nGroups:\t0 \nVmPeak:\t{:8} kB\nVmSize:\t{:8} kB\n\
         VmRSS:\t{:8} kB\nVmStk:\t{stack:8} kB\nThreads:\t{}\nSigPnd:\t{:016x}\nShdPnd:\t{:016x}\nSigBlk:\t{:016x}\nSigIgn:\t{:016x}\n\
         SigCgt:\t{:016x}\nCpus_allowed:\t1\nvoluntary_ctxt_switches:\t0\nnonvoluntary_ctxt_switches:\t0\n",
        task.name().as_str(),
        number(task.parent_pid()),
        task.with_descriptors(|table| table.numbers().last().map_or(0, |last| last + 1)).next_multiple_of(64),
        size * PAGE_KB,
        size * PAGE_KB,
        resident * PAGE_KB,
        task.process().living_threads(),
        signals.pending,
        signals.shared,
        signals.blocked,
        signals.ignored,
        signals.handled,
    ))
}

/// A line for each region. `man 5 proc`, /proc/PID/maps.
fn maps(task: &TaskRef) -> Result<Vec<u8>> {
    let brk = task.brk();
    let lines = task.look_at_addresses(|addresses| {
        let mut all = Vec::new();
        for region in addresses.regions().iter() {
            let (start, end) = (region.first * PAGE_SIZE, region.end().wrapping_mul(PAGE_SIZE));
            let letter = |bit, letter| if region.protection.contains(bit) { letter } else { '-' };
            let (offset, path): (u32, &[u8]) = match &region.backing {
                Backing::File { source, index } => (*index, source.path()),
                Backing::Anonymous if end == USER_END => (0, b"[stack]"),
                Backing::Anonymous if start < brk.end && end > brk.start => (0, b"[heap]"),
                Backing::Anonymous => (0, b""),
            };
            let head = text::format(format_args!(
                "{start:08x}-{end:08x} {}{}{}{} {:08x} 00:01 0",
                letter(Protection::READ, 'r'),
                letter(Protection::WRITE, 'w'),
                letter(Protection::EXECUTE, 'x'),
                if region.is_shared() { 's' } else { 'p' },
                u64::from(offset) * u64::from(PAGE_SIZE),
            ))?;
            text::append(&mut all, &head)?;
            if !path.is_empty() {
                text::append(&mut all, b"                          ")?;
                text::append(&mut all, path)?;
            }
            text::append(&mut all, b"\n")?;
        }
        Ok(all)
    });
    lines.unwrap_or(Ok(Vec::new()))
}
