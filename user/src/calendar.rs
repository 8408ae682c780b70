//! Dates: seconds since the beginning of 1970 as years, months and days, in UTC.
//!
//! Years begin in March here, so that the odd day of a leap year is their last; 400 of them always have 146,097 days.

use core::fmt;

/// Seconds in a day.
const DAY_S: i64 = 86_400;
/// Days in 400 years.
const ERA_DAYS: i64 = 146_097;
/// Days from the first of March of year 0 to the first of January 1970.
const EPOCH_DAYS: i64 = 719_468;

/// The months' names.
pub const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
/// The days' names.
pub const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// A moment, to the second.
#[derive(Clone, Copy)]
pub struct Moment {
    /// Seconds since the beginning of 1970.
    pub seconds: i64,
    /// The year.
    pub year: i64,
    /// The month, from 0 on.
    pub month: usize,
    /// The day of the month, from 1 on.
    pub day: i64,
    /// The day of the week, Sunday being 0.
    pub week_day: usize,
    /// The day of the year, from 1 on.
    pub year_day: i64,
    /// Hours since midnight.
    pub hour: i64,
    /// Minutes of the hour.
    pub minute: i64,
    /// Seconds of the minute.
    pub second: i64,
}

impl Moment {
    /// The moment so many seconds after the beginning of 1970.
    pub fn new(seconds: i64) -> Self {
        let (day_number, second) = (seconds.div_euclid(DAY_S), seconds.rem_euclid(DAY_S));
        let days = day_number + EPOCH_DAYS;
        let (era, day_of_era) = (days.div_euclid(ERA_DAYS), days.rem_euclid(ERA_DAYS));
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let march_day = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        // Five months from March on, and from August on, have 153 days.
        let march_month = (5 * march_day + 2) / 153;
        let month = (march_month + 2) % 12;
        let year = era * 400 + year_of_era + i64::from(month < 2);
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let year_day = if month < 2 { march_day - 306 } else { march_day + 59 + i64::from(leap) };
        Moment {
            seconds,
            year,
            month: month as usize,
            day: march_day - (153 * march_month + 2) / 5 + 1,
            week_day: (day_number + 4).rem_euclid(7) as usize,
            year_day: year_day + 1,
            hour: second / 3600,
            minute: second / 60 % 60,
            second: second % 60,
        }
    }

    /// The month's name in three letters.
    pub fn month_text(&self) -> &'static str {
        &MONTHS[self.month][..3]
    }

    /// The day's name in three letters.
    pub fn day_text(&self) -> &'static str {
        &DAYS[self.week_day][..3]
    }
}

impl fmt::Display for Moment {
    /// `2026-11-24 04:12:17`.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Moment { year, month, day, hour, minute, second, .. } = self;
        write!(out, "{year:04}-{:02}-{day:02} {hour:02}:{minute:02}:{second:02}", month + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::Moment;

    /// Asserts what a moment looks like, and which day of the week and of the year it is.
    fn assert_shown(seconds: i64, expected: &str, week_day: &str, year_day: i64) {
        let moment = Moment::new(seconds);
        assert_eq!((moment.to_string().as_str(), moment.day_text(), moment.year_day), (expected, week_day, year_day));
    }

    #[test]
    fn days_are_those_of_the_calendar() {
        assert_shown(0, "1970-01-01 00:00:00", "Thu", 1);
        assert_shown(951_782_399, "2000-02-28 23:59:59", "Mon", 59);
        assert_shown(951_868_799, "2000-02-29 23:59:59", "Tue", 60);
        assert_shown(951_868_800, "2000-03-01 00:00:00", "Wed", 61);
        assert_shown(978_307_199, "2000-12-31 23:59:59", "Sun", 366);
        assert_shown(4_107_542_400, "2100-03-01 00:00:00", "Mon", 60);
    }

    #[test]
    fn there_are_moments_before_1970() {
        assert_shown(-1, "1969-12-31 23:59:59", "Wed", 365);
        assert_shown(-62_167_219_200, "0000-01-01 00:00:00", "Sat", 1);
    }
}
