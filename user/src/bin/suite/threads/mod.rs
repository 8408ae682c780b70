//! Threads: several in one process, with everything in common but stack, registers, mask and segments.
//!
//! Made by `clone` itself, as there is no library here; what libraries rely on is what these cases ask for.

pub mod births;
pub mod clone3;
pub mod endings;
pub mod forking;
pub mod leaders;
pub mod members;
pub mod own;
pub mod replacing;
pub mod thread;
pub mod word;
