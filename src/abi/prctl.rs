//! What a process may set of itself beside its limits. `man 2 prctl`, `man 2 personality`.

use crate::errno::{Errno, Result};
use crate::mm::user;
use crate::task::signal::Signal;
use crate::task::task_ref::running_thread;
use crate::task::task_struct::Name;
use linux_raw_sys::prctl as linux;

/// Bytes of a name, its NUL included.
const NAME_LENGTH: usize = 16;

/// `man 2 prctl`; what is not known is EINVAL, as on Linux.
pub fn prctl(option: u32, argument: u32, _third: u32, _fourth: u32, _fifth: u32) -> Result<u32> {
    let task = running_thread();
    match option {
        linux::PR_SET_NAME => {
            task.set_name(read_name(argument)?);
            Ok(0)
        }
        linux::PR_GET_NAME => {
            user::copy_to_user(argument, &task.name().bytes())?;
            Ok(0)
        }
        linux::PR_SET_PDEATHSIG => {
            let signal = if argument == 0 { None } else { Some(Signal::new(argument).ok_or(Errno::INVAL)?) };
            task.process().kinship.death_signal.set(signal);
            Ok(0)
        }
        linux::PR_GET_PDEATHSIG => {
            user::write_u32(argument, task.process().kinship.death_signal.get().map_or(0, Signal::number))?;
            Ok(0)
        }
        linux::PR_GET_DUMPABLE => Ok(1),
        linux::PR_SET_DUMPABLE if argument <= 1 => Ok(0),
        linux::PR_GET_NO_NEW_PRIVS | linux::PR_GET_KEEPCAPS | linux::PR_GET_TIMING => Ok(0),
        _ => Err(Errno::INVAL),
    }
}

/// A name of up to 15 bytes; what follows a NUL does not count, and need not be there.
fn read_name(address: u32) -> Result<Name> {
    let mut bytes = [0; NAME_LENGTH];
    for index in 0..NAME_LENGTH - 1 {
        user::copy_from_user(&mut bytes[index..=index], address.wrapping_add(index as u32))?;
        if bytes[index] == 0 {
            break;
        }
    }
    Ok(Name::of_bytes(bytes))
}

/// `man 2 personality`: there is one, Linux's own.
pub fn personality(wanted: u32) -> Result<u32> {
    const ASK: u32 = u32::MAX;
    if wanted == 0 || wanted == ASK { Ok(0) } else { Err(Errno::INVAL) }
}
