//! A node of ramfs as the layers above see it.

use super::PAGE_BYTES;
use super::mapped::MappedFile;
use super::node::{Body, Node, State};
use crate::errno::{Errno, Result};
use crate::fs::buffer::Buffer;
use crate::fs::device;
use crate::fs::file_system::FileSystem;
use crate::fs::inode::{Blocking, Entry, Inode, NewNode, Position, Target};
use crate::fs::metadata::{Change, Metadata, NodeKind};
use crate::fs::open_flags::Access;
use crate::fs::text;
use crate::mm::file_page::PageSource;
use alloc::sync::Arc;
use alloc::vec::Vec;

impl Inode for Node {
    fn metadata(&self) -> Metadata {
        let state = self.state.lock();
        let (size, pages) = match &state.body {
            Body::File(content) => (content.length(), content.pages() as u64),
            // `.` and `..` count too.
            Body::Directory(directory) => ((directory.entries.len() as u64 + 2) * 32, 0),
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
        Ok(self.make(name, node)?)
    }

    fn link(&self, name: &[u8], inode: &Arc<dyn Inode>) -> Result<()> {
        self.add_link(name, inode)
    }

    fn unlink(&self, name: &[u8]) -> Result<()> {
        self.remove_link(name)
    }

    fn remove_directory(&self, name: &[u8]) -> Result<()> {
        self.remove_empty(name)
    }

    fn rename(&self, name: &[u8], to: &Arc<dyn Inode>, new_name: &[u8]) -> Result<()> {
        self.move_name(name, to, new_name)
    }

    fn exchange(&self, name: &[u8], other: &Arc<dyn Inode>, other_name: &[u8]) -> Result<()> {
        self.exchange_names(name, other, other_name)
    }

    fn entry(&self, position: u64) -> Result<Option<Entry>> {
        self.entry_after(position)
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
        self.note_opened(access)
    }

    fn closed(&self, access: Access) {
        self.note_closed(access);
    }

    fn read(&self, offset: u64, buffer: &mut Buffer, _blocking: Blocking) -> Result<usize> {
        self.read_bytes(offset, buffer)
    }

    fn write(&self, position: Position, buffer: &mut Buffer, _blocking: Blocking) -> Result<(u64, usize)> {
        self.write_bytes(position, buffer)
    }

    fn truncate(&self, length: u64) -> Result<()> {
        self.set_length(length)
    }

    fn page_source(self: Arc<Self>, path: Vec<u8>) -> Result<Arc<dyn PageSource>> {
        if self.kind != NodeKind::Regular {
            return Err(Errno::NODEV);
        }
        Ok(Arc::try_new(MappedFile::new(self, path)).map_err(|_| Errno::NOMEM)?)
    }
}
