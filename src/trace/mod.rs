//! Watching the kernel: the log, tracepoints, symbols and backtraces, and the last words of a panic.
//!
//! Used by every layer (the log through the `log` crate, tracepoints through [`tracepoint!`] and [`step!`]). What records
//! events needs `arch` only. The rest uses `arch`, `dev` and what `task` tells of the running one; [`counts`] and [`stages`]
//! ask `mm` and `task` what there is, for those who end the machine or run tests.

mod backtrace;
pub mod counts;
pub mod event;
pub mod events;
pub mod group;
pub mod line;
pub mod log;
pub mod panic;
pub mod recorder;
pub mod ring;
pub mod stages;
pub mod symbols;

pub(crate) use recorder::{step, tracepoint};
