//! ramfs: files that live in memory, the root file system among them.
//!
//! A [`node`] is a directory ([`directory`], [`names`]), a file ([`content`], [`file`]), a symbolic link, a FIFO or a
//! device node; [`inode`] is what the layers above see of it.
//! Directories and files take kernel memory as they grow, until less than a quarter of the kernel's pool is
//! left: then it is ENOSPC, and the kernel has enough to go on with.

mod content;
mod directory;
mod end;
mod file;
mod inode;
mod mapped;
mod names;
mod node;

use super::file_system::FileSystem;
use super::inode::Inode;
use crate::arch::paging::PAGE_SIZE;
use crate::errno::{Errno, Result};
use crate::mm::frame::{self, Pool};
use alloc::sync::Arc;
use core::sync::atomic::{AtomicU32, Ordering};
use node::Node;

/// Pages that files have taken.
static PAGES: AtomicU32 = AtomicU32::new(0);

/// All of ramfs under one of its names, however often it is mounted.
pub struct Ramfs {
    name: &'static str,
    device: u32,
}

/// What the root is, and what programs mount.
pub static RAMFS: Ramfs = Ramfs { name: "ramfs", device: 1 };
/// What is at /tmp.
pub static TMPFS: Ramfs = Ramfs { name: "ramfs", device: 5 };
/// What holds the device nodes.
pub static DEVFS: Ramfs = Ramfs { name: "devfs", device: 2 };

impl FileSystem for Ramfs {
    fn name(&self) -> &'static str {
        self.name
    }

    fn device(&self) -> u32 {
        self.device
    }

    fn magic(&self) -> u32 {
        0x8584_58f6
    }

    fn blocks(&self) -> (u64, u64) {
        let used = u64::from(PAGES.load(Ordering::Relaxed));
        let free = u64::from(room());
        (used + free, free)
    }
}

/// Pages that may still be taken.
fn room() -> u32 {
    let (free, total) = frame::free_and_total(Pool::Kernel);
    free.saturating_sub(total / 4)
}

/// Asked before anything grows.
///
/// # Errors
/// ENOSPC when the kernel needs what is left for itself.
fn expect_room() -> Result<()> {
    if room() > 0 { Ok(()) } else { Err(Errno::NOSPC) }
}

/// Bytes that a page holds, as files count.
const PAGE_BYTES: u64 = PAGE_SIZE as u64;

/// A new ramfs: its root directory.
///
/// # Errors
/// ENOMEM.
pub fn new(file_system: &'static Ramfs) -> Result<Arc<dyn Inode>> {
    Ok(Node::root(file_system)?)
}
