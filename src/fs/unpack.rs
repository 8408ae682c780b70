//! Fills the root file system from the archive that GRUB has loaded.
//!
//! The archive is walked once, and every entry made in its directory, which must have come before. Several names
//! of one file stay one file: cpio gives them one number, and only the last of them the contents.

use super::cpio::{Archive, Damaged, Entry};
use super::device;
use super::inode::{Blocking, Inode, NewNode, Position};
use super::metadata::{Change, NodeKind};
use super::path::{Place, Walk};
use super::{buffer::Buffer, text};
use crate::errno::{Errno, Result};
use alloc::sync::Arc;
use alloc::vec::Vec;

/// Why the root file system could not be filled.
pub enum Failure<'a> {
    /// The archive is no archive, or not whole.
    Damaged(Damaged),
    /// An entry could not be made: its path, and why.
    Entry(&'a str, Errno),
}

impl core::fmt::Display for Failure<'_> {
    fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Damaged(damaged) => write!(out, "the root archive is damaged: {damaged}"),
            Self::Entry(path, error) => write!(out, "the root archive's {path} could not be unpacked: {error}"),
        }
    }
}

/// Files of which there may come more names, by their number in the archive.
type Linked = Vec<(u32, Arc<dyn Inode>)>;

/// Makes all entries of `bytes`, an archive, in the directory `root`; returns how many there were.
///
/// # Errors
/// See [`Failure`].
pub fn unpack<'a>(bytes: &'a [u8], root: &Place) -> core::result::Result<usize, Failure<'a>> {
    let archive = Archive::new(bytes).map_err(Failure::Damaged)?;
    let mut linked = Linked::new();
    for entry in archive.entries() {
        make(&entry, root, &mut linked).map_err(|error| Failure::Entry(entry.path, error))?;
    }
    Ok(archive.entries().count())
}

fn make(entry: &Entry, root: &Place, linked: &mut Linked) -> Result<()> {
    let last = Walk::new(root.clone(), root.clone(), entry.path.as_bytes())?.walk_to_last()?;
    if !last.is_plain() {
        // The root itself: there already.
        return root.inode.change(Change { permissions: Some(entry.permissions()), ..Change::default() });
    }
    let directory = &last.parent.inode;
    let earlier = linked.iter().find(|(number, _)| entry.has_other_names() && *number == entry.inode);
    let inode = match earlier {
        Some((_, inode)) => {
            directory.link(&last.name, inode)?;
            inode.clone()
        }
        None => match directory.create(&last.name, new_node(entry)?) {
            Err(Errno::EXIST) if entry.is_directory() => directory.lookup(&last.name)?,
            made => made?,
        },
    };
    if entry.is_regular() {
        write(&inode, entry.data)?;
    }
    let modified = Some(u64::from(entry.modified) * 1_000_000_000);
    inode.change(Change { modified, accessed: modified, ..Change::default() })?;
    if entry.is_regular() && entry.has_other_names() && earlier.is_none() {
        linked.try_reserve(1).map_err(|_| Errno::NOMEM)?;
        linked.push((entry.inode, inode));
    }
    Ok(())
}

fn new_node(entry: &Entry) -> Result<NewNode> {
    let mode = entry.permissions();
    Ok(match entry.kind().ok_or(Errno::INVAL)? {
        NodeKind::Regular => NewNode::Regular { mode },
        NodeKind::Directory => NewNode::Directory { mode },
        NodeKind::Link => NewNode::Link(text::copy(entry.data)?),
        NodeKind::Fifo => NewNode::Fifo { mode },
        kind => NewNode::Device { kind, mode, number: device::number(entry.device.0, entry.device.1) },
    })
}

fn write(inode: &Arc<dyn Inode>, data: &[u8]) -> Result<()> {
    let mut buffer = Buffer::constant(data);
    while buffer.left() > 0 {
        let done = (data.len() - buffer.left()) as u64;
        inode.write(Position::At(done), &mut buffer, Blocking::Wait)?;
    }
    Ok(())
}
