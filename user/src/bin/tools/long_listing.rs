//! The lines of `ls -l`.
//!
//! Each column is as wide as what is widest in it, so all is gathered before anything is printed.

use crate::call::Call;
use crate::ls::{Item, mark};
use crate::options::Options;
use crate::put;
use crate::users::Names;
use alloc::format;
use alloc::vec::Vec;
use tusk_user::calendar::Moment;
use tusk_user::linux::clock_gettime64;
use tusk_user::size::Human;
use tusk_user::stat::{Kind, Stat};

/// Half a year, in seconds: of what is older, or newer than now, the year is told and not the time of the day.
const RECENT_S: i64 = 15_778_476;

/// Prints how much room the files of a directory take, in KiB.
pub fn total(call: &mut Call, kibibytes: u64, options: &Options) {
    if options.has('h') {
        put!(call.out, "total {}\n", Human(kibibytes * 1024));
    } else {
        put!(call.out, "total {kibibytes}\n");
    }
}

/// Prints a line for each.
pub fn print(call: &mut Call, items: &[Item], options: &Options) {
    let (users, groups) = (Names::users(), Names::groups());
    let now = clock_gettime64(linux_raw_sys::general::CLOCK_REALTIME).map_or(0, |time| time.tv_sec);
    // Inode, mode, links, owner, group, size, time: numbers stand to the right.
    const RIGHT: [bool; COLUMNS] = [true, false, true, false, false, true, false];
    const COLUMNS: usize = 7;

    let rows: Vec<[Vec<u8>; COLUMNS]> = items
        .iter()
        .map(|item| match &item.stat {
            Some(stat) => [
                format!("{}", stat.inode()).into_bytes(),
                format!("{}", stat.mode_text()).into_bytes(),
                format!("{}", stat.links()).into_bytes(),
                users.name_or_number(stat.owner().0),
                groups.name_or_number(stat.owner().1),
                size(stat, options),
                time(stat, now),
            ],
            None => core::array::from_fn(|column| if column == 1 { b"??????????".to_vec() } else { b"?".to_vec() }),
        })
        .collect();
    let width = |column: usize| rows.iter().map(|row| row[column].len()).max().unwrap_or(0);
    let widths: [usize; COLUMNS] = core::array::from_fn(width);

    for (item, row) in items.iter().zip(&rows) {
        for (column, text) in row.iter().enumerate().skip(usize::from(!options.has('i'))) {
            let gap = widths[column] - text.len();
            let (before, behind) = if RIGHT[column] { (gap, 0) } else { (0, gap) };
            put!(call.out, "{:before$}", "");
            call.out.bytes(text);
            put!(call.out, "{:behind$} ", "");
        }
        call.out.bytes(item.name.to_bytes());
        if let Some(text) = &item.link {
            call.out.text(" -> ");
            call.out.bytes(text);
        } else if options.has('F') {
            mark(item).into_iter().for_each(|mark| call.out.byte(mark));
        }
        call.out.byte(b'\n');
    }
}

/// The size, or which device it is.
fn size(stat: &Stat, options: &Options) -> Vec<u8> {
    match stat.kind() {
        Kind::CharacterDevice | Kind::BlockDevice => {
            let (major, minor) = stat.device();
            format!("{major}, {minor}")
        }
        _ if options.has('h') => format!("{}", Human(stat.size())),
        _ => format!("{}", stat.size()),
    }
    .into_bytes()
}

/// The time of the last change.
fn time(stat: &Stat, now: i64) -> Vec<u8> {
    let seconds = stat.modified().as_secs() as i64;
    let moment = Moment::new(seconds);
    let (month, day) = (moment.month_text(), moment.day);
    if seconds <= now && now - seconds < RECENT_S {
        format!("{month} {day:2} {:02}:{:02}", moment.hour, moment.minute)
    } else {
        format!("{month} {day:2}  {:4}", moment.year)
    }
    .into_bytes()
}
