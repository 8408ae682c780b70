//! Sizes as people like to read them.

use core::fmt;

/// A size in the largest unit that leaves a number in front of the point, rounded up: `1.5K`, `12M`.
#[derive(Clone, Copy)]
pub struct Human(pub u64);

impl fmt::Display for Human {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        const UNITS: [u8; 6] = *b"KMGTPE";
        if self.0 < 1024 {
            return write!(out, "{}", self.0);
        }
        let mut shift = 0;
        for unit in UNITS {
            shift += 10;
            // Tenths first: what rounds to 10.0 has no place behind the point any more.
            let tenths = (u128::from(self.0) * 10).div_ceil(1 << shift) as u64;
            let whole = self.0.div_ceil(1 << shift);
            if tenths < 100 {
                return write!(out, "{}.{}{}", tenths / 10, tenths % 10, char::from(unit));
            }
            if whole < 1024 {
                return write!(out, "{whole}{}", char::from(unit));
            }
        }
        write!(out, "{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Human;

    /// Asserts what a size looks like.
    fn assert_shown(size: u64, expected: &str) {
        assert_eq!(Human(size).to_string(), expected);
    }

    #[test]
    fn sizes_are_rounded_up() {
        assert_shown(0, "0");
        assert_shown(1023, "1023");
        assert_shown(1024, "1.0K");
        assert_shown(1025, "1.1K");
        assert_shown(10 * 1024, "10K");
        assert_shown(10 * 1024 + 1, "11K");
    }

    #[test]
    fn no_unit_is_counted_beyond_the_next() {
        assert_shown(9 * 1024 + 1000, "10K");
        assert_shown(1024 * 1024 - 1, "1.0M");
        assert_shown(u64::MAX, "16E");
    }
}
