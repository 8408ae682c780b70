//! Reading from a terminal.
//!
//! In canonical mode a read gives a line or the beginning of one. In raw mode two of the special characters say what
//! it waits for: VMIN for so many bytes, VTIME for so many tenths of a second, counted from the first byte on when
//! there must be one, else from the beginning of the read. `man 3 termios`, "Canonical and noncanonical mode".

use super::handle::Handle;
use super::job_control;
use crate::errno::{Errno, Result};
use crate::fs::buffer::Buffer;
use crate::fs::inode::Blocking;
use crate::task::clock;
use crate::task::sleep::deadline_after_ns;
use crate::task::wait_queue::wait_for;
use linux_raw_sys::general as linux;

/// VTIME's unit.
const TENTH_NS: u64 = 100_000_000;
/// Bytes looked at and copied at once.
const PIECE: usize = 64;

/// When to go on waiting.
#[derive(Clone, Copy)]
struct Patience {
    /// Bytes that must have come.
    bytes: usize,
    /// How long to wait, for the next byte when `bytes` is not 0, else for the first; 0 is for ever when there must
    /// be a byte, else not at all.
    time_ns: u64,
}

/// What happened.
enum News {
    /// There is something to read.
    Enough,
    /// So many bytes wait now, which is not enough.
    Bytes(usize),
    HungUp,
}

impl Handle {
    /// Waits for input as the settings want it, and copies it to `buffer`; 0 is the end of the file, a hang-up, or
    /// a time that is over.
    pub(super) fn read_input(&self, buffer: &mut Buffer, blocking: Blocking) -> Result<usize> {
        if buffer.left() == 0 {
            return Ok(0);
        }
        job_control::before_reading(self.tty)?;
        loop {
            if !self.wait_for_input(buffer.left(), blocking)? {
                return Ok(0);
            }
            let _one_at_a_time = self.tty.reading.acquire();
            if self.tty.state.lock().discipline.is_readable() {
                let read = self.take(buffer);
                self.tty.take_received();
                return read;
            }
            // Another reader was faster.
        }
    }

    fn patience(&self, wanted: usize) -> Patience {
        let settings = self.tty.state.lock().discipline.settings();
        if settings.is_canonical() {
            return Patience { bytes: 1, time_ns: 0 };
        }
        let [minimum, time] = [linux::VMIN, linux::VTIME].map(|index| settings.character(index));
        Patience { bytes: wanted.min(minimum.into()), time_ns: u64::from(time) * TENTH_NS }
    }

    /// Says whether there is something to read in the end.
    fn wait_for_input(&self, wanted: usize, blocking: Blocking) -> Result<bool> {
        let patience = self.patience(wanted);
        if blocking == Blocking::No || patience.bytes == 0 && patience.time_ns == 0 {
            return self.has_input_now(patience);
        }
        let mut deadline = (patience.bytes == 0).then(|| deadline_after_ns(patience.time_ns));
        let mut seen = 0;
        loop {
            let look = |state: &mut super::State| match state.discipline.waiting() {
                _ if self.is_hung_up(state) => Some(News::HungUp),
                0 => {
                    state.first_wait_cycles.get_or_insert_with(clock::worked_cycles);
                    None
                }
                _ if state.discipline.settings().is_canonical() => Some(News::Enough),
                bytes if bytes >= patience.bytes => Some(News::Enough),
                bytes => (bytes != seen).then_some(News::Bytes(bytes)),
            };
            match wait_for(&self.tty.state, |state| &mut state.readers, deadline, look) {
                Ok(News::Enough) => return Ok(true),
                Ok(News::HungUp) => return Ok(false),
                Ok(News::Bytes(bytes)) => {
                    seen = bytes;
                    deadline = (patience.time_ns > 0).then(|| deadline_after_ns(patience.time_ns));
                }
                Err(Errno::TIMEDOUT) => return Ok(seen > 0),
                Err(_) if seen > 0 => return Ok(true),
                Err(error) => return Err(error),
            }
        }
    }

    /// As [`Handle::wait_for_input`], without waiting.
    fn has_input_now(&self, patience: Patience) -> Result<bool> {
        let state = self.tty.state.lock();
        let never_waits = patience.bytes == 0 && patience.time_ns == 0;
        match state.discipline.is_readable() {
            _ if self.is_hung_up(&state) => Ok(false),
            false if !never_waits => Err(Errno::AGAIN),
            is_readable => Ok(is_readable),
        }
    }

    /// Copies what there is; up to the first byte that cannot be written.
    fn take(&self, buffer: &mut Buffer) -> Result<usize> {
        let mut piece = [0; PIECE];
        let mut read = 0;
        loop {
            let room = PIECE.min(buffer.left());
            let found = self.tty.state.lock().discipline.look(&mut piece[..room]);
            // Not under the lock: the page may have to be made first.
            let copied = match buffer.put(&piece[..found.copied]) {
                Err(error) if read == 0 => return Err(error),
                Err(_) => return Ok(read),
                Ok(copied) => copied,
            };
            let is_whole = copied == found.copied;
            let taken = if is_whole { found.taken } else { copied };
            self.tty.with(|state, out| state.discipline.consume(taken, out));
            read += copied;
            if !is_whole || found.has_ended || buffer.left() == 0 {
                return Ok(read);
            }
        }
    }
}
