//! Job control: whose turn it is at the terminal.
//!
//! Each pipeline is a process group, and the terminal sends ^C and ^Z to the one in the foreground. The shell is in
//! front while it reads a line, and puts a job there while it waits for it (see `tcsetpgrp(3)` and the glibc manual,
//! "Implementing a Shell").

use crate::redirect::FIRST_OWN;
use tusk_user::file::{self, Descriptor};
use tusk_user::signal::{self, SIGTTIN};
use tusk_user::terminal::{self, Settings};
use tusk_user::{Errno, linux};

/// The terminal of an interactive shell.
pub struct Control {
    /// A name of our own for it, whatever happens to 0, 1 and 2.
    terminal: Descriptor,
    /// The shell's own group.
    group: i32,
    /// The group that was in the foreground before the shell came.
    before: i32,
    /// What the terminal does while the shell has it.
    settings: Settings,
}

/// What a job left the terminal with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It ended by itself: its settings are meant to stay, as `stty`'s are.
    Orderly,
    /// It was stopped or killed, perhaps in the middle of an editor.
    Abrupt,
}

/// Waits until this process' group is the one in the foreground: a shell that was started in the background is stopped
/// here until somebody wants it.
///
/// # Errors
/// ENOTTY when standard input is not this session's terminal; EIO when nobody is there who could continue us.
pub fn await_foreground() -> Result<(), Errno> {
    /// How often we stop before we believe that nobody stops us.
    const ATTEMPTS: usize = 3;
    for _ in 0..ATTEMPTS {
        if terminal::foreground_group(0)? == terminal::group(0)? {
            return Ok(());
        }
        signal::kill(0, SIGTTIN)?;
    }
    Err(Errno::EIO)
}

impl Control {
    /// Takes the terminal for a group of the shell's own.
    ///
    /// # Errors
    /// ENOTTY when standard input is not this session's terminal.
    pub fn take() -> Result<Control, Errno> {
        let terminal = file::duplicate_above(0, FIRST_OWN)?;
        let before = terminal::foreground_group(terminal.number())?;
        // The leader of a session leads a group already, and cannot be moved.
        let _ = terminal::set_group(0, 0);
        let group = linux::getpid();
        terminal::set_foreground_group(terminal.number(), group)?;
        let settings = terminal::settings(terminal.number())?;
        Ok(Control { terminal, group, before, settings })
    }

    /// Lets a job's group have the terminal. It may have ended already: then nobody has it, until [`Self::reclaim`].
    pub fn lend(&self, group: i32) {
        let _ = terminal::set_foreground_group(self.terminal.number(), group);
    }

    /// Sets the terminal to what a stopped job had.
    pub fn restore(&self, settings: &Settings) {
        let _ = terminal::set_settings(self.terminal.number(), settings);
    }

    /// Takes the terminal back from a job; returns the settings it left.
    pub fn reclaim(&mut self, ending: Ending) -> Option<Settings> {
        self.lend(self.group);
        let left = terminal::settings(self.terminal.number()).ok()?;
        match ending {
            Ending::Orderly => self.settings = left,
            Ending::Abrupt => self.restore(&self.settings),
        }
        Some(left)
    }

    /// Gives the terminal to who had it before the shell.
    pub fn give_back(self) {
        self.lend(self.before);
    }
}
