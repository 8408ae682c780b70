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
            (regions(&places, after))
            (legend(bytes, after, bottom))
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
fn regions(places: &Places, after: &Moment) -> Markup {
    let row = |place: usize| TOP + place as f64 / COLUMNS as f64 * CELL;
    let task = places.task.size as usize;
    let mut parts = vec![
        (0, task, format!("Task: {}", counted(task as u64, "byte")), "from self_kstack to stack_magic"),
        (
            task,
            places.used,
            format!("stack, free: {}", counted((places.used - task) as u64, "byte")),
            "left over from what the parent's calls had below",
        ),
    ];
    for layout in places.stack {
        let begin = layout.offset as usize;
        let says = if layout.name == "TrapFrame" {
            "the parent's registers, with eax = 0"
        } else {
            "what switch_to pops: on to intr_exit"
        };
        parts.push((
            begin,
            begin + layout.size as usize,
            format!("{}: {}", layout.name, counted(layout.size.into(), "byte")),
            says,
        ));
    }
    let _ = after;
    let mut lowest = f64::MIN;
    html! {
        @for (begin, end, name, says) in parts {
            @let (top, bottom) = (row(begin), row(end));
            @let middle = ((top + bottom) / 2.0).max(lowest + 36.0);
            path.way d=(format!("M{} {} h6 V{} h-6", px(RIGHT + 5.0), px(top + 1.0), px((bottom - 1.0).max(top + 2.0)))) {}
            (line((RIGHT + 11.0, (top + bottom) / 2.0), (RIGHT + 22.0, middle), "way"))
            (text(RIGHT + 26.0, middle + 1.0, "strong", &name))
            (text(RIGHT + 26.0, middle + 16.0, "small soft", says))
            @let _ = lowest = middle;
        }
    }
}

fn legend(bytes: &[Byte], after: &Moment, _bottom: f64) -> Markup {
    let x = RIGHT + 26.0;
    let mut y = TOP + 112.0;
    let went_on = bytes.iter().filter(|&&byte| byte == Byte::ParentWentOn).count();
    let same = bytes.iter().filter(|&&byte| byte == Byte::Same).count();
    let _ = after;
    let mut row = |class: &str, fill: &str, words: &str, count: usize| {
        y += 22.0;
        html! {
            g class=(format!("of-{class}")) {
                rect x=(px(x)) y=(px(y - 11.0)) width="13" height="13" class=(class) fill=[(!fill.is_empty()).then_some(fill)] {}
                (text(x + 20.0, y, "", words))
                (text(945.0, y, "mono end", &grouped(count as u64)))
            }
        }
    };
    html! {
        (text(x, TOP + 112.0, "strong", "Bytes of the child's that differ"))
        @for (step, count) in count(bytes) {
            (row(step.class(), "", &legend_words(step), count))
        }
        (row("", "url(#went-on)", "the parent's has gone on since", went_on))
        (row("same", "", "the same in both", same))
    }
}

fn legend_words(step: Step) -> String {
    match step {
        Step::Ready => "put on the lists".into(),
        step => format!("step {}: {}", step.letter(), step.function().split('_').take(3).collect::<Vec<_>>().join("_")),
    }
}
