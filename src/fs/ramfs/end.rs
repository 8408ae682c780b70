//! How the nodes of ramfs end: without a call for each level.
//!
//! A program can make directories as deep as memory reaches, and the ring-0 stack has a few calls' room. So a
//! directory whose file system is unmounted takes the tree below it apart itself, entry by entry, and remembers the
//! way back up in the directories that it goes down into: no memory is needed for that.

use super::node::Node;
use crate::arch::interrupt;
use crate::fs::metadata::NodeKind;
use alloc::sync::Arc;

impl Node {
    /// Takes a name out of this directory, if there is one left; returns what it led to.
    fn take_any(&self) -> Option<Arc<Self>> {
        self.with_entries(|entries| Ok(entries.pop())).ok().flatten()
    }

    fn take_way_up(&self) -> Option<Arc<Self>> {
        self.with_directory(|directory| Ok(directory.way_up.take())).ok().flatten()
    }

    fn set_way_up(&self, above: Arc<Self>) {
        // Only directories are gone down into.
        let _ = self.with_directory(|directory| {
            directory.way_up = Some(above);
            Ok(())
        });
    }
}

/// Says whether it is a directory that ends with us; what somebody else still holds keeps what is in it.
fn is_ours_alone(node: &Arc<Node>) -> bool {
    node.kind == NodeKind::Directory && Arc::strong_count(node) == 1
}

/// Drops a directory that is ours alone, and all that is below it.
#[doc(alias("inode_delete", "inode_release"))]
fn take_apart(directory: Arc<Node>) {
    let mut here = directory;
    loop {
        match here.take_any() {
            Some(below) if is_ours_alone(&below) => {
                below.set_way_up(here);
                here = below;
            }
            Some(_) => {}
            None => match here.take_way_up() {
                Some(above) => here = above,
                None => return,
            },
        }
        interrupt::window();
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        while let Some(below) = self.take_any() {
            if is_ours_alone(&below) {
                take_apart(below);
            }
        }
        // Directories that were removed hold those above them, as many as there were.
        let mut above = self.take_way_up();
        while let Some(directory) = above {
            above = if is_ours_alone(&directory) { directory.take_way_up() } else { None };
        }
    }
}
