//! Pipes and FIFOs: 64 KiB of bytes on their way from writers to readers.
//!
//! Readers sleep while there is nothing and somebody could still write; writers sleep while there is no room and
//! somebody could still read; the end of the last writer is the end of the file, and without readers writing is
//! EPIPE and SIGPIPE. What is no longer than PIPE_BUF goes in as one piece. In the book's pipe nobody waits and
//! both ends are the same (P1, P2), and its parts are not checked (P3). The bytes lie in kernel pages that are
//! taken as the pipe fills and given back as it empties. Book: chapter 15, `sys_pipe`; `man 7 pipe`, `man 7 fifo`.

use super::buffer::Buffer;
use super::file_system::FileSystem;
use super::inode::{Blocking, Inode, Position, new};
use super::metadata::{Metadata, NodeKind, Times};
use super::open_flags::Access;
use super::readiness::{self, Readiness};
pub use super::ring::CAPACITY;
use super::ring::Ring;
use crate::arch::interrupt;
use crate::arch::lock::IrqLock;
use crate::errno::{Errno, Result};
use crate::task::semaphore::Lock;
use crate::task::signal::{self, Signal};
use crate::task::wait_queue::{WaitQueue, wait_for};
use alloc::sync::Arc;
use core::sync::atomic::{AtomicU64, Ordering};

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

    /// Waits until there is something to read; false at the end of the file.
    fn wait_for_bytes(&self, blocking: Blocking) -> Result<bool> {
        let look = |state: &mut State| match () {
            () if state.ring.length() > 0 => Some(Ok(true)),
            () if state.writers == 0 => Some(Ok(false)),
            () if blocking == Blocking::No => Some(Err(Errno::AGAIN)),
            () => None,
        };
        wait_for(&self.state, |state| &mut state.waiting_readers, None, look)?
    }

    /// Copies as much as there is, and room for, to `buffer`; returns how much.
    fn take_what_is_there(&self, buffer: &mut Buffer) -> Result<usize> {
        let _one_at_a_time = self.reading.acquire();
        let mut done = 0;
        while buffer.left() > 0 {
            let first = self.state.lock().ring.first();
            let Some((page, offset, length)) = first else { break };
            match buffer.put_page(&page, offset, length) {
                Err(error) if done == 0 => return Err(error),
                Err(_) => break,
                Ok(copied) => {
                    self.consume(copied);
                    done += copied;
                }
            }
            interrupt::window();
        }
        Ok(done)
    }

    /// Takes `count` bytes away that were read.
    fn consume(&self, count: usize) {
        let page = {
            let mut state = self.state.lock();
            state.waiting_writers.wake_all();
            state.ring.consume(count)
        };
        drop(page);
        readiness::changed();
    }

    /// Waits until `count` bytes have room.
    fn wait_for_room(&self, count: usize, blocking: Blocking) -> Result<()> {
        let look = |state: &mut State| match () {
            () if state.readers == 0 => Some(Err(Errno::PIPE)),
            () if state.ring.room() >= count => Some(Ok(())),
            () if blocking == Blocking::No => Some(Err(Errno::AGAIN)),
            () => None,
        };
        wait_for(&self.state, |state| &mut state.waiting_writers, None, look)?
    }

    /// Puts at most `count` bytes of `buffer`, for which there is room, into the pipe; returns how many.
    fn fill(&self, buffer: &mut Buffer, count: usize) -> Result<usize> {
        let (page, offset, room) = self.state.lock().ring.place_to_fill()?;
        // Not under the lock: the program's page may have to be made first.
        let copied = buffer.take_page(&page, offset, count.min(room))?;
        let mut state = self.state.lock();
        state.ring.filled(copied);
        state.waiting_readers.wake_all();
        drop(state);
        readiness::changed();
        Ok(copied)
    }

    /// Puts the next piece of `buffer` into the pipe: all that is left of it if that must stay together, else as
    /// much as there is room for.
    fn write_piece(&self, buffer: &mut Buffer, stays_together: bool, blocking: Blocking) -> Result<usize> {
        let one_at_a_time = self.writing.acquire();
        let count = if stays_together { buffer.left() } else { 1 };
        let (room, has_readers) = {
            let state = self.state.lock();
            (state.ring.room(), state.readers > 0)
        };
        if room < count || !has_readers {
            drop(one_at_a_time);
            self.wait_for_room(count, blocking)?;
            return Ok(0);
        }
        let mut done = 0;
        let most = buffer.left().min(room);
        while done < most {
            match self.fill(buffer, most - done) {
                Err(error) if done == 0 => return Err(error),
                Err(_) => break,
                Ok(copied) => done += copied,
            }
        }
        Ok(done)
    }

    /// Says whether the opener may go on: a FIFO's opening waits until the other side has come.
    fn wait_for_other_side(&self, access: Access, blocking: Blocking) -> Result<()> {
        let (reads, writes) = (access.contains(Access::READ), access.contains(Access::WRITE));
        let mut state = self.state.lock();
        if reads == writes {
            return Ok(());
        }
        if blocking == Blocking::No {
            return if writes && state.readers == 0 { Err(Errno::NXIO) } else { Ok(()) };
        }
        // The other side counts from the moment it came, even if it is gone again when we wake.
        let (seen_reads, seen_writes) = (state.read_opens, state.write_opens);
        let has_come = (reads && state.writers > 0) || (writes && state.readers > 0);
        if has_come {
            return Ok(());
        }
        // Already there for the others while it waits.
        state.count(access, 1);
        state.waiting_openers.wake_all();
        drop(state);
        let look = |state: &mut State| {
            let came = if reads { state.write_opens != seen_writes } else { state.read_opens != seen_reads };
            came.then_some(())
        };
        let result = wait_for(&self.state, |state| &mut state.waiting_openers, None, look);
        match result {
            // `opened` counts us next; what the other side has written meanwhile stays.
            Ok(()) => self.state.lock().count(access, -1),
            Err(_) => self.closed(access),
        }
        result
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
        while buffer.left() > 0 && self.wait_for_bytes(blocking)? {
            // Nothing when another reader was faster: then we wait again.
            let read = self.take_what_is_there(buffer)?;
            if read > 0 {
                return Ok(read);
            }
        }
        Ok(0)
    }

    fn write(&self, _position: Position, buffer: &mut Buffer, blocking: Blocking) -> Result<(u64, usize)> {
        let stays_together = buffer.left() <= PIPE_BUF;
        let mut done = 0;
        while buffer.left() > 0 {
            match self.write_piece(buffer, stays_together, blocking) {
                Ok(written) => done += written,
                Err(error) => {
                    if error == Errno::PIPE {
                        signal::send_to_running(Signal::PIPE);
                    }
                    if done == 0 {
                        return Err(error);
                    }
                    break;
                }
            }
            interrupt::window();
        }
        Ok((0, done))
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
