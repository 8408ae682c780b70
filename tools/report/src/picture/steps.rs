//! The time line of a fork: the functions within each other, and what each took.

use maud::{Markup, html};

use super::axis::Axis;
use super::bars::{Part, ROW, list};
use super::{MONO, Picture, WIDTH, hatching, line, px, rect, text};
use crate::model::fork::{Fork, Timed};
use crate::model::page_way::{How, PageWay};
use crate::model::step::Step;
use crate::number::{counted, grouped};

const LEFT: f64 = 10.0;
const BAR: f64 = 28.0;
/// Where the flames begin, and the list.
const FLAMES: f64 = 52.0;
const LIST: f64 = 222.0;

/// Draws it.
pub fn draw(fork: &Fork) -> Picture {
    let parts = parts(fork);
    let height = LIST + ROW * parts.len() as f64 + 10.0;
    Picture {
        name: "time-line",
        title: format!("The time line of a fork: {} instructions", grouped(fork.whole.instructions)),
        description: parts
            .iter()
            .map(|row| format!("{}: {}", row.name, counted(row.instructions, "instruction")))
            .collect::<Vec<_>>()
            .join("; "),
        height,
        body: html! {
            (hatching("others"))
            (flames(fork))
            (list("What each took", &parts, fork.whole.instructions, LIST))
        },
    }
}

fn flames(fork: &Fork) -> Markup {
    let axis = Axis::straight(fork.whole.begin, fork.whole.end, LEFT, WIDTH - 2.0 * LEFT);
    let row = |index: usize| FLAMES + index as f64 * (BAR + 3.0);
    html! {
        (text(LEFT, 16.0, "strong", "Instructions since sys_fork was entered"))
        (axis.ticks(fork.whole.begin, FLAMES - 8.0, row(3) + 14.0))
        (flame(&axis, &fork.whole, row(0), "same", "", "sys_fork"))
        (flame(&axis, &fork.copy_process, row(1), "same", "", "copy_process"))
        @for (step, timed) in &fork.steps {
            (flame(&axis, timed, row(2), step.class(), &format!("on-{}", step.class()), &format!("{} {}", step.letter(), step.function())))
        }
        @let ready = axis.x(fork.ready);
        (line((ready, row(1)), (ready, row(3) + 8.0), "way dashed"))
        (text(ready - 2.0, row(3) + 34.0, "small soft end", "child on the lists"))
        (page_marks(fork, &axis, row(3) + 2.0))
    }
}

/// One function as a bar, with its name in it as far as there is room.
fn flame(axis: &Axis, timed: &Timed, y: f64, class: &str, on: &str, name: &str) -> Markup {
    let (from, to) = (axis.x(timed.begin), axis.x(timed.end));
    let width = (to - from).max(1.0);
    let tip = format!("{}: {}", timed.function, counted(timed.instructions, "instruction"));
    let away = (timed.end - timed.begin) - timed.instructions;
    html! {
        g class=(format!("of-{class}")) {
            (rect(from, y, width, BAR, &format!("crisp {class}"), &tip))
            @if away > 0 {
                rect x=(px(from)) y=(px(y)) width=(px(width)) height=(px(BAR)) fill="url(#others)" opacity="0.4" {
                    title { (tip) "; others ran for " (counted(away, "instruction")) " of its time" }
                }
            }
            @if width > name.len() as f64 * MONO + 8.0 {
                (text(from + 6.0, y + 18.5, &format!("mono {on}"), name))
            } @else if width > 14.0 && class.starts_with("step") {
                (text(from + width / 2.0, y + 18.5, &format!("mono middle {on}"), &name[..1]))
            }
        }
    }
}

/// A mark under step c for each page, where it has been handed on.
fn page_marks(fork: &Fork, axis: &Axis, y: f64) -> Markup {
    let Some(body) = fork.step(Step::C) else { return html! {} };
    // Of many that would lie on each other, the first.
    let mut marks: Vec<(f64, &PageWay)> = Vec::new();
    for way in &fork.pages {
        let x = axis.x(way.at);
        if marks.last().is_none_or(|(last, _)| x - last >= 2.0) {
            marks.push((x, way));
        }
    }
    let words = match marks.len() == fork.pages.len() {
        true => format!("a mark for each of {}", counted(marks.len() as u64, "page")),
        false => format!("{}, more than there is room for marks", counted(fork.pages.len() as u64, "page")),
    };
    html! {
        @for (x, way) in marks {
            rect x=(px(x - 1.0)) y=(px(y)) width="1.5" height="7" class=(if way.how == How::Shared { "rest" } else { "step-c" }) {
                title { (format!("page {:#010x} handed on after {}", way.page, counted(way.instructions, "instruction"))) }
            }
        }
        (text(axis.x(body.begin), y + 18.0, "small soft", &words))
    }
}

fn parts(fork: &Fork) -> Vec<Part> {
    let mut rows: Vec<_> = fork
        .steps
        .iter()
        .map(|(step, timed)| Part {
            name: format!("{} {}", step.letter(), step.function()),
            class: step.class(),
            instructions: timed.instructions,
            tip: step.says().into(),
        })
        .collect();
    rows.push(Part {
        name: "  rest of copy_process".into(),
        class: "rest",
        instructions: fork.rest_of_copy_process(),
        tip: "Takes the bounce page and gives it back, makes the child's address space.".into(),
    });
    rows.push(Part {
        name: "  rest of sys_fork".into(),
        class: "rest",
        instructions: fork.rest_of_sys_fork(),
        tip: "Takes the child's page, makes it part of its family, puts it on the lists.".into(),
    });
    rows
}
