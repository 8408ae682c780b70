//! The trace: what the kernel sent to port 0xe9, one event a line.

mod event;
mod reader;

pub use event::{Event, Mark};
#[cfg(test)]
pub use reader::parse;
pub use reader::read;
