//! `date`: what time it is, in UTC.

use crate::call::{Call, Stop, Tool};
use crate::output::Output;
use crate::put;
use tusk_user::calendar::{DAYS, MONTHS, Moment};
use tusk_user::linux::clock_gettime64;

/// The tool.
pub const DATE: Tool = Tool {
    name: "date",
    help: "usage: date [-u] [-d @SECONDS] [+FORMAT]
Prints the time, or the time so many seconds after the beginning of 1970, always in UTC. In a format stand
  %Y %m %d  year, month, day          %H %M %S  hours, minutes, seconds       %I %p   hours to 12, AM or PM
  %F %D     year-month-day, m/d/y     %T %R     hours:minutes:seconds, h:m    %j %y   day of the year, year of 100
  %A %a     the day, in full or not   %B %b     the month, in full or not     %e %k   day and hours with a space
  %s %N     seconds, nanoseconds      %Z %z     UTC, +0000                    %u %w   day of the week from Mon 1, Sun 0
  %n %t %%  line end, tab, %          %c        all of it",
    main: date,
};

/// What is printed when nobody says.
const FORMAT: &[u8] = b"%a %b %e %H:%M:%S %Z %Y";

fn date(call: &mut Call) -> Result<(), Stop> {
    let options = call.options("ud:")?;
    let format = match *options.operands {
        [] => FORMAT,
        [format] => match format.to_bytes() {
            [b'+', format @ ..] => format,
            _ => return Err(call.misuse_of(format, "is no format: it has no + before it")),
        },
        _ => return Err(call.misuse(format_args!("it takes one format"))),
    };
    let (seconds, nanoseconds) = match options.value('d') {
        Some(text) => {
            let seconds = text.to_str().ok().and_then(|text| text.strip_prefix('@')?.parse().ok());
            // Days are counted in 64 bits, with room for the year 0.
            let seconds = seconds.filter(|seconds: &i64| seconds.unsigned_abs() < 1 << 55);
            (seconds.ok_or_else(|| call.misuse_of(text, "is no time: @SECONDS"))?, 0)
        }
        None => {
            let time = clock_gettime64(linux_raw_sys::general::CLOCK_REALTIME);
            let time = time.map_err(|error| call.fail("clock", error))?;
            (time.tv_sec, time.tv_nsec)
        }
    };
    print(&mut call.out, &Moment::new(seconds), nanoseconds, format);
    call.out.byte(b'\n');
    Ok(())
}

/// Prints a moment in a format.
fn print(out: &mut Output, moment: &Moment, nanoseconds: i64, format: &[u8]) {
    let &Moment { seconds, year, month, day, week_day, year_day, hour, minute, second } = moment;
    let of_day = |hour: i64| if hour % 12 == 0 { 12 } else { hour % 12 };
    let mut bytes = format.iter();
    while let Some(&byte) = bytes.next() {
        if byte != b'%' {
            out.byte(byte);
            continue;
        }
        match bytes.next() {
            Some(b'Y') => put!(out, "{year:04}"),
            Some(b'y') => put!(out, "{:02}", year.rem_euclid(100)),
            Some(b'C') => put!(out, "{:02}", year.div_euclid(100)),
            Some(b'm') => put!(out, "{:02}", month + 1),
            Some(b'd') => put!(out, "{day:02}"),
            Some(b'e') => put!(out, "{day:2}"),
            Some(b'j') => put!(out, "{year_day:03}"),
            Some(b'H') => put!(out, "{hour:02}"),
            Some(b'k') => put!(out, "{hour:2}"),
            Some(b'I') => put!(out, "{:02}", of_day(hour)),
            Some(b'l') => put!(out, "{:2}", of_day(hour)),
            Some(b'p') => out.text(if hour < 12 { "AM" } else { "PM" }),
            Some(b'M') => put!(out, "{minute:02}"),
            Some(b'S') => put!(out, "{second:02}"),
            Some(b'N') => put!(out, "{nanoseconds:09}"),
            Some(b's') => put!(out, "{seconds}"),
            Some(b'A') => out.text(DAYS[week_day]),
            Some(b'a') => out.text(moment.day_text()),
            Some(b'B') => out.text(MONTHS[month]),
            Some(b'b' | b'h') => out.text(moment.month_text()),
            Some(b'u') => put!(out, "{}", if week_day == 0 { 7 } else { week_day }),
            Some(b'w') => put!(out, "{week_day}"),
            Some(b'Z') => out.text("UTC"),
            Some(b'z') => out.text("+0000"),
            Some(b'F') => put!(out, "{year:04}-{:02}-{day:02}", month + 1),
            Some(b'D' | b'x') => put!(out, "{:02}/{day:02}/{:02}", month + 1, year.rem_euclid(100)),
            Some(b'T' | b'X') => put!(out, "{hour:02}:{minute:02}:{second:02}"),
            Some(b'R') => put!(out, "{hour:02}:{minute:02}"),
            Some(b'c') => {
                put!(out, "{} {} {day:2} ", moment.day_text(), moment.month_text());
                put!(out, "{hour:02}:{minute:02}:{second:02} {year:04}");
            }
            Some(b'n') => out.byte(b'\n'),
            Some(b't') => out.byte(b'\t'),
            Some(b'%') | None => out.byte(b'%'),
            // What is no sign of ours stays as it is.
            Some(&other) => out.bytes(&[b'%', other]),
        }
    }
}
