//! A file of ramfs as memory: mapped, or run as a program.

use super::node::Node;
use crate::errno::Result;
use crate::mm::file_page::{FilePage, PageSource};
use alloc::sync::Arc;
use alloc::vec::Vec;

/// A file and what it was opened as.
pub struct MappedFile {
    node: Arc<Node>,
    path: Vec<u8>,
}

impl MappedFile {
    /// The file `node`, opened as `path`.
    pub fn new(node: Arc<Node>, path: Vec<u8>) -> Self {
        Self { node, path }
    }
}

impl PageSource for MappedFile {
    fn length(&self) -> u64 {
        self.node.length()
    }

    fn page(&self, index: u32) -> Result<Arc<FilePage>> {
        self.node.page(index)
    }

    fn path(&self) -> &[u8] {
        &self.path
    }

    fn identity(&self) -> usize {
        self.node.identity()
    }

    fn deny_write(&self) -> Result<()> {
        self.node.deny_write()
    }

    fn allow_write(&self) {
        self.node.allow_write();
    }

    fn note_change(&self) {
        self.node.note_change();
    }
}
