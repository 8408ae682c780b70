//! The child's PCB page as a map of its 4,096 bytes.

use maud::{Markup, html};

use super::{Picture, hatching, line, px, text};
use crate::model::pcb::{Byte, PAGE, count};
use crate::model::step::Step;
use crate::number::{counted, grouped};
use crate::snapshot::{Layout, Moment, Snapshot};

const COLUMNS: usize = 64;
const CELL: f64 = 9.0;
const LEFT: f64 = 60.0;
const TOP: f64 = 40.0;
const RIGHT: f64 = LEFT + COLUMNS as f64 * CELL;
/// What stands on the right: its left edge, and the heights of the legend and of the free stack's label.
const LABELS: f64 = RIGHT + 26.0;
const LEGEND: f64 = TOP + 92.0;
const FREE_LABEL: f64 = TOP + 344.0;

/// Draws it: `bytes` are the page's, judged.
pub fn draw(snapshot: &Snapshot, bytes: &[Byte], before: &Moment, after: &Moment) -> Picture {
    let places = Places::of(snapshot);
    let bottom = TOP + (PAGE / COLUMNS) as f64 * CELL;
    let told: Vec<_> = count(bytes)
        .iter()
        .map(|(step, count)| format!("step {}: {}", step.letter(), counted(*count as u64, "byte")))
        .collect();
    Picture {
        name: "pcb-page",
        title: format!("The PCB page of pid {}, beside that of its parent", snapshot.child.pid),
        description: format!(
            "Bytes that differ from the parent's, by the step that made them differ: {}",
            told.join(", ")
        ),
        height: bottom + 24.0,
        body: html! {
            (hatching("went-on"))
            (text(LEFT, 16.0, "strong", &format!("{} bytes at {:#010x}, 64 in a row", grouped(PAGE as u64), snapshot.child.pcb)))
            @for row in (0..64).step_by(8) {
                (text(LEFT - 8.0, TOP + row as f64 * CELL + 9.0, "mono small soft end", &format!("{:#05x}", row * COLUMNS)))
            }
            @for run in runs(bytes, &places, after) {
                (cell_run(&run, &places, before, after))
            }
            (grid(bottom))
            (regions(&places, bottom))
            (legend(bytes))
        },
    }
}

/// What lies where in the page.
struct Places<'a> {
    task: &'a Layout,
    stack: &'a [Layout],
    /// Where the child's stack begins: self_kstack.
    used: usize,
}

impl<'a> Places<'a> {
    fn of(snapshot: &'a Snapshot) -> Self {
        let used = snapshot.stack.iter().map(|layout| layout.offset as usize).min().unwrap_or(PAGE);
        Self { task: &snapshot.task, stack: &snapshot.stack, used }
    }

    /// The field that a byte belongs to: a name and where it begins.
    fn field(&self, place: usize) -> (String, usize) {
        for layout in std::iter::once(self.task).chain(self.stack) {
            let begin = layout.offset as usize;
            if (begin..begin + layout.size as usize).contains(&place) {
                let inside = |field: &&crate::snapshot::Field| {
                    let from = begin + field.offset as usize;
                    (from..from + field.size as usize).contains(&place)
                };
                return match layout.fields.iter().find(inside) {
                    Some(field) => (format!("{}.{}", layout.name, field.name), begin + field.offset as usize),
                    None => (format!("{} (padding)", layout.name), begin),
                };
            }
        }
        (if place < self.used { "free stack" } else { "ring-0 stack" }.into(), self.task.size as usize)
    }
}

/// Bytes side by side that are drawn as one.
struct Run {
    begin: usize,
    end: usize,
    byte: Byte,
    is_empty: bool,
}

/// Joins bytes that look the same and belong to the same field, within a row.
fn runs(bytes: &[Byte], places: &Places, after: &Moment) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut field = (String::new(), 0);
    for (place, &byte) in bytes.iter().enumerate() {
        let is_empty = is_unused(&after.child_pcb, place, places);
        let own = places.field(place);
        match runs.last_mut() {
            Some(run)
                if run.byte == byte && run.is_empty == is_empty && field == own && !place.is_multiple_of(COLUMNS) =>
            {
                run.end = place + 1;
            }
            _ => runs.push(Run { begin: place, end: place + 1, byte, is_empty }),
        }
        field = own;
    }
    runs
}

/// Whether a byte says nothing: a zero, or a piece of the paint that free stacks are filled with.
fn is_unused(page: &[u8], place: usize, places: &Places) -> bool {
    let word = place / 4 * 4;
    let in_stack = (places.task.size as usize..places.used).contains(&place);
    // The paint is whatever word the free stack begins with.
    let paint = places.task.size as usize;
    page[place] == 0 || (in_stack && page.get(word..word + 4) == page.get(paint..paint + 4))
}

fn cell_run(run: &Run, places: &Places, before: &Moment, after: &Moment) -> Markup {
    let (row, column) = (run.begin / COLUMNS, run.begin % COLUMNS);
    let (x, y) = (LEFT + column as f64 * CELL, TOP + row as f64 * CELL);
    let width = (run.end - run.begin) as f64 * CELL;
    let parent = if run.begin < places.task.size as usize { &before.parent_pcb } else { &after.parent_pcb };
    let (class, what) = match run.byte {
        Byte::By(step) => (step.class(), format!("step {}", step.letter())),
        Byte::ParentWentOn => ("went-on", "the parent's has changed since".into()),
        Byte::Same if run.is_empty => ("none", "the same, empty".into()),
        Byte::Same => ("same", "the same".into()),
    };
    let values = match run.byte {
        Byte::Same => hexadecimal(&after.child_pcb[run.begin..run.end]),
        _ => format!(
            "{} → {}",
            hexadecimal(&parent[run.begin..run.end]),
            hexadecimal(&after.child_pcb[run.begin..run.end])
        ),
    };
    let tip = format!("{:#05x} {}: {values} ({what})", run.begin, places.field(run.begin).0);
    html! {
        @if run.byte == Byte::ParentWentOn {
            rect.none x=(px(x)) y=(px(y)) width=(px(width)) height=(px(CELL)) {}
            rect x=(px(x)) y=(px(y)) width=(px(width)) height=(px(CELL)) fill="url(#went-on)" { title { (tip) } }
        } @else {
            rect x=(px(x)) y=(px(y)) width=(px(width)) height=(px(CELL)) class=(format!("crisp {class} of-{class}")) { title { (tip) } }
        }
    }
}

/// The first few bytes as hexadecimal digits.
pub fn hexadecimal(bytes: &[u8]) -> String {
    const MOST: usize = 16;
    let digits: Vec<_> = bytes.iter().take(MOST).map(|byte| format!("{byte:02x}")).collect();
    digits.join(" ") + if bytes.len() > MOST { " …" } else { "" }
}

/// Fine lines between the bytes, and stronger ones each sixteen.
fn grid(bottom: f64) -> Markup {
    html! {
        g opacity="0.5" style="stroke: var(--paper)" pointer-events="none" {
            @for column in 0..=COLUMNS {
                @let x = LEFT + column as f64 * CELL;
                line x1=(px(x)) y1=(px(TOP)) x2=(px(x)) y2=(px(bottom)) stroke-width=(if column % 16 == 0 { "1.6" } else { "0.5" }) {}
            }
            @for row in 0..=PAGE / COLUMNS {
                @let y = TOP + row as f64 * CELL;
                line x1=(px(LEFT)) y1=(px(y)) x2=(px(RIGHT)) y2=(px(y)) stroke-width="0.5" {}
            }
        }
    }
}

/// Braces on the right that say what the parts of the page are.
fn regions(places: &Places, bottom: f64) -> Markup {
    let task = places.task.size as usize;
    let bytes = |name: &str, count: usize| format!("{name}: {}", counted(count as u64, "byte"));
    let free = (task, places.used);
    let stacked = places.stack.len() as f64;
    html! {
        (brace((0, task), TOP + 20.0, &bytes("Task", task), "from self_kstack to stack_magic"))
        (brace(free, FREE_LABEL, &bytes("free stack", free.1 - free.0), "never used, or left by earlier calls"))
        @for (index, layout) in places.stack.iter().enumerate() {
            @let begin = layout.offset as usize;
            @let says = if layout.name == "intr_stack" { "the parent's registers, but eax = 0" } else { "what switch_to pops: on to intr_exit" };
            @let y = bottom - 18.0 - (stacked - 1.0 - index as f64) * 42.0;
            (brace((begin, begin + layout.size as usize), y, &bytes(&layout.name, layout.size as usize), says))
        }
    }
}

/// A brace around the bytes from..to, and what it says at height `y`.
fn brace((from, to): (usize, usize), y: f64, name: &str, says: &str) -> Markup {
    let row = |place: usize| TOP + place as f64 / COLUMNS as f64 * CELL;
    let (top, bottom) = (row(from) + 1.0, (row(to) - 1.0).max(row(from) + 2.0));
    let tail = ((top + bottom) / 2.0, y - 4.0);
    html! {
        path.way d=(format!("M{} {} h6 V{} h-6", px(RIGHT + 5.0), px(top), px(bottom))) {}
        (line((RIGHT + 11.0, tail.0), (RIGHT + 22.0, tail.1), "way"))
        (text(LABELS, y, "strong", name))
        (text(LABELS, y + 15.0, "small soft", says))
    }
}

fn legend(bytes: &[Byte]) -> Markup {
    let how_many = |wanted: Byte| bytes.iter().filter(|&&byte| byte == wanted).count();
    let mut rows: Vec<_> = count(bytes)
        .into_iter()
        .map(|(step, count)| match step {
            Step::Ready => (step.class(), None, "put on the lists".to_owned(), count),
            step => (step.class(), None, format!("{} {}", step.letter(), step.function()), count),
        })
        .collect();
    rows.push(("went-on", Some("url(#went-on)"), "the parent's went on since".into(), how_many(Byte::ParentWentOn)));
    rows.push(("same", None, "the same in both".into(), how_many(Byte::Same)));
    html! {
        (text(LABELS, LEGEND, "strong", "Bytes by who made them differ"))
        @for (index, (class, fill, words, count)) in rows.iter().enumerate() {
            @let y = LEGEND + 24.0 + index as f64 * 22.0;
            g class=(format!("of-{class}")) {
                rect x=(px(LABELS)) y=(px(y - 11.0)) width="13" height="13" class=(class) fill=[*fill] {}
                (text(LABELS + 20.0, y, if *class == "same" || fill.is_some() || *class == "step-lists" { "" } else { "mono" }, words))
                (text(950.0, y, "mono end", &grouped(*count as u64)))
            }
        }
    }
}
