//! An inode of ramfs.

use super::content::{Content, LENGTH_MAX};
use super::directory::Entries;
use super::mapped::MappedFile;
use super::{PAGE_BYTES, expect_room};
use crate::arch::interrupt;
use crate::arch::lock::IrqLock;
use crate::errno::{Errno, Result};
use crate::fs::buffer::Buffer;
use crate::fs::device;
use crate::fs::file_system::FileSystem;
use crate::fs::inode::{Blocking, Entry, Inode, NewNode, Position, Target, new};
use crate::fs::metadata::{Change, Metadata, NodeKind, Times};
use crate::fs::open_flags::Access;
use crate::fs::pipe::Pipe;
use crate::fs::readiness::Readiness;
use crate::fs::text;
use crate::mm::file_page::{FilePage, PageSource};
use crate::task::clock;
use crate::task::mapped_files;
use crate::task::semaphore::Lock;
use alloc::sync::{Arc, Weak};
use alloc::vec::Vec;
use core::any::Any;
use core::sync::atomic::{AtomicU64, Ordering};

/// The number of the inode made last; the root's is 1.
static LAST_NUMBER: AtomicU64 = AtomicU64::new(0);

/// What is in an inode, by kind.
enum Body {
    File(Content),
    Directory { entries: Entries, parent: Weak<Node> },
    Link(Vec<u8>),
    Fifo(Arc<Pipe>),
    Device(u32),
}

/// What changes about an inode.
struct State {
    permissions: u16,
    owner: (u32, u32),
    links: u32,
    times: Times,
    body: Body,
    /// The inode itself, for those that come to lie in it.
    this: Weak<Node>,
    /// Open file descriptions for writing, and programs that run from it.
    writers: u32,
    runs: u32,
}

/// An inode of ramfs.
pub struct Node {
    number: u64,
    kind: NodeKind,
    file_system: &'static dyn FileSystem,
    /// Taken alone, and never while a program's memory is touched.
    state: IrqLock<State>,
    /// Taken by whoever writes, for the length of the write.
    writing: Lock<()>,
}

impl Node {
    fn new(file_system: &'static dyn FileSystem, kind: NodeKind, permissions: u16, body: Body) -> Result<Arc<Self>> {
        let state = State {
            permissions,
            owner: (0, 0),
            links: if kind == NodeKind::Directory { 2 } else { 1 },
            times: Times::now(),
            body,
            this: Weak::new(),
            writers: 0,
            runs: 0,
        };
        let number = LAST_NUMBER.fetch_add(1, Ordering::Relaxed) + 1;
        let node = new(Self { number, kind, file_system, state: IrqLock::new(state), writing: Lock::new(()) })?;
        node.state.lock().this = Arc::downgrade(&node);
        Ok(node)
    }

    fn directory(file_system: &'static dyn FileSystem, permissions: u16, parent: Weak<Self>) -> Result<Arc<Self>> {
        let body = Body::Directory { entries: Entries::default(), parent };
        Self::new(file_system, NodeKind::Directory, permissions, body)
    }

    /// The root of a new file system.
    ///
    /// # Errors
    /// ENOMEM.
    pub fn root(file_system: &'static dyn FileSystem) -> Result<Arc<Self>> {
        Self::directory(file_system, 0o755, Weak::new())
    }

    fn this(&self) -> Weak<Self> {
        self.state.lock().this.clone()
    }

    fn of(inode: &Arc<dyn Inode>) -> Result<Arc<Self>> {
        let any: Arc<dyn Any + Send + Sync> = inode.clone();
        any.downcast().map_err(|_| Errno::XDEV)
    }

    /// Lets `work` use the entries of this directory.
    fn with_entries<R>(&self, work: impl FnOnce(&mut Entries) -> Result<R>) -> Result<R> {
        match &mut self.state.lock().body {
            Body::Directory { entries, .. } => work(entries),
            _ => Err(Errno::NOTDIR),
        }
    }

    /// Lets `work` use the content of this file.
    fn with_content<R>(&self, work: impl FnOnce(&mut Content) -> Result<R>) -> Result<R> {
        match &mut self.state.lock().body {
            Body::File(content) => work(content),
            Body::Directory { .. } => Err(Errno::ISDIR),
            _ => Err(Errno::INVAL),
        }
    }

    /// Bytes in this file; 0 for anything else.
    pub(super) fn length(&self) -> u64 {
        self.with_content(|content| Ok(content.length())).unwrap_or(0)
    }

    /// See [`PageSource::identity`].
    pub(super) fn identity(&self) -> usize {
        core::ptr::from_ref(self).addr()
    }

    /// See [`PageSource::page`].
    ///
    /// # Errors
    /// As there.
    pub(super) fn page(&self, index: u32) -> Result<Arc<FilePage>> {
        self.with_content(|content| match u64::from(index) * PAGE_BYTES < content.length() {
            true => content.page_to_fill(index),
            false => Err(Errno::FAULT),
        })
    }

    /// See [`PageSource::deny_write`].
    ///
    /// # Errors
    /// As there.
    pub(super) fn deny_write(&self) -> Result<()> {
        let mut state = self.state.lock();
        if state.writers > 0 {
            return Err(Errno::TXTBSY);
        }
        state.runs += 1;
        Ok(())
    }

    /// See [`PageSource::allow_write`].
    pub(super) fn allow_write(&self) {
        self.state.lock().runs -= 1;
    }

    /// The content has just changed.
    pub(super) fn note_change(&self) {
        let now = clock::unix_ns();
        let times = &mut self.state.lock().times;
        times.modified = now;
        times.changed = now;
    }

    /// Copies at most `length` bytes of `buffer` to the file at `place`, within one page.
    fn write_piece(&self, place: u64, buffer: &mut Buffer, length: usize) -> Result<usize> {
        if place > LENGTH_MAX - PAGE_BYTES {
            return Err(Errno::FBIG);
        }
        let page = self.with_content(|content| content.page_to_fill((place / PAGE_BYTES) as u32))?;
        // Not under the lock: the program's page may have to be made first, from this very file perhaps.
        let written = buffer.take_page(&page, (place % PAGE_BYTES) as usize, length);
        let end = place + *written.as_ref().unwrap_or(&0) as u64;
        self.with_content(|content| {
            if written.is_ok() {
                content.extend_to(end);
            }
            Ok(())
        })?;
        written
    }

    fn change_links(&self, change: i32) {
        let mut state = self.state.lock();
        state.links = state.links.saturating_add_signed(change);
        state.times.changed = clock::unix_ns();
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

    fn parent_node(&self) -> Option<Arc<Self>> {
        match &self.state.lock().body {
            Body::Directory { parent, .. } => parent.upgrade(),
            _ => None,
        }
    }

    fn set_parent(&self, new: Weak<Self>) {
        if let Body::Directory { parent, .. } = &mut self.state.lock().body {
            *parent = new;
        }
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
            }
            _ => node.change_links(-1),
        }
    }

    fn find(&self, name: &[u8]) -> Result<Arc<Self>> {
        self.with_entries(|entries| entries.find(name).cloned())
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
}

impl Inode for Node {
    fn metadata(&self) -> Metadata {
        let state = self.state.lock();
        let (size, pages) = match &state.body {
            Body::File(content) => (content.length(), content.pages() as u64),
            // `.` and `..` count too.
            Body::Directory { entries, .. } => ((entries.len() as u64 + 2) * 32, 0),
            Body::Link(path) => (path.len() as u64, 0),
            Body::Fifo(_) | Body::Device(_) => (0, 0),
        };
        Metadata {
            inode_number: self.number,
            kind: self.kind,
            permissions: state.permissions,
            links: state.links,
            user: state.owner.0,
            group: state.owner.1,
            size,
            blocks: pages * (PAGE_BYTES / 512),
            times: state.times,
            device: if let Body::Device(number) = state.body { number } else { 0 },
        }
    }

    fn file_system(&self) -> &'static dyn FileSystem {
        self.file_system
    }

    fn kind(&self) -> NodeKind {
        self.kind
    }

    fn change(&self, change: Change) -> Result<()> {
        let State { permissions, owner, times, .. } = &mut *self.state.lock();
        change.apply(permissions, owner, times)
    }

    fn lookup(&self, name: &[u8]) -> Result<Arc<dyn Inode>> {
        Ok(self.find(name)?)
    }

    fn parent(&self) -> Option<Arc<dyn Inode>> {
        self.parent_node().map(|parent| parent as Arc<dyn Inode>)
    }

    fn create(&self, name: &[u8], node: NewNode) -> Result<Arc<dyn Inode>> {
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

    fn link(&self, name: &[u8], inode: &Arc<dyn Inode>) -> Result<()> {
        let node = Self::of(inode)?;
        if node.kind == NodeKind::Directory {
            return Err(Errno::PERM);
        }
        self.add(name, node.clone())?;
        node.change_links(1);
        Ok(())
    }

    fn unlink(&self, name: &[u8]) -> Result<()> {
        match self.find(name)?.kind {
            NodeKind::Directory => Err(Errno::ISDIR),
            _ => self.take(name),
        }
    }

    fn remove_directory(&self, name: &[u8]) -> Result<()> {
        let node = self.find(name)?;
        if node.kind != NodeKind::Directory {
            return Err(Errno::NOTDIR);
        }
        node.expect_empty()?;
        self.take(name)
    }

    fn rename(&self, name: &[u8], to: &Arc<dyn Inode>, new_name: &[u8]) -> Result<()> {
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

    fn exchange(&self, name: &[u8], other: &Arc<dyn Inode>, other_name: &[u8]) -> Result<()> {
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

    fn entry(&self, position: u64) -> Result<Option<Entry>> {
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

    fn target(&self) -> Result<Target> {
        match &self.state.lock().body {
            Body::Link(path) => Ok(Target::Path(text::copy(path)?)),
            _ => Err(Errno::INVAL),
        }
    }

    fn open(self: Arc<Self>, access: Access, blocking: Blocking) -> Result<Arc<dyn Inode>> {
        let device = match &self.state.lock().body {
            Body::Fifo(pipe) => Err(pipe.clone()),
            &Body::Device(number) => Ok(number),
            Body::Link(_) => return Err(Errno::LOOP),
            _ => Ok(0),
        };
        match (self.kind, device) {
            (NodeKind::CharacterDevice | NodeKind::BlockDevice, Ok(number)) => {
                device::find(self.kind, number)?.open(access, blocking)
            }
            (_, Err(pipe)) => pipe.open(access, blocking),
            _ => Ok(self),
        }
    }

    fn opened(&self, access: Access) -> Result<()> {
        let mut state = self.state.lock();
        if access.contains(Access::WRITE) {
            if state.runs > 0 {
                return Err(Errno::TXTBSY);
            }
            state.writers += 1;
        }
        Ok(())
    }

    fn closed(&self, access: Access) {
        if access.contains(Access::WRITE) {
            self.state.lock().writers -= 1;
        }
    }

    fn read(&self, offset: u64, buffer: &mut Buffer, _blocking: Blocking) -> Result<usize> {
        let mut done = 0;
        loop {
            let place = offset + done as u64;
            let (page, left) = self.with_content(|content| {
                Ok((content.page((place / PAGE_BYTES) as u32), content.length().saturating_sub(place)))
            })?;
            let within = place % PAGE_BYTES;
            let length = left.min(PAGE_BYTES - within).min(buffer.left() as u64) as usize;
            if length == 0 {
                return Ok(done);
            }
            let copied = match page {
                Some(page) => buffer.put_page(&page, within as usize, length),
                None => buffer.put_zeros(length),
            };
            match copied {
                Err(error) if done == 0 => return Err(error),
                Err(_) => return Ok(done),
                Ok(copied) => done += copied,
            }
            interrupt::window();
        }
    }

    fn write(&self, position: Position, buffer: &mut Buffer, _blocking: Blocking) -> Result<(u64, usize)> {
        let _one_at_a_time = self.writing.acquire();
        let start = match position {
            Position::At(offset) => offset,
            Position::End => self.with_content(|content| Ok(content.length()))?,
        };
        let mut done = 0;
        let result = loop {
            let place = start + done as u64;
            let within = (place % PAGE_BYTES) as usize;
            let length = (PAGE_BYTES as usize - within).min(buffer.left());
            if length == 0 {
                break Ok(());
            }
            match self.write_piece(place, buffer, length) {
                Ok(written) => done += written,
                Err(error) => break Err(error),
            }
            interrupt::window();
        };
        match result {
            Err(error) if done == 0 => Err(error),
            _ => {
                self.note_change();
                Ok((start, done))
            }
        }
    }

    fn truncate(&self, length: u64) -> Result<()> {
        if length > LENGTH_MAX {
            return Err(Errno::FBIG);
        }
        let _one_at_a_time = self.writing.acquire();
        self.with_content(|content| {
            content.set_length(length);
            Ok(())
        })?;
        // Whoever has them mapped must not see them come back when the file grows again.
        mapped_files::forget_from(self.identity(), length.div_ceil(PAGE_BYTES) as u32);
        while let Some(page) = self.with_content(|content| Ok(content.take_page_beyond()))? {
            drop(page);
            interrupt::window();
        }
        self.note_change();
        Ok(())
    }

    fn readiness(&self, _access: Access) -> Readiness {
        Readiness::READ | Readiness::WRITE
    }

    fn page_source(self: Arc<Self>, path: Vec<u8>) -> Result<Arc<dyn PageSource>> {
        if self.kind != NodeKind::Regular {
            return Err(Errno::NODEV);
        }
        Ok(Arc::try_new(MappedFile::new(self, path)).map_err(|_| Errno::NOMEM)?)
    }
}
