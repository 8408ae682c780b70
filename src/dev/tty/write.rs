//! Writing to a terminal.

use super::handle::Handle;
use super::{State, Tty, job_control};
use crate::arch::interrupt;
use crate::errno::{Errno, Result};
use crate::fs::buffer::Buffer;
use crate::fs::inode::Blocking;
use crate::task::task_ref::running_thread;
use crate::task::wait_queue::wait_for;

/// How much is written between two windows for interrupts: on a real line at 115200 baud each byte takes 87 µs, a
/// newline two, and a tick is 10 ms.
const CHUNK: usize = 32;

impl Handle {
    /// Writes all, or up to the first byte that cannot be read, or as much as the writer lives to see.
    pub(super) fn write_output(&self, buffer: &mut Buffer, blocking: Blocking) -> Result<usize> {
        job_control::before_writing(self.tty)?;
        let _turn = self.tty.take_turn(blocking)?;
        let mut chunk = [0; CHUNK];
        let mut written = 0;
        while buffer.left() > 0 && !running_thread().is_doomed() {
            let taken = self.wait_for_output(blocking).and_then(|()| buffer.take(&mut chunk));
            match taken {
                Err(error) if written == 0 => return Err(error),
                Err(_) => break,
                Ok(length) => {
                    self.tty.put(&chunk[..length]);
                    written += length;
                }
            }
        }
        Ok(written)
    }

    /// Waits until output is not stopped.
    ///
    /// # Errors
    /// EIO after a hang-up, EAGAIN, RESTART.
    pub(super) fn wait_for_output(&self, blocking: Blocking) -> Result<()> {
        let look = |state: &mut State| match () {
            () if self.is_hung_up(state) => Some(Err(Errno::IO)),
            () if !state.discipline.is_stopped() => Some(Ok(())),
            () if blocking == Blocking::No => Some(Err(Errno::AGAIN)),
            () => None,
        };
        wait_for(&self.tty.state, |state| &mut state.writers, None, look)?
    }
}

impl Tty {
    /// Shows bytes, stopped or not, with windows for interrupts; it is the caller's turn.
    pub(super) fn put(&self, bytes: &[u8]) {
        for chunk in bytes.chunks(CHUNK) {
            self.with(|state, out| state.discipline.output(chunk, out));
            interrupt::window();
        }
    }
}
