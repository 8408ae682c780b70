//! What is done to the bytes of a file of ramfs: reading, writing, cutting off, mapping.

use super::PAGE_BYTES;
use super::content::LENGTH_MAX;
use super::node::Node;
use crate::arch::interrupt;
use crate::errno::{Errno, Result};
use crate::fs::buffer::Buffer;
use crate::fs::inode::Position;
use crate::fs::open_flags::Access;
use crate::mm::file_page::FilePage;
use crate::task::mapped_files;
use alloc::sync::Arc;

impl Node {
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

    /// See [`Inode::opened`](crate::fs::inode::Inode::opened).
    ///
    /// # Errors
    /// ETXTBSY for writing to a program that runs.
    pub(super) fn note_opened(&self, access: Access) -> Result<()> {
        let mut state = self.state.lock();
        if access.contains(Access::WRITE) {
            if state.runs > 0 {
                return Err(Errno::TXTBSY);
            }
            state.writers += 1;
        }
        Ok(())
    }

    /// See [`Inode::closed`](crate::fs::inode::Inode::closed).
    pub(super) fn note_closed(&self, access: Access) {
        if access.contains(Access::WRITE) {
            self.state.lock().writers -= 1;
        }
    }

    /// See [`Inode::read`](crate::fs::inode::Inode::read).
    ///
    /// # Errors
    /// As there.
    pub(super) fn read_bytes(&self, offset: u64, buffer: &mut Buffer) -> Result<usize> {
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

    /// See [`Inode::write`](crate::fs::inode::Inode::write).
    ///
    /// # Errors
    /// As there.
    pub(super) fn write_bytes(&self, position: Position, buffer: &mut Buffer) -> Result<(u64, usize)> {
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

    /// Copies at most `length` bytes of `buffer` to the file at `place`, within one page.
    fn write_piece(&self, place: u64, buffer: &mut Buffer, length: usize) -> Result<usize> {
        if place > LENGTH_MAX - PAGE_BYTES {
            return Err(Errno::FBIG);
        }
        let page = self.with_content(|content| content.page_to_fill((place / PAGE_BYTES) as u32))?;
        // Not under the lock: the program's page may have to be made first, from this very file perhaps.
        let written = buffer.take_page(&page, (place % PAGE_BYTES) as usize, length);
        let unused = self.with_content(|content| {
            if let Ok(written) = written {
                content.extend_to(place + written as u64);
            }
            // A page made for nothing.
            Ok(content.take_page_beyond())
        })?;
        drop(unused);
        written
    }

    /// See [`Inode::truncate`](crate::fs::inode::Inode::truncate).
    ///
    /// # Errors
    /// As there.
    pub(super) fn set_length(&self, length: u64) -> Result<()> {
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
}
