//! The time line of a boot: its stages one after the other, and what each took.

use maud::html;

use super::axis::Axis;
use super::bars::{Part, ROW, list};
use super::{MONO, Picture, WIDTH, rect, text};
use crate::model::boot::{Boot, Stage};
use crate::number::{counted, grouped};

const LEFT: f64 = 10.0;
const TOP: f64 = 52.0;
const LIST: f64 = 132.0;
/// Neighbours are told apart by these.
const CLASSES: [&str; 6] = ["step-a", "step-b", "step-c", "step-d", "step-e", "step-lists"];

/// What a stage is coloured as.
fn class(index: usize) -> &'static str {
    CLASSES[index % CLASSES.len()]
}

/// Draws it. `says` explains a stage.
pub fn draw(boot: &Boot, says: impl Fn(&str) -> &'static str) -> Picture {
    let axis = Axis::straight(0, boot.total, LEFT, WIDTH - 2.0 * LEFT);
    let parts: Vec<_> = boot
        .stages
        .iter()
        .enumerate()
        .map(|(index, stage)| Part {
            name: stage.name.clone(),
            class: class(index),
            instructions: stage.instructions(),
            tip: says(&stage.name).into(),
        })
        .collect();
    let told = |stage: &Stage| format!("{}: {}", stage.name, counted(stage.instructions(), "instruction"));
    Picture {
        name: "stages",
        title: format!("From the kernel's first instruction to the prompt: {} instructions", grouped(boot.total)),
        description: boot.stages.iter().map(told).collect::<Vec<_>>().join("; "),
        height: LIST + ROW * parts.len() as f64 + 10.0,
        body: html! {
            (text(LEFT, 16.0, "strong", "Instructions since the kernel's first"))
            (axis.ticks(0, TOP - 8.0, TOP + 40.0))
            @for (index, stage) in boot.stages.iter().enumerate() {
                @let (from, to) = (axis.x(stage.begin), axis.x(stage.end));
                (rect(from, TOP, (to - from).max(1.0), 30.0, &format!("crisp {}", class(index)), &told(stage)))
                @if to - from > stage.name.len() as f64 * MONO + 8.0 {
                    (text(from + 6.0, TOP + 19.5, &format!("mono on-{}", class(index)), &stage.name))
                }
            }
            (list("What each stage took", &parts, boot.total, LIST))
        },
    }
}
