//! The machine: its name, and turning it off.

use crate::arch::lock::IrqLock;
use crate::arch::paging::PAGE_SIZE;
use crate::arch::power;
use crate::dev::tty;
use crate::errno::{Errno, Result};
use crate::mm::frame::{self, Pool};
use crate::mm::user;
use crate::task::{accounting, clock, scheduler};
use crate::trace;
use linux_raw_sys::general as linux;

/// `man 2 uname`: six strings of 65 bytes.
pub fn uname(address: u32) -> Result<u32> {
    const LENGTH: u32 = 65;
    let name = *HOST_NAME.lock();
    let fields: [&[u8]; 6] =
        [b"Tusk", &name.bytes[..name.length], env!("CARGO_PKG_VERSION").as_bytes(), b"#1", b"i686", b"(none)"];
    user::zero(address, LENGTH * fields.len() as u32)?;
    for (place, field) in (address..).step_by(LENGTH as usize).zip(fields) {
        user::copy_to_user(place, field)?;
    }
    Ok(0)
}

/// The machine's name, as programs have set it.
#[derive(Clone, Copy)]
struct HostName {
    bytes: [u8; HOST_NAME_LENGTH],
    length: usize,
}

const HOST_NAME_LENGTH: usize = 64;

static HOST_NAME: IrqLock<HostName> = IrqLock::new({
    let mut bytes = [0; HOST_NAME_LENGTH];
    [bytes[0], bytes[1], bytes[2], bytes[3]] = *b"tusk";
    HostName { bytes, length: 4 }
});

/// `man 2 sethostname`.
pub fn sethostname(address: u32, length: u32) -> Result<u32> {
    let length = usize::try_from(length).ok().filter(|&length| length <= HOST_NAME_LENGTH).ok_or(Errno::INVAL)?;
    let mut name = HostName { bytes: [0; HOST_NAME_LENGTH], length };
    user::copy_from_user(&mut name.bytes[..length], address)?;
    *HOST_NAME.lock() = name;
    Ok(0)
}

/// `man 2 sysinfo`: 64 bytes; there is no swap.
pub fn sysinfo(address: u32) -> Result<u32> {
    const LENGTH: u32 = 64;
    let [(kernel_free, kernel_total), (user_free, user_total)] = [Pool::Kernel, Pool::User].map(frame::free_and_total);
    user::zero(address, LENGTH)?;
    let uptime = (clock::uptime_ns() / clock::SECOND_NS) as u32;
    let processes = scheduler::count_tasks() as u32;
    // Kept with 11 bits behind the point, told with 16.
    let [one, five, fifteen] = accounting::load_averages().map(|load| load << 5);
    for (offset, word) in [
        (0, uptime),
        (4, one),
        (8, five),
        (12, fifteen),
        (16, (kernel_total + user_total) * PAGE_SIZE),
        (20, (kernel_free + user_free) * PAGE_SIZE),
        (40, processes),
        // The unit of the figures above, in bytes.
        (52, 1),
    ] {
        user::write_u32(address.wrapping_add(offset), word)?;
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
        linux::LINUX_REBOOT_CMD_POWER_OFF => {
            tty::report_first_waits();
            trace::stages::report();
            trace::log::power_off(0)
        }
        linux::LINUX_REBOOT_CMD_RESTART => power::restart(),
        linux::LINUX_REBOOT_CMD_HALT => {
            log::info!(target: "tusk", "halted");
            power::halt()
        }
        _ => Err(Errno::INVAL),
    }
}
