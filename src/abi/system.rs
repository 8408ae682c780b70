//! The machine: its name, and turning it off.

use crate::arch::power;
use crate::errno::{Errno, Result};
use crate::mm::user;
use crate::trace;
use linux_raw_sys::general as linux;

/// `man 2 uname`: six strings of 65 bytes.
pub fn uname(address: u32) -> Result<u32> {
    const LENGTH: u32 = 65;
    let fields = ["Tusk", "tusk", env!("CARGO_PKG_VERSION"), "#1", "i686", "(none)"];
    user::zero(address, LENGTH * fields.len() as u32)?;
    for (place, field) in (address..).step_by(LENGTH as usize).zip(fields) {
        user::copy_to_user(place, field.as_bytes())?;
    }
    Ok(0)
}

/// `man 2 reboot`.
pub fn reboot(magic: u32, magic2: u32, operation: u32, _argument: u32) -> Result<u32> {
    const MAGIC2: [u32; 4] = [
        linux::LINUX_REBOOT_MAGIC2,
        linux::LINUX_REBOOT_MAGIC2A,
        linux::LINUX_REBOOT_MAGIC2B,
        linux::LINUX_REBOOT_MAGIC2C,
    ];
    if magic != linux::LINUX_REBOOT_MAGIC1 || !MAGIC2.contains(&magic2) {
        return Err(Errno::INVAL);
    }
    match operation {
        linux::LINUX_REBOOT_CMD_CAD_ON | linux::LINUX_REBOOT_CMD_CAD_OFF => Ok(0),
        linux::LINUX_REBOOT_CMD_POWER_OFF => trace::log::power_off(0),
        linux::LINUX_REBOOT_CMD_RESTART => power::restart(),
        linux::LINUX_REBOOT_CMD_HALT => {
            log::info!(target: "tusk", "halted");
            power::halt()
        }
        _ => Err(Errno::INVAL),
    }
}
