//! The boot log: lines with a time and the name of who speaks.
//!
//! `[    0.012345] memory: 3840 frames …`: seconds since the kernel's first instructions. The `log`
//! crate's macros lead here; their target is the subsystem's name.

use crate::arch::{interrupt, power};
use crate::dev::console;
use crate::task::clock;
use core::fmt::{self, Write};
use log::{Level, LevelFilter, Log, Metadata, Record};

#[doc(alias = "printk")]
struct Logger;

static LOGGER: Logger = Logger;

/// Takes over the log's macros.
pub fn init() {
    log::set_logger(&LOGGER).expect("the log is set up once");
    log::set_max_level(LevelFilter::Info);
}

/// Keeps everything below a warning silent (`quiet`).
pub fn be_quiet() {
    log::set_max_level(LevelFilter::Warn);
}

/// Ends the machine with `status`, and says so in the log's last line, be it quiet or not: hosts
/// take the status from there.
pub fn power_off(status: u8) -> ! {
    log::set_max_level(LevelFilter::Info);
    log::info!(target: "tusk", "exit status {status}");
    power::power_off(status)
}

impl Log for Logger {
    fn enabled(&self, _metadata: &Metadata) -> bool {
        true
    }

    fn log(&self, record: &Record) {
        // Another task's line must not come in between.
        let _whole = interrupt::disabled();
        console::begin_log_line();
        let colour: &[u8] = match record.level() {
            Level::Error => b"\x1b[31m",
            Level::Warn => b"\x1b[33m",
            _ => b"",
        };
        console::write_screen(colour);
        let us = clock::try_uptime_ns().unwrap_or(0) / 1000;
        // Writing to the console cannot fail.
        let _ = writeln!(Output, "[{:5}.{:06}] {}: {}", us / 1_000_000, us % 1_000_000, record.target(), record.args());
        if !colour.is_empty() {
            console::write_screen(b"\x1b[0m");
        }
    }

    fn flush(&self) {}
}

/// Text straight to where the log goes.
pub(super) struct Output;

impl fmt::Write for Output {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        console::write_log(text.as_bytes());
        Ok(())
    }
}
