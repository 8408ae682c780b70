//! The book's calls on files and descriptors, where they differ from Linux's.
//!
//! Numbers for flags, `whence` and types are the book's, and so are three habits: `open` makes only what is not there,
//! writing appends, and reading at the end of a file is −1. docs/book-calls.md says what each call does. Book: chapter
//! 14, `fs.c`, and 15, `pipe.c`.

use super::file::{dup2, expect_free_descriptor, install, replace};
use super::record::Record;
use super::{book_path, file, name};
use crate::dev::tty;
use crate::errno::{Errno, Result};
use crate::fs::context;
use crate::fs::in_use;
use crate::fs::metadata::NodeKind;
use crate::fs::open::open_file;
use crate::fs::open_file::of_descriptor;
use crate::fs::open_flags::OpenFlags;
use crate::fs::path::LastLink;
use core::mem::offset_of;

/// The book's `open`: with `O_CREAT` it makes a file, and only that. What is open so is appended to.
#[doc(alias = "oflags")]
#[doc(alias = "sys_open")]
pub fn open(path: u32, flags: u32) -> Result<u32> {
    const CREATE: u32 = 4;
    /// The book has no permissions: what a program has made may be run, too.
    const MODE: u32 = 0o777;
    let access = match flags & !CREATE {
        0 => OpenFlags::empty(),
        1 => OpenFlags::WRITE_ONLY,
        2 => OpenFlags::READ_WRITE,
        _ => return Err(Errno::INVAL),
    };
    let (path, creation) = match flags & CREATE {
        0 => (book_path::copy(path)?, OpenFlags::empty()),
        _ => (book_path::copy_new(path)?, OpenFlags::CREATE | OpenFlags::EXCLUSIVE),
    };
    expect_free_descriptor()?;
    let file = open_file(None, &path, access | creation | OpenFlags::APPEND, MODE)?;
    if file.inode().kind() == NodeKind::Directory {
        return Err(Errno::ISDIR);
    }
    install(file, false, 0)
}

/// The book's `read`: as Linux's, but for −1 at the end of a file. That is an answer and not an error: pipes and
/// terminals end with Linux's 0.
#[doc(alias = "sys_read")]
pub fn read(descriptor: u32, address: u32, count: u32) -> Result<u32> {
    const END_OF_FILE: u32 = u32::MAX;
    let read = file::read(descriptor, address, count)?;
    let is_at_end = read == 0 && count > 0 && of_descriptor(descriptor)?.inode().kind() == NodeKind::Regular;
    Ok(if is_at_end { END_OF_FILE } else { read })
}

/// The book's `lseek`: within a file, to a byte that is there.
#[doc(alias = "whence")]
#[doc(alias = "sys_lseek")]
pub fn lseek(descriptor: u32, offset: u32, whence: u32) -> Result<u32> {
    let file = of_descriptor(descriptor)?;
    if file.inode().kind() != NodeKind::Regular {
        return Err(Errno::SPIPE);
    }
    // The book counts SEEK_SET, SEEK_CUR and SEEK_END from 1, Linux from 0.
    let whence = whence.checked_sub(1).ok_or(Errno::INVAL)?;
    let last = file.inode().metadata().size.checked_sub(1).ok_or(Errno::INVAL)?;
    let position = file.seek_up_to((offset as i32).into(), whence, last.min(i32::MAX as u64))?;
    Ok(position as u32)
}

/// The book's `unlink`: not of a file that somebody has open.
#[doc(alias = "sys_unlink")]
pub fn unlink(path: u32) -> Result<u32> {
    let last = context::find_last(None, &book_path::copy(path)?)?;
    if last.is_plain() && in_use::is_open(&last.parent.inode.lookup(&last.name)?) {
        return Err(Errno::BUSY);
    }
    name::remove(&last)
}

/// What the book's `stat` stores. user/c/fs/fs.h has it as C.
#[doc(alias = "struct stat")]
#[repr(C)]
struct Stat {
    st_ino: u32,
    /// In bytes.
    st_size: u32,
    st_filetype: u32,
}

const _: () = {
    assert!(size_of::<Stat>() == 12);
    assert!(offset_of!(Stat, st_ino) == 0);
    assert!(offset_of!(Stat, st_size) == 4);
    assert!(offset_of!(Stat, st_filetype) == 8);
};

impl Stat {
    fn to_record(&self) -> Record {
        let Self { st_ino, st_size, st_filetype } = *self;
        Record::new().u32(st_ino).u32(st_size).u32(st_filetype)
    }
}

/// The book's `stat`.
#[doc(alias = "sys_stat")]
pub fn stat(path: u32, address: u32) -> Result<u32> {
    let about = context::find(None, &book_path::copy(path)?, LastLink::Follow)?.inode.metadata();
    let st_size = u32::try_from(about.size).map_err(|_| Errno::OVERFLOW)?;
    let stat = Stat { st_ino: about.inode_number as u32, st_size, st_filetype: file_type(about.kind) };
    stat.to_record().store(address)
}

/// The book's `enum file_types`.
#[doc(alias = "file_types")]
pub fn file_type(kind: NodeKind) -> u32 {
    match kind {
        NodeKind::Regular => 1,
        NodeKind::Directory => 2,
        _ => 0,
    }
}

/// The book's `fd_redirect`: `old` comes to mean what `new` means, where 0 to 2 mean the terminal. What `old` meant is
/// closed, which the book forgets (F7).
#[doc(alias = "sys_fd_redirect")]
pub fn fd_redirect(old: u32, new: u32) -> Result<u32> {
    const STANDARD: u32 = 3;
    match new {
        0..STANDARD => replace(tty::open_own()?, old, false)?,
        _ => dup2(new, old)?,
    };
    Ok(0)
}
