//! Numbers as people write them in arguments.

/// A decimal number and nothing else; `None` also for one beyond 64 bits.
#[inline(never)]
pub fn decimal(text: &[u8]) -> Option<u64> {
    if text.is_empty() {
        return None;
    }
    text.iter().try_fold(0u64, |value, &digit| {
        if !digit.is_ascii_digit() {
            return None;
        }
        value.checked_mul(10)?.checked_add(u64::from(digit - b'0'))
    })
}

/// An octal number and nothing else.
#[inline(never)]
pub fn octal(text: &[u8]) -> Option<u32> {
    if text.is_empty() || !text.iter().all(|digit| (b'0'..=b'7').contains(digit)) {
        return None;
    }
    text.iter().try_fold(0u32, |value, &digit| value.checked_mul(8)?.checked_add(u32::from(digit - b'0')))
}

/// A decimal number that may have a unit behind it: c, w, b, k, K, M, G (1, 2, 512, 1024 …) or kB, MB, GB (1000 …).
#[inline(never)]
pub fn with_unit(text: &[u8]) -> Option<u64> {
    let split = text.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    let unit = match &text[split..] {
        b"" | b"c" => 1,
        b"w" => 2,
        b"b" => 512,
        b"k" | b"K" => 1 << 10,
        b"M" => 1 << 20,
        b"G" => 1 << 30,
        b"kB" | b"KB" => 1000,
        b"MB" => 1_000_000,
        b"GB" => 1_000_000_000,
        _ => return None,
    };
    decimal(&text[..split])?.checked_mul(unit)
}

/// How many decimal digits a number has.
pub fn digits(number: u64) -> usize {
    number.checked_ilog10().unwrap_or(0) as usize + 1
}
