//! Signals in a process of several threads: for one of them, or for whichever takes them; stops are for all.

pub mod awaited;
pub mod directed;
pub mod stops;
pub mod takers;
