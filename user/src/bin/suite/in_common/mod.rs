//! Processes that have something in common: each flag of `clone` on its own, and what the parent is told.

pub mod common_directory;
pub mod common_files;
pub mod common_handlers;
pub mod common_memory;
pub mod exit_signals;
pub mod siblings;
pub mod vforks;
