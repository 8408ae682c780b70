//! Opening a FIFO: each side waits for the other. `man 7 fifo`.

use super::{Pipe, State};
use crate::errno::{Errno, Result};
use crate::fs::inode::{Blocking, Inode};
use crate::fs::open_flags::Access;
use crate::task::wait_queue::wait_for;

impl Pipe {
    /// Waits until the other side of a FIFO has come.
    ///
    /// # Errors
    /// ENXIO for a writer that is not to wait; RESTART.
    pub(super) fn wait_for_other_side(&self, access: Access, blocking: Blocking) -> Result<()> {
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
