//! Devices by their numbers: what a device node leads to when it is opened.
//!
//! A node in a directory holds only a number, wherever it lies; the drivers enter what is behind each number here
//! at boot. The numbers are Linux's (Documentation/admin-guide/devices.txt).

use super::inode::{Inode, NewNode};
use super::metadata::NodeKind;
use crate::arch::lock::IrqLock;
use crate::errno::{Errno, Result};
use alloc::sync::Arc;
use alloc::vec::Vec;

/// A device that can be opened.
struct Device {
    kind: NodeKind,
    number: u32,
    inode: Arc<dyn Inode>,
}

/// All devices. Taken alone.
static DEVICES: IrqLock<Vec<Device>> = IrqLock::new(Vec::new());

/// The number of a device as `stat` tells it: Linux's `new_encode_dev`.
pub const fn number(major: u32, minor: u32) -> u32 {
    (minor & 0xff) | (major << 8) | ((minor & !0xff) << 12)
}

/// Enters what is behind a number.
///
/// # Errors
/// ENOMEM.
pub fn register(kind: NodeKind, number: u32, inode: Arc<dyn Inode>) -> Result<()> {
    let mut devices = DEVICES.lock();
    devices.try_reserve(1).map_err(|_| Errno::NOMEM)?;
    devices.push(Device { kind, number, inode });
    Ok(())
}

/// What is behind a number.
///
/// # Errors
/// ENXIO when no driver has entered it.
pub fn find(kind: NodeKind, number: u32) -> Result<Arc<dyn Inode>> {
    let devices = DEVICES.lock();
    let found = devices.iter().find(|device| device.kind == kind && device.number == number);
    found.map(|device| device.inode.clone()).ok_or(Errno::NXIO)
}

/// Makes a node called `name` for a character device in `directory`, for all to read and write.
///
/// # Errors
/// EEXIST, ENOSPC.
pub fn make_node(directory: &Arc<dyn Inode>, name: &str, number: u32) -> Result<()> {
    let node = NewNode::Device { kind: NodeKind::CharacterDevice, mode: 0o666, number };
    directory.create(name.as_bytes(), node).map(|_| ())
}
