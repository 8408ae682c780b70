//! /dev/null, zero, full, random and urandom: devices that are nothing but their reading and writing.
//!
//! `man 4 null`, `man 4 full`, `man 4 random`.

use super::buffer::Buffer;
use super::device;
use super::file_system::FileSystem;
use super::inode::{Blocking, Inode, Position, new};
use super::metadata::{Metadata, NodeKind};
use super::open_flags::Access;
use super::ramfs::DEVFS;
use crate::arch::interrupt;
use crate::errno::{Errno, Result};
use crate::task::entropy;
use alloc::sync::Arc;

/// What there is to read, and whether writing works.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Null,
    Zero,
    Full,
    Random,
}

/// One of the devices.
struct MemoryDevice {
    kind: Kind,
    number: u32,
}

/// Linux's major number of the memory devices.
const MAJOR: u32 = 1;

/// The devices' names, what they are, and their minor numbers.
const DEVICES: [(&str, Kind, u32); 5] = [
    ("null", Kind::Null, 3),
    ("zero", Kind::Zero, 5),
    ("full", Kind::Full, 7),
    ("random", Kind::Random, 8),
    ("urandom", Kind::Random, 9),
];

/// Enters the devices, and makes their nodes in `directory`.
///
/// # Errors
/// ENOMEM, ENOSPC.
pub fn init(directory: &Arc<dyn Inode>) -> Result<()> {
    for (name, kind, minor) in DEVICES {
        let number = device::number(MAJOR, minor);
        device::register(NodeKind::CharacterDevice, number, new(MemoryDevice { kind, number })?)?;
        device::make_node(directory, name, number)?;
    }
    Ok(())
}

impl MemoryDevice {
    /// Copies random bytes to all of `buffer`.
    fn read_random(buffer: &mut Buffer) -> Result<usize> {
        let mut done = 0;
        while buffer.left() > 0 {
            match buffer.put(&entropy::bytes()) {
                Err(error) if done == 0 => return Err(error),
                Ok(copied) if copied > 0 => done += copied,
                _ => break,
            }
            interrupt::window();
        }
        Ok(done)
    }
}

impl Inode for MemoryDevice {
    fn metadata(&self) -> Metadata {
        Metadata { device: self.number, ..Metadata::virtual_file(0, NodeKind::CharacterDevice, 0o666) }
    }

    fn file_system(&self) -> &'static dyn FileSystem {
        &DEVFS
    }

    fn kind(&self) -> NodeKind {
        NodeKind::CharacterDevice
    }

    /// Where one reads and writes means nothing, but seeking is allowed.
    fn is_seekable(&self) -> bool {
        true
    }

    fn open(self: Arc<Self>, _access: Access, _blocking: Blocking) -> Result<Arc<dyn Inode>> {
        Ok(self)
    }

    fn read(&self, _offset: u64, buffer: &mut Buffer, _blocking: Blocking) -> Result<usize> {
        match self.kind {
            Kind::Null => Ok(0),
            Kind::Random => Self::read_random(buffer),
            Kind::Zero | Kind::Full => {
                let mut done = 0;
                while buffer.left() > 0 {
                    match buffer.put_zeros(buffer.left().min(4096)) {
                        Err(error) if done == 0 => return Err(error),
                        Ok(copied) if copied > 0 => done += copied,
                        _ => break,
                    }
                    interrupt::window();
                }
                Ok(done)
            }
        }
    }

    fn write(&self, _position: Position, buffer: &mut Buffer, _blocking: Blocking) -> Result<(u64, usize)> {
        if self.kind == Kind::Full {
            return Err(Errno::NOSPC);
        }
        let count = buffer.left();
        buffer.skip(count);
        Ok((0, count))
    }
}
