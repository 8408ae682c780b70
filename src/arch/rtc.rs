//! The battery-backed clock (MC146818), read once at boot for the time of day.
//!
//! From then on the ticks carry the time; the clock itself is too slow to ask, and may change
//! while it is being read. [`calendar`] has the part that needs no clock.
//!
//! After: Motorola MC146818A data sheet.

pub mod calendar;

use super::lock::IrqLock;
use calendar::Registers;
use x86::io::{inb, outb};

const INDEX: u16 = 0x70;
const DATA: u16 = 0x71;

const SECONDS: u8 = 0x00;
const MINUTES: u8 = 0x02;
const HOURS: u8 = 0x04;
const DAY: u8 = 0x07;
const MONTH: u8 = 0x08;
const YEAR: u8 = 0x09;
const STATUS_A: u8 = 0x0a;
const STATUS_B: u8 = 0x0b;
/// Not the chip's own: where the BIOS of most PCs keeps the century, in plain memory.
const CENTURY: u8 = 0x32;

/// Status A: the clock is about to change, or changing; for 2 ms at the most.
const UPDATE_IN_PROGRESS: u8 = 1 << 7;

/// Polls for the end of an update: many times 2 ms, for the case that no clock answers and the
/// bit reads as set for ever.
const MAX_POLLS: u32 = 1_000_000;
/// An update comes once a second, so of two readings one is undisturbed.
const MAX_READINGS: usize = 5;

/// Protects the two ports: one access chooses the register that the next one reads.
static PORTS: IrqLock<()> = IrqLock::new(());

/// Reads the time in seconds since 1970, taking the clock to run on UTC. `None` when there is no
/// clock or its time is none.
pub fn read_unix_seconds() -> Option<u64> {
    let _ports = PORTS.lock();
    let mut previous = None;
    for _ in 0..MAX_READINGS {
        let is_quiet = (0..MAX_POLLS).any(|_| read(STATUS_A) & UPDATE_IN_PROGRESS == 0);
        if !is_quiet {
            return None;
        }
        // An update may still begin halfway through; two equal readings had none in between.
        let reading = Some(read_registers());
        if reading == previous {
            return reading?.unix_seconds();
        }
        previous = reading;
    }
    None
}

fn read_registers() -> Registers {
    Registers {
        second: read(SECONDS),
        minute: read(MINUTES),
        hour: read(HOURS),
        day: read(DAY),
        month: read(MONTH),
        year: read(YEAR),
        century: read(CENTURY),
        status_b: read(STATUS_B),
    }
}

/// Reads a register. The caller holds the lock. Bit 7 of the index masks the non-maskable
/// interrupt; it stays clear.
fn read(register: u8) -> u8 {
    // SAFETY: both ports are the clock's, locked, and of its registers only C changes when read.
    unsafe {
        outb(INDEX, register);
        inb(DATA)
    }
}
