//! Watching the kernel: the log, symbols and backtraces, and the last words of a panic.
//!
//! Used by every layer (the log through the `log` crate); uses `arch`, `dev` and what `task` tells
//! of the running one.

mod backtrace;
pub mod counts;
pub mod log;
pub mod panic;
pub mod symbols;
