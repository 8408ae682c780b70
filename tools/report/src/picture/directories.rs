//! The two page directories side by side, aligned by address.

use std::collections::{BTreeMap, BTreeSet};

use maud::{Markup, html};

use super::{Picture, px, rect, text};
use crate::number::{address, counted};
use crate::snapshot::{Mapping, Moment, Snapshot};

/// The first directory entry of the kernel's half, and the one that is the directory itself.
const KERNEL_FIRST: u32 = 768;
const SELF: u32 = 1023;
const PAGE: u32 = 4096;
const ROW: f64 = 22.0;
const PARENT: f64 = 10.0;
const CHILD: f64 = 565.0;
const WIDE: f64 = 385.0;
const MIDDLE: f64 = 480.0;
/// Not more pages of one table than that: the first and the last.
const MOST: usize = 24;
const LAST: usize = 6;

/// A row of the picture.
enum Row {
    /// A directory entry: its number, and the two page tables.
    Table(u32, Option<u32>, Option<u32>),
    /// A page: its address, and what each has there.
    Page(u32, Option<Mapping>, Option<Mapping>),
    /// So many pages are not shown.
    Omitted(usize),
    /// Entries of the kernel's half: the first, the last, and how many are the same and how many there are.
    Kernel { first: u32, last: u32, same: usize, count: usize },
    /// What the page tables themselves are reached by.
    Itself(Option<u32>, Option<u32>),
}

/// Draws them as they are at a moment.
pub fn draw(snapshot: &Snapshot, after: &Moment, name: impl Fn(u32) -> String) -> Picture {
    let rows = rows(after);
    let mut y = 70.0;
    let drawn: Vec<_> = rows
        .iter()
        .map(|row| {
            if matches!(row, Row::Table(..) | Row::Kernel { .. }) {
                y += 10.0;
            }
            let markup = draw_row(row, y, &name);
            y += ROW;
            markup
        })
        .collect();
    let (parent, child) = (&snapshot.parent, &snapshot.child);
    Picture {
        name: "page-directories",
        title: format!("The page directories of pid {} and pid {}", parent.pid, child.pid),
        description: summary(after),
        height: y + 12.0,
        body: html! {
            (text(PARENT, 20.0, "strong", &format!("parent, pid {}", parent.pid)))
            (text(PARENT, 38.0, "mono small soft", &format!("directory in frame {}", address(parent.directory))))
            (text(CHILD, 20.0, "strong", &format!("child, pid {}", child.pid)))
            (text(CHILD, 38.0, "mono small soft", &format!("directory in frame {}", address(child.directory))))
            (text(MIDDLE, 20.0, "strong middle", "address"))
            (rect(PARENT, 48.0, 11.0, 11.0, "step-c", "")) (text(PARENT + 16.0, 58.0, "small soft", "a frame of its own"))
            rect.box.dashed x=(px(PARENT + 126.0)) y="48" width="11" height="11" {}
            (text(PARENT + 142.0, 58.0, "small soft", "the same frame in both"))
            @for markup in drawn { (markup) }
        },
    }
}

/// How many pages are shared and how many are not, in words.
pub fn summary(after: &Moment) -> String {
    let child = after.child_pages.as_deref().unwrap_or_default();
    let frames: BTreeMap<u32, u32> = after.parent_pages.iter().map(|mapping| (mapping.page, mapping.frame)).collect();
    let shared = child.iter().filter(|mapping| frames.get(&mapping.page) == Some(&mapping.frame)).count();
    let own = counted((child.len() - shared) as u64, "page");
    format!("{own} in frames of the child's own, {} in the parent's", counted(shared as u64, "page"))
}

fn rows(after: &Moment) -> Vec<Row> {
    let tables = |entries: &[(u32, u32)]| entries.iter().copied().collect::<BTreeMap<u32, u32>>();
    let parent = tables(&after.parent_entries);
    let child = tables(after.child_entries.as_deref().unwrap_or_default());
    let frame = |entries: &BTreeMap<u32, u32>, number| entries.get(&number).map(|entry| entry & !0xfff);
    let numbers: BTreeSet<u32> = parent.keys().chain(child.keys()).copied().collect();

    let mut rows = Vec::new();
    for &number in numbers.range(..KERNEL_FIRST) {
        rows.push(Row::Table(number, frame(&parent, number), frame(&child, number)));
        rows.extend(pages(after, number));
    }
    let kernel: Vec<_> = numbers.range(KERNEL_FIRST..SELF).copied().collect();
    if let (Some(&first), Some(&last)) = (kernel.first(), kernel.last()) {
        let same = kernel.iter().filter(|&&number| frame(&parent, number) == frame(&child, number)).count();
        rows.push(Row::Kernel { first, last, same, count: kernel.len() });
    }
    if numbers.contains(&SELF) {
        rows.push(Row::Itself(frame(&parent, SELF), frame(&child, SELF)));
    }
    rows
}

/// The pages that the page table of entry `number` maps.
fn pages(after: &Moment, number: u32) -> Vec<Row> {
    let of = |pages: &[Mapping]| {
        let own = pages.iter().filter(|mapping| mapping.page / PAGE / 1024 == number);
        own.map(|mapping| (mapping.page, mapping.clone())).collect::<BTreeMap<_, _>>()
    };
    let parent = of(&after.parent_pages);
    let child = of(after.child_pages.as_deref().unwrap_or_default());
    let addresses: BTreeSet<u32> = parent.keys().chain(child.keys()).copied().collect();
    let mut rows: Vec<_> =
        addresses.iter().map(|page| Row::Page(*page, parent.get(page).cloned(), child.get(page).cloned())).collect();
    if rows.len() > MOST {
        let omitted = rows.len() - MOST;
        rows.splice(MOST - LAST..MOST - LAST + omitted, [Row::Omitted(omitted)]);
    }
    rows
}

fn draw_row(row: &Row, y: f64, name: &impl Fn(u32) -> String) -> Markup {
    let baseline = y + 15.0;
    match row {
        Row::Table(number, parent, child) => html! {
            (entry(PARENT, y, &format!("{number}"), *parent, false))
            (text(MIDDLE, baseline, "mono small middle strong", &format!("{}–{}", address(number << 22), address((number << 22) + 0x3f_ffff))))
            (entry(CHILD, y, &format!("{number}"), *child, *child != *parent))
        },
        Row::Page(page, parent, child) => {
            let is_same = parent.as_ref().map(|mapping| mapping.frame) == child.as_ref().map(|mapping| mapping.frame);
            html! {
                (mapping(PARENT, y, parent.as_ref(), "box"))
                (text(MIDDLE - 4.0, baseline, "mono small end", &address(*page)))
                (text(MIDDLE + 6.0, baseline, "small soft", &name(*page)))
                (mapping(CHILD, y, child.as_ref(), if is_same { "box dashed" } else { "step-c" }))
            }
        }
        Row::Omitted(count) => text(
            MIDDLE,
            baseline,
            "soft middle",
            &format!("… {} more, in the table below …", counted(*count as u64, "page")),
        ),
        Row::Kernel { first, last, same, count } => html! {
            rect.box x=(px(PARENT)) y=(px(y)) width=(px(CHILD + WIDE - PARENT)) height="20" rx="3" {}
            (text(PARENT + 8.0, baseline, "", &format!("the kernel's half, entries {first}–{last}")))
            (text(MIDDLE, baseline, "mono small middle", &format!("{}–{}", address(first << 22), address((last << 22) + 0x3f_ffff))))
            (text(CHILD + WIDE - 8.0, baseline, "end", &format!("{same} of {} the same", counted(*count as u64, "page table"))))
        },
        Row::Itself(parent, child) => html! {
            (entry(PARENT, y, "1023", *parent, false))
            (text(MIDDLE, baseline, "small middle", "the directory itself"))
            (entry(CHILD, y, "1023", *child, true))
        },
    }
}

/// A directory entry.
fn entry(x: f64, y: f64, number: &str, table: Option<u32>, is_step_b: bool) -> Markup {
    let words = table
        .map_or_else(|| format!("entry {number}: nothing"), |frame| format!("entry {number} → {}", address(frame)));
    let class = if is_step_b && table.is_some() && number == "1023" { "step-b" } else { "box" };
    let text_class = if class == "step-b" { "mono small on-step-b" } else { "mono small strong" };
    html! {
        (rect(x, y, WIDE - 40.0, 20.0, class, &words))
        (text(x + 8.0, y + 14.5, text_class, &words))
    }
}

/// A page-table entry.
fn mapping(x: f64, y: f64, mapping: Option<&Mapping>, class: &str) -> Markup {
    let Some(mapping) = mapping else { return text(x + 48.0, y + 15.0, "small soft", "nothing") };
    let on = if class == "step-c" { "mono small on-step-c" } else { "mono small" };
    let users = if mapping.users > 1 { format!("{} users", mapping.users) } else { String::new() };
    html! {
        rect x=(px(x + 40.0)) y=(px(y + 1.0)) width=(px(WIDE - 40.0)) height="18" rx="3" class=(class) {
            title { (format!("{}: frame {}, {}, {}", address(mapping.page), address(mapping.frame), mapping.flags, counted(mapping.users.into(), "user"))) }
        }
        (text(x + 48.0, y + 14.5, on, &address(mapping.frame)))
        (text(x + 136.0, y + 14.5, on, &mapping.flags))
        (text(x + WIDE - 8.0, y + 14.5, &format!("{on} end"), &users))
    }
}
