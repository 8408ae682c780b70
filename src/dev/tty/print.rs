//! What the kernel itself has to say in a program's name: the output of some of the book's calls.

use super::turn::Turn;
use super::{Tty, job_control, terminals};
use crate::errno::Result;
use crate::fs::inode::Blocking;

/// The terminal of the running process, or the console.
fn terminal() -> &'static Tty {
    job_control::terminal_of_running().unwrap_or_else(terminals::console)
}

/// Writes bytes as one piece.
///
/// # Errors
/// RESTART when a signal comes before it is our turn.
pub fn write(bytes: &[u8]) -> Result<()> {
    let terminal = terminal();
    let _turn = terminal.take_turn(Blocking::Wait)?;
    terminal.put(bytes);
    Ok(())
}

/// Formatted output, as one piece while it lives. The book's `console_put_str`.
#[doc(alias("console_put_char", "console_put_int"))]
#[doc(alias = "console_put_str")]
pub struct Output {
    terminal: &'static Tty,
    _turn: Turn,
}

impl Output {
    /// Waits for the terminal.
    ///
    /// # Errors
    /// As [`write`].
    #[doc(alias = "console_acquire")]
    pub fn acquire() -> Result<Self> {
        let terminal = terminal();
        Ok(Self { terminal, _turn: terminal.take_turn(Blocking::Wait)? })
    }
}

impl core::fmt::Write for Output {
    fn write_str(&mut self, text: &str) -> core::fmt::Result {
        self.terminal.put(text.as_bytes());
        Ok(())
    }
}
