//! The two ways in which floating-point registers lie in memory, and from one to the other.
//!
//! `fsave` stores 108 bytes, and that is what signal frames begin with on i386; `fxsave`, which newer CPUs have,
//! stores the same and the SSE registers in 512 bytes, in another order and with one tag bit a register instead
//! of two. References: SDM volume 1, 8.1.7, 8.1.10 and 10.5.1; `struct _fpstate` of Linux.

use linux_raw_sys::general as linux;

/// What `fxsave` stores.
pub type Long = [u8; 512];
/// What `fsave` stores, the status word once more, and a word that says whether the long form follows.
pub type Short = [u8; 112];

/// Where `fsave`'s eight registers of ten bytes begin.
const SHORT_REGISTERS: usize = 28;
/// Where `fxsave`'s begin, each in sixteen bytes.
const LONG_REGISTERS: usize = 32;
const REGISTER_LENGTH: usize = 10;
/// Where the status stands once more, and whether the long form follows.
const STATUS: usize = 108;
const MAGIC: usize = 110;
/// The long form follows.
const LONG_FOLLOWS: u16 = 0;
/// Nothing follows.
const NOTHING_FOLLOWS: u16 = 0xffff;
/// An unused register's tag.
const EMPTY: u16 = 3;

fn half(bytes: &[u8], place: usize) -> u16 {
    u16::from_le_bytes([bytes[place], bytes[place + 1]])
}

fn put_half(bytes: &mut [u8], place: usize, value: u16) {
    bytes[place..place + 2].copy_from_slice(&value.to_le_bytes());
}

/// What a register's tag of two bits is: 0 valid, 1 zero, 2 special.
fn tag_of(register: &[u8]) -> u16 {
    let exponent = half(register, 8) & 0x7fff;
    let is_zero = register[..8].iter().all(|&byte| byte == 0);
    let has_integer_bit = register[7] & 0x80 != 0;
    match exponent {
        0 if is_zero => 1,
        0 | 0x7fff => 2,
        _ if has_integer_bit => 0,
        _ => 2,
    }
}

/// The short form of `long`; says that the long form follows.
pub fn shorten(long: &Long, short: &mut Short) {
    short.fill(0);
    let status = half(long, 2);
    // Registers are tagged by number, stored from the top of their stack.
    let top = usize::from(status >> 11 & 7);
    let mut tags = 0;
    for number in 0..8 {
        let is_used = long[4] >> number & 1 != 0;
        let place = LONG_REGISTERS + (number + 8 - top) % 8 * 16;
        let tag = if is_used { tag_of(&long[place..place + REGISTER_LENGTH]) } else { EMPTY };
        tags |= tag << (number * 2);
    }
    for (place, value) in [(0, half(long, 0)), (4, status), (8, tags)] {
        put_half(short, place, value);
        put_half(short, place + 2, 0xffff);
    }
    short[12..16].copy_from_slice(&long[8..12]);
    put_half(short, 16, half(long, 12));
    put_half(short, 18, half(long, 6));
    short[20..24].copy_from_slice(&long[16..20]);
    put_half(short, 24, half(long, 20));
    put_half(short, 26, 0xffff);
    for number in 0..8 {
        let (to, from) = (SHORT_REGISTERS + number * REGISTER_LENGTH, LONG_REGISTERS + number * 16);
        short[to..to + REGISTER_LENGTH].copy_from_slice(&long[from..from + REGISTER_LENGTH]);
    }
    put_half(short, STATUS, status);
    put_half(short, MAGIC, LONG_FOLLOWS);
}

/// Makes the x87 part of `long` what `short` says; the SSE registers stay.
pub fn lengthen(short: &Short, long: &mut Long) {
    put_half(long, 0, half(short, 0));
    put_half(long, 2, half(short, 4));
    let tags = half(short, 8);
    long[4] = (0..8).filter(|number| tags >> (number * 2) & 3 != EMPTY).fold(0, |used, number| used | 1 << number);
    long[5] = 0;
    put_half(long, 6, half(short, 18) & 0x7ff);
    long[8..12].copy_from_slice(&short[12..16]);
    put_half(long, 12, half(short, 16));
    long[16..20].copy_from_slice(&short[20..24]);
    put_half(long, 20, half(short, 24));
    for number in 0..8 {
        let (from, to) = (SHORT_REGISTERS + number * REGISTER_LENGTH, LONG_REGISTERS + number * 16);
        long[to..to + REGISTER_LENGTH].copy_from_slice(&short[from..from + REGISTER_LENGTH]);
    }
}

/// Finishes what `fsave` has stored: says that nothing follows.
pub fn finish_short(short: &mut Short) {
    let status = half(short, 4);
    put_half(short, STATUS, status);
    put_half(short, MAGIC, NOTHING_FOLLOWS);
}

/// Says whether the long form follows.
pub fn is_long_following(short: &Short) -> bool {
    half(short, MAGIC) == LONG_FOLLOWS
}

/// Clears the bits of MXCSR that the CPU does not have: `fxrstor` faults on them.
pub fn clean_mxcsr(long: &mut Long, mask: u32) {
    // SDM volume 1, 11.6.6: CPUs that store no mask have this one.
    const DEFAULT_MASK: u32 = 0xffbf;
    let mask = if mask == 0 { DEFAULT_MASK } else { mask };
    let value = u32::from_le_bytes([long[24], long[25], long[26], long[27]]) & mask;
    long[24..28].copy_from_slice(&value.to_le_bytes());
}

/// The mask that `fxsave` stored with the registers.
pub fn mxcsr_mask(long: &Long) -> u32 {
    u32::from_le_bytes([long[28], long[29], long[30], long[31]])
}

/// Makes `bytes` what `fninit` leaves, in the long form or in the short one.
pub fn reset(bytes: &mut Long, is_long: bool) {
    const CONTROL: u16 = 0x37f;
    const MXCSR: u32 = 0x1f80;
    bytes.fill(0);
    put_half(bytes, 0, CONTROL);
    if is_long {
        bytes[24..28].copy_from_slice(&MXCSR.to_le_bytes());
    } else {
        put_half(bytes, 8, 0xffff);
    }
}

/// Why the registers have raised an exception, `FPE_…`: the first of the errors that are not masked.
pub fn error_code(bytes: &Long, is_long: bool, is_sse: bool) -> u32 {
    let (errors, masks) = if is_sse {
        let mxcsr = u32::from_le_bytes([bytes[24], bytes[25], bytes[26], bytes[27]]);
        (mxcsr & 0x3f, mxcsr >> 7 & 0x3f)
    } else {
        (half(bytes, if is_long { 2 } else { 4 }).into(), half(bytes, 0).into())
    };
    let raised = errors & !masks;
    let has = |bit: u32| raised & bit != 0;
    // Invalid, zero divisor, overflow, underflow or denormal operand, inexact: bits 0, 2, 3, 4 and 1, 5.
    match raised {
        _ if has(0x01) => linux::FPE_FLTINV,
        _ if has(0x04) => linux::FPE_FLTDIV,
        _ if has(0x08) => linux::FPE_FLTOVF,
        _ if has(0x12) => linux::FPE_FLTUND,
        _ if has(0x20) => linux::FPE_FLTRES,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two registers in use, 1.0 on top and 0.0 below, on a CPU whose stack has its top at 6.
    fn example() -> Long {
        let mut long = [0; 512];
        reset(&mut long, true);
        put_half(&mut long, 2, 6 << 11);
        long[4] = 0b1100_0000;
        long[LONG_REGISTERS + 7] = 0x80;
        put_half(&mut long, LONG_REGISTERS + 8, 0x3fff);
        long
    }

    #[test]
    fn tags_get_two_bits_and_lose_them_again() {
        let long = example();
        let mut short = [0; 112];
        shorten(&long, &mut short);
        assert_eq!(half(&short, 8), 0b01_00_11_11_11_11_11_11);
        assert!(is_long_following(&short));
        let mut back = [0; 512];
        reset(&mut back, true);
        lengthen(&short, &mut back);
        assert!(back == long);
    }

    #[test]
    fn reserved_bits_of_mxcsr_are_cleared() {
        let mut long = [0xff; 512];
        clean_mxcsr(&mut long, 0);
        assert_eq!(long[24..28], [0xbf, 0xff, 0, 0]);
        clean_mxcsr(&mut long, 0x1f80);
        assert_eq!(long[24..28], [0x80, 0x1f, 0, 0]);
    }
}
