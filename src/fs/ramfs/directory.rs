//! A directory of ramfs: names in the order in which they were made.
//!
//! Each entry has a number that grows, by which reading the directory goes on where it was, whatever was made or
//! removed in between. A name is looked for from the beginning, by a hash first.

use super::expect_room;
use super::node::Node;
use crate::errno::{Errno, Result};
use crate::fs::text;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// A name and what it leads to.
pub struct DirectoryEntry {
    hash: u32,
    pub number: u64,
    pub name: Vec<u8>,
    pub node: Arc<Node>,
}

/// The entries of a directory, oldest first.
///
/// # Invariants
/// Sorted by `number`; no two have the same name.
#[derive(Default)]
pub struct Entries {
    entries: Vec<DirectoryEntry>,
    last_number: u64,
}

/// FNV-1a, 32 bits.
fn hash(name: &[u8]) -> u32 {
    name.iter().fold(0x811c_9dc5, |hash, &byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

impl Entries {
    /// Says whether there are none.
    #[doc(alias = "dir_is_empty")]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// What `name` leads to.
    ///
    /// # Errors
    /// ENOENT.
    #[doc(alias = "search_dir_entry")]
    pub fn find(&self, name: &[u8]) -> Result<&Arc<Node>> {
        self.place(name).map(|index| &self.entries[index].node)
    }

    fn place(&self, name: &[u8]) -> Result<usize> {
        let hash = hash(name);
        let is_it = |entry: &DirectoryEntry| entry.hash == hash && entry.name == name;
        self.entries.iter().position(is_it).ok_or(Errno::NOENT)
    }

    /// Adds `name`, which there is not yet.
    ///
    /// # Errors
    /// ENOSPC.
    #[doc(alias("create_dir_entry", "sync_dir_entry"))]
    pub fn add(&mut self, name: &[u8], node: Arc<Node>) -> Result<()> {
        expect_room()?;
        self.entries.try_reserve(1).map_err(|_| Errno::NOSPC)?;
        let name = text::copy(name).map_err(|_| Errno::NOSPC)?;
        self.last_number += 1;
        self.entries.push(DirectoryEntry { hash: hash(&name), number: self.last_number, name, node });
        Ok(())
    }

    /// Lets `name`, which there is, lead to `node`; returns what it led to.
    ///
    /// # Errors
    /// ENOENT.
    pub fn replace(&mut self, name: &[u8], node: Arc<Node>) -> Result<Arc<Node>> {
        let index = self.place(name)?;
        Ok(core::mem::replace(&mut self.entries[index].node, node))
    }

    /// Takes `name` out.
    ///
    /// # Errors
    /// ENOENT.
    #[doc(alias = "delete_dir_entry")]
    pub fn remove(&mut self, name: &[u8]) -> Result<Arc<Node>> {
        let index = self.place(name)?;
        let node = self.entries.remove(index).node;
        if self.entries.is_empty() {
            // The memory too: an empty directory takes none.
            self.entries = Vec::new();
        }
        Ok(node)
    }

    /// Takes the last entry out; returns what it led to.
    pub fn pop(&mut self) -> Option<Arc<Node>> {
        self.entries.pop().map(|entry| entry.node)
    }

    /// The first entry whose number is above `number`.
    pub fn after(&self, number: u64) -> Option<&DirectoryEntry> {
        self.entries.get(self.entries.partition_point(|entry| entry.number <= number))
    }
}
