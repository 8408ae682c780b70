//! Physical memory after the boot: what lies where, to scale, and its beginning enlarged.

use maud::{Markup, html};

use super::{MONO, Picture, WIDTH, line, px, rect, text};
use crate::model::boot::{Boot, Part};
use crate::number::{address, grouped};

const LEFT: f64 = 10.0;
const RIGHT: f64 = WIDTH - 10.0;
const BAR: f64 = 34.0;
const MIB: u32 = 1 << 20;

/// All of memory in parts without gaps: what the log names, and what lies between.
pub fn parts(boot: &Boot) -> Vec<Part> {
    let end =
        boot.usable.iter().map(|range| range.1).max().unwrap_or(0).max(boot.parts.last().map_or(0, |part| part.end));
    let mut all = Vec::new();
    let mut now = 0;
    let fill = |all: &mut Vec<Part>, from: u32, to: u32| {
        // The first megabyte is the BIOS's and the screen's.
        let edge = if from < MIB { to.min(MIB) } else { to };
        if from < edge {
            let name = if from < MIB {
                "BIOS, screen"
            } else if from < boot.parts.last().map_or(0, |part| part.start) {
                "symbols, bitmaps, page tables"
            } else {
                "not used"
            };
            all.push(Part { start: from, end: edge, name: name.into() });
        }
        if edge < to {
            all.push(Part { start: edge, end: to, name: "not used".into() });
        }
    };
    for part in &boot.parts {
        fill(&mut all, now, part.start);
        all.push(part.clone());
        now = part.end;
    }
    fill(&mut all, now, end);
    all
}

/// Draws it.
pub fn draw(boot: &Boot) -> Picture {
    let parts = parts(boot);
    let end = parts.last().map_or(0, |part| part.end);
    let begin_of_pool = boot.parts.iter().find(|part| part.name.contains("pool")).map_or(end, |part| part.start);
    let zoom = begin_of_pool.next_multiple_of(MIB).min(end);
    Picture {
        name: "memory",
        title: format!("Physical memory after the boot: {} KiB", grouped(u64::from(end) / 1024)),
        description: parts
            .iter()
            .map(|part| format!("{}: {} KiB", part.name, grouped(u64::from(part.end - part.start) / 1024)))
            .collect::<Vec<_>>()
            .join(", "),
        height: 272.0,
        body: html! {
            (text(LEFT, 16.0, "strong", "All of it"))
            (bar(&parts, end, 44.0, 8 * MIB))
            @let x = LEFT + f64::from(zoom) / f64::from(end) * (RIGHT - LEFT);
            path.rule.dashed d=(format!("M{} {} L{} {} M{} {} L{} {}", px(LEFT), px(44.0 + BAR), px(LEFT), px(174.0), px(x), px(44.0 + BAR), px(RIGHT), px(174.0))) {}
            (text(LEFT + 6.0, 150.0, "strong", "Its beginning, enlarged"))
            (bar(&parts, zoom, 174.0, MIB / 4))
            (legend(&parts, 262.0))
        },
    }
}

/// What each colour is.
fn legend(parts: &[Part], y: f64) -> Markup {
    let mut names: Vec<(&str, f64)> = Vec::new();
    let mut x = LEFT;
    for part in parts {
        if !names.iter().any(|(name, _)| *name == part.name) {
            names.push((&part.name, x));
            x += part.name.len() as f64 * 6.4 + 40.0;
        }
    }
    html! {
        @for (name, x) in names {
            rect x=(px(x)) y=(px(y - 10.0)) width="12" height="12" class=(class(name)) {}
            (text(x + 17.0, y, "small", name))
        }
    }
}

/// A bar of memory up to `end`, with a mark each `every` bytes.
fn bar(parts: &[Part], end: u32, y: f64, every: u32) -> Markup {
    let x = |byte: u32| LEFT + f64::from(byte.min(end)) / f64::from(end) * (RIGHT - LEFT);
    html! {
        @for part in parts.iter().filter(|part| part.start < end) {
            @let (from, to) = (x(part.start), x(part.end));
            @let class = class(&part.name);
            @let tip = format!("{}–{}: {}, {} KiB", address(part.start), address(part.end), part.name, grouped(u64::from(part.end - part.start) / 1024));
            (rect(from, y, (to - from).max(1.0), BAR, &format!("crisp {class}"), &tip))
            @if to - from > part.name.len() as f64 * MONO + 8.0 {
                (text((from + to) / 2.0, y + 21.0, &format!("middle on-{class}"), &part.name))
            }
        }
        rect.frame x=(px(LEFT)) y=(px(y)) width=(px(RIGHT - LEFT)) height=(px(BAR)) {}
        @for byte in (0..=end / every).map(|number| number * every) {
            (line((x(byte), y + BAR), (x(byte), y + BAR + 5.0), "rule"))
            @if byte % (every * 2) == 0 {
                (text(x(byte).clamp(LEFT + 20.0, RIGHT - 26.0), y + BAR + 18.0, "mono small soft middle", &size(byte)))
            }
        }
    }
}

fn size(byte: u32) -> String {
    if byte.is_multiple_of(MIB) {
        format!("{} MiB", byte / MIB)
    } else {
        format!("{} KiB", grouped(u64::from(byte) / 1024))
    }
}

fn class(name: &str) -> &'static str {
    match name {
        "the kernel's image" => "step-d",
        "the kernel's pool" => "step-a",
        "the programs' pool" => "step-c",
        "not used" => "none",
        "BIOS, screen" => "same",
        _ => "step-b",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_leave_no_gap() {
        let part = |start, end, name: &str| Part { start, end, name: name.into() };
        let boot = Boot {
            loader: 0,
            stages: Vec::new(),
            total: 0,
            usable: vec![(0, 0x9_fc00), (MIB, 16 * MIB)],
            parts: vec![part(MIB, 2 * MIB, "the kernel's image"), part(3 * MIB, 15 * MIB, "the kernel's pool")],
            lines: Vec::new(),
        };
        let told: Vec<_> = parts(&boot).into_iter().map(|part| (part.start / MIB, part.end / MIB, part.name)).collect();
        let expected = [
            (0, 1, "BIOS, screen"),
            (1, 2, "the kernel's image"),
            (2, 3, "symbols, bitmaps, page tables"),
            (3, 15, "the kernel's pool"),
            (15, 16, "not used"),
        ];
        assert_eq!(told, expected.map(|(start, end, name)| (start, end, name.to_owned())));
    }
}
