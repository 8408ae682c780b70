//! The arguments of a call, each as its kind in the table says; those that the call fills when it returns.

use super::line::Line;
use super::memory::{address, bytes, list, path, pointed, string};
use super::structures::{self, interval, interval64, time, time64};
use super::words::{self, Names};
use super::{flags, requests, signals};
use crate::abi::call::{Call, Kind};
use crate::errno::Result;
use crate::mm::user;
use core::fmt::{self, Write};
use linux_raw_sys::general as linux;

/// A call's words, and what it has returned by the time it is looked at.
#[derive(Clone, Copy)]
pub struct Made<'a> {
    pub call: &'a Call,
    pub words: &'a [u32; 6],
    pub result: Option<Result<u32>>,
}

impl Made<'_> {
    /// The word of argument `index`.
    pub fn word(&self, index: usize) -> u32 {
        self.words.get(index).copied().unwrap_or(0)
    }

    /// The word, and the next above it.
    fn wide(&self, index: usize) -> u64 {
        u64::from(self.word(index + 1)) << 32 | u64::from(self.word(index))
    }

    /// What it returned, if it did.
    fn returned(&self) -> Option<u32> {
        self.result.and_then(|result| result.ok())
    }

    fn kind(&self, index: usize) -> Option<Kind> {
        self.call.arguments.get(index).map(|argument| argument.1)
    }

    /// Whether argument `index` is not shown by itself, or not this time.
    fn is_left_out(&self, index: usize, kind: Kind) -> bool {
        let before = index.checked_sub(1).map_or(0, |before| self.word(before));
        match kind {
            Kind::Rest | Kind::RestNumber | Kind::CloneTids => true,
            Kind::CreateMode => before & linux::O_CREAT == 0 && before & linux::O_TMPFILE != linux::O_TMPFILE,
            Kind::DeviceNumber => !matches!(before & 0o170000, 0o020000 | 0o060000),
            Kind::RemapAddress => before & (linux::MREMAP_FIXED | linux::MREMAP_DONTUNMAP) == 0,
            Kind::FcntlArgument => !requests::fcntl_has_argument(before),
            _ => false,
        }
    }
}

/// Writes the arguments from number `from` on, as far as they can be read now; returns the first that cannot.
///
/// # Errors
/// None: a [`Line`] takes everything.
pub fn write(out: &mut Line, made: &Made, from: usize) -> core::result::Result<usize, fmt::Error> {
    let mut separator = "";
    for index in from..made.call.arguments.len() {
        let Some(kind) = made.kind(index) else { break };
        let has_returned = made.result.is_some();
        if kind.is_out() && !has_returned {
            // As in strace the comma is there already, unless more may follow of what is shown.
            if kind != Kind::CloneTids {
                out.write_str(separator)?;
            }
            return Ok(index);
        }
        if kind == Kind::CloneTids {
            requests::clone_tids(out, made.words)?;
        }
        if made.is_left_out(index, kind) {
            continue;
        }
        out.write_str(separator)?;
        separator = ", ";
        match kind.is_out() {
            true => one_filled(out, made, index, kind)?,
            false => one(out, made, index, kind)?,
        }
    }
    Ok(made.call.arguments.len())
}

/// The table of a kind that is flags, and what unknown ones are called.
fn flag_names(kind: Kind) -> Option<(Names, &'static str)> {
    Some(match kind {
        Kind::BookOpenFlags => (flags::BOOK_OPEN, "O_"),
        Kind::DescriptorFlags => (flags::OPEN, "O_"),
        Kind::AccessMode => (flags::ACCESS, "?_OK"),
        Kind::AccessFlags => (flags::ACCESS_AT, "AT_"),
        Kind::AtFlags | Kind::UnlinkFlags => (flags::AT, "AT_"),
        Kind::StatxFlags => (flags::STATX_AT, "AT_"),
        Kind::StatxMask => (flags::STATX, "STATX_"),
        Kind::RenameFlags => (flags::RENAME, "RENAME_"),
        Kind::MountFlags => (flags::MOUNT, "MS_"),
        Kind::UnmountFlags => (flags::UNMOUNT, "MNT_"),
        Kind::RandomFlags => (flags::RANDOM, "GRND_"),
        Kind::Protection => (flags::PROTECTION, "PROT_"),
        Kind::RemapFlags => (flags::REMAP, "MREMAP_"),
        Kind::SyncFlags => (flags::SYNC, "MS_"),
        Kind::LockAllFlags => (flags::LOCK_ALL, "MCL_"),
        Kind::WaitOptions => (flags::WAIT, "W"),
        Kind::TimerFlags => (flags::TIMER, "TIMER_"),
        _ => return None,
    })
}

/// The table of a kind that is one value of several.
fn choice_names(kind: Kind) -> Option<(Names, &'static str)> {
    Some(match kind {
        Kind::Whence => (flags::WHENCE, "SEEK_"),
        Kind::BookWhence => (flags::BOOK_WHENCE, "SEEK_"),
        Kind::FcntlCommand => (flags::FCNTL, "F_"),
        Kind::Advice => (flags::ADVICE, "MADV_"),
        Kind::WaitFor => (flags::WAIT_FOR, "P_"),
        Kind::Policy => (flags::POLICY, "SCHED_"),
        Kind::Resource => (flags::RESOURCE, "RLIMIT_"),
        Kind::UsageOf => (flags::USAGE, "RUSAGE_"),
        Kind::PriorityOf => (flags::PRIORITY, "PRIO_"),
        Kind::PrctlOption => (flags::PRCTL, "PR_"),
        Kind::MaskHow => (flags::MASK_HOW, "SIG_"),
        Kind::Clock => (flags::CLOCK, "CLOCK_"),
        Kind::IntervalTimer => (flags::INTERVAL_TIMER, "ITIMER_"),
        _ => return None,
    })
}

/// Writes an argument that the call only reads.
fn one(out: &mut Line, made: &Made, index: usize, kind: Kind) -> fmt::Result {
    let (word, next) = (made.word(index), made.word(index + 1));
    if let Some((names, prefix)) = flag_names(kind) {
        return words::flags(out, word, names, prefix);
    }
    if let Some((names, prefix)) = choice_names(kind) {
        return words::choice(out, word, names, prefix);
    }
    match kind {
        Kind::Size => write!(out, "{word}"),
        Kind::Flags if word == 0 => out.write_str("0"),
        Kind::Flags => write!(out, "{word:#x}"),
        Kind::DirectoryDescriptor if word as i32 == linux::AT_FDCWD => out.write_str("AT_FDCWD"),
        Kind::Address | Kind::RemapAddress => address(out, word),
        Kind::String => path(out, word),
        Kind::Wide => write!(out, "{}", made.wide(index) as i64),
        Kind::WideHighFirst => write!(out, "{}", (u64::from(word) << 32 | u64::from(next)) as i64),
        Kind::InBuffer => bytes(out, word, next, false),
        Kind::OpenFlags => requests::open_flags(out, word),
        Kind::CreateMode | Kind::Mode => words::mode(out, word & 0xffff),
        Kind::NodeMode => words::file_mode(out, word & 0xffff),
        Kind::DeviceNumber => words::device(out, word.into()),
        Kind::FcntlArgument => requests::fcntl_argument(out, made.word(index - 1), word),
        Kind::IoctlRequest => requests::ioctl(out, word),
        Kind::InPieces => structures::pieces(out, word, next, None),
        Kind::Polled => structures::polled(out, word, next),
        Kind::DescriptorSet => structures::descriptor_set(out, word, made.word(0)),
        Kind::MapFlags => requests::map_flags(out, word),
        Kind::PageOffset if word == 0 => out.write_str("0"),
        Kind::PageOffset => write!(out, "{:#x}", u64::from(word) << 12),
        Kind::MapRecord => requests::map_record(out, word),
        Kind::ArgumentVector => structures::strings(out, word),
        Kind::Environment => structures::variables(out, word),
        Kind::CloneFlags => requests::clone_flags(out, word, next),
        Kind::CloneRecord => requests::clone_record(out, word),
        Kind::Segment => structures::segment(out, word),
        Kind::FutexOperation => requests::futex(out, made.words, made.call.name == "futex_time64"),
        Kind::Cell => cell(out, word),
        Kind::Limits | Kind::Limits64 => structures::limits(out, word, kind == Kind::Limits64),
        Kind::PrctlArgument => requests::prctl(out, made.words),
        Kind::Signal => words::signal(out, word),
        Kind::SignalHandler => signals::handler(out, word),
        Kind::SignalAction => signals::action(out, word),
        Kind::OldSignalAction => signals::old_action(out, word),
        Kind::SignalSet => signals::set(out, word),
        Kind::OldSignalSet => signals::old_set(out, word),
        Kind::SignalMask => words::signal_set(out, word.into(), 32),
        Kind::SignalStack => signals::stack(out, word),
        Kind::SignalInformation => signals::information_at(out, word),
        Kind::Timespec => time(out, word, "nsec"),
        Kind::Timespec64 => time64(out, word),
        Kind::Timeval => time(out, word, "usec"),
        Kind::Itimerval => interval(out, word, "usec"),
        Kind::Itimerspec => interval(out, word, "nsec"),
        Kind::Itimerspec64 => interval64(out, word),
        Kind::TimerEvent => requests::timer_event(out, word),
        _ => write!(out, "{}", word as i32),
    }
}

/// Writes an argument that the call has filled; its address when it has failed.
fn one_filled(out: &mut Line, made: &Made, index: usize, kind: Kind) -> fmt::Result {
    let (word, next) = (made.word(index), made.word(index + 1));
    let Some(result) = made.returned() else {
        return match kind {
            Kind::OutIoctl if requests::ioctl_only_reads(made.word(index - 1)) => address(out, word),
            Kind::OutIoctl => requests::ioctl_argument(out, made.word(index - 1), word),
            // Of a sleep that a signal cut short, what is left is there all the same.
            Kind::Remaining => time(out, word, "nsec"),
            Kind::Remaining64 => time64(out, word),
            _ => address(out, word),
        };
    };
    match kind {
        Kind::OutBuffer => bytes(out, word, result, false),
        Kind::OutRandom => bytes(out, word, result, true),
        Kind::OutString => string(out, word),
        Kind::Descriptors2 => pointed(out, word, |out, [read, write]| write!(out, "[{read}, {write}]")),
        Kind::OutIoctl => requests::ioctl_argument(out, made.word(index - 1), word),
        Kind::OutWide => {
            pointed(out, word, |out, [low, high]| write!(out, "[{}]", (u64::from(high) << 32 | u64::from(low)) as i64))
        }
        Kind::OutPieces => structures::pieces(out, word, next, Some(result)),
        Kind::OutEntries => structures::entries(out, word, result, 8),
        Kind::OutEntries64 => structures::entries(out, word, result, 16),
        Kind::OutStat => structures::stat(out, word),
        Kind::OutStat64 => structures::stat64(out, word),
        Kind::OutStatx => structures::statx(out, word),
        Kind::OutNames => structures::names(out, word),
        // Without a child that has changed nothing was stored.
        Kind::WaitStatus if result == 0 => address(out, word),
        Kind::WaitStatus => pointed(out, word, |out, [status]| {
            out.write_char('[')?;
            words::wait_status(out, status, words::signal)?;
            out.write_char(']')
        }),
        Kind::OutUsage => structures::usage(out, word),
        Kind::OutCell => cell(out, word),
        Kind::OutLimits | Kind::OutLimits64 => structures::limits(out, word, kind == Kind::OutLimits64),
        Kind::OutSignalAction => signals::action(out, word),
        Kind::OutOldSignalAction => signals::old_action(out, word),
        Kind::OutSignalSet => signals::set(out, word),
        Kind::OutOldSignalSet => signals::old_set(out, word),
        Kind::OutSignalStack => signals::stack(out, word),
        Kind::OutSignalInformation => signals::information_at(out, word),
        Kind::OutTimespec => time(out, word, "nsec"),
        Kind::OutTimespec64 => time64(out, word),
        Kind::OutTimeval => time(out, word, "usec"),
        Kind::OutItimerval => interval(out, word, "usec"),
        Kind::OutItimerspec => interval(out, word, "nsec"),
        Kind::OutItimerspec64 => interval64(out, word),
        _ => address(out, word),
    }
}

/// Writes a word in memory.
fn cell(out: &mut Line, place: u32) -> fmt::Result {
    match user::read_u32(place) {
        Ok(word) if place != 0 => list(out, 1, |out, _| write!(out, "{}", word as i32).map(|()| false)),
        _ => address(out, place),
    }
}
