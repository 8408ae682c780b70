//! Pipes and FIFOs: 64 KiB of bytes on their way from writers to readers.
//!
//! Readers sleep while there is nothing and somebody could still write; writers sleep while there is no room and
//! somebody could still read; the end of the last writer is the end of the file, and without readers writing is
//! EPIPE and SIGPIPE. What is no longer than PIPE_BUF goes in as one piece. In the book's pipe nobody waits and
//! both ends are the same (P1, P2), and its parts are not checked (P3). The bytes lie in kernel pages that are
//! taken as the pipe fills and given back as it empties ([`ring`], [`transfer`]; opening a FIFO: [`opening`]).
//! Book: chapter 15, `sys_pipe`; `man 7 pipe`, `man 7 fifo`.

mod opening;
mod ring;
mod transfer;

pub use ring::CAPACITY;

use crate::arch::lock::IrqLock;
use crate::errno::{Errno, Result};
use crate::fs::buffer::Buffer;
use crate::fs::file_system::FileSystem;
use crate::fs::inode::{Blocking, Inode, Position, new};
use crate::fs::metadata::{Metadata, NodeKind, Times};
use crate::fs::open_flags::Access;
use crate::fs::readiness::{self, Readiness};
use crate::task::semaphore::Lock;
use crate::task::wait_queue::WaitQueue;
use alloc::sync::Arc;
use core::sync::atomic::{AtomicU64, Ordering};
use ring::Ring;

/// A write of at most that many bytes is not mixed with others.
pub const PIPE_BUF: usize = 4096;

struct State {
    ring: Ring,
    readers: u32,
    writers: u32,
    /// How often it was opened for reading and for writing: what opening a FIFO waits for.
    read_opens: u32,
    write_opens: u32,
    waiting_readers: WaitQueue,
    waiting_writers: WaitQueue,
    waiting_openers: WaitQueue,
}

/// A pipe, or what is behind a FIFO.
pub struct Pipe {
    number: u64,
    times: Times,
    is_named: bool,
    state: IrqLock<State>,
    /// Taken for the length of a read, so that what was looked at is what is taken.
    reading: Lock<()>,
    /// Taken for the length of a piece that must not be mixed with others.
    writing: Lock<()>,
}

/// Pipes as a file system, for `stat` and /proc.
struct Pipes;

impl FileSystem for Pipes {
    fn name(&self) -> &'static str {
        "pipe"
    }

    fn device(&self) -> u32 {
        3
    }

    fn magic(&self) -> u32 {
        0x5049_5045
    }
}

impl Pipe {
    /// An empty pipe without a name.
    ///
    /// # Errors
    /// ENOMEM.
    #[doc(alias = "sys_pipe")]
    pub fn new() -> Result<Arc<Self>> {
        Self::with_name(false)
    }

    /// What is behind a FIFO.
    ///
    /// # Errors
    /// ENOMEM.
    pub fn new_fifo() -> Result<Arc<Self>> {
        Self::with_name(true)
    }

    fn with_name(is_named: bool) -> Result<Arc<Self>> {
        static LAST_NUMBER: AtomicU64 = AtomicU64::new(0);
        let state = State {
            ring: Ring::new(),
            readers: 0,
            writers: 0,
            read_opens: 0,
            write_opens: 0,
            waiting_readers: WaitQueue::new(),
            waiting_writers: WaitQueue::new(),
            waiting_openers: WaitQueue::new(),
        };
        new(Self {
            number: LAST_NUMBER.fetch_add(1, Ordering::Relaxed) + 1,
            times: Times::now(),
            is_named,
            state: IrqLock::new(state),
            reading: Lock::new(()),
            writing: Lock::new(()),
        })
    }

    /// Bytes that wait to be read (FIONREAD).
    pub fn waiting_bytes(&self) -> usize {
        self.state.lock().ring.length()
    }
}

impl State {
    /// One more or one less that reads or writes.
    fn count(&mut self, access: Access, change: i32) {
        if access.contains(Access::READ) {
            self.readers = self.readers.wrapping_add_signed(change);
            self.read_opens = self.read_opens.wrapping_add(u32::from(change > 0));
        }
        if access.contains(Access::WRITE) {
            self.writers = self.writers.wrapping_add_signed(change);
            self.write_opens = self.write_opens.wrapping_add(u32::from(change > 0));
        }
    }

    fn wake_everybody(&mut self) {
        self.waiting_readers.wake_all();
        self.waiting_writers.wake_all();
        self.waiting_openers.wake_all();
    }
}

impl Inode for Pipe {
    fn metadata(&self) -> Metadata {
        let times = self.times;
        Metadata { times, ..Metadata::virtual_file(self.number, NodeKind::Fifo, 0o600) }
    }

    fn file_system(&self) -> &'static dyn FileSystem {
        &Pipes
    }

    fn kind(&self) -> NodeKind {
        NodeKind::Fifo
    }

    fn open(self: Arc<Self>, access: Access, blocking: Blocking) -> Result<Arc<dyn Inode>> {
        if self.is_named {
            self.wait_for_other_side(access, blocking)?;
        }
        Ok(self)
    }

    fn opened(&self, access: Access) -> Result<()> {
        let mut state = self.state.lock();
        state.count(access, 1);
        state.waiting_openers.wake_all();
        Ok(())
    }

    fn closed(&self, access: Access) {
        let rest = {
            let mut state = self.state.lock();
            state.count(access, -1);
            state.wake_everybody();
            // What nobody will read any more.
            (state.readers == 0 && state.writers == 0).then(|| core::mem::replace(&mut state.ring, Ring::new()))
        };
        drop(rest);
        readiness::changed();
    }

    fn read(&self, _offset: u64, buffer: &mut Buffer, blocking: Blocking) -> Result<usize> {
        self.read_bytes(buffer, blocking)
    }

    fn write(&self, _position: Position, buffer: &mut Buffer, blocking: Blocking) -> Result<(u64, usize)> {
        Ok((0, self.write_bytes(buffer, blocking)?))
    }

    fn is_seekable(&self) -> bool {
        false
    }

    fn readiness(&self, access: Access) -> Readiness {
        let state = self.state.lock();
        let mut ready = Readiness::empty();
        if access.contains(Access::READ) {
            ready.set(Readiness::READ, state.ring.length() > 0);
            ready.set(Readiness::HANG_UP, state.writers == 0 && (!self.is_named || state.write_opens > 0));
        }
        if access.contains(Access::WRITE) {
            ready.set(Readiness::WRITE, state.ring.room() >= PIPE_BUF);
            ready.set(Readiness::ERROR, state.readers == 0);
        }
        ready
    }

    fn ioctl(&self, request: u32, argument: u32) -> Result<u32> {
        if request != linux_raw_sys::ioctl::FIONREAD {
            return Err(Errno::NOTTY);
        }
        crate::mm::user::write_u32(argument, self.waiting_bytes() as u32)?;
        Ok(0)
    }
}
