//! What `stat` tells of an inode, and what `chmod` and its like change.

use crate::errno::Result;
use crate::task::clock;

/// What an inode is; the value is the type's part of Linux's `st_mode`, shifted down by 12 bits, which is also
/// what `getdents64` calls its type (`man 7 inode`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum NodeKind {
    Fifo = 1,
    CharacterDevice = 2,
    Directory = 4,
    BlockDevice = 6,
    Regular = 8,
    Link = 10,
}

impl NodeKind {
    /// The bits of `st_mode` that say so.
    pub const fn mode_bits(self) -> u32 {
        (self as u32) << 12
    }
}

/// The permission bits, and set-user-id, set-group-id and sticky.
pub const PERMISSIONS: u16 = 0o7777;

/// When an inode was read, written to, and changed: nanoseconds since 1970.
#[derive(Clone, Copy)]
pub struct Times {
    pub accessed: u64,
    pub modified: u64,
    pub changed: u64,
}

impl Times {
    /// All now.
    pub fn now() -> Self {
        let now = clock::unix_ns();
        Self { accessed: now, modified: now, changed: now }
    }
}

/// What `stat` tells.
#[derive(Clone, Copy)]
pub struct Metadata {
    pub inode_number: u64,
    pub kind: NodeKind,
    /// Permission bits: 12 bits.
    pub permissions: u16,
    pub links: u32,
    pub user: u32,
    pub group: u32,
    /// Bytes.
    pub size: u64,
    /// Blocks of 512 bytes that it takes.
    pub blocks: u64,
    pub times: Times,
    /// A device's number as Linux encodes it; 0 for others.
    pub device: u32,
}

impl Metadata {
    /// Of a file that exists only as an idea: `inode_number` and `kind`, root's, made now.
    pub fn virtual_file(inode_number: u64, kind: NodeKind, permissions: u16) -> Self {
        Self {
            inode_number,
            kind,
            permissions,
            links: if kind == NodeKind::Directory { 2 } else { 1 },
            user: 0,
            group: 0,
            size: 0,
            blocks: 0,
            times: Times::now(),
            device: 0,
        }
    }
}

/// What is to change; `None` stays as it is.
#[derive(Clone, Copy, Default)]
pub struct Change {
    pub permissions: Option<u16>,
    pub user: Option<u32>,
    pub group: Option<u32>,
    pub accessed: Option<u64>,
    pub modified: Option<u64>,
}

impl Change {
    /// Changes what an inode keeps.
    ///
    /// # Errors
    /// None; a result so that an inode's `change` can end with it.
    pub fn apply(self, permissions: &mut u16, owner: &mut (u32, u32), times: &mut Times) -> Result<()> {
        *permissions = self.permissions.map_or(*permissions, |new| new & PERMISSIONS);
        owner.0 = self.user.unwrap_or(owner.0);
        owner.1 = self.group.unwrap_or(owner.1);
        times.accessed = self.accessed.unwrap_or(times.accessed);
        times.modified = self.modified.unwrap_or(times.modified);
        times.changed = clock::unix_ns();
        Ok(())
    }
}
