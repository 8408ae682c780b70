//! Stands in for the recorder, which needs the cycle counter: nothing is on.

use super::event::{Event, Mark};
use super::events::Group;

pub fn is_on(_group: Group) -> bool {
    false
}

pub struct Step;

impl Step {
    pub fn of(_event: Event) -> Self {
        Self
    }
}

pub fn record(_event: Event, _mark: Mark, _told: &[u32]) {}
