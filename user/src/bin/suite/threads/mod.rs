//! Threads: several in one process, with everything in common but stack, registers, mask and segments.
//!
//! Made by `clone` itself, as there is no library here; what libraries rely on is what these cases ask for.

pub mod thread;
pub mod word;
