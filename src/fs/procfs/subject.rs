//! What a file of procfs is about, and under which name it is found.

use super::links;
use super::process::ProcessFile;
use super::system::SystemFile;
use crate::errno::{Errno, Result};
use crate::fs::metadata::NodeKind;
use crate::task::pid::Pid;
use crate::task::task_ref::TaskRef;

/// What is asked about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    Root,
    /// /proc/self, a link to the running process's directory.
    OwnLink,
    System(SystemFile),
    /// /proc/trace, which can also be written to.
    Trace,
    /// /proc/PID.
    Process(Pid),
    ProcessFile(Pid, ProcessFile),
    /// /proc/PID/exe, cwd and root.
    ProcessLink(Pid, links::ProcessLink),
    /// /proc/PID/task, and a thread there, by its process and its own number.
    Threads(Pid),
    Thread(Pid, Pid),
    /// /proc/PID/fd.
    Descriptors(Pid),
    /// /proc/PID/fd/N.
    Descriptor(Pid, u32),
}

/// Where a directory's own files begin among its inode numbers; a process's are its pid's share of the numbers.
const NUMBERS_A_PROCESS: u64 = 1 << 16;

impl Subject {
    /// A directory, a link or a file.
    pub(super) fn kind(self) -> NodeKind {
        match self {
            Self::Root | Self::Process(_) | Self::Threads(_) | Self::Thread(..) | Self::Descriptors(_) => {
                NodeKind::Directory
            }
            Self::OwnLink | Self::ProcessLink(..) | Self::Descriptor(..) => NodeKind::Link,
            Self::System(_) | Self::Trace | Self::ProcessFile(..) => NodeKind::Regular,
        }
    }

    /// Its number, which no other has.
    pub(super) fn inode_number(self) -> u64 {
        let of = |pid: Pid, within: u64| u64::from(pid.number()) * NUMBERS_A_PROCESS + within;
        match self {
            Self::Root => 1,
            Self::OwnLink => 2,
            Self::Trace => 3,
            Self::System(file) => 16 + file as u64,
            Self::Process(pid) => of(pid, 0),
            Self::ProcessFile(pid, file) => of(pid, 16 + file as u64),
            Self::ProcessLink(pid, link) => of(pid, 8 + link as u64),
            Self::Descriptors(pid) => of(pid, 1),
            Self::Threads(pid) => of(pid, 2),
            Self::Thread(_, thread) => of(thread, 3),
            Self::Descriptor(pid, number) => of(pid, 64 + u64::from(number)),
        }
    }

    /// Whether it can be written to.
    pub(super) fn is_writable(self) -> bool {
        matches!(self, Self::Trace | Self::ProcessFile(_, ProcessFile::Watching))
    }

    /// The process that it is about, if it is about one.
    pub(super) fn pid(self) -> Option<Pid> {
        match self {
            Self::Process(pid)
            | Self::ProcessFile(pid, _)
            | Self::ProcessLink(pid, _)
            | Self::Threads(pid)
            | Self::Thread(_, pid)
            | Self::Descriptors(pid)
            | Self::Descriptor(pid, _) => Some(pid),
            Self::Root | Self::OwnLink | Self::System(_) | Self::Trace => None,
        }
    }

    /// What is called `name` in it.
    ///
    /// # Errors
    /// ENOENT, also when the process is gone; ENOTDIR where there are no names.
    pub(super) fn find(self, name: &[u8]) -> Result<Self> {
        match self {
            Self::Root if name == b"self" => Ok(Self::OwnLink),
            Self::Root if name == b"trace" => Ok(Self::Trace),
            Self::Root => match SystemFile::named(name) {
                Some(file) => Ok(Self::System(file)),
                None => {
                    let pid = number(name).and_then(Pid::new).ok_or(Errno::NOENT)?;
                    task_of(pid).map(|_| Self::Process(pid))
                }
            },
            Self::Process(pid) if name == b"task" => Ok(Self::Threads(pid)),
            Self::Threads(pid) => {
                let thread = number(name).and_then(Pid::new).ok_or(Errno::NOENT)?;
                is_thread_of(thread, pid).then_some(Self::Thread(pid, thread)).ok_or(Errno::NOENT)
            }
            Self::Process(pid) | Self::Thread(_, pid) => {
                let file = ProcessFile::named(name).map(|file| Self::ProcessFile(pid, file));
                let link = links::ProcessLink::named(name).map(|link| Self::ProcessLink(pid, link));
                let descriptors = (name == b"fd").then_some(Self::Descriptors(pid));
                file.or(link).or(descriptors).ok_or(Errno::NOENT)
            }
            Self::Descriptors(pid) => {
                let descriptor = number(name).ok_or(Errno::NOENT)?;
                let task = task_of(pid)?;
                let is_open = task.with_descriptors(|table| table.get(descriptor).is_ok());
                is_open.then_some(Self::Descriptor(pid, descriptor)).ok_or(Errno::NOENT)
            }
            _ => Err(Errno::NOTDIR),
        }
    }
}

/// A decimal number without superfluous zeros.
fn number(name: &[u8]) -> Option<u32> {
    let text = core::str::from_utf8(name).ok()?;
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    text.parse().ok().filter(|_| is_plain)
}

/// The task with that pid.
///
/// # Errors
/// ENOENT when it is gone.
pub fn task_of(pid: Pid) -> Result<TaskRef> {
    crate::task::pid::find(pid).ok_or(Errno::NOENT)
}

/// Says whether `thread` is a thread of the process with the number `process`.
pub(super) fn is_thread_of(thread: Pid, process: Pid) -> bool {
    crate::task::pid::find(thread).is_some_and(|task| task.tgid() == Some(process))
}
