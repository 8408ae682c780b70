//! What the kernel itself has to say in a program's name: the output of some of the book's calls.

use super::{Tty, job_control, terminals};
use crate::task::semaphore::LockGuard;

/// The terminal of the running process, or the console.
fn terminal() -> &'static Tty {
    job_control::terminal_of_running().unwrap_or_else(terminals::console)
}

/// Writes bytes as one piece.
pub fn write(bytes: &[u8]) {
    let terminal = terminal();
    let _whole = terminal.writing.acquire();
    terminal.put(bytes);
}

/// Formatted output, as one piece while it lives. The book's `console_put_str`.
#[doc(alias = "console_put_str")]
pub struct Output {
    terminal: &'static Tty,
    _whole: LockGuard<'static, ()>,
}

impl Output {
    /// Waits for the terminal.
    pub fn acquire() -> Self {
        let terminal = terminal();
        Self { terminal, _whole: terminal.writing.acquire() }
    }
}

impl core::fmt::Write for Output {
    fn write_str(&mut self, text: &str) -> core::fmt::Result {
        self.terminal.put(text.as_bytes());
        Ok(())
    }
}
