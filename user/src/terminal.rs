//! The terminal: its settings, its size, and the process groups and sessions it serves.
//!
//! The terminal sends what ^C, ^\ and ^Z mean to one process group, the foreground group, and lets only that one
//! read. A shell therefore puts each pipeline into a group of its own and tells the terminal which one it is.
//! See `termios(3)`, `ioctl_tty(2)`, `setpgid(2)` and `setsid(2)`.

use crate::errno::Errno;
use crate::syscall::{check, syscall0, syscall3};
use linux_raw_sys::{general, ioctl};

/// What a terminal does with bytes on their way: the kernel's `struct termios`.
#[derive(Clone, Copy)]
pub struct Settings(pub general::termios);

impl Settings {
    /// The same terminal as an editor wants it: each byte at once, not shown, ^C an ordinary byte. What is written is
    /// still made ready for the screen (a line end also returns to the first column).
    pub fn raw(mut self) -> Self {
        self.0.c_iflag &= !(general::IXON | general::ICRNL | general::INLCR | general::IGNCR | general::ISTRIP);
        self.0.c_lflag &= !(general::ICANON | general::ECHO | general::ISIG | general::IEXTEN);
        self.0.c_cc[general::VMIN as usize] = 1;
        self.0.c_cc[general::VTIME as usize] = 0;
        self
    }
}

/// The terminal's settings.
///
/// # Errors
/// ENOTTY when the descriptor is no terminal; EBADF when it is not open.
pub fn settings(descriptor: i32) -> Result<Settings, Errno> {
    let mut settings = general::termios { c_iflag: 0, c_oflag: 0, c_cflag: 0, c_lflag: 0, c_line: 0, c_cc: [0; 19] };
    // SAFETY: the call writes `settings` only.
    unsafe { control(descriptor, ioctl::TCGETS, (&raw mut settings).addr()) }?;
    Ok(Settings(settings))
}

/// Changes the settings, after all that was written has gone out.
///
/// # Errors
/// As for [`settings`]; EINTR, and EIO in a background group.
pub fn set_settings(descriptor: i32, settings: &Settings) -> Result<(), Errno> {
    // SAFETY: the settings are read.
    unsafe { control(descriptor, ioctl::TCSETSW, (&raw const settings.0).addr()) }
}

/// Whether the descriptor is a terminal.
pub fn is_terminal(descriptor: i32) -> bool {
    settings(descriptor).is_ok()
}

/// The size of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WindowSize {
    /// Lines.
    pub rows: u16,
    /// Characters in a line.
    pub columns: u16,
}

/// Asks for the size of the screen; a terminal that does not know says 0.
///
/// # Errors
/// ENOTTY when the descriptor is no terminal.
pub fn window_size(descriptor: i32) -> Result<WindowSize, Errno> {
    let mut size = general::winsize { ws_row: 0, ws_col: 0, ws_xpixel: 0, ws_ypixel: 0 };
    // SAFETY: the call writes `size` only.
    unsafe { control(descriptor, ioctl::TIOCGWINSZ, (&raw mut size).addr()) }?;
    Ok(WindowSize { rows: size.ws_row, columns: size.ws_col })
}

/// The process group in the foreground.
///
/// # Errors
/// ENOTTY when the descriptor is not this session's terminal.
pub fn foreground_group(descriptor: i32) -> Result<i32, Errno> {
    let mut group = 0i32;
    // SAFETY: the call writes `group` only.
    unsafe { control(descriptor, ioctl::TIOCGPGRP, (&raw mut group).addr()) }?;
    Ok(group)
}

/// Puts a process group of this session into the foreground.
///
/// # Errors
/// ENOTTY as above; EPERM for a group of another session. A background process that does not ignore SIGTTOU is stopped.
pub fn set_foreground_group(descriptor: i32, group: i32) -> Result<(), Errno> {
    // SAFETY: the group is read.
    unsafe { control(descriptor, ioctl::TIOCSPGRP, (&raw const group).addr()) }
}

/// Makes the terminal the one of this session, whose leader must ask for it.
///
/// # Errors
/// EPERM for who is no leader, or when the terminal is another session's.
pub fn take_terminal(descriptor: i32) -> Result<(), Errno> {
    // SAFETY: the call takes a number (0: do not steal it) and touches no memory.
    unsafe { control(descriptor, ioctl::TIOCSCTTY, 0) }
}

/// Puts a process into a group; 0 is this process, or a group of its own number.
///
/// # Errors
/// ESRCH when it is no child of ours; EACCES when it has become another program; EPERM for another session.
pub fn set_group(pid: i32, group: i32) -> Result<(), Errno> {
    // SAFETY: the call touches no memory.
    check(unsafe { syscall3(general::__NR_setpgid as usize, [pid as usize, group as usize, 0]) }).map(drop)
}

/// The group of a process; 0 is this one.
///
/// # Errors
/// ESRCH when there is no such process.
pub fn group(pid: i32) -> Result<i32, Errno> {
    // SAFETY: the call touches no memory.
    check(unsafe { syscall3(general::__NR_getpgid as usize, [pid as usize, 0, 0]) }).map(|group| group as i32)
}

/// The session of a process; 0 is this one.
///
/// # Errors
/// ESRCH when there is no such process.
pub fn session(pid: i32) -> Result<i32, Errno> {
    // SAFETY: the call touches no memory.
    check(unsafe { syscall3(general::__NR_getsid as usize, [pid as usize, 0, 0]) }).map(|session| session as i32)
}

/// Begins a session of its own, with a group of its own and no terminal; returns its number.
///
/// # Errors
/// EPERM when this process leads a group already.
pub fn begin_session() -> Result<i32, Errno> {
    // SAFETY: the call touches no memory.
    check(unsafe { syscall0(general::__NR_setsid as usize) }).map(|session| session as i32)
}

/// Makes an `ioctl`.
///
/// # Safety
/// `argument` is what `request` takes: where it is an address, what lies there is ours for the call and large enough.
unsafe fn control(descriptor: i32, request: u32, argument: usize) -> Result<(), Errno> {
    // SAFETY: the caller's promise.
    check(unsafe { syscall3(general::__NR_ioctl as usize, [descriptor as usize, request as usize, argument]) })
        .map(drop)
}
