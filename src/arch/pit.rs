//! The interval timer (8254): the tick, and a measure for short times.
//!
//! Channel 0 in mode 2 interrupts 100 times a second. The book's kernel means to do the same but
//! shifts the high byte of its divisor away (`(uint8_t)value >> 8`) and ticks 7,698 times a second;
//! here the bytes come from `to_le_bytes`, and the arithmetic is checked when the kernel is compiled.
//!
//! Channel 2, the loudspeaker's, can be watched without interrupts: [`spin_us`] measures a time
//! with it to calibrate other clocks by.
//!
//! After: Intel 8254 data sheet; port 0x61 as in the IBM PC AT technical reference.

use super::lock::IrqLock;
use x86::io::{inb, outb};

/// Ticks a second, nominally: no divisor gives it exactly, see [`TICK_NS`].
#[doc(alias = "IRQ0_FREQUENCY")]
pub const HZ: u32 = 100;
/// What the channels count, in counts a second: a third of NTSC's colour subcarrier.
#[doc(alias = "INPUT_FREQUENCY")]
pub const COUNTS_PER_SECOND: u32 = 1_193_182;
/// Counts in a tick.
#[doc(alias = "COUNTER0_VALUE")]
pub const DIVISOR: u16 = divisor(HZ);
/// Length of a tick in nanoseconds: 151 ns more than 10 ms.
pub const TICK_NS: u32 = counts_to_ns(DIVISOR);

/// The divisor that comes nearest to `hz` ticks a second, for 19 and more.
pub const fn divisor(hz: u32) -> u16 {
    let rounded = (COUNTS_PER_SECOND + hz / 2) / hz;
    assert!(rounded > 1 && rounded <= u16::MAX as u32, "no divisor for this rate");
    rounded as u16
}

/// How long `counts` take, in nanoseconds, rounded to the nearest; at most 54.9 ms.
pub const fn counts_to_ns(counts: u16) -> u32 {
    let rate = COUNTS_PER_SECOND as u64;
    ((counts as u64 * 1_000_000_000 + rate / 2) / rate) as u32
}

/// How many counts `us` microseconds take, rounded up: a wait must not be short.
const fn us_to_counts(us: u32) -> u64 {
    (us as u64 * COUNTS_PER_SECOND as u64).div_ceil(1_000_000)
}

const _: () = {
    assert!(DIVISOR == 11_932);
    assert!(TICK_NS == 10_000_151);
    assert!(divisor(1_000) == 1_193 && divisor(19) == 62_799);
    assert!(counts_to_ns(1) == 838 && counts_to_ns(u16::MAX) == 54_924_563);
    assert!(us_to_counts(0) == 0 && us_to_counts(1) == 2 && us_to_counts(1_000_000) == 1_193_182);
};

const CHANNEL_0: u16 = 0x40;
const CHANNEL_2: u16 = 0x42;
const CONTROL: u16 = 0x43;
/// Port B of the keyboard controller's other half: gate, output and loudspeaker of channel 2.
const PORT_B: u16 = 0x61;

/// Control word: channel 0, low byte then high byte, mode 2 (rate generator), binary.
const CHANNEL_0_RATE: u8 = 0b0011_0100;
/// Control word: channel 2, low byte then high byte, mode 0 (output rises at the end), binary.
const CHANNEL_2_ONE_SHOT: u8 = 0b1011_0000;

const GATE_2: u8 = 1 << 0;
const LOUDSPEAKER: u8 = 1 << 1;
const OUTPUT_2: u8 = 1 << 5;

/// Polls per run of channel 2 after which we take it for absent. A run is 55 ms at most; a poll is
/// shortest in an emulator that counts an instruction as a nanosecond, where it takes 4.
const MAX_POLLS: u32 = 20_000_000;

/// Protects the timer's registers, which take and give their 16 bits in two accesses.
static REGISTERS: IrqLock<()> = IrqLock::new(());

/// Starts the ticks. They arrive as IRQ 0, once that is unmasked.
#[doc(alias = "frequency_set")]
pub fn init() {
    let _registers = REGISTERS.lock();
    let [low, high] = DIVISOR.to_le_bytes();
    // SAFETY: the timer is this module's alone, and locked; it touches no memory.
    unsafe {
        outb(CONTROL, CHANNEL_0_RATE);
        outb(CHANNEL_0, low);
        outb(CHANNEL_0, high);
    }
}

/// Waits at least `us` microseconds, by channel 2, with interrupts off for up to 55 ms at a time.
/// For boot: a task that wants to wait should sleep. Returns early (and says false) when there is
/// no such channel.
pub fn spin_us(us: u32) -> bool {
    let mut left = us_to_counts(us);
    while left > 0 {
        let counts = left.min(u64::from(u16::MAX)) as u16;
        if !run_channel_2(counts) {
            return false;
        }
        left -= u64::from(counts);
    }
    true
}

/// Waits for `counts` of channel 2. False when the channel never came to an end.
fn run_channel_2(counts: u16) -> bool {
    let _registers = REGISTERS.lock();
    let [low, high] = counts.to_le_bytes();
    // SAFETY: the timer is this module's alone, and locked. Of port B, which has other bits, only
    // the gate and the loudspeaker's switch are changed, and put back at the end.
    unsafe {
        let before = inb(PORT_B);
        outb(PORT_B, before & !LOUDSPEAKER | GATE_2);
        outb(CONTROL, CHANNEL_2_ONE_SHOT);
        outb(CHANNEL_2, low);
        outb(CHANNEL_2, high);
        let ended = (0..MAX_POLLS).any(|_| inb(PORT_B) & OUTPUT_2 != 0);
        outb(PORT_B, before);
        ended
    }
}
