//! The way of one page from parent to child.

use anyhow::Result;
use serde::Serialize;

use crate::trace::Event;

/// How the child got it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum How {
    /// A copy, through the bounce page.
    Bounce,
    /// The parent's own frame.
    Shared,
    /// Some other way, which the trace names.
    Other,
}

/// A page that fork handed on.
#[derive(Clone, Debug, Serialize)]
pub struct PageWay {
    /// Its address, the same in both.
    pub page: u32,
    /// The frame that the parent has there.
    pub parent_frame: u32,
    /// The kernel page that it went through, if it did.
    pub through: Option<u32>,
    /// The frame that the child has there.
    pub child_frame: u32,
    /// How the child got it.
    pub how: How,
    /// When it had been handed on, in cycles.
    pub at: u64,
    /// Instructions since the page before it was handed on, or since the step began.
    pub instructions: u64,
}

/// The pages of the events, which are those of one `copy_body_stack3` that began at `begin`. `spent` says how many
/// instructions of the parent's lie between two times.
///
/// # Errors
/// An event does not tell what it should.
pub fn ways<'a>(
    events: impl Iterator<Item = &'a Event>,
    begin: u64,
    spent: impl Fn(u64, u64) -> u64,
) -> Result<Vec<PageWay>> {
    let mut before = begin;
    events
        .filter(|event| event.is("fork", "page"))
        .map(|event| {
            let how = match event.text("how") {
                Some("bounce") => How::Bounce,
                Some("shared") => How::Shared,
                _ => How::Other,
            };
            let instructions = spent(before, event.cycles);
            before = event.cycles;
            Ok(PageWay {
                page: event.number("page")?,
                parent_frame: event.number("parent_frame")?,
                through: event.text("through").and_then(|_| event.number("through").ok()).filter(|&page| page != 0),
                child_frame: event.number("child_frame")?,
                how,
                at: event.cycles,
                instructions,
            })
        })
        .collect()
}
