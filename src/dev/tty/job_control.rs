//! Which processes a terminal serves: one session, and of that one process group at a time, the foreground's.
//!
//! Only the foreground group may read; the keys that mean signals are for it. A process of another group that wants
//! to read, or to change the terminal, is stopped until the shell brings it to the foreground; one that nobody could
//! bring there gets an error instead. When the session's leader ends, the terminal hangs up and is free again.
//! POSIX, "General Terminal Interface"; `man 2 ioctl_tty`, `man 4 tty_ioctl`.

use super::Tty;
use super::discipline::Key;
use crate::errno::{Errno, Result};
use crate::mm::user;
use crate::task::pid::Pid;
use crate::task::scheduler;
use crate::task::session::{self, ControllingTerminal};
use crate::task::signal::{Signal, send_to_group, would_be_ignored_or_blocked};
use crate::task::task_ref::running_thread;
use alloc::sync::Arc;
use core::any::Any;
use linux_raw_sys::{general as linux, ioctl};

/// Whose terminal it is.
#[derive(Clone, Copy)]
pub struct Owner {
    session: Option<Pid>,
    foreground: Option<Pid>,
}

impl Owner {
    /// Nobody's.
    pub const NOBODY: Self = Self { session: None, foreground: None };
}

/// A terminal as sessions know it.
struct Controlling(&'static Tty);

impl ControllingTerminal for Controlling {
    fn session_ended(&self) {
        release(self.0, &[Signal::HUP]);
        self.0.hang_up();
    }

    fn number(&self) -> u32 {
        self.0.number
    }

    fn foreground(&self) -> Option<Pid> {
        owner(self.0).foreground
    }
}

/// The controlling terminal of the running process.
pub fn terminal_of_running() -> Option<&'static Tty> {
    let terminal: Arc<dyn Any + Send + Sync> = session::terminal_of_running()?;
    terminal.downcast::<Controlling>().ok().map(|controlling| controlling.0)
}

fn is_of_running(tty: &'static Tty) -> bool {
    terminal_of_running().is_some_and(|own| core::ptr::eq(own, tty))
}

fn owner(tty: &Tty) -> Owner {
    tty.state.lock().owner
}

/// Sends what a key means to the foreground group.
pub fn send(tty: &'static Tty, key: Key) {
    let signal = match key {
        Key::Interrupt => Signal::INT,
        Key::Quit => Signal::QUIT,
        Key::Suspend => Signal::TSTP,
    };
    send_to_foreground(tty, signal);
}

/// The window has another size: tells the foreground group.
pub fn size_has_changed(tty: &'static Tty) {
    send_to_foreground(tty, Signal::WINCH);
}

fn send_to_foreground(tty: &Tty, signal: Signal) {
    if let Some(group) = owner(tty).foreground {
        send_to_group(group, signal);
    }
}

/// # Errors
/// RESTART for a background process, which SIGTTIN stops first; EIO for one that this would not stop, or for ever.
pub fn before_reading(tty: &'static Tty) -> Result<()> {
    check(tty, Signal::TTIN)
}

/// # Errors
/// As [`before_changing`], where TOSTOP forbids writing in the background.
pub fn before_writing(tty: &'static Tty) -> Result<()> {
    let is_forbidden = tty.state.lock().discipline.settings().has_local(linux::TOSTOP);
    // A line about a program is none of its own.
    if is_forbidden && !running_thread().is_telling() { check(tty, Signal::TTOU) } else { Ok(()) }
}

/// # Errors
/// RESTART for a background process, which SIGTTOU stops first; EIO for one that it would stop for ever. Who ignores
/// or blocks that signal may go on.
pub fn before_changing(tty: &'static Tty) -> Result<()> {
    check(tty, Signal::TTOU)
}

fn check(tty: &'static Tty, signal: Signal) -> Result<()> {
    let Some(group) = session::group_of_running().filter(|_| is_of_running(tty)) else { return Ok(()) };
    match owner(tty).foreground {
        Some(foreground) if foreground != group => {}
        _ => return Ok(()),
    }
    if would_be_ignored_or_blocked(signal) {
        return if signal == Signal::TTIN { Err(Errno::IO) } else { Ok(()) };
    }
    if session::is_orphaned(group) {
        return Err(Errno::IO);
    }
    send_to_group(group, signal);
    Err(Errno::RESTART)
}

/// The requests about sessions and groups.
///
/// # Errors
/// ENOTTY for any other, and for a terminal that is not the caller's; EPERM, ESRCH, EINVAL as the manual page says.
pub fn control(tty: &'static Tty, request: u32, argument: u32) -> Result<u32> {
    match request {
        ioctl::TIOCGPGRP => {
            let group = owner_for_running(tty)?.foreground.map_or(0, Pid::number);
            user::write_u32(argument, group)?;
        }
        ioctl::TIOCGSID => {
            let session = owner_for_running(tty)?.session.ok_or(Errno::NOTTY)?;
            user::write_u32(argument, session.number())?;
        }
        ioctl::TIOCSPGRP => set_foreground(tty, argument)?,
        ioctl::TIOCSCTTY => acquire(tty, argument)?,
        ioctl::TIOCNOTTY => give_up(tty)?,
        _ => return Err(Errno::NOTTY),
    }
    Ok(0)
}

fn owner_for_running(tty: &'static Tty) -> Result<Owner> {
    if is_of_running(tty) { Ok(owner(tty)) } else { Err(Errno::NOTTY) }
}

/// TIOCSPGRP.
fn set_foreground(tty: &'static Tty, address: u32) -> Result<()> {
    before_changing(tty).map_err(|error| if error == Errno::IO { Errno::NOTTY } else { error })?;
    let session = owner_for_running(tty)?.session.ok_or(Errno::NOTTY)?;
    let number = user::read_u32(address)?;
    if (number as i32) < 0 {
        return Err(Errno::INVAL);
    }
    let group = Pid::new(number).ok_or(Errno::SRCH)?;
    if !scheduler::all_tasks().any(|task| task.membership().group() == Some(group)) {
        return Err(Errno::SRCH);
    }
    if !session::exists_in_session(group, session) {
        return Err(Errno::PERM);
    }
    tty.state.lock().owner.foreground = Some(group);
    Ok(())
}

/// A process has opened the terminal: it becomes that of the session which the process leads, if that has none and
/// the terminal is nobody's.
pub fn opened(tty: &'static Tty) {
    let is_free = owner(tty).session.is_none() && terminal_of_running().is_none();
    if let Some(session) = session::of_running().filter(|_| is_free && session::is_leader()) {
        // Without memory for that the file is open all the same.
        let _ = give_to(tty, session);
    }
}

/// TIOCSCTTY: makes the terminal that of the caller's session; with 1 as argument even if another has it.
fn acquire(tty: &'static Tty, argument: u32) -> Result<()> {
    const STEAL: u32 = 1;
    let session = session::of_running().filter(|_| session::is_leader()).ok_or(Errno::PERM)?;
    let owner_now = owner(tty).session;
    if owner_now == Some(session) {
        return Ok(());
    }
    if terminal_of_running().is_some() || owner_now.is_some() && argument != STEAL {
        return Err(Errno::PERM);
    }
    give_to(tty, session)
}

/// Makes the terminal that of `session`, of the running process, and of no other.
///
/// # Errors
/// ENOMEM; nothing has changed then.
fn give_to(tty: &'static Tty, session: Pid) -> Result<()> {
    let controlling: Arc<dyn ControllingTerminal> = Arc::try_new(Controlling(tty)).map_err(|_| Errno::NOMEM)?;
    if let Some(loser) = owner(tty).session {
        session::set_terminal(loser, None);
    }
    tty.state.lock().owner = Owner { session: Some(session), foreground: session::group_of_running() };
    session::set_terminal(session, Some(&controlling));
    Ok(())
}

/// TIOCNOTTY: the caller has no terminal any more; if it leads the session, nobody in it has.
fn give_up(tty: &'static Tty) -> Result<()> {
    if !is_of_running(tty) {
        return Err(Errno::NOTTY);
    }
    match session::of_running().filter(|_| session::is_leader()) {
        Some(session) => {
            release(tty, &[Signal::HUP, Signal::CONT]);
            session::set_terminal(session, None);
        }
        None => running_thread().membership().set_terminal(None),
    }
    Ok(())
}

/// The terminal belongs to nobody from now on, and its foreground group gets `signals`.
fn release(tty: &Tty, signals: &[Signal]) {
    let before = core::mem::replace(&mut tty.state.lock().owner, Owner::NOBODY);
    if let Some(group) = before.foreground {
        signals.iter().for_each(|&signal| send_to_group(group, signal));
    }
}
