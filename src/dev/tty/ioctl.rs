//! The requests that terminals know. `man 2 ioctl_tty`.
//!
//! Whatever is not here is ENOTTY, as it is for a device that has no such thing: the virtual consoles' (VT_…), the
//! serial chip's (TIOCGSERIAL, TIOCMGET).

use super::handle::Handle;
use super::settings::{self, Settings};
use super::{WindowSize, job_control};
use crate::errno::{Errno, Result};
use crate::fs::inode::Blocking;
use crate::mm::user;
use linux_raw_sys::{general as linux, ioctl};

/// What `struct termios2` has behind `struct termios`: the speeds, in baud.
const SPEED: u32 = 38_400;
/// The one line discipline.
const N_TTY: u32 = 0;
const LENGTH: u32 = settings::LENGTH as u32;

/// Answers `request`.
///
/// # Errors
/// ENOTTY for an unknown one, and as the manual page says.
pub fn control(handle: &Handle, request: u32, argument: u32) -> Result<u32> {
    let tty = handle.tty;
    let current = || tty.state.lock().discipline.settings();
    match request {
        ioctl::TCGETS => user::copy_to_user(argument, &current().to_bytes())?,
        ioctl::TCGETS2 => write_with_speeds(argument, current())?,
        ioctl::TCGETA => user::copy_to_user(argument, &current().to_old_bytes())?,
        ioctl::TCSETS => handle.set(read_settings(argument)?, When::Now)?,
        ioctl::TCSETSW => handle.set(read_settings(argument)?, When::Written)?,
        ioctl::TCSETSF => handle.set(read_settings(argument)?, When::WrittenAndInputLost)?,
        ioctl::TCSETS2 => handle.set(read_with_speeds(argument)?, When::Now)?,
        ioctl::TCSETSW2 => handle.set(read_with_speeds(argument)?, When::Written)?,
        ioctl::TCSETSF2 => handle.set(read_with_speeds(argument)?, When::WrittenAndInputLost)?,
        ioctl::TCSETA => handle.set(read_old_settings(argument, current())?, When::Now)?,
        ioctl::TCSETAW => handle.set(read_old_settings(argument, current())?, When::Written)?,
        ioctl::TCSETAF => handle.set(read_old_settings(argument, current())?, When::WrittenAndInputLost)?,
        ioctl::TCFLSH => handle.flush(argument)?,
        ioctl::TCXONC => handle.control_flow(argument)?,
        // What is written is sent at once, and no break can be sent: both only wait.
        ioctl::TCSBRK | ioctl::TCSBRKP => {
            job_control::before_changing(tty)?;
            handle.wait_for_output(Blocking::Wait)?;
        }
        ioctl::TIOCINQ => {
            let readable = tty.state.lock().discipline.readable();
            user::write_u32(argument, readable as u32)?;
        }
        ioctl::TIOCOUTQ => user::write_u32(argument, 0)?,
        ioctl::TIOCGWINSZ => {
            let size = tty.state.lock().size;
            write_size(argument, size)?;
        }
        ioctl::TIOCSWINSZ => handle.set_size(read_size(argument)?),
        ioctl::TIOCSTI => {
            let mut byte = [0];
            user::copy_from_user(&mut byte, argument)?;
            tty.receive(byte[0]);
        }
        ioctl::TIOCGETD => user::write_u32(argument, N_TTY)?,
        ioctl::TIOCSETD if user::read_u32(argument)? == N_TTY => {}
        ioctl::TIOCSETD => return Err(Errno::INVAL),
        // Nobody but root opens terminals here, and root may open those that are exclusive.
        ioctl::TIOCEXCL | ioctl::TIOCNXCL => {}
        _ => return job_control::control(tty, request, argument),
    }
    Ok(0)
}

/// When settings change.
#[derive(Clone, Copy, PartialEq, Eq)]
enum When {
    Now,
    Written,
    WrittenAndInputLost,
}

impl Handle {
    fn set(&self, settings: Settings, when: When) -> Result<()> {
        job_control::before_changing(self.tty)?;
        if when != When::Now {
            self.wait_for_output(Blocking::Wait)?;
        }
        self.tty.with(|state, out| {
            if when == When::WrittenAndInputLost {
                state.discipline.flush_input(out);
            }
            state.discipline.set(settings, out);
            // Whoever waits may have to wait for something else now.
            state.wake();
        });
        self.tty.take_received();
        Ok(())
    }

    fn flush(&self, queue: u32) -> Result<()> {
        job_control::before_changing(self.tty)?;
        match queue {
            linux::TCIFLUSH | linux::TCIOFLUSH => {
                self.tty.with(|state, out| state.discipline.flush_input(out));
                self.tty.take_received();
            }
            // No output waits anywhere.
            linux::TCOFLUSH => {}
            _ => return Err(Errno::INVAL),
        }
        Ok(())
    }

    fn control_flow(&self, action: u32) -> Result<()> {
        job_control::before_changing(self.tty)?;
        self.tty.with(|state, out| {
            match action {
                linux::TCOOFF => state.discipline.stop(),
                linux::TCOON => state.discipline.start(out),
                linux::TCIOFF => state.discipline.send_character(linux::VSTOP, out),
                linux::TCION => state.discipline.send_character(linux::VSTART, out),
                _ => return Err(Errno::INVAL),
            }
            Ok(())
        })
    }

    fn set_size(&self, size: WindowSize) {
        let before = core::mem::replace(&mut self.tty.state.lock().size, size);
        if before != size {
            job_control::size_has_changed(self.tty);
        }
    }
}

fn read_settings(address: u32) -> Result<Settings> {
    let mut bytes = [0; settings::LENGTH];
    user::copy_from_user(&mut bytes, address)?;
    Ok(Settings::from_bytes(bytes))
}

/// The speeds have to be there, and mean nothing.
fn read_with_speeds(address: u32) -> Result<Settings> {
    user::copy_from_user(&mut [0; 8], address.wrapping_add(LENGTH))?;
    read_settings(address)
}

fn read_old_settings(address: u32, current: Settings) -> Result<Settings> {
    let mut bytes = [0; settings::OLD_LENGTH];
    user::copy_from_user(&mut bytes, address)?;
    Ok(current.with_old_bytes(bytes))
}

fn write_with_speeds(address: u32, settings: Settings) -> Result<()> {
    user::copy_to_user(address, &settings.to_bytes())?;
    user::write_u32(address.wrapping_add(LENGTH), SPEED)?;
    user::write_u32(address.wrapping_add(LENGTH + 4), SPEED)
}

/// Linux's `struct winsize`: rows, columns, and twice the pixels, which text has none of.
fn write_size(address: u32, size: WindowSize) -> Result<()> {
    user::write_u32(address, u32::from(size.rows) | u32::from(size.columns) << 16)?;
    user::write_u32(address.wrapping_add(4), 0)
}

fn read_size(address: u32) -> Result<WindowSize> {
    let both = user::read_u32(address)?;
    user::read_u32(address.wrapping_add(4))?;
    Ok(WindowSize { rows: both as u16, columns: (both >> 16) as u16 })
}
