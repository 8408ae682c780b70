//! Turns at writing: one writer at a time, in the order in which they came, and a signal ends the waiting.
//!
//! A writer may stay in the middle of its write for as long as somebody keeps output stopped (`^S`). Whoever waits
//! behind it must be killed all the same, and must not wait at all if it does not want to: so this is no lock of
//! [`crate::task::semaphore`], whose waiters no signal reaches. As there, a turn that ends goes to one who waits, or
//! who writes without end would take every turn.

use super::{State, Tty};
use crate::errno::{Errno, Result};
use crate::fs::inode::Blocking;
use crate::task::wait_queue::{WaitQueue, wait_for};

/// Whose turn it is.
pub(super) struct Turns {
    whose: Whose,
    waiting: WaitQueue,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Whose {
    Nobodys,
    Somebodys,
    /// Of one of those who waited, woken for it.
    Next,
}

impl Turns {
    /// Nobody writes.
    pub const fn new() -> Self {
        Self { whose: Whose::Nobodys, waiting: WaitQueue::new() }
    }
}

/// The turn of the running process, while it lives.
#[doc(alias = "console_release")]
pub struct Turn(&'static Tty);

impl Tty {
    /// Waits for the turn to write.
    ///
    /// # Errors
    /// EAGAIN when somebody has it and we are not to wait; RESTART.
    pub(super) fn take_turn(&'static self, blocking: Blocking) -> Result<Turn> {
        let mut has_waited = false;
        let look = |state: &mut State| {
            let is_ours = match state.turns.whose {
                Whose::Nobodys => true,
                // If we were not woken for it but by a signal, who was will find it taken and waits on.
                Whose::Next => has_waited,
                Whose::Somebodys => false,
            };
            has_waited = true;
            if is_ours {
                state.turns.whose = Whose::Somebodys;
                return Some(Ok(Turn(self)));
            }
            (blocking == Blocking::No).then_some(Err(Errno::AGAIN))
        };
        wait_for(&self.state, |state| &mut state.turns.waiting, None, look)?
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let turns = &mut self.0.state.lock().turns;
        turns.whose = if turns.waiting.wake_one() { Whose::Next } else { Whose::Nobodys };
    }
}
