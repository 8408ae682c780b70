//! `free` and `uptime`: how the machine is.

use crate::call::{Call, Stop, Tool};
use crate::input::whole;
use crate::number::decimal;
use crate::output::Output;
use crate::put;
use tusk_user::calendar::Moment;
use tusk_user::linux::clock_gettime64;
use tusk_user::machine;
use tusk_user::size::Human;

/// Memory.
pub const FREE: Tool = Tool {
    name: "free",
    help: "usage: free [-bkmh]
Prints how much memory there is and how much of it is in use: in KiB, bytes (-b), MiB (-m) or with units (-h). What is
available is what programs could get: what is free, and what only remembers files.",
    main: free,
};

/// Time and load.
pub const UPTIME: Tool = Tool {
    name: "uptime",
    help: "usage: uptime
Prints the time (UTC), how long the machine runs, and how many processes wanted to run, on average over the last 1, 5
and 15 minutes.",
    main: uptime,
};

/// Where the kernel says it.
const MEMORY: &core::ffi::CStr = c"/proc/meminfo";
/// The kernel's loads have this many bits behind the point.
const LOAD_BITS: u32 = 16;

fn free(call: &mut Call) -> Result<(), Stop> {
    let options = call.options("bkmh")?;
    let text = match whole(MEMORY) {
        Ok(text) => text,
        Err(error) => {
            call.complain(MEMORY, error);
            return Ok(());
        }
    };
    let value = |name: &[u8]| {
        let mut lines = text.split(|&byte| byte == b'\n');
        let rest = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(b":"))?;
        decimal(rest.split(|&byte| byte == b' ').find(|word| !word.is_empty())?)
    };
    let kibibytes = |name: &str| value(name.as_bytes()).unwrap_or(0);
    let (total, idle) = (kibibytes("MemTotal"), kibibytes("MemFree"));
    let cache = kibibytes("Buffers") + kibibytes("Cached") + kibibytes("SReclaimable");
    let available = value(b"MemAvailable").unwrap_or(idle + cache);
    let unit = options.last_of("bkmh").unwrap_or('k');

    put!(
        call.out,
        "{:>20}{:>12}{:>12}{:>12}{:>12}{:>12}\n",
        "total",
        "used",
        "free",
        "shared",
        "buff/cache",
        "available"
    );
    let memory = [total, total.saturating_sub(available), idle, kibibytes("Shmem"), cache, available];
    row(&mut call.out, "Mem:", &memory, unit);
    let (swap, swap_free) = (kibibytes("SwapTotal"), kibibytes("SwapFree"));
    row(&mut call.out, "Swap:", &[swap, swap.saturating_sub(swap_free), swap_free], unit);
    Ok(())
}

/// Prints a line of numbers.
fn row(out: &mut Output, name: &str, kibibytes: &[u64], unit: char) {
    put!(out, "{name:<8}");
    for &value in kibibytes {
        match unit {
            'b' => put!(out, "{:>12}", value * 1024),
            'm' => put!(out, "{:>12}", value / 1024),
            'h' => {
                let text = alloc::format!("{}i", Human(value * 1024));
                put!(out, "{text:>12}");
            }
            _ => put!(out, "{value:>12}"),
        }
    }
    out.byte(b'\n');
}

fn uptime(call: &mut Call) -> Result<(), Stop> {
    call.options("")?;
    let info = machine::info().map_err(|error| call.fail("kernel", error))?;
    let now = clock_gettime64(linux_raw_sys::general::CLOCK_REALTIME).map_err(|error| call.fail("clock", error))?;
    let now = Moment::new(now.tv_sec);
    let minutes = info.uptime_s / 60;
    let (days, hours, minutes) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
    put!(call.out, " {:02}:{:02}:{:02} up ", now.hour, now.minute, now.second);
    if days > 0 {
        put!(call.out, "{days} day{}, ", if days == 1 { "" } else { "s" });
    }
    match hours {
        0 => put!(call.out, "{minutes} min"),
        _ => put!(call.out, "{hours:2}:{minutes:02}"),
    }
    call.out.text(",  load average:");
    for (index, load) in info.loads.iter().enumerate() {
        // To hundredths, the nearest one.
        let hundredths = (u64::from(*load) * 100 + (1 << (LOAD_BITS - 1))) >> LOAD_BITS;
        put!(call.out, "{} {}.{:02}", if index == 0 { "" } else { "," }, hundredths / 100, hundredths % 100);
    }
    call.out.byte(b'\n');
    Ok(())
}
