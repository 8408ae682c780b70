//! The names of the terminals: what is behind their nodes in /dev.
//!
//! tty1 and ttyS0 are the terminals themselves; tty0 is the screen that is seen, of which there is one; console is
//! where the kernel's own messages and those without a terminal go; tty is the controlling terminal of whoever
//! opens it. Linux's Documentation/admin-guide/devices.txt, `man 4 tty`, `man 4 console`.

use super::handle::Handle;
use super::{Tty, job_control, terminals};
use crate::errno::{Errno, Result};
use crate::fs::device;
use crate::fs::file_system::FileSystem;
use crate::fs::inode::{Blocking, Inode, new};
use crate::fs::metadata::{Metadata, NodeKind};
use crate::fs::open_file::OpenFileDescription;
use crate::fs::open_flags::{Access, OpenFlags};
use crate::fs::origin::Origin;
use crate::fs::path::Place;
use crate::fs::ramfs::DEVFS;
use crate::fs::root;
use crate::fs::text;
use crate::task::descriptor::{Descriptor, DescriptorTable};
use alloc::sync::Arc;

/// What a name stands for.
#[derive(Clone, Copy)]
enum Meaning {
    Terminal(&'static Tty),
    Console,
    Controlling,
}

/// Linux's number of /dev/console.
const CONSOLE: u32 = device::number(5, 1);

/// The names, their numbers, and what they stand for.
static NODES: [(&str, u32, Meaning); 5] = [
    ("tty0", device::number(4, 0), Meaning::Terminal(&terminals::SCREEN)),
    ("tty1", device::number(4, 1), Meaning::Terminal(&terminals::SCREEN)),
    ("ttyS0", device::number(4, 64), Meaning::Terminal(&terminals::SERIAL)),
    ("tty", device::number(5, 0), Meaning::Controlling),
    ("console", CONSOLE, Meaning::Console),
];

/// What is behind a node.
struct Name {
    number: u32,
    meaning: Meaning,
}

/// Makes the nodes in /dev, and enters what is behind them.
///
/// # Errors
/// ENOMEM, ENOSPC.
pub fn make_nodes() -> Result<()> {
    let directory = root::devices()?;
    for &(name, number, meaning) in &NODES {
        device::register(NodeKind::CharacterDevice, number, new(Name { number, meaning })?)?;
        device::make_node(&directory, name, number)?;
    }
    Ok(())
}

/// Opens the running process's terminal, or the console where it has none, for reading and writing.
///
/// # Errors
/// ENFILE, ENOMEM.
pub fn open_own() -> Result<Arc<OpenFileDescription>> {
    let tty = job_control::terminal_of_running().unwrap_or_else(terminals::console);
    open_by_number(Handle::open(tty, tty.number)?, tty.number)
}

/// Descriptors 0 to 2, on the console.
///
/// # Errors
/// ENOMEM.
pub fn descriptors() -> Result<DescriptorTable> {
    let file = open_by_number(Handle::open_for_ever(terminals::console(), CONSOLE)?, CONSOLE)?;
    let mut table = DescriptorTable::new();
    for number in 0..3 {
        table.put(number, Descriptor::new(file.clone(), false))?;
    }
    Ok(table)
}

/// Opens a terminal by the name in /dev that its device number has, if that is still there; it becomes nobody's.
fn open_by_number(terminal: Arc<dyn Inode>, number: u32) -> Result<Arc<OpenFileDescription>> {
    let flags = OpenFlags::READ_WRITE | OpenFlags::NO_CONTROLLING_TERMINAL;
    OpenFileDescription::open(terminal, origin_of(number)?, flags)
}

fn origin_of(number: u32) -> Result<Option<Arc<Origin>>> {
    let Some((name, ..)) = NODES.iter().find(|node| node.1 == number) else { return Ok(None) };
    let Ok(parent) = root::find("/dev") else { return Ok(None) };
    let Ok(inode) = parent.inode.lookup(name.as_bytes()) else { return Ok(None) };
    let place = Place { inode, ..parent.clone() };
    Origin { place, parent, name: text::copy(name.as_bytes())? }.shared().map(Some)
}

impl Inode for Name {
    fn metadata(&self) -> Metadata {
        Metadata { device: self.number, ..Metadata::virtual_file(0, NodeKind::CharacterDevice, 0o666) }
    }

    fn file_system(&self) -> &'static dyn FileSystem {
        &DEVFS
    }

    fn kind(&self) -> NodeKind {
        NodeKind::CharacterDevice
    }

    fn open(self: Arc<Self>, _access: Access, _blocking: Blocking) -> Result<Arc<dyn Inode>> {
        match self.meaning {
            Meaning::Terminal(tty) => Handle::open(tty, self.number),
            Meaning::Console => Handle::open_for_ever(terminals::console(), self.number),
            Meaning::Controlling => {
                let tty = job_control::terminal_of_running().ok_or(Errno::NXIO)?;
                Handle::open(tty, self.number)
            }
        }
    }
}
