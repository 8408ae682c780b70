//! An open terminal.
//!
//! Each opening makes one, and it remembers how often the terminal had been hung up by then: when a session has
//! ended, whatever processes of it are left have nothing but the end of the file, while the next user opens the
//! same terminal anew. What the kernel opened for the console is never hung up, as on Linux.

use super::{State, Tty, ioctl, job_control};
use crate::errno::{Errno, Result};
use crate::fs::buffer::Buffer;
use crate::fs::file_system::FileSystem;
use crate::fs::inode::{Blocking, Inode, Position, new};
use crate::fs::metadata::{Metadata, NodeKind};
use crate::fs::open_flags::Access;
use crate::fs::ramfs::DEVFS;
use crate::fs::readiness::Readiness;
use alloc::sync::Arc;
use linux_raw_sys::general as linux;

/// An open terminal.
pub struct Handle {
    pub(super) tty: &'static Tty,
    /// The number that is told to `stat`: the terminal's, or that of the name that led to it.
    number: u32,
    /// How often the terminal had been hung up; `None` where that does not matter.
    hang_ups: Option<u32>,
}

impl Handle {
    /// Opens `tty` under the number of a device.
    ///
    /// # Errors
    /// ENOMEM.
    pub fn open(tty: &'static Tty, number: u32) -> Result<Arc<dyn Inode>> {
        let hang_ups = Some(tty.state.lock().hang_ups);
        Ok(new(Self { tty, number, hang_ups })?)
    }

    /// Opens `tty` for as long as the machine runs.
    ///
    /// # Errors
    /// ENOMEM.
    pub fn open_for_ever(tty: &'static Tty, number: u32) -> Result<Arc<dyn Inode>> {
        Ok(new(Self { tty, number, hang_ups: None })?)
    }

    /// Says whether the terminal was hung up since.
    pub(super) fn is_hung_up(&self, state: &State) -> bool {
        self.hang_ups.is_some_and(|hang_ups| hang_ups != state.hang_ups)
    }
}

impl State {
    /// Says whether a read would not wait. In raw mode it waits for VMIN bytes, unless there is a time limit.
    fn satisfies_reader(&self) -> bool {
        let settings = self.discipline.settings();
        let [minimum, time] = [linux::VMIN, linux::VTIME].map(|index| usize::from(settings.character(index)));
        let needed = if settings.is_canonical() || time > 0 { 1 } else { minimum.max(1) };
        self.discipline.waiting() >= needed
    }
}

impl Inode for Handle {
    fn metadata(&self) -> Metadata {
        Metadata { device: self.number, ..Metadata::virtual_file(0, NodeKind::CharacterDevice, 0o620) }
    }

    fn file_system(&self) -> &'static dyn FileSystem {
        &DEVFS
    }

    fn kind(&self) -> NodeKind {
        NodeKind::CharacterDevice
    }

    fn is_seekable(&self) -> bool {
        false
    }

    fn open(self: Arc<Self>, _access: Access, _blocking: Blocking) -> Result<Arc<dyn Inode>> {
        Ok(self)
    }

    fn become_controlling(&self) {
        // Neither the console nor the screen that is seen, which are names for whatever is behind them.
        if self.number == self.tty.number {
            job_control::opened(self.tty);
        }
    }

    fn read(&self, _offset: u64, buffer: &mut Buffer, blocking: Blocking) -> Result<usize> {
        self.read_input(buffer, blocking)
    }

    fn write(&self, _position: Position, buffer: &mut Buffer, blocking: Blocking) -> Result<(u64, usize)> {
        Ok((0, self.write_output(buffer, blocking)?))
    }

    fn readiness(&self, access: Access) -> Readiness {
        let state = self.tty.state.lock();
        if self.is_hung_up(&state) {
            return Readiness::READ | Readiness::WRITE | Readiness::HANG_UP | Readiness::ERROR;
        }
        let mut ready = Readiness::empty();
        ready.set(Readiness::READ, access.contains(Access::READ) && state.satisfies_reader());
        ready.set(Readiness::WRITE, access.contains(Access::WRITE) && !state.discipline.is_stopped());
        ready
    }

    fn ioctl(&self, request: u32, argument: u32) -> Result<u32> {
        if self.is_hung_up(&self.tty.state.lock()) {
            // It is nobody's terminal any more: that comes first where groups are concerned, as on Linux.
            return Err(if request == linux_raw_sys::ioctl::TIOCSPGRP { Errno::NOTTY } else { Errno::IO });
        }
        ioctl::control(self, request, argument)
    }
}
