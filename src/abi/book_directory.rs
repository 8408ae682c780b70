//! The book's calls on directories.
//!
//! `opendir` gives a handle: the address of a block of the program's own heap, where `readdir` puts the entry that it
//! returns. Which open directory is meant says the descriptor that was given out with the handle, never what lies in
//! the block: the book's `struct dir` is in the program's memory, and the kernel believes what it finds there (S9).
//! docs/book-calls.md says what each call does. Book: chapter 14, `dir.c`, `fs.c`.

use super::book_file::file_type;
use super::book_path::NAME_BYTES;
use super::directory::entry_after;
use super::file::{expect_free_descriptor, install_descriptor};
use super::record::Record;
use super::{book_path, file, memory, name, working_directory};
use crate::errno::Result;
use crate::fs::context;
use crate::fs::inode::{Entry, NewNode};
use crate::fs::metadata::NodeKind;
use crate::fs::open::open_file;
use crate::fs::open_file::of_descriptor;
use crate::fs::open_flags::OpenFlags;
use crate::fs::path::{LastLink, Place};
use crate::task::descriptor::Descriptor;
use crate::task::task_ref::running_thread;
use core::mem::offset_of;

/// What the book's `readdir` gives. user/c/fs/dir.h has it as C.
#[doc(alias = "struct dir_entry")]
#[repr(C)]
struct DirEntry {
    /// The name, and NULs up to its end.
    filename: [u8; NAME_BYTES],
    i_no: u32,
    f_type: u32,
}

const _: () = {
    assert!(size_of::<DirEntry>() == 24);
    assert!(offset_of!(DirEntry, filename) == 0);
    assert!(offset_of!(DirEntry, i_no) == 16);
    assert!(offset_of!(DirEntry, f_type) == 20);
};

/// The book's `getcwd`.
#[doc(alias = "sys_getcwd")]
pub fn getcwd(buffer: u32, size: u32) -> Result<u32> {
    working_directory::getcwd(buffer, size)?;
    Ok(buffer)
}

/// The book's `chdir`.
#[doc(alias = "sys_chdir")]
pub fn chdir(path: u32) -> Result<u32> {
    working_directory::go_to(&book_path::copy(path)?)
}

/// The book's `mkdir`.
#[doc(alias = "sys_mkdir")]
pub fn mkdir(path: u32) -> Result<u32> {
    const MODE: u32 = 0o777;
    let mode = context::of_running()?.masked(MODE);
    name::make(&context::find_last(None, &book_path::copy_new(path)?)?, NewNode::Directory { mode })
}

/// The book's `rmdir`.
#[doc(alias = "sys_rmdir")]
pub fn rmdir(path: u32) -> Result<u32> {
    name::remove_directory(&context::find_last(None, &book_path::copy(path)?)?)
}

/// The book's `opendir`. A new program has another heap, so exec closes what this opens.
#[doc(alias = "dir_open")]
#[doc(alias = "sys_opendir")]
pub fn opendir(path: u32) -> Result<u32> {
    let path = book_path::copy(path)?;
    expect_free_descriptor()?;
    let file = open_file(None, &path, OpenFlags::DIRECTORY, 0)?;
    let handle = memory::malloc(size_of::<DirEntry>() as u32)?;
    // A directory that has this very block was never closed, and its block was given back without that.
    if let Ok(stale) = number_of(handle) {
        file::close(stale)?;
    }
    let descriptor = Descriptor::new(file, true).with_handle(handle);
    if let Err(error) = install_descriptor(descriptor, 0) {
        memory::free(handle)?;
        return Err(error);
    }
    Ok(handle)
}

/// The book's `closedir`: −1 also when the program has already given back the block, after closing the directory.
#[doc(alias = "dir_close")]
#[doc(alias = "sys_closedir")]
pub fn closedir(handle: u32) -> Result<u32> {
    file::close(number_of(handle)?)?;
    memory::free(handle)
}

/// The book's `readdir`: where the next entry is, NULL after the last.
#[doc(alias = "sys_readdir")]
pub fn readdir(handle: u32) -> Result<u32> {
    const NULL: u32 = 0;
    let file = of_descriptor(number_of(handle)?)?;
    let place = file.place()?;
    file.with_position(|position| {
        let Some(entry) = entry_after(&place, position.get())? else { return Ok(NULL) };
        dir_entry(&place, &entry).to_record().store(handle)?;
        position.set(entry.next);
        Ok(handle)
    })
}

/// The book's `rewinddir`.
#[doc(alias = "sys_rewinddir")]
pub fn rewinddir(handle: u32) -> Result<u32> {
    of_descriptor(number_of(handle)?)?.with_position(|position| {
        position.set(0);
        Ok(0)
    })
}

/// The running process's descriptor that `opendir` gave out with that handle.
///
/// # Errors
/// EBADF for what is no handle.
fn number_of(handle: u32) -> Result<u32> {
    running_thread().with_descriptors(|table| table.number_of_handle(handle))
}

impl DirEntry {
    fn to_record(&self) -> Record {
        let Self { filename, i_no, f_type } = self;
        Record::new().bytes(filename).u32(*i_no).u32(*f_type)
    }
}

/// An entry of the directory `place` as the book has it: the name, cut to 15 bytes, and number and type as `stat` tells
/// them of it, which goes where links lead and into what is mounted there.
fn dir_entry(place: &Place, entry: &Entry) -> DirEntry {
    let (number, kind) = match context::find(Some(place.clone()), &entry.name, LastLink::Follow) {
        Ok(found) => (found.inode.metadata().inode_number, found.inode.kind()),
        // A link that leads nowhere, or a name that somebody has removed just now.
        Err(_) => (entry.inode_number, NodeKind::Link),
    };
    let length = entry.name.len().min(NAME_BYTES - 1);
    let mut filename = [0; NAME_BYTES];
    filename[..length].copy_from_slice(&entry.name[..length]);
    DirEntry { filename, i_no: number as u32, f_type: file_type(kind) }
}
