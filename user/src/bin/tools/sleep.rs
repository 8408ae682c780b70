//! `sleep`: waits.

use crate::call::{Call, Stop, Tool};
use crate::number;
use core::time::Duration;
use tusk_user::time;

/// The tool.
pub const SLEEP: Tool = Tool {
    name: "sleep",
    help: "usage: sleep NUMBER[smhd]…
Waits so many seconds, minutes, hours or days, fractions included; several are added.",
    main: sleep,
};

/// The digits behind the point that count: nanoseconds.
const FRACTION_DIGITS: usize = 9;

fn sleep(call: &mut Call) -> Result<(), Stop> {
    let options = call.options("")?;
    if options.operands.is_empty() {
        return Err(call.misuse(format_args!("how long?")));
    }
    let mut total = Duration::ZERO;
    for operand in &options.operands {
        let duration = parse(operand.to_bytes()).ok_or_else(|| call.misuse_of(operand, "is no time"))?;
        total = total.saturating_add(duration);
    }
    // A stop and its end may cut one sleep short.
    let end = time::now().saturating_add(total);
    while time::now() < end {
        time::sleep_until(end);
    }
    Ok(())
}

/// Reads `2`, `0.25`, `.5` or `1.5m`.
fn parse(text: &[u8]) -> Option<Duration> {
    let (digits, unit) = match text {
        [digits @ .., b's'] => (digits, 1),
        [digits @ .., b'm'] => (digits, 60),
        [digits @ .., b'h'] => (digits, 3600),
        [digits @ .., b'd'] => (digits, 86_400),
        digits => (digits, 1),
    };
    let point = digits.iter().position(|&byte| byte == b'.').unwrap_or(digits.len());
    let (whole, fraction) = (&digits[..point], digits.get(point + 1..).unwrap_or_default());
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let seconds = if whole.is_empty() { 0 } else { number::decimal(whole)? };
    let kept = &fraction[..fraction.len().min(FRACTION_DIGITS)];
    let nanoseconds = if fraction.is_empty() {
        0
    } else {
        number::decimal(fraction.get(FRACTION_DIGITS..).filter(|rest| !rest.is_empty()).unwrap_or(b"0"))?;
        number::decimal(kept)? * 10u64.pow((FRACTION_DIGITS - kept.len()) as u32)
    };
    Duration::from_secs(seconds).checked_add(Duration::from_nanos(nanoseconds))?.checked_mul(unit)
}
