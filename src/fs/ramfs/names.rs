//! Names in the directories of ramfs: made, removed, moved.
//!
//! All of a change happens with interrupts off, so nobody ever sees a name that is at two places or at none.

use super::content::Content;
use super::expect_room;
use super::node::{Body, Node};
use crate::errno::{Errno, Result};
use crate::fs::inode::{Entry, Inode, NewNode};
use crate::fs::metadata::NodeKind;
use crate::fs::pipe::Pipe;
use crate::fs::text;
use alloc::sync::{Arc, Weak};

impl Node {
    /// What `name` leads to.
    ///
    /// # Errors
    /// ENOENT, ENOTDIR.
    pub(super) fn find(&self, name: &[u8]) -> Result<Arc<Self>> {
        self.with_entries(|entries| entries.find(name).cloned())
    }

    /// The directory above this one, also above one that was removed; `None` for a root.
    pub(super) fn parent_node(&self) -> Option<Arc<Self>> {
        let above =
            self.with_directory(|directory| Ok(directory.way_up.clone().or_else(|| directory.parent.upgrade())));
        above.ok().flatten()
    }

    fn set_parent(&self, new: Weak<Self>) {
        // What is no directory does not know where it is.
        let _ = self.with_directory(|directory| {
            directory.parent = new;
            Ok(())
        });
    }

    /// See [`Inode::create`].
    ///
    /// # Errors
    /// As there.
    pub(super) fn make(&self, name: &[u8], node: NewNode) -> Result<Arc<Self>> {
        expect_room()?;
        if self.find(name).is_ok() {
            return Err(Errno::EXIST);
        }
        let file_system = self.file_system;
        let made = match node {
            NewNode::Regular { mode } => {
                Self::new(file_system, NodeKind::Regular, mode, Body::File(Content::default()))
            }
            NewNode::Directory { mode } => Self::directory(file_system, mode, self.this()),
            NewNode::Fifo { mode } => Self::new(file_system, NodeKind::Fifo, mode, Body::Fifo(Pipe::new_fifo()?)),
            NewNode::Device { kind, mode, number } => Self::new(file_system, kind, mode, Body::Device(number)),
            NewNode::Link(path) => Self::new(file_system, NodeKind::Link, 0o777, Body::Link(path)),
        };
        let made = made.map_err(|_| Errno::NOSPC)?;
        self.add(name, made.clone())?;
        Ok(made)
    }

    /// Puts a new node into this directory.
    fn add(&self, name: &[u8], node: Arc<Self>) -> Result<()> {
        // A directory that was removed while somebody was in it.
        if self.state.lock().links == 0 {
            return Err(Errno::NOENT);
        }
        let is_directory = node.kind == NodeKind::Directory;
        self.with_entries(|entries| match entries.find(name) {
            Ok(_) => Err(Errno::EXIST),
            Err(_) => entries.add(name, node),
        })?;
        if is_directory {
            self.change_links(1);
        }
        self.note_change();
        Ok(())
    }

    /// Takes `name` out, and the count that the directory had of it.
    fn take(&self, name: &[u8]) -> Result<()> {
        let node = self.with_entries(|entries| entries.remove(name))?;
        self.forget(&node);
        self.note_change();
        Ok(())
    }

    /// `node` is not in this directory any more.
    fn forget(&self, node: &Self) {
        match node.kind {
            NodeKind::Directory => {
                node.change_links(-2);
                self.change_links(-1);
                // Whoever is in it can go up from there.
                let _ = node.with_directory(|directory| {
                    directory.way_up = self.this().upgrade();
                    Ok(())
                });
            }
            _ => node.change_links(-1),
        }
    }

    /// See [`Inode::link`].
    ///
    /// # Errors
    /// As there; ENOENT for a file that has no name any more.
    pub(super) fn add_link(&self, name: &[u8], inode: &Arc<dyn Inode>) -> Result<()> {
        let node = Self::of(inode)?;
        match node.kind {
            NodeKind::Directory => return Err(Errno::PERM),
            _ if node.state.lock().links == 0 => return Err(Errno::NOENT),
            _ => {}
        }
        self.add(name, node.clone())?;
        node.change_links(1);
        Ok(())
    }

    /// See [`Inode::unlink`].
    ///
    /// # Errors
    /// As there.
    pub(super) fn remove_link(&self, name: &[u8]) -> Result<()> {
        match self.find(name)?.kind {
            NodeKind::Directory => Err(Errno::ISDIR),
            _ => self.take(name),
        }
    }

    /// See [`Inode::remove_directory`].
    ///
    /// # Errors
    /// As there.
    pub(super) fn remove_empty(&self, name: &[u8]) -> Result<()> {
        let node = self.find(name)?;
        if node.kind != NodeKind::Directory {
            return Err(Errno::NOTDIR);
        }
        node.expect_empty()?;
        self.take(name)
    }

    /// # Errors
    /// ENOTEMPTY when this is a directory with something in it.
    fn expect_empty(&self) -> Result<()> {
        let is_empty = self.with_entries(|entries| Ok(entries.is_empty())).unwrap_or(true);
        if is_empty { Ok(()) } else { Err(Errno::NOTEMPTY) }
    }

    /// # Errors
    /// What `rename` answers when `self` is to take the place of `old`.
    fn expect_can_replace(&self, old: &Self) -> Result<()> {
        match (self.kind, old.kind) {
            (NodeKind::Directory, NodeKind::Directory) => old.expect_empty(),
            (NodeKind::Directory, _) => Err(Errno::NOTDIR),
            (_, NodeKind::Directory) => Err(Errno::ISDIR),
            _ => Ok(()),
        }
    }

    /// Says whether this directory is `other` or lies below it.
    fn is_within(self: &Arc<Self>, other: &Arc<Self>) -> bool {
        let mut place = self.clone();
        loop {
            if Arc::ptr_eq(&place, other) {
                return true;
            }
            match place.parent_node() {
                Some(parent) => place = parent,
                None => return false,
            }
        }
    }

    /// See [`Inode::rename`].
    ///
    /// # Errors
    /// As there.
    pub(super) fn move_name(&self, name: &[u8], to: &Arc<dyn Inode>, new_name: &[u8]) -> Result<()> {
        let (to, node) = (Self::of(to)?, self.find(name)?);
        let old = to.find(new_name).ok();
        if old.as_ref().is_some_and(|old| Arc::ptr_eq(old, &node)) {
            return Ok(());
        }
        let is_directory = node.kind == NodeKind::Directory;
        if is_directory && to.is_within(&node) {
            return Err(Errno::INVAL);
        }
        match old {
            Some(old) => {
                // What is above has something in it: that comes first, whatever is to take its place.
                if self.this().upgrade().is_some_and(|this| this.is_within(&old)) {
                    return Err(Errno::NOTEMPTY);
                }
                node.expect_can_replace(&old)?;
                to.with_entries(|entries| entries.replace(new_name, node.clone()))?;
                to.forget(&old);
            }
            None if to.state.lock().links == 0 => return Err(Errno::NOENT),
            None => to.with_entries(|entries| entries.add(new_name, node.clone()))?,
        }
        self.with_entries(|entries| entries.remove(name))?;
        if is_directory {
            self.change_links(-1);
            to.change_links(1);
            node.set_parent(Arc::downgrade(&to));
        }
        self.note_change();
        to.note_change();
        Ok(())
    }

    /// See [`Inode::exchange`].
    ///
    /// # Errors
    /// As there.
    pub(super) fn exchange_names(&self, name: &[u8], other: &Arc<dyn Inode>, other_name: &[u8]) -> Result<()> {
        let (to, node) = (Self::of(other)?, self.find(name)?);
        let there = to.find(other_name)?;
        if to.is_within(&node) || self.this().upgrade().is_some_and(|this| this.is_within(&there)) {
            return Err(Errno::INVAL);
        }
        self.with_entries(|entries| entries.replace(name, there.clone()).map(|_| ()))?;
        to.with_entries(|entries| entries.replace(other_name, node.clone()).map(|_| ()))?;
        for (moved, from, into) in [(&node, self, &*to), (&there, &*to, self)] {
            if moved.kind == NodeKind::Directory {
                from.change_links(-1);
                into.change_links(1);
                moved.set_parent(into.this());
            }
        }
        self.note_change();
        to.note_change();
        Ok(())
    }

    /// See [`Inode::entry`].
    ///
    /// # Errors
    /// As there; ENOENT in a directory that was removed.
    pub(super) fn entry_after(&self, position: u64) -> Result<Option<Entry>> {
        if self.state.lock().links == 0 {
            return Err(Errno::NOENT);
        }
        self.with_entries(|entries| {
            let Some(entry) = entries.after(position) else { return Ok(None) };
            let name = text::copy(&entry.name)?;
            let (inode_number, kind) = (entry.node.number, entry.node.kind);
            Ok(Some(Entry { next: entry.number, inode_number, kind, name }))
        })
    }
}
