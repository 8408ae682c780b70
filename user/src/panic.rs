//! The end of a program that broke a promise of its own.

use crate::{eprintln, linux};
use core::panic::PanicInfo;

/// The exit status of a panic, Rust's usual one.
const PANIC_STATUS: i32 = 101;

/// Says where and why, and ends the process: only this one, its parent learns of it by the status.
#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    match info.location() {
        Some(place) => eprintln!("pid {}: panic at {place}: {}", linux::getpid(), info.message()),
        None => eprintln!("pid {}: panic: {}", linux::getpid(), info.message()),
    }
    linux::exit_group(PANIC_STATUS)
}
