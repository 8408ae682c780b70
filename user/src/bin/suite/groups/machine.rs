//! What the kernel tells of itself and of the machine.

use crate::call::sys;
use crate::check::{check, check_eq, must};
use linux_raw_sys::general::{LINUX_REBOOT_CMD_CAD_OFF, LINUX_REBOOT_MAGIC1};
use linux_raw_sys::system::sysinfo;
use tusk_user::{Errno, linux};

/// Memory, processes, and the time since the start.
pub fn sysinfo_tells_of_memory_and_processes() {
    let mut words = [0u32; size_of::<sysinfo>() / 4];
    check_eq!(size_of::<sysinfo>(), 64, "the size of the structure");
    must!(sys!(__NR_sysinfo, &mut words));
    let (uptime, total, free) = (words[0], u64::from(words[4]), u64::from(words[5]));
    // procs and its padding are one word; the unit of memory is behind two words of memory that an i386 may have high.
    let (processes, unit) = (words[10] & 0xffff, u64::from(words[13]));
    check!(unit > 0 && total * unit >= 8 << 20, "there are {total} times {unit} bytes");
    check!(free < total, "{free} of {total} are free");
    check!(processes >= 1, "there are {processes} processes");
    let monotonic = must!(linux::clock_gettime(linux_raw_sys::general::CLOCK_BOOTTIME)).tv_sec as u32;
    check!(uptime.abs_diff(monotonic) <= 2, "{uptime} s since the start, {monotonic} by the clock");
    check_eq!(sys!(__NR_sysinfo, 0x1000), Err(Errno::EFAULT), "sysinfo to nowhere");
}

/// Neither half of the magic is enough.
pub fn reboot_wants_all_of_the_magic() {
    let command = LINUX_REBOOT_CMD_CAD_OFF as usize;
    for magic in [[0, 0], [LINUX_REBOOT_MAGIC1 as usize, 0], [0, 0x2812_1969], [LINUX_REBOOT_MAGIC1 as usize, 1]] {
        check_eq!(sys!(__NR_reboot, magic[0], magic[1], command, 0), Err(Errno::EINVAL), "reboot with {magic:x?}");
    }
}

/// Bytes that nobody can tell in advance: twice the same would be an odd chance.
pub fn random_bytes_differ() {
    let mut bytes = [[0u8; 32]; 2];
    for half in &mut bytes {
        check_eq!(sys!(__NR_getrandom, half, 32, 0), Ok(32), "getrandom");
    }
    check!(bytes[0] != bytes[1], "the same bytes came twice");
    check_eq!(sys!(__NR_getrandom, 0x1000, 8, 0), Err(Errno::EFAULT), "getrandom to nowhere");
    check_eq!(sys!(__NR_getrandom, &mut bytes, 8, 0x80), Err(Errno::EINVAL), "getrandom with unknown flags");
}
