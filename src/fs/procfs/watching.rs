//! /proc/PID/strace: who is told of a process's system calls.
//!
//! `DESCRIPTOR [fT]` written to it lets the kernel write the lines of that process to what the writer's descriptor
//! refers to: with `f` those of its children and other threads too, with `T` how long each call took. `off`, or `-`,
//! ends it. Reading it tells which. The program `strace` needs no more than this.

use super::subject::task_of;
use crate::errno::{Errno, Result};
use crate::fs::buffer::Buffer;
use crate::fs::open_file::{OpenFileDescription, of_usable_descriptor};
use crate::fs::open_flags::Access;
use crate::fs::text;
use crate::task::descriptor::Descriptor;
use crate::task::pid::Pid;
use crate::task::task_ref::TaskRef;
use crate::task::watch::{Wanted, Watcher};
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::any::Any;

/// The most bytes of an order.
const ORDER_MAX: usize = 32;

/// What is in the file: `off`, or where the lines go and how much is told.
///
/// # Errors
/// ENOMEM.
pub fn state(task: &TaskRef) -> Result<Vec<u8>> {
    let Some(watcher) = task.process().watcher() else { return text::copy(b"off\n") };
    let file: Arc<dyn Any + Send + Sync> = watcher.file().file().clone();
    let file: Arc<OpenFileDescription> = file.downcast().map_err(|_| Errno::NOENT)?;
    let mut line = file.path()?;
    let Wanted { follows, times } = watcher.wanted();
    for letter in [(follows, b" f"), (times, b" T")].iter().filter(|letter| letter.0) {
        text::append(&mut line, letter.1)?;
    }
    text::append(&mut line, b"\n")?;
    Ok(line)
}

/// Does what is written to the file, one order a write.
///
/// # Errors
/// EINVAL for no order, EBADF for a descriptor that is not open for writing, ESRCH when the process has ended, ENOMEM.
pub fn order(pid: Pid, buffer: &mut Buffer) -> Result<usize> {
    let mut bytes = [0; ORDER_MAX];
    let length = buffer.left();
    let read = buffer.take(&mut bytes)?;
    if read < length {
        return Err(Errno::INVAL);
    }
    let words = core::str::from_utf8(&bytes[..read]).map_err(|_| Errno::INVAL)?;
    let mut words = words.split_ascii_whitespace();
    let first = words.next().ok_or(Errno::INVAL)?;
    let watcher = match first {
        "off" | "-" => None,
        number => Some(watcher(number, &mut words)?),
    };
    if words.next().is_some() {
        return Err(Errno::INVAL);
    }
    // Not before: the process may have ended while the order was read.
    let task = task_of(pid).map_err(|_| Errno::SRCH)?;
    if task.process().has_ended() || !task.is_process() {
        return Err(Errno::SRCH);
    }
    task.process().set_watcher(watcher);
    Ok(read)
}

/// A watcher at the running process's descriptor `number`, who wants what the next word says.
fn watcher<'a>(number: &str, words: &mut impl Iterator<Item = &'a str>) -> Result<Arc<Watcher>> {
    let mut wanted = Wanted::default();
    for letter in words.take(1).flat_map(str::bytes) {
        match letter {
            b'f' => wanted.follows = true,
            b'T' => wanted.times = true,
            _ => return Err(Errno::INVAL),
        }
    }
    let file = of_usable_descriptor(number.parse().map_err(|_| Errno::INVAL)?)?;
    file.expect(Access::WRITE)?;
    Watcher::new(Descriptor::new(file, false), wanted)
}
