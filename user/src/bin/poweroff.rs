//! `poweroff`: ends the machine.
#![no_std]
#![no_main]

use linux_raw_sys::general;
use tusk_user::{Environment, entry, eprintln, linux, usage};

entry!(main);

const HELP: &str = "usage: poweroff [-r]
Switches the machine off, with status 0 for whoever started the emulator; with -r it starts again.";

fn main(environment: &Environment) -> i32 {
    if usage::help_was_asked(environment, HELP) {
        return 0;
    }
    let command = match (environment.argument(1), environment.arguments().len()) {
        (None, 1) => general::LINUX_REBOOT_CMD_POWER_OFF,
        (Some("-r"), 2) => general::LINUX_REBOOT_CMD_RESTART,
        _ => return usage::refuse(HELP, format_args!("poweroff: what shall it be?")),
    };
    if let Err(error) = linux::reboot(linux::REBOOT_MAGIC, command) {
        eprintln!("poweroff: {error}");
    }
    1
}
