//! The archive that GRUB loaded into memory, from which the root file system is filled.
//!
//! The crate `cpio_reader` takes an entry apart; this module walks from entry to entry itself. The
//! crate also reads older formats, one of which makes it panic on junk on a 32-bit machine, and at
//! damage it ends as if the archive were over. So each header's magic is looked at first, and the
//! whole archive is walked once, into a list of its entries: after [`Archive::new`] nothing can go
//! wrong.
//!
//! Format: `man 5 cpio`, "New ASCII Format" (newc).

use super::metadata::{NodeKind, PERMISSIONS};
use alloc::vec::Vec;

/// Each newc header starts with this.
const MAGIC: &[u8] = b"070701";
/// The header: the magic and 13 numbers of 8 hexadecimal digits. The name follows.
const HEADER_LENGTH: usize = 110;
/// The name of the entry that ends the archive.
const TRAILER: &[u8] = b"TRAILER!!!\0";
/// Headers and contents start at multiples of this, from the start of the archive.
const ALIGNMENT: usize = 4;

/// File type bits of a mode (`man 7 inode`).
const TYPE_MASK: u32 = 0o170_000;

/// An archive all of whose entries have been found sound.
pub struct Archive<'a> {
    entries: Vec<Entry<'a>>,
}

/// The archive is damaged, or not one: no entry and no end of the archive at this offset in bytes;
/// or there is no memory for a list of so many entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Damaged(pub usize);

impl core::fmt::Display for Damaged {
    fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(out, "no newc cpio entry at byte {}", self.0)
    }
}

/// A file in the archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    /// The path as it stands in the archive, usually without a leading slash.
    pub path: &'a str,
    /// File type and permissions, as `st_mode` has them.
    mode: u32,
    /// The contents; of a symbolic link the path it points to.
    pub data: &'a [u8],
    /// Seconds since 1970.
    pub modified: u32,
    /// A device's major and minor number.
    pub device: (u32, u32),
    /// Files with the same number and more than one link are one file.
    pub inode: u32,
    links: u32,
}

impl Entry<'_> {
    /// What it is; `None` for what there cannot be, a socket for one.
    pub fn kind(&self) -> Option<NodeKind> {
        use NodeKind::{BlockDevice, CharacterDevice, Directory, Fifo, Link, Regular};
        [Fifo, CharacterDevice, Directory, BlockDevice, Regular, Link]
            .into_iter()
            .find(|kind| kind.mode_bits() == self.mode & TYPE_MASK)
    }

    /// Whether this is a directory.
    pub fn is_directory(&self) -> bool {
        self.kind() == Some(NodeKind::Directory)
    }

    /// Whether this is a regular file.
    pub fn is_regular(&self) -> bool {
        self.kind() == Some(NodeKind::Regular)
    }

    /// The permission bits.
    pub fn permissions(&self) -> u16 {
        self.mode as u16 & PERMISSIONS
    }

    /// Whether the file has more than one name, of which only the last carries the contents.
    pub fn has_other_names(&self) -> bool {
        self.links > 1 && !self.is_directory()
    }
}

impl<'a> Archive<'a> {
    /// Reads the archive from end to end, once: the crate adds up the bytes of each file it passes.
    /// What follows the trailer (padding) is not looked at.
    pub fn new(bytes: &'a [u8]) -> Result<Self, Damaged> {
        let mut entries = Vec::new();
        let mut offset = 0;
        while !is_trailer(bytes, offset) {
            let (entry, next) = entry_at(bytes, offset).ok_or(Damaged(offset))?;
            entries.try_reserve(1).map_err(|_| Damaged(offset))?;
            entries.push(entry);
            offset = next;
        }
        Ok(Self { entries })
    }

    /// The entries in the archive's order.
    pub fn entries(&self) -> impl Iterator<Item = Entry<'a>> + '_ {
        self.entries.iter().copied()
    }
}

fn is_trailer(bytes: &[u8], offset: usize) -> bool {
    let entry = bytes.get(offset..).unwrap_or_default();
    entry.starts_with(MAGIC) && entry.get(HEADER_LENGTH..).is_some_and(|name| name.starts_with(TRAILER))
}

/// The entry at `offset`, and the offset of the next one.
fn entry_at(bytes: &[u8], offset: usize) -> Option<(Entry<'_>, usize)> {
    let rest = bytes.get(offset..).filter(|rest| rest.starts_with(MAGIC))?;
    let parsed = cpio_reader::iter_files(rest).next()?;
    let entry = Entry {
        path: parsed.name(),
        mode: parsed.mode().bits(),
        data: parsed.file(),
        modified: parsed.mtime() as u32,
        device: (parsed.rdevmajor().unwrap_or(0), parsed.rdevminor().unwrap_or(0)),
        inode: parsed.ino(),
        links: parsed.nlink(),
    };
    // The contents lie at the end of the entry, and within `bytes`.
    let end = entry.data.as_ptr_range().end.addr().checked_sub(bytes.as_ptr().addr())?;
    Some((entry, end.next_multiple_of(ALIGNMENT)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An archive of (path, mode, inode, contents), each with two links.
    fn archive(files: &[(&str, u32, u32, &str)]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (path, mode, inode, data) in files.iter().chain(&[("TRAILER!!!", 0, 0, "")]) {
            let sizes = format!("{:08x}{:032x}{:08x}", data.len(), 0, path.len() + 1);
            let header = format!("070701{inode:08x}{mode:08x}{:016x}{:08x}{:08x}", 0, 2, 0);
            bytes.extend(format!("{header}{sizes}{:08x}{path}\0", 0).bytes());
            bytes.resize(bytes.len().next_multiple_of(4), 0);
            bytes.extend(data.bytes());
            bytes.resize(bytes.len().next_multiple_of(4), 0);
        }
        bytes
    }

    fn sample() -> Vec<u8> {
        let tree = [(".", 0o40755, 1, ""), ("./bin/init", 0o100755, 2, "ELF"), ("etc/a", 0o100644, 2, "")];
        archive(&tree)
    }

    #[test]
    fn entries_come_in_order_with_what_is_in_them() {
        let bytes = sample();
        let archive = Archive::new(&bytes).unwrap();
        let entries: Vec<_> = archive.entries().collect();
        assert_eq!(entries.len(), 3);
        assert!(entries[0].is_directory() && !entries[0].has_other_names());
        assert_eq!((entries[1].path, entries[1].data, entries[1].permissions()), ("./bin/init", &b"ELF"[..], 0o755));
        assert!(entries[1].is_regular() && entries[1].has_other_names() && entries[2].inode == entries[1].inode);
    }

    #[test]
    fn damage_is_an_error_and_never_a_panic() {
        let good = sample();
        for length in 0..good.len() - 1 {
            let _ = Archive::new(&good[..length]);
        }
        assert_eq!(Archive::new(b"").err(), Some(Damaged(0)));
        // Cut within the trailer, which starts at 356.
        assert_eq!(Archive::new(&good[..good.len() - 120]).err(), Some(Damaged(356)));
        for index in 0..good.len() {
            for junk in [0, b'0', b'7', b'f', 0xff] {
                let mut bad = good.clone();
                bad[index] = junk;
                if let Ok(archive) = Archive::new(&bad) {
                    archive.entries().for_each(drop);
                }
            }
        }
    }
}
