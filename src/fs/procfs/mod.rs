//! procfs: what the kernel knows of its tasks and of itself, as files.
//!
//! Nothing is kept: an inode here ([`node`]) is a name for a question ([`subject`]), and reading it asks ([`process`] for one
//! process, [`system`] for the machine, [`trace`] for what happens in it). Formats are Linux's, as far as ps, top, free,
//! df and libc read them. `man 5 proc`.

mod links;
mod node;
mod process;
mod subject;
mod system;
mod trace;
mod watching;

use super::file_system::FileSystem;
use super::inode::{Inode, new};
use crate::errno::Result;
use alloc::sync::Arc;
use node::Node;
use spin::Once;
use subject::Subject;

/// The file system; there is one, however often it is mounted.
pub struct Procfs;

/// The one there is.
pub static PROCFS: Procfs = Procfs;

/// Its root, the same for all.
static ROOT: Once<Arc<Node>> = Once::new();

impl FileSystem for Procfs {
    fn name(&self) -> &'static str {
        "proc"
    }

    fn device(&self) -> u32 {
        4
    }

    fn magic(&self) -> u32 {
        0x9fa0
    }
}

/// Its root directory.
///
/// # Errors
/// ENOMEM.
pub fn root() -> Result<Arc<dyn Inode>> {
    if let Some(root) = ROOT.get() {
        return Ok(root.clone());
    }
    let root = new(Node(Subject::Root))?;
    Ok(ROOT.call_once(|| root).clone())
}
