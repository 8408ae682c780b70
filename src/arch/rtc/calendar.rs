//! The registers of the clock into seconds since 1970.
//!
//! The chip keeps its time in binary or in decimal digits, in 24 or twice 12 hours, as the BIOS
//! chose, and two digits of the year.

/// Status B: numbers are binary; otherwise two decimal digits, four bits each.
const IS_BINARY: u8 = 1 << 2;
/// Status B: hours are 0..=23; otherwise 1..=12, with [`PM`] in the afternoon.
const IS_24_HOUR: u8 = 1 << 1;
const PM: u8 = 1 << 7;

/// Days in the months of a year that is not a leap year.
const DAYS_IN_MONTH: [u64; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// The registers as they are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Registers {
    /// 0..=59.
    pub second: u8,
    /// 0..=59.
    pub minute: u8,
    /// See [`IS_24_HOUR`].
    pub hour: u8,
    /// Of the month, from 1.
    pub day: u8,
    /// From 1.
    pub month: u8,
    /// The last two digits.
    pub year: u8,
    /// The first two, where the BIOS keeps them; anything where it does not.
    pub century: u8,
    /// How the others are written.
    pub status_b: u8,
}

impl Registers {
    /// Seconds since 1970-01-01 00:00:00, without leap seconds. `None` when the registers hold no
    /// date from then on.
    pub fn unix_seconds(&self) -> Option<u64> {
        let second = self.number(self.second, 0, 59)?;
        let minute = self.number(self.minute, 0, 59)?;
        let hour = self.hour()?;
        let year = self.year()?;
        let month = self.number(self.month, 1, 12)? as usize;
        let day = self.number(self.day, 1, days_in_month(year, month))?;

        let days_of_months: u64 = (1..month).map(|earlier| days_in_month(year, earlier)).sum();
        let days = days_before_year(year)? + days_of_months + day - 1;
        Some(((days * 24 + hour) * 60 + minute) * 60 + second)
    }

    fn hour(&self) -> Option<u64> {
        if self.status_b & IS_24_HOUR != 0 {
            return self.number(self.hour, 0, 23);
        }
        let hour = self.number(self.hour & !PM, 1, 12)? % 12;
        Some(if self.hour & PM != 0 { hour + 12 } else { hour })
    }

    /// The century is believed if it is one of this chip's life; otherwise the years 70..=99 are
    /// those of the last one.
    fn year(&self) -> Option<u64> {
        let year = self.number(self.year, 0, 99)?;
        let century = match decimal(self.century) {
            Some(century @ 19..=21) => century,
            _ if year >= 70 => 19,
            _ => 20,
        };
        Some(century * 100 + year)
    }

    /// Reads a register as it is written, if that is a number in the range.
    fn number(&self, register: u8, least: u64, most: u64) -> Option<u64> {
        let is_binary = self.status_b & IS_BINARY != 0;
        let number = if is_binary { u64::from(register) } else { decimal(register)? };
        (least..=most).contains(&number).then_some(number)
    }
}

/// Two decimal digits of four bits.
fn decimal(digits: u8) -> Option<u64> {
    let (tens, ones) = (digits >> 4, digits & 0xf);
    (tens < 10 && ones < 10).then_some(u64::from(tens) * 10 + u64::from(ones))
}

fn is_leap(year: u64) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

/// `month` is 1..=12.
fn days_in_month(year: u64, month: usize) -> u64 {
    let leap_day = u64::from(month == 2 && is_leap(year));
    DAYS_IN_MONTH[month - 1] + leap_day
}

/// Days from 1970 to the start of `year`.
fn days_before_year(year: u64) -> Option<u64> {
    let leap_days_before = |year: u64| (year - 1) / 4 - (year - 1) / 100 + (year - 1) / 400;
    let years = year.checked_sub(1970)?;
    Some(years * 365 + leap_days_before(year) - leap_days_before(1970))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A clock in decimal digits and 24 hours, written as hexadecimal literals.
    const fn clock(date: [u8; 4], time: [u8; 3]) -> Registers {
        let ([century, year, month, day], [hour, minute, second]) = (date, time);
        Registers { second, minute, hour, day, month, year, century, status_b: IS_24_HOUR }
    }

    #[test]
    fn known_times() {
        let seconds = |date, time| clock(date, time).unix_seconds();
        assert_eq!(seconds([0x19, 0x70, 1, 1], [0, 0, 0]), Some(0));
        assert_eq!(seconds([0x20, 0x00, 2, 0x29], [0x23, 0x59, 0x59]), Some(951_868_799));
        assert_eq!(seconds([0x20, 0x01, 9, 9], [1, 0x46, 0x40]), Some(1_000_000_000));
        assert_eq!(seconds([0x20, 0x38, 1, 0x19], [3, 0x14, 7]), Some(i32::MAX as u64));
        assert_eq!(seconds([0x21, 0x00, 3, 1], [0, 0, 0]), Some(4_107_542_400));
    }

    #[test]
    fn a_century_that_is_none_is_guessed() {
        let seconds = |century, year| clock([century, year, 1, 1], [0, 0, 0]).unix_seconds();
        assert_eq!(seconds(0xff, 0x70), Some(0));
        assert_eq!(seconds(0x00, 0x24), seconds(0x20, 0x24));
    }

    #[test]
    fn all_ways_to_write_an_hour() {
        let at = |hour, status_b| Registers { hour, status_b, ..clock([0x19, 0x70, 1, 1], [0, 0, 0]) };
        let hour = |hour, status_b| at(hour, status_b).hour();
        assert_eq!((hour(0x23, IS_24_HOUR), hour(23, IS_24_HOUR | IS_BINARY)), (Some(23), Some(23)));
        assert_eq!([0x12, 0x01, 0x11].map(|am| hour(am, 0)), [Some(0), Some(1), Some(11)]);
        assert_eq!([0x92, 0x81, 0x91].map(|pm| hour(pm, 0)), [Some(12), Some(13), Some(23)]);
        assert_eq!((hour(0x8b, IS_BINARY), hour(0, 0), hour(0x13, 0)), (Some(23), None, None));
    }

    #[test]
    fn registers_that_hold_no_date() {
        assert_eq!(clock([0x20, 0x23, 2, 0x29], [0, 0, 0]).unix_seconds(), None);
        assert_eq!(clock([0x20, 0x24, 0x13, 1], [0, 0, 0]).unix_seconds(), None);
        assert_eq!(clock([0x19, 0x69, 1, 1], [0, 0, 0]).unix_seconds(), None);
        assert_eq!(clock([0xff; 4], [0xff; 3]).unix_seconds(), None);
    }
}
