//! An inode of procfs: a name for a question.

use super::process::ProcessFile;
use super::subject::{Subject, is_thread_of, task_of};
use super::system::SystemFile;
use super::{PROCFS, links, root, trace, watching};
use crate::errno::{Errno, Result};
use crate::fs::buffer::Buffer;
use crate::fs::file_system::FileSystem;
use crate::fs::inode::{Blocking, Entry, Inode, NewNode, Position, Target, new};
use crate::fs::metadata::{Metadata, NodeKind};
use crate::fs::open_flags::Access;
use crate::fs::text;
use crate::task::pid::Pid;
use crate::task::process;
use crate::task::scheduler;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// An inode of procfs.
pub struct Node(pub Subject);

/// The fixed names of a directory, in order, then what there happens to be: the entry at `position`.
fn entry_of(subject: Subject, position: u64) -> Result<Option<Entry>> {
    let fixed: &[&str] = match subject {
        Subject::Root => SystemFile::NAMES,
        Subject::Process(_) | Subject::Thread(..) => ProcessFile::NAMES,
        _ => &[],
    };
    let links: &[&str] = match subject {
        Subject::Root => &["self", "trace"],
        Subject::Process(_) => &["cwd", "exe", "fd", "root", "task"],
        Subject::Thread(..) => &["cwd", "exe", "fd", "root"],
        _ => &[],
    };
    // Further on than there are numbers nothing is.
    let Ok(index) = usize::try_from(position) else { return Ok(None) };
    let name = fixed.get(index).or_else(|| links.get(index - fixed.len().min(index)));
    if let Some(name) = name.filter(|_| index < fixed.len() + links.len()) {
        return entry(subject, position + 1, text::copy(name.as_bytes())?);
    }
    // From here on the position is the number that was looked at last.
    let base = fixed.len() + links.len();
    let from = (index - base) as u32;
    let next = match subject {
        Subject::Root => next_pid(from, exists),
        Subject::Threads(process) => next_pid(from, |pid| is_thread_of(pid, process)),
        Subject::Descriptors(pid) => {
            let task = task_of(pid)?;
            task.with_descriptors(|table| table.numbers().find(|&number| number >= from))
        }
        _ => None,
    };
    let Some(number) = next else { return Ok(None) };
    let is_by_pid = matches!(subject, Subject::Root | Subject::Threads(_));
    let after = if is_by_pid { number } else { number + 1 };
    entry(subject, base as u64 + u64::from(after), text::format(format_args!("{number}"))?)
}

/// The lowest number above `from` of a task for which `is_meant` holds.
fn next_pid(from: u32, is_meant: impl Fn(Pid) -> bool) -> Option<u32> {
    Pid::all().find(|&pid| pid.number() > from && is_meant(pid)).map(Pid::number)
}

/// Says whether there is a process of that number: threads are found by their names, but not listed.
fn exists(pid: Pid) -> bool {
    process::find(pid).is_some()
}

fn entry(directory: Subject, next: u64, name: Vec<u8>) -> Result<Option<Entry>> {
    let subject = directory.find(&name)?;
    Ok(Some(Entry { next, inode_number: subject.inode_number(), kind: subject.kind(), name }))
}

impl Inode for Node {
    fn metadata(&self) -> Metadata {
        let kind = self.kind();
        let permissions = match kind {
            NodeKind::Directory => 0o555,
            NodeKind::Link => 0o777,
            _ if self.0 == Subject::Trace => 0o644,
            _ if self.0.is_writable() => 0o600,
            _ => 0o444,
        };
        let mut about = Metadata::virtual_file(self.0.inode_number(), kind, permissions);
        if self.0 == Subject::Root {
            about.links += scheduler::count_tasks() as u32;
        }
        about
    }

    fn file_system(&self) -> &'static dyn FileSystem {
        &PROCFS
    }

    fn kind(&self) -> NodeKind {
        self.0.kind()
    }

    fn lookup(&self, name: &[u8]) -> Result<Arc<dyn Inode>> {
        Ok(new(Self(self.0.find(name)?))?)
    }

    fn parent(&self) -> Option<Arc<dyn Inode>> {
        match self.0 {
            Subject::Root => None,
            Subject::Thread(pid, _) => new(Self(Subject::Threads(pid))).ok().map(|node| node as Arc<dyn Inode>),
            Subject::Descriptors(pid) | Subject::Threads(pid) => {
                new(Self(Subject::Process(pid))).ok().map(|node| node as Arc<dyn Inode>)
            }
            _ => root().ok(),
        }
    }

    fn entry(&self, position: u64) -> Result<Option<Entry>> {
        match self.kind() {
            NodeKind::Directory => entry_of(self.0, position),
            _ => Err(Errno::NOTDIR),
        }
    }

    /// Nothing can be made here: a new name is one that is not there.
    fn create(&self, _name: &[u8], _node: NewNode) -> Result<Arc<dyn Inode>> {
        Err(if self.kind() == NodeKind::Directory { Errno::NOENT } else { Errno::NOTDIR })
    }

    /// What is there cannot be removed.
    fn unlink(&self, name: &[u8]) -> Result<()> {
        self.0.find(name)?;
        Err(Errno::PERM)
    }

    fn remove_directory(&self, name: &[u8]) -> Result<()> {
        let is_directory = self.0.find(name)?.kind() == NodeKind::Directory;
        Err(if is_directory { Errno::PERM } else { Errno::NOTDIR })
    }

    fn target(&self) -> Result<Target> {
        match self.0 {
            Subject::OwnLink => links::own().map(Target::Path),
            Subject::ProcessLink(pid, link) => links::of_process(&task_of(pid)?, link),
            Subject::Descriptor(pid, number) => links::of_descriptor(&task_of(pid)?, number),
            _ => Err(Errno::INVAL),
        }
    }

    fn target_text(&self) -> Result<Vec<u8>> {
        match self.0 {
            Subject::OwnLink => links::own(),
            Subject::ProcessLink(pid, link) => links::text_of_process(&task_of(pid)?, link),
            Subject::Descriptor(pid, number) => links::text_of_descriptor(&task_of(pid)?, number),
            _ => Err(Errno::INVAL),
        }
    }

    fn open(self: Arc<Self>, access: Access, _blocking: Blocking) -> Result<Arc<dyn Inode>> {
        if let Some(pid) = self.0.pid() {
            task_of(pid)?;
        }
        if self.0 == Subject::Trace {
            return trace::open(access);
        }
        if access.contains(Access::WRITE) && self.kind() == NodeKind::Regular && !self.0.is_writable() {
            return Err(Errno::ACCES);
        }
        Ok(self)
    }

    fn read(&self, offset: u64, buffer: &mut Buffer, _blocking: Blocking) -> Result<usize> {
        let bytes = match self.0 {
            Subject::System(file) => file.text()?,
            Subject::ProcessFile(pid, file) => file.text(&task_of(pid).map_err(|_| Errno::SRCH)?)?,
            _ => return Err(if self.kind() == NodeKind::Directory { Errno::ISDIR } else { Errno::INVAL }),
        };
        let start = usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
        buffer.put(&bytes[start..])
    }

    fn write(&self, _position: Position, buffer: &mut Buffer, _blocking: Blocking) -> Result<(u64, usize)> {
        match self.0 {
            Subject::ProcessFile(pid, ProcessFile::Watching) => Ok((0, watching::order(pid, buffer)?)),
            _ => Err(Errno::INVAL),
        }
    }

    /// A shell opens what it writes to like this; of what can be written here there is nothing to cut off.
    fn truncate(&self, _length: u64) -> Result<()> {
        match self.kind() {
            _ if self.0.is_writable() => Ok(()),
            NodeKind::Directory => Err(Errno::ISDIR),
            _ => Err(Errno::INVAL),
        }
    }
}
