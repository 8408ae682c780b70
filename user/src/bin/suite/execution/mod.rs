//! `execve` beyond what a single program sees of it: scripts, files in use, and the ways in which programs are started.

pub mod afterwards;
pub mod clone;
pub mod handover;
mod image;
pub mod programs;
pub mod scripts;
