//! A list of what each part took: a bar, the number, and its share of the whole.

use maud::{Markup, html};

use super::{WIDTH, line, rect, text};
use crate::number::{grouped, percent};

/// How high a row is.
pub const ROW: f64 = 30.0;
const LEFT: f64 = 10.0;
/// Where the bars begin and end.
const BARS: (f64, f64) = (262.0, 770.0);

/// A part of the whole.
pub struct Part {
    /// What it is called.
    pub name: String,
    /// The class of what belongs to it.
    pub class: &'static str,
    /// What it took.
    pub instructions: u64,
    /// What it is, for somebody who points at it.
    pub tip: String,
}

/// Draws the list from `top` on.
pub fn list(heading: &str, parts: &[Part], whole: u64, top: f64) -> Markup {
    let most = parts.iter().map(|part| part.instructions).max().unwrap_or(1).max(1);
    html! {
        (text(LEFT, top - 14.0, "strong", heading))
        @for (index, part) in parts.iter().enumerate() {
            @let y = top + index as f64 * ROW;
            @let width = (part.instructions as f64 / most as f64 * (BARS.1 - BARS.0)).max(1.0);
            g class=(format!("of-{}", part.class)) {
                (line((LEFT, y - 4.0), (WIDTH - LEFT, y - 4.0), "rule"))
                (text(LEFT, y + 15.0, "mono", &part.name))
                (rect(BARS.0, y + 1.0, width, 20.0, &format!("crisp {}", part.class), &part.tip))
                (text(880.0, y + 15.0, "mono end", &grouped(part.instructions)))
                (text(WIDTH - LEFT, y + 15.0, "mono end soft", &percent(part.instructions, whole)))
            }
        }
    }
}
