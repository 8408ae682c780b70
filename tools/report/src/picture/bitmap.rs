//! The bitmap of user addresses: all of it as one picture, and what is taken under a magnifying glass.

use std::collections::HashSet;

use maud::{Markup, html};

use super::{Picture, line, px, rect, text};
use crate::number::{address, counted, grouped};
use crate::snapshot::{Mapping, Moment, Snapshot, UserAddresses};

/// Bytes in a page, and pages in a row: a row is what one page table maps.
const PAGE: u32 = 4096;
const ROW_PAGES: u32 = 1024;
/// The overview: where it lies, and how large a bit is.
const LEFT: f64 = 96.0;
const TOP: f64 = 46.0;
const BIT: f64 = 0.52;
/// The magnifying glass.
const CELL: f64 = 12.0;
const CELLS: u32 = 64;
/// More bits of a range than this are not all shown.
const MOST: u32 = 128;

/// A stretch of taken addresses with its name.
pub struct Taken {
    /// Its first address, and one past its last.
    pub range: (u32, u32),
    /// What it is.
    pub name: String,
}

impl Taken {
    /// Its size in pages, which is bits.
    pub fn pages(&self) -> u32 {
        (self.range.1 - self.range.0) / PAGE
    }
}

/// The ranges that are taken, each named, and split where the name changes.
pub fn taken(ranges: &[(u32, u32)], user: &UserAddresses) -> Vec<Taken> {
    let mut taken = Vec::new();
    for &(begin, end) in ranges {
        let mut now = begin;
        while now < end {
            let label = user.labels.iter().find(|label| (label.start..label.end).contains(&now));
            let next = user.labels.iter().flat_map(|label| [label.start, label.end]).filter(|&edge| edge > now).min();
            let until = next.unwrap_or(end).min(end);
            let name = label.map_or("mapped", |label| label.name.as_str()).to_owned();
            match taken.last_mut() {
                Some(Taken { range, name: last }) if *last == name && range.1 == now => range.1 = until,
                _ => taken.push(Taken { range: (now, until), name }),
            }
            now = until;
        }
    }
    taken
}

/// Draws the child's, after the fork.
pub fn draw(snapshot: &Snapshot, after: &Moment) -> Picture {
    let user = &snapshot.user;
    let ranges = after.child_bitmap.as_deref().unwrap_or_default();
    let taken = taken(ranges, user);
    let bits: u32 = taken.iter().map(Taken::pages).sum();
    let rows = rows(user);
    let overview_bottom = TOP + f64::from(rows) * BIT;
    let mut y = overview_bottom + 46.0;
    let glasses: Vec<_> =
        taken.iter().map(|one| glass(one, after.child_pages.as_deref().unwrap_or_default(), &mut y)).collect();
    Picture {
        name: "bitmap",
        title: format!("The bitmap of pid {}'s addresses: {} bytes", snapshot.child.pid, grouped(user.bytes.into())),
        description: taken
            .iter()
            .map(|one| format!("{}: {}", one.name, counted(one.pages().into(), "page")))
            .collect::<Vec<_>>()
            .join(", "),
        height: y,
        body: html! {
            (text(10.0, 16.0, "strong", &format!(
                "{} bits, one a page; {} taken. A row is 4 MiB, what one page table maps.",
                grouped(u64::from(user.bytes) * 8), grouped(bits.into())
            )))
            (overview(user, &taken, rows))
            (text(10.0, overview_bottom + 32.0, "strong", "What is taken, enlarged: a square is a bit; the dark ones have a frame already"))
            @for glass in glasses { (glass) }
        },
    }
}

fn row_of(user: &UserAddresses, address: u32) -> u32 {
    address / PAGE / ROW_PAGES - user.start / PAGE / ROW_PAGES
}

fn rows(user: &UserAddresses) -> u32 {
    row_of(user, user.end - 1) + 1
}

fn overview(user: &UserAddresses, taken: &[Taken], rows: u32) -> Markup {
    let (width, height) = (f64::from(ROW_PAGES) * BIT, f64::from(rows) * BIT);
    let right = LEFT + width;
    let mut lowest = TOP - 20.0;
    // A range in the picture and the height of its label, which must not lie on another's.
    let mut labelled = Vec::new();
    for one in taken {
        let (x, y) = middle(user, one);
        lowest = y.max(lowest + 34.0).min(TOP + height);
        labelled.push((one, x, y, lowest));
    }
    html! {
        (rect(LEFT, TOP, width, height, "none", "free"))
        // The bitmap begins in the midst of a page table.
        (rect(LEFT, TOP, f64::from(user.start / PAGE % ROW_PAGES) * BIT, BIT, "paper", ""))
        @for one in taken { (bits(user, one)) }
        @let free = u64::from(user.bytes) * 8 - taken.iter().map(|one| u64::from(one.pages())).sum::<u64>();
        (text(LEFT + width / 2.0, TOP + height / 2.0, "soft middle", &format!("{}, free", counted(free, "bit"))))
        rect.frame x=(px(LEFT - 0.5)) y=(px(TOP - 0.5)) width=(px(width + 1.0)) height=(px(height + 1.0)) {}
        @for base in (0..=user.end / 0x1000_0000).map(|number| number * 0x1000_0000).filter(|&base| base > user.start && base < user.end) {
            @let y = TOP + f64::from(row_of(user, base)) * BIT;
            (line((LEFT - 5.0, y), (LEFT, y), "rule"))
            (text(LEFT - 8.0, y + 4.0, "mono small soft end", &address(base)))
        }
        (text(LEFT - 8.0, TOP + 6.0, "mono small soft end", &address(user.start)))
        (text(LEFT - 8.0, TOP + height + 2.0, "mono small soft end", &address(user.end)))
        @for (one, x, y, label) in labelled {
            circle.way cx=(px(x)) cy=(px(y)) r="7" {}
            path.rule d=(format!("M{} {} H{} L{} {}", px(x + 7.0), px(y), px(right + 8.0), px(right + 24.0), px(label - 4.0))) {}
            (text(right + 28.0, label, "strong", &one.name))
            (text(right + 28.0, label + 15.0, "mono small soft", &format!("{} · {}", span(one), counted(one.pages().into(), "page"))))
        }
    }
}

fn span(taken: &Taken) -> String {
    format!("{}–{}", address(taken.range.0), address(taken.range.1))
}

/// The bits of a range in the overview: a rectangle for each row it touches, but whole rows as one.
fn bits(user: &UserAddresses, taken: &Taken) -> Markup {
    let (first, last) = (taken.range.0 / PAGE, taken.range.1 / PAGE);
    let mut pieces = Vec::new();
    let mut now = first;
    while now < last {
        let until = if now.is_multiple_of(ROW_PAGES) && last - now >= ROW_PAGES {
            now + (last - now) / ROW_PAGES * ROW_PAGES
        } else {
            last.min((now / ROW_PAGES + 1) * ROW_PAGES)
        };
        let rows = ((until - now) / ROW_PAGES).max(1);
        let columns = if until - now >= ROW_PAGES { ROW_PAGES } else { until - now };
        let (x, y) = (LEFT + f64::from(now % ROW_PAGES) * BIT, TOP + f64::from(row_of(user, now * PAGE)) * BIT);
        // What would be too fine to be seen is drawn as a point.
        pieces.push((x, y, (f64::from(columns) * BIT).max(1.5), (f64::from(rows) * BIT).max(1.5)));
        now = until;
    }
    html! {
        @for (x, y, width, height) in pieces {
            (rect(x, y, width, height, "step-a", &format!("{}: {}", taken.name, span(taken))))
        }
    }
}

fn middle(user: &UserAddresses, taken: &Taken) -> (f64, f64) {
    let (first, last) = (taken.range.0 / PAGE, taken.range.1 / PAGE - 1);
    let same_row = first / ROW_PAGES == last / ROW_PAGES;
    let column =
        if same_row { f64::from(first % ROW_PAGES + last % ROW_PAGES + 1) / 2.0 } else { f64::from(ROW_PAGES) - 14.0 };
    let row = f64::from(row_of(user, first * PAGE) + row_of(user, last * PAGE) + 1) / 2.0;
    (LEFT + column * BIT, TOP + row * BIT)
}

/// One range, a square for each of its bits, at `y`, which is moved on.
fn glass(taken: &Taken, pages: &[Mapping], y: &mut f64) -> Markup {
    let present: HashSet<u32> = pages.iter().map(|mapping| mapping.page).collect();
    let (first, last) = (taken.range.0 / PAGE, taken.range.1 / PAGE);
    let count = last - first;
    // Of a long one the end is shown: a stack is used from there.
    let shown = if count > MOST { last - CELLS..last } else { first..last };
    let left_out = count - (shown.end - shown.start);
    *y += 20.0;
    let top = *y + 8.0;
    let rows = (shown.end - shown.start).div_ceil(CELLS);
    let there = (first..last).filter(|number| present.contains(&(number * PAGE))).count();
    let words = format!("{} · {}, {} with a frame", span(taken), counted(count.into(), "page"), grouped(there as u64));
    let heading = *y;
    *y = top + f64::from(rows) * CELL + 10.0;
    let left = LEFT;
    html! {
        (text(10.0, heading, "strong", &taken.name))
        (text(left, heading, "mono small soft", &words))
        @if left_out > 0 {
            (text(left - 6.0, top + 10.0, "mono small soft end", &format!("{} … +", grouped(left_out.into()))))
        }
        @for (index, number) in shown.enumerate() {
            @let (x, y) = (left + (index as u32 % CELLS) as f64 * CELL, top + (index as u32 / CELLS) as f64 * CELL);
            @let is_there = present.contains(&(number * PAGE));
            @let tip = format!("{}: taken, {}", address(number * PAGE), if is_there { "with a frame" } else { "no frame yet" });
            rect.step-a x=(px(x + 0.5)) y=(px(y + 0.5)) width=(px(CELL - 1.5)) height=(px(CELL - 1.5)) opacity=(if is_there { "1" } else { "0.35" }) {
                title { (tip) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::Label;

    #[test]
    fn ranges_are_split_where_the_name_changes() {
        let label = |start, end, name: &str| Label { start, end, name: name.into() };
        let user = UserAddresses {
            start: 0x0804_8000,
            end: 0xc000_0000,
            bytes: 94_199,
            labels: vec![label(0x0804_8000, 0x0804_a000, "program"), label(0x0804_a000, 0x0804_c000, "heap")],
        };
        let taken = taken(&[(0x0804_8000, 0x0804_b000), (0x4000_0000, 0x4000_2000)], &user);
        let told: Vec<_> = taken.iter().map(|one| (one.name.as_str(), one.range.0, one.pages())).collect();
        assert_eq!(told, [("program", 0x0804_8000, 2), ("heap", 0x0804_a000, 1), ("mapped", 0x4000_0000, 2)]);
        assert_eq!(rows(&user), 736);
    }
}
