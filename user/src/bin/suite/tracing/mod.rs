//! The cases about `/proc/trace`: what the kernel tells of itself while it works. Only Tusk has it (docs/trace.md).
//!
//! Each case turns on what it wants, and everything off again; the ring is emptied first.

mod reader;
pub mod trace_events;
pub mod trace_file;
