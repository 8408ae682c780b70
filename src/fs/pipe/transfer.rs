//! Bytes on their way into a pipe and out of it.

use super::{PIPE_BUF, Pipe, State};
use crate::arch::interrupt;
use crate::errno::{Errno, Result};
use crate::fs::buffer::Buffer;
use crate::fs::inode::Blocking;
use crate::fs::readiness;
use crate::task::signal::{self, Signal};
use crate::task::wait_queue::wait_for;

impl Pipe {
    /// See [`Inode::read`](crate::fs::inode::Inode::read).
    ///
    /// # Errors
    /// As there.
    #[doc(alias = "pipe_read")]
    pub(super) fn read_bytes(&self, buffer: &mut Buffer, blocking: Blocking) -> Result<usize> {
        while buffer.left() > 0 && self.wait_for_bytes(blocking)? {
            // Nothing when another reader was faster: then we wait again.
            let read = self.take_what_is_there(buffer)?;
            if read > 0 {
                return Ok(read);
            }
        }
        Ok(0)
    }

    /// See [`Inode::write`](crate::fs::inode::Inode::write).
    ///
    /// # Errors
    /// As there.
    #[doc(alias = "pipe_write")]
    pub(super) fn write_bytes(&self, buffer: &mut Buffer, blocking: Blocking) -> Result<usize> {
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
        Ok(done)
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
}
