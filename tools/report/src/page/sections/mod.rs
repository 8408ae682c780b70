//! The sections of the report of a fork, a file each: words for newcomers, a picture, its numbers.

mod bitmap;
mod counts;
mod directories;
mod page_ways;
mod pcb_page;
mod processes;
mod time_line;

pub use bitmap::bitmap;
pub use counts::counts;
pub use directories::directories;
pub use page_ways::page_ways;
pub use pcb_page::pcb_page;
pub use processes::{process_table, processes};
pub use time_line::time_line;

use maud::{Markup, html};

use crate::model::step::Step;

/// The sign of a step, as it stands in all tables.
fn chip(step: Step) -> Markup {
    html! { span class=(format!("chip {}", step.class())) { (step.letter()) } }
}
