//! A process's place in the tree of files, which is a layer above: here it is only carried and copied.

use crate::errno::Result;
use alloc::sync::Arc;
use core::any::Any;

/// Root, working directory and umask. Linux's `struct fs_struct`.
pub trait FsContext: Any + Send + Sync {
    /// The same for a child, which then goes its own way.
    ///
    /// # Errors
    /// ENOMEM.
    fn copy(&self) -> Result<Arc<dyn FsContext>>;
}
