//! The first root filesystem: a cpio archive that GRUB loaded into memory, read only.
//!
//! The crate `cpio_reader` takes an entry apart; this module walks from entry to entry itself. The
//! crate also reads older formats, one of which makes it panic on junk on a 32-bit machine, and at
//! damage it ends as if the archive were over. So each header's magic is looked at first, and the
//! whole archive is walked once, into a list of its entries: after [`Archive::new`] nothing can go
//! wrong, and looking a path up reads no file's contents.
//!
//! Format: `man 5 cpio`, "New ASCII Format" (newc).

use alloc::vec::Vec;

/// Each newc header starts with this.
const MAGIC: &[u8] = b"070701";
/// The header: the magic and 13 numbers of 8 hexadecimal digits. The name follows.
const HEADER_LENGTH: usize = 110;
/// The name of the entry that ends the archive.
const TRAILER: &[u8] = b"TRAILER!!!\0";
/// Headers and contents start at multiples of this, from the start of the archive.
const ALIGNMENT: usize = 4;

/// File type bits of a mode, and two of their values (`man 7 inode`).
const TYPE_MASK: u32 = 0o170_000;
const TYPE_DIRECTORY: u32 = 0o040_000;
const TYPE_REGULAR: u32 = 0o100_000;

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
    pub mode: u32,
    /// The contents; of a symbolic link the path it points to.
    pub data: &'a [u8],
    /// Files with the same number and more than one link are one file.
    inode: u32,
    links: u32,
}

impl Entry<'_> {
    /// Whether this is a directory.
    pub fn is_directory(&self) -> bool {
        self.mode & TYPE_MASK == TYPE_DIRECTORY
    }

    /// Whether this is a regular file.
    pub fn is_regular(&self) -> bool {
        self.mode & TYPE_MASK == TYPE_REGULAR
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

    /// Looks a path up. Slashes in a row count as one, a leading one and `.` components as none;
    /// `..` and symbolic links are not followed.
    pub fn find(&self, path: impl AsRef<[u8]>) -> Option<Entry<'a>> {
        let path = path.as_ref();
        let is_it = |entry: &Entry| components(entry.path.as_bytes()).eq(components(path));
        let found = self.entries().find(is_it)?;
        Some(Entry { data: self.data_of(&found), ..found })
    }

    /// Whether a part of `path` before the last is a file, or anything else that has nothing below.
    pub fn runs_through_a_file(&self, path: impl AsRef<[u8]>) -> bool {
        let path = path.as_ref();
        self.entries().any(|entry| !entry.is_directory() && is_above(entry.path.as_bytes(), path))
    }

    /// Of several links to a file only the last one in the archive carries the contents.
    fn data_of(&self, entry: &Entry<'a>) -> &'a [u8] {
        if !entry.is_regular() || entry.links < 2 || !entry.data.is_empty() {
            return entry.data;
        }
        let is_twin = |other: &Entry| other.inode == entry.inode && !other.data.is_empty();
        self.entries().find(is_twin).map_or(entry.data, |twin| twin.data)
    }
}

/// Whether `path` leads through `above` and beyond.
fn is_above(above: &[u8], path: &[u8]) -> bool {
    let mut rest = components(path);
    components(above).all(|part| rest.next() == Some(part)) && rest.next().is_some()
}

/// The parts of a path that name something.
pub(super) fn components(path: &[u8]) -> impl Iterator<Item = &[u8]> {
    path.split(|&byte| byte == b'/').filter(|part| !part.is_empty() && *part != b".")
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
    fn paths_in_all_spellings() {
        let bytes = sample();
        let archive = Archive::new(&bytes).unwrap();
        for path in ["bin/init", "/bin/init", "//bin//./init", "./bin/init"] {
            assert_eq!(archive.find(path).map(|entry| entry.data), Some(&b"ELF"[..]), "{path}");
        }
        assert!(archive.find("/").unwrap().is_directory());
        assert!(archive.find("/bin").is_none() && archive.find("bin/init2").is_none());
        assert_eq!(archive.entries().count(), 3);
        // A second link has its contents elsewhere.
        assert_eq!(archive.find("/etc/a").unwrap().data, b"ELF");
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
