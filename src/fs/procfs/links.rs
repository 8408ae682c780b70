//! The links in procfs that lead to what a process uses.

use super::subject::task_of;
use crate::errno::{Errno, Result};
use crate::fs::context::Context;
use crate::fs::inode::Target;
use crate::fs::open::open_file;
use crate::fs::open_file::OpenFileDescription;
use crate::fs::open_flags::OpenFlags;
use crate::fs::origin::Origin;
use crate::fs::path::Place;
use crate::fs::{context, text};
use crate::task::pid::Pid;
use crate::task::task_ref::{TaskRef, running_thread};
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::any::Any;

/// What of a process a link leads to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum ProcessLink {
    Executable,
    WorkingDirectory,
    Root,
}

impl ProcessLink {
    /// The link of that name.
    pub fn named(name: &[u8]) -> Option<Self> {
        match name {
            b"exe" => Some(Self::Executable),
            b"cwd" => Some(Self::WorkingDirectory),
            b"root" => Some(Self::Root),
            _ => None,
        }
    }
}

/// Where /proc/self leads.
///
/// # Errors
/// ENOENT for a task without a pid.
pub fn own() -> Result<Vec<u8>> {
    let pid = running_thread().tgid().map(Pid::number).ok_or(Errno::NOENT)?;
    task_of(Pid::new(pid).ok_or(Errno::NOENT)?)?;
    text::format(format_args!("{pid}"))
}

fn context_of(task: &TaskRef) -> Result<Arc<Context>> {
    let context: Arc<dyn Any + Send + Sync> = task.fs().ok_or(Errno::NOENT)?;
    context.downcast().map_err(|_| Errno::NOENT)
}

/// Where a process's `link` leads.
///
/// # Errors
/// ENOENT in a kernel thread, or when there is nothing.
pub fn of_process(task: &TaskRef, link: ProcessLink) -> Result<Target> {
    if link == ProcessLink::Executable {
        // The walk may let other tasks run, and this one end: nothing is asked of it afterwards.
        let file = open_file(None, &executable_path(task)?, OpenFlags::PATH, 0)?;
        return Ok(Target::Place(file.place()?, file.origin().cloned()));
    }
    let place = directory_of(task, link)?;
    Ok(Target::Place(place.clone(), Some(Origin::of_directory(place)?)))
}

/// The root, or else the working directory.
fn directory_of(task: &TaskRef, link: ProcessLink) -> Result<Place> {
    let context = context_of(task)?;
    Ok(if link == ProcessLink::Root { context.root() } else { context.working() })
}

/// The path of a process's program.
fn executable_path(task: &TaskRef) -> Result<Vec<u8>> {
    let file = task.look_at_addresses(|addresses| addresses.executable().cloned()).flatten().ok_or(Errno::NOENT)?;
    text::copy(file.path())
}

/// The same as text.
///
/// # Errors
/// As [`of_process`].
pub fn text_of_process(task: &TaskRef, link: ProcessLink) -> Result<Vec<u8>> {
    match link {
        ProcessLink::Executable => executable_path(task),
        _ => context::of_running()?.path_of(&directory_of(task, link)?),
    }
}

fn open_file_of(task: &TaskRef, number: u32) -> Result<Arc<OpenFileDescription>> {
    let file = task.with_descriptors(|table| table.get(number).map(|descriptor| descriptor.file().clone()));
    let file: Arc<dyn Any + Send + Sync> = file.map_err(|_| Errno::NOENT)?;
    file.downcast().map_err(|_| Errno::NOENT)
}

/// Where a process's descriptor leads.
///
/// # Errors
/// ENOENT when it is not open.
pub fn of_descriptor(task: &TaskRef, number: u32) -> Result<Target> {
    let file = open_file_of(task, number)?;
    let place = match file.place() {
        Ok(place) => place,
        // A pipe has no place in the tree; it can be opened all the same.
        Err(_) => Place { inode: file.inode().clone(), ..context::of_running()?.root() },
    };
    Ok(Target::Place(place, file.origin().cloned()))
}

/// The same as text.
///
/// # Errors
/// As [`of_descriptor`].
pub fn text_of_descriptor(task: &TaskRef, number: u32) -> Result<Vec<u8>> {
    open_file_of(task, number)?.path()
}
